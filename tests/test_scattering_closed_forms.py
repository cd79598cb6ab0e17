"""Cross sections against closed forms: totals, tensors by explicit traces, and the formulas of the literature."""

from dataclasses import dataclass

import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.flux import monoenergetic, pion_decay_at_rest
from weakscatter.interactions import (
    RADIUS_SHIFT,
    Charge,
    ChargeRadius,
    MagneticMoment,
    Millicharge,
    Weak,
    explicit_couplings,
    hermitian_matrix,
    together,
)
from weakscatter.matter import material, nuclide
from weakscatter.model import (
    Target,
    contributions,
    differential_cross_section,
    nuclear_targets,
    recoil_counts,
    recoil_spectrum,
)
from weakscatter.response import Helm, NuclearResponse, Point, SpinExpectation
from weakscatter.units import cm, fm, keV, kg, m

AR = nuclide("Ar40")
CS = nuclide("Cs133")
T = np.array([1.0, 10.0, 30.0]) * keV


@dataclass(frozen=True, eq=False)
class HeavyPoint:
    """A stand-in nuclide far heavier than any energy here."""

    Z: int = 18
    N: int = 22
    A: int = 40
    mass: float = 1e9
    name: str = "heavy"


def test_total_cross_section_of_a_heavy_point_nucleus():
    """sigma = G_F^2 E^2 Q_w^2/(4 pi), Q_w = N - (1 - 4 s^2) Z."""
    E, s2 = 30.0, c.sin2_theta_w_0
    response = NuclearResponse(HeavyPoint(), Point(), 1.0, 1.0)
    counts = recoil_counts(monoenergetic("mu", E), (Target(response),), Weak("tree"))
    Q_w = 22 - (1 - 4 * s2) * 18
    assert float(counts["nu_mu"]) == pytest.approx(c.G_F**2 * E**2 * Q_w**2 / (4 * np.pi), rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("spin", "bracket"),
    [
        ("0", lambda T, E, M: 1 - T / E - M * T / (2 * E**2)),
        ("1/2", lambda T, E, M: 1 - T / E - M * T / (2 * E**2) + T**2 / (2 * E**2)),
        ("leading", lambda T, E, M: 1 - M * T / (2 * E**2)),
    ],
)
@pytest.mark.parametrize("antineutrino", [False, True])
def test_weak_cross_section(spin, bracket, antineutrino):
    E, M = 50.0, AR.mass
    response = NuclearResponse(AR, Helm(), 3.448 * fm, 3.55 * fm, spin)
    couplings = explicit_couplings((0.0401, 0.0318, 0.0275), -0.5094)
    ours = differential_cross_section(
        monoenergetic("e", E, antineutrino=antineutrino), response, Weak(couplings), T
    )
    q = np.sqrt(2 * M * T)
    charge = 0.0401 * 18 * Helm()(q, 3.448 * fm, AR) - 0.5094 * 22 * Helm()(q, 3.55 * fm, AR)
    np.testing.assert_allclose(ours, c.G_F**2 * M / np.pi * bracket(T, E, M) * charge**2, rtol=1e-12)


def test_card_01_anchor_in_square_centimetres():
    """An absolute number, so that a change of units or constants cannot cancel: 6.894e-38 cm^2/MeV at 1 keV."""
    response = NuclearResponse(AR, Helm(), 3.448 * fm, 3.55 * fm)
    weak = Weak(explicit_couplings((0.0401, 0.0318, 0.0275), -0.5094))
    value = differential_cross_section(monoenergetic("mu", 30.0), response, weak, [1 * keV])[0] / cm**2
    # Evaluated by hand from the formula with hbar c = 197.327 MeV fm.
    assert value == pytest.approx(6.8939e-38, rel=1e-4, abs=0)


def test_exactly_zero_above_the_end_point():
    response = NuclearResponse(AR)
    top = response.recoil_energy_max(30.0)
    assert top == pytest.approx(2 * 30.0**2 / (AR.mass + 60.0), rel=1e-15, abs=0)
    ours = differential_cross_section(
        monoenergetic("mu", 30.0), response, Weak(), [top * (1 - 1e-9), top * (1 + 1e-9)]
    )
    assert ours[0] > 0
    assert ours[1] == 0


@pytest.mark.parametrize(("spin", "extra"), [("0", 1.0), ("1/2", 0.0)])
def test_magnetic_moment(spin, extra):
    """(pi alpha^2/m_e^2)(1/T - 1/E [+ T/4E^2 for spin 0]) Z^2 F_p^2 mu^2, summed over final flavours."""
    E = 30.0
    response = NuclearResponse(AR, Helm(), 3.448 * fm, 3.55 * fm, spin)
    moment = MagneticMoment(hermitian_matrix({"ee": 1e-10, "mue": 2e-10}))
    ours = differential_cross_section(monoenergetic("e", E), response, moment, T)
    F = Helm()(np.sqrt(2 * AR.mass * T), 3.448 * fm, AR)
    bracket = 1 / T - 1 / E + extra * T / (4 * E**2)
    expected = np.pi * c.alpha**2 / c.m_e**2 * bracket * (18 * F) ** 2 * (1e-20 + 4e-20)
    np.testing.assert_allclose(ours, expected, rtol=1e-10)


