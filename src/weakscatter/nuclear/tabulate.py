"""From an interaction to a table of amplitudes: ground state, all levels within reach, their decays by photons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from weakscatter.matter import Nuclide
from weakscatter.matter.separation import particle_threshold
from weakscatter.nuclear.amplitudes import transition_amplitudes
from weakscatter.nuclear.decays import shares, widths
from weakscatter.nuclear.densities import densities
from weakscatter.nuclear.interaction import Interaction, ModelSpace
from weakscatter.nuclear.missing_strength import strength_kept
from weakscatter.nuclear.operators import (
    RADIAL_SIGNS,
    electric_quadrupole,
    magnetic_dipole,
    oscillator_energy,
)
from weakscatter.nuclear.shell import Truncation
from weakscatter.nuclear.spectrum import levels
from weakscatter.nuclear.states import Density, Levels
from weakscatter.nuclear.strengths import strength
from weakscatter.nuclear.woods_saxon import WoodsSaxon
from weakscatter.provenance.errors import InputError
from weakscatter.response.amplitudes import GAMOW_TELLER, Amplitudes

#: Largest rank of the multipoles of a table, by default.
HIGHEST_RANK = 4

#: Residual (MeV) of a state from which groups of states start, so that it holds no other J.
_SHARP = 1e-10

#: The two choices give B(E2) that differ by less than this share where the sign does not matter.
_ALIKE = 0.02


def lightest(space: ModelSpace) -> Truncation:
    """Return the truncation to the lowest major shells: 0 hbar omega, each orbit weighing 2n + l."""
    return Truncation(0, tuple(2 * orbit.n + orbit.l for orbit in space.orbits))


@dataclass(frozen=True)
class Photons:
    """What decays are made with: effective charges and spin g factors (proton, neutron); None for those of free nucleons."""

    charges: tuple[float, float] = (1.5, 0.5)
    g_s: tuple[float, float] | None = None


def detect_radial_sign(
    found: list[Density], space: ModelSpace, omega: float, charges: tuple[float, float]
) -> tuple[str, dict[str, float]]:
    """Return where radial functions are positive, with B(E2) (e^2 fm^4) to the lowest level that E2 reaches, for both choices.

    An interaction fixes the sign silently. With the wrong one parts of a collective transition cancel: the larger B(E2) is taken.

    Raises
    ------
    InputError : no level is reached by E2, so that the sign has to be stated.
    """
    for density in found:
        if density.final == density.initial:
            continue
        values = {
            sign: strength(
                density,
                electric_quadrupole(space, charges=charges, oscillator_energy=omega, radial_sign=sign),
            )
            for sign in RADIAL_SIGNS
        }
        if max(values.values()) > 0:
            alike = abs(values["origin"] - values["infinity"]) < _ALIKE * max(values.values())
            return ("origin" if alike else max(values, key=lambda sign: values[sign])), values
    raise InputError(
        "no level is reached by E2, so the sign of the radial functions is not detected. State radial_sign."
    )


def tabulate_nucleus(
    interaction: Interaction,
    nuclide: Nuclide,
    *,
    states: int,
    truncation: Truncation | None = None,
    two_j: int | None = None,
    lanczos: int | None = None,
    found: Levels | None = None,
    radial_sign: str = "detect",
    well: WoodsSaxon | None = None,
    hbar_omega: float | None = None,
    highest_rank: int = HIGHEST_RANK,
    photons: Photons | None = Photons(),
    settings: dict[str, str] | None = None,
    citations: tuple[str, ...] = (),
    report: Callable[[str], None] = lambda text: None,
) -> Amplitudes:
    """Compute the amplitudes from the ground state to the lowest states, for every multipole, with decays by M1 and E2.

    Parameters
    ----------
    interaction, nuclide : the Hamiltonian and the nucleus.
    states : how many states are computed; those within ``highest_rank`` of the ground state's spin are kept. More than a basis has
        stands for all of them, so that sums over levels are complete within the space.
    two_j : 2 J of the target, whose lowest state then is the initial one; None for the ground state of the calculation.
    lanczos : steps of `weakscatter.nuclear.strength_levels`, whose groups of states take the place of all other states; 0 keeps the
        target alone, for elastic scattering; None keeps the states.
    found : states of this nucleus that are there already; ``states`` and ``truncation`` are those of that run.
    truncation : None for the lowest major shells (`lightest`).
    radial_sign : "origin", "infinity", or "detect" by B(E2) (`detect_radial_sign`).
    well : radial functions of a Woods-Saxon well; None for those of the oscillator. Decays by E2 keep the oscillator's.
    hbar_omega : MeV; None for 45 A^(-1/3) - 25 A^(-2/3).
    photons : effective charges and g factors of the decays of levels below the particle threshold; None for no decays.

    Raises
    ------
    InputError : what `weakscatter.nuclear.levels` and `detect_radial_sign` refuse; states of another nucleus; no state with the spin
        ``two_j``; photons of groups of states.
    """
    space = interaction.space
    if lanczos is not None and photons is not None:
        raise InputError(
            "groups of states have no photons: leave out the decays (photons = None), or lanczos."
        )
    if found is None:
        truncation = lightest(space) if truncation is None else truncation
        found = levels(
            interaction, nuclide.Z, nuclide.N, states=states, truncation=truncation, report=report,
            tolerance=1e-6 if lanczos is None else _SHARP,
        )  # fmt: skip
    elif (found.Z, found.N) != (nuclide.Z, nuclide.N):
        raise InputError(f"the states that were found are not those of {nuclide.name}.")
    if not found.converged:
        raise InputError(f"the states of {nuclide.name} did not converge. Ask for fewer of them.")
    omega = oscillator_energy(nuclide.A) if hbar_omega is None else hbar_omega
    target = _target(found, two_j, nuclide.name)
    spin = found.states[target].two_j
    kept = [i for i, state in enumerate(found.states) if abs(state.two_j - spin) <= 2 * highest_rank]
    report(f"densities to {len(kept)} levels")
    made = list(densities(found, pairs=[(target, f) for f in kept]))
    said = {
        "radial_sign": radial_sign,
        **(settings or {}),
        "dimension": str(found.dimension),
        "states": str(len(found.states)),
    }
    if radial_sign == "detect":
        radial_sign, values = detect_radial_sign(made, space, omega, (photons or Photons()).charges)
        said["radial_sign"] = radial_sign
        said["B(E2) by radial sign (e^2 fm^4)"] = ", ".join(
            f"{sign}: {value:.5g}" for sign, value in values.items()
        )
    if lanczos is not None:
        made = [one for one in made if one.final == target] + _strengths(
            found, target, lanczos, highest_rank, report
        )
        said["levels"] = f"groups of states, {lanczos} Lanczos steps" if lanczos else "the ground state alone"
    if lanczos != 0:
        (own,) = (one for one in made if one.initial == one.final)
        parts = strength_kept(found, target, own)
        said[GAMOW_TELLER] = ", ".join(f"{part:.4g}" for part in parts)
    # An interaction that comes with the package is its own source; one from a file has a path.
    source = () if "/" in interaction.source else (interaction.source,)
    table = transition_amplitudes(
        made, space, nuclide.name, A=nuclide.A, oscillator_energy=omega, radial_sign=radial_sign, well=well, settings=said,
        citations=(*citations, *source),
    )  # fmt: skip
    threshold = particle_threshold(nuclide)
    if photons is None:
        return replace(table, particle_threshold=threshold)
    report("decays by photons")
    decays = _decays(found, kept, table, threshold, photons, omega, radial_sign)
    said = dict(table.settings) | {
        "E2 charges": f"{photons.charges[0]:g}, {photons.charges[1]:g}",
        "M1 spin g factors": "free" if photons.g_s is None else f"{photons.g_s[0]:g}, {photons.g_s[1]:g}",
    }
    return replace(table, decays=decays, particle_threshold=threshold, settings=said)


def _target(found: Levels, two_j: int | None, name: str) -> int:
    for number, state in enumerate(found.states):
        if two_j in (None, state.two_j):
            return number
    raise InputError(f"none of {len(found.states)} states of {name} has 2J = {two_j}. Ask for more states.")


def _strengths(
    found: Levels, target: int, steps: int, highest_rank: int, report: Callable[[str], None]
) -> list[Density]:
    """Return the densities to groups of states, by energy."""
    from weakscatter.nuclear.strength_levels import strength_levels

    if steps == 0:
        return []
    runs = strength_levels(found, target, steps=steps, highest_rank=highest_rank, report=report)
    made = [
        one for run in runs for one in densities(found, run, [(target, f) for f in range(len(run.states))])
    ]
    made.sort(key=lambda one: one.final_state.energy)
    # Numbers of their own, so that none is taken for the target.
    return [replace(one, final=len(found.states) + i) for i, one in enumerate(made)]


def _decays(
    found: Levels,
    kept: list[int],
    table: Amplitudes,
    threshold: float,
    photons: Photons,
    omega: float,
    sign: str,
) -> tuple[tuple[str, str, float], ...]:
    space = found.interaction.space
    spin = {} if photons.g_s is None else {"g_s": photons.g_s}
    operators = (
        magnetic_dipole(space, **spin),
        electric_quadrupole(space, charges=photons.charges, oscillator_energy=omega, radial_sign=sign),
    )
    names = {number: level.name for number, level in zip(kept, table.levels, strict=True)}
    bound = [number for number in kept if found.excitations[number] < threshold]
    parts = shares(widths(found, bound, operators))
    return tuple((names[i], names[f], share) for (i, f), share in sorted(parts.items()))
