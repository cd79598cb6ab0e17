"""Light mediators, non-standard interactions and the dipole portal against closed forms, limits and traces."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants as c
from weakscatter.flux import Beam, Line, monoenergetic, pion_decay_at_rest
from weakscatter.interactions import (
    MODELS,
    LightPseudoscalar,
    LightScalar,
    LightTensor,
    LightVector,
    MagneticMoment,
    NonStandard,
    SterileDipole,
    Weak,
    explicit_couplings,
    hermitian_matrix,
    scalar_matching,
    theory_from_parameters,
)
from weakscatter.interactions.matching import (
    axial_couplings,
    magnetic_couplings,
    pseudoscalar_couplings,
    tensor_couplings,
    vector_couplings,
)
from weakscatter.interactions.polarisation import LeptonLoop, running
from weakscatter.matter import nuclide
from weakscatter.model import Model, Target, prepare
from weakscatter.provenance.errors import InputError
from weakscatter.response import Helm, NuclearResponse, Point, SpinExpectation
from weakscatter.scattering import KERNELS, contract, fold, slot_matrices, slots
from weakscatter.units import fm, keV, m

CS, NA = nuclide("Cs133"), nuclide("Na23")
RESPONSE = NuclearResponse(CS)
T = np.array([0.5, 3.0, 12.0]) * keV
Q2 = 2 * CS.mass * T
E = 30.0
FORM_P, FORM_N = (N * Helm()(np.sqrt(Q2), R * fm, CS) for N, R in ((55, 4.821), (78, 5.01)))
PREFACTOR = c.G_F**2 * CS.mass / np.pi * (1 - T / E - CS.mass * T / (2 * E**2))
SCALE = np.sqrt(2) * c.G_F


def rate(theory, component, response=RESPONSE, T=T, order="energy-first"):
    """dsigma/dT of a component, without compilation."""
    charges = theory.charges()
    layout = slots(charges)
    matrices = slot_matrices(charges, layout, component.antineutrino)
    return np.asarray(contract(fold(layout, response, component, T, order=order), matrices, matrices))


def line(flavour, antineutrino=False, energy=E):
    return monoenergetic(flavour, energy, antineutrino=antineutrino).components[0]


def weak_charge(flavour):
    return {"e": 0.0401, "mu": 0.0318, "tau": Weak().g_v_p[2]}[flavour] * FORM_P - 0.5094 * FORM_N


@pytest.mark.parametrize("flavour", ["e", "mu", "tau"])
@pytest.mark.parametrize("model", MODELS)
def test_light_vector_shifts_the_weak_charge(model, flavour):
    """Q_l -> Q_l + g^2 Q'_l/(sqrt2 G_F (Q^2 + M^2)) [(2 Q'_u + Q'_d) Z F_p + (Q'_u + 2 Q'_d) N F_n] (Cadeddu et al. 2020)."""
    g, M = 2e-4, 20.0
    table = {"universal": (1, 1, 1), "b-minus-l": (-1, -1, -1), "b-minus-3l-e": (-3, 0, 0), "b-minus-3l-mu": (0, -3, 0),
             "b-minus-3l-tau": (0, 0, -3), "b-minus-2l-e-minus-l-mu": (-2, -1, 0),
             "b-minus-l-e-minus-2l-mu": (-1, -2, 0), "b-y-plus-l-mu-plus-l-tau": (0, 1, 1),
             "l-e-minus-l-mu": (1, -1, 0), "l-e-minus-l-tau": (1, 0, -1), "l-mu-minus-l-tau": (0, 1, -1)}  # fmt: skip
    charge = dict(zip(("e", "mu", "tau"), table[model], strict=True))
    if model.startswith("l-"):
        masses = {"e": c.m_e, "mu": c.m_mu, "tau": c.m_tau}
        epsilon = [
            quad(lambda x, q=q: -x * (1 - x) * sum(
                Q * np.log(masses[l] ** 2 + x * (1 - x) * q) for l, Q in charge.items()), 0, 1)[0]
            for q in Q2
        ]  # fmt: skip
        shift = np.sqrt(2) * c.alpha * g**2 / (np.pi * c.G_F * (Q2 + M**2)) * np.array(epsilon) * FORM_P
    else:
        quark = 3.0 if model == "universal" else 1.0
        shift = g**2 / (SCALE * (Q2 + M**2)) * quark * (FORM_P + FORM_N)
    expected = PREFACTOR * (weak_charge(flavour) + charge[flavour] * shift) ** 2
    ours = rate(Weak() + LightVector(mass=M, coupling=g, model=model), line(flavour))
    np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_signs_of_the_interference():
    """Universal destructive, B-L constructive; L_mu - L_tau destructive for nu_mu, constructive for nu_tau."""
    plain = {flavour: rate(Weak(), line(flavour)) for flavour in ("mu", "tau")}

    def moved(model, flavour, **options):
        return rate(Weak() + LightVector(mass=20.0, coupling=3e-5, model=model, **options), line(flavour)) - plain[flavour]  # fmt: skip

    assert np.all(moved("universal", "mu") < 0)
    assert np.all(moved("b-minus-l", "mu") > 0)
    assert np.all(moved("l-mu-minus-l-tau", "mu") < 0)
    assert np.all(moved("l-mu-minus-l-tau", "tau") > 0)
    assert np.all(moved("l-mu-minus-l-tau", "mu", loop="opposite") > 0)
    np.testing.assert_array_equal(moved("l-mu-minus-l-tau", "mu", loop="none"), 0.0)


