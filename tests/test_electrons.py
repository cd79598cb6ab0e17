"""Neutrinos on electrons: closed forms, traces of Dirac matrices, signs, stepping, two kinds of deposits in one detector."""

from __future__ import annotations

from math import pi, sqrt
from typing import ClassVar

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants
from weakscatter.flux import Beam, Line, monoenergetic
from weakscatter.interactions import (
    Anapole,
    ChargeRadius,
    LightAxial,
    LightPseudoscalar,
    LightScalar,
    LightTensor,
    LightVector,
    MagneticMoment,
    Millicharge,
    NonStandard,
    SterileDipole,
    TotalChargeRadius,
    Weak,
    electron_couplings,
    tree_couplings,
)
from weakscatter.matter import Subshell, material, nuclide, subshells
from weakscatter.model import (
    Model,
    Target,
    differential_cross_section,
    electron_targets,
    prepare,
    recoil_counts,
    recoil_spectrum,
)
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    ELECTRONIC_RECOIL,
    NUCLEAR_RECOIL,
    FreeElectrons,
    NuclearResponse,
    Stepping,
    atomic_recoil_width,
)
from weakscatter.units import cm, eV, keV, kg

G, M, ALPHA = constants.G_F, constants.m_e, constants.alpha
E = 0.3  # MeV
T = np.array([0.1, 1.0, 10.0, 80.0]) * keV  # below T_max = 0.162 MeV


def cross(theory, flavour="e", *, antineutrino=False, energy=E, response=None, at=T):
    beam = monoenergetic(flavour, energy, antineutrino=antineutrino)
    return np.asarray(differential_cross_section(beam, response or FreeElectrons(), theory, at))


def weak(gv, ga, at=T, energy=E):
    """Closed form of the sheet, section 2; ga -> -ga for antineutrinos."""
    x = 1 - at / energy
    return (
        G**2 * M / (2 * pi) * ((gv + ga) ** 2 + (gv - ga) ** 2 * x**2 + (ga**2 - gv**2) * M * at / energy**2)
    )


TREE = Weak(tree_couplings())
S2 = constants.sin2_theta_w_0
COUPLINGS = {"e": (0.5 + 2 * S2, 0.5), "mu": (-0.5 + 2 * S2, -0.5), "tau": (-0.5 + 2 * S2, -0.5)}


@pytest.mark.parametrize("flavour", ["e", "mu", "tau"])
@pytest.mark.parametrize("antineutrino", [False, True])
def test_weak_closed_form_and_antineutrino_rule(flavour, antineutrino):
    gv, ga = COUPLINGS[flavour]
    found = cross(TREE, flavour, antineutrino=antineutrino)
    assert found == pytest.approx(weak(gv, -ga if antineutrino else ga), rel=1e-13, abs=0)
    # The other sign is another number.
    assert not np.allclose(found, weak(gv, ga if antineutrino else -ga), rtol=1e-3, atol=0)


def test_prefactor_of_the_sheet():
    assert G**2 * M / (2 * pi) / cm**2 == pytest.approx(4.30816e-45, rel=1e-5, abs=0)


def test_coupling_sets():
    loop = electron_couplings("loop")
    shift = sqrt(2) * pi * ALPHA / (3 * G)
    free = [
        g - shift * radius - delta
        for g, radius, delta in zip(loop.g_v, loop.held_radius, (1, 0, 0), strict=True)
    ]
    assert free == pytest.approx([-0.028] * 3, abs=3e-4)
    assert Weak("radiative-2023").electron.name == "loop"
    assert Weak("tree").electron.name == "tree"
    assert Weak("tree", electron="tree-mz").g_v_e[1] == pytest.approx(-0.5 + 2 * 0.23122, rel=1e-14, abs=0)
    # One angle moves both tree parts, with opposite signs.
    moved = Weak("radiative-2023", sin2_theta_w=S2 + 0.01)
    assert moved.g_v_e[0] - loop.g_v[0] == pytest.approx(0.02, rel=1e-10, abs=0)
    assert moved.g_v_p[0] - Weak("radiative-2023").g_v_p[0] == pytest.approx(-0.02, rel=1e-10, abs=0)
    with pytest.raises(InputError, match="electron couplings"):
        Weak("tree", electron="on-shell")


def test_standard_model_radius_is_counted_once():
    whole = Weak("radiative-2023")
    without = Weak("radiative-2023", include_sm_charge_radius=False) + TotalChargeRadius()
    for flavour in ("e", "mu"):
        assert cross(without, flavour) == pytest.approx(cross(whole, flavour), rel=1e-12, abs=0)
    with pytest.raises(InputError, match="counted twice"):
        Weak("tree", electron="loop") + TotalChargeRadius()


