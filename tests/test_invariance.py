"""A rotation of the fields changes no rate: U rho U^dagger in the beam and U c U^dagger in every charge.

nu -> U nu turns a charge c[f, i] nubar_f Gamma nu_i into U c U^dagger. A neutrino is created by nubar and its density
matrix turns like c; an antineutrino is created by nu, so its rho turns with U^*, as does the transposed charge that it
sees: (U c U^dagger)^T = U^* c^T U^T. A transpose or a conjugation too few or too many breaks the equality as soon as
U is complex, off-diagonal entries are complex, and charges and beam do not commute.
"""

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.experiments import experiment
from weakscatter.flux import Beam, Line, pion_decay_at_rest
from weakscatter.interactions import ChargeRadius, MagneticMoment, Millicharge, Weak, together
from weakscatter.matter import nuclide
from weakscatter.model import Target, prepare, recoil_counts, recoil_spectrum
from weakscatter.response import Level, Nodes, NuclearResponse, SpinExpectation
from weakscatter.scattering import contract, fold, slot_matrices, slots
from weakscatter.units import cm, keV, m

T = np.array([0.3, 2.0, 5.0, 9.0]) * keV
SEEDS = (1, 2, 3)
ORDERS = ("energy-first", "momentum-first")


def random_unitary(rng):
    """A matrix of U(3), Haar measure: phases of R are divided out."""
    q, r = np.linalg.qr(rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3)))
    return q * (np.diagonal(r) / np.abs(np.diagonal(r)))


def random_hermitian(rng, scale):
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return scale * (matrix + matrix.conj().T) / 2


def random_state(rng):
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = matrix @ matrix.conj().T
    return state / np.trace(state).real


def theory(rng):
    """Weak, charge radius, millicharge and magnetic moment of one size at some keV, complex off-diagonal entries."""
    return (
        Weak("radiative-2020")
        + ChargeRadius(random_hermitian(rng, 2e-31 * cm**2))
        + Millicharge(random_hermitian(rng, 3e-8))
        + MagneticMoment(random_hermitian(rng, 3e-9))
    )


@dataclass(frozen=True, eq=False)
class Rotated:
    """A user's theory: another one whose fields are turned by a unitary matrix."""

    inner: Any
    unitary: Any
    kind = "rotated"
    parameters = ()
    citations = ()

    def from_values(self, values):
        return self

    def charges(self):
        U = jnp.asarray(self.unitary)
        return tuple(
            replace(charge, matrix=U @ jnp.asarray(charge.matrix) @ U.conj().T)
            for charge in self.inner.charges()
        )

    __add__ = together


def turned_state(component, unitary):
    """The component in a state turned with U, or U^* for antineutrinos."""
    U = np.conj(unitary) if component.antineutrino else unitary
    return replace(component, state=U @ np.asarray(component.state) @ U.conj().T)


def beam(rng):
    """A line and two Michel spectra in random coherent states, and a line of antineutrinos."""
    pion = pion_decay_at_rest(1e23, 0.08, 20 * m).components
    line = Line("bar", 25.0, float(pion[0].fluence), random_state(rng), True)
    return (*(replace(component, state=random_state(rng)) for component in pion), line)


@dataclass(frozen=True, eq=False)
class Cloud:
    """A response with many nodes in q, vector-axial interference included, as an atom has."""

    levels = (Level("cloud"),)

    def nodes(self, T, level):
        q = jnp.linspace(0.2, 60.0, 120)[None, :] + jnp.asarray(T)[:, None]
        loss = jnp.asarray(T)[:, None]
        shape = jnp.exp(-((q / 25.0) ** 2)) * q
        v, n, a, d = ("vector", "p"), ("vector", "n"), ("axial", "p"), ("dipole", "p")
        pairs = {
            (v, v, "longitudinal"): shape,
            (v, v, "transverse"): 0.4 * shape,
            (n, n, "longitudinal"): 2 * shape,
            (v, n, "longitudinal"): 0.3 * shape,
            (a, a, "transverse"): 0.7 * shape,
            (v, a, "transverse-interference"): 0.5 * shape,
            (d, d, "longitudinal"): shape,
            (d, d, "transverse"): 0.1 * shape,
        }
        return Nodes(q, loss, loss, pairs)


RESPONSES = {
    "nucleus": NuclearResponse(nuclide("Cs133"), axial=SpinExpectation(3.5, -0.3, 0.01)),
    "cloud": Cloud(),
}


def rate(theory, response, component, order):
    charges = theory.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, response, component, T, order=order), matrices, matrices))


