"""task = "shell-model": the lowest states of a nucleus from an interaction file, with strengths and occupations.

Everything numerical happens in `weakscatter.nuclear`, which is imported when such a card runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from weakscatter.cards import schema_shell_model as schema
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table, path_of, section
from weakscatter.cards.prediction import complete_output
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.cards.shell_model_response import add_response, complete_response, core_of, within
from weakscatter.cards.values import read
from weakscatter.matter import nuclide
from weakscatter.matter.levels import CITATION, measured_levels
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import bibliography, source

if TYPE_CHECKING:
    from weakscatter.nuclear.interaction import Interaction, ModelSpace
    from weakscatter.nuclear.operators import OneBodyOperator
    from weakscatter.nuclear.shell import Truncation
    from weakscatter.nuclear.states import Density, Levels
    from weakscatter.provenance.sources import Source

UNITS = {"E2": "e^2 fm^4", "M1": "mu_N^2", "GT0": ""}


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    top = {name: card[name] for name in schema.TOP if name in card}
    full: dict[str, Any] = {"task": "shell-model", **section("shell-model", top, schema.TOP, folder)}
    nucleus = nuclide(full["nuclide"])
    full["nuclide"] = nucleus.name
    full["two_m"] = _two_m(full, nucleus.A)
    full.pop("m", None)
    full["interaction"] = _interaction(card.get("interaction"), folder)
    complete_response(full, card, folder)
    if "strengths" in card:
        full["strengths"] = section("strengths", card["strengths"], schema.SECTIONS["strengths"], folder)
        _check_strengths(full["strengths"], full["states"])
    complete_output(full, card, "shell-model", folder)
    if "densities" in full["output"]:
        path = path_of(full["output"]["densities"], folder)
        if path.suffix != ".dres":
            raise InputError(f"output.densities = {str(path)!r}: densities are written as .dres files.")
        full["output"]["densities"] = str(path)
    return full


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    keys = ["caurier2005"]
    if full["interaction"].get("name") == "cohen-kurath":
        keys.append("cohenkurath1965")
    if measured_levels(full["nuclide"]):
        keys.append(CITATION)
    if "cross_section" in full:
        keys += ["walecka2004", "donnelly1979", "hoferichter2020"]
    return tuple(source(key) for key in keys)


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    from weakscatter.nuclear.spectrum import levels

    nucleus, interaction = nuclide(full["nuclide"]), interaction_of(full)
    limit = full.get("memory_limit")
    found = levels(
        interaction,
        nucleus.Z,
        nucleus.N,
        states=full["states"],
        two_m=None if "two_j" in full else full["two_m"],
        parity={"+": 1, "-": -1, None: None}[full.get("parity")],
        two_j=full.get("two_j"),
        spins=full["spins"],
        truncation=_truncation(full, interaction.space),
        tolerance=read(schema.TOP["tolerance"], "tolerance", full["tolerance"]),
        threads=full["threads"],
        memory_limit=None if limit is None else int(limit * 1e9),
        saved=Path(full["saved"]) if "saved" in full else None,
        report=getattr(progress, "note", progress),
    )
    warnings = list(interaction.notes)
    if not found.converged:
        warnings.insert(0, _not_converged(found, full["tolerance"]))
    if len(found.states) < full["states"]:
        warnings.append(f"the basis has {found.dimension} states; {full['states']} were asked for.")
    if interaction.source not in bibliography():
        warnings.append(f"please cite the interaction of {Path(interaction.source).name} as well.")
    results = _levels(found, Units("shell-model", full["output"]["units"]))
    if found.converged:
        _add_measured(results, full["nuclide"])
        _add_densities(results, full, found, progress)
        warnings += add_response(results, full, found, progress)
    return Document("shell-model", full, results, cited(full, names), tuple(warnings), found.converged)


def _not_converged(found: Levels, tolerance: str) -> str:
    worst = max(state.residual for state in found.states)
    return (
        f"the states did not converge: after {found.products} products the largest residual is {worst:.2g} MeV, and {tolerance} "
        "was asked for. Ask for fewer states, or allow a larger tolerance."
    )


def _levels(found: Levels, units: Units) -> dict[str, Result]:
    """Return what stands in the document for the states; energies of an unconverged run are no numbers."""
    states, axis = found.states, ("state",)
    energies = found.energies if found.converged else None
    excitations = found.excitations if found.converged else None
    isospins = None if any(s.T is None for s in states) else np.round([s.T for s in states], 6) + 0.0
    return {
        "dimension": Result(found.dimension),
        "matrix_elements": Result(found.nonzeros),
        "memory": Result(found.memory / 1e6, "MB"),
        "products": Result(found.products),
        "state": Result(np.arange(1, len(states) + 1), axes=axis),
        "energy": units.result("energy", energies, axes=axis),
        "excitation_energy": units.result("excitation_energy", excitations, axes=axis),
        "spin": Result(np.round([s.J for s in states], 6) + 0.0, axes=axis),
        "isospin": Result(isospins, axes=axis),
        "parity": Result(np.array([s.parity for s in states]), axes=axis),
        "residual": units.result("residual", np.array([s.residual for s in states]), axes=axis),
        "converged": Result(found.converged),
    }


def _add_measured(results: dict[str, Result], name: str) -> None:
    """Add the measured levels of the nucleus, where there are any, for comparison."""
    measured, axis = measured_levels(name), ("measured_level",)
    if measured:
        results["measured_level"] = Result(np.arange(1, len(measured) + 1), axes=axis)
        results["measured_excitation_energy"] = Result(
            np.array([m.energy for m in measured]), "MeV", axes=axis
        )
        results["measured_spin"] = Result(np.array([m.J for m in measured]), axes=axis)
        results["measured_parity"] = Result(np.array([m.parity for m in measured]), axes=axis)


def _add_densities(
    results: dict[str, Result], full: dict[str, Any], found: Levels, progress: Callable[[str], None]
) -> None:
    """Add what needs one-body densities: strengths, occupations, a file."""
    everything, size = "densities" in full["output"], len(found.states)
    pairs = set()
    initial = full["strengths"]["initial"] - 1 if "strengths" in full else 0
    if "strengths" in full:
        if initial >= size:
            raise InputError(
                f"strengths.initial = {initial + 1}: there are {size} states. Choose one of them."
            )
        pairs |= {(initial, f) for f in range(size)}
    if full["output"]["occupations"]:
        pairs |= {(i, i) for i in range(size)}
    if everything:
        pairs = {(i, f) for i in range(size) for f in range(size)}
    if not pairs:
        return
    from weakscatter.nuclear.densities import densities

    progress("densities")
    ordered = sorted(pairs)
    made = dict(zip(ordered, densities(found, pairs=ordered), strict=True))
    if "strengths" in full:
        _add_strengths(results, full["strengths"], found, {f: made[initial, f] for f in range(size)})
    if full["output"]["occupations"]:
        _add_occupations(results, found, [made[i, i] for i in range(size)])
    if everything:
        from weakscatter.nuclear.density_reading import as_density_file, write_densities

        write_densities(full["output"]["densities"], as_density_file(found, made))


def _add_strengths(
    results: dict[str, Result], asked: Mapping[str, Any], found: Levels, made: Mapping[int, Density]
) -> None:
    from weakscatter.nuclear.strengths import strength

    for name in asked["operators"]:
        operator = operator_of(name, asked, found.interaction.space, found.Z + found.N)
        values = np.array([strength(made[f], operator) for f in sorted(made)])
        results[f"B_{name}"] = Result(values, UNITS[name], axes=("state",))


def _add_occupations(results: dict[str, Result], found: Levels, made: list[Density]) -> None:
    from weakscatter.nuclear.strengths import occupations

    space = found.interaction.space
    rows = [list(occupations(density, space).by_orbit.values()) for density in made]
    results["orbit"] = Result([orbit.name for orbit in space.orbits], axes=("orbit",))
    results["occupation"] = Result(np.array(rows).T, axes=("orbit", "state"))


def interaction_of(full: Mapping[str, Any]) -> Interaction:
    """Return the interaction of a completed card."""
    from weakscatter.nuclear.reading import read_interaction

    given = dict(full["interaction"])
    if "space" in full:
        given |= core_of(given, full["space"])
    return read_interaction(given.pop("file", None) or given.pop("name"), **given)


def operator_of(name: str, asked: Mapping[str, Any], space: ModelSpace, A: int) -> OneBodyOperator:
    """Return an operator of [strengths]."""
    from weakscatter.nuclear import operators

    if name == "M1":
        g_s = {"g_s": tuple(asked["g_s"])} if "g_s" in asked else {}
        return operators.magnetic_dipole(space, g_l=tuple(asked["g_l"]), **g_s)  # type: ignore[arg-type]
    if name == "GT0":
        return operators.gamow_teller_neutral(space, quenching=asked["quenching"])
    keys = schema.SECTIONS["strengths"]
    omega = (
        read(keys["oscillator_energy"], "strengths.oscillator_energy", asked["oscillator_energy"])
        if "oscillator_energy" in asked
        else operators.oscillator_energy(A)
    )
    charges = (float(asked["charges"][0]), float(asked["charges"][1]))
    return operators.electric_quadrupole(
        space, charges=charges, oscillator_energy=omega, radial_sign=asked["radial_sign"]
    )


def _truncation(full: Mapping[str, Any], space: ModelSpace) -> Truncation:
    if "space" in full:
        return within(full["space"], space)
    return truncation_of(full["truncation"], space)


def truncation_of(given: Any, space: ModelSpace) -> Truncation:
    """Return the truncation that a card writes."""
    from weakscatter.nuclear.shell import Truncation, orbits_named, particle_hole

    if given == "none":
        return Truncation()
    table = as_table("truncation", given)
    if set(table) == {"lower", "jumps"}:
        return particle_hole(space, _names(table["lower"]), _whole("truncation.jumps", table["jumps"]))
    if "excitation" not in table or not set(table) <= {"excitation", "weights"}:
        raise InputError(
            f"truncation has the keys {', '.join(table) or 'none'}. Write 'none', {{ excitation = W }} with or without weights, or "
            "{ lower = ['0f7/2'], jumps = n }."
        )
    weights = None
    if "weights" in table:
        stated = as_table("truncation.weights", table["weights"])
        numbers: list[int | None] = [None] * len(space.orbits)
        for name, weight in stated.items():
            for index in orbits_named(space, name):
                numbers[index] = _whole(f"truncation.weights.{name}", weight)
        missing = [o.name for o, number in zip(space.orbits, numbers, strict=True) if number is None]
        if missing:
            raise InputError(f"truncation.weights lacks {', '.join(missing)}. Give every orbit a weight.")
        weights = tuple(number for number in numbers if number is not None)
    return Truncation(_whole("truncation.excitation", table["excitation"]), weights)


def _names(given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise InputError(f"truncation.lower = {given!r} is no list of orbits like ['0f7/2'].")
    return given


def _whole(where: str, given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 10_000:
        raise InputError(f"{where} = {given!r}; a whole number, not negative, is wanted.")
    return given


def _two_m(full: Mapping[str, Any], A: int) -> int:
    if "m" in full and "two_m" in full:
        raise InputError("m and two_m are both given. Keep two_m, which suits odd nuclei too.")
    two_m = full.get("two_m", 2 * full["m"] if "m" in full else full.get("two_j", A % 2))
    if two_m % 2 != A % 2:
        kind, wanted = ("odd", "an odd two_m, such as 1") if A % 2 else ("even", "an even two_m, such as 0")
        raise InputError(
            f"two_m = {two_m}: {full['nuclide']} has an {kind} number of nucleons and needs {wanted}."
        )
    if "two_j" in full and full["two_j"] % 2 != A % 2:
        raise InputError(
            f"two_j = {full['two_j']}: 2 J of {full['nuclide']} is {'odd' if A % 2 else 'even'}."
        )
    return int(two_m)


def _interaction(given: Any, folder: Path) -> dict[str, Any]:
    if given is None:
        raise InputError(
            'the card has no interaction. Write interaction = { file = "FILE.snt" }, or { name = "cohen-kurath" }.'
        )
    filled = section("interaction", given, schema.SECTIONS["interaction"], folder)
    if ("file" in filled) == ("name" in filled):
        raise InputError(
            'interaction names a file or an interaction of the package: { file = "FILE.snt" } or { name = "cohen-kurath" }.'
        )
    if "scaling" in filled:
        if "mass_scaling" in filled:
            raise InputError("interaction.scaling and interaction.mass_scaling are both given. Keep one.")
        filled["mass_scaling"] = filled.pop("scaling")
    if isinstance(filled.get("orbits"), str):
        filled["orbits"] = str(path_of(filled["orbits"], folder))
    return filled


def _check_strengths(asked: Mapping[str, Any], states: int) -> None:
    for name in asked["operators"]:
        if name not in UNITS:
            raise InputError(
                f"strengths.operators: unknown operator {name!r}.{nearest(name, UNITS)} Allowed: {', '.join(UNITS)}."
            )
    if asked["initial"] > states:
        raise InputError(f"strengths.initial = {asked['initial']}, and {states} states are asked for.")
    if "E2" in asked["operators"] and "charges" not in asked:
        raise InputError(
            "strengths of E2 need effective charges, which belong to the model space: charges = [1.5, 0.5]."
        )
    for name in ("charges", "g_l", "g_s"):
        if name in asked and len(asked[name]) != 2:
            raise InputError(
                f"strengths.{name} = {asked[name]!r}: two numbers are wanted, proton and neutron."
            )
