"""Bound electrons: the contraction by a second route, its limits, the approximations, the photon pole, tables."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants as c
from weakscatter.flux import Tabulated, monoenergetic
from weakscatter.grids import compiled
from weakscatter.interactions import Charge, UniversalMagneticMoment
from weakscatter.matter import nuclide
from weakscatter.model import Target, recoil_counts
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    EquivalentPhoton,
    FreeElectrons,
    Hydrogenic,
    InfraredCut,
    InfraredMass,
    Level,
    LongitudinalPhoton,
    NuclearResponse,
    hydrogenic_photoabsorption,
    infrared_regulator,
)
from weakscatter.scattering import contract, fold, lowest_energy, open_window
from weakscatter.units import eV, keV

IDENTITY = np.eye(3)
G_V, G_A, MU, CHARGE = 0.9771, 0.5, 1e-11, 1e-12
WEAK = (
    Charge("vector", "e", np.sqrt(2) * c.G_F * G_V * IDENTITY),
    Charge("axial", "e", np.sqrt(2) * c.G_F * G_A * IDENTITY),
)
MAGNETIC = (Charge("dipole", "e", 4 * np.pi * c.alpha / (2 * c.m_e) * MU * IDENTITY, mass=0),)
MILLICHARGE = (Charge("vector", "e", 4 * np.pi * c.alpha * CHARGE * IDENTITY, mass=0),)
PHOTOABSORPTION = partial(hydrogenic_photoabsorption, Z=1)
EV = InfraredMass(1 * eV)


def rate(charges, response, component, T, order="energy-first"):
    # The charges are symmetric: neutrino and antineutrino see the same matrices.
    matrices = [charge.matrix for charge in charges]
    return contract(fold(charges, response, component, T, order=order), matrices, matrices)


def cross_section(charges, response, E, T, antineutrino=False):
    component = monoenergetic("e", E, antineutrino=antineutrino).components[0]
    T = np.atleast_1d(T)
    # One length for all, so that one program serves all.
    return np.asarray(compiled(rate, charges, response, component, np.resize(T, 8)))[: len(T)]


# --- a second route: the formulas of the literature, adaptive quadrature, the response in other units ----------------


def hydrogen(T, q, Z):
    """R_00 and R_conv in atomic units, written out."""
    hartree = c.m_e * c.alpha**2
    T, q = T / hartree, q / (c.alpha * c.m_e)
    k = np.sqrt(2 * T - Z**2)
    P = ((q + k) ** 2 + Z**2) * ((q - k) ** 2 + Z**2)
    angle = np.arctan2(2 * Z * k, q**2 - k**2 + Z**2)
    G = np.exp(-2 * Z / k * angle) / (1 - np.exp(-2 * np.pi * Z / k))
    density = 256 * Z**6 * q**2 * (q**2 + (Z**2 + k**2) / 3) * G / P**3
    return density / hartree, 128 / 3 * Z**6 * (Z**2 + k**2) * G / P**2 * c.alpha**2 / hartree


def by_quadrature(kind, E, T, Z=1, antineutrino=False, mass=0.0, mediator=None):
    left, m = E - T, c.m_e

    def integrand(u):
        Q2 = np.exp(u)
        q2 = Q2 + T**2
        R_00, R_conv = hydrogen(T, np.sqrt(q2), Z)
        R_T = R_conv + q2 / (2 * m**2) * R_00
        if kind == "magnetic":
            size = (c.alpha * MU / (2 * m)) ** 2 * (1 - T / E) * 2 * np.pi / (E * left)
            bracket = (2 * E - T) ** 2 * Q2 / q2**2 * R_00 + (4 * E * left - Q2) / (2 * q2) * R_T
        elif kind == "millicharge":
            size = c.alpha**2 * CHARGE**2 * (1 - T / E) * 2 * np.pi / (E * left)
            bracket = ((2 * E - T) ** 2 - q2) / q2**2 * R_00
            bracket += (1 + (4 * E * left - Q2) / (2 * q2) - 2 * mass**2 / Q2) * R_T / Q2
            if mediator is not None:
                bracket *= (Q2 / (Q2 + mediator**2)) ** 2
        else:
            tan2 = Q2 / (4 * E * left - Q2)
            size = c.G_F**2 / np.pi * left / E / (1 + tan2)
            longitudinal = G_V**2 * (Q2 / q2) ** 2 * R_00 + G_A**2 * R_conv
            transverse = G_V**2 * R_T + 2 * G_A**2 * R_00
            interference = 2 * G_V * G_A * np.sqrt(q2) / m * R_00 * (-1 if antineutrino else 1)
            bracket = longitudinal + (tan2 + Q2 / (2 * q2)) * transverse
            bracket += np.sqrt(tan2 * (tan2 + Q2 / q2)) * interference
        return size * bracket * Q2 / 2

    k, scale = np.sqrt(2 * m * T - (Z * c.alpha * m) ** 2), Z * c.alpha * m
    low = 1e-10 * T**2 if not mass else (mass * T) ** 2 / (E * left)
    if mediator is not None:
        low = 1e-10 * min(T**2, mediator**2)
    at = [k + scale * step for step in (-8, -3, -1, 0, 1, 3, 8, 30)]
    ends = {np.log(low), np.log(4 * E * left), *(np.log(q**2 - T**2) for q in at if q > T)}
    edges = sorted(u for u in ends if np.log(low) <= u <= np.log(4 * E * left))
    pieces = [quad(integrand, *ends, epsrel=1e-9, epsabs=0, limit=200)[0] for ends in pairwise(edges)]
    return sum(pieces)


ENERGIES = np.array([14.0, 100.0, 1000.0, 9000.0]) * eV


@pytest.mark.parametrize("E", [10 * keV, 1.0])
@pytest.mark.parametrize(("kind", "charges", "antineutrino"), [
    ("weak", WEAK, False), ("weak", WEAK, True), ("magnetic", MAGNETIC, False), ("millicharge", MILLICHARGE, False),
])  # fmt: skip
def test_two_routes(kind, charges, E, antineutrino):
    mass = 1 * eV if kind == "millicharge" else 0.0
    ours = cross_section(charges, Hydrogenic(1, EV if mass else None), E, ENERGIES, antineutrino)
    theirs = [by_quadrature(kind, E, T, 1, antineutrino, mass) for T in ENERGIES]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("mediator", [1 * eV, 10 * keV])
def test_two_routes_for_a_light_mediator(mediator):
    """Its mass ends the pole, so no regulator is asked for."""
    charges = (Charge("vector", "e", MILLICHARGE[0].matrix, mass=mediator),)
    T = ENERGIES[:2]
    theirs = [by_quadrature("millicharge", 1.0, energy, mediator=mediator) for energy in T]
    np.testing.assert_allclose(cross_section(charges, Hydrogenic(), 1.0, T), theirs, rtol=1e-5)


def test_two_routes_for_a_helium_ion():
    theirs = [by_quadrature("magnetic", 0.3, T, Z=2) for T in ENERGIES[1:3]]
    np.testing.assert_allclose(cross_section(MAGNETIC, Hydrogenic(2), 0.3, ENERGIES[1:3]), theirs, rtol=1e-6)


@pytest.mark.slow
def test_a_continuum_is_a_sum_of_lines():
    """Energy first at exact tails against lines one by one: the window of the fastest neutrino serves all."""
    E = np.linspace(0.02, 0.3, 8)
    beam = Tabulated("nu", E, np.array([0.0, 1, 3, 4, 4, 2, 1, 0]), 1.0, np.diag([1.0, 0, 0]), below="zero")
    T, nodes, share = ENERGIES[:3], *(np.asarray(x) for x in beam.nodes())
    for charges, response in ((WEAK, Hydrogenic()), (MILLICHARGE, Hydrogenic(1, EV))):
        whole = np.asarray(compiled(rate, charges, response, beam, T))
        lines = sum(
            w * cross_section(charges, response, energy, T) for energy, w in zip(nodes, share, strict=True)
        )
        np.testing.assert_allclose(whole, lines, rtol=2e-3)


# --- limits -----------------------------------------------------------------------------------------------------


def free_electron(kind, E, T, antineutrino=False):
    m, g_a = c.m_e, -G_A if antineutrino else G_A
    if kind == "weak":
        value = (G_V + g_a) ** 2 + (G_V - g_a) ** 2 * (1 - T / E) ** 2 + (g_a**2 - G_V**2) * m * T / E**2
        value = c.G_F**2 * m / (2 * np.pi) * value
    elif kind == "magnetic":
        value = np.pi * (c.alpha * MU / m) ** 2 * (1 / T - 1 / E)
    else:
        value = 1 - T / E + T**2 / (2 * E**2) - m * T / (2 * E**2)
        value = 2 * np.pi * (c.alpha * CHARGE / T) ** 2 / m * value
    return np.where(2 * E**2 / (m + 2 * E) > T, value, 0.0)


@pytest.mark.parametrize(("kind", "charges", "antineutrino"), [
    ("weak", WEAK, False), ("weak", WEAK, True), ("magnetic", MAGNETIC, False),
])  # fmt: skip
def test_free_electrons_far_above_the_binding(kind, charges, antineutrino):
    """E >> alpha m, T >> I: equal to the free Dirac electron up to T/m (and (I/T)^2), each kernel for itself."""
    T, E = np.array([0.5, 1.0, 3.0]) * keV, 1.0
    ratio = cross_section(charges, Hydrogenic(), E, T, antineutrino) / free_electron(kind, E, T, antineutrino)
    assert np.all(np.abs(ratio - 1) < 2 * T / c.m_e)


def test_interference_has_its_sign_and_size():
    """nu minus nubar of free electrons: 2 g_V g_A (G_F^2 m/pi)(2T/E - T^2/E^2), against the bound ones at 3 keV."""
    T, E = np.array([3.0]) * keV, 0.2
    bound, free = (
        [f(False)[0] - f(True)[0]]
        for f in (
            lambda anti: cross_section(WEAK, Hydrogenic(), E, T, anti),
            lambda anti: free_electron("weak", E, T, anti),
        )
    )
    np.testing.assert_allclose(bound, free, rtol=0.02)


def test_weakly_bound_is_free():
    """A heavy electron's limit from the other side: Z = 1 at fixed T - I = 1 keV, and the same with sixteen times the binding."""
    E = 1.0
    errors = [
        abs(cross_section(MAGNETIC, Hydrogenic(Z), E, 1 * keV)[0] / free_electron("magnetic", E, 1 * keV) - 1)
        for Z in (1, 4)
    ]
    assert errors[0] < 1e-4 < errors[1] < 0.05


