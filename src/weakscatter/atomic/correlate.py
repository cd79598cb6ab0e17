"""Tables of atomic responses with correlation: low ranks coupled, all else one electron at a time, from the lowest threshold on.

    R(T, q) = R_one(T, q) + s(q) sum over low ranks of [R_coupled - R_one](T, q)

R_one are all multipoles of `shell_response`; the low ranks of outer shells are replaced by those of the random phase approximation
(`spectrum`), wherever virtual orbitals of the basis hold the momentum: s falls from 1 to 0 between two momenta. Every number is the
average over the cell of its node (half-way to the neighbours), so that resonances, however narrow, count with all their strength and
no node happens to stand on one. An electron leaves a coupled shell at its coupled threshold with the same kinetic energy in both.

Units of work are a rank and parity class on a range of energies, and a subshell on a block of energies, as in `tabulate`.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

import weakscatter
from weakscatter import constants, units
from weakscatter.atomic import energy_nodes
from weakscatter.atomic.along_ridge import between
from weakscatter.atomic.channels import allowed_kappas, channels
from weakscatter.atomic.hartree import EV, C
from weakscatter.atomic.multipoles import COMPUTED
from weakscatter.atomic.photoabsorption import check_closed, coarser_mesh, response_mesh
from weakscatter.atomic.reference import reference_state
from weakscatter.atomic.response_matrix import response_matrix
from weakscatter.atomic.shell_response import SLOWEST, hole_of, momentum_of, rank_responses
from weakscatter.atomic.spectrum import averages, spectrum
from weakscatter.atomic.splines import Mesh
from weakscatter.atomic.state import AtomicState
from weakscatter.atomic.tabulate import KEPT, LARGEST, PRECISION, TOP
from weakscatter.inference.work import Work, desk
from weakscatter.provenance.errors import InputError
from weakscatter.response.response_file import write_response_table
from weakscatter.response.response_table import ResponseTable

#: Largest energy transfer unless another is asked for (MeV), and largest ranks with correlation, of natural and unnatural parity.
CORRELATED_TOP, RANKS = 500 * units.eV, (3, 3)
#: Energies (hartree) up to which one basis serves, and the largest energies of its virtual orbitals, at least and over the energy.
_RANGES, _CUT, _CUT_OVER = (5.0,), 30.0, 2.0
#: Ratios of neighbouring energies in the first range and above.
_RATIOS = (1.02, 1.04)
#: Momenta (1/Bohr) between which coupled low ranks give way to those of one electron: about the fastest virtual orbital.
FADE = (4.0, 12.0)
#: Shells bound by up to so many times the largest energy of a range are coupled in it.
REACH = 1.5
#: Share of the largest energy from which on the table gives way to the one without correlation (`weakscatter.response.joined`).
_JOIN = 0.7
#: A resonance is narrow that a cell is not.
_NARROW = 0.02
_BLOCK = 4
#: Share of its maximum that an orbital has where the contour turns, in the first range and above; steps of knots over those of `response_mesh`; length (Bohr) by which
#: the contour is shorter above the first range.
_REACH, _COARSER, _SHORTER = (1e-5, 1e-3), 1.15, 5.0
_SCALE = constants.alpha * constants.m_e
#: Squares, which are positive.
_SQUARES = (0, 2, 3, 4, 6, 7, 9, 10)
_FLOOR = 1e-3


@dataclass(frozen=True, eq=False)
class CorrelatedTable:
    """What `correlate` found; natural units (MeV).

    Parameters
    ----------
    table : `ResponseTable` of the whole atom; every threshold but the lowest stands twice.
    correlation : array [T], what correlation changes of int q R_00 dq, relative.
    basis_error : array [T], relative change of int q R_00 dq of rank 1 in a coarser basis (`photoabsorption`): an upper estimate.
    conservation : array [T], int q |R_33 (q/T)^2 - R_00| dq over int q R_00 dq of the coupled ranks, momenta below those of the fade.
    resonances : array [n, 2] (MeV), energy and width of resonances narrower than 2 % of their energy, inside the coupled range.
    settings : {name: plain value}, all that made the table.
    """

    table: ResponseTable
    correlation: np.ndarray
    basis_error: np.ndarray
    conservation: np.ndarray
    resonances: np.ndarray
    settings: Mapping[str, Any]

    @property
    def settled(self) -> tuple[float, float]:
        """Medians over energies of ``basis_error`` and ``conservation``."""
        return float(np.median(self.basis_error)), float(np.median(self.conservation))

    def save(self, path: str | Path) -> None:
        """Write the table and what made it as HDF5, whole or not at all (`read_response_table` reads it)."""
        attributes = {
            **self.settings, "correlation": self.correlation, "basis_error_of_T": self.basis_error,
            "conservation": self.conservation, "resonances_keV": self.resonances / units.keV,
        }  # fmt: skip
        write_response_table(self.table, path, attributes, precision=PRECISION)


@dataclass(frozen=True, eq=False)
class _Question:
    state: AtomicState
    #: Subshells open below the largest energy: names, coupled or not, thresholds as coupled and in the field of the ion.
    names: tuple[str, ...]
    active: tuple[bool, ...]
    opens: np.ndarray
    alone: np.ndarray
    #: (rank, natural) of what is coupled; energies, cells; first node of each range, and the end.
    classes: tuple[tuple[int, bool], ...]
    T: np.ndarray
    low: np.ndarray
    high: np.ndarray
    ranges: tuple[int, ...]
    nodes: tuple[np.ndarray, ...]
    q: np.ndarray
    reach: float
    tail: float
    left_out: float

    @property
    def keys(self) -> list[tuple[float, float, float]]:
        count = len(self.ranges) - 1
        coupled = [(0.0, float(c), float(r)) for c in range(len(self.classes)) for r in range(count)]
        checks = [(1.0, float(self.classes.index((1, True))), float(r)) for r in range(count)]
        shells = [
            (2.0, float(a), float(b))
            for a, nodes in enumerate(self.nodes)
            for b in range(ceil(len(nodes) / _BLOCK))
        ]
        return [*shells, *coupled, *checks]


def correlate(
    state: AtomicState, *, top: float = CORRELATED_TOP, ranks: tuple[int, int] = RANKS, reach: float = REACH, largest: float = LARGEST, tail: float = 1e-7,
    left_out: float = 1e-4, work: Work | None = None,
) -> CorrelatedTable:  # fmt: skip
    """Return the responses of an atom with coupled low ranks.

    Parameters
    ----------
    state : a converged `dirac_fock` state of closed shells, or an `mcdf` state.
    top : largest energy transfer (MeV).
    ranks : largest rank J with correlation, of natural and of unnatural parity; -1: none.
    reach : shells bound by up to so many times the largest energy of a range are coupled in it. Inner ones left out neither polarise
        nor conserve the current: neon without 1s violates it by 6 % at its threshold and by 0.3 % at 100 eV, with it by 0.2 %.
    largest, tail, left_out, work : as in `tabulate`.

    Raises
    ------
    InputError : open shells other than np^2; a state that did not converge; energies that are no positive numbers.
    """
    check_closed(state, np.array([top]) / units.hartree)
    question = _question(state, top / units.hartree, ranks, reach, largest / _SCALE, tail, left_out)
    settings = _settings(question)
    identity = {**settings, "energy_transfer": question.T.tolist(), "momentum": question.q.tolist()}
    with desk(unit, question, work or Work(), identity, 3) as open_desk:
        found = dict(zip(question.keys, open_desk.ask(question.keys), strict=True))
    return _assemble(question, settings, {k: np.asarray(u.values) for k, u in found.items()})


def _question(state: AtomicState, top: float, ranks: tuple[int, int], reach: float, largest: float, tail: float, left_out: float) -> _Question:  # fmt: skip
    alone = {name: -hole_of(state, name, momentum=2.0, tail=tail).energy for name in state.names}
    active = {name: -state.energy(name) < reach * top for name in state.names}
    opens = {name: -state.energy(name) if active[name] else alone[name] for name in state.names}
    names = tuple(name for name in state.names if opens[name] < top)
    if not any(active[name] for name in names):
        raise InputError(
            f"no shell of {state.configuration.symbol} opens below {top / EV:.4g} eV: give a larger top."
        )
    T, low, high = cells(np.array([opens[name] for name in names]), top)
    ranges = [0, *(i for i in np.searchsorted(T, _RANGES) if 0 < i < len(T)), len(T)]
    classes = tuple(
        (J, natural)
        for natural, highest in zip((True, False), ranks, strict=True)
        for J in range(highest + 1)
    )
    # The momenta of the table without correlation, and smaller ones where thresholds are lower.
    q = energy_nodes.momenta(min(alone.values()), TOP / units.hartree, largest)
    below = 0.98 * float(T[0]) / C
    while q[0] > below:
        q = np.concatenate([[max(q[0] / 1.25, below)], q])
    near = _near(state)
    nodes = tuple(
        energy_nodes.shell_energies(alone[name], max(top - opens[name], 1.0) + alone[name], near)
        for name in names
    )
    return _Question(
        state, names, tuple(active[name] for name in names), np.array([opens[name] for name in names]),
        np.array([alone[name] for name in names]), classes, T, low, high, tuple(ranges), nodes, q, reach, tail, left_out,
    )  # fmt: skip


def _near(state: AtomicState) -> float:
    return energy_nodes.NEAR_NEUTRAL if state.configuration.charge < 0 else energy_nodes.NEAR


def cells(thresholds: np.ndarray, top: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return energies from the lowest threshold on, every other one twice, and the ends of the cells about them."""
    edges = np.unique(thresholds)
    pieces, low, high = [], [], []
    for begin, end in zip(edges, [*edges[1:], top], strict=True):
        ratio = _RATIOS[0] if begin < _RANGES[0] else _RATIOS[1]
        T = np.geomspace(begin, end, max(ceil(np.log(end / begin) / np.log(ratio)), 1) + 1)
        T[0], T[-1] = begin, end
        middle = 0.5 * (T[1:] + T[:-1])
        pieces.append(T)
        low.append(np.concatenate([T[:1], middle]))
        high.append(np.concatenate([middle, T[-1:]]))
    return np.concatenate(pieces), np.concatenate(low), np.concatenate(high)


