"""The detector as two linear maps: light that adds, kinds, time bins, gradients."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    ExponentialTimeEfficiency,
    GammaResolution,
    LogisticEfficiency,
    MorphedEfficiency,
    MorphedQuenching,
    PerfectEfficiency,
    PolynomialQuenching,
    SmearingTable,
)
from weakscatter.grids import compiled
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV, us

CSI = PolynomialQuenching((0.0554628, 4.30681, -111.707, 840.384))
VARIATION = (
    PolynomialQuenching((0.0613632, 3.51547, -85.5548, 595.562)),
    PolynomialQuenching((0.0495624, 5.09815, -137.858, 1085.2)),
)
EFFICIENCY = MorphedEfficiency(
    LogisticEfficiency(1.32045, 0.285979, 10.8646, -0.333322),
    LogisticEfficiency(1.3439, 0.285366, 9.84596, -0.356364),
    LogisticEfficiency(1.297, 0.286592, 11.8832, -0.31028),
)
T = np.linspace(1.0, 40.0, 30) * keV
CELLS, BINS = np.linspace(0.0, 6.0, 61) * us, np.array([0.0, 0.5, 1.0, 2.0, 6.0]) * us


@pytest.fixture(scope="module")
def table():
    return SmearingTable.build(GammaResolution(0.0749 * keV, 9.56 / keV), EFFICIENCY, np.arange(8.0, 61.0))


@pytest.fixture
def detector(table):
    quenching = {
        "nuclear-recoil": MorphedQuenching(CSI, (VARIATION,), (0.0,)),
        "photon": ConstantQuenching(1.0),
        "electronic-recoil": ConstantQuenching(1.0),
    }
    curve = ExponentialTimeEfficiency(0.52 * us, 0.0494 / us)
    return Detector(table, quenching, EFFICIENCY.weights(), CELLS, BINS, curve, ("neutron",))


def test_energy_map_is_the_response_to_quenched_energy(detector, table):
    seen = detector.energy_map({"nuclear-recoil": T})
    assert seen.shape == (52, 30)
    np.testing.assert_allclose(seen, table.response(CSI(T), EFFICIENCY.weights()), rtol=1e-13)
    assert np.all(np.asarray(seen) >= -1e-7)


def test_light_of_one_event_adds_and_is_not_shared_out(detector, table):
    both = detector.energy_map({"nuclear-recoil": T, "photon": 0.5 * keV})
    np.testing.assert_allclose(both, table.response(CSI(T) + 0.5 * keV, EFFICIENCY.weights()), rtol=1e-12)
    apart = detector.energy_map({"nuclear-recoil": T}) + detector.energy_map(
        {"photon": np.full(30, 0.5 * keV)}
    )
    assert np.max(np.abs(np.asarray(both - apart))) > 0.01


def test_every_quantum_of_a_kind_is_quenched_by_itself(detector):
    two = detector.light({"nuclear-recoil": (4 * keV, 6 * keV)})
    np.testing.assert_allclose(two, CSI(4 * keV) + CSI(6 * keV), rtol=1e-13)
    assert abs(float(two) / float(CSI(10 * keV)) - 1.0) > 0.05


def test_blind_kinds_give_no_light(detector):
    np.testing.assert_allclose(detector.light({"nuclear-recoil": T, "neutron": T}), CSI(T), rtol=1e-13)
    alone = detector.energy_map({"neutron": T})
    assert alone.shape == (52, 30)
    assert np.all(np.asarray(alone) == 0.0)


def test_gradient_through_pulls_against_differences(detector):
    def seen(quenching_pull, efficiency_pull):
        quenching = {"nuclear-recoil": MorphedQuenching(CSI, (VARIATION,), (quenching_pull,))}
        weights = replace(EFFICIENCY, pull=efficiency_pull).weights()
        moved = replace(detector, quenching=quenching, efficiency_weights=weights)
        return moved.energy_map({"nuclear-recoil": T}).sum()

    slope, h = jax.jit(jax.grad(seen, (0, 1)))(0.3, -0.4), 1e-4
    first = (seen(0.3 + h, -0.4) - seen(0.3 - h, -0.4)) / (2 * h)
    second = (seen(0.3, -0.4 + h) - seen(0.3, -0.4 - h)) / (2 * h)
    np.testing.assert_allclose(slope, (first, second), rtol=1e-6)
    assert abs(first) > 0.01
    assert second > 0.1


def test_time_map_is_the_mean_efficiency_of_each_cell(detector):
    time = np.asarray(detector.time_map())
    assert time.shape == (4, 60)
    np.testing.assert_array_equal(np.count_nonzero(time, axis=1), [5, 5, 10, 40])
    np.testing.assert_allclose(time[0], [1.0] * 5 + [0.0] * 55, rtol=1e-12)
    straddles = (0.02 + (1 - np.exp(-0.0494 * 0.08)) / 0.0494) / 0.1  # the cell from 0.5 to 0.6 us
    np.testing.assert_allclose(time[1, 5], straddles, rtol=1e-11)
    np.testing.assert_allclose(time[3, -1], np.exp(-0.0494 * (5.95 - 0.52)), rtol=1e-5)


def test_time_efficiency_without_closed_form_agrees(detector):
    closed = detector.time_efficiency

    class Plain:
        def __call__(self, t):
            return closed(t)

        def kinks(self):
            return closed.kinks()

    np.testing.assert_allclose(
        replace(detector, time_efficiency=Plain()).time_map(), detector.time_map(), rtol=1e-12
    )


def test_what_arrives_outside_the_bins_is_lost(detector):
    late = replace(detector, time_bins=BINS[1:], time_efficiency=PerfectEfficiency())
    np.testing.assert_allclose(late.time_map().sum(axis=0), [0.0] * 5 + [1.0] * 55, rtol=1e-12)


def test_a_detector_without_time_axis_has_one_bin(table):
    plain = Detector(table, {"nuclear-recoil": CSI}, EFFICIENCY.weights())
    np.testing.assert_array_equal(plain.time_map(), [[1.0]])


def test_a_detector_survives_the_compilation_border(detector):
    def both(instrument, energies):
        return instrument.energy_map({"nuclear-recoil": energies}), instrument.time_map()

    energy, time = compiled(both, detector, T)
    np.testing.assert_allclose(energy, detector.energy_map({"nuclear-recoil": T}), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(time, detector.time_map(), rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time_bins": np.array([0.0, 0.55, 6.0]) * us}, "refine every bin"),
        ({"time_bins": np.array([0.0, 7.0]) * us}, "cover all bins"),
        ({"time_efficiency": None}, "PerfectEfficiency"),
        ({"time_edges": None}, "without time_edges"),
        ({"efficiency_weights": None}, "table of 3 efficiency curves"),
        ({"efficiency_weights": np.ones(2)}, r"shape \(2,\)"),
        ({"quenching": {"nuclear_recoil": CSI}}, "Did you mean 'nuclear-recoil'"),
        ({"blind_to": ("photon",)}, "choose one"),
    ],
)
def test_bad_detectors(detector, change, message):
    with pytest.raises(InputError, match=message):
        replace(detector, **change)


def test_unknown_deposits(detector, table):
    with pytest.raises(InputError, match=r"does not know.*Did you mean 'photon'.*blind_to"):
        detector.energy_map({"photons": 1.0})
    with pytest.raises(InputError, match="'neutron', which the detector does not know"):
        Detector(table, {"photon": CSI}, EFFICIENCY.weights()).energy_map({"neutron": 1.0})