def test_loop_in_closed_form():
    """ln(m_tau^2/m_mu^2)/6 = 0.9408 at Q^2 = 0, and the integral by quadrature elsewhere."""
    assert float(LeptonLoop((0.0, 1.0, -1.0))(0.0)) == pytest.approx(0.9408, abs=5e-5)
    for t in (1e-4, 9.9e-3, 1.01e-2, 1.0, 50.0, 1e4):
        exact = quad(
            lambda x, t=t: x * (1 - x) * np.log1p(x * (1 - x) * t), 0, 0.5, epsabs=1e-14, epsrel=1e-12
        )[0]
        assert float(running(t)) == pytest.approx(2 * exact, rel=2e-8, abs=1e-13)
        assert np.isfinite(jax.grad(running)(t))


@pytest.mark.parametrize("model", [model for model in MODELS if not model.startswith("l-")])
def test_one_tev_mediator_is_nsi(model):
    """eps = g^2 Q'_l Q'_q/(sqrt2 G_F M^2), to 1e-6."""
    g, M = 0.4, 1e6
    table = MODELS[model]
    eps = {quark: np.diag([g**2 * table.get(quark) * table.get(f"nu_{l}") / (SCALE * M**2) for l in ("e", "mu", "tau")])
           for quark in "ud"}  # fmt: skip
    for flavour in ("e", "mu"):
        heavy = rate(Weak() + LightVector(mass=M, coupling=g, model=model), line(flavour))
        contact = rate(Weak() + NonStandard(eps["u"], eps["d"]), line(flavour))
        np.testing.assert_allclose(heavy, contact, rtol=1e-6)
        assert model in ("b-minus-3l-tau", "b-y-plus-l-mu-plus-l-tau") or np.any(contact != rate(Weak(), line(flavour))) or table.get(f"nu_{flavour}") == 0  # fmt: skip


def test_nsi_by_its_formula():
    """[(g_V^p + 2 eps^u + eps^d) Z F_p + (g_V^n + eps^u + 2 eps^d) N F_n]^2 + sum over other flavours (Barranco 2005)."""
    u = {"ee": 0.1, "emu": 0.05 + 0.02j, "etau": -0.03j, "mumu": 0.2}
    d = {"ee": -0.04, "emu": 0.01 - 0.07j, "mutau": 0.06}
    theory = Weak() + NonStandard(hermitian_matrix(u), hermitian_matrix(d))

    def amplitude(name):
        return (2 * u.get(name, 0) + d.get(name, 0)) * FORM_P + (u.get(name, 0) + 2 * d.get(name, 0)) * FORM_N

    expected = abs(weak_charge("e") + amplitude("ee")) ** 2
    expected = expected + abs(amplitude("emu")) ** 2 + abs(amplitude("etau")) ** 2
    for anti in (False, True):
        np.testing.assert_allclose(rate(theory, line("e", anti)), PREFACTOR * expected, rtol=1e-9)


