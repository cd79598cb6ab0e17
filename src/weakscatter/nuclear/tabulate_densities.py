"""From a file of one-body densities to a table of elastic amplitudes, where the densities are published and the interaction is not."""

from __future__ import annotations

from weakscatter.matter import Nuclide
from weakscatter.nuclear.amplitudes import transition_amplitudes
from weakscatter.nuclear.density_file import DensityFile
from weakscatter.nuclear.interaction import ModelSpace, Orbit
from weakscatter.nuclear.operators import oscillator_energy
from weakscatter.nuclear.tabulate import Photons, detect_radial_sign
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import Amplitudes


def tabulate_densities(
    file: DensityFile,
    nuclide: Nuclide,
    *,
    radial_sign: str = "detect",
    hbar_omega: float | None = None,
    settings: dict[str, str] | None = None,
    citations: tuple[str, ...] = (),
) -> Amplitudes:
    """Return the amplitudes of the first state of a density file with itself, every multipole.

    Levels of such a file are the lowest few, of which sums over final states would be far from complete: they only show the
    sign of the radial functions.

    Parameters
    ----------
    file : from `weakscatter.nuclear.read_densities`; its first state is the target, its core what the valence nucleons leave.
    nuclide : the nucleus.
    radial_sign, hbar_omega : as in `weakscatter.nuclear.tabulate.tabulate_nucleus`.

    Raises
    ------
    InputError : a nucleus without a core for these valence nucleons, densities of the first state that are missing, or a sign
        that is not detected.
    """
    core_Z, core_N = nuclide.Z - file.Z, nuclide.N - file.N
    if core_Z < 0 or core_N < 0:
        raise InputError(
            f"{file.title!r} has {file.Z} protons and {file.N} neutrons outside its core, {nuclide.name} fewer. Name its nuclide."
        )
    if (0, 0) not in file.densities:
        raise InputError(f"{file.title!r} holds no densities of its first state with itself.")
    neutrons = tuple(Orbit(one.n, one.l, one.two_j, "neutron") for one in file.orbits)
    space = ModelSpace(file.orbits, neutrons, core_Z, core_N)
    omega = oscillator_energy(nuclide.A) if hbar_omega is None else hbar_omega
    said = {"radial_sign": radial_sign, **(settings or {}), "levels": "the ground state alone"}
    if radial_sign == "detect":
        found = [one for (initial, _), one in sorted(file.densities.items()) if initial == 0]
        radial_sign, values = detect_radial_sign(found, space, omega, Photons().charges)
        said["radial_sign"] = radial_sign
        said["B(E2) by radial sign (e^2 fm^4)"] = ", ".join(
            f"{sign}: {value:.5g}" for sign, value in values.items()
        )
    table = transition_amplitudes(
        [file.densities[0, 0]], space, nuclide.name, A=nuclide.A, oscillator_energy=omega, radial_sign=radial_sign, settings=said,
        citations=citations,
    )  # fmt: skip
    return table