def test_charge_radius_and_millicharge_signs_on_electron_and_proton():
    """Shifts of g_V^e: +0.023796 per 1e-32 cm^2 and -5.4396 at 1e-12 e, 1 keV; on the proton the other way round."""
    assert sqrt(2) * pi * ALPHA / (3 * G) * 1e-32 * cm**2 == pytest.approx(0.023796, rel=1e-4, abs=0)
    r2 = 1e-32 * cm**2
    radius = ChargeRadius(r2 * np.eye(3))
    gv, ga = COUPLINGS["e"]
    shift = sqrt(2) * pi * ALPHA / (3 * G) * r2
    for anti, sign in ((False, 1), (True, -1)):
        found = cross(TREE + radius, antineutrino=anti)
        assert found == pytest.approx(weak(gv + shift, sign * ga), rel=1e-12, abs=0)
    charge = 1e-12
    moved = -sqrt(2) * pi * ALPHA * charge / (G * M * T)
    assert moved[1] == pytest.approx(-5.4396, rel=1e-4, abs=0)
    for anti, sign in ((False, 1), (True, -1)):
        found = cross(TREE + Millicharge(charge * np.eye(3)), antineutrino=anti)
        assert found == pytest.approx(weak(gv + moved, sign * ga), rel=1e-12, abs=0)
    by_place = {c.on: c.matrix[0, 0].real for c in radius.charges()}
    assert by_place["e"] == -by_place["p"] > 0
    # A positive charge attracts electrons, which the weak interaction of nu_e repels: destructive.
    assert np.all(cross(TREE + Millicharge(1e-15 * np.eye(3))) < cross(TREE))


def test_anapole_is_minus_six_radii():
    a = 1e-33 * cm**2
    eye = np.eye(3)
    assert cross(TREE + Anapole(a * eye)) == pytest.approx(
        cross(TREE + ChargeRadius(-6 * a * eye)), rel=1e-12, abs=0
    )


def test_transition_charges_add_without_interference():
    off = np.zeros((3, 3))
    off[0, 1] = off[1, 0] = 1e-32 * cm**2
    shift = sqrt(2) * pi * ALPHA / (3 * G) * 1e-32 * cm**2
    extra = G**2 * M / (2 * pi) * shift**2 * (1 + (1 - T / E) ** 2 - M * T / E**2)
    assert cross(TREE + ChargeRadius(off)) - cross(TREE) == pytest.approx(extra, rel=1e-10, abs=0)


def test_magnetic_moment():
    mu = 1e-11
    found = cross(MagneticMoment(mu * np.eye(3)))
    assert found == pytest.approx(pi * ALPHA**2 / M**2 * mu**2 * (1 / T - 1 / E), rel=1e-12, abs=0)
    assert pi * ALPHA**2 / M**2 / cm**2 == pytest.approx(2.494672e-25, rel=1e-6, abs=0)
    assert cross(TREE + MagneticMoment(mu * np.eye(3))) == pytest.approx(
        found + cross(TREE), rel=1e-12, abs=0
    )


def test_nsi_on_electrons_in_chiral_form():
    rng = np.random.default_rng(3)

    def hermitian():
        a = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
        return 0.1 * (a + a.conj().T)

    left, right = hermitian(), hermitian()
    GL = np.diag([1.0, 0, 0]) + (S2 - 0.5) * np.eye(3) + left
    GR = S2 * np.eye(3) + right
    amplitude = np.array([0.6, 0.3 + 0.5j, -0.2j])
    amplitude /= np.linalg.norm(amplitude)
    rho = np.outer(amplitude, amplitude.conj())
    for anti in (False, True):
        L, R = (GR.T, GL.T) if anti else (GL, GR)
        form = [np.trace(x @ rho @ y.conj().T).real for x, y in ((L, L), (R, R), (L, R), (R, L))]
        expected = (
            2 * G**2 * M / pi
            * (form[0] + form[1] * (1 - T / E) ** 2 - (form[2] + form[3]) * M * T / (2 * E**2))
        )  # fmt: skip
        beam = Beam((Line("nu", E, 1.0, rho, antineutrino=anti),))
        theory = TREE + NonStandard(eL=left, eR=right)
        found = np.asarray(differential_cross_section(beam, FreeElectrons(), theory, T))
        assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_light_mediators():
    g, mass = 1e-6, 0.05
    propagator = 1 / (mass**2 + 2 * M * T)
    gv, ga = COUPLINGS["e"]
    moved = g**2 * propagator / (sqrt(2) * G)
    vector = LightVector(mass=mass, coupling=g, model="b-minus-l")
    assert cross(TREE + vector) == pytest.approx(weak(gv + moved, ga), rel=1e-12, abs=0)
    axial = LightAxial(mass=mass, coupling=g)
    assert cross(TREE + axial) == pytest.approx(weak(gv, ga + moved), rel=1e-12, abs=0)
    scalar = g**4 * M**2 * T * (1 + T / (2 * M)) / (4 * pi * E**2) * propagator**2
    assert cross(LightScalar(mass=mass, coupling=g)) == pytest.approx(scalar, rel=1e-12, abs=0)
    pseudoscalar = g**4 * M * T**2 / (8 * pi * E**2) * propagator**2
    assert cross(LightPseudoscalar(mass=mass, coupling=g)) == pytest.approx(pseudoscalar, rel=1e-12, abs=0)


