"""Mixing, propagation and the two bases: closed forms, unitarity, and the formula of the mass basis written out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import Beam, Line, Oscillated, Tabulated, monoenergetic, oscillated, pion_decay_at_rest
from weakscatter.interactions import (
    Anapole,
    Charge,
    ChargeRadius,
    ElectricMoment,
    MagneticMoment,
    Millicharge,
    Weak,
    hermitian_matrix,
)
from weakscatter.matter import nuclide
from weakscatter.mixing import (
    Mixing,
    averaged,
    change_basis,
    flavour_state,
    in_basis,
    phases,
    propagate,
    rotation,
)
from weakscatter.model import Model, Target, prepare, recoil_grid
from weakscatter.provenance.errors import InputError
from weakscatter.response import NUCLEAR_RECOIL, NuclearResponse, SpinExpectation
from weakscatter.scattering import contract, fold, seen_by, slot_matrices, slots
from weakscatter.units import cm, deg, eV, keV, m

FLAVOURS = ("e", "mu", "tau")
MIXING = Mixing(0.307, 0.022, 0.546, 244.8 * deg, 7.53e-5 * eV**2, 2.53e-3 * eV**2)
MAJORANA = replace(MIXING, majorana_21=0.7, majorana_31=2.1, nature="majorana")
T = np.array([0.3, 2.0, 9.0, 20.0]) * keV
E = 50.0
CS = NuclearResponse(nuclide("Cs133"), spin="leading")
CS_SPIN = replace(CS, axial=SpinExpectation(3.5, -0.3, 0.01))
AR = NuclearResponse(nuclide("Ar40"), spin="leading")


def random_hermitian(seed, scale):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return scale * (matrix + matrix.conj().T) / 2


def random_state(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = matrix @ matrix.conj().T
    return state / np.trace(state).real


def rate(theory, response, component, order="energy-first"):
    charges = theory.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, response, component, T, order=order), matrices, matrices))


# --- mixing matrix


@pytest.mark.parametrize("seed", range(3))
def test_the_mixing_matrix_is_unitary_and_has_the_standard_elements(seed):
    s12, s13, s23, delta, a21, a31 = np.random.default_rng(seed).random(6)
    mixing = Mixing(s12, s13, s23, 6 * delta, majorana_21=6 * a21, majorana_31=6 * a31, nature="majorana")
    U = np.asarray(mixing.unitary)
    np.testing.assert_allclose(U @ U.conj().T, np.eye(3), atol=1e-14)
    squares = np.abs(U) ** 2
    assert squares[0, 2] == pytest.approx(s13, rel=1e-12, abs=0)
    assert squares[0, 1] / squares[0, 0] == pytest.approx(s12 / (1 - s12), rel=1e-12, abs=0)
    assert squares[1, 2] / squares[2, 2] == pytest.approx(s23 / (1 - s23), rel=1e-12, abs=0)
    # Jarlskog's invariant of the standard form, which fixes the sign of delta.
    root = math.sqrt(s12 * (1 - s12) * s23 * (1 - s23) * s13) * (1 - s13)
    invariant = (U[0, 0] * U[1, 1] * U[0, 1].conj() * U[1, 0].conj()).imag
    assert invariant == pytest.approx(root * math.sin(6 * delta), rel=1e-9, abs=0)
    # Majorana phases stand to the right: they multiply columns.
    plain = np.asarray(Mixing(s12, s13, s23, 6 * delta).unitary)
    ratio = U / plain
    np.testing.assert_allclose(
        ratio, np.tile(np.exp(1j * np.array([0, 3 * a21, 3 * a31])), (3, 1)), atol=1e-12
    )
    assert plain[0, 2] == pytest.approx(math.sqrt(s13) * np.exp(-6j * delta), rel=1e-12, abs=0)


# --- propagation


def probability(U, m2, start, end, length, energy):
    """|sum_k U*_ak U_bk exp(-i m_k^2 L/2E)|^2 with a phase from the sheet's number."""
    phase = 2.534 * np.array(m2) / eV**2 * (length / m) / energy
    return abs(np.sum(U[start].conj() * U[end] * np.exp(-1j * phase))) ** 2


