"""Traps of the field that no test of a room catches: each a closed form, a sum rule or a published number.

`mutations.toml` holds the patches that these and the other tests must catch.
"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter import constants as c
from weakscatter.experiments import experiment
from weakscatter.flux import Beam, GaussianPulse, Line, monoenergetic, pion_decay_at_rest
from weakscatter.interactions import (
    COUPLING_SETS,
    SM_CHARGE_RADIUS,
    Charge,
    EffectiveMagneticMoment,
    MagneticMoment,
    Millicharge,
    TotalChargeRadius,
    UniversalMagneticMoment,
    Weak,
    explicit_couplings,
    theory_parameters,
    together,
)
from weakscatter.matter import material, nuclide
from weakscatter.model import (
    Model,
    Target,
    contributions,
    differential_cross_section,
    nuclear_targets,
    prepare,
    recoil_counts,
    recoil_grid,
    recoil_spectrum,
)
from weakscatter.provenance.errors import InputError
from weakscatter.published.csi_2021 import CsI2021
from weakscatter.response import NUCLEAR_RECOIL, Helm, KleinNystrand, NuclearResponse, Point
from weakscatter.units import cm, fm, keV, kg, m, us

AR, CS = nuclide("Ar40"), nuclide("Cs133")
T = np.array([1.0, 8.0]) * keV


@dataclass(frozen=True, eq=False)
class HeavyPoint:
    """A nucleus that does not recoil."""

    Z: int = 18
    N: int = 22
    A: int = 40
    mass: float = 1e9
    name: str = "heavy"


def test_total_cross_section_to_its_digits():
    """sigma = G_F^2 E^2 Q_w^2/(4 pi), Q_w = N - (1 - 4 s^2) Z; as a ratio, since sigma itself is 1e-17 MeV^-2."""
    E, Q_w = 30.0, 22 - (1 - 4 * c.sin2_theta_w_0) * 18
    target = Target(NuclearResponse(HeavyPoint(), Point(), 1.0, 1.0))
    sigma = float(recoil_counts(monoenergetic("mu", E), (target,), Weak("tree"))["nu_mu"])
    assert sigma / (c.G_F**2 * E**2 * Q_w**2 / (4 * np.pi)) == pytest.approx(1.0, rel=1e-6, abs=0)


def test_differential_cross_section_in_square_centimetres():
    """6.8939e-38 cm^2/MeV on argon at E = 30 MeV, T = 1 keV: by hand with hbar c = 197.327 MeV fm."""
    response = NuclearResponse(AR, Helm(), 3.448 * fm, 3.55 * fm)
    weak = Weak(explicit_couplings((0.0401, 0.0318, 0.0275), -0.5094))
    sigma = float(differential_cross_section(monoenergetic("mu", 30.0), response, weak, [1 * keV])[0])
    assert sigma / cm**2 / 6.8939e-38 == pytest.approx(1.0, rel=1e-4, abs=0)


def test_weak_charges_are_couplings_times_root_two_G_F():
    """The set of 2005.01645: g_V^p(e) = 0.0401, g_V^p(mu) = 0.0318, g_V^n = -0.5094; g_A^p = -g_A^n = g_A/2."""
    charges = {
        charge.current: np.asarray(charge.matrix) / (np.sqrt(2) * c.G_F) for charge in Weak().charges()
    }
    np.testing.assert_allclose(np.diag(charges["vector", "p"]), [0.0401, 0.0318, 0.0274], atol=2e-4)
    np.testing.assert_allclose(charges["vector", "n"], -0.5094 * np.eye(3), atol=1e-12)
    np.testing.assert_allclose(charges["axial", "p"], c.g_A / 2 * np.eye(3), atol=1e-12)
    np.testing.assert_allclose(charges["axial", "n"], -c.g_A / 2 * np.eye(3), atol=1e-12)


@pytest.mark.parametrize("name", ["radiative-2020", "radiative-2023"])
def test_flavours_of_a_set_differ_by_their_charge_radius(name):
    """g_V^p(e) - g_V^p(mu) = 0.0238 (0.83 - 0.48) and g_V^p(tau) = g_V^p(mu) - 0.0238 (0.48 - 0.30)."""
    e, mu, tau = COUPLING_SETS[name].g_v_p
    assert e - mu == pytest.approx(0.0238 * (0.83 - 0.48), abs=1.5e-4)
    assert tau - mu == pytest.approx(-0.0238 * (0.48 - 0.30), abs=1e-5)


def test_couplings_of_the_older_set():
    """Barranco et al. (2005), rho, kappa and lambda at s^2 = 0.23120; it holds the muon's radius for every flavour."""
    rho, kappa, s2 = 1.0086, 0.9978, 0.23120
    up, down, up_right, down_right = -0.0031, -0.0025, 3.75e-5, 7.5e-5
    proton = rho * (0.5 - 2 * kappa * s2) + 2 * (up + up_right) + down + down_right
    neutron = -rho / 2 + up + up_right + 2 * (down + down_right)
    older = COUPLING_SETS["pdg-2005"]
    np.testing.assert_allclose(older.g_v_p, proton, atol=6e-5)
    assert older.g_v_n == pytest.approx(neutron, abs=6e-5)
    assert Weak("pdg-2005", sin2_theta_w=s2).g_v_p == pytest.approx(older.g_v_p)
    bare = Weak("pdg-2005", include_sm_charge_radius=False)
    np.testing.assert_allclose(bare.g_v_p, proton - 0.0238 * 0.48, atol=1e-4)
    with pytest.raises(InputError, match="counted twice"):
        Weak("pdg-2005") + TotalChargeRadius()