def test_dipole_portal_on_electrons():
    mu, m4 = 1e-10, 0.1
    found = cross(SterileDipole(mass=m4, moment=(mu, 0.0, 0.0)))
    bracket = (
        1 / T - 1 / E
        - m4**2 / (2 * E * T * M) * (1 - T / (2 * E) + M / (2 * E))
        + m4**4 * (T - M) / (8 * E**2 * T**2 * M**2)
    )  # fmt: skip
    lowest = (T + np.sqrt(T**2 + 2 * M * T)) / 2 * (1 + m4**2 / (2 * M * T))
    expected = np.where(lowest <= E, pi * ALPHA**2 / M**2 * mu**2 * bracket, 0.0)
    assert found == pytest.approx(expected, rel=1e-11, abs=0)
    assert np.any(expected == 0)
    assert np.any(expected > 0)


# --- a second route: traces of Dirac matrices --------------------------------------------------------------

PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.stack(
    [np.kron(np.diag([1, -1]), np.eye(2)), *(np.kron([[0, 1], [-1, 0]], s) for s in PAULI)]
).astype(complex)
METRIC = np.diag([1.0, -1, -1, -1])
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
SIGMA = 0.5j * (np.einsum("aij,bjk->abik", GAMMA, GAMMA) - np.einsum("bij,ajk->abik", GAMMA, GAMMA))


def slash(p):
    return np.einsum("a,aij->ij", METRIC @ p, GAMMA)


def traced(vertices, at, energy=E):
    """dsigma/dT = |M|^2/(32 pi m E^2), M = sum of nubar Gamma P_L nu ebar Gamma' e; spins averaged on the electron."""
    out = []
    for recoil in at:
        p = np.array([M, 0, 0, 0.0])
        k = np.array([energy, 0, 0, energy])
        left = energy - recoil
        cos = 1 - recoil * M / (energy * left)
        k2 = left * np.array([1, np.sqrt(1 - cos**2), 0, cos])
        p2 = p + k - k2
        left_handed = (np.eye(4) - GAMMA5) / 2
        total = 0.0
        for lepton, target, weight in vertices:
            for lepton2, target2, weight2 in vertices:
                bar = [GAMMA[0] @ x.conj().T @ GAMMA[0] for x in (lepton2 @ left_handed, target2)]
                lepton_trace = np.trace(slash(k2) @ lepton @ left_handed @ slash(k) @ bar[0])
                target_trace = np.trace(
                    (slash(p2) + M * np.eye(4)) @ target @ (slash(p) + M * np.eye(4)) @ bar[1]
                )
                total += weight * weight2 * lepton_trace * target_trace / 2
        out.append(total.real / (32 * pi * M * energy**2))
    return np.array(out)


def tensor_vertices(scale):
    low = np.einsum("ac,bd,cdij->abij", METRIC, METRIC, SIGMA)
    return [(SIGMA[a, b], low[a, b], scale) for a in range(4) for b in range(4)]


def test_traces_give_the_tensor_exchange():
    """Also that of a recoil comparable to the energy, where the heavy-target form fails."""
    g, mass = 1e-5, 3e4
    found = cross(LightTensor(mass=mass, coupling=g))
    scale = g**2 / mass**2
    assert found == pytest.approx(traced(tensor_vertices(scale), T), rel=1e-6, abs=0)


def test_traces_give_the_weak_interaction():
    gv, ga = COUPLINGS["e"]
    current = [GAMMA[a] @ (gv * np.eye(4) - ga * GAMMA5) for a in range(4)]
    vertices = [(GAMMA[a], METRIC[a, a] * current[a], sqrt(2) * G) for a in range(4)]
    assert traced(vertices, T) == pytest.approx(cross(TREE), rel=1e-12, abs=0)


# --- binding -----------------------------------------------------------------------------------------------


def test_stepping_counts_the_open_electrons():
    shells = (Subshell("1s", 10 * keV, 2.0), Subshell("2s", 1 * keV, 1.0))
    found = cross(TREE, response=Stepping(shells))
    assert found == pytest.approx(np.array([0, 1, 3, 3]) * cross(TREE), rel=1e-13, abs=0)


