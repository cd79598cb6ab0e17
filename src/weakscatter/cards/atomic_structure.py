"""task = "atomic-structure": orbitals, energies and configuration weights of an atom or ion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from weakscatter import units
from weakscatter.cards import schema_atomic as schema
from weakscatter.cards.atom import cited_atom, complete_atom, configuration_of, state_of
from weakscatter.cards.document import Document
from weakscatter.cards.names import Names
from weakscatter.cards.prediction import complete_output
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.provenance.sources import source

if TYPE_CHECKING:
    from weakscatter.atomic.state import AtomicState
    from weakscatter.provenance.sources import Source


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = complete_atom("atomic-structure", card, schema.STRUCTURE_TOP, folder)
    if full["method"] == "mcdf":
        from weakscatter.atomic.couplings import pair_shell

        pair_shell(configuration_of(full))
    complete_output(full, card, "atomic-structure", folder)
    return full


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    extra = ["huang1982"] if full["method"] == "mcdf" else []
    extra += ["mann1971", "johnson2007"] if full["breit"] == "first-order" else []
    return tuple(source(key) for key in (*cited_atom(full), "pulay1982", *extra))


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    progress("self-consistent orbitals")
    state = state_of(full, pair=full["method"] == "mcdf")
    unit = Units("atomic-structure", full["output"]["units"])
    results = _results(state, unit)
    if full["breit"] == "first-order":
        results |= _breit(state, unit)
    warnings = () if state.converged else (f"{state.status}. {state.advice}",)
    return Document("atomic-structure", full, results, cited(full, names), warnings, state.converged)


def _results(state: AtomicState, unit: Units) -> dict[str, Result]:
    """Return what stands in the document; a state that did not converge has no numbers but its residual."""
    axis, Eh = ("orbital",), units.hartree
    change = max(state.basis_error, state.box_error)
    total = energies = radii = error = errors = spread = None
    if state.total_energy is not None and state.energies is not None:
        total, energies = state.total_energy * Eh, state.energies * Eh
        error, errors = change * abs(total), state.energy_error * Eh
        radii = np.array([state.expectation(name, 1) for name in state.names]) * units.a0
        spread = np.array([state.expectation_error(name, 1) for name in state.names]) * units.a0
    # Occupations of a pair are part of the answer; elsewhere they are given.
    filled = state.occupation if state.converged else None
    return {
        "total_energy": unit.result("total_energy", total, "atom", error=error),
        "orbital": Result(list(state.names), axes=axis),
        "orbital_energy": unit.result("orbital_energy", energies, axes=axis, error=errors),
        "occupation": Result(filled, axes=axis, uncertainty=_occupation_error(state)),
        "mean_radius": unit.result("mean_radius", radii, axes=axis, error=spread),
        **_configurations(state),
        "residual": Result(float(state.residual), "hartree"),
        "basis_error": Result(_number(state.basis_error)),
        "box_error": Result(_number(state.box_error)),
        "convergence": Result(_number(change)),
        "converged": Result(state.converged),
    }


def _breit(state: AtomicState, unit: Units) -> dict[str, Result]:
    """Return the first-order Breit energies, which the other energies do not contain."""
    total = magnetic = retardation = error = orbital = errors = None
    if state.breit is not None:
        Eh, found = units.hartree, state.breit
        total, magnetic, retardation = found.energy * Eh, found.magnetic * Eh, found.retardation * Eh
        error, orbital, errors = found.error * Eh, found.orbital * Eh, found.orbital_error * Eh
    return {
        "energy_breit": unit.result("energy_breit", total, "atom", error=error),
        "energy_breit_magnetic": unit.result("energy_breit_magnetic", magnetic, "atom", error=error),
        "energy_breit_retardation": unit.result("energy_breit_retardation", retardation, "atom", error=error),
        "orbital_energy_breit": unit.result("orbital_energy_breit", orbital, axes=("orbital",), error=errors),
    }


def _configurations(state: AtomicState) -> dict[str, Result]:
    """Return names and amplitudes of the configurations of the state."""
    text, amplitudes, error = state.configuration.text, state.amplitudes, None
    if state.method == "mcdf":
        rest = text.rsplit(" ", 1)[0] if state.configuration.subshells[-1][2] == 2 else text
        names = [f"{rest} ({name})^2 J=0" for name in state.names[-2:]]
        error = state.amplitude_error if state.converged else None
    else:
        names, amplitudes = [text], np.ones(1) if state.converged else None
    return {
        "configuration": Result(names, axes=("configuration",)),
        "configuration_weight": Result(amplitudes, axes=("configuration",), uncertainty=error),
    }


def _occupation_error(state: AtomicState) -> np.ndarray | None:
    """Return the error of the occupations 2 C^2 of a pair [orbital], None where they are given."""
    if state.method != "mcdf" or state.amplitudes is None:
        return None
    found = np.zeros(len(state.names))
    found[-2:] = 4.0 * state.amplitudes * state.amplitude_error
    return found


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