def _weak_charge(q, g_p, g_n=-0.5094):
    return g_p * 55 * Helm()(q, 4.821 * fm, CS) + g_n * 78 * Helm()(q, 5.01 * fm, CS)


@pytest.mark.parametrize("antineutrino", [False, True])
def test_charge_and_radius_shift_the_proton_coupling(antineutrino):
    """g_V^p -> g_V^p - 0.0238 <r^2>/1e-32 + (2 sqrt2 pi alpha/(G_F 2 M T)) e, the same for antineutrinos."""
    E, M, radius, charge = 30.0, CS.mass, -5e-32 * cm**2, 1e-9
    theory = (
        Weak()
        + ChargeRadius(hermitian_matrix({"ee": radius}))
        + Millicharge(hermitian_matrix({"ee": charge}))
    )
    ours = differential_cross_section(
        monoenergetic("e", E, antineutrino=antineutrino), NuclearResponse(CS), theory, T[:2]
    )
    shift = -0.023796 * (-5.0) + 2 * np.sqrt(2) * np.pi * c.alpha * charge / (c.G_F * 2 * M * T[:2])
    Q = _weak_charge(np.sqrt(2 * M * T[:2]), 0.0401 + shift)
    expected = c.G_F**2 * M / np.pi * (1 - T[:2] / E - M * T[:2] / (2 * E**2)) * Q**2
    np.testing.assert_allclose(ours, expected, rtol=2e-5)  # 0.023796 has five digits


def test_positive_charge_interferes_destructively_on_a_neutron_rich_nucleus():
    beam, response = monoenergetic("e", 30.0), NuclearResponse(CS)
    plus = contributions(
        beam, (Target(response),), Weak() + Millicharge(hermitian_matrix({"ee": 1e-9})), T[:2]
    )
    assert np.all(np.asarray(plus["interference:weak,millicharge"]) < 0)


def test_off_diagonal_charges_add_without_interference():
    beam, target = monoenergetic("e", 30.0), (Target(NuclearResponse(CS)),)
    radius = ChargeRadius(hermitian_matrix({"emu": 3e-32 * cm**2}))
    parts = contributions(beam, target, Weak() + radius, T[:2])
    np.testing.assert_allclose(parts["interference:weak,charge-radius"], 0.0, atol=1e-30)
    F = Helm()(np.sqrt(2 * CS.mass * T[:2]), 4.821 * fm, CS)
    bracket = 1 - T[:2] / 30 - CS.mass * T[:2] / 1800
    expected = c.G_F**2 * CS.mass / np.pi * bracket * (55 * F * RADIUS_SHIFT * 3e-32 * cm**2) ** 2
    np.testing.assert_allclose(parts["charge-radius"], expected, rtol=1e-12)


def test_contributions_add_up():
    beam, target = monoenergetic("e", 30.0), (Target(NuclearResponse(CS)),)
    theory = (
        Weak()
        + ChargeRadius(hermitian_matrix({"ee": -5e-32 * cm**2, "emu": (3 + 1j) * 1e-32 * cm**2}))
        + Millicharge(hermitian_matrix({"ee": 1e-9}))
        + MagneticMoment(hermitian_matrix({"ee": 1e-10}))
    )
    parts = contributions(beam, target, theory, T)
    np.testing.assert_allclose(
        sum(parts.values()), recoil_spectrum(beam, target, theory, T)["nu_e"], rtol=1e-12
    )


def test_sm_radius_is_all_of_the_flavour_dependence():
    """Taking the radius out of the named set leaves one g_V^p, 0.0203, for every flavour."""
    bare = Weak(include_sm_charge_radius=False).g_v_p
    np.testing.assert_allclose(bare, 0.0203, atol=1e-4)
    assert pytest.approx(0.0238 * (0.83 - 0.48), abs=1e-4) == 0.0401 - 0.0318


def test_axial_term():
    """(G_F^2 M/2pi)(2 + M T/E^2 - 2 T/E)|G_A|^2 with the one-body |G_A|^2 of the spin expectation values."""
    na, E, g_A = nuclide("Na23"), 30.0, c.g_A
    spins = SpinExpectation(1.5, 0.224, 0.024)
    beam = monoenergetic("mu", E)
    with_axial = differential_cross_section(beam, NuclearResponse(na, axial=spins), Weak(), T)
    without = differential_cross_section(beam, NuclearResponse(na), Weak(), T)
    G2 = (2.5 / 4.5) * (2 * (g_A / 2 * 0.224 - g_A / 2 * 0.024)) ** 2
    expected = c.G_F**2 * na.mass / (2 * np.pi) * (2 + na.mass * T / E**2 - 2 * T / E) * G2
    np.testing.assert_allclose(with_axial - without, expected, rtol=1e-5)
    leading = NuclearResponse(na, axial=spins, spin="leading"), NuclearResponse(na, spin="leading")
    difference = np.subtract(*(differential_cross_section(beam, r, Weak(), T) for r in leading))
    np.testing.assert_allclose(
        difference, c.G_F**2 * na.mass / (2 * np.pi) * (2 + na.mass * T / E**2) * G2, rtol=1e-10
    )


