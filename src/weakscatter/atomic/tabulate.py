"""Tables of the response of an atom, one electron at a time: all subshells, on a grid of energy transfer and momentum.

The grid begins at the lowest threshold, and every other threshold stands in it twice, with the responses below and above. A unit
of work is one subshell on a block of energies; units go to any executor, and to a file from which an interrupted run goes on.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

import weakscatter
from weakscatter import constants, units
from weakscatter.atomic.hartree import FM
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.shell_response import hole_of, momentum_of, shell_response
from weakscatter.atomic.state import AtomicState
from weakscatter.inference.work import Work, desk
from weakscatter.provenance.errors import InputError
from weakscatter.response.response_file import write_response_table
from weakscatter.response.response_table import ResponseTable

#: Energies in a unit of work, which share their panels.
_BLOCK = 8
#: Momentum units of MeV in 1/Bohr.
_SCALE = constants.alpha * constants.m_e


@dataclass(frozen=True, eq=False)
class AtomicTable:
    """What `tabulate` found; natural units (MeV).

    Parameters
    ----------
    table : `ResponseTable` of the atom.
    subshells : {subshell: {part: array [T, q]}}, which add up to it.
    threshold : {subshell: -eps in the field of the ion}.
    left_out : array [T], share of the sum over all momenta that the multipoles left out have (largest over subshells).
    grid_error : {subshell: relative change of the worst part at the highest energy, summed over momenta, with panels and cuts of
        the next finer choice (panels shorter by 1.5, tail and left_out a tenth)}.
    settings : {name: plain value}, all that made the table.
    """

    table: ResponseTable
    subshells: Mapping[str, Mapping[tuple[str, str, str], Any]]
    threshold: Mapping[str, float]
    left_out: np.ndarray
    grid_error: Mapping[str, float]
    settings: Mapping[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the table, its subshells and what made them as HDF5, whole or not at all (`read_response_table` reads it)."""
        names = list(self.subshells)
        attributes = {
            **self.settings, "subshell": names, "threshold_keV": [self.threshold[n] / units.keV for n in names],
            "grid_error": [self.grid_error[n] for n in names], "left_out": self.left_out,
        }  # fmt: skip
        write_response_table(self.table, path, attributes, subshells=self.subshells)


@dataclass(frozen=True, eq=False)
class _Question:
    state: AtomicState
    T: np.ndarray
    q: np.ndarray
    tail: float
    left_out: float


def tabulate(
    state: AtomicState, energy_transfer: np.ndarray, momentum: np.ndarray, *, tail: float = 1e-6, left_out: float = 1e-5,
    work: Work | None = None,
) -> AtomicTable:  # fmt: skip
    """Return the responses of an atom to ionisation of one electron in the field of the ion.

    Parameters
    ----------
    state : a converged state; open subshells count with their occupation.
    energy_transfer : array (MeV), increasing; those below the lowest threshold are left out, thresholds are added.
    momentum : array [q] (MeV), increasing, from the lowest threshold or below.
    tail : share of its maximum at which a bound orbital is cut off.
    left_out : largest share of multipoles left out, `shell_response`.
    work : executor, file and progress; by default this process and no file.

    Returns
    -------
    AtomicTable
        Responses per atom. The vector current is conserved to rounding, since each electron moves in a local potential;
        correlation, discrete lines and the relaxation of the ion are left out, and thresholds lie some per cent above the measured
        edges.

    Raises
    ------
    InputError : a state that did not converge, grids that do not increase, a file that answers another question.
    """
    if not state.converged:
        raise InputError(
            f"the state of {state.configuration.symbol} did not converge: {state.status}. {state.advice}"
        )
    q = _grid("momenta", momentum) / _SCALE
    given = _grid("energy transfers", energy_transfer) / units.hartree
    thresholds = {
        name: -hole_of(state, name, momentum=2.0, transfer=1.0, tail=tail).energy for name in state.names
    }
    T = _with_thresholds(given, thresholds)
    question = _Question(state, T, q, tail, left_out)
    settings = _settings(question)
    blocks = ceil(len(T) / _BLOCK)
    keys = [(float(a), float(b)) for a in range(len(thresholds)) for b in range(-1, blocks)]
    identity = {**settings, "energy_transfer": T.tolist(), "momentum": q.tolist()}
    with desk(unit, question, work or Work(), identity, 2) as open_desk:
        found = dict(zip(keys, open_desk.ask(keys), strict=True))
    return _assemble(
        question, thresholds, settings, {k: u.values.reshape(12, -1, len(q)) for k, u in found.items()}
    )


