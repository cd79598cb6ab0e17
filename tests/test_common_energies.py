"""Folding a table at energies common to all transfers: against integrals over momentum written out, line by line and for a box."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from test_response_table import IDENTITY, hydrogen_parts

from weakscatter.constants import m_e
from weakscatter.flux import Line, Tabulated, reactor_antineutrinos, solar_neutrinos
from weakscatter.grids import compiled, panels
from weakscatter.interactions import Charge
from weakscatter.mixing import flavour_state
from weakscatter.response import InfraredCut, InfraredMass, ResponseTable, ab_initio
from weakscatter.scattering import fold, fold_beam
from weakscatter.scattering.tails import tail_terms
from weakscatter.units import cm, eV, keV, s, yr

MEDIATOR = 3 * keV
CHARGES = (
    Charge("vector", "e", IDENTITY), Charge("axial", "e", IDENTITY), Charge("dipole", "e", IDENTITY, mass=0),
    Charge("scalar", "e", IDENTITY), Charge("vector", "e", IDENTITY, mass=MEDIATOR),
)  # fmt: skip
NODES = np.geomspace(20 * eV, 2 * keV, 6)
Q = np.geomspace(15 * eV, 0.3, 240)
TABLE = ResponseTable(NODES, Q, hydrogen_parts(NODES, Q), beyond="zero")
T, ROW = NODES[[1, 2, 4]], (1, 2, 4)
STATE = flavour_state("e")
#: The first line ends on the ridge of the last energy transfer and the second close above the first one; of the third more is open
#: than the table knows. A box between two of them.
LINES = (13.1 * keV, 1.01 * T[0], 0.4)
BOX = (8 * keV, 30 * keV)
#: A spectrum of which nothing is known below its first energy: no answer at the first two energy transfers, one at the last.
KNOWN = (0.5 * keV, 30 * keV)


def momenta(row, E):
    """Momenta and weights q dq between the photon line and 2 E - T, or what the table knows."""
    at, last = NODES[row], Q[-1]
    last *= np.sqrt(at * (at + 2 * m_e) / (NODES[row + 1] * (NODES[row + 1] + 2 * m_e)))
    end = min(2 * E - at, last)
    inner = Q[(at < Q) & (end > Q)]
    q, w = panels(np.concatenate([[at], inner, [end]]), 16)
    return q, w * q


def integrals(row, E, sign):
    """{pair of charges: d sigma/dT} for one energy: tensors by the angle, currents by the parts of the table."""
    at = NODES[row]
    if at >= E:
        return dict.fromkeys([(0, 0), (0, 1), (0, 4), (1, 1), (1, 4), (2, 2), (3, 3), (4, 4)], 0.0)
    q, w = momenta(row, E)
    R = {}
    for key, values in TABLE.parts.items():
        positive = np.all(values > 0)
        shown = CubicSpline(np.log(Q), np.log(values[row]) if positive else values[row])(np.log(q))
        R[key] = np.exp(shown) if positive else shown
    Q2, left = q**2 - at**2, E - at
    sine2, cosine2 = Q2 / 4, E * left - Q2 / 4  # times E E'
    V, A = ("vector", "vector"), ("axial", "axial")

    def current(k):
        longitudinal = R[*k, "00"] - at / q * R[*k, "03+30"] + (at / q) ** 2 * R[*k, "33"]
        return cosine2 * longitudinal + (cosine2 * Q2 / (2 * q**2) + sine2) * R[*k, "11+22"]

    mixed = -sign * Q2 * (E + left) / (4 * q) * R["vector", "axial", "12+21"]
    moment = Q2 * (E + left) ** 2 / 4 * (Q2 / q**2) ** 2 * R[*V, "00"]
    moment += Q2**2 * (4 * E * left - Q2) / (8 * q**2) * R[*V, "11+22"]
    light = 1 / (Q2 + MEDIATOR**2)
    found = {
        (0, 0): current(V), (0, 1): mixed, (0, 4): current(V) * light, (1, 1): current(A), (1, 4): mixed * light,
        (2, 2): moment / Q2**2, (3, 3): Q2 / 4 * R["scalar", "scalar", "density"], (4, 4): current(V) * light**2,
    }  # fmt: skip
    return {pair: w @ value / (2 * np.pi * E**2) for pair, value in found.items()}


def test_every_pair_of_charges_against_its_integral_over_momentum():
    """Ends of lines are exact, powers of E and propagators in their place; a box, here of antineutrinos, is the sum of its lines."""
    beam = tuple(Line(f"{E}", E, 1.0, STATE) for E in LINES)
    beam += (Tabulated("box", np.array(BOX), np.ones(2), 1.0, STATE, below="zero", antineutrino=True),)
    beam += (Tabulated("known above 500 eV", np.array(KNOWN), np.ones(2), 1.0, STATE),)
    found = compiled(fold_beam, CHARGES, TABLE, beam, T)
    boxes = [(panels(np.linspace(*box, 24), 8), sign) for box, sign in ((BOX, 1), (KNOWN, -1))]
    for i, row in enumerate(ROW):
        theirs = [integrals(row, energy, -1) for energy in LINES]
        for (E, share), sign in boxes:
            each = [integrals(row, energy, sign) for energy in E]
            theirs.append({pair: share @ [one[pair] for one in each] / share.sum() for pair in each[0]})
        if NODES[row] < KNOWN[0]:
            theirs[-1] = dict.fromkeys(theirs[-1], np.nan)
        for component, folded, expected in zip(beam, found, theirs, strict=True):
            ours = {(term.first, term.second): float(term.weight[i]) for term in folded}
            assert ours.keys() == expected.keys()
            for pair, value in expected.items():
                assert ours[pair] == pytest.approx(value, rel=5e-6, abs=0, nan_ok=True), (
                    component.label,
                    pair,
                    row,
                )


@dataclass(frozen=True, eq=False)
class OwnWindow:
    """A table that lays its nodes for each component anew, from its lowest momentum to its highest."""

    table: Any

    @property
    def levels(self):
        return self.table.levels

    @property
    def infrared(self):
        return getattr(self.table, "infrared", None)

    def nodes_within(self, T, level, window):
        return self.table.nodes_within(T, level, window)


@pytest.mark.slow
@pytest.mark.parametrize("regulator", [None, InfraredMass(1 * eV), InfraredCut((0.3 * eV) ** 2)])
@pytest.mark.parametrize("source", ["pp", "pep", "reactor"])
def test_nodes_of_its_own_window_give_the_same(regulator, source):
    """From the threshold to above the table, all structures, light mediators, the photon pole with either regulator."""
    if source == "reactor":
        fuel = {"U235": 0.55, "U238": 0.07, "Pu239": 0.32, "Pu241": 0.06}
        core = reactor_antineutrinos(flux=1e13 / cm**2 / s, duration=1 * yr, fractions=fuel, captures=False)
        component, response = core.components[0], ab_initio("Ge", infrared=regulator)
    else:
        (component,) = solar_neutrinos(duration=1 * yr, components=[source]).components
        response = ab_initio("Xe", infrared=regulator)
    charges = (*CHARGES, Charge("vector", "e", IDENTITY, mass=50 * keV))
    if regulator is not None:
        charges = (*charges, Charge("vector", "e", IDENTITY, mass=0))
    at = np.geomspace(0.06, 45.0, 24) * keV
    one, other = (compiled(fold, charges, r, component, at) for r in (response, OwnWindow(response)))
    for ours, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(
            ours.weight, theirs.weight, rtol=4e-6, atol=1e-12 * np.max(np.abs(theirs.weight))
        )


def test_any_density_matrix_is_a_sum_of_nine():
    rng = np.random.default_rng(5)
    whole = rng.normal(size=(3, 4, 3, 3)) + 1j * rng.normal(size=(3, 4, 3, 3))
    whole = whole + np.conj(np.swapaxes(whole, -1, -2))

    class Coherent:
        def tail(self, E_min):
            return whole

    functions, matrices = tail_terms(Coherent(), np.ones(4))
    np.testing.assert_allclose(np.tensordot(functions, matrices, axes=1), whole, rtol=1e-14)
