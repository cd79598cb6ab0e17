"""task = "rate": recoil spectra and counts of a target at a source, with or without a detector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards import dark_beam, halo_rate
from weakscatter.cards.detector import complete_detector, detector_of, observable, scale_of
from weakscatter.cards.document import Document
from weakscatter.cards.electrons import atoms_of, doubts, mass_of, scatters_on_electrons
from weakscatter.cards.inelastic import incomplete, level_results
from weakscatter.cards.mixing import travelled
from weakscatter.cards.names import Names
from weakscatter.cards.parse import kind_section
from weakscatter.cards.prediction import complete_physics, complete_recoil_energy, sources_of, theory_for
from weakscatter.cards.recoils import (
    Units,
    by_kind,
    counts,
    divergence,
    finite,
    silent_structures,
    spectra,
)
from weakscatter.cards.results import Result
from weakscatter.cards.schema import KINDS, OUTPUT
from weakscatter.cards.solar import solar_beam
from weakscatter.cards.source import (
    STEADY,
    beam_by_keys,
    complete_source,
    duration_of,
    flux_error,
    protons_of,
)
from weakscatter.cards.target import check_reach, complete_target, material_of, nuclei_of
from weakscatter.cards.values import read
from weakscatter.flux import Beam, GaussianPulse, monoenergetic, pion_decay_at_rest
from weakscatter.matter import Nuclide
from weakscatter.model import Model, Target, fine_recoil_grid, nuclear_targets
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import Source
from weakscatter.units import us

#: Sources of dark matter: what scatters is no neutrino, so their cards are completed and run in rooms of their own.
_OWN_ROOMS: dict[str, Any] = {"dark-matter-beam": dark_beam, "halo": halo_rate}


def _own_room(card: Mapping[str, Any]) -> Any:
    source = card.get("source")
    return _OWN_ROOMS.get(source.get("kind", "")) if isinstance(source, Mapping) else None


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    if own := _own_room(card):
        return own.complete(card, names, folder)
    full: dict[str, Any] = {"task": "rate"}
    nuclides = complete_source_and_target(full, card, folder)
    if "dark_matter" in card:
        kinds = " or ".join(map(repr, _OWN_ROOMS))
        raise InputError(f"[dark_matter] needs a source that makes some: [source] kind = {kinds}.")
    complete_physics(full, card, nuclides, names, folder)
    if "detector" in card:
        full["detector"] = complete_detector(card["detector"], folder, electrons=scatters_on_electrons(full))
        if "time_edges" in full["detector"] and "pulse_mean" not in full["source"]:
            raise InputError(
                "detector.time_edges needs the proton pulse: give source.pulse_mean and source.pulse_width."
            )
    beam = beam_of(_with_exposure(full)["source"])
    complete_recoil_energy(full, card, float(max(c.energies[1] for c in beam.components)), nuclides, folder)
    return full


def complete_source_and_target(
    full: dict[str, Any], card: Mapping[str, Any], folder: Path
) -> tuple[Nuclide, ...]:
    """Fill in [source] and [target]; return the target's nuclides."""
    if _own_room(card):
        kind = card["source"]["kind"]
        raise InputError(
            f"[source] kind = {kind!r} is for task = 'rate' alone. Allowed here: the other kinds."
        )
    full["source"] = complete_source(kind_section("source", card.get("source", {}), KINDS["source"], folder))
    pulse = [name for name in ("pulse_mean", "pulse_width") if name in full["source"]]
    if len(pulse) == 1:
        raise InputError(f"[source] has {pulse[0]!r} alone; give pulse_mean and pulse_width both, or none.")
    steady = full["source"]["kind"] in STEADY
    full["target"] = complete_target(
        card.get("target"), folder, mass=True, needed=not steady or "detector" in card
    )
    return tuple(isotope for isotope, _ in material_of(full["target"]).constituents)


