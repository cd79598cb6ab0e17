"""task = "atomic-response": responses of an atom or ion computed now, ranks with correlation or one electron at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from weakscatter import constants, units
from weakscatter.cards import schema_atomic as schema
from weakscatter.cards.atom import cited_atom, complete_atom, configuration_of, state_of
from weakscatter.cards.document import Document
from weakscatter.cards.key import Key
from weakscatter.cards.names import Names
from weakscatter.cards.parse import check_names, section
from weakscatter.cards.photoabsorption import active_of, check_method
from weakscatter.cards.prediction import complete_output
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.cards.values import read
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import source

if TYPE_CHECKING:
    from weakscatter.atomic.state import AtomicState
    from weakscatter.provenance.sources import Source

#: {pair of currents: {result: (structure, structure, component), factor}}; "03+30" is 2 Re R_03.
PAIRS: dict[str, dict[str, tuple[tuple[str, str, str], float]]] = {
    f"{one}-{one}": {
        f"R_{name}{ending}": ((one, one, part), factor)
        for name, part, factor in (
            ("00", "00", 1.0), ("03", "03+30", 0.5), ("33", "33", 1.0), ("11_22", "11+22", 1.0),
        )
    }
    for one, ending in (("vector", ""), ("axial", "_axial"))
} | {
    "vector-axial": {"R_12_21": (("vector", "axial", "12+21"), 1.0)},
    "scalar-scalar": {"R_scalar": (("scalar", "scalar", "density"), 1.0)},
    "pseudoscalar-pseudoscalar": {"R_pseudoscalar": (("pseudoscalar", "pseudoscalar", "density"), 1.0)},
}  # fmt: skip
#: Share of R_00 that ranks above max_j may have.
_SHORT = 0.05
_MULTIPOLES = {
    "max_j": Key("integer", "largest rank", least=0.0, most=60.0, otherwise="as many as are needed"),
    "coupled_j": Key("integer", "largest rank with correlation", least=0.0, most=12.0, default=3),
}
_SCALE = constants.alpha * constants.m_e


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = complete_atom("atomic-response", card, schema.RESPONSE_TOP, folder)
    configuration = configuration_of(full)
    full.setdefault("method", "mcrrpa" if configuration.open else "rrpa")
    check_method(full["method"], configuration)
    active_of(full)
    check_names("currents", full["currents"], PAIRS, "pair of currents")
    full["multipoles"] = section("multipoles", card.get("multipoles", {}), _MULTIPOLES, folder)
    if full["method"] == "independent-particle":
        full["multipoles"].pop("coupled_j")
    complete_output(full, card, "atomic-response", folder)
    return full


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    keys = [*cited_atom(full), "kohnsham1965", "walecka2004"]
    if full["method"] != "independent-particle":
        keys += ["johnsonlin1979", "simon1979", *(["huang1982"] if full["method"] == "mcrrpa" else [])]
    return tuple(source(key) for key in keys)


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    unit = Units("atomic-response", full["output"]["units"])
    T, q = (
        read(schema.RESPONSE_OUTPUT[name], f"output.{name}", full["output"][name])
        for name in ("energy_transfer", "momentum_transfer")
    )
    progress("self-consistent orbitals")
    state = state_of(full, pair=full["method"] == "mcrrpa" or _pair(full))
    if not state.converged:
        return Document(
            "atomic-response",
            full,
            _axes(unit, T, q),
            cited(full, names),
            (f"{state.status}. {state.advice}",),
            False,
        )
    progress("responses")
    found, left_out = _responses(full, state, T / units.hartree, q / _SCALE)
    axes = ("energy_transfer", "momentum_transfer")
    results = _axes(unit, T, q)
    from weakscatter.atomic.multipoles import COMPUTED

    for pair in full["currents"]:
        for name, (part, factor) in PAIRS[pair].items():
            value = factor * found[COMPUTED.index(part)] / units.hartree
            results[name] = unit.result(name, value, "atom", axes)
    results["left_out"] = Result(left_out, axes=axes)
    return Document("atomic-response", full, results, cited(full, names))


def _axes(unit: Units, T: np.ndarray, q: np.ndarray) -> dict[str, Result]:
    return {
        name: unit.result(name, value, axes=(name,))
        for name, value in (("energy_transfer", T), ("momentum_transfer", q))
    }


def _pair(full: Mapping[str, Any]) -> bool:
    return [(l, number) for _, l, number in configuration_of(full).open] == [(1, 2)]


def _responses(
    full: Mapping[str, Any], state: AtomicState, T: np.ndarray, q: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the responses [part, T, q], and the share of R_00 above the largest rank [T, q]."""
    from weakscatter.atomic.coupled_response import coupled_response

    active, multipoles = active_of(full), full["multipoles"]
    holes = tuple(state.names) if active is None else tuple(shell.name for shell in active)
    top, coupled = multipoles.get("max_j"), multipoles.get("coupled_j", -1)
    if top is not None:
        coupled = min(coupled, top)
    order = np.argsort(q)
    # Of the vector current only its magnetic part, small below keV, has unnatural parity: alone it stays without correlation.
    classes = (True,) if full["currents"] == ["vector-vector"] else (True, False)
    ranks = [(J, natural) for J in range(coupled + 1) for natural in classes]
    alone = [_alone(state, name, T, q[order]) for name in holes]
    highest = max(one.shape[0] for one in alone)
    by_rank = np.zeros((highest, 2, *alone[0].shape[2:]))
    for one in alone:
        by_rank[: len(one)] += one
    total, short = np.zeros(by_rank.shape[2:]), np.zeros(by_rank.shape[3:])
    for J in range(highest):
        for natural in (True, False):
            if (J, natural) in ranks:
                continue
            if top is None or top >= J:
                total += by_rank[J, int(natural)]
            else:
                short += by_rank[J, int(natural), 0]
    for found in coupled_response(state, T, q[order], tuple(ranks), active=active) if ranks else ():
        total += found.responses
    share = np.divide(short, total[0] + short, out=np.zeros_like(short), where=total[0] + short > 0)
    if share.max() > _SHORT:
        i, j = np.unravel_index(int(np.argmax(share)), share.shape)
        raise InputError(
            f"multipoles.max_j = {top} leaves out {share.max():.0%} of R_00 at {T[i] * units.hartree / units.keV:.4g} keV, "
            f"{q[order][j] * _SCALE / units.keV:.4g} keV/c: J must reach q r. Give a larger one, or leave it out."
        )
    back = np.argsort(order)
    return total[..., back], share[:, back]


def _alone(state: AtomicState, name: str, T: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return responses [rank, parity class, part, T, q] of one subshell without correlation."""
    from weakscatter.atomic.shell_response import SLOWEST, hole_of, momentum_of, rank_responses

    order = np.argsort(T)
    hole = hole_of(state, name, momentum=2.0, tail=1e-6)
    fastest = max(float(T.max() + hole.energy), SLOWEST)
    hole = hole_of(state, name, momentum=momentum_of(fastest), tail=1e-6, known=hole.energy)
    return np.asarray(rank_responses(hole, T[order], q, left_out=1e-4)[..., np.argsort(order), :])
