"""Measured absorption edges, to shift thresholds to.

Those of `matter.subshells` where it has the atom; else of Elam, Ravel, Sieber, Radiat. Phys. Chem. 63, 121 (2002), as the package
`xraydb` holds them. Where the element is a solid they count from the Fermi level; entries below 10 eV are bands of the solid, no
edges of an atom, and are left out, and so are free-atom energies.
"""

from __future__ import annotations

from weakscatter import units
from weakscatter.atomic.shells import Shell
from weakscatter.matter.nuclide import element
from weakscatter.matter.subshells import measured_atoms, recalled_subshells, subshells

#: Smallest entry (eV) that is the edge of an atom.
_SMALLEST = 10.0

#: Shells by the number behind the letter of an edge: L3 is the third, kappa = -2.
_KAPPAS = (-1, 1, -2, 2, -3, 3, -4)


def measured_edges(symbol: str) -> dict[str, float]:
    """Return {subshell: edge (MeV)} of the subshells whose edges are tabulated; the outermost may be missing.

    >>> round(measured_edges("Xe")["4d5/2"] / units.eV, 1)
    67.5
    """
    if symbol in measured_atoms():
        left_out = recalled_subshells(symbol)
        return {shell.name: shell.energy for shell in subshells(symbol) if shell.name not in left_out}
    import xraydb

    found = {}
    for name, edge in xraydb.xray_edges(element(symbol).symbol).items():
        n = "KLMNOP".index(name[0]) + 1
        number = int(name[1:] or 1) - 1
        if number < len(_KAPPAS) and edge.energy > _SMALLEST:
            found[Shell(n, _KAPPAS[number]).name] = float(edge.energy) * units.eV
    return found