def test_tensor_kernel_by_explicit_traces():
    """4 E E' - Q^2/2 against numerical Dirac traces on a heavy spin-1/2 particle, with the vector case as check."""
    zero, one = np.zeros((2, 2)), np.eye(2)
    pauli = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.array([[1, 0], [0, -1]])]
    gamma = [np.block([[one, zero], [zero, -one]]).astype(complex)]
    gamma += [np.block([[zero, s], [-s, zero]]) for s in pauli]
    g5 = 1j * gamma[0] @ gamma[1] @ gamma[2] @ gamma[3]
    left = (np.eye(4) - g5) / 2
    metric = np.diag([1.0, -1, -1, -1])

    def slash(p):
        return sum(metric[i, i] * p[i] * gamma[i] for i in range(4))

    def squared(vertices, k, kp, p, pp, M):
        total = 0.0
        for a, sign_a in vertices:
            for b, sign_b in vertices:
                bar = gamma[0] @ (b @ left).conj().T @ gamma[0]
                lepton = np.trace(slash(kp) @ a @ left @ slash(k) @ bar)
                target = np.trace((slash(pp) + M * np.eye(4)) @ a @ (slash(p) + M * np.eye(4)) @ (
                    gamma[0] @ b.conj().T @ gamma[0]))  # fmt: skip
                total += sign_a * sign_b * (lepton * target / 2).real
        return total

    M, E, cosine = 1e5, 30.0, 0.3
    Ep = E / (1 + E / M * (1 - cosine))
    k = np.array([E, 0, 0, E])
    kp = np.array([Ep, Ep * np.sqrt(1 - cosine**2), 0, Ep * cosine])
    p = np.array([M, 0, 0, 0])
    pp = p + k - kp
    vector = [(gamma[i], metric[i, i]) for i in range(4)]
    sigma = [
        (0.5j * (gamma[i] @ gamma[j] - gamma[j] @ gamma[i]), metric[i, i] * metric[j, j])
        for i in range(4) for j in range(4) if i != j
    ]  # fmt: skip
    Q2 = 2 * E * Ep * (1 - cosine)
    ratio = squared(sigma, k, kp, p, pp, M) / squared(vector, k, kp, p, pp, M)
    # For J = 1/2 the spin response is R_11+22 = 2.
    assert ratio == pytest.approx(2 * (4 * E * Ep - Q2 / 2) / (E * Ep - Q2 / 4), rel=2e-3, abs=0)


def test_scalar_formula():
    """dsigma/dT = M^2 T/(4 pi E^2 (2MT + m^2)^2) g^4 Q^2 on a spin-0 nucleus."""

    @dataclass(frozen=True, eq=False)
    class Scalar:
        strength: float
        mass: float
        kind = "scalar"
        parameters = ()
        citations = ()

        def charges(self):
            return tuple(Charge("scalar", on, self.strength * np.eye(3), mass=self.mass) for on in "pn")

        def from_values(self, values):
            return self

        __add__ = together

    M, E, mass, g2 = AR.mass, 30.0, 20.0, 1e-10
    ours = differential_cross_section(
        monoenergetic("mu", E), NuclearResponse(AR, Point(), 1.0, 1.0), Scalar(g2, mass), T
    )
    expected = M**2 * T / (4 * np.pi * E**2 * (2 * M * T + mass**2) ** 2) * g2**2 * 40**2
    np.testing.assert_allclose(ours, np.where(T < 2 * E**2 / (M + 2 * E), expected, 0.0), rtol=1e-12)


def test_recoil_spectrum_is_linear_in_exposure_and_additive_in_targets():
    beam = pion_decay_at_rest(1e23, 0.08, 20 * m)
    double = pion_decay_at_rest(2e23, 0.08, 20 * m)
    targets = nuclear_targets(material("CsI"), 10 * kg, NuclearResponse)
    one, two = (recoil_spectrum(b, targets, Weak(), T) for b in (beam, double))
    for label in one:
        np.testing.assert_allclose(two[label], 2 * np.asarray(one[label]), rtol=1e-12)
        apart = sum(np.asarray(recoil_spectrum(beam, (t,), Weak(), T)[label]) for t in targets)
        np.testing.assert_allclose(one[label], apart, rtol=1e-12)
