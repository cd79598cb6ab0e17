"""task = "absorption": photons, dark photons and axion-like particles absorbed by atoms, from a flux or a halo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards import schema_absorption as schema
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.parse import section
from weakscatter.cards.prediction import complete_output
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.cards.values import read
from weakscatter.matter import material
from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import Source, cite
from weakscatter.provenance.tables import read_csv
from weakscatter.response import Photoabsorption, photoabsorption, read_photoabsorption
from weakscatter.scattering import (
    AxionLikeParticle,
    DarkPhoton,
    Medium,
    Photon,
    absorption_cross_section,
    absorption_spectrum,
    halo_absorption_rate,
)

#: Keys that belong to some particles only.
_NEEDS = {
    "photon": (),
    "dark-photon": ("mass", "coupling"),
    "axion-like-particle": ("mass", "coupling"),
}
_ALLOWS = {
    "photon": (),
    "dark-photon": ("polarisation", "medium_density", "halo_density"),
    "axion-like-particle": ("halo_density",),
}
_OF_SOME = ("mass", "coupling", "polarisation", "medium_density", "halo_density")


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    top = {name: card[name] for name in schema.TOP if name in card}
    full: dict[str, Any] = {"task": "absorption", **section("absorption", top, schema.TOP, folder)}
    full["element"] = element(full["element"]).symbol
    particle = full["particle"]
    for name in _NEEDS[particle]:
        if name not in full:
            raise InputError(f"particle = {particle!r} needs {name}.")
    for name in _OF_SOME:
        if name in full and name not in (*_NEEDS[particle], *_ALLOWS[particle]):
            raise InputError(f"{name} has no meaning for particle = {particle!r}. Leave it out.")
    if particle == "dark-photon":
        full.setdefault("polarisation", "transverse")
    if "table_file" in full:
        if "table" in card and "table_file" in card and card["table"] != full["table"]:
            raise InputError("both table and table_file are given. Leave one out.")
        full.pop("table", None)
    wanted = card.get("output", {})
    if not ("halo_density" in full or "flux_file" in full or "energy" in wanted):
        raise InputError("nothing to calculate: give [output] energy, halo_density or flux_file.")
    complete_output(full, card, "absorption", folder)
    _particle(full)
    return full


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on."""
    return cite(_particle(full), _table(full))


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    unit = Units("absorption", full["output"]["units"])
    particle, table = _particle(full), _table(full)
    per_mass = 1.0 / material(full["element"]).formula_mass
    results: dict[str, Result] = {}
    if "energy" in full["output"]:
        E = read(schema.OUTPUT["energy"], "output.energy", full["output"]["energy"])
        sigma = absorption_cross_section(particle, table, E)
        results["energy"] = unit.result("energy", E, axes=("energy",))
        results["cross_section"] = unit.result("cross_section", sigma, "atom", ("energy",))
    if "halo_density" in full:
        rate = halo_absorption_rate(particle, table, density=_value(full, "halo_density"))
        results["halo_energy"] = unit.result("halo_energy", particle.mass)
        results["halo_rate"] = unit.result("halo_rate", rate * per_mass)
    if "flux_file" in full:
        flux = read_csv(full["flux_file"], {"energy": "keV", "flux": "1/(cm^2 s keV)"})
        rate = absorption_spectrum(particle, table, flux["energy"], flux["flux"])
        results["flux_energy"] = unit.result("flux_energy", flux["energy"], axes=("flux_energy",))
        results["dR_dE"] = unit.result("dR_dE", np.asarray(rate) * per_mass, axes=("flux_energy",))
    return Document("absorption", full, results, cited(full, names), table.flags)


def _value(full: Mapping[str, Any], name: str) -> Any:
    return read(schema.TOP[name], name, full[name])


def _table(full: Mapping[str, Any]) -> Photoabsorption:
    if "table_file" in full:
        return read_photoabsorption(full["table_file"])
    return photoabsorption(full["element"], full["table"])


def _particle(full: Mapping[str, Any]) -> Photon | AxionLikeParticle | DarkPhoton:
    if full["particle"] == "photon":
        return Photon()
    coupling, mass = full["coupling"], _value(full, "mass")
    if full["particle"] == "axion-like-particle":
        return AxionLikeParticle(coupling, mass)
    medium = None
    if "medium_density" in full:
        medium = Medium(full["element"], _value(full, "medium_density"))
    return DarkPhoton(coupling, mass, full["polarisation"], medium)
