"""What our photoabsorption leaves out, each piece calculated: multipoles, normalisation, relaxation, shaking.

Run as a script; the manual (docs/photoabsorption.md) quotes what it prints.

    multipoles      all E_J and M_J at q = w/c against the dipole, same field and orbitals
    normalisation   density near the nucleus of the self-consistent orbital over that of the local field: far above an edge
                    the photoeffect of a shell goes as that density (Pratt, Rev. Mod. Phys. 32, 898 (1960))
    relaxation      thresholds from differences of self-consistent energies against -eps
    shaking         1 - prod_b |<b|b'>|^(2 n_b): the sudden probability that another electron leaves its orbital
"""

import time

import numpy as np
import periodictable
from scipy.special import spherical_jn

from weakscatter.angular import reduced_c
from weakscatter.atomic import dirac_fock, mcdf
from weakscatter.atomic.channels import allowed_kappas
from weakscatter.atomic.hartree import EV, MB, C
from weakscatter.atomic.ion_field import ion_orbital, on_steps
from weakscatter.atomic.outward import matrix_elements, steps
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.scf import functions_at

ENERGIES = np.array([2.0, 5.0, 10.0, 15.0, 20.0, 30.0]) * 1e3
LARGEST_RANK = 10


def sources(p, q, grid, shell, kappa, rank, momentum):
    """Return {name: (angular factor squared, large, small)} of E_J and M_J at a momentum between a shell and a kappa."""
    turn, x = shell.kappa - kappa, momentum * grid.r
    j, slope = spherical_jn(rank, x), spherical_jn(rank, x, derivative=True)
    found = {}
    natural = reduced_c(kappa, rank, shell.kappa)
    if natural:
        both = turn / np.sqrt(rank * (rank + 1)) * (slope + j / x)
        cross = np.sqrt(rank * (rank + 1)) * j / x
        found["E"] = natural**2, (cross + both) * q, (both - cross) * p
    unnatural = reduced_c(-kappa, rank, shell.kappa)
    if unnatural:
        both = (shell.kappa + kappa) / np.sqrt(rank * (rank + 1)) * j
        found["M"] = unnatural**2, both * q, both * p
    return found


def by_rank(state, energies, *, ranks=LARGEST_RANK):
    """Return the photoeffect (Mb) [rank - 1, shell, energy] and that of the dipole at zero momentum [shell, energy].

    sigma = (2 pi^2 c/w) sum_J (2J + 1) (E_J^2 + M_J^2) per substate.
    """
    w = energies * EV
    found = state.solution
    reference = Reference(found.system, found.couplings, found.orbitals, 0.0)
    nuclear = state.nucleus.potential(state.radial.r)
    bound = [ion_orbital(reference, a, nuclear) for a in range(len(state.names))]
    grid = steps(float(w.max()), 0.5 * state.radial.mesh.box)
    own = np.array([np.sum(np.square(functions_at(o, grid.r)), axis=0) for o in found.orbitals])
    out, dipole = np.zeros((ranks, len(bound), len(w))), np.zeros((len(bound), len(w)))
    for a, (energy, o) in enumerate(bound):
        shell = state.shells[a]
        v = on_steps(state, a, grid, own)
        p, q = functions_at(o, grid.r)
        share = state.occupation[a] / shell.capacity
        for i, photon in enumerate(w):
            if photon + energy < 1.0:
                continue
            for kappa in allowed_kappas(shell.kappa, 1, natural=True):
                turn = shell.kappa - kappa
                m = matrix_elements(
                    kappa, photon + energy, grid, v, 0.0, ((1 + turn) * q)[None], ((turn - 1) * p)[None]
                )
                strength = share * reduced_c(kappa, 1, shell.kappa) ** 2
                dipole[a, i] += strength * 4 * np.pi**2 * C / (3 * photon) * m[0] ** 2 / MB
            for rank in range(1, ranks + 1):
                for natural in (True, False):
                    for kappa in allowed_kappas(shell.kappa, rank, natural=natural):
                        for angular, large, small in sources(
                            p, q, grid, shell, kappa, rank, photon / C
                        ).values():
                            m = matrix_elements(
                                kappa, photon + energy, grid, v, 0.0, large[None], small[None]
                            )
                            strength = share * angular * 2 * np.pi**2 * C / photon * (2 * rank + 1)
                            out[rank - 1, a, i] += strength * m[0] ** 2 / MB
    return out, dipole