def _with_exposure(full: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card with a unit of mass and time where a steady source states none: what the rate is divided by."""
    filled = {**full, "source": dict(full["source"]), "target": dict(full["target"])}
    if full["source"]["kind"] in STEADY and "detector" not in full:
        filled["source"].setdefault("duration", "1 yr")
        filled["target"].setdefault("mass", "1 t")
    return filled


def _arriving(full: Mapping[str, Any], theory: Any = None, *, timed: bool = False) -> Beam:
    """Return the beam of a completed card as it reaches the detector."""
    if full["source"]["kind"] == "solar":
        return solar_beam(full, theory)
    return travelled(
        beam_of(full["source"], timed=timed), full, full["source"]["baseline"], "source.baseline"
    )


def beam_of(source: Mapping[str, Any], *, timed: bool = False) -> Beam:
    """Return the beam of a completed [source] as produced; with its pulse where arrival times are wanted."""
    keys = KINDS["source"][source["kind"]]
    value = {
        name: read(keys[name], f"source.{name}", given)
        for name, given in source.items()
        if name not in ("kind", "baseline")
    }
    if source["kind"] == "solar":
        return solar_beam({"source": source})
    if source["kind"] == "monoenergetic":
        return monoenergetic(
            value["flavour"], value["energy"], antineutrino=value["antineutrino"], fluence=value["fluence"]
        )
    if source["kind"] != "pion-decay-at-rest":
        return beam_by_keys(source["kind"], value)
    pulse = (
        GaussianPulse(value["pulse_mean"], value["pulse_width"]) if timed and "pulse_mean" in value else None
    )
    return pion_decay_at_rest(protons_of(value), value["yield_per_flavour"], value["distance"], pulse)


def targets_of(full: Mapping[str, Any], names: Names) -> tuple[Target, ...]:
    """Return the targets of completed [target] and [response] sections."""
    mass = mass_of(full)
    if scatters_on_electrons(full):
        return atoms_of(full, mass)
    response = nuclei_of(full, names.form_factors)
    return nuclear_targets(material_of(full["target"]), mass, response)


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    if own := _own_room(full):
        return own.cited(full, names)
    theory, _ = theory_for(full, names)
    full = _with_exposure(full)
    sources: list[Any] = [_arriving(full, theory), targets_of(full, names), theory]
    sources.append(material_of(full["target"]))
    if "detector" in full:
        sources.append(detector_of(full["detector"]))
    return sources_of(*sources)


def run(full: dict[str, Any], names: Names) -> Document:
    """Compute a completed card."""
    if own := _own_room(full):
        return own.run(full, names)
    output = full["output"]
    # What a steady source does per mass and time needs no exposure; numbers of events do.
    counted = full["source"]["kind"] not in STEADY or (
        "duration" in full["source"] and "mass" in full["target"]
    )
    exposed = _with_exposure(full)
    theory, warnings = theory_for(full, names)
    beam, targets = _arriving(exposed, theory), targets_of(exposed, names)
    finite("the flux", np.array([float(c.fluence) for c in beam.components]))
    energy = float(max(c.energies[1] for c in beam.components))
    warnings += silent_structures(theory, targets) + incomplete(targets)
    keys = OUTPUT["rate"]
    T = read(keys["recoil_energy"], "output.recoil_energy", output["recoil_energy"])
    check_reach(targets, energy, float(T.min()), float(T.max()))
    warnings += doubts(full, targets, T) if scatters_on_electrons(full) else []
    units = Units("rate", output["units"])
    relative = flux_error(full["source"], beam)
    results: dict[str, Result] = {"recoil_energy": units.result("recoil_energy", T, axes=("recoil_energy",))}
    rows = spectra(beam, targets, theory, T)
    numbers = np.array(list(rows.values()))
    axis = axis_of(full)
    results[axis] = Result(list(rows), axes=(axis,))
    exposure = 1.0 if counted else mass_of(exposed) * duration_of(exposed["source"], "dR_dT")
    if counted:
        results["dN_dT"] = units.result("dN_dT", numbers, "target mass", (axis, "recoil_energy"))
    else:
        per = numbers / exposure
        error = per * relative[:, None] if relative.any() else None
        whole = None if error is None else error.sum(axis=0)
        results["dR_dT"] = units.result("dR_dT", per, "mass and time", (axis, "recoil_energy"), error)
        results["dR_dT_total"] = units.result(
            "dR_dT_total", per.sum(axis=0), "mass and time", ("recoil_energy",), whole
        )
    if output["by_kind"]:
        split = by_kind(beam, targets, theory, T)
        results["kind"] = Result(list(split), axes=("kind",))
        parts = np.array(list(split.values()))
        name, per_what = ("dN_dT_by_kind", "target mass") if counted else ("dR_dT_by_kind", "mass and time")
        results[name] = units.result(name, parts / exposure, per_what, ("kind", "recoil_energy"))
    if counted:
        _count(full, results, warnings, beam, targets, theory, relative)
        results |= level_results(units, beam, targets, theory, "target mass")
    sources: list[Any] = [beam, targets, theory, material_of(full["target"])]
    if "detector" in full:
        if divergence(theory, "N_total", targets) and not _blind_at_zero(full):
            warnings.append("counts integrate the recoil spectrum from zero, where photon exchange diverges.")
        detected, parts_used = _detected(full, targets, theory, relative)
        results |= detected
        sources.append(parts_used)
    elif "pulse_mean" in full["source"]:
        warnings.append("source.pulse_mean and pulse_width have no effect without detector.time_edges.")
    top = max(float(target.response.recoil_energy_max(energy)) for target in targets)
    results["recoil_energy_max"] = units.result("recoil_energy_max", top)
    return Document("rate", full, results, sources_of(*sources), tuple(warnings))


def axis_of(full: Mapping[str, Any]) -> str:
    """Return the name of the axis of the beam's components: flavours of a beam, sources of everything else."""
    return "component" if full["source"]["kind"] in STEADY else "flavour"


def _count(
    full: Mapping[str, Any], results: dict[str, Result], warnings: list[str], beam: Beam,
    targets: tuple[Target, ...], theory: Any, relative: np.ndarray,
) -> None:  # fmt: skip
    """Add the numbers of recoils, in all and in the window, to the results of a card with an exposure."""
    energy = float(max(c.energies[1] for c in beam.components))
    problem = divergence(theory, "N_total", targets)
    numbers = None
    if problem:
        warnings.append(problem)
    else:
        check_reach(targets, energy, 0.0, np.inf)
        numbers = np.array(list(counts(beam, targets, theory).values()))
    results["N_total"] = _numbers(numbers, relative, axis_of(full))
    if "window" in full["output"]:
        lowest, highest = read(OUTPUT["rate"]["window"], "output.window", full["output"]["window"])
        inside = None
        if lowest > 0.0 or not problem:
            check_reach(targets, energy, lowest, highest)
            inside = np.array(list(counts(beam, targets, theory, lowest, highest).values()))
        results["N_window"] = _numbers(inside, relative, axis_of(full))


def _numbers(values: np.ndarray | None, relative: np.ndarray, axis: str) -> Result:
    error = None if values is None or not relative.any() else values * relative
    return Result(values, "", "target mass", (axis,), error)


def _blind_at_zero(full: Mapping[str, Any]) -> bool:
    """Whether the detector needs light, so that recoils of vanishing energy are not seen."""
    return observable(full["detector"]) == "PE"


def _detected(
    full: Mapping[str, Any], targets: tuple[Target, ...], theory: Any, relative: np.ndarray
) -> tuple[dict[str, Result], Any]:
    timed = "time_edges" in full["detector"]
    beam = _arriving(full, theory, timed=timed)
    energy = max(float(c.energies[1]) for c in beam.components)
    top = max(float(target.response.recoil_energy_max(energy)) for target in targets)
    detector = detector_of(full["detector"], energy_max=top)
    check_reach(targets, energy, 0.0, np.inf)
    grids = {targets[0].response.deposit: fine_recoil_grid(beam, targets)}

    def expected(of: Beam) -> np.ndarray:
        seen = finite(
            "the number of counts", np.asarray(Model(of, theory, targets, detector, grids).counts())
        )
        rounded = (seen < 0.0) & (seen > -1e-12 * np.max(np.abs(seen)))
        return np.where(rounded, 0.0, seen) if np.any(rounded) else seen

    seen = expected(beam)
    error = seen * relative.max()
    if np.ptp(relative) > 0.0:
        parts = [replace(beam, components=(one,), relative_errors=()) for one in beam.components]
        error = np.sum([share * expected(part) for share, part in zip(relative, parts, strict=True)], axis=0)
    unit = observable(full["detector"])
    edges = np.asarray(detector.energy_edges) / scale_of(unit)
    results = {
        "energy_bin": Result(0.5 * (edges[1:] + edges[:-1]), unit, axes=("energy_bin",)),
        "energy_edges": Result(edges, unit, axes=("energy_edges",)),
    }
    axes: tuple[str, ...] = ("energy_bin",)
    if timed:
        times = np.asarray(detector.time_bins) / us
        results["time_bin"] = Result(0.5 * (times[1:] + times[:-1]), "us", axes=("time_bin",))
        results["time_edges"] = Result(times, "us", axes=("time_edges",))
        axes = ("energy_bin", "time_bin")
    else:
        seen, error = seen[:, 0], error[:, 0]
    results["counts"] = Result(seen, "", "target mass", axes, error if relative.any() else None)
    return results, detector