@pytest.mark.parametrize("antineutrino", [False, True])
def test_probabilities_are_those_of_the_amplitudes(antineutrino):
    U = np.asarray(MIXING.unitary)
    U = U.conj() if antineutrino else U
    m2 = (0.0, 7.53e-5 * eV**2, 2.53e-3 * eV**2)
    length = 3.0e4 * m
    for start, flavour in enumerate(FLAVOURS):
        arrived = np.asarray(
            propagate(flavour_state(flavour), 40.0, length, MIXING, antineutrino=antineutrino)
        )
        for end in range(3):
            # The sheet's 2.534 is rounded: 5e-5 of some radians.
            assert arrived[end, end].real == pytest.approx(
                probability(U, m2, start, end, length, 40.0), abs=5e-4
            )


def test_two_flavours_have_the_textbook_formula():
    two = Mixing(0.307, 0.0, 0.0, 0.0, 7.53e-5 * eV**2, 2.5e-3 * eV**2)
    for energy in (2.0, 3.0, 7.0):
        survival = np.asarray(propagate(flavour_state("e"), energy, 5.0e4 * m, two, antineutrino=True))[
            0, 0
        ].real
        expected = 1 - 4 * 0.307 * 0.693 * math.sin(1.26693 * 7.53e-5 * 5.0e4 / energy) ** 2
        assert survival == pytest.approx(expected, abs=1e-5)


def test_neutrinos_and_antineutrinos_differ_by_the_jarlskog_invariant():
    """P(mu -> e) - P(mubar -> ebar) = -16 J sin(D21) sin(D31) sin(D32), D = m^2 L/4E: larger for sin(delta) < 0."""
    energy, length = 600.0, 3.0e5 * m
    D = {pair: float(phases(MIXING, length)[pair]) / energy / 2 for pair in ((1, 0), (2, 0), (2, 1))}
    s = {"12": 0.307, "13": 0.022, "23": 0.546}
    J = math.sqrt(math.prod(x * (1 - x) for x in s.values()) * (1 - s["13"])) * math.sin(244.8 * deg)
    expected = -16 * J * math.prod(math.sin(x) for x in D.values())
    nu, nubar = (
        np.asarray(propagate(flavour_state("mu"), energy, length, MIXING, antineutrino=bar))[0, 0].real
        for bar in (False, True)
    )
    assert nu - nubar == pytest.approx(expected, rel=1e-9, abs=0)
    assert abs(expected) > 1e-3


@pytest.mark.parametrize("basis", ["flavour", "mass"])
@pytest.mark.parametrize("antineutrino", [False, True])
def test_propagation_keeps_trace_hermiticity_and_positivity(antineutrino, basis):
    state = random_state(4)
    options = {"antineutrino": antineutrino, "basis": basis}
    energies = np.array([0.5, 3.0, 40.0])
    for arrived in (
        np.asarray(propagate(state, energies, 4.0e3 * m, MIXING, **options)),
        np.asarray(averaged(state, MIXING, **options))[None],
    ):
        np.testing.assert_allclose(np.trace(arrived, axis1=1, axis2=2), 1.0, atol=1e-14)
        np.testing.assert_allclose(arrived, np.swapaxes(arrived, 1, 2).conj(), atol=1e-14)
        assert np.all(np.linalg.eigvalsh(arrived) > -1e-14)
    # Unitary evolution keeps the purity of a pure state, averaging does not.
    pure = np.asarray(propagate(flavour_state("mu"), energies, 4.0e3 * m, MIXING, **options))
    np.testing.assert_allclose(np.trace(pure @ pure, axis1=1, axis2=2), 1.0, atol=1e-13)
    if basis == "flavour":
        mixed = np.asarray(averaged(flavour_state("mu"), MIXING, antineutrino=antineutrino))
        assert np.trace(mixed @ mixed).real < 0.7


