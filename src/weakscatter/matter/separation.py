"""Separation energies of nucleons from nuclear masses."""

from __future__ import annotations

from weakscatter.constants import m_n, m_p
from weakscatter.matter.nuclide import Nuclide, elements, nuclide
from weakscatter.provenance.errors import InputError


def neutron_separation_energy(nucleus: Nuclide) -> float:
    """Return S_n = M(Z, N - 1) + m_n - M(Z, N) (MeV).

    >>> round(neutron_separation_energy(nuclide("Ar40")), 3)
    9.869
    """
    return nuclide(f"{nucleus.symbol}{nucleus.A - 1}").mass + m_n - nucleus.mass


def proton_separation_energy(nucleus: Nuclide) -> float:
    """Return S_p = M(Z - 1, N) + m_p - M(Z, N) (MeV).

    Raises
    ------
    InputError : hydrogen, or no mass is tabulated for what is left.

    >>> round(proton_separation_energy(nuclide("Ar40")), 2)
    12.53
    """
    if nucleus.Z < 2:
        raise InputError(f"{nucleus.name} has one proton: nothing is left without it.")
    symbols = {one.number: symbol for symbol, one in elements().items()}
    return nuclide(f"{symbols[nucleus.Z - 1]}{nucleus.A - 1}").mass + m_p - nucleus.mass


def particle_threshold(nucleus: Nuclide) -> float:
    """Return the lower of the two (MeV). Alpha particles may leave below it, held back by their Coulomb barrier."""
    return min(neutron_separation_energy(nucleus), proton_separation_energy(nucleus))