def test_electromagnetic_parameters_are_in_the_unit_that_they_state():
    """The number that a user gives times the printed unit is the entry of the matrix."""
    cases = (
        (Millicharge(), "millicharge_mumu", lambda t: t.matrix[1, 1]),
        (MagneticMoment(), "magnetic_moment_mumu", lambda t: t.matrix[1, 1]),
        (EffectiveMagneticMoment(), "magnetic_moment_mu", lambda t: t.moments[1]),
        (UniversalMagneticMoment(), "magnetic_moment_effective", lambda t: t.moment),
    )
    for theory, name, read in cases:
        (unit,) = (p.unit for p in theory.parameters if p.name == name)
        assert complex(read(theory.from_values({name: 3.0}))) == pytest.approx(
            3.0 * float(unit.split()[0]), rel=1e-9, abs=0
        ), name
    radius = TotalChargeRadius().from_values({"charge_radius_tautau": 3.0})
    assert complex(radius.matrix[2, 2]) == pytest.approx(3e-32 * cm**2, rel=1e-9, abs=0)


def test_moduli_have_a_boundary_at_zero_and_signed_quantities_have_none():
    owners = theory_parameters()
    lower = {p.name: p.lower for theory in set(owners.values()) for p in theory().parameters}
    signed = {
        f"{base}_{f}{f}"
        for base in ("charge_radius", "charge_radius_bsm", "millicharge")
        for f in ("e", "mu", "tau")
    }
    signed |= {f"{base}_{f}{f}" for base in ("anapole",) for f in ("e", "mu", "tau")}
    # NSI with u and d quarks add up, so even off-diagonal entries have a sign.
    signed |= {n for n in lower if n.endswith(("_im", "_11", "_22", "_33")) or n.startswith("eps_")}
    for name, bound in lower.items():
        if name.endswith("_phase"):
            continue
        assert bound == (-np.inf if name in signed else 0.0), name


@dataclass(frozen=True, eq=False)
class Lowering:
    """A charge that is not Hermitian: it turns nu_e into nu_mu and nothing back."""

    kind = "lowering"
    parameters = ()
    citations = ()

    def from_values(self, values):
        return self

    def charges(self):
        matrix = np.zeros((3, 3), complex)
        matrix[1, 0] = 1e-9
        return (Charge("vector", "p", matrix),)

    __add__ = together


@pytest.mark.parametrize(("antineutrino", "seen"), [(False, "e"), (True, "mu")])
def test_final_state_comes_first_and_antineutrinos_see_the_transpose(antineutrino, seen):
    for flavour in ("e", "mu"):
        beam = monoenergetic(flavour, 30.0, antineutrino=antineutrino)
        rate = sum(recoil_spectrum(beam, (Target(NuclearResponse(CS)),), Lowering(), T).values())
        assert np.all((np.asarray(rate) > 0) == (flavour == seen)), flavour
        parts = contributions(beam, (Target(NuclearResponse(CS)),), Lowering(), T)
        np.testing.assert_allclose(parts["lowering"], rate, rtol=1e-12)


class OneBin:
    """A detector that counts every recoil once."""

    time_edges = None

    def energy_map(self, contains):
        return jnp.ones((1, *np.shape(contains["nuclear-recoil"])))

    def time_map(self):
        return jnp.ones((1, 1))


def test_prepared_antineutrinos_see_the_transpose_too():
    """A coherent antineutrino beam, a charge with a phase and a weight free: folded rates equal the direct ones."""
    state = np.zeros((3, 3), complex)
    state[:2, :2] = [[0.5, 0.5j], [-0.5j, 0.5]]
    targets = (Target(NuclearResponse(CS)),)

    def build(values):
        beam = Beam((Line("nubar", 30.0, 1.0, state, True),))
        theory = Weak().from_values({"sin2_theta_w": values["sin2_theta_w"]}) + Millicharge(
            np.array([[0, 1e-9j, 0], [-1e-9j, 0, 0], [0, 0, 0]])
        )
        return Model(
            beam, theory, targets, OneBin(), {NUCLEAR_RECOIL: recoil_grid(beam, targets, lowest=1e-3)}
        )

    values = {"sin2_theta_w": 0.24}
    prepared = prepare(build, values, ("sin2_theta_w",))
    assert prepared.how["rates"] == "folded"
    np.testing.assert_allclose(prepared.counts(values), build(values).counts(), rtol=1e-12)