def test_nsi_is_blind_along_its_strip():
    """(2Z + N) eps^u + (Z + 2N) eps^d = 0 changes nothing where F_p = F_n, and only on its own nucleus."""
    flat = NuclearResponse(CS, Helm(), 4.9 * fm, 4.9 * fm)
    eps_u = 0.3
    theory = Weak() + NonStandard().from_values(
        {"eps_ee_uV": eps_u, "eps_ee_dV": -eps_u * (110 + 78) / (55 + 156)}
    )
    np.testing.assert_allclose(rate(theory, line("e"), flat), rate(Weak(), line("e"), flat), rtol=1e-12)
    other = NuclearResponse(nuclide("Ar40"), Helm(), 3.5 * fm, 3.5 * fm)
    assert np.all(abs(rate(theory, line("e"), other) / rate(Weak(), line("e"), other) - 1) > 0.01)


def test_a_complex_phase_changes_a_rate_of_a_coherent_beam():
    """Interference of the weak charges with eps_emu reads Re(eps rho): diagonal-only code sees neither size nor phase."""
    state = np.zeros((3, 3), complex)
    state[:2, :2] = [[0.5, 0.4], [0.4, 0.5]]

    def at(eps, state=state, antineutrino=False):
        component = Line("coherent", E, 1.0, state, antineutrino)
        return rate(Weak() + NonStandard(hermitian_matrix({"emu": eps})), component)

    mixed = np.diag(np.diag(state))
    for eps in (0.1, 0.1j, -0.1):
        np.testing.assert_allclose(at(eps, mixed), at(0.1, mixed), rtol=1e-12)
    shift = FORM_P * 2 * 0.1 + FORM_N * 0.1
    # 2 Re Tr[Q rho eps^dagger] = 2 x 0.4 x (Q_e + Q_mu) x shift for a real eps.
    interference = 2 * 0.4 * (weak_charge("e") + weak_charge("mu")) * shift
    np.testing.assert_allclose(at(0.1) - at(0.1, mixed), PREFACTOR * interference, rtol=1e-8)
    np.testing.assert_allclose(at(-0.1) - at(0.1, mixed), -PREFACTOR * interference, rtol=1e-8)
    np.testing.assert_allclose(at(0.1j), at(0.1, mixed), rtol=1e-9)
    turned = state * np.exp(1j * np.array([[0, 0.7, 0], [-0.7, 0, 0], [0, 0, 0]]))
    assert np.all(abs(at(0.1j, turned) - at(-0.1j, turned)) > 0.1 * abs(PREFACTOR * interference))
    # Antineutrinos: charges and state are both conjugated.
    np.testing.assert_allclose(at(0.1j, turned.conj(), True), at(0.1j, turned), rtol=1e-12)


@pytest.mark.parametrize("spin", ["0", "1/2"])
def test_light_scalar(spin):
    """M^2 T/(4 pi E^2 (Q^2 + m^2)^2) g^4 Q_S^2 [1 + T/2M on spin 1/2], Q_S = C_p Z F_p + C_n N F_n, C = 17.3 each."""
    g, mass = 3e-5, 5.0
    response = NuclearResponse(CS, spin=spin)
    proton, neutron = scalar_matching("hoferichter-2015").couplings({"u": 1.0, "d": 1.0})
    assert (proton, neutron) == (pytest.approx(17.3, abs=0.05), pytest.approx(17.3, abs=0.05))
    expected = CS.mass**2 * T / (4 * np.pi * E**2 * (Q2 + mass**2) ** 2) * g**4 * (proton * FORM_P + neutron * FORM_N) ** 2  # fmt: skip
    expected = expected * (1 + T / (2 * CS.mass) if spin == "1/2" else 1.0)
    scalar = LightScalar(mass=mass, coupling=g)
    for anti in (False, True):
        component = line("mu", anti)
        np.testing.assert_allclose(rate(scalar, component, response), expected, rtol=1e-9)
        together = rate(Weak() + scalar, component, response)
        np.testing.assert_allclose(together, expected + rate(Weak(), component, response), rtol=1e-12)