def test_averaged_probabilities():
    """sum_k |U_ak|^2 |U_bk|^2, and the mean of exact phases over many energies."""
    squares = np.abs(np.asarray(MIXING.unitary)) ** 2
    far = np.asarray(averaged(flavour_state("e"), MIXING))
    np.testing.assert_allclose(far.diagonal().real, squares @ squares[0], atol=1e-14)
    energies = 1 / np.linspace(0.2, 0.4, 4001)
    exact = np.asarray(propagate(flavour_state("e"), energies, 3.0e8 * m, MIXING)).mean(axis=0)
    np.testing.assert_allclose(exact, far, atol=1e-3)


def test_states_of_one_mass_stay_coherent():
    same = replace(MIXING, delta_m2_21=0.0, delta_m2_31=0.0)
    state = random_state(5)
    np.testing.assert_allclose(averaged(state, same), state, atol=1e-14)
    np.testing.assert_allclose(propagate(state, 3.0, 1e6 * m, same), state, atol=1e-12)


# --- the formula of the mass basis


def by_hand(response, flavour, charge, radius, moment, baseline, antineutrino=False):
    """Equation 6 of the EPS-HEP2021 proceedings, sums over j and k written out; J > 0 if the response has spins."""
    U = np.asarray(MIXING.unitary)
    charge, radius, moment = (np.asarray(x) for x in (charge, radius, moment))
    if antineutrino:
        U, charge, radius, moment = U.conj(), charge.T, radius.T, moment.T
    l = FLAVOURS.index(flavour)
    target, M, m2 = response.nuclide, response.nuclide.mass, [0.0, 7.53e-5, 2.53e-3]
    total = []
    for t in T:
        q2 = -2 * M * t
        Fp, Fn = (
            float(response.form_factor(math.sqrt(-q2), r, target))
            for r in (response.proton_radius, response.neutron_radius)
        )
        F1 = (0.5 - 2 * 0.23857) * target.Z * Fp - 0.5 * target.N * Fn
        FQ = target.Z * Fp
        Q = 2 * math.sqrt(2) * math.pi * c.alpha / (c.G_F * q2) * (charge + q2 * radius / 6)
        amplitudes = [U[l, k].conj() * np.exp(-1j * m2[k] * eV**2 * baseline / (2 * E)) for k in range(3)]
        CV = sum(
            abs(sum(amplitudes[k] * ((j == k) * F1 - FQ * Q[j, k]) for k in range(3))) ** 2 for j in range(3)
        )
        mu2 = sum(abs(sum(amplitudes[k] * moment[j, k] for k in range(3))) ** 2 for j in range(3))
        spins = 0.0
        if response.axial is not None:
            J, Sp, Sn = response.axial.spin, response.axial.proton, response.axial.neutron
            spins = (J + 1) / (3 * J) * (2 * (c.g_A / 2 * Sp - c.g_A / 2 * Sn)) ** 2
        weak = c.G_F**2 * M / (2 * math.pi) * (CV * (2 - M * t / E**2) + spins * (2 + M * t / E**2))
        # The leading order in T/E of the formula keeps 1/T alone.
        total.append(weak + math.pi * c.alpha**2 / c.m_e**2 * FQ**2 * mu2 / t)
    return np.array(total)


MATRICES = (random_hermitian(1, 3e-8), random_hermitian(2, 3e-31 * cm**2), random_hermitian(3, 3e-9))