def unit(question: _Question, key: tuple[float, ...]) -> np.ndarray:
    """Return a unit of work, in three rows as a file of units has them."""
    kind, a, b = (int(k) for k in key)
    found = _alone(question, a, b) if kind == 2 else _coupled(question, a, b, rough=kind == 1)
    return found.reshape(3, -1)


def _coupled(question: _Question, a: int, b: int, *, rough: bool) -> np.ndarray:
    """Return averages [part, cell, q] of a class on a range, and a last row of narrow resonances (energy, width), zeros behind."""
    state, (rank, natural) = question.state, question.classes[a]
    inside = slice(question.ranges[b], question.ranges[b + 1])
    end = float(question.T[inside][-1])
    mesh, cut = _mesh(state, end, first=b == 0), max(_CUT, _CUT_OVER * end)
    if rough:
        mesh, cut = coarser_mesh(mesh), cut / 1.5
    kappas = {k for s in state.shells for k in allowed_kappas(s.kappa, rank, natural=natural)}
    reference = reference_state(state.solution, state.nucleus, mesh, kappas, cut=cut)
    holes = tuple(state.index(n) for n in state.names if -state.energy(n) < question.reach * end)
    matrix = response_matrix(reference, rank, channels(reference, rank, natural=natural, active=holes))
    poles = spectrum(matrix, question.q[question.q < FADE[1]], natural=natural)
    values = averages(poles, question.low[inside], question.high[inside])
    narrow = poles.narrow(float(question.low[inside][0]), end, _NARROW).ravel()
    last = np.zeros(values[0].size)
    last[: len(narrow)] = narrow[: len(last)]
    return np.concatenate([values, last.reshape(1, *values.shape[1:])])


