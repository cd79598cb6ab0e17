"""Tables of the response of an atom, one electron at a time: all subshells, energy transfers and momenta.

Each subshell is computed on energies of its own (`energy_nodes`) and kept on them; the whole atom, their sum, begins at the lowest
threshold and has every other one twice, with the responses below and above. A unit of work is one subshell on a block of
energies; units go to any executor, and to a file from which an interrupted run goes on.
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
from weakscatter.atomic import energy_nodes
from weakscatter.atomic.along_ridge import between
from weakscatter.atomic.hartree import FM, C
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.shell_response import SLOWEST, hole_of, momentum_of, shell_response
from weakscatter.atomic.state import AtomicState
from weakscatter.inference.work import Work, desk
from weakscatter.provenance.errors import InputError
from weakscatter.response.response_file import write_response_table
from weakscatter.response.response_table import ResponseTable

#: Energies in a unit of work, which share their panels.
_BLOCK = 4
#: Energies off the nodes at which every subshell is computed once more.
_CHECKS = 3
#: What is kept of a number in a file, relative.
PRECISION = 3e-5
#: Momentum units of MeV in 1/Bohr.
_SCALE = constants.alpha * constants.m_e
#: Largest energy transfer and momentum unless others are asked for (MeV).
TOP, LARGEST = 30 * units.keV, 1.0
#: The vector current is conserved: two of its parts follow from the density, with more digits than they could be kept with.
KEPT = tuple(
    i for i, part in enumerate(COMPUTED) if part[:2] != ("vector", "vector") or part[2] in ("00", "11+22")
)


@dataclass(frozen=True, eq=False)
class AtomicTable:
    """What `tabulate` found; natural units (MeV).

    Parameters
    ----------
    table : `ResponseTable` of the atom, on the energies of all subshells together.
    subshells : {subshell: `ResponseTable` on energies of its own, from its threshold on}, which add up to it.
    threshold : {subshell: -eps in the field of the ion}.
    left_out : {subshell: largest share of the sum over all momenta that the multipoles left out have}.
    error : {subshell: relative change of the worst part, summed over q dq, at energies off the nodes (of its own energies) or at the
        highest one (of given ones), against panels shorter by 1.5 and a tail and left_out of a tenth}.
    conservation : array [T], largest |R_33/((T/q)^2 R_00) - 1| of the vector current over momenta.
    settings : {name: plain value}, all that made the table.
    """

    table: ResponseTable
    subshells: Mapping[str, ResponseTable]
    threshold: Mapping[str, float]
    left_out: Mapping[str, float]
    error: Mapping[str, float]
    conservation: np.ndarray
    settings: Mapping[str, Any]

    def save(self, path: str | Path) -> None:
        """Write the table, its subshells and what made them as HDF5, whole or not at all (`read_response_table` reads it)."""
        names = list(self.subshells)
        attributes = {
            **self.settings, "subshell": names, "threshold_keV": [self.threshold[n] / units.keV for n in names],
            "error": [self.error[n] for n in names], "left_out": [self.left_out[n] for n in names],
            "conservation": self.conservation,
        }  # fmt: skip
        write_response_table(self.table, path, attributes, subshells=self.subshells, precision=PRECISION)


@dataclass(frozen=True, eq=False)
class _Question:
    state: AtomicState
    names: tuple[str, ...]
    thresholds: np.ndarray
    nodes: tuple[np.ndarray, ...]
    #: Energies of the check of each subshell.
    checks: tuple[np.ndarray, ...]
    #: Energies of the whole atom, and whether they are the nodes of every subshell as well.
    T: np.ndarray
    given: bool
    q: np.ndarray
    tail: float
    left_out: float

    @property
    def keys(self) -> list[tuple[float, float]]:
        return [
            (float(a), float(b))
            for a, nodes in enumerate(self.nodes)
            for b in range(-1, ceil(len(nodes) / _BLOCK))
        ]


def tabulate(
    state: AtomicState, energy_transfer: np.ndarray | None = None, momentum: np.ndarray | None = None, *, top: float = TOP,
    largest: float = LARGEST, tail: float = 1e-7, left_out: float = 1e-4, work: Work | None = None,
) -> AtomicTable:  # fmt: skip
    """Return the responses of an atom to ionisation of one electron in the field of the ion.

    Parameters
    ----------
    state : a converged state; open subshells count with their occupation.
    energy_transfer : array (MeV), increasing; those below the lowest threshold are left out, thresholds are added. By default
        energies are laid out for each subshell by itself, up to ``top`` (MeV).
    momentum : array [q] (MeV), increasing, from the lowest threshold or below. By default laid out up to ``largest`` (MeV).
    tail : share of its maximum at which a bound orbital is cut off. Far from the ridge a response is small by cancellation, which
        the cut ends: with 1e-3 the current of neon 2p at 30 keV is conserved to 0.1 there, with 1e-6 to 1e-5.
    left_out : largest share of multipoles left out, `shell_response`.
    work : executor, file and progress; by default this process and no file.

    Returns
    -------
    AtomicTable
        Responses per atom. Each electron moves in a local potential, so that the vector current is conserved; correlation,
        discrete lines and the relaxation of the ion are left out, and thresholds lie some per cent above the measured edges.

    Raises
    ------
    InputError : a state that did not converge, grids that do not increase, a file that answers another question.
    """
    if not state.converged:
        raise InputError(
            f"the state of {state.configuration.symbol} did not converge: {state.status}. {state.advice}"
        )
    question = _question(state, energy_transfer, momentum, top, largest, tail, left_out)
    settings = _settings(question)
    identity = {
        **settings, "energy_transfer": [nodes.tolist() for nodes in question.nodes], "momentum": question.q.tolist(),
    }  # fmt: skip
    with desk(unit, question, work or Work(), identity, 2) as open_desk:
        found = dict(zip(question.keys, open_desk.ask(question.keys), strict=True))
    return _assemble(
        question, settings, {k: u.values.reshape(12, -1, len(question.q)) for k, u in found.items()}
    )


def _question(
    state: AtomicState, energy_transfer: Any, momentum: Any, top: float, largest: float, tail: float, left_out: float
) -> _Question:  # fmt: skip
    edges = {name: -hole_of(state, name, momentum=2.0, tail=tail).energy for name in state.names}
    given = energy_transfer is not None
    if given:
        T = _with_thresholds(_grid("energy transfers", energy_transfer) / units.hartree, edges)
        end = float(T[-1])
    else:
        end = float(_grid("the largest energy transfer", top)[0]) / units.hartree
        T = energy_nodes.atom_energies(np.array(list(edges.values())), end)
    open_ = {name: edge for name, edge in edges.items() if edge < end}
    lowest = min(open_.values())
    if momentum is None:
        q = energy_nodes.momenta(lowest, end, float(_grid("the largest momentum", largest)[0]) / _SCALE)
    else:
        q = _grid("momenta", momentum) / _SCALE
    if given:
        nodes = tuple(np.unique(T[edge <= T]) for edge in open_.values())
        checks = tuple(n[-1:] for n in nodes)
    else:
        nodes = tuple(energy_nodes.shell_energies(edge, end, _near(state)) for edge in open_.values())
        checks = tuple(
            energy_nodes.off_nodes(n, edge, _CHECKS, a, _near(state))
            for a, (n, edge) in enumerate(zip(nodes, open_.values(), strict=True))
        )
    return _Question(
        state, tuple(open_), np.array(list(open_.values())), nodes, checks, T, given, q, tail, left_out
    )


def _near(state: AtomicState) -> float:
    return energy_nodes.NEAR_NEUTRAL if state.configuration.charge < 0 else energy_nodes.NEAR


def unit(question: _Question, key: tuple[float, ...]) -> np.ndarray:
    """Return the responses of one subshell on one block of energies, and the share left out; block -1 is the check."""
    a, block = int(key[0]), int(key[1])
    check = block < 0
    T = question.checks[a] if check else question.nodes[a][block * _BLOCK : (block + 1) * _BLOCK]
    tail, left_out = (s * (0.1 if check else 1.0) for s in (question.tail, question.left_out))
    hole = hole_of(
        question.state, question.names[a], momentum=momentum_of(max(float(T[-1] - question.thresholds[a]), SLOWEST)),
        tail=tail, refine=1.5 if check else 1.0, known=-float(question.thresholds[a]),
    )  # fmt: skip
    responses, share = shell_response(hole, T, question.q, left_out=left_out)
    shares = np.broadcast_to(share[:, None], (len(T), len(question.q)))
    # Three rows, as a file of units of work has them.
    return np.concatenate([responses, shares[None]]).reshape(3, -1)


def _assemble(question: _Question, settings: dict[str, Any], found: dict[Any, np.ndarray]) -> AtomicTable:
    T, q = question.T, question.q
    total = np.zeros((len(COMPUTED), len(T), len(q)))
    values, left_out, error = {}, {}, {}
    for a, (name, edge) in enumerate(zip(question.names, question.thresholds, strict=True)):
        nodes = question.nodes[a]
        blocks = np.concatenate([found[float(a), float(b)] for b in range(ceil(len(nodes) / _BLOCK))], axis=1)
        own, left_out[name] = blocks[:-1], float(blocks[-1].max())
        # The first of two equal energies is the side below the threshold that stands there.
        above = np.flatnonzero((edge < T) | ((edge == T) & (np.append(T[1:], np.inf) != T)))
        if question.given:
            total[:, above] += own[:, np.searchsorted(nodes, T[above])]
            off = own[:, -1:]
        else:
            total[:, above] += between(own, nodes, q, edge, T[above], _near(question.state))
            off = between(own, nodes, q, edge, question.checks[a], _near(question.state))
        fine = found[float(a), -1.0][:-1]
        change, size = (np.trapezoid(abs(x) * q**2, np.log(q), axis=-1) for x in (fine - off, fine))
        error[name] = float(np.max(change / size))
        values[name] = own
    cited = (*question.state.citations, "kohnsham1965", "walecka2004")

    def table(energies: np.ndarray, responses: np.ndarray) -> ResponseTable:
        parts = {COMPUTED[i]: responses[i] / units.hartree for i in KEPT}
        return ResponseTable(
            energies * units.hartree, q * _SCALE, parts, below="zero", citations=tuple(dict.fromkeys(cited))
        )

    ratio = total[2] / (total[0] * (T[:, None] / q / C) ** 2)
    return AtomicTable(
        table(T, total), {name: table(question.nodes[a], values[name]) for a, name in enumerate(question.names)},
        {n: float(e) * units.hartree for n, e in zip(question.names, question.thresholds, strict=True)}, left_out, error,
        abs(ratio - 1.0).max(axis=1), settings,
    )  # fmt: skip


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


def _grid(name: str, values: Any) -> np.ndarray:
    grid = np.atleast_1d(np.asarray(values, dtype=float))
    if grid.ndim != 1 or not np.all(np.isfinite(grid)) or grid[0] <= 0 or np.any(np.diff(grid) <= 0):
        raise InputError(f"{name} of a table must be positive and increase (MeV).")
    return grid
