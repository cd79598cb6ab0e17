"""task = "rate" with a halo of dark matter: ionisation of atoms, shell by shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards import schema_halo as schema
from weakscatter.cards.document import Document
from weakscatter.cards.electrons import symbols_of
from weakscatter.cards.grid import read_grid
from weakscatter.cards.key import Key
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table, check_names, ordered, path_of, section
from weakscatter.cards.results import Result
from weakscatter.cards.target import complete_target, material_of
from weakscatter.cards.values import quantity, read
from weakscatter.flux import SlowFlux, StandardHalo, TabulatedHalo, earth_speed, slow_flux_of_energy
from weakscatter.interactions import SlowDarkMatter, effective_dark_matter, electron_scatterer
from weakscatter.matter import subshells
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import Source, cite
from weakscatter.provenance.tables import read_csv
from weakscatter.response import IonisedShells, ab_initio_shells, read_form_factors
from weakscatter.scattering import ionisation_spectra, smallest_mass
from weakscatter.units import MeV, UnitError, dimension_of, eV, to

_SECTIONS = ("task", "source", "dark_matter", "target", "response", "output")
_SPEEDS = ("v0", "v_earth", "v_escape")
_COUPLINGS = ("c1", "c4", "d1", "d4")
_ENERGY = Key("quantity", "a binding energy", "energy", above=0.0)


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    for name in card:
        if name not in _SECTIONS:
            raise InputError(
                f"[{name}] has no meaning for a halo. Sections of a halo: {', '.join(_SECTIONS[1:])}."
            )
    full: dict[str, Any] = {"task": "rate", "source": _complete_source(card["source"], folder)}
    full["target"] = complete_target(card.get("target"), folder, mass=False)
    if full["target"]["scatters_on"] != "electrons":
        raise InputError(
            'a halo ionises atoms here: write scatters_on = "electrons" into [target]. Recoils of nuclei are not in this task.'
        )
    if "dark_matter" not in card:
        raise InputError(
            "a halo needs [dark_matter]: at least mass and sigma_electron, or mass and c1, c4, d1, d4."
        )
    full["dark_matter"] = _complete_particle(card["dark_matter"], folder)
    full["response"] = _complete_response(card.get("response", {}), full["target"], folder)
    arriving, particle = arriving_of(full), particle_of(full)
    full["output"] = _complete_output(card.get("output", {}), full, arriving, particle, folder)
    return full


def _complete_source(given: Any, folder: Path) -> dict[str, Any]:
    given = {name: value for name, value in as_table("source", given).items() if name != "kind"}
    check_names("[source] of kind 'halo'", given, schema.HALO)
    filled = section("source", given, schema.HALO, folder)
    files = [name for name in ("file", "flux_file") if name in filled]
    extra = [
        name for name in (*_SPEEDS, "date", *(("density",) if "flux_file" in files else ())) if name in given
    ]
    if len(files) > 1 or (files and extra):
        other = files[1] if len(files) > 1 else extra[0]
        raise InputError(
            f"[source] has {files[0]} and {other}: what comes in is stated twice. Keep one of them."
        )
    if files:
        for name in (*_SPEEDS, *(("density",) if "flux_file" in files else ())):
            filled.pop(name, None)
    elif "date" in filled:
        if "v_earth" in filled:
            raise InputError(
                "[source] has date and v_earth: the date says how fast the Earth is. Keep one of them."
            )
        _day(filled["date"])
    else:
        filled.setdefault("v_earth", "252 km/s")
    return {"kind": "halo", **ordered(filled, schema.HALO)}


def _day(text: Any) -> float:
    """Return days since noon of 1 January 2000 at noon of a date."""
    try:
        return float((datetime.strptime(str(text), "%Y-%m-%d") - datetime(2000, 1, 1)).days)
    except ValueError:
        raise InputError(
            f"source.date = {text!r} is no date. Write year-month-day, like '2026-06-02'."
        ) from None


def _complete_particle(given: Any, folder: Path) -> dict[str, Any]:
    given = as_table("dark_matter", given)
    filled = section("dark_matter", given, schema.DARK_MATTER, folder)
    named = [name for name in _COUPLINGS if name in filled]
    if ("sigma_electron" in filled) == bool(named):
        got = f"sigma_electron and {named[0]}" if named else "neither"
        raise InputError(
            f"[dark_matter] needs sigma_electron, or some of {', '.join(_COUPLINGS)}; it has {got}."
        )
    if named:
        for name in ("mediator", "spin_dependent"):
            if name in given:
                raise InputError(
                    f"dark_matter.{name} belongs to sigma_electron; {named[0]} says it already. Leave it out."
                )
        filled.pop("spin_dependent")
    else:
        filled.setdefault("mediator", "heavy")
        if "spin" in given:
            raise InputError("dark_matter.spin is for c4 and d4: sigma_electron holds it. Leave it out.")
        filled.pop("spin")
    return ordered(filled, schema.DARK_MATTER)


def _complete_response(given: Any, target: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    filled = section("response", given, schema.RESPONSE, folder)
    electrons = filled["electrons"]
    if isinstance(electrons, Mapping):
        inner = section("response.electrons", electrons, schema.FILES, folder)
        if len(symbols_of(target)) > 1:
            raise InputError(
                'response.electrons.files are those of one element, and the target holds several. Write element = "Xe".'
            )
        inner["files"] = {shell: str(path_of(file, folder)) for shell, file in inner["files"].items()}
        if "binding" not in inner:
            inner["binding"] = _edges(symbols_of(target)[0], inner["files"])
        check_names("response.electrons.binding", inner["binding"], inner["files"], "shell with a file")
        filled["electrons"] = ordered(inner, schema.FILES)
    if isinstance(electrons, Mapping) and "binding" in filled:
        raise InputError(
            "response.binding is that of 'ab-initio'; published tables have response.electrons.binding. Move it there."
        )
    if not isinstance(electrons, Mapping):
        filled.setdefault("binding", "table")
    shells_of(filled, symbols_of(target))
    return ordered(filled, schema.RESPONSE)


def _edges(symbol: str, files: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    known = subshells(symbol)
    for name in files:
        own = [one for one in known if one.name == name or (one.name.startswith(name) and "/" not in name)]
        if not own:
            check_names("response.electrons.files", [name], [one.name for one in known], f"shell of {symbol}")
        energy = sum(one.energy * one.occupation for one in own) / sum(one.occupation for one in own)
        found[name] = f"{float(f'{energy / eV:.6g}')!r} eV"
    return found


def _complete_output(
    given: Any, full: Mapping[str, Any], arriving: Any, particle: SlowDarkMatter, folder: Path
) -> dict[str, Any]:
    keys = {**schema.OUTPUT, "units": Key("fixed", "units of results by name", default={})}
    filled = section("output", given, keys, folder)
    check_names("output.units", filled["units"], schema.RESULTS, "result with a unit")
    for name, unit in filled["units"].items():
        try:
            right = isinstance(unit, str) and dimension_of(unit) == dimension_of(schema.RESULTS[name])
        except UnitError as error:
            raise InputError(f"output.units.{name}: {error}") from None
        if not right:
            raise InputError(
                f"output.units.{name} = {unit!r}: a unit of the dimension {dimension_of(schema.RESULTS[name])} is needed, like "
                f"{schema.RESULTS[name]!r}."
            )
    stated = dict(filled["units"])
    if "dR_dlnE" in stated:
        stated.setdefault("dR_dlnE_total", stated["dR_dlnE"])
    filled["units"] = {**schema.RESULTS, **stated}
    if "electron_energy" not in filled:
        shells = [
            shell
            for one in shells_of(full["response"], symbols_of(full["target"])).values()
            for shell in one.shells
        ]
        left = float(particle.mass * arriving.fastest**2 / 2) - min(shell.binding for shell in shells)
        known = min(max(float(shell.electron_energy[-1]) for shell in shells), left)
        if not known > 2 * eV:
            raise InputError(
                f"dark matter of this mass and speed gives at most {max(left, 0.0) / eV:.4g} eV to an electron of this target: there is no "
                f"spectrum. Give output.electron_energy, or a mass above {smallest_mass(min(s.binding for s in shells), float(arriving.fastest)) / MeV:.4g} MeV."
            )
        filled["electron_energy"] = {
            "from": "1.0 eV", "to": f"{float(f'{known / eV * (1 - 1e-6):.6g}')!r} eV", "points": 60, "spacing": "log",
        }  # fmt: skip
    return {"electron_energy": filled["electron_energy"], "units": filled["units"]}


def arriving_of(full: Mapping[str, Any]) -> StandardHalo | TabulatedHalo | SlowFlux:
    """Return what comes in by a completed [source]."""
    source = full["source"]
    value = {
        name: read(schema.HALO[name], f"source.{name}", given)
        for name, given in source.items()
        if name != "kind"
    }
    try:
        if "file" in source:
            table = read_csv(source["file"], {"speed": "km/s", "distribution": "s/km"})
            return TabulatedHalo(table["speed"], table["distribution"], value["density"])
        if "flux_file" in source:
            table = read_csv(source["flux_file"], {"kinetic_energy": "eV", "flux": "1/(cm^2 s eV)"})
            mass = read(schema.DARK_MATTER["mass"], "dark_matter.mass", full["dark_matter"]["mass"])
            return slow_flux_of_energy(table["kinetic_energy"], table["flux"], mass)
        dated = "date" in source
        v_earth = float(earth_speed(_day(source["date"]), value["v0"])) if dated else value["v_earth"]
        return StandardHalo(value["density"], value["v0"], v_earth, value["v_escape"])
    except InputError as error:
        raise InputError(f"[source]: {error}") from None


def particle_of(full: Mapping[str, Any]) -> SlowDarkMatter:
    """Return the particle of a completed [dark_matter]."""
    given, keys = full["dark_matter"], schema.DARK_MATTER
    value = {name: read(keys[name], f"dark_matter.{name}", one) for name, one in given.items()}
    if "sigma_electron" in given:
        return electron_scatterer(
            value["mass"], value["sigma_electron"], value["mediator"], spin_dependent=value["spin_dependent"]
        )
    try:
        couplings = {name: value.get(name) for name in _COUPLINGS}
        return effective_dark_matter(value["mass"], **couplings, spin=value["spin"])
    except InputError as error:
        raise InputError(f"[dark_matter]: {error}") from None


def shells_of(filled: Mapping[str, Any], symbols: tuple[str, ...]) -> dict[str, IonisedShells]:
    """Return {element: shells} of a completed [response]."""
    electrons = filled["electrons"]
    try:
        if isinstance(electrons, Mapping):
            binding = {
                name: quantity(_ENERGY, f"binding.{name}", one) for name, one in electrons["binding"].items()
            }
            found = {symbols[0]: read_form_factors(electrons["files"], binding, beyond=electrons["beyond"])}
        else:
            found = {symbol: ab_initio_shells(symbol) for symbol in symbols}
            if filled.get("binding", "table") == "measured":
                found = {symbol: _measured(symbol, one) for symbol, one in found.items()}
        if "shells" in filled:
            found = {symbol: one.only(*filled["shells"]) for symbol, one in found.items()}
        return found
    except InputError as error:
        raise InputError(f"response.electrons: {error}") from None


def _measured(symbol: str, shells: IonisedShells) -> IonisedShells:
    """Return shells bound with the measured edges of the element."""
    edges = {one.name: one.energy for one in subshells(symbol)}
    lacking = [name for name in shells.names if name not in edges]
    if lacking:
        raise InputError(
            f"no measured edge of {symbol} {lacking[0]} is known: take binding = 'table', or leave this shell out."
        )
    moved = shells.with_binding({name: edges[name] for name in shells.names})
    return replace(
        moved,
        flags=(
            "no correlation between electrons; responses of calculated orbitals at measured binding energies",
        ),
    )


def _species(given: Mapping[str, Any]) -> str:
    """Return what is counted, in words."""
    counted = "the density is that of particles and antiparticles together"
    if "sigma_electron" in given:
        spin = "1/2" if given["spin_dependent"] else "any"
        return f"spin {spin}, inside sigma_electron; {counted}"
    return f"spin {given['spin']:g}; {counted}"


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on."""
    return cite(
        arriving_of(full),
        particle_of(full),
        *shells_of(full["response"], symbols_of(full["target"])).values(),
    )


