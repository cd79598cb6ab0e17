"""[detector]: quenching, resolution, efficiency and bins, each by its kind."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.grid import written_grid
from weakscatter.cards.key import Key
from weakscatter.cards.parse import as_table, check_names, kind_section
from weakscatter.cards.schema import DETECTOR, KINDS, OBSERVABLE
from weakscatter.cards.values import read
from weakscatter.detectors import (
    EFFICIENCIES,
    QUENCHINGS,
    RESOLUTIONS,
    TIME_EFFICIENCIES,
    ConstantQuenching,
    Detector,
    ScaledQuenching,
    SmearingTable,
    TabulatedEfficiency,
    TabulatedQuenching,
)
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import read_csv
from weakscatter.response import ELECTRONIC_RECOIL, NUCLEAR_RECOIL
from weakscatter.units import factor

_PARTS = ("quenching", "resolution", "efficiency")
_TIME = ("time_edges", "time_efficiency")


def complete_detector(
    given: Any, folder: Path, *, edges: bool = True, experiment: bool = False, electrons: bool = False
) -> dict[str, Any]:
    """Return [detector] with its defaults; ``edges`` says whether it must state its energy bins.

    The detector of an experiment's card has no time axis, and its systematic uncertainties stand elsewhere. Recoils of
    electrons are not quenched: their energy is what light is measured by.
    """
    given = as_table("detector", given)
    if electrons and "quenching" in given:
        raise InputError(
            "detector.quenching is that of nuclear recoils, and the target scatters on electrons, whose energy is the "
            "electron-equivalent energy. Leave it out."
        )
    parts = _PARTS[1:] if electrons else _PARTS
    left_out = (*(() if edges else ("energy_edges",)), *(_TIME if experiment else ()))
    allowed = [name for name in DETECTOR if name not in left_out]
    check_names("[detector]", given, allowed)
    for name in (*parts, *(("energy_edges",) if edges else ())):
        if name not in given:
            raise InputError(
                f"[detector] lacks {name!r}: {DETECTOR[name].text}. A perfect part is asked for by its kind."
            )
    full: dict[str, Any] = {
        name: kind_section(f"detector.{name}", given[name], KINDS[name], folder) for name in parts
    }
    if experiment and "relative_uncertainty" in full.get("quenching", {}):
        raise InputError(
            "detector.quenching.relative_uncertainty is for the task rate. An experiment's systematic uncertainties stand in "
            "[[systematic]]."
        )
    unit = OBSERVABLE[full["resolution"]["kind"]]
    for name, key in KINDS["efficiency"][full["efficiency"]["kind"]].items():
        if key.reads == "observable":
            read(_in_observable(key, unit), f"detector.efficiency.{name}", full["efficiency"][name])
    if edges:
        read(edges_key(unit), "detector.energy_edges", given["energy_edges"])
        full["energy_edges"] = written_grid(given["energy_edges"])
        stated = [name for name in _TIME if name in given]
        if len(stated) == 1:
            raise InputError(
                f"[detector] has {stated[0]!r} alone; give time_edges and time_efficiency both, or none."
            )
        if stated:
            read(DETECTOR["time_edges"], "detector.time_edges", given["time_edges"])
            full["time_edges"] = written_grid(given["time_edges"])
            full["time_efficiency"] = kind_section(
                "detector.time_efficiency", given["time_efficiency"], KINDS["time_efficiency"], folder
            )
    return full


def observable(full: Mapping[str, Any]) -> str:
    """Return the unit of a completed detector's observable: keV or PE."""
    return OBSERVABLE[full["resolution"]["kind"]]


def edges_key(unit: str) -> Key:
    """Return the key of the bins of an observable in ``unit``."""
    return Key("grid", "bins of the observable", "energy" if unit == "keV" else "")


def _in_observable(key: Key, unit: str) -> Key:
    dimension = "" if unit == "PE" else ("1/keV" if key.dimension == "inverse" else "energy")
    return replace(key, reads="quantity", dimension=dimension)