def unit(question: _Question, key: tuple[float, ...]) -> np.ndarray:
    """Return the responses of one subshell on one block of energies, and the share left out; block -1 is the check."""
    name, block = question.state.names[int(key[0])], int(key[1])
    check = block < 0
    T = question.T[-1:] if check else question.T[block * _BLOCK : (block + 1) * _BLOCK]
    tail, left_out = (s * (0.1 if check else 1.0) for s in (question.tail, question.left_out))
    hole = hole_of(
        question.state, name, momentum=momentum_of(float(T[-1])), transfer=float(question.q[-1]), tail=tail,
        refine=1.5 if check else 1.0,
    )  # fmt: skip
    responses, share = shell_response(hole, T, question.q, left_out=left_out)
    shares = np.broadcast_to(share[:, None], (len(T), len(question.q)))
    # Three rows, as a file of units of work has them.
    return np.concatenate([responses, shares[None]]).reshape(3, -1)


def _assemble(
    question: _Question, thresholds: dict[str, float], settings: dict[str, Any], found: dict[Any, np.ndarray]
) -> AtomicTable:
    T, subshells, errors = question.T, {}, {}
    total = np.zeros((len(COMPUTED), len(T), len(question.q)))
    left_out = np.zeros(len(T))
    for a, (name, edge) in enumerate(thresholds.items()):
        blocks = [found[float(a), float(b)] for b in range(ceil(len(T) / _BLOCK))]
        values = np.concatenate(blocks, axis=1)
        below = np.flatnonzero((edge == T) & (np.append(T[1:], np.inf) == T))
        values[:, below] = 0.0
        total += values[:-1]
        left_out = np.maximum(left_out, values[-1, :, 0])
        subshells[name] = {part: values[i] / units.hartree for i, part in enumerate(COMPUTED)}
        fine, size = found[float(a), -1.0][:-1, 0], abs(values[:-1, -1]).sum(axis=-1)
        change = abs(fine - values[:-1, -1]).sum(axis=-1)
        errors[name] = float(np.max(np.divide(change, size, out=np.zeros_like(size), where=size > 0)))
    parts = {part: total[i] / units.hartree for i, part in enumerate(COMPUTED)}
    cited = (*question.state.citations, "kohnsham1965", "walecka2004")
    table = ResponseTable(
        T * units.hartree, question.q * _SCALE, parts, below="zero", citations=tuple(dict.fromkeys(cited))
    )
    named = {name: edge * units.hartree for name, edge in thresholds.items()}
    return AtomicTable(table, subshells, named, left_out, errors, settings)


def _settings(question: _Question) -> dict[str, Any]:
    """Return what made a table, plain types."""
    state = question.state
    mesh = state.radial.mesh
    return {
        "method": "one electron in the field of the ion (local exchange)", "element": state.configuration.symbol,
        "charge": state.configuration.charge, "configuration": state.configuration.text, "state": state.method,
        "nucleus_rms_radius_fm": state.nucleus.rms_radius / FM, "mesh_box": mesh.box, "mesh_step": mesh.step,
        "mesh_growth": mesh.growth, "basis_error": state.basis_error, "box_error": state.box_error, "tail": question.tail,
        "left_out_allowed": question.left_out, "weakscatter": weakscatter.__version__, "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "scipy", "numba")},
    }  # fmt: skip


def _with_thresholds(given: np.ndarray, thresholds: dict[str, float]) -> np.ndarray:
    """Return the lowest threshold, the energies above it, and every other threshold twice."""
    edges = np.unique(list(thresholds.values()))
    inside = edges[(edges > edges[0]) & (edges < given[-1])]
    above = given[(given > edges[0]) & ~np.isin(given, inside)]
    if len(above) < 3:
        raise InputError(
            f"only {len(above)} of the energy transfers lie above the lowest threshold, {edges[0] * units.hartree / units.eV:.4g} "
            "eV; give at least three."
        )
    return np.sort(np.concatenate([edges[:1], above, inside, inside]))


def _grid(name: str, values: np.ndarray) -> np.ndarray:
    grid = np.atleast_1d(np.asarray(values, dtype=float))
    if grid.ndim != 1 or not np.all(np.isfinite(grid)) or grid[0] <= 0 or np.any(np.diff(grid) <= 0):
        raise InputError(f"{name} of a table must be positive and increase (MeV).")
    return grid