def test_no_backward_scattering_limit_for_atoms():
    """E = 10 keV: a free electron takes at most 0.377 keV, the atom continues to T -> E and ends there."""
    E = 10 * keV
    assert 2 * E**2 / (c.m_e + 2 * E) / keV == pytest.approx(0.377, abs=5e-4)
    T = np.array([0.37, 0.38, 0.5, 1.0, 9.99, 10.0, 11.0]) * keV
    for charges in (WEAK, MAGNETIC):
        atom = cross_section(charges, Hydrogenic(), E, T)
        assert np.all(np.diff(atom[:5]) < 0)
        assert atom[4] > 0
        assert np.all(atom[5:] == 0)
        kind = "weak" if charges is WEAK else "magnetic"
        free = free_electron(kind, E, T)
        # Just below its end the free formula is far above, beyond it there is nothing left of it.
        assert free[0] > 1.7 * atom[0]
        assert free[1] == 0


# --- approximations: where each one works ---------------------------------------------------------------------------


def test_where_the_free_electron_works():
    """Weak and moments: within 1 % above 3 I, 5 % suppression at the edge; a charge: far below near the edge."""
    T = np.array([14.0, 50.0, 1000.0]) * eV
    for charges, kind in ((WEAK, "weak"), (MAGNETIC, "magnetic")):
        ratio = free_electron(kind, 1.0, T) / cross_section(charges, Hydrogenic(), 1.0, T)
        assert 1.03 < ratio[0] < 1.06
        np.testing.assert_allclose(ratio[1:], 1.0, atol=0.01)
    ratio = free_electron("millicharge", 1.0, T) / cross_section(MILLICHARGE, Hydrogenic(1, EV), 1.0, T)
    assert ratio[0] < 0.05
    assert ratio[1] < 0.3
    assert ratio[2] == pytest.approx(1, abs=0.03)


