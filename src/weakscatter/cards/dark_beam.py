"""task = "rate" with a source of dark matter: flux, recoils and counts of a beam that a vector mediator makes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards import schema_dark_beam as schema
from weakscatter.cards.document import Document
from weakscatter.cards.electrons import atoms_of, mass_of, scatters_on_electrons
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table, check_names, kind_section, section
from weakscatter.cards.prediction import complete_output, complete_physics, sources_of
from weakscatter.cards.recoils import Units, counts, finite, spectra
from weakscatter.cards.results import Result
from weakscatter.cards.target import check_reach, complete_target, material_of, nuclei_of
from weakscatter.cards.values import read
from weakscatter.flux import LEFT_OUT, Beam, Cascade, GaussianPulse, MesonDecay, PionCapture, dark_matter_beam
from weakscatter.interactions import VectorPortal
from weakscatter.model import Target, largest_recoil, nuclear_targets
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import Source
from weakscatter.provenance.tables import read_csv
from weakscatter.units import MeV, keV

KIND = "dark-matter-beam"


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full: dict[str, Any] = {"task": "rate"}
    for name in ("mixing", "detector"):
        if name in card:
            raise InputError(f"[{name}] has no meaning with source.kind = {KIND!r}. Leave it out.")
    full["source"] = _complete_source(kind_section("source", card["source"], {KIND: schema.SOURCE}, folder))
    if "dark_matter" not in card:
        raise InputError(
            f"source.kind = {KIND!r} needs a section [dark_matter] with mass, mediator_mass and epsilon."
        )
    full["dark_matter"] = section("dark_matter", card["dark_matter"], schema.DARK_MATTER, folder)
    full["target"] = complete_target(card.get("target"), folder, mass=True)
    nuclides = tuple(isotope for isotope, _ in material_of(full["target"]).constituents)
    _check_interaction(card.get("interaction"))
    # The section that other tasks build a theory from, with the numbers of [dark_matter]; the echo keeps them in one place.
    stated = {"kind": "dark-photon", **full["dark_matter"]}
    complete_physics(full, {**card, "interaction": [stated]}, nuclides, names, folder)
    full["interaction"] = [{"kind": "dark-photon"}]
    output = as_table("output", card.get("output", {}))
    complete_output(full, {"output": output}, KIND, folder)
    beam = beam_of(full)
    _complete_grids(full, beam, targets_of(full, names))
    if full["output"]["errors"]:
        raise InputError(
            "output.errors has no meaning for a beam of dark matter: its normalisation is an input. Leave it out."
        )
    if "time_edges" in full["output"] and "pulse_mean" not in full["source"]:
        raise InputError(
            "output.time_edges needs the proton pulse: give source.pulse_mean and source.pulse_width."
        )
    return full


def _complete_source(source: dict[str, Any]) -> dict[str, Any]:
    if not source["production"]:
        raise InputError(f"source.production is empty. Allowed: {', '.join(schema.CHANNELS)}.")
    check_names("source.production", source["production"], schema.CHANNELS, "channel")
    for channel, needed in schema.CHANNELS.items():
        if (channel in source["production"]) != (needed in source):
            verb = (
                "needs"
                if channel in source["production"]
                else "is not listed in source.production, but there is"
            )
            raise InputError(f"the channel {channel!r} {verb} source.{needed}. Give both, or none of them.")
    capture = "pi-minus-capture" in source["production"]
    for name in ("capture_normalisation", "photon_branching"):
        if name in source and not capture:
            raise InputError(
                f"source.{name} belongs to the channel 'pi-minus-capture', which source.production does not list."
            )
    if capture:
        source.setdefault("capture_normalisation", schema.NORMALISATIONS[0])
    if ("pulse_mean" in source) != ("pulse_width" in source):
        raise InputError("[source] needs pulse_mean and pulse_width both, or none.")
    return {name: source[name] for name in ("kind", *schema.SOURCE) if name in source}


def _check_interaction(given: Any) -> None:
    if given is None:
        return
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], Mapping):
        raise InputError(
            f"with source.kind = {KIND!r} the card has one [[interaction]], of kind 'dark-photon', or none."
        )
    if given[0].get("kind") != "dark-photon":
        raise InputError(
            f'interaction[1].kind = {given[0].get("kind")!r} does not scatter dark matter. Write kind = "dark-photon"; its numbers are '
            "those of [dark_matter]."
        )
    extra = [name for name in given[0] if name != "kind"]
    if extra:
        raise InputError(
            f"interaction[1].{extra[0]}: the numbers of the dark photon stand in [dark_matter]. Leave it out here."
        )


def portal_of(full: Mapping[str, Any]) -> VectorPortal:
    """Return the theory of a completed card."""
    return VectorPortal(
        **{
            name: read(schema.DARK_MATTER[name], f"dark_matter.{name}", given)
            for name, given in full["dark_matter"].items()
        }
    )


def channels_of(full: Mapping[str, Any]) -> list[Any]:
    """Return the channels of production of a completed card."""
    value = {
        name: read(schema.SOURCE[name], f"source.{name}", given)
        for name, given in full["source"].items()
        if name != "kind"
    }
    made: list[Any] = []
    for name in value["production"]:
        if name == "pi-minus-capture":
            made.append(
                PionCapture(
                    value["captures_per_proton"],
                    value["capture_normalisation"],
                    value.get("photon_branching"),
                )
            )
        elif name == "cascade":
            made.append(_cascade(value["photon_file"]))
        else:
            per_proton = value[schema.CHANNELS[name]]
            made.append(
                MesonDecay(per_proton, value["pion_kinetic_energy"], off_shell=value["off_shell"], meson=name)
            )
    return made


def _cascade(path: str) -> Cascade:
    table = read_csv(path, {"low": "MeV", "high": "MeV", "per_proton": ""})
    low, high = table["low"], table["high"]
    if np.any(low[1:] != high[:-1]):
        raise InputError(
            f"the bins of {path!r} must follow on each other: the upper end of each is the lower end of the next."
        )
    return Cascade(np.append(low, high[-1]), table["per_proton"])


def beam_of(full: Mapping[str, Any]) -> Beam:
    """Return the beam of a completed card."""
    source = full["source"]
    pulse = None
    if "pulse_mean" in source:
        pulse = GaussianPulse(
            *(
                read(schema.SOURCE[name], f"source.{name}", source[name])
                for name in ("pulse_mean", "pulse_width")
            )
        )
    return dark_matter_beam(
        portal_of(full),
        channels_of(full),
        protons=float(source["protons"]),
        distance=read(schema.SOURCE["distance"], "source.distance", source["distance"]),
        pulse=pulse,
        decay=source["decay"],
    )


def targets_of(full: Mapping[str, Any], names: Names) -> tuple[Target, ...]:
    """Return the targets of a completed card."""
    mass = mass_of(full)
    if scatters_on_electrons(full):
        return atoms_of(full, mass)
    return nuclear_targets(material_of(full["target"]), mass, nuclei_of(full, names.form_factors))


def _open(beam: Beam) -> list[Any]:
    return [component for component in beam.components if float(component.fluence) > 0]


def _recoil_end(beam: Beam, targets: tuple[Target, ...]) -> float:
    parts = _open(beam) or list(beam.components)
    return max(float(largest_recoil(t.response, c.energies[1], c.mass)) for t in targets for c in parts)


def _complete_grids(full: dict[str, Any], beam: Beam, targets: tuple[Target, ...]) -> None:
    output = full["output"]
    parts = _open(beam) or list(beam.components)
    if "chi_energy" not in output:
        low, high = (pick(float(c.energies[i]) for c in parts) for i, pick in ((0, min), (1, max)))
        output["chi_energy"] = {
            "from": f"{low / MeV!r} MeV",
            "to": f"{high / MeV!r} MeV",
            "points": 200,
            "spacing": "linear",
        }
    if "recoil_energy" not in output:
        end = _recoil_end(beam, targets) / keV
        first = min(0.1, end / 100)
        output["recoil_energy"] = {
            "from": f"{first!r} keV", "to": f"{end * (1 - 1e-6)!r} keV", "points": 60, "spacing": "log",
        }  # fmt: skip


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on."""
    return sources_of(beam_of(full), targets_of(full, names), portal_of(full), material_of(full["target"]))


