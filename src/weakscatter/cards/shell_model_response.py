"""[space], [strength] and [cross_section] of a shell-model card: part of a space, a strength function, scattering to all levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import pi
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from weakscatter import constants
from weakscatter.cards import schema_shell_model as schema
from weakscatter.cards.parse import section
from weakscatter.cards.results import Result
from weakscatter.cards.values import read
from weakscatter.matter import Nuclide, nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.units import UnitError, dimension_of, to

if TYPE_CHECKING:
    from weakscatter.nuclear.interaction import ModelSpace
    from weakscatter.nuclear.operators import OneBodyOperator
    from weakscatter.nuclear.shell import Truncation
    from weakscatter.nuclear.states import Levels

_SECTIONS = ("space", "strength", "cross_section")
#: Steps for each operator where a basis is too large for all of its states; in 19F six give sigma to 3e-3 at 50 MeV, twelve to 2e-5.
_STEPS = 10

_UNITS = {"gamow-teller-neutral": "", "m1": "mu_N^2", "e2": "e^2 fm^4"}


def complete_response(full: dict[str, Any], card: Mapping[str, Any], folder: Path) -> None:
    """Fill in the sections of this file that a card has."""
    for name in _SECTIONS:
        if name in card:
            full[name] = section(name, card[name], schema.SECTIONS[name], folder)
    if "space" in full and full["truncation"] != "none":
        raise InputError(
            "space and truncation are both given. Say with one of them which configurations are kept."
        )
    if full.get("strength", {}).get("operator") == "e2" and "charges" not in full["strength"]:
        raise InputError(
            "strength of e2 needs effective charges, which belong to the model space: charges = [1.5, 0.5]."
        )
    units = full.get("cross_section", {}).get("units", {})
    for name, unit in units.items():
        try:
            good = name == "sigma" and isinstance(unit, str) and dimension_of(unit) == dimension_of("cm^2")
        except UnitError as error:
            raise InputError(f"cross_section.units.{name}: {error}") from None
        if not good:
            raise InputError(
                f"cross_section.units.{name} = {unit!r}: sigma in a unit of area is what there is, like 'cm^2'."
            )


def core_of(interaction: Mapping[str, Any], space: Mapping[str, Any]) -> dict[str, Any]:
    """Return the core that [space] states for an interaction that has none of its own."""
    if "core" not in space or "name" in interaction or not str(interaction.get("file", "")).endswith(".int"):
        return {}
    if interaction.get("core", space["core"]) != space["core"]:
        raise InputError(
            f"interaction.core = {interaction['core']!r} and space.core = {space['core']!r}. Keep one."
        )
    return {"core": space["core"]}


def within(given: Mapping[str, Any], space: ModelSpace) -> Truncation:
    """Return the truncation that leaves the named orbits open, the filled ones full and all others empty."""
    from weakscatter.nuclear.shell import Occupation, Truncation

    if "core" in given:
        core = nuclide(given["core"])
        if (space.core_Z, space.core_N) != (core.Z, core.N):
            raise InputError(
                f"space.core = {given['core']!r}, and that of the interaction has {space.core_Z} protons and {space.core_N} neutrons."
            )
    limits = []
    for species in ("protons", "neutrons"):
        opened, filled = given[species], given[f"filled_{species}"]
        listed = {orbit.name[2:]: orbit for orbit in getattr(space, species)}
        for name in (*opened, *filled):
            if name not in listed:
                raise InputError(f"space.{species}: there is no orbit {name!r}. Orbits: {', '.join(listed)}.")
        both = set(opened) & set(filled)
        if both:
            raise InputError(
                f"space: {', '.join(sorted(both))} of {species} is open and filled. Name it once."
            )
        first = 0 if species == "protons" else len(space.protons)
        for number, (name, orbit) in enumerate(listed.items(), first):
            if name not in opened:
                count = orbit.two_j + 1 if name in filled else 0
                limits.append(Occupation((number,), count, count))
    return Truncation(None, None, tuple(limits))


def add_response(
    results: dict[str, Result], full: Mapping[str, Any], found: Levels, progress: Callable[[str], None]
) -> list[str]:
    """Add strength function and cross sections from the lowest state; return what has to be said about them."""
    warnings: list[str] = []
    if "strength" in full:
        progress("strength function")
        _add_strength(results, full["strength"], found)
    if "cross_section" in full:
        progress("cross sections")
        warnings += _add_cross_section(
            results,
            full["cross_section"],
            nuclide(full["nuclide"]),
            found,
            getattr(progress, "note", progress),
        )
    return warnings


def _add_strength(results: dict[str, Result], asked: Mapping[str, Any], found: Levels) -> None:
    from weakscatter.nuclear.strength_function import strength_functions

    operator = _operator(asked, found.interaction.space, found.Z + found.N)
    functions = strength_functions(found, 0, operator, steps=asked["lanczos_vectors"])
    energies = np.concatenate([each.energies for each in functions]) if functions else np.zeros(0)
    strengths = np.concatenate([each.strengths for each in functions]) if functions else np.zeros(0)
    order, axis, unit = np.argsort(energies), ("strength_energy",), _UNITS[asked["operator"]]
    total = sum(each.total for each in functions)
    results["strength_energy"] = Result(energies[order], "MeV", axes=axis)
    results["strength"] = Result(strengths[order], unit, axes=axis)
    results["strength_total"] = Result(float(total), unit)
    centroid = sum(each.mean_energy * each.total for each in functions) / total if total else None
    results["strength_centroid"] = Result(centroid, "MeV")


def _operator(asked: Mapping[str, Any], space: ModelSpace, A: int) -> OneBodyOperator:
    from weakscatter.nuclear import operators

    if asked["operator"] == "gamow-teller-neutral":
        return operators.gamow_teller_neutral(space, quenching=asked["quenching"])
    if asked["operator"] == "m1":
        g_s = {"g_s": tuple(asked["g_s"])} if "g_s" in asked else {}
        return operators.magnetic_dipole(space, g_l=tuple(asked["g_l"]), **g_s)  # type: ignore[arg-type]
    charges = (float(asked["charges"][0]), float(asked["charges"][1]))
    return operators.electric_quadrupole(
        space,
        charges=charges,
        oscillator_energy=_omega(asked, "strength", A),
        radial_sign=asked["radial_sign"],
    )


def _omega(asked: Mapping[str, Any], where: str, A: int) -> float:
    from weakscatter.nuclear.operators import oscillator_energy

    if "oscillator_energy" not in asked:
        return oscillator_energy(A)
    key = schema.SECTIONS[where]["oscillator_energy"]
    return float(read(key, f"{where}.oscillator_energy", asked["oscillator_energy"]))


def _add_cross_section(
    results: dict[str, Result],
    asked: Mapping[str, Any],
    isotope: Nuclide,
    found: Levels,
    report: Callable[[str], None],
) -> list[str]:
    """Add sigma at the long-wavelength limit, (G_F^2/pi) g_A^2 sum (E - omega)^2 B(GT0), and with all multipoles."""
    from weakscatter.interactions import Weak
    from weakscatter.model import level_cross_sections
    from weakscatter.nuclear.dense import LARGEST
    from weakscatter.nuclear.operators import gamow_teller_neutral
    from weakscatter.nuclear.strength_function import strength_functions
    from weakscatter.nuclear.tabulate import tabulate_nucleus
    from weakscatter.response import NuclearTransition

    E = read(schema.SECTIONS["cross_section"]["energy"], "cross_section.energy", asked["energy"])
    g_a = float(asked.get("axial_coupling", constants.g_A))
    unit = asked["units"].get("sigma", "cm^2")
    operator = gamow_teller_neutral(found.interaction.space, quenching=asked["axial_quenching"])
    functions = strength_functions(found, 0, operator)
    long_wavelength = (
        constants.G_F**2
        / pi
        * g_a**2
        * sum((np.clip(E[:, None] - each.energies, 0.0, None) ** 2) @ each.strengths for each in functions)
    )
    small = found.dimension <= LARGEST
    table = tabulate_nucleus(
        found.interaction, isotope, states=LARGEST, truncation=found.basis.truncation, radial_sign=asked["radial_sign"],
        found=None if small and len(found.states) < found.dimension else found, lanczos=None if small else _STEPS,
        hbar_omega=_omega(asked, "cross_section", isotope.A), photons=None, report=report,
    )  # fmt: skip
    response = NuclearTransition(isotope, table, None, asked["axial_quenching"])
    sigma = level_cross_sections(response, Weak(axial_coupling=g_a), E, antineutrino=asked["antineutrino"])
    axis = ("neutrino_energy",)
    results["neutrino_energy"] = Result(E, "MeV", axes=axis)
    results["sigma_long_wavelength"] = Result(np.asarray(to(long_wavelength, unit)), unit, "nucleus", axis)
    results["sigma"] = Result(np.asarray(to(np.asarray(sigma).sum(axis=1), unit)), unit, "nucleus", axis)
    results["radial_sign"] = Result(table.settings["radial_sign"])
    if small:
        return []
    return [
        f"the basis has {found.dimension:,} states: sigma is that of groups of states, {_STEPS} Lanczos steps for each multipole of equal "
        "parity."
    ]