def _mesh(state: AtomicState, end: float, *, first: bool) -> Mesh:
    """Return a contour mesh for photoelectrons up to an energy (hartree), smaller than that of single cross sections.

    The contour turns where orbitals have fallen to 1e-5 of their maximum; above the first range to 1e-3, and it ends sooner there, where
    no photoelectron of the shells that matter is slow. `CorrelatedTable.basis_error` says what this costs.
    """
    mesh, r = response_mesh(state, max(end, 1.0)), state.radial.x.ravel()
    start = 8.0
    for o in state.solution.orbitals:
        size = abs(o.P.ravel())
        start = max(start, float(r[np.flatnonzero(size > _REACH[not first] * size.max())[-1]]))
    beyond = mesh.box - mesh.scaling_start - (0.0 if first else _SHORTER)
    return replace(mesh, step=_COARSER * mesh.step, scaling_start=start, box=start + beyond)


def _alone(question: _Question, a: int, b: int) -> np.ndarray:
    """Return responses [all or what is coupled, part, T, q] of one subshell without correlation."""
    T = question.nodes[a][b * _BLOCK : (b + 1) * _BLOCK]
    edge = float(question.alone[a])
    hole = hole_of(
        question.state, question.names[a], momentum=momentum_of(max(float(T[-1]) - edge, SLOWEST)), tail=question.tail, known=-edge,
    )  # fmt: skip
    ranks = rank_responses(hole, T, question.q, left_out=question.left_out)
    whole = ranks.sum(axis=(0, 1))
    low = sum(
        (ranks[J, int(natural)] for J, natural in question.classes if len(ranks) > J), np.zeros_like(whole)
    )
    shares = np.zeros((2, 1, *whole.shape[1:]))
    return np.concatenate([np.stack([whole, low]), shares], axis=1)


def fade(momentum: np.ndarray) -> np.ndarray:
    """Return s(q) of momenta (1/Bohr): 1 below `FADE`, 0 above, with continuous slope in ln q between."""
    x = np.clip(np.log(momentum / FADE[0]) / np.log(FADE[1] / FADE[0]), 0.0, 1.0)
    return np.asarray(1.0 - x * x * (3.0 - 2.0 * x))


