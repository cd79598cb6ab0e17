"""[target] and [response]: which nuclei, and how they respond."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from weakscatter.cards.inelastic import check_energy, is_inelastic, transition_of
from weakscatter.cards.interaction import keys_of
from weakscatter.cards.key import Key, Keys
from weakscatter.cards.parse import as_table, check_names, ordered, section
from weakscatter.cards.schema import SECTIONS
from weakscatter.cards.values import read
from weakscatter.grids import Interpolant
from weakscatter.matter import SPIN_EXPECTATIONS, Material, Nuclide, isotopes, material, nuclide
from weakscatter.model import Target
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import read_csv
from weakscatter.response import (
    NUCLEAR_RECOIL,
    NuclearResponse,
    NuclearTransition,
    ShellModel,
    ShellModelSpin,
    SpinExpectation,
    TabulatedFormFactor,
    TwoBodyCurrents,
    default_radii,
    shell_model_amplitudes,
)
from weakscatter.units import dimension_of, fm

_WHAT = ("nuclide", "element", "compound")
_RADII = ("proton_radius", "neutron_radius")
_SPINS = ("spin_proton", "spin_neutron")

#: Form factors that know a radius by themselves, and those that have none.
SYSTEMATIC = ("helm-lewin-smith", "klein-nystrand", "shell-model")
WITHOUT_RADIUS = ("point", "table")

_FILE = Key("file", "CSV with the columns 'q (MeV or 1/fm)' and 'F (1)', F(0) = 1", required=True)


def complete_target(given: Any, folder: Path, *, mass: bool, needed: bool = True) -> dict[str, Any]:
    """Return [target] with exactly one of nuclide, element and compound, and a mass where one is wanted (and `needed`)."""
    keys = {name: key for name, key in SECTIONS["target"].items() if name != "mass" or mass}
    if mass and needed:
        keys["mass"] = replace(keys["mass"], required=True)
    filled = section("target", {} if given is None else given, keys, folder)
    named = [name for name in _WHAT if name in filled]
    if len(named) != 1:
        got = " and ".join(named) or "none of them"
        raise InputError(
            f'[target] needs exactly one of {", ".join(_WHAT)}; it has {got}. Write nuclide = "Ar40".'
        )
    material_of(filled)
    return filled


def material_of(target: Mapping[str, Any]) -> Material:
    """Return the material of a completed [target]."""
    try:
        if "nuclide" in target:
            only = nuclide(target["nuclide"])
            return Material(only.name, ((only, 1.0),))
        if "element" in target:
            return Material(target["element"], isotopes(target["element"]))
        return material(target["compound"])
    except InputError as error:
        raise InputError(f"target.{next(name for name in _WHAT if name in target)}: {error}") from None


def per_nucleus(target: Mapping[str, Any]) -> tuple[tuple[Nuclide, float], ...]:
    """Return the isotopes that a cross section per nucleus averages over, with weights that sum to one."""
    whole = material_of(target)
    symbols = sorted({isotope.symbol for isotope, _ in whole.constituents})
    if len(symbols) > 1:
        raise InputError(
            f"target.compound = {target['compound']!r} holds {' and '.join(symbols)}: a cross section per nucleus needs "
            f'one kind of nucleus. Write element = "{symbols[0]}" or a nuclide.'
        )
    total = sum(number for _, number in whole.constituents)
    return tuple((isotope, number / total) for isotope, number in whole.constituents)


def response_keys(word: str, form_factors: Mapping[str, Any]) -> Keys:
    """Return the keys of [response] for one form factor."""
    keys = dict(SECTIONS["response"])
    keys["form_factor"] = replace(keys["form_factor"], words=tuple(form_factors))
    if word in WITHOUT_RADIUS:
        keys = {name: key for name, key in keys.items() if name not in (*_RADII, "neutron_radius_error")}
    if word == "table":
        return {**keys, "file": _FILE}
    model = form_factors[word]
    return {**keys, **(keys_of(model) if isinstance(model, type) else {})}


def complete_response(
    given: Any, nuclides: tuple[Nuclide, ...], form_factors: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    """Return [response] with its defaults: radii and spins of every nuclide of the target."""
    given = as_table("response", {} if given is None else given)
    word = given.get("form_factor", "helm")
    if not isinstance(word, str) or word not in form_factors:
        check_names("response.form_factor", [str(word)], form_factors, "form factor")
    keys = response_keys(word, form_factors)
    check_names(f"[response] with form_factor = {word!r}", given, keys)
    filled = section("response", given, keys, folder)
    for name in _RADII:
        if name in keys:
            filled[name] = _complete_radius(name, filled.get(name), word, nuclides, keys[name])
    if "neutron_radius_error" in filled:
        if filled["neutron_radius"] == "systematic":
            raise InputError(
                "response.neutron_radius_error is given, but the form factor takes the radius from its own systematics. "
                "Give neutron_radius as a length, or leave the error out."
            )
        if isinstance(filled["neutron_radius_error"], Mapping):
            _by_nuclide("response.neutron_radius_error", filled["neutron_radius_error"], nuclides)
    if filled["axial"] != "one-body":
        for name in _SPINS:
            if name in filled:
                raise InputError(
                    f'response.{name} is given, but axial = {filled["axial"]!r}. Write axial = "one-body" or leave it out.'
                )
        if filled["axial"] != "none":
            for isotope in nuclides:
                shell_model_amplitudes(isotope.name)
    else:
        for name in _SPINS:
            filled[name] = _complete_spin(name, filled.get(name), nuclides)
    return ordered(filled, keys)


def _complete_radius(name: str, given: Any, word: str, nuclides: tuple[Nuclide, ...], key: Key) -> Any:
    where = f"response.{name}"
    if given == "systematic" or (given is None and word in SYSTEMATIC):
        if word not in SYSTEMATIC:
            raise InputError(
                f"{where} = 'systematic', but the form factor {word!r} has no radius of its own. Give a quantity, or one "
                f"of the form factors {', '.join(SYSTEMATIC)}."
            )
        return "systematic"
    if given is not None and not isinstance(given, Mapping):
        return given
    named = _by_nuclide(where, given or {}, nuclides)
    for isotope in nuclides:
        if isotope.name not in named:
            try:
                radii = default_radii(isotope)
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
            radius = radii.proton if name == "proton_radius" else radii.neutron
            # Fifteen digits: the echo is what is computed, and 3.448 stays 3.448.
            named[isotope.name] = f"{float(f'{float(radius) / fm:.15g}')!r} fm"
    return named


def _by_nuclide(where: str, given: Mapping[str, Any], nuclides: tuple[Nuclide, ...]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    known = [isotope.name for isotope in nuclides]
    for name, value in given.items():
        try:
            canonical = nuclide(name).name
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        check_names(where, [canonical], known, "nuclide of this target")
        if canonical in named:
            raise InputError(f"{where} names the nuclide {canonical} twice. Give it once.")
        named[canonical] = value
    return named


def _complete_spin(name: str, given: Any, nuclides: tuple[Nuclide, ...]) -> Any:
    if given is not None and not isinstance(given, Mapping):
        return given
    where = f"response.{name}"
    named = _by_nuclide(where, given or {}, nuclides)
    for isotope in nuclides:
        if isotope.name in named or isotope.spin == 0.0:
            continue
        if isotope.name not in SPIN_EXPECTATIONS:
            raise InputError(
                f"{where}: no spin expectation value of {isotope.name} is tabulated (there are "
                f'{", ".join(SPIN_EXPECTATIONS)}). Give {name} = {{ {isotope.name} = 0.3 }}, or axial = "none".'
            )
        known = SPIN_EXPECTATIONS[isotope.name]
        named[isotope.name] = known.proton if name == "spin_proton" else known.neutron
    return named


def response_of(
    filled: Mapping[str, Any], spin: str, form_factors: Mapping[str, Any]
) -> Callable[[Nuclide], NuclearResponse]:
    """Return nuclide -> response object of a completed [response] and [kinematics]."""
    word = filled["form_factor"]
    keys = response_keys(word, form_factors)
    values = {name: read(keys[name], f"response.{name}", given) for name, given in filled.items()}
    model = _form_factor(word, values, keys, form_factors)

    def one(name: str, isotope: Nuclide) -> Any:
        value = values.get(name)
        value = value.get(isotope.name) if isinstance(value, dict) else value
        return None if value == "systematic" else value

    def build(isotope: Nuclide) -> NuclearResponse:
        axial: SpinExpectation | ShellModelSpin | None = None
        if values["axial"].startswith("shell-model") and isotope.spin != 0.0:
            axial = ShellModelSpin(None, TwoBodyCurrents() if values["axial"].endswith("two-body") else None)
        elif values["axial"] == "one-body" and isotope.spin != 0.0:
            if isotope.spin is None:
                raise InputError(
                    f"the spin of {isotope.name} is not known here, so axial must be 'none' for it."
                )
            known = SPIN_EXPECTATIONS.get(isotope.name)
            cited = known.citations if known is not None else ()
            axial = SpinExpectation(
                isotope.spin, one("spin_proton", isotope), one("spin_neutron", isotope), cited
            )
        return NuclearResponse(
            isotope, model, one("proton_radius", isotope), one("neutron_radius", isotope), spin, axial
        )

    return build


def nuclei_of(full: Mapping[str, Any], form_factors: Mapping[str, Any]) -> Callable[[Nuclide], Any]:
    """Return nuclide -> response object of a completed card, elastic or not."""
    if is_inelastic(full["response"]):
        return transition_of(full["response"])
    return response_of(full["response"], full["kinematics"]["spin"], form_factors)


def _form_factor(word: str, values: Mapping[str, Any], keys: Keys, form_factors: Mapping[str, Any]) -> Any:
    if word == "table":
        return _table(values["file"])
    model = form_factors[word]
    if not isinstance(model, type):
        return model
    return model(**{name: values[name] for name in keys_of(model) if name in values})


def _table(path: str) -> TabulatedFormFactor:
    table = read_csv(path, {"F": ""})
    table["q"]
    if dimension_of(table.units["q"]) not in (dimension_of("MeV"), dimension_of("1/fm")):
        raise InputError(
            f"the column 'q' of {path!r} has the unit {table.units['q']!r}; a momentum in MeV or 1/fm is needed."
        )
    if np.any(np.abs(table["F"]) > 1.001):
        raise InputError(f"the column 'F' of {path!r} exceeds one; a form factor is normalised to F(0) = 1.")
    # Zero outside, because what lies above the end point is multiplied by zero; `check_reach` refuses the rest.
    return TabulatedFormFactor(Interpolant(table["q"], table["F"], outside="zero", name=path))


def check_reach(targets: tuple[Target, ...], energy: float, lowest: float, highest: float) -> None:
    """Raise unless every form factor is defined for recoils between two energies that ``energy`` can cause.

    Compiled code cannot raise: tables that end too early are found here, and so is what a form factor refuses about its
    own numbers, a radius too small for its surface; for that it is traced once, without calculating anything.
    """
    check_energy(targets, energy)
    for target in targets:
        response = target.response
        if isinstance(response, NuclearTransition):
            continue
        if response.deposit != NUCLEAR_RECOIL:
            continue
        mass, model = response.nuclide.mass, response.form_factor
        top = min(highest, float(response.recoil_energy_max(energy)))
        q = np.sqrt(2 * mass * np.array([min(lowest, top), top]))
        if isinstance(model, TabulatedFormFactor):
            nodes = np.asarray(model.table.x)
            # A hair of slack: the end of a table written in 1/fm is not exactly the end point.
            if q[0] < nodes[0] * (1 - 1e-9) or q[-1] > nodes[-1] * (1 + 1e-9):
                raise InputError(
                    f"the form factor {model.table.name!r} covers q = {nodes[0]:.6g} to {nodes[-1]:.6g} MeV; "
                    f"{response.nuclide} needs {q[0]:.6g} to {q[-1]:.6g} MeV. Extend the table: totals need it from zero."
                )
        if isinstance(model, ShellModel):
            model(q, None, response.nuclide)
        jax.eval_shape(response.proton_amplitude, q)
        jax.eval_shape(response.neutron_amplitude, q)