def test_where_equivalent_photons_work():
    """A charge near the edge: 70 % with a neutrino of 1 eV, the rest is longitudinal; a moment: a part in 1e4."""
    T = np.array([14.0, 1000.0]) * eV
    equivalent = EquivalentPhoton(PHOTOABSORPTION, EV)
    for charges, response, low, high in (
        (MILLICHARGE, Hydrogenic(1, EV), (0.65, 0.002), (0.75, 0.004)),
        (MAGNETIC, Hydrogenic(), (0, 0), (3e-4, 1e-5)),
    ):
        whole = cross_section(charges, response, 1.0, T)
        part = cross_section(charges, equivalent, 1.0, T) / whole
        assert np.all((np.array(low) < part) & (part < np.array(high)))
        rest = cross_section(charges, LongitudinalPhoton(response), 1.0, T) / whole
        assert rest[0] + part[0] == pytest.approx(1, abs=1e-3)


def test_equivalent_photons_of_a_moment_towards_the_end():
    """They become better as T -> E, up to one half: at Q^2 -> 0 longitudinal photons of a dipole carry the other half."""
    E = 10 * keV
    T = np.array([1.0, 3.0, 9.0, 9.99]) * keV
    part = cross_section(MAGNETIC, EquivalentPhoton(PHOTOABSORPTION), E, T) / cross_section(
        MAGNETIC, Hydrogenic(), E, T
    )
    assert np.all(np.diff(part) > 0)
    assert part[0] < 0.003
    assert 0.4 < part[-1] < 0.5
    E, T = 100 * eV, np.array([99.999]) * eV
    part = cross_section(MAGNETIC, EquivalentPhoton(PHOTOABSORPTION), E, T) / cross_section(
        MAGNETIC, Hydrogenic(), E, T
    )
    assert part[0] == pytest.approx(0.5, rel=2e-3, abs=0)


