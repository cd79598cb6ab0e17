"""[response] with final = "inelastic" or a level: nuclei left in excited levels, level by level, with their photons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.parse import as_table, path_of, section
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.cards.schema_inelastic import ELASTIC, FINAL, INELASTIC, TABLE
from weakscatter.cards.values import read
from weakscatter.flux import Beam
from weakscatter.matter import Nuclide
from weakscatter.model import Target, level_counts
from weakscatter.provenance.errors import InputError
from weakscatter.response import NuclearTransition, photon_lines, read_amplitudes, shell_model_amplitudes
from weakscatter.response.nucleon import LARGEST_TRANSFER

#: Part of the Gamow-Teller strength below which a table's levels are called incomplete.
COMPLETE = 0.8


def is_inelastic(given: Any) -> bool:
    """Whether a [response] section, completed or not, asks for levels of a table."""
    return (
        isinstance(given, Mapping) and read(FINAL, "response.final", given.get("final", ELASTIC)) != ELASTIC
    )


def complete_inelastic(given: Any, nuclides: tuple[Nuclide, ...], folder: Path) -> dict[str, Any]:
    """Return [response] of inelastic scattering with its defaults; the table is read once to see that it has the levels."""
    filled = section("response", as_table("response", given), TABLE, folder)
    if "amplitudes" in filled:
        filled["amplitudes"] = str(path_of(filled["amplitudes"], folder))
    if not isinstance(filled.get("energies", {}), Mapping):
        raise InputError("response.energies is a table by level: energies = { '1+ 2' = '15.11 MeV' }.")
    build = transition_of(filled)
    for isotope in nuclides:
        build(isotope)
    return filled


def transition_of(filled: Mapping[str, Any]) -> Callable[[Nuclide], NuclearTransition]:
    """Return nuclide -> response object of a completed [response]."""
    final = None if filled["final"] == INELASTIC else str(filled["final"])
    energies = read(TABLE["energies"], "response.energies", filled.get("energies", {}))
    quenching = read(TABLE["axial_quenching"], "response.axial_quenching", filled["axial_quenching"])

    def build(isotope: Nuclide) -> NuclearTransition:
        table = (
            read_amplitudes(filled["amplitudes"])
            if "amplitudes" in filled
            else shell_model_amplitudes(isotope.name)
        )
        return NuclearTransition(isotope, table, final, quenching, energies)

    return build


def incomplete(targets: tuple[Target, ...]) -> list[str]:
    """Return what to say of tables whose levels carry a part of the Gamow-Teller strength only."""
    said = []
    for target in targets:
        if not isinstance(target.response, NuclearTransition):
            continue
        table = target.response.table
        share = table.gamow_teller_share
        if share is not None and share < COMPLETE:
            said.append(
                f"the levels of {table.nuclide} carry {share:.0%} of its Gamow-Teller strength ({table.settings['interaction']}, "
                f"{table.settings.get('truncation', 'not truncated')}); what the rest adds is missing."
            )
    return said


def check_energy(targets: tuple[Target, ...], energy: float) -> None:
    """Raise where backward scattering leaves the nucleons' form factors, which compiled code cannot say."""
    if (
        any(isinstance(target.response, NuclearTransition) for target in targets)
        and 2 * energy > LARGEST_TRANSFER
    ):
        raise InputError(
            f"inelastic scattering at {energy:g} MeV reaches momenta of {2 * energy:g} MeV; form factors of nucleons and "
            f"shell-model tables hold up to {LARGEST_TRANSFER:g} MeV. Give energies below {LARGEST_TRANSFER / 2:g} MeV."
        )


def level_results(
    units: Units, beam: Beam, targets: tuple[Target, ...], theory: Any, per: str
) -> dict[str, Result]:
    """Return what stands in the document per level: energies, cross sections (or numbers, with ``per`` a target mass), photons.

    Empty for several nuclides, whose levels do not belong side by side.
    """
    if len(targets) != 1 or not isinstance(targets[0].response, NuclearTransition):
        return {}
    (target,) = targets
    response = target.response
    found = level_counts(beam, response, theory)
    numbers = np.sum([np.asarray(each) for each in found.values()], axis=0) * target.number
    axis = ("level",)
    results = {
        "level": Result(list(response.names), axes=axis),
        "excitation_energy": units.result("excitation_energy", response.excitations, axes=axis),
    }
    cross_section = per == "nucleus"
    name = "sigma_level" if cross_section else "N_level"
    results[name] = (
        units.result(name, numbers, per, axis) if cross_section else Result(numbers, "", per, axis)
    )
    lines = photon_lines(
        response.table, dict(zip(response.names, numbers.tolist(), strict=True)), response.energies
    )
    if lines:
        energies, intensities = (np.array(column) for column in zip(*lines, strict=True))
        results["photon_energy"] = units.result("photon_energy", energies, axes=("photon_energy",))
        name = "photon_cross_section" if cross_section else "N_photon"
        axes = ("photon_energy",)
        results[name] = (
            units.result(name, intensities, per, axes)
            if cross_section
            else Result(intensities, "", per, axes)
        )
    return results