def test_scalar_matching_is_a_choice():
    """14 A + 1.1 Z of Cerdeno et al. 2016; nucleons given as such are taken as such; unequal quarks are refused there."""
    older = LightScalar(mass=1.0, coupling=1.0, matching="cerdeno-2016").charges()
    assert [float(x.matrix[0, 0]) for x in older[:2]] == [pytest.approx(15.1), pytest.approx(14.0)]
    given = LightScalar(mass=1.0, coupling=1.0, table={"p": 2.0, "n": 3.0, "nu_mu": 0.5}).charges()
    assert [float(x.matrix[1, 1]) for x in given] == [1.0, 1.5, 0.0]
    with pytest.raises(InputError, match="equal couplings of u and d"):
        scalar_matching("cerdeno-2016").couplings({"u": 1.0, "d": 0.0})
    # Isospin: exchanging u and d exchanges proton and neutron up to isospin breaking of 5 %.
    p, n = scalar_matching("flag-2019").couplings({"u": 1.0, "d": 0.0})
    P, N = scalar_matching("flag-2019").couplings({"u": 0.0, "d": 1.0})
    assert p + P == pytest.approx(39.7 / ((2.16 + 4.67) / 2), rel=4e-3, abs=0)
    assert n + N == pytest.approx(39.7 / ((2.16 + 4.67) / 2), rel=4e-3, abs=0)


def test_other_matchings():
    """Sum rules: the weak current gives g_A; photon charges give the moments; universal pseudoscalar couplings cancel."""
    weak = {"u": 0.5, "d": -0.5, "s": -0.5}
    proton, neutron = axial_couplings(weak)
    assert proton - neutron == pytest.approx(c.g_A, rel=6e-3, abs=0)
    assert magnetic_couplings({"u": 2 / 3, "d": -1 / 3, "s": -1 / 3}) == (
        pytest.approx(c.mu_p),
        pytest.approx(c.mu_n),
    )
    assert vector_couplings({"u": 2 / 3, "d": -1 / 3}) == (pytest.approx(1.0), pytest.approx(0.0, abs=1e-15))
    assert tensor_couplings({"u": 1.0}) == (0.784, -0.204)
    assert pseudoscalar_couplings({"u": 1.0, "d": 1.0, "s": 1.0}) == (pytest.approx(0, abs=1e-9),) * 2


def test_light_pseudoscalar_and_tensor_see_spins():
    """Pseudoscalar: g^4 T/(4 pi E^2 (Q^2 + m^2)^2) M^2 q^2/(4 m_N^2) G^2; neither is seen without spin."""
    mass, g, S = 3.0, 1e-3, SpinExpectation(1.5, 0.224, 0.024)
    response = NuclearResponse(NA, axial=S)
    ours = rate(LightPseudoscalar(mass=mass, coupling=g), line("mu"), response)
    scale = 2 * np.sqrt(2.5 / 4.5)
    spins = scale * (0.224 / c.m_p + 0.024 / c.m_n) / 2
    q2 = 2 * NA.mass * T + T**2
    expected = g**4 * NA.mass**2 * T / (4 * np.pi * E**2 * (2 * NA.mass * T + mass**2) ** 2) * q2 * spins**2
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    assert np.all(rate(LightTensor(mass=mass, coupling=g), line("mu"), response) > 0)
    for theory in (LightPseudoscalar(mass=mass, coupling=g), LightTensor(mass=mass, coupling=g)):
        np.testing.assert_array_equal(rate(theory, line("mu"), NuclearResponse(NA)), 0.0)


@pytest.mark.parametrize("spin", ["0", "1/2"])
@pytest.mark.parametrize("mass", [0.0, 4.0, 25.0])
def test_dipole_portal(mass, spin):
    """The exact brackets of both spins, the threshold, and the magnetic moment at mass zero."""
    moment, M = 1e-9, CS.mass
    response = NuclearResponse(CS, spin=spin)
    for anti in (False, True):
        ours = rate(SterileDipole(mass=mass, moment=(0.0, moment, 0.0)), line("mu", anti), response)
        bracket = {
            "0": 1 / T - 1 / E + T / (4 * E**2) - mass**2 / (2 * E * T * M) * (1 - T / (4 * E) + M / (2 * E))
            - mass**4 / (8 * E**2 * T**2 * M),
            "1/2": 1 / T - 1 / E - mass**2 / (2 * E * T * M) * (1 - T / (2 * E) + M / (2 * E))
            + mass**4 * (T - M) / (8 * E**2 * T**2 * M**2),
        }[spin]  # fmt: skip
        lowest = (T + np.sqrt(T**2 + 2 * M * T)) / 2 * (1 + mass**2 / (2 * M * T))
        expected = np.pi * c.alpha**2 / c.m_e**2 * moment**2 * FORM_P**2 * np.where(lowest <= E, bracket, 0.0)
        np.testing.assert_allclose(ours, expected, rtol=1e-8)
        assert np.all(expected > 0) or mass == 25.0
    if mass == 0.0:
        massless = rate(MagneticMoment(hermitian_matrix({"mumu": moment})), line("mu"), response)
        np.testing.assert_allclose(ours, massless, rtol=1e-14)
    if mass == 25.0:
        # Light recoils are closed by the mass, heavy ones by the energy.
        assert (ours > 0).tolist() == [False, True, False]


