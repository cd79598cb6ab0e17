"""[source]: how much of it, where a section allows more than one way to say so, and the beam that it describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from weakscatter.cards.parse import ordered
from weakscatter.cards.schema_projection import PROTONS
from weakscatter.cards.schema_sources import REACTOR, SOURCES
from weakscatter.cards.values import read
from weakscatter.flux import (
    Beam,
    atmospheric_neutrinos,
    diffuse_supernova_neutrinos,
    fission,
    geoneutrinos,
    radioactive_source,
    reactor_antineutrinos,
    reactor_background,
    snewpy_fluence,
    spent_fuel,
    supernova_burst,
)
from weakscatter.flux.fission_spectra import parts_of
from weakscatter.provenance.errors import InputError

#: Kinds whose rate does not change with time: their cards may ask for a rate per time, without a duration.
STEADY = ("solar", "reactor", "atmospheric", "geoneutrinos", "reactor-background", "diffuse-supernova")

_POWER = ("power", "proton_energy", "duration")
#: Older names of keys of a reactor.
_OLDER = {"fractions": "fuel", "captures": "neutron_capture"}
#: Keys of a card that have another name in Python.
_RENAMED = {"fuel": "fractions", "neutron_capture": "captures", "file": "path"}
#: Keys that are no arguments of a source.
_ERRORS = ("flux_uncertainty", "flux_pull")
#: What makes the beams of kinds beside pion decay and lines: functions of the section's keys.
_BEAMS: dict[str, Callable[..., Beam]] = {
    "reactor": reactor_antineutrinos, "spent-fuel": spent_fuel, "radioactive": radioactive_source,
    "atmospheric": atmospheric_neutrinos, "geoneutrinos": geoneutrinos, "reactor-background": reactor_background,
    "diffuse-supernova": diffuse_supernova_neutrinos, "supernova-burst": supernova_burst, "snewpy": snewpy_fluence,
}  # fmt: skip


def complete_source(source: dict[str, Any]) -> dict[str, Any]:
    """Return a read [source] with the defaults that depend on its other keys; raise where its size is not clear."""
    if source["kind"] == "pion-decay-at-rest":
        given = [name for name in _POWER[:2] if name in source]
        if "protons" in source and given:
            raise InputError(
                f"[source] has protons and {given[0]}: the exposure is stated twice. Keep protons, or power, proton_energy "
                "and duration."
            )
        missing = [name for name in _POWER if name not in source]
        if "protons" not in source and missing:
            raise InputError(
                "[source] lacks 'protons': protons on target in the exposure. Add protons = 3e23, or all of power, "
                f"proton_energy and duration (missing: {', '.join(missing)})."
            )
    if source["kind"] == "reactor":
        by_power = [name for name in ("power", "distance") if name in source]
        if ("flux" in source) == bool(by_power) or len(by_power) == 1:
            raise InputError(
                "[source] of a reactor needs power and distance, or a flux; it has "
                f"{' and '.join([*by_power, *(['flux'] if 'flux' in source else [])]) or 'none of them'}."
            )
        for old, new in _OLDER.items():
            if old in source and new in source:
                raise InputError(f"[source] has {old!r} and {new!r}, two names of one key. Keep {new!r}.")
            if old in source:
                source[new] = source.pop(old)
        source.setdefault("fuel", dict(fission.FRACTIONS))
        parts = parts_of(source["spectrum"])
        source.setdefault("neutron_capture", parts.low is not None)
        source.setdefault("above", parts.above)
        return ordered(source, ("kind", *REACTOR))
    if source["kind"] == "solar":
        _check_solar(source)
    if source["kind"] == "spent-fuel":
        source.setdefault("fuel", dict(fission.FRACTIONS))
        return ordered(source, ("kind", *SOURCES["spent-fuel"]))
    return source


def beam_by_keys(kind: str, value: Mapping[str, Any]) -> Beam:
    """Return the beam of a read [source] whose keys are the arguments of a function of `weakscatter.flux`."""
    given = {_RENAMED.get(name, name): one for name, one in value.items() if name not in _ERRORS}
    if kind in STEADY and "duration" not in given:
        raise InputError(f"[source] of kind {kind!r} lacks 'duration': live time. Add duration = \"300 d\".")
    if "elements" in given:
        given["elements"] = tuple(given["elements"])
    beam, pull = _BEAMS[kind](**given), value.get("flux_pull", 0.0)
    if pull == 0.0:
        return beam
    factors = 1 + pull * flux_error(value, beam)
    if not np.all(factors > 0.0):
        raise InputError(
            f"source.flux_pull = {pull:g} moves a flux to {factors.min():.3g} of itself; what is left must be positive."
        )
    moved = (replace(one, fluence=one.fluence * f) for one, f in zip(beam.components, factors, strict=True))
    return replace(beam, components=tuple(moved))


def has_flux_error(source: Mapping[str, Any]) -> bool:
    """Say whether the fluxes of a completed [source] have an error that `flux_pull` moves."""
    return "flux_pull" in SOURCES.get(source.get("kind", ""), ()) and source.get("flux_uncertainty") != 0.0


def flux_error(source: Mapping[str, Any], beam: Beam) -> np.ndarray:
    """Return the relative error [component] of each fluence: stated in the card, or published with the source, or zero.

    Errors of the components of one source move together, so in a sum they add linearly.
    """
    for name in ("yield_uncertainty", "flux_uncertainty"):
        if name in source:
            return np.full(len(beam.components), float(source[name]))
    return np.array(beam.relative_errors or (0.0,) * len(beam.components))


def _check_solar(source: Mapping[str, Any]) -> None:
    adiabatic = source["oscillation"] == "msw-adiabatic"
    for name, plain in (("matter", "standard"), ("time_of_day", "day")):
        if source[name] != plain and not adiabatic:
            raise InputError(
                f"source.{name} = {source[name]!r} needs oscillation = 'msw-adiabatic'; it is {source['oscillation']!r}."
            )
    if ("latitude" in source) == (source["time_of_day"] == "day"):
        raise InputError(
            "source.latitude and source.time_of_day = 'night' or 'day-and-night' need each other: give both, or none."
        )
    components = source["components"]
    if "be7" in components and {"be7_384", "be7_862"} & set(components):
        raise InputError("source.components holds 7Be twice: 'be7' is both of its lines.")


def protons_of(value: Mapping[str, Any]) -> float:
    """Return the protons on target of a read pion-decay source: stated, or power x duration / proton energy.

    >>> from weakscatter.units import GeV, GW, s
    >>> f'{protons_of({"power": 1.4e-3 * GW, "proton_energy": 1.3 * GeV, "duration": 1 * s}):.4g}'
    '6.722e+15'
    """
    if "protons" in value:
        return float(value["protons"])
    return float(value["power"] * value["duration"] / value["proton_energy"])


def duration_of(source: Mapping[str, Any], where: str) -> float:
    """Return the duration of a completed [source] (natural units), which ``where`` needs."""
    if "duration" not in source:
        raise InputError(
            f"{where} is a rate, and [source] states no duration. Give its live_time, or the source's power and duration."
        )
    return float(read(PROTONS["duration"], "source.duration", source["duration"]))