def run(full: dict[str, Any], names: Names) -> Document:
    """Compute a completed card."""
    portal, beam, targets = portal_of(full), beam_of(full), targets_of(full, names)
    output, units = full["output"], Units(KIND, full["output"]["units"])
    grid = {
        name: read(schema.OUTPUT[name], f"output.{name}", output[name])
        for name in ("recoil_energy", "chi_energy", "time_edges")
        if name in output
    }
    E, T = grid["chi_energy"], grid["recoil_energy"]
    fluence = finite("the flux", np.array([float(c.fluence) for c in beam.components]))
    flux = fluence[:, None] * np.array([np.asarray(c.density(E)) for c in beam.components])
    end = _recoil_end(beam, targets)
    top = max(float(c.energies[1]) for c in _open(beam) or beam.components)
    check_reach(targets, top, float(T.min()), float(T.max()))
    numbers = np.array(list(spectra(beam, targets, portal, T).values()))
    lowest, highest = read(schema.OUTPUT["window"], "output.window", output["window"])
    inside = np.array(list(counts(beam, targets, portal, lowest, highest).values()))
    channel = Result(list(beam.labels), axes=("channel",))
    results: dict[str, Result] = {
        "species": Result(portal.species),
        "invisible_branching": Result(float(portal.invisible_branching())),
        "channel": channel,
        "chi_energy": units.result("chi_energy", E, axes=("chi_energy",)),
        "dPhi_dE": units.result("dPhi_dE", flux.sum(axis=0), axes=("chi_energy",)),
        "dPhi_dE_by_channel": units.result("dPhi_dE_by_channel", flux, axes=("channel", "chi_energy")),
        "flux_total": units.result("flux_total", fluence.sum()),
        "flux_by_channel": units.result("flux_by_channel", fluence, axes=("channel",)),
        "recoil_energy": units.result("recoil_energy", T, axes=("recoil_energy",)),
        "dN_dT": units.result("dN_dT", numbers.sum(axis=0), "target mass", ("recoil_energy",)),
        "N_events": Result(float(inside.sum()), "", "target mass"),
        "N_events_by_channel": Result(inside, "", "target mass", ("channel",)),
        "recoil_energy_max": units.result("recoil_energy_max", end),
        "left_out": Result(list(LEFT_OUT)),
    }
    if "time_edges" in grid:
        times = grid["time_edges"]
        arrival = np.array([np.asarray(c.arrival(times)) for c in beam.components])
        results["time_edges"] = units.result("time_edges", times, axes=("time_edges",))
        results["time_bin"] = Result(list(range(1, len(times))), axes=("time_bin",))
        results["arrival"] = Result(arrival, axes=("channel", "time_bin"))
    return Document("rate", full, results, cited(full, names), tuple(_warnings(full, portal, beam)))


def _warnings(full: Mapping[str, Any], portal: VectorPortal, beam: Beam) -> list[str]:
    said = []
    if float(portal.width_invisible()) == 0.0 and not full["source"]["off_shell"]:
        said.append(
            f"dark_matter.mediator_mass = {full['dark_matter']['mediator_mass']} lies below twice the mass of dark matter: no mediator on "
            "its mass shell decays to it, and there is exactly none. off_shell = true holds virtual ones."
        )
    else:
        said += [
            f"the channel {c.label!r} is closed at this mass of the mediator: exactly no dark matter comes from it."
            for c in beam.components
            if float(c.fluence) == 0.0 and float(portal.epsilon) != 0.0
        ]
    if "capture_normalisation" in full["source"]:
        said.append(
            f"the normalisation of pi- capture is not settled; here it is {full['source']['capture_normalisation']!r}. Radiative capture on "
            "heavy nuclei is a few per cent of all captures."
        )
    return said