@pytest.mark.parametrize("seed", [SEEDS[0], *(pytest.param(s, marks=pytest.mark.slow) for s in SEEDS[1:])])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("response", RESPONSES)
def test_rotation_of_beam_and_charges(response, order, seed):
    rng = np.random.default_rng(seed)
    given, components, unitary = theory(rng), beam(rng), random_unitary(rng)
    for component in components:
        before = rate(given, RESPONSES[response], component, order)
        after = rate(Rotated(given, unitary), RESPONSES[response], turned_state(component, unitary), order)
        assert np.all(before > 0)
        np.testing.assert_allclose(after, before, rtol=1e-11, err_msg=component.label)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("index", range(4))
def test_the_property_can_fail(index, order):
    """Rotating the beam alone, the charges alone, or antineutrinos as neutrinos changes the rate by per cents."""
    rng = np.random.default_rng(7)
    given, components, unitary = theory(rng), beam(rng), random_unitary(rng)
    component, response = components[index], RESPONSES["nucleus"]
    before = rate(given, response, component, order)
    wrong = {
        "beam alone": rate(given, response, turned_state(component, unitary), order),
        "charges alone": rate(Rotated(given, unitary), response, component, order),
        "conjugated": rate(Rotated(given, unitary), response, turned_state(component, unitary.conj()), order),
    }
    for name, after in wrong.items():
        assert np.max(np.abs(after / np.where(before > 0, before, 1) - 1)) > 0.02, name


@pytest.mark.parametrize("seed", [SEEDS[0], pytest.param(SEEDS[1], marks=pytest.mark.slow)])
def test_rotation_through_the_public_calls(seed):
    """Spectra and counts of recoils."""
    rng = np.random.default_rng(seed)
    given, components, unitary = theory(rng), beam(rng), random_unitary(rng)
    targets = (Target(RESPONSES["nucleus"], 1e24),)
    first, second = Beam(components), Beam(tuple(turned_state(part, unitary) for part in components))
    turned = Rotated(given, unitary)
    for calculate in (
        lambda beam, theory: recoil_spectrum(beam, targets, theory, T),
        lambda beam, theory: recoil_counts(beam, targets, theory, lowest=1 * keV),
    ):
        before, after = calculate(first, given), calculate(second, turned)
        assert before.keys() == after.keys()
        for label in before:
            np.testing.assert_allclose(after[label], before[label], rtol=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("prepared", [False, True], ids=["direct", "prepared"])
def test_rotation_of_a_whole_experiment(prepared):
    """Counts of COHERENT CsI 2021 with its flavour beam: charges and beam turned, directly and as a quadratic form."""
    rng = np.random.default_rng(11)
    given, unitary = theory(rng), random_unitary(rng)
    model = experiment("coherent_csi_2021").build(given, {})
    parts = model.beam.components
    turned = replace(
        model,
        theory=Rotated(given, unitary),
        beam=replace(model.beam, components=tuple(turned_state(part, unitary) for part in parts)),
    )
    before, after = (
        np.asarray(prepare(lambda _, each=each: each, {}, ()).counts({}) if prepared else each.counts())
        for each in (model, turned)
    )
    assert before.sum() > 100
    np.testing.assert_allclose(after, before, rtol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_diagonal_rotation_is_a_choice_of_phases(seed):
    """Rephasing the flavours changes the phase of every off-diagonal charge and nothing that a flavour beam sees."""
    rng = np.random.default_rng(seed)
    given = theory(rng)
    phases = np.diag(np.exp(2j * np.pi * rng.random(3)))
    for component in pion_decay_at_rest(1e23, 0.08, 20 * m).components:
        before = rate(given, RESPONSES["nucleus"], component, "energy-first")
        after = rate(Rotated(given, phases), RESPONSES["nucleus"], component, "energy-first")
        np.testing.assert_allclose(after, before, rtol=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
def test_charges_that_commute_with_everything_see_no_state(seed):
    """Flavour-blind charges give the same rate in every state, and antineutrinos that of neutrinos."""
    rng = np.random.default_rng(seed)
    blind = Weak("tree") + Millicharge(2e-8 * np.eye(3)) + MagneticMoment(1e-9 * np.eye(3))
    response = RESPONSES["nucleus"]
    rates = [
        rate(blind, response, Line("any", 30.0, 1.0, random_state(rng), bar), "energy-first")
        for bar in (False, True)
    ]
    np.testing.assert_allclose(rates[0], rates[1], rtol=1e-12)