def _assemble(question: _Question, settings: dict[str, Any], found: Mapping[Any, np.ndarray]) -> CorrelatedTable:  # fmt: skip
    T, q = question.T, question.q
    shape = len(COMPUTED), len(T), len(q)
    one, low = np.zeros(shape), np.zeros(shape)
    near = _near(question.state)
    for a, (edge, alone) in enumerate(zip(question.opens, question.alone, strict=True)):
        nodes = question.nodes[a]
        blocks = [found[2.0, float(a), float(b)].reshape(2, 12, -1, len(q)) for b in range(ceil(len(nodes) / _BLOCK))]  # fmt: skip
        own = np.concatenate(blocks, axis=2)[:, :-1]
        # The first of two equal energies is the side below the threshold that stands there.
        above = np.flatnonzero((edge < T) | ((edge == T) & (np.append(T[1:], np.inf) != T)))
        at = np.maximum(T[above] - edge, 0.0) + alone
        one[:, above] += between(own[0], nodes, q, alone, at, near)
        if question.active[a]:
            low[:, above] += between(own[1], nodes, q, alone, at, near)
    held = int(np.sum(q < FADE[1]))
    coupled, narrow = np.zeros((*shape[:2], held)), []
    for c in range(len(question.classes)):
        for r in range(len(question.ranges) - 1):
            values = found[0.0, float(c), float(r)].reshape(12, -1, held)
            coupled[:, question.ranges[r] : question.ranges[r + 1]] += values[:-1]
            lines = values[-1].ravel().reshape(-1)[: 2 * (values[-1].size // 2)].reshape(-1, 2)
            narrow.append(lines[lines[:, 0] > 0.0])
    s = fade(q[:held])
    total = one.copy()
    total[..., :held] += s * (coupled - low[..., :held])
    for i in _SQUARES:
        total[i] = np.maximum(total[i], _FLOOR * one[i])
    inner = q[:held] < FADE[0]
    first = question.classes.index((1, True))
    errors = []
    for r in range(len(question.ranges) - 1):
        fine, rough = (_moment(found[k, float(first), float(r)].reshape(12, -1, held)[0], q[:held], inner) for k in (0.0, 1.0))  # fmt: skip
        errors.append(abs(rough / fine - 1.0))
    conserved = coupled[2] * (q[:held] * C / T[:, None]) ** 2
    violation = _moment(abs(conserved - coupled[0]), q[:held], inner) / _moment(coupled[0], q[:held], inner)
    change = _moment(total[0], q, q > 0) / _moment(one[0], q, q > 0) - 1.0
    cited = (
        *question.state.citations,
        "johnsonlin1979",
        "huang1982",
        "simon1979",
        "kohnsham1965",
        "walecka2004",
    )
    table = ResponseTable(
        T * units.hartree, q * _SCALE, {COMPUTED[i]: total[i] / units.hartree for i in KEPT}, below="zero",
        citations=tuple(dict.fromkeys(cited)),
    )  # fmt: skip
    lines = np.concatenate(narrow)
    return CorrelatedTable(
        table,
        change,
        np.concatenate(errors),
        violation,
        lines[np.argsort(lines[:, 0])] * units.hartree,
        settings,
    )


def _moment(values: np.ndarray, q: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return int q R dq [T] over chosen momenta."""
    return np.asarray(np.trapezoid(values[:, chosen] * q[chosen] ** 2, np.log(q[chosen]), axis=1))


def _settings(question: _Question) -> dict[str, Any]:
    """Return what made a table, plain types."""
    state = question.state
    method = "MCRRPA" if state.method == "mcdf" else "RRPA"
    return {
        "method": f"{method} of low ranks, else one electron in the field of the ion (local exchange)",
        "element": state.configuration.symbol, "charge": state.configuration.charge,
        "configuration": state.configuration.text, "state": state.method,
        "coupled": [f"J = {J}, {'natural' if natural else 'unnatural'} parity" for J, natural in question.classes],
        "coupled_shells": [n for n in state.names if -state.energy(n) < question.reach * float(question.T[-1])],
        "reach": question.reach,
        "subshell": list(question.names), "threshold_keV": (question.opens * units.hartree / units.keV).tolist(),
        "join_keV": [s * float(question.T[-1]) * units.hartree / units.keV for s in (_JOIN, 1.0)],
        "fade_keV": [k * _SCALE / units.keV for k in FADE], "tail": question.tail, "left_out_allowed": question.left_out,
        "basis_error": state.basis_error, "box_error": state.box_error, "weakscatter": weakscatter.__version__,
        "python": platform.python_version(), **{name: version(name) for name in ("numpy", "scipy", "numba")},
    }  # fmt: skip
