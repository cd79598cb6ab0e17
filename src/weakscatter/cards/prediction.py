"""Sections that every prediction has: response, kinematics, constants, interactions, output."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from weakscatter.cards.electrons import complete_electrons, scatters_on_electrons
from weakscatter.cards.errors import complete_errors, wants_errors
from weakscatter.cards.inelastic import complete_inelastic, is_inelastic
from weakscatter.cards.interaction import complete_interactions, theory_of, weak_mixing_angle
from weakscatter.cards.key import Key
from weakscatter.cards.mixing import complete_mixing, mixing_of, unused
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table, check_names, section
from weakscatter.cards.schema import OUTPUT, RESULTS, SECTIONS
from weakscatter.cards.target import complete_response
from weakscatter.cards.values import read
from weakscatter.constants import m_e
from weakscatter.interactions import COUPLING_SETS
from weakscatter.matter import Nuclide
from weakscatter.mixing import in_basis
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import Source, cite
from weakscatter.units import UnitError, dimension_of, keV

_LOWEST, _POINTS = 0.1 * keV, 60


def complete_physics(
    full: dict[str, Any], card: Mapping[str, Any], nuclides: tuple[Nuclide, ...], names: Names, folder: Path
) -> None:
    """Fill in [response], [kinematics], [constants] and [[interaction]]."""
    if scatters_on_electrons(full):
        full["response"] = complete_electrons(
            card.get("response"), full["target"], folder, compare=full.get("task") == "cross-section"
        )
        if "kinematics" in card:
            raise InputError(
                "[kinematics] is that of nuclei, and the target scatters on electrons. Leave it out."
            )
    elif is_inelastic(card.get("response")):
        full["response"] = complete_inelastic(card["response"], nuclides, folder)
        if "kinematics" in card:
            raise InputError("[kinematics] is that of elastic scattering; inelastic is exact. Leave it out.")
    else:
        full["response"] = complete_response(card.get("response"), nuclides, names.form_factors, folder)
        full["kinematics"] = section("kinematics", card.get("kinematics", {}), SECTIONS["kinematics"], folder)
    complete_theory(full, card, names, folder)
    if wants_errors(card):
        complete_errors(full)


def complete_theory(
    full: dict[str, Any], card: Mapping[str, Any], names: Names, folder: Path, named: Iterable[str] = ()
) -> None:
    """Fill in [constants], [[interaction]] and, where the card or a `named` parameter needs it, [mixing]."""
    constants = section("constants", card.get("constants", {}), SECTIONS["constants"], folder)
    full["interaction"] = complete_interactions(card.get("interaction"), names.interactions, folder)
    own = weak_mixing_angle(full["interaction"])
    if (
        own is None
        and "sin2_theta_w" in constants
        and any(one["kind"] == "weak" for one in full["interaction"])
    ):
        raise InputError(
            "constants.sin2_theta_w is given, but the weak couplings are explicit numbers that do not depend on it. "
            "Leave it out, or choose couplings = 'tree'."
        )
    if "sin2_theta_w_error" in constants and (own is None or full["task"] not in ("cross-section", "rate")):
        raise InputError(
            "constants.sin2_theta_w_error is given, but nothing here is moved by it: it needs a set of weak couplings and the "
            "task cross-section or rate. Leave it out."
        )
    if own is not None:
        constants.setdefault("sin2_theta_w", own)
    full["constants"] = constants
    complete_mixing(full, card, folder, named)


def theory_for(full: Mapping[str, Any], names: Names) -> tuple[Any, list[str]]:
    """Return the theory of a completed card in the flavour basis, and what has to be said about it."""
    theory, warnings = stated_theory(full, names)
    return in_basis(theory, mixing_of(full)), warnings + unused(full)


def stated_theory(full: Mapping[str, Any], names: Names) -> tuple[Any, list[str]]:
    """Return the theory of a completed card, each interaction in its own basis, and what has to be said about it."""
    angle = full["constants"].get("sin2_theta_w")
    if angle is not None:
        angle = read(SECTIONS["constants"]["sin2_theta_w"], "constants.sin2_theta_w", angle)
    nature = full.get("mixing", {}).get("nature", "dirac")
    theory = theory_of(full["interaction"], names.interactions, angle, nature)
    warnings = []
    for one in full["interaction"]:
        if one["kind"] != "weak" or not one["include_sm_charge_radius"]:
            continue
        held = one["couplings"] in COUPLING_SETS and any(COUPLING_SETS[one["couplings"]].held_radius)
        if one["couplings"] == "explicit":
            proton = one["g_v_p"]
            held = isinstance(proton, Mapping) and len(set(proton.values())) > 1
        if not held:
            warnings.append(
                f"couplings {one['couplings']!r} hold no Standard-Model charge radius: include_sm_charge_radius = true "
                "includes nothing."
            )
    if angle is not None and not any(one["kind"] == "weak" for one in full["interaction"]):
        warnings.append("constants.sin2_theta_w is given, and no interaction of this card depends on it.")
    return theory, warnings


def complete_output(
    full: dict[str, Any],
    card: Mapping[str, Any],
    task: str,
    folder: Path,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Fill in [output]; ``extra`` are results with units beside those of the task."""
    given = as_table("output", card.get("output", {}))
    keys = {**OUTPUT[task], "units": Key("fixed", "units of results by name", default={})}
    filled = section("output", given, keys, folder)
    known = {**RESULTS[task], **(extra or {})}
    check_names("output.units", filled["units"], known, "result with a unit")
    for name, unit in filled["units"].items():
        try:
            wrong = not isinstance(unit, str) or dimension_of(unit) != dimension_of(known[name])
        except UnitError as error:
            raise InputError(f"output.units.{name}: {error}") from None
        if wrong:
            raise InputError(
                f"output.units.{name} = {unit!r}: a unit of the dimension {dimension_of(known[name])} is needed, like "
                f"{known[name]!r}."
            )
    stated = filled.get("units", {})
    filled["units"] = {
        name: stated.get(name, _like(name, stated, unit)) for name, unit in RESULTS[task].items()
    }
    full["output"] = filled


