"""Two routes: spectrum, CsI 2021 prediction and likelihood against NumPy code that shares nothing with the library.

The second route is `benchmarks/reference.py` (from the formulas) and `benchmarks/reference_csi.py` (from the tables).
"""

import sys
from pathlib import Path

import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.flux import pion_decay_at_rest
from weakscatter.interactions import ChargeRadius, MagneticMoment, Millicharge, Weak, explicit_couplings
from weakscatter.matter import material
from weakscatter.model import nuclear_targets, recoil_spectrum
from weakscatter.response import NuclearResponse
from weakscatter.units import cm, kg, m

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import reference
import reference_csi

#: Numbers that the routes do not share (masses and molar mass in the digits of the papers) differ by 4e-8; just
#: below the end points, where the spectrum vanishes, by more than 1e-5 of the local value but not of the peak.
SPECTRUM = 1e-5

#: The library averages the time efficiency over arrival cells of at most an eighth of a microsecond.
PREDICTION = np.full(11, 4e-5)


def hermitian(rng, size):
    matrix = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    return size * (matrix + matrix.conj().T) / 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "present", [(), ("radius",), ("charge",), ("moment",), ("radius", "charge", "moment")]
)
def test_recoil_spectrum_of_csi(seed, present):
    """Flavour-dependent weak couplings with full complex matrices of electromagnetic properties."""
    rng = np.random.default_rng(seed)
    sizes = {"radius": 30.0, "charge": 1e-7, "moment": 2e-9}
    matrices = {name: hermitian(rng, sizes[name]) for name in present}
    couplings = reference.Couplings(rng.normal(0.03, 0.02, 3), rng.normal(-0.5, 0.02), **matrices)
    theory = Weak(explicit_couplings(tuple(couplings.proton.tolist()), couplings.neutron))
    if "radius" in present:
        theory = theory + ChargeRadius(couplings.radius * 1e-32 * cm**2)
    if "charge" in present:
        theory = theory + Millicharge(couplings.charge)
    if "moment" in present:
        theory = theory + MagneticMoment(couplings.moment)
    source = reference.Source()
    T = np.concatenate([np.geomspace(1e-5, 1e-3, 20), np.linspace(1.1e-3, 50e-3, 180)])
    beam = pion_decay_at_rest(source.protons, source.yield_per_flavour, source.distance * m)
    targets = nuclear_targets(material("CsI"), source.mass * kg, NuclearResponse)
    ours, theirs = recoil_spectrum(beam, targets, theory, T), reference.recoil_spectrum(T, couplings, source)
    for label, expected in theirs.items():
        assert expected.max() > 0
        np.testing.assert_allclose(ours[label], expected, rtol=SPECTRUM, atol=1e-9 * expected.max())
        assert np.all((np.asarray(ours[label]) == 0) == (expected == 0))  # one end point


@pytest.mark.parametrize("rule", ["interval", "fixed"])
def test_the_reference_is_accurate(rule):
    """Doubling the nodes moves it by less than 1e-5 wherever a spectrum is above 1 % of its peak."""
    T, couplings, source = np.linspace(1e-4, 46e-3, 200), reference.Couplings(), reference.Source()
    choice = {
        "interval": {"rule": reference.interval_rule, "nodes": reference.INTERVAL_NODES},
        "fixed": {"rule": reference.fixed_rule, "nodes": reference.FIXED_NODES},
    }[rule]
    once = reference.recoil_spectrum(T, couplings, source, **choice)
    twice = reference.recoil_spectrum(T, couplings, source, **(choice | {"nodes": 2 * choice["nodes"]}))
    for label, finer in twice.items():
        counted = finer > 0.01 * finer.max()
        np.testing.assert_allclose(once[label][counted], finer[counted], rtol=1e-5)


NUISANCES = {
    "nominal": {},
    "quenching": {"quenching_csi_0": 0.7, "quenching_csi_1": -1.4},
    "quenching, other side": {"quenching_csi_0": -1.6, "quenching_csi_1": 0.3},
    "efficiency": {"efficiency_csi": -0.6},
    "efficiency beyond one sigma": {"efficiency_csi": 1.5},
    "pulse": {"sns_pulse_csi": 0.42},
    "pulls": {
        "sns_flux": 0.1,
        "form_factor_csi": -0.03,
        "brn_csi": 0.4,
        "nin_csi": -0.3,
        "steady_state_csi": 0.02,
    },
    "together": {"quenching_csi_0": 1.1, "efficiency_csi": 0.8, "sns_pulse_csi": 0.51, "sns_flux": -0.12},
}


@pytest.fixture(scope="module")
def analysis():
    return analyse(experiment("coherent_csi_2021", electrons="none"))


@pytest.mark.parametrize("case", NUISANCES)
def test_csi_prediction_bin_by_bin(analysis, case):
    values = NUISANCES[case]
    ours, theirs = analysis.predict(values), reference_csi.components(reference.Couplings(), values)
    assert set(ours) == set(theirs)
    for name, expected in theirs.items():
        tolerance = PREDICTION if name == "cevns" else 1e-9
        assert np.all(np.abs(ours[name] - expected) <= tolerance * expected), name


def test_csi_prediction_with_free_radii_of_nuclei_and_charge():
    """A total charge radius replaces the Standard Model's; the neutron radius replaces its own pull."""
    free = (
        "charge_radius_ee",
        "charge_radius_mumu",
        "charge_radius_emu",
        "millicharge_mumu",
        "neutron_radius_CsI",
    )
    joined = analyse(experiment("coherent_csi_2021", electrons="none"), free=free)
    values = dict(zip(free, (-20.0, 7.0, 12.0, 3.0, 5.4), strict=True))
    radius = np.diag([-20.0, 7.0, 0.0])
    radius[0, 1] = radius[1, 0] = 12.0
    bare = 0.0318 - 0.0238 * 0.48
    per_unit = 0.0238  # of g_V^p per 1e-32 cm^2
    couplings = reference.Couplings(
        np.array([0.0401 - per_unit * 0.83, bare, bare]), -0.5094, radius, np.diag([0.0, 3e-8, 0.0])
    )
    ours = joined.predict(values)["cevns"]
    theirs = reference_csi.components(couplings, values)["cevns"]
    np.testing.assert_allclose(ours, theirs, rtol=2e-4)


@pytest.mark.parametrize("case", NUISANCES)
def test_csi_likelihood(analysis, case):
    likelihood = joint_likelihood([analysis])
    values = analysis.nominal | NUISANCES[case]
    pulls = {p.name: (values[p.name] - p.value, p.sigma) for p in likelihood.parameters}
    assert set(pulls) == {
        "sns_flux", "form_factor_csi", "quenching_csi_0", "quenching_csi_1", "efficiency_csi", "brn_csi", "nin_csi",
        "steady_state_csi", "sns_pulse_csi",
    }  # fmt: skip
    data = reference_csi.histogram(1)
    ours = float(likelihood.objective(np.array([values[name] for name in likelihood.names])))
    with_our_counts = reference_csi.minus_two_ln_likelihood(
        sum(np.asarray(part) for part in analysis.predict(values).values()), data, pulls
    )
    assert ours == pytest.approx(with_our_counts, rel=1e-12, abs=0)
    counts = sum(reference_csi.components(reference.Couplings(), values).values())
    assert ours == pytest.approx(reference_csi.minus_two_ln_likelihood(counts, data, pulls), abs=5e-3)
