"""task = "cross-section": dsigma/dT and totals per nucleus, for one flavour and one energy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.document import Document
from weakscatter.cards.electrons import doubts, others, per_atom, scatters_on_electrons
from weakscatter.cards.inelastic import incomplete, level_results
from weakscatter.cards.mixing import travelled
from weakscatter.cards.names import Names
from weakscatter.cards.parse import kind_section
from weakscatter.cards.prediction import complete_physics, complete_recoil_energy, sources_of, theory_for
from weakscatter.cards.recoils import Units, by_kind, counts, divergence, finite, silent_structures, spectra
from weakscatter.cards.results import Result
from weakscatter.cards.schema import KINDS, OUTPUT
from weakscatter.cards.target import check_reach, complete_target, material_of, nuclei_of, per_nucleus
from weakscatter.cards.values import read
from weakscatter.flux import Beam, monoenergetic
from weakscatter.model import Target
from weakscatter.provenance.sources import Source


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full: dict[str, Any] = {"task": "cross-section"}
    full["projectile"] = kind_section("projectile", card.get("projectile", {}), KINDS["projectile"], folder)
    full["target"] = complete_target(card.get("target"), folder, mass=False)
    whole = (
        material_of(full["target"]).constituents
        if scatters_on_electrons(full)
        else per_nucleus(full["target"])
    )
    nuclides = tuple(isotope for isotope, _ in whole)
    complete_physics(full, card, nuclides, names, folder)
    complete_recoil_energy(full, card, _energy(full), nuclides, folder)
    return full


def _energy(full: dict[str, Any]) -> float:
    return read(KINDS["projectile"]["neutrino"]["energy"], "projectile.energy", full["projectile"]["energy"])


def parts(full: dict[str, Any], names: Names) -> tuple[Beam, tuple[Target, ...]]:
    """Return beam and targets of a completed card."""
    projectile = full["projectile"]
    produced = monoenergetic(projectile["flavour"], _energy(full), antineutrino=projectile["antineutrino"])
    beam = travelled(produced, full, projectile["baseline"], "projectile.baseline")
    if scatters_on_electrons(full):
        return beam, per_atom(full)
    response = nuclei_of(full, names.form_factors)
    return beam, tuple(Target(response(isotope), weight) for isotope, weight in per_nucleus(full["target"]))


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    return sources_of(*parts(full, names), theory_for(full, names)[0])


def run(full: dict[str, Any], names: Names) -> Document:
    """Compute a completed card."""
    output, energy = full["output"], _energy(full)
    beam, targets = parts(full, names)
    theory, warnings = theory_for(full, names)
    warnings += silent_structures(theory, targets) + incomplete(targets)
    keys = OUTPUT["cross-section"]
    axis = "energy_transfer" if "energy_transfer" in output else "recoil_energy"
    T = read(keys[axis], f"output.{axis}", output[axis])
    check_reach(targets, energy, float(T.min()), float(T.max()))
    on_electrons = scatters_on_electrons(full)
    compared = others(full) if on_electrons else {}
    warnings += doubts(full, targets, T) if on_electrons else []
    units = Units("cross-section", output["units"])
    T_max = max(float(target.response.recoil_energy_max(energy)) for target in targets)
    results: dict[str, Result] = {axis: units.result(axis, T, axes=(axis,))}
    each = "atom" if on_electrons else "nucleus"
    whole = sum(spectra(beam, targets, theory, T).values())
    results["dsigma_dT"] = units.result("dsigma_dT", whole, each, (axis,))
    for word, other in compared.items():
        beside = sum(spectra(beam, (other,), theory, T).values())
        results[f"dsigma_dT_{word}"] = units.result("dsigma_dT", beside, each, (axis,))
    if output["by_kind"]:
        split = by_kind(beam, targets, theory, T)
        results["kind"] = Result(list(split), axes=("kind",))
        rows = np.array(list(split.values()))
        results["dsigma_dT_by_kind"] = units.result("dsigma_dT_by_kind", rows, each, ("kind", axis))
    problem = divergence(theory, "sigma_total", targets)
    total = None
    if problem:
        warnings.append(problem)
    else:
        check_reach(targets, energy, 0.0, T_max)
        total = sum(counts(beam, targets, theory).values())
    results["sigma_total"] = units.result("sigma_total", total, each)
    if "window" in output:
        lowest, highest = read(keys["window"], "output.window", output["window"])
        inside = None
        if lowest > 0.0 or not problem:
            check_reach(targets, energy, lowest, highest)
            inside = sum(counts(beam, targets, theory, lowest, highest).values())
        results["sigma_window"] = units.result("sigma_window", inside, each)
    results |= level_results(units, beam, targets, theory, "nucleus")
    results["recoil_energy_max"] = units.result("recoil_energy_max", finite("T_max", np.array(T_max)))
    sources = sources_of(beam, (*targets, *compared.values()), theory)
    return Document("cross-section", full, results, sources, tuple(warnings))