def _like(name: str, stated: Mapping[str, str], default: str) -> str:
    """Return the default unit of a result: that of the result it is a part of, where that one is stated."""
    whole = {
        "dsigma_dT_by_kind": "dsigma_dT", "dN_dT_by_kind": "dN_dT", "dR_dT_by_kind": "dR_dT", "dR_dT_total": "dR_dT", "sigma_window": "sigma_total",
        "recoil_energy_max": "recoil_energy",
    }.get(name, "")  # fmt: skip
    return stated.get(whole, default)


def complete_recoil_energy(
    full: dict[str, Any], card: Mapping[str, Any], energy: float, nuclides: tuple[Nuclide, ...], folder: Path
) -> None:
    """Fill in [output] with a recoil grid up to the end point where none is given."""
    complete_output(full, card, full["task"], folder)
    output = full["output"]
    if "energy_transfer" in output and ("recoil_energy" in output or not scatters_on_electrons(full)):
        raise InputError(
            "output.energy_transfer is the energy given to electrons, in place of output.recoil_energy. Keep recoil_energy alone, or "
            'write scatters_on = "electrons" into [target].'
        )
    if "recoil_energy" in output or "energy_transfer" in output:
        return
    masses = [m_e] if scatters_on_electrons(full) else [isotope.mass for isotope in nuclides]
    T_max = max(2 * energy**2 / (mass + 2 * energy) for mass in masses)
    if not (math.isfinite(T_max) and T_max > 1e-30):
        raise InputError(
            f"the largest recoil energy is {T_max} MeV: give output.recoil_energy, or another energy."
        )
    # Rounded down, so that the last point is still below the end point.
    end = float(f"{T_max / keV * (1 - 1e-6):.6g}")
    first = min(_LOWEST / keV, float(f"{end / 100:.3g}"))
    output["recoil_energy"] = {
        "from": f"{first!r} keV",
        "to": f"{end!r} keV",
        "points": _POINTS,
        "spacing": "log",
    }
    full["output"] = {"recoil_energy": output.pop("recoil_energy"), **output}


def sources_of(*objects: Any) -> tuple[Source, ...]:
    """Return the sources that a calculation rests on."""
    return cite(*objects)