def normalisation(state):
    """Return P^2 + Q^2 at a tenth of the K radius, self-consistent over local [shell]."""
    found = state.solution
    reference = Reference(found.system, found.couplings, found.orbitals, 0.0)
    nuclear = state.nucleus.potential(state.radial.r)
    near = np.array([0.1 / state.nucleus.Z])
    ratios = []
    for a, o in enumerate(found.orbitals):
        local = functions_at(ion_orbital(reference, a, nuclear)[1], near)
        ratios.append(sum(np.square(functions_at(o, near))).item() / sum(np.square(local)).item())
    return np.array(ratios)


def hole(symbol, name):
    """Return the ion with one electron less in a nonrelativistic subshell, in the order of the atom."""
    state = dirac_fock(symbol)
    text = " ".join(
        f"{n}{'spdf'[l]}{k - ((n, l) == (int(name[0]), 'spdf'.index(name[1])))}"
        for n, l, k in state.configuration.subshells
        if k - ((n, l) == (int(name[0]), "spdf".index(name[1]))) > 0
    )
    return dirac_fock(symbol, charge=1, configuration=text)


def shaking(atom, ion):
    """Return the sudden probability that another electron is shaken out of its orbital, in all and by shell."""
    rad = atom.radial
    stay = {}
    for name, electrons in zip(ion.names, ion.occupation, strict=True):
        a, b = atom.orbital(name), ion.orbital(name)
        overlap = float(rad.integrate(a.P * b.P + a.Q * b.Q))
        stay[name] = overlap ** (2 * electrons)
    return 1.0 - np.prod(list(stay.values())), {name: 1.0 - s for name, s in stay.items() if 1.0 - s > 5e-3}


def henke(symbol, photon):
    """2 r_e lambda f_2 (Mb), photon energies in eV."""
    energy, _, f2 = periodictable.elements.symbol(symbol).xray.sftable
    return 2 * 2.8179403e-15 * 1.23984198e-6 / photon * np.interp(photon / 1e3, energy, f2) * 1e22


def high_energies(symbol):
    """Print what multipoles and normalisation do above 2 keV."""
    state = mcdf(symbol) if symbol == "Ge" else dirac_fock(symbol)
    ranks, dipole = by_rank(state, ENERGIES)
    weight = normalisation(state)
    print(
        f"\n{symbol}: normalisation "
        + ", ".join(f"{n} {x:.4f}" for n, x in zip(state.names, weight, strict=True))
    )
    print(
        "   keV   dipole/Henke  all/dipole   J=1 at q  J=2     J=3     J>3     normalised/all  normalised/Henke"
    )
    for i, photon in enumerate(ENERGIES):
        one, every = dipole[:, i].sum(), ranks[:, :, i].sum()
        parts = [ranks[0, :, i].sum(), ranks[1, :, i].sum(), ranks[2, :, i].sum(), ranks[3:, :, i].sum()]
        weighted = (ranks[:, :, i].sum(axis=0) * weight).sum()
        reference = henke(symbol, photon)
        print(
            f"{photon / 1e3:6.0f}   {one / reference:10.3f}   {every / one:9.4f}  "
            + " ".join(f"{p / one:7.4f}" for p in parts)
            + f"   {weighted / every:9.4f}     {weighted / reference:9.3f}"
        )


def main():
    """Print all."""
    begin = time.process_time()
    for symbol in ("Ge", "Xe"):
        high_energies(symbol)
    print("\n      hole   -eps (eV)   difference of energies   shaken   of which")
    for symbol, name in (("Ge", "1s"), ("Ge", "3d"), ("Xe", "1s"), ("Xe", "3d"), ("Xe", "4d")):
        atom, ion = dirac_fock(symbol), hole(symbol, name)
        own = [s.name for s in atom.shells if s.name.startswith(name)][-1]
        total, by = shaking(atom, ion)
        step = (ion.total_energy - atom.total_energy) / EV if ion.converged else float("nan")
        print(
            f"{symbol} {name:>6}  {-atom.energy(own) / EV:10.2f}  {step:14.2f}           {total:8.3f}   "
            + ", ".join(f"{n} {x:.3f}" for n, x in by.items())
        )
    print(f"{time.process_time() - begin:.0f} s")


if __name__ == "__main__":
    main()