@pytest.mark.parametrize("mass", [1 * eV, 1e-3 * eV])
def test_equivalent_photons_in_closed_form(mass):
    """e^2 (2 alpha/pi)(sigma/T)[ln(E/m) - 1/2] for T << E; the published ln(E/m) alone lies 4 % higher at E/m = 3e5."""
    E, T = 0.3, np.array([14.0, 30.0]) * eV
    ours = cross_section(MILLICHARGE, EquivalentPhoton(PHOTOABSORPTION, InfraredMass(mass)), E, T)
    sigma = np.asarray(hydrogenic_photoabsorption(T))
    published = CHARGE**2 * 2 * c.alpha / np.pi * sigma / T * np.log(E / mass)
    np.testing.assert_allclose(ours, published * (1 - 0.5 / np.log(E / mass)), rtol=2e-4)
    if mass == 1 * eV:
        np.testing.assert_allclose(published / ours, 1.041, atol=2e-3)


def test_longitudinal_photons_keep_the_axial_current():
    response = LongitudinalPhoton(Hydrogenic())
    kept = compiled(response.nodes, np.array([1 * keV]), response.levels[0]).weighted_response
    parts = {(a[0], b[0], part) for a, b, part in kept}
    assert ("axial", "axial", "transverse") in parts
    assert ("vector", "vector", "longitudinal") in parts
    assert not parts & {
        ("vector", "vector", "transverse"), ("dipole", "dipole", "transverse"),
        ("vector", "axial", "transverse-interference"),
    }  # fmt: skip


def test_totals_of_bound_electrons_are_finite():
    """A moment on hydrogen, closed form of the free electron above the edge up to the suppression at it; free electrons diverge."""
    beam, moment, E = monoenergetic("e", 1.0), UniversalMagneticMoment(MU), 1.0
    total = float(recoil_counts(beam, (Target(Hydrogenic()),), moment)["nu_e"])
    first, last = float(Hydrogenic().threshold), 2 * E**2 / (2 * E + c.m_e)
    free = np.pi * (c.alpha * MU / c.m_e) ** 2 * (np.log(last / first) - (last - first) / E)
    assert total == pytest.approx(free, rel=0.02, abs=0)
    with pytest.raises(InputError, match="diverges at zero recoil"):
        recoil_counts(beam, (Target(FreeElectrons(1.0)),), moment)


# --- the photon pole --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("response", [Hydrogenic(), EquivalentPhoton(PHOTOABSORPTION)], ids=["full", "epa"])
def test_the_pole_asks_for_a_regulator(response):
    with pytest.raises(InputError, match=r"infrared_neutrino_mass.* or infrared_q2_min"):
        cross_section(MILLICHARGE, response, 1.0, 1 * keV)
    # What does not diverge needs none: moments, contact terms, longitudinal photons alone.
    assert cross_section(MAGNETIC, response, 1.0, 1 * keV)[0] > 0
    assert cross_section(WEAK, response, 1.0, 1 * keV)[0] > 0
    if isinstance(response, Hydrogenic):
        assert cross_section(MILLICHARGE, LongitudinalPhoton(response), 1.0, 1 * keV)[0] > 0