def test_stepping_tends_to_free_electrons_above_every_edge():
    at = np.array([40.0, 90.0]) * keV
    found = cross(TREE, response=Stepping(subshells("Xe")), at=at)
    assert found == pytest.approx(cross(TREE, response=FreeElectrons(54), at=at), rel=1e-12, abs=0)


def test_atomic_recoil_is_negligible():
    assert atomic_recoil_width(54, 131.293 * 931.494) / eV == pytest.approx(0.046, abs=0.001)


def test_totals_integrate_over_every_edge():
    beam, stepping = monoenergetic("e", 0.3), Stepping(subshells("Xe"))
    low, high = 0.05 * keV, 150 * keV
    found = recoil_counts(
        beam, (Target(stepping),), TREE + MagneticMoment(1e-10 * np.eye(3)), lowest=low, highest=high
    )
    gv, ga = COUPLINGS["e"]

    def rate(x):
        electrons = sum(s.occupation for s in subshells("Xe") if s.energy <= x)
        return electrons * (weak(gv, ga, x) + pi * ALPHA**2 / M**2 * 1e-20 * (1 / x - 1 / E))

    edges = sorted(s.energy for s in subshells("Xe") if low < s.energy < high)
    expected = sum(
        quad(rate, a * (1 + 1e-12), b * (1 - 1e-12), epsabs=0, epsrel=1e-10)[0]
        for a, b in zip([low, *edges], [*edges, high], strict=True)
    )
    assert sum(found.values()) == pytest.approx(expected, rel=1e-6, abs=0)


def test_electrons_of_a_mass_use_the_natural_molar_mass():
    (target,) = electron_targets(material("Xe"), 1000 * kg, lambda symbol: FreeElectrons(54))
    assert target.number == pytest.approx(6.02214076e23 * 1e6 / 131.293, rel=1e-4, abs=0)
    names = []
    electron_targets(material("CsI"), 1 * kg, lambda symbol: names.append(symbol) or FreeElectrons(1))
    assert names == ["Cs", "I"]


# --- two kinds of deposits ---------------------------------------------------------------------------------


class OneBin:
    """Counts everything, each kind with a weight of its own."""

    time_edges = None
    weight: ClassVar = {NUCLEAR_RECOIL: 0.3, ELECTRONIC_RECOIL: 2.0}

    def energy_map(self, contains):
        ((kind, energies),) = contains.items()
        return jnp.full((1, len(energies)), self.weight[kind])

    def time_map(self):
        return jnp.ones((1, 1))


def test_two_kinds_in_one_detector_direct_and_prepared():
    """Millicharges off at zero: the sum of the two kinds, each weighed, and the prepared model agrees."""
    beam = monoenergetic("mu", 30.0)
    nuclei, electrons = Target(NuclearResponse(nuclide("Cs133"))), Target(FreeElectrons(55))

    def build(values, targets=(nuclei, electrons)):
        return Model(beam, TREE.from_values(values) + ChargeRadius().from_values(values), targets, OneBin())

    values = {"sin2_theta_w": 0.23, "charge_radius_bsm_ee": 3.0, "charge_radius_bsm_mumu": -20.0}
    both = float(build(values).counts()[0, 0])
    alone = [
        w * sum(map(float, recoil_counts(beam, (t,), build(values).theory).values()))
        for w, t in ((0.3, nuclei), (2.0, electrons))
    ]
    assert both == pytest.approx(sum(alone), rel=1e-5, abs=0)
    assert min(alone) > 1e-6 * both
    ready = prepare(build, values, tuple(values))
    assert ready.how["rates"] == ready.how["energy"] == "folded"
    assert float(ready.counts(values)[0, 0]) == pytest.approx(both, rel=1e-12, abs=0)
    assert [d.label for d in build(values).deposits()] == [NUCLEAR_RECOIL, ELECTRONIC_RECOIL]


def test_kinds_are_not_added_before_a_detector_weighs_them():
    beam = monoenergetic("mu", 30.0)
    both = (Target(NuclearResponse(nuclide("Cs133"))), Target(FreeElectrons(55)))
    with pytest.raises(InputError, match="one kind of deposit"):
        recoil_spectrum(beam, both, TREE, T)


@pytest.mark.parametrize("bad", [(), (Subshell("1s", 1.0, 2.0), None)])
def test_bad_subshells(bad):
    with pytest.raises((InputError, AttributeError)):
        Stepping(bad)


def test_bad_number_of_electrons():
    with pytest.raises(InputError, match="must be positive"):
        FreeElectrons(0)