def run(full: dict[str, Any], names: Names) -> Document:
    """Compute a completed card."""
    target, units = material_of(full["target"]), full["output"]["units"]
    arriving, particle = arriving_of(full), particle_of(full)
    E = read_grid(
        "output.electron_energy", full["output"]["electron_energy"],
        lambda where, one: quantity(schema.OUTPUT["electron_energy"], where, one),
    )  # fmt: skip
    labels: list[str] = []
    binding: list[float] = []
    rates: list[np.ndarray] = []
    warnings: list[str] = []
    by_element = shells_of(full["response"], symbols_of(full["target"]))
    for symbol, shells in by_element.items():
        atoms = (
            sum(number for isotope, number in target.constituents if isotope.symbol == symbol)
            / target.formula_mass
        )
        found = ionisation_spectra([particle], shells, arriving, E)[0] * E * atoms
        labels += [name if len(by_element) == 1 else f"{symbol} {name}" for name in shells.names]
        binding += [float(one) for one in shells.binding]
        rates += list(found)
        warnings += shells.flags
    spectra = np.array(rates)
    if not np.any(spectra):
        least = smallest_mass(min(binding) + float(E.min()), float(arriving.fastest))
        warnings.append(
            f"all rates are zero: nothing that arrives can give {(min(binding) + float(E.min())) / eV:.4g} eV. Masses from {least / MeV:.4g} MeV "
            "on can."
        )
    unused = [
        on for on in ("p", "n") if particle.couples_to("density", on) or particle.couples_to("spin", on)
    ]
    if unused:
        warnings.append(
            f"couplings to {' and '.join(unused)} ionise by the recoil of the nucleus, which is not in these rates: "
            "weakscatter.scattering.recoil_ionisation_spectrum."
        )
    most = float(particle.mass * arriving.fastest**2 / 2)

    def result(name: str, value: Any, per: str | None = None, axes: tuple[str, ...] = ()) -> Result:
        converted = np.asarray(to(np.asarray(value, float), units[name]))
        return Result(converted if axes else converted.item(), units[name], per, axes)

    results = {
        "electron_energy": result("electron_energy", E, axes=("electron_energy",)),
        "subshell": Result(labels, axes=("subshell",)),
        "binding_energy": result("binding_energy", binding, axes=("subshell",)),
        "dR_dlnE": result("dR_dlnE", spectra, "mass and time", ("subshell", "electron_energy")),
        "dR_dlnE_total": result("dR_dlnE_total", spectra.sum(0), "mass and time", ("electron_energy",)),
        "energy_transfer_max": result("energy_transfer_max", most),
        "species": Result(_species(full["dark_matter"])),
    }
    return Document("rate", full, results, cited(full, names), tuple(warnings))
