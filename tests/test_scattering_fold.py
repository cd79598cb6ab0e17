"""The two orders of the fold agree; a rotation of beam and charges changes nothing; bases may not be mixed."""

from dataclasses import dataclass, replace

import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.flux import Line, monoenergetic, pion_decay_at_rest
from weakscatter.interactions import Charge, MagneticMoment, Millicharge, Weak, hermitian_matrix
from weakscatter.matter import nuclide
from weakscatter.mixing import change_basis
from weakscatter.provenance.errors import InputError
from weakscatter.response import Level, Nodes, NuclearResponse
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.units import keV, m

T = np.array([0.5, 5.0, 12.0, 20.0]) * keV
THEORY = (
    Weak()
    + Millicharge(hermitian_matrix({"ee": 1e-8, "emu": 2e-8 + 1e-8j}))
    + MagneticMoment(hermitian_matrix({"mumu": 1e-9, "etau": 2e-9}))
)


def rate(theory, response, component, order="energy-first"):
    charges = theory.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, response, component, T, order=order), matrices, matrices))


@dataclass(frozen=True, eq=False)
class Cloud:
    """A response with many nodes in q, as an atom has."""

    levels = (Level("cloud"),)

    def nodes(self, T, level):
        q = jnp.linspace(0.2, 60.0, 400)[None, :] + jnp.asarray(T)[:, None]
        loss = jnp.asarray(T)[:, None]
        shape = jnp.exp(-((q / 25.0) ** 2)) * q
        pairs = {
            (("vector", "p"), ("vector", "p"), "longitudinal"): shape,
            (("vector", "n"), ("vector", "n"), "longitudinal"): 2 * shape,
            (("vector", "p"), ("vector", "n"), "longitudinal"): 0.3 * shape,
            (("dipole", "p"), ("dipole", "p"), "longitudinal"): shape,
            (("dipole", "p"), ("dipole", "p"), "transverse"): 0.1 * shape,
        }
        return Nodes(q, loss, loss, pairs)


@pytest.mark.parametrize("response", [NuclearResponse(nuclide("Cs133")), Cloud()], ids=["nucleus", "cloud"])
def test_orders_agree_for_a_line(response):
    component = monoenergetic("mu", 30.0).components[0]
    np.testing.assert_allclose(
        rate(THEORY, response, component),
        rate(THEORY, response, component, "momentum-first"),
        rtol=1e-12,
        atol=1e-30,
    )


@pytest.mark.parametrize("response", [NuclearResponse(nuclide("Cs133")), Cloud()], ids=["nucleus", "cloud"])
@pytest.mark.parametrize("index", [1, 2])
def test_orders_agree_for_a_continuum(response, index):
    """Momentum first integrates the spectrum numerically, energy first in closed form; the step at E_min costs 1e-2."""
    component = pion_decay_at_rest(1e23, 0.08, 20 * m).components[index]
    np.testing.assert_allclose(
        rate(THEORY, response, component), rate(THEORY, response, component, "momentum-first"), rtol=3e-2
    )


def test_unitary_rotation_of_beam_and_charges():
    rng = np.random.default_rng(3)
    unitary = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))[0]
    state = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = state @ state.conj().T
    state /= np.trace(state)
    component = Line("nu", 30.0, 1.0, state)
    charges = THEORY.charges()
    rotated = [replace(x, matrix=change_basis(x.matrix, unitary)) for x in charges]
    turned = Line("nu", 30.0, 1.0, np.asarray(change_basis(state, unitary)))
    response = NuclearResponse(nuclide("Cs133"))

    def total(charges, component):
        layout = slots(tuple(charges))
        matrices = slot_matrices(tuple(charges), layout, False)
        return np.asarray(contract(fold(layout, response, component, T), matrices, matrices))

    np.testing.assert_allclose(total(rotated, turned), total(charges, component), rtol=1e-10)


def test_phase_of_an_off_diagonal_charge_matters_for_a_coherent_beam():
    """Diagonal-only code fails here: with rho_emu != 0 the sign of e_emu changes the rate."""
    state = np.zeros((3, 3), complex)
    state[:2, :2] = 0.5
    component = Line("nu", 30.0, 1.0, state)
    response = NuclearResponse(nuclide("Cs133"))
    plus, minus = (
        rate(Weak() + Millicharge(hermitian_matrix({"emu": sign * 1e-9})), response, component)
        for sign in (1, -1)
    )
    assert np.all(np.abs(plus / np.where(minus == 0, 1, minus) - 1)[:2] > 1e-3)


def test_antineutrinos_see_transposed_charges():
    state = np.zeros((3, 3), complex)
    state[:2, :2] = [[0.5, 0.5j], [-0.5j, 0.5]]
    response = NuclearResponse(nuclide("Cs133"))
    theory = Weak() + Millicharge(hermitian_matrix({"emu": 1e-9j}))
    neutrino = rate(theory, response, Line("nu", 30.0, 1.0, state))
    antineutrino = rate(theory, response, Line("nu", 30.0, 1.0, state.T, True))
    np.testing.assert_allclose(neutrino, antineutrino, rtol=1e-12)


def test_slots_merge_equal_charges_only():
    charges = THEORY.charges()
    layout = slots(charges)
    assert len(layout) < len(charges) + 1
    assert len({(x.structure, x.on, x.mass) for x in layout}) == len(layout)
    two = slots((Charge("vector", "p", np.eye(3), mass=3.0), Charge("vector", "p", np.eye(3), mass=4.0)))
    assert len(two) == 2


def test_mixed_bases_are_refused():
    component = monoenergetic("mu", 30.0).components[0]
    with pytest.raises(InputError, match="different bases"):
        fold(
            (Charge("vector", "p", np.eye(3), basis="mass"),), NuclearResponse(nuclide("Cs133")), component, T
        )