def test_dipole_portal_sees_one_final_state():
    """A coherent beam: |sum_l d_l nu_l|^2, conjugated for antineutrinos; nothing interferes with magnetic moments."""
    state = np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 0]], complex)
    both = SterileDipole(mass=2.0, moment=(1e-9, 1e-9, 0.0))
    dark = SterileDipole(mass=2.0, moment=(1e-9, -1e-9, 0.0))
    single = rate(SterileDipole(mass=2.0, moment=(1e-9, 0.0, 0.0)), line("e"))
    for anti in (False, True):
        coherent = Line("coherent", E, 1.0, state, anti)
        np.testing.assert_allclose(rate(both, coherent), 2 * single, rtol=1e-12)
        np.testing.assert_allclose(rate(dark, coherent), 0.0, atol=1e-12 * single.max())
    moment = MagneticMoment(np.eye(3) * 1e-9)
    np.testing.assert_allclose(rate(both + moment, line("e")), single + rate(moment, line("e")), rtol=1e-12)


def test_dipole_kernels_by_explicit_traces():
    """L^{mu nu} of nubar_4 sigma^{mu alpha} q_alpha P_L nu contracted with longitudinal and transverse responses."""
    zero, one = np.zeros((2, 2)), np.eye(2)
    pauli = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.array([[1, 0], [0, -1]])]
    gamma = [np.block([[one, zero], [zero, -one]]).astype(complex)]
    gamma += [np.block([[zero, s], [-s, zero]]) for s in pauli]
    left = (np.eye(4) - 1j * gamma[0] @ gamma[1] @ gamma[2] @ gamma[3]) / 2
    metric = np.diag([1.0, -1, -1, -1])

    def slash(p):
        return sum(metric[i, i] * p[i] * gamma[i] for i in range(4))

    E, out, mass, cosine = 30.0, 22.0, 9.0, 0.4
    p_out = np.sqrt(out**2 - mass**2)
    k = np.array([E, 0, 0, E])
    kp = np.array([out, p_out * np.sqrt(1 - cosine**2), 0, p_out * cosine])
    q = k - kp
    omega, q2 = q[0], q[1:] @ q[1:]
    Q2, lower = q2 - omega**2, metric @ q
    vertex = [
        sum(0.5j * (gamma[i] @ gamma[j] - gamma[j] @ gamma[i]) * lower[j] for j in range(4)) for i in range(4)
    ]
    L = np.zeros((4, 4), complex)
    for i in range(4):
        for j in range(4):
            bar = gamma[0] @ (vertex[j] @ left).conj().T @ gamma[0]
            L[i, j] = np.trace((slash(kp) + mass * np.eye(4)) @ vertex[i] @ left @ slash(k) @ bar)
    # A conserved current: J_3 = (omega/|q|) J_0 along q, so L^{mu nu} W_{mu nu} has two independent parts.
    along = q[1:] / np.sqrt(q2)
    n = np.concatenate([[1.0], -omega / np.sqrt(q2) * along])
    longitudinal = (n @ L @ n).real
    transverse = (np.trace(L[1:, 1:]) - along @ L[1:, 1:] @ along).real / 2
    ours = [
        sum(k * E**power for power, k in zip((2, 1, 0), KERNELS["dipole", "dipole", part](omega, Q2, -1, mass**2), strict=True))
        for part in ("longitudinal", "transverse")
    ]  # fmt: skip
    # R_long is defined with (Q^2/q^2)^2; the trace of the weak kernels is 4 of theirs.
    share = (Q2 / q2) ** 2
    np.testing.assert_allclose([longitudinal / share, transverse], 4 * np.array(ours), rtol=1e-10)