@pytest.mark.parametrize("antineutrino", [False, True])
@pytest.mark.parametrize("response", [AR, CS_SPIN], ids=["J=0", "J>0"])
@pytest.mark.parametrize("length", [0.0, 2.0e4, 3.0e5])
def test_the_formula_of_the_mass_basis(length, response, antineutrino):
    charge, radius, moment = MATRICES
    theory = (
        Weak("tree")
        + Millicharge(charge, basis="mass")
        + ChargeRadius(radius, basis="mass")
        + MagneticMoment(moment, basis="mass")
    )
    turned = in_basis(theory, MIXING)
    for flavour in FLAVOURS[: 1 if length == 0 else 2]:
        beam = oscillated(monoenergetic(flavour, E, antineutrino=antineutrino), MIXING, length * m)
        expected = by_hand(response, flavour, *MATRICES, length * m, antineutrino)
        found = rate(turned, response, beam.components[0])
        np.testing.assert_allclose(found / expected, 1.0, rtol=1e-9)


def test_no_baseline_is_the_flavour_basis():
    """At L = 0 the mass matrices turned by hand, M_flavour = U M U^dagger, give the same rates."""
    U = np.asarray(MIXING.unitary)
    charge, radius, moment = MATRICES
    masses = Weak() + Millicharge(charge, basis="mass") + ChargeRadius(radius, basis="mass")
    flavours = Weak() + Millicharge(U @ charge @ U.conj().T) + ChargeRadius(U @ radius @ U.conj().T)
    masses, flavours = (
        masses + MagneticMoment(moment, "mass"),
        flavours + MagneticMoment(U @ moment @ U.conj().T),
    )
    for bar in (False, True):
        line = monoenergetic("e", E, antineutrino=bar).components[0]
        np.testing.assert_allclose(
            rate(in_basis(masses, MIXING), CS, line), rate(flavours, CS, line), rtol=1e-12
        )


@pytest.mark.parametrize("baseline", [0.0, 19.3 * m, 1.0e5 * m, "averaged"])
def test_charges_like_the_identity_see_no_baseline_and_no_flavour(baseline):
    one = np.eye(3)
    theory = in_basis(
        Weak("tree")
        + Millicharge(1.5e-8 * one, basis="mass")
        + ChargeRadius(1e-32 * cm**2 * one, basis="mass")
        + MagneticMoment(1e-9 * one, basis="mass"),
        MIXING,
    )
    reference = rate(theory, AR, monoenergetic("e", E).components[0])
    for flavour, bar in (("mu", False), ("tau", True)):
        beam = oscillated(monoenergetic(flavour, E, antineutrino=bar), MIXING, baseline)
        np.testing.assert_allclose(rate(theory, AR, beam.components[0]), reference, rtol=1e-13)


@pytest.mark.parametrize("antineutrino", [False, True])
@pytest.mark.parametrize(
    ("baseline", "kind"),
    [(3.0e4 * m, Line), ("averaged", Tabulated), pytest.param(3.0e4 * m, Tabulated, marks=pytest.mark.slow)],
)
def test_both_bases_give_one_rate(baseline, kind, antineutrino):
    """Beam and charges in the mass basis: nothing is turned; or all in the flavour basis. Continuum included."""
    charge, radius, moment = MATRICES
    theory = Weak() + Millicharge(charge, "mass") + ChargeRadius(radius) + ElectricMoment(moment, "mass")
    state = random_state(6)
    V = np.asarray(rotation(MIXING, antineutrino))
    shape = {"energy": [20.0, 30.0, 45.0], "values": [0.0, 1.0, 0.0], "below": "zero"}
    own = shape if kind is Tabulated else {"energy": E}
    flavour = kind(label="a", state=state, antineutrino=antineutrino, fluence=1.0, **own)
    mass = replace(flavour, state=V.conj().T @ state @ V, basis="mass")
    (first,), (second,) = (oscillated(Beam((x,)), MIXING, baseline).components for x in (flavour, mass))
    assert (kind is Tabulated and baseline != "averaged") == isinstance(first, Oscillated)
    np.testing.assert_allclose(
        rate(in_basis(theory, MIXING), CS, first),
        rate(in_basis(theory, MIXING, "mass"), CS, second),
        rtol=1e-11,
    )