@pytest.mark.parametrize("full", [True, False])
def test_both_regulators_see_the_same_logarithm(full):
    """d sigma/d ln Q^2_min and d sigma/d ln m^2 are the residue of the pole; a mass ends it half a logarithm earlier."""
    E, T = 0.3, np.array([20.0]) * eV

    def sigma(regulator):
        response = Hydrogenic(1, regulator) if full else EquivalentPhoton(PHOTOABSORPTION, regulator)
        return cross_section(MILLICHARGE, response, E, T)[0]

    mass = 1 * eV
    cut = mass**2 * T[0] ** 2 / (E * (E - T[0]))
    of_mass = sigma(InfraredMass(mass)) - sigma(InfraredMass(mass * np.e))
    of_cut = sigma(InfraredCut(cut)) - sigma(InfraredCut(cut * np.e**2))
    R = T * np.asarray(hydrogenic_photoabsorption(T)) / (2 * np.pi**2 * c.alpha)
    residue = 8 * np.pi * (c.alpha * CHARGE) ** 2 / E**2 * R[0] * (E * (E - T[0]) / (2 * T[0] ** 2) + 0.25)
    # Two units of ln Q^2 each, Q^2 q dq = Q^2 dQ^2/2.
    np.testing.assert_allclose([of_mass, of_cut], residue, rtol=1e-4)
    assert sigma(InfraredCut(cut)) - sigma(InfraredMass(mass)) == pytest.approx(residue / 2, rel=1e-4, abs=0)


def test_regulator_from_its_numbers():
    assert infrared_regulator() is None
    assert infrared_regulator(infrared_neutrino_mass=1e-6).mass == 1e-6
    assert infrared_regulator(infrared_q2_min=1e-9).q2_min == 1e-9
    with pytest.raises(InputError, match="Keep one"):
        infrared_regulator(infrared_neutrino_mass=1e-6, infrared_q2_min=1e-9)
    for bad in (0.0, -1.0, np.nan):
        with pytest.raises(InputError, match="infrared_neutrino_mass must be one positive"):
            InfraredMass(bad)
        with pytest.raises(InputError, match="infrared_q2_min must be one positive"):
            InfraredCut(bad)


@pytest.mark.parametrize(("mass", "final"), [(0, 0), (1e-6, 0), (1e-3, 0), (0, 0.2)])
def test_window_and_threshold_are_one_condition(mass, final):
    """Both ends of Q^2 at E need exactly E; and against (k -+ k')^2 - T^2 in eighty digits."""
    from decimal import Decimal, localcontext

    E, T = 1.0, np.array([20 * eV, 1 * keV, 0.3])
    window = open_window(E, T, mass, final)

    class At:
        def __init__(self, Q2):
            self.Q2, self.q, self.energy_transfer = Q2, np.sqrt(Q2 + T**2), T

    for end in (window.low, window.high):
        if np.all(np.asarray(end) > 0):
            np.testing.assert_allclose(lowest_energy(At(np.asarray(end)), mass, final), E, rtol=1e-9)
    with localcontext() as context:
        context.prec = 80
        for i, loss in enumerate(T):
            e, left = Decimal(E), Decimal(E) - Decimal(float(loss))
            k = (e**2 - Decimal(mass) ** 2).sqrt()
            out = (left**2 - Decimal(mass or final) ** 2).sqrt()
            low, high = ((k + sign * out) ** 2 - Decimal(float(loss)) ** 2 for sign in (-1, 1))
            assert float(window.high[i]) == pytest.approx(float(high), rel=1e-12, abs=0)
            assert float(np.asarray(window.low)[i]) == pytest.approx(float(low), rel=1e-11, abs=1e-70)


def test_massive_kernel_is_the_tensor_of_a_dirac_particle():
    """(L_11 + L_22)/4 from L = 2[k k' + k' k - g (k.k' - m^2)]/... with four-momenta written out."""
    from weakscatter.scattering import MASSIVE_KERNELS

    E, T, m, Q2 = 1.3, 0.4, 0.35, 0.3
    q = np.sqrt(Q2 + T**2)
    k = np.sqrt(E**2 - m**2)
    # k' = k - q along z with (E - T)^2 = m^2 + k'^2.
    along = (k**2 + q**2 - ((E - T) ** 2 - m**2)) / (2 * q)
    across2 = k**2 - along**2
    product = E * (E - T) - (across2 + along * (along - q))
    transverse = 2 * across2 + 2 * (product - m**2)
    k2, k1, k0 = MASSIVE_KERNELS["vector", "vector", "transverse"](T, Q2, -1, m**2)
    assert k2 * E**2 + k1 * E + k0 == pytest.approx(transverse / 4, rel=1e-12, abs=0)


def test_requests_that_cannot_be_met():
    with pytest.raises(InputError, match="needs a photoabsorption cross section"):
        EquivalentPhoton(None)
    with pytest.raises(InputError, match="one momentum per energy"):
        LongitudinalPhoton(NuclearResponse(nuclide("Ar40")))
    with pytest.raises(InputError, match="Fold it with a beam"):
        EquivalentPhoton(PHOTOABSORPTION).nodes([1 * keV], Level("ionised"))