def test_orders_agree_for_a_heavy_final_state():
    """Energy first and momentum first: E_min falls before it grows with q."""
    component = pion_decay_at_rest(1e20, 0.08, 20 * m).components[1]
    theory = SterileDipole(mass=8.0, moment=1e-9)
    first, second = (rate(theory, component, T=T[1:], order=o) for o in ("energy-first", "momentum-first"))
    np.testing.assert_allclose(first, second, rtol=2e-2)


def test_mass_and_coupling_live_equal_the_direct_model():
    """A prepared model with the mass free; with the mass held its rates are folded."""

    class OneBin:
        time_edges = None

        def energy_map(self, contains):
            return np.ones((1, *np.shape(contains["nuclear-recoil"])))

        def time_map(self):
            return np.ones((1, 1))

    beam, targets = Beam((line("mu"),)), (Target(NuclearResponse(CS, Point(), 1.0, 1.0)),)
    theory = Weak() + LightVector(mass=1.0, model="l-mu-minus-l-tau") + SterileDipole(mass=1.0)

    def build(values):
        return Model(beam, theory.from_values(values), targets, OneBin())

    values = {
        "g_l_mu_minus_l_tau": 3e-3,
        "mediator_mass": 25.0,
        "sterile_moment_mu": 10.0,
        "sterile_mass": 6.0,
    }
    live = prepare(build, values, tuple(values))
    assert live.how["rates"] == "live"
    folded = prepare(build, values, ("g_l_mu_minus_l_tau", "sterile_moment_mu"))
    assert folded.how["rates"] == "folded"
    direct = float(build(values).counts()[0, 0])
    plain = float(build({**values, "g_l_mu_minus_l_tau": 0.0, "sterile_moment_mu": 0.0}).counts()[0, 0])
    assert abs(direct / plain - 1) > 0.01
    for prepared in (live, folded):
        assert float(prepared.counts(values)[0, 0]) == pytest.approx(direct, rel=1e-10, abs=0)