def test_the_phase_of_a_transition_charge_is_seen_by_a_coherent_state():
    """Diagonal-only code sees no phase: nu_mu after a baseline is coherent in flavour, and the rate follows the phase."""
    near = monoenergetic("mu", E).components[0]
    far = oscillated(monoenergetic("mu", E), MIXING, 1.0e4 * m).components[0]
    states = [np.asarray(x.state) for x in (near, far)]
    assert abs(states[0][0, 1]) == 0
    assert abs(states[1][1, 2]) > 0.3

    def with_phase(phase, component):
        entry = 3e-8 * np.exp(1j * phase)
        return rate(Weak("tree") + Millicharge(hermitian_matrix({"mutau": entry})), CS, component)

    quarter = math.pi / 2
    np.testing.assert_allclose(with_phase(quarter, near), with_phase(0.0, near), rtol=1e-13)
    assert np.all(np.abs(with_phase(quarter, far) / with_phase(0.0, far) - 1) > 0.02)
    # What a diagonal density matrix of the same probabilities gives does not depend on it, and is none of the two.
    diagonal = replace(far, state=np.diag(np.diagonal(states[1])))
    np.testing.assert_allclose(with_phase(quarter, diagonal), with_phase(0.0, diagonal), rtol=1e-13)
    assert np.all(np.abs(with_phase(0.0, far) / with_phase(0.0, diagonal) - 1)[:2] > 0.02)


# --- a continuum with a density matrix at each energy


def brute_tail(component, E_min, power):
    """The integral with rho(E) at some ten thousand Gauss points between the corners of the spectrum."""
    inner = component.component
    corners = [x for x in getattr(inner, "corners", inner.energies) if x > E_min]
    edges = np.unique(np.concatenate([np.geomspace(E_min, inner.energies[1], 1500), corners]))
    x, w = np.polynomial.legendre.leggauss(8)
    energies = (edges[:-1, None] + np.diff(edges)[:, None] * (x + 1) / 2).ravel()
    weight = (np.diff(edges)[:, None] * w / 2).ravel() * np.asarray(component.density(energies))
    return np.einsum("e,eij->ij", weight * energies ** (power - 2.0), np.asarray(component.rho(energies)))


CONTINUA = {
    "michel": pion_decay_at_rest(1e23, 0.08, 20 * m).components[2],
    "table": Tabulated(
        "bar", [1.0, 2.0, 5.0, 9.0], [0.3, 2.0, 0.5, 0.0], 1.0, random_state(8), antineutrino=True
    ),
}


@pytest.mark.parametrize("name", ["michel", pytest.param("table", marks=pytest.mark.slow)])
@pytest.mark.parametrize("length", [20.0, 5.0e4])
def test_tail_of_a_continuum(length, name):
    (component,) = oscillated(Beam((CONTINUA[name],)), MIXING, length * m).components
    tail = np.asarray(component.tail(np.array([1.7, 6.0, 200.0])))
    assert np.all(tail[:, 2] == 0)
    for i, E_min in enumerate((1.7, 6.0)):
        for power in (0, 2):
            exact = brute_tail(component, E_min, power)
            np.testing.assert_allclose(tail[power, i], exact, atol=1e-10 * np.abs(exact).max())