def detector_of(full: Mapping[str, Any], edges: Any = None, *, energy_max: float | None = None) -> Detector:
    """Return the detector of a completed section; ``edges`` (natural units) where the section states none."""
    unit = observable(full)
    kind, quenching = _light(full)
    values = _values("resolution", full["resolution"])
    resolution = RESOLUTIONS[full["resolution"]["kind"]](**values)
    efficiency = efficiency_of(full["efficiency"], unit)
    if edges is None:
        edges = read(edges_key(unit), "detector.energy_edges", full["energy_edges"])
    light = (
        None
        if energy_max is None
        else float(np.max(np.asarray(quenching(np.linspace(0.0, energy_max, 257)))))
    )
    try:
        table = SmearingTable.build(resolution, efficiency, edges)
    except InputError:
        if not light:
            raise
        # Resolutions so wide that no energy leaves the window: the table ends at the largest light there is.
        table = SmearingTable.build(resolution, efficiency, edges, energy_max=1.01 * light)
    if "time_edges" not in full:
        return Detector(table, {kind: quenching})
    bins = read(DETECTOR["time_edges"], "detector.time_edges", full["time_edges"])
    kind = full["time_efficiency"]["kind"]
    kept = TIME_EFFICIENCIES[kind](**_values("time_efficiency", full["time_efficiency"]))
    return Detector(table, {kind: quenching}, None, _cells(bins), bins, kept)


def _light(full: Mapping[str, Any]) -> tuple[str, Any]:
    """Kind of deposit that the detector of a completed section sees, and its light."""
    if "quenching" in full:
        return NUCLEAR_RECOIL, quenching_of(full["quenching"])
    return ELECTRONIC_RECOIL, ConstantQuenching(1.0)


def _cells(bins: np.ndarray, per_bin: int = 8) -> np.ndarray:
    """Return arrival cells finer than the bins, so that the time efficiency is well averaged."""
    if np.any(np.diff(bins) <= 0.0) or len(bins) < 2:
        raise InputError("detector.time_edges must be two or more increasing times.")
    inner = [np.linspace(a, b, per_bin, endpoint=False) for a, b in itertools.pairwise(bins)]
    return np.concatenate([*inner, [bins[-1]]])


def _values(part: str, full: Mapping[str, Any]) -> dict[str, Any]:
    keys = KINDS[part][full["kind"]]
    return {
        name: read(keys[name], f"detector.{part}.{name}", given)
        for name, given in full.items()
        if name != "kind"
    }


def quenching_of(full: Mapping[str, Any]) -> Any:
    """Return the quenching model of a completed section."""
    values = _values("quenching", full)
    values.pop("relative_uncertainty", None)
    scale = values.pop("scale", None)
    if full["kind"] == "table":
        table = read_csv(values["file"], {"energy": "keV", "factor": ""})
        model: Any = TabulatedQuenching(table["energy"], table["factor"], values["outside"])
    else:
        model = QUENCHINGS[full["kind"]](**values)
    return model if scale is None else ScaledQuenching(model, scale)


def efficiency_of(full: Mapping[str, Any], unit: str) -> Any:
    """Return the efficiency curve of a completed section; ``unit`` is that of the observable."""
    if full["kind"] == "table":
        table = read_csv(full["file"], {"x": "" if unit == "PE" else "keV", "efficiency": ""})
        return TabulatedEfficiency(table["x"], table["efficiency"], full["outside"])
    keys = KINDS["efficiency"][full["kind"]]
    values = {}
    for name, given in full.items():
        if name != "kind":
            key = _in_observable(keys[name], unit) if keys[name].reads == "observable" else keys[name]
            values[name] = read(key, f"detector.efficiency.{name}", given)
    return EFFICIENCIES[full["kind"]](**values)


def scale_of(unit: str) -> float:
    """Return the observable's unit in natural units."""
    return factor(unit)