def test_a_name_calls_for_its_theory():
    theory = theory_from_parameters(
        ["g_b_minus_l", "mediator_mass", "eps_emu_dV", "sterile_moment_mu", "sterile_mass"]
    )
    assert [part.kind for part in theory.parts] == ["weak", "nsi", "light-vector", "sterile-dipole"]
    both = theory_from_parameters(["g_b_minus_l", "g_scalar", "mediator_mass"]).from_values(
        {"mediator_mass": 7.0}
    )
    assert [part.mass for part in both.parts[1:]] == [7.0, 7.0]
    assert "mediator_mass" in [p.name for p in both.parameters]
    apart = LightVector(mass=1.0, model="universal") + LightScalar(mass=2.0)
    assert "mediator_mass" not in [p.name for p in apart.parameters]
    with pytest.raises(InputError, match="needs 'mediator_mass'"):
        theory_from_parameters(["g_b_minus_l"])
    with pytest.raises(InputError, match="without the coupling"):
        theory_from_parameters(["mediator_mass"])
    with pytest.raises(InputError, match="needs 'sterile_mass'"):
        theory_from_parameters(["sterile_moment_e"])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LightVector(mass=-1.0, model="universal"), "not negative"),
        (lambda: LightVector(mass=1.0), "either a model"),
        (lambda: LightVector(mass=1.0, model="universal", table={"nu_e": 1}), "one of the two"),
        (lambda: LightVector(mass=1.0, model="bminus-l"), "Did you mean 'b-minus-l'"),
        (lambda: LightVector(mass=1.0, table={"u": 1}), "no neutrino"),
        (lambda: LightVector(mass=1.0, table={"c": 1, "nu_e": 1}), "no charge of 'c'"),
        (lambda: LightVector(mass=1.0, table={"u": float("nan"), "nu_e": 1}), "finite number"),
        (lambda: LightScalar(mass=1.0, table={"u": 1, "p": 1, "nu_e": 1}), "twice"),
        (lambda: LightScalar(mass=1.0, matching="hoferichter"), "Did you mean"),
        (lambda: SterileDipole(mass=-1.0), "not negative"),
        (lambda: SterileDipole(mass=1.0, moment=(1.0, 2.0)), "three"),
        (lambda: Weak() + LightScalar(mass=1.0) + LightScalar(mass=2.0), "once"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_charges_are_structure_not_numbers():
    """A table of charges survives compilation: the loop is decided by its numbers."""
    table = {"e": 0.0, "nu_mu": 1.0, "nu_tau": -1.0}
    own, named = (
        LightVector(mass=20.0, coupling=1e-3, **kind)
        for kind in ({"table": table}, {"model": "l-mu-minus-l-tau"})
    )
    np.testing.assert_allclose(rate(Weak() + own, line("mu")), rate(Weak() + named, line("mu")), rtol=1e-14)
    from weakscatter.model import differential_cross_section

    compiled = differential_cross_section(monoenergetic("mu", E), RESPONSE, Weak() + own, T)
    np.testing.assert_allclose(compiled, rate(Weak() + named, line("mu")), rtol=1e-12)
    assert replace(own, coupling=0.0).table is own.table
    assert explicit_couplings(0.0, -0.5).g_v_n == -0.5


@pytest.mark.slow
def test_maps_and_intervals_agree_with_limits():
    """Many intervals from one compilation equal `limit`; the scan of a fine grid equals profiles point by point."""
    from weakscatter.experiments import likelihood
    from weakscatter.inference import limit, profile_batch, scan
    from weakscatter.published.mediators import MediatorMap
    from weakscatter.published.nsi import nsi_intervals

    found = nsi_intervals(entries=("ee",))["eps_ee_uV"]
    exact = limit(likelihood("coherent_csi_2021", free=["eps_ee_uV"]), "eps_ee_uV", 0.90).intervals
    np.testing.assert_allclose(found, exact, atol=2e-3)
    names = ("mediator_mass", "g_universal")
    function = likelihood("coherent_csi_2021", free=names)
    held = limit(function, "g_universal", 0.90, fixed={"mediator_mass": 10.0}).intervals
    ours = MediatorMap("g_universal", np.array([10.0])).limit()
    assert float(ours[0]) == pytest.approx(held[0][1], rel=3e-3, abs=0)
    grid = {"mediator_mass": np.geomspace(0.1, 1e4, 110), "g_universal": np.geomspace(1e-6, 1e-2, 110)}
    result = scan(function, grid)
    assert result.converged.all()
    near = np.argwhere((result.delta > 0.5) & (result.delta < 20))[::40]
    points = np.array([[grid[names[0]][i], grid[names[1]][j]] for i, j in near])
    direct = profile_batch(function, names, points).q
    np.testing.assert_allclose(result.q[tuple(near.T)], direct, atol=1e-3)


def test_muon_anomaly():
    """alpha/(2 pi) for a massless boson with g = e, m^2/(12 pi^2 M^2) for a heavy one, and an honest name for the value."""
    from weakscatter.interactions import anomaly_per_coupling_squared, muon_anomaly_band, muon_anomaly_of

    assert float(muon_anomaly_of(np.sqrt(4 * np.pi * c.alpha), 0.0)) == pytest.approx(
        c.alpha / (2 * np.pi), rel=1e-12, abs=0
    )
    heavy = 1e6
    assert float(anomaly_per_coupling_squared(heavy)) == pytest.approx(
        c.m_mu**2 / (12 * np.pi**2 * heavy**2), rel=1e-5, abs=0
    )
    for M in (1.0, 50.0, 400.0):
        exact = quad(lambda x, M=M: 2 * c.m_mu**2 * x**2 * (1 - x) / (c.m_mu**2 * x**2 + M**2 * (1 - x)), 0, 1,
                     epsabs=1e-14, points=[0.99])[0] / (8 * np.pi**2)  # fmt: skip
        assert float(anomaly_per_coupling_squared(M)) == pytest.approx(exact, rel=1e-9, abs=0)
    low, high = muon_anomaly_band(100.0, anomaly="2023")
    assert float(muon_anomaly_of(low, 100.0)) == pytest.approx((249 - 96) * 1e-11)
    assert float(muon_anomaly_of(high, 100.0, charge=-1.0)) == pytest.approx((249 + 96) * 1e-11)
    assert muon_anomaly_band(100.0)[0] == 0
    with pytest.raises(InputError, match="2025"):
        muon_anomaly_band(1.0, anomaly="2019")
    with pytest.raises(InputError, match="not negative"):
        anomaly_per_coupling_squared(-1.0)