def test_short_and_long_baselines_of_a_continuum_have_their_limits():
    michel = pion_decay_at_rest(1e23, 0.08, 20 * m)
    low = np.array([5.0, 30.0])
    near, far, farther = (
        oscillated(michel, MIXING, x * m).components[1].tail(low) for x in (1e-6, 3e8, 3e10)
    )
    start = np.asarray(michel.components[1].tail(low))
    np.testing.assert_allclose(near, start, atol=1e-9 * start.max())
    mean = np.asarray(oscillated(michel, MIXING, "averaged").components[1].tail(low))
    # What is left of the coherence falls like one over the phase.
    assert 0 < np.max(np.abs(np.asarray(far) - mean)) < 2e-3 * mean.max()
    np.testing.assert_allclose(farther, mean, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("index", [1, 2])
def test_orders_agree_for_an_oscillated_continuum(index):
    """Momentum first uses rho(E) at the nodes; energy first its tail integrals."""
    theory = in_basis(Weak() + Millicharge(MATRICES[0], "mass") + MagneticMoment(MATRICES[2], "mass"), MIXING)
    component = oscillated(pion_decay_at_rest(1e23, 0.08, 20 * m), MIXING, 2.0e4 * m).components[index]
    first, second = (rate(theory, CS, component, order) for order in ("energy-first", "momentum-first"))
    np.testing.assert_allclose(first, second, rtol=3e-2)


class OneBin:
    """A detector that counts every recoil once."""

    time_edges = None

    def energy_map(self, contains):
        return np.ones((1, *np.shape(contains["nuclear-recoil"])))

    def time_map(self):
        return np.ones((1, 1))


def test_prepared_counts_of_an_oscillated_beam_are_the_direct_ones():
    """The full matrices travel through the quadratic form: coherences, a phase free, antineutrinos."""
    beam = oscillated(pion_decay_at_rest(1e23, 0.08, 20 * m), MIXING, 2.0e4 * m)
    beam = Beam(beam.components[1:])
    targets = (Target(CS),)
    grid = recoil_grid(beam, targets, lowest=1e-3, panels_per_interval=1, points=8)

    def build(values):
        theory = Weak() + Millicharge().from_values({"millicharge_emu": 3.0, **values})
        return Model(beam, theory, targets, OneBin(), {NUCLEAR_RECOIL: grid})

    values = {"millicharge_emu_phase": 0.4}
    prepared = prepare(build, values, ("millicharge_emu_phase",))
    assert prepared.how["rates"] == "folded"
    counts = []
    for phase in (0.4, 2.0):
        chosen = {"millicharge_emu_phase": phase}
        counts.append(float(prepared.counts(chosen)[0, 0]))
        assert counts[-1] == pytest.approx(float(build(chosen).counts()[0, 0]), rel=1e-11, abs=0)
    assert abs(counts[0] / counts[1] - 1) > 1e-3


# --- Dirac and Majorana


def test_majorana_is_dirac_where_it_must_be():
    """One matrix that both can have gives one rate: transition moments and charges, imaginary and antisymmetric."""
    X = np.array([[0, 1.0, -0.4], [-1.0, 0, 0.7], [0.4, -0.7, 0]])
    far = oscillated(monoenergetic("mu", E), MAJORANA, 1.0e5 * m).components[0]
    for kind, scale in (
        (Millicharge, 2e-8),
        (ChargeRadius, 2e-31 * cm**2),
        (MagneticMoment, 2e-9),
        (ElectricMoment, 2e-9),
    ):
        dirac, majorana = (
            rate(in_basis(Weak("tree") + kind(1j * scale * X, "mass", nature), MAJORANA), CS, far)
            for nature in ("dirac", "majorana")
        )
        np.testing.assert_array_equal(dirac, majorana)


def test_the_radius_of_majorana_neutrinos_is_an_anapole_moment():
    """A Hermitian <r^2> - 6 a of Dirac neutrinos splits into imaginary radii and real anapole moments: the same rate."""
    R = random_hermitian(9, 4e-31 * cm**2)
    radius, anapole = ChargeRadius(1j * R.imag, "mass", "majorana"), Anapole(-R.real / 6, "mass", "majorana")
    for bar in (False, True):
        for length in (0.0, 1.0e5):
            far = oscillated(monoenergetic("mu", E, antineutrino=bar), MAJORANA, length * m).components[0]
            dirac = rate(in_basis(Weak() + ChargeRadius(R, "mass"), MAJORANA), CS, far)
            majorana = rate(in_basis(Weak() + radius + anapole, MAJORANA), CS, far)
            np.testing.assert_allclose(majorana, dirac, rtol=1e-12)


def test_majorana_neutrinos_of_either_helicity_have_one_vertex():
    """A right-handed Majorana neutrino sees F_Q + q^2 F_A; the rule for antineutrinos says so up to a common sign."""
    rng = np.random.default_rng(10)
    A = rng.normal(size=(3, 3))
    charge, anapole = 1j * (A - A.T), A + A.T
    seen = -np.asarray(seen_by(Charge("vector", "p", charge - anapole), True))
    np.testing.assert_allclose(seen, charge + anapole, atol=1e-14)


def test_majorana_phases_turn_transition_moments_only_together():
    """The rate of one transition moment does not know the Majorana phases, that of two does."""

    def far(alpha, entries):
        mixing = replace(MAJORANA, majorana_21=alpha)
        matrix = hermitian_matrix({k: 1j * v for k, v in entries.items()}, labels=("1", "2", "3"))
        theory = in_basis(MagneticMoment(matrix, "mass", "majorana"), mixing)
        return rate(theory, CS, monoenergetic("e", E).components[0])

    one, two = {"12": 1e-9}, {"13": 1e-9, "23": 1e-9}
    np.testing.assert_allclose(far(0.3, one), far(1.9, one), rtol=1e-12)
    assert np.all(np.abs(far(0.3, two) / far(1.9, two) - 1) > 0.05)


# --- bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Mixing(sin2_theta_13=1.2), "unitary"),
        (lambda: Mixing(sin2_theta_13=-0.1), "unitary"),
        (lambda: Mixing(delta_m2_21=-7e-5 * eV**2), "negative"),
        (lambda: Mixing(delta_cp=math.nan), "finite"),
        (lambda: Mixing(majorana_21=1.0), "majorana"),
        (lambda: Mixing(nature="weyl"), "Allowed: dirac, majorana"),
        (lambda: change_basis(np.eye(3), np.diag([1, 1, 0.9])), "unitary"),
        (lambda: propagate(np.eye(3) / 3, 1.0, -1.0, MIXING), "negative"),
        (lambda: propagate(np.eye(3) / 3, 1.0, "mean", MIXING), "averaged"),
        (lambda: oscillated(monoenergetic("e", 3.0), MIXING, math.inf), "finite"),
        (lambda: Millicharge([[0, 1, 0], [0, 0, 0], [0, 0, 0]]), "Hermitian"),
        (lambda: Millicharge(np.full((3, 3), np.nan)), "finite"),
        (lambda: MagneticMoment(np.eye(2)), "3 x 3"),
        (lambda: Millicharge(np.eye(3), "mass", "majorana"), "no diagonal millicharge"),
        (lambda: ChargeRadius(np.eye(3), "mass", "majorana"), "no diagonal charge radius"),
        (lambda: MagneticMoment(np.eye(3), "mass", "majorana"), "no diagonal magnetic moment"),
        (lambda: ElectricMoment(np.ones((3, 3)) - np.eye(3), "mass", "majorana"), "imaginary"),
        (lambda: Anapole(np.eye(3) + 1j * (np.eye(3, k=1) - np.eye(3, k=-1)), "mass", "majorana"), "real"),
        (lambda: MagneticMoment(nature="majorana"), "mass basis"),
        (lambda: Millicharge(basis="mas"), "Did you mean 'mass'"),
        (lambda: in_basis(Weak(), MIXING, "flavor"), "Did you mean 'flavour'"),
        (lambda: in_basis(MagneticMoment(np.zeros((3, 3)), "mass", "majorana"), MIXING), "Majorana phases"),
    ],
)  # fmt: skip
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_a_beam_travels_once():
    once = oscillated(pion_decay_at_rest(1e23, 0.08, 20 * m), MIXING, 100 * m)
    with pytest.raises(InputError, match="travelled already"):
        oscillated(once, MIXING, 100 * m)


def test_mixing_two_bases_is_an_error():
    line = monoenergetic("mu", E).components[0]
    with pytest.raises(InputError, match="in_basis"):
        rate(Weak() + Millicharge(np.eye(3), basis="mass"), CS, line)