def test_klein_nystrand_closed_form():
    """3 j_1(q R_A)/(q R_A)/(1 + q^2 a_k^2) with R_A = 1.23 A^(1/3) fm, a_k = 0.7 fm, where neither factor is one."""
    q = np.array([0.3, 0.6, 1.1])
    x = q * 1.23 * 133 ** (1 / 3)
    exact = 3 * (np.sin(x) - x * np.cos(x)) / x**3 / (1 + 0.49 * q**2)
    np.testing.assert_allclose(KleinNystrand()(q / fm, None, CS), exact, rtol=1e-10)


def test_mean_arrival_is_the_pulse_plus_the_lifetimes():
    """Prompt neutrinos wait for the pion, delayed ones for pion and muon."""
    edges = np.linspace(-2.0, 60.0, 62001) * us
    middle = (edges[1:] + edges[:-1]) / 2
    beam = pion_decay_at_rest(1e23, 0.08, 20 * m, GaussianPulse(0.4 * us, 0.15 * us))
    delays = {"nu_mu": c.tau_pi, "nu_e": c.tau_pi + c.tau_mu, "nu_mu_bar": c.tau_pi + c.tau_mu}
    for component in beam.components:
        share = np.asarray(component.arrival(edges))
        assert share.sum() == pytest.approx(1.0, abs=1e-9)
        assert share @ middle / us == pytest.approx((0.4 * us + delays[component.label]) / us, abs=1e-6)


def test_one_caesium_for_one_iodine_in_a_target():
    """N = m N_A/(259.81 g/mol) of each."""
    numbers = [target.number for target in nuclear_targets(material("CsI"), 14.6 * kg, NuclearResponse)]
    np.testing.assert_allclose(numbers, 14600 / 259.81 * c.N_A, rtol=2e-5)


def test_a_heavier_isotope_counts_by_its_abundance():
    """Chlorine is 3/4 Cl-35: the mean number of neutrons of natural targets is that of its isotopes."""
    targets = nuclear_targets(material("NaCl"), 1 * kg, lambda n: NuclearResponse(n, Point()))
    neutrons = {t.response.nuclide.name: t.response.nuclide.N for t in targets}
    share = {t.response.nuclide.name: t.number / targets[0].number for t in targets}
    assert neutrons == {"Na23": 12, "Cl35": 18, "Cl37": 20}
    assert share["Cl35"] == pytest.approx(0.758, abs=2e-3)
    assert share["Cl35"] + share["Cl37"] == pytest.approx(1.0, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("systematics", "expected"),
    [
        ("causes", {"sns_flux": 0.10, "form_factor_csi": 0.034, "quenching_csi_0": 1.0, "quenching_csi_1": 1.0,
                    "efficiency_csi": 1.0}),
        ("lump", {"signal_csi": 0.115, "form_factor_csi": 0.034}),
    ],
)  # fmt: skip
def test_published_priors_of_csi_2021(systematics, expected):
    """arXiv:2110.07730 and 2205.09484: relative errors of each component, one standard deviation of each variation."""
    backgrounds = {"brn_csi": 0.25, "nin_csi": 0.35, "steady_state_csi": 0.021, "sns_pulse_csi": 0.025}
    sigma = {
        p.name: p.sigma
        for p in experiment("coherent_csi_2021", systematics=systematics).parameters
        if p.constrained
    }
    assert sigma == pytest.approx(expected | backgrounds)


def test_pulse_prior_stands_where_the_neutrinos_are():
    """0.473 us from the neutrino-induced neutrons; the slow beam neutrons peak 0.16 us later."""
    (pulse,) = (p for p in experiment("coherent_csi_2021").parameters if p.name == "sns_pulse_csi")
    assert pulse.value == pytest.approx(0.473, abs=0.003)


def test_standard_model_radii():
    """Bernabeu et al.: -0.83, -0.48, -0.30 e-32 cm^2, all negative and smallest for nu_tau."""
    np.testing.assert_allclose(
        np.array(SM_CHARGE_RADIUS) / (1e-32 * cm**2), [-0.83, -0.48, -0.30], rtol=1e-12
    )


def test_totals_of_photon_exchange_are_infinite():
    """dsigma/dT grows like 1/T (moment) and 1/T^2 (millicharge): no total, a finite number above a threshold."""
    beam, target = monoenergetic("e", 30.0), (Target(NuclearResponse(CS)),)
    for theory in (Millicharge(1e-9 * np.eye(3)), MagneticMoment(1e-10 * np.eye(3))):
        with pytest.raises(InputError, match="infinite"):
            recoil_counts(beam, target, theory)
        assert 0 < float(recoil_counts(beam, target, theory, lowest=1 * keV)["nu_e"]) < np.inf


@pytest.mark.slow
def test_significance_is_in_standard_deviations():
    """11.6 published (arXiv:2110.07730), the square root of the rise of -2 ln L; our pulls differ somewhat."""
    assert CsI2021().significance == pytest.approx(11.6, abs=4.0)
