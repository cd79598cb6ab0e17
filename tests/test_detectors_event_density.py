"""Resolutions written as sums, the density at events, and efficiencies of the true energy."""

import numpy as np
import pytest
from scipy import stats

from weakscatter.detectors import (
    ConstantQuenching,
    Detector,
    DirectSmearing,
    EventDensity,
    LogisticEfficiency,
    PerfectEfficiency,
    PoissonResolution,
    PolynomialResolution,
    SquareRootResolution,
    TabulatedEfficiency,
)
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV

XENON = SquareRootResolution(0.310 * keV**0.5, 0.0037)
ONSET = LogisticEfficiency(0.82, 5.0 / keV, 1.5 * keV)
EVENTS = np.array([1.7, 2.2, 9.8, 29.4]) * keV
CELLS = np.linspace(1.0, 30.0, 146) * keV
EE = {"electronic-recoil": lambda T: T}


def test_widths_add_and_do_not_add_in_squares():
    for E in (1.0, 10.0, 41.5):
        assert float(XENON.deviation(E * keV)) / keV == pytest.approx(
            0.310 * E**0.5 + 0.0037 * E, rel=1e-13, abs=0
        )
    panda = PolynomialResolution((0.073 * keV, 0.173, -6.5e-3 / keV, 1.1e-4 / keV**2), energy_max=30 * keV)
    for E in (0.1, 5.0, 29.0):
        sigma = 0.073 + 0.173 * E - 6.5e-3 * E**2 + 1.1e-4 * E**3
        assert float(panda.deviation(E * keV)) / keV == pytest.approx(sigma, rel=1e-13, abs=0)
    assert float(panda.deviation(80 * keV)) == pytest.approx(
        float(panda.deviation(30 * keV)), rel=1e-14, abs=0
    )


def test_density_is_normal():
    x, E = np.array([8.0, 10.0, 13.0]) * keV, 10.0 * keV
    sigma = (0.310 * 10**0.5 + 0.037) * keV
    np.testing.assert_allclose(XENON.density(x, E), stats.norm.pdf(x, E, sigma), rtol=1e-12)
    flat = PolynomialResolution((2.0 * keV,), energy_max=1.0)
    np.testing.assert_allclose(flat.density(x, E), stats.norm.pdf(x, E, 2.0 * keV), rtol=1e-12)


def test_cells_are_bins_and_events_are_their_density():
    E = np.array([0.2, 1.3, 2.0, 7.5, 29.0, 33.0, 60.0]) * keV
    rows = np.asarray(EventDensity(XENON, ONSET, CELLS, EVENTS).response(E, [1.0]))
    assert rows.shape == (145 + 4, 7)
    bins = np.asarray(DirectSmearing(XENON, ONSET, CELLS).response(E, [1.0]))
    np.testing.assert_allclose(rows[:145], bins, atol=1e-9)
    for row, x in zip(rows[145:], EVENTS, strict=True):
        kept = 0.82 / (1 + np.exp(-5 * (x / keV - 1.5)))
        sigma = 0.310 * (E / keV) ** 0.5 + 0.0037 * E / keV
        np.testing.assert_allclose(row, kept * stats.norm.pdf(x, E, sigma * keV), rtol=1e-11)


def test_no_light_leaves_nothing():
    rows = np.asarray(EventDensity(XENON, ONSET, CELLS, EVENTS).response(np.array([0.0, -1.0]), [1.0]))
    assert np.all(rows == 0.0)


@pytest.mark.slow
def test_wide_cells_need_more_nodes():
    """A cell of six standard deviations: four nodes err, forty do not."""
    cells = np.array([1.0, 3.0]) * keV
    few, many = (
        np.asarray(EventDensity(XENON, ONSET, cells, EVENTS[:1], points).response(1.4 * keV, [1.0]))
        for points in (4, 40)
    )
    exact = np.asarray(DirectSmearing(XENON, ONSET, cells).response(1.4 * keV, [1.0]))
    assert many[0] == pytest.approx(exact[0], rel=1e-9, abs=0)
    assert abs(few[0] / exact[0] - 1) > 1e-4


def test_true_and_reconstructed_efficiency_are_different_things():
    bins = np.array([1.0, 1.5, 2.0, 3.0]) * keV
    step = TabulatedEfficiency(np.array([0.0, 1.9999, 2.0001, 90.0]) * keV, np.array([0.0, 0.0, 1.0, 1.0]))
    perfect = DirectSmearing(XENON, PerfectEfficiency(), bins)
    T = np.array([0.0, 1.9, 2.1]) * keV
    true = np.asarray(Detector(perfect, EE, true_efficiency=step).energy_map({"electronic-recoil": T}))
    plain = np.asarray(Detector(perfect, EE).energy_map({"electronic-recoil": T}))
    # Of the true energy: what lies above the step is seen as if there were none, also where it is read below.
    np.testing.assert_allclose(true[:, 1], 0.0, atol=1e-15)
    np.testing.assert_allclose(true[:, 2], plain[:, 2], rtol=1e-12)
    assert true[0, 2] > 0.0
    # Of the reconstructed energy: bins below the step are empty.
    reconstructed = np.asarray(
        Detector(DirectSmearing(XENON, step, bins), EE).energy_map({"electronic-recoil": T})
    )
    np.testing.assert_allclose(reconstructed[:2, 2], 0.0, atol=1e-4)
    assert reconstructed[2, 1] > 0.1


def test_true_efficiency_is_one_of_light():
    bins = np.array([0.5, 2.0]) * keV
    half = TabulatedEfficiency(np.array([0.0, 100.0]) * keV, np.array([0.0, 1.0]))
    detector = Detector(
        DirectSmearing(XENON, PerfectEfficiency(), bins),
        {"nuclear-recoil": ConstantQuenching(0.1)},
        true_efficiency=half,
    )
    plain = Detector(DirectSmearing(XENON, PerfectEfficiency(), bins), detector.quenching)
    recoil = {"nuclear-recoil": np.array([10.0]) * keV}
    assert float(detector.energy_map(recoil)[0, 0]) == pytest.approx(
        0.01 * float(plain.energy_map(recoil)[0, 0]), rel=1e-12, abs=0
    )


def test_bad_input():
    with pytest.raises(InputError, match="a width is positive"):
        SquareRootResolution(0.0)
    with pytest.raises(InputError, match="a width is positive"):
        SquareRootResolution(0.3, -0.1)
    with pytest.raises(InputError, match="a width is positive"):
        SquareRootResolution(np.nan)
    with pytest.raises(InputError, match="positive up to energy_max"):
        PolynomialResolution((0.1 * keV, -0.02), energy_max=30 * keV)
    with pytest.raises(InputError, match="coefficients"):
        PolynomialResolution((), energy_max=30 * keV)
    with pytest.raises(InputError, match="1 of 2 events lie outside"):
        EventDensity(XENON, ONSET, CELLS, [0.5 * keV, 2 * keV])
    with pytest.raises(InputError, match="counts quanta"):
        EventDensity(PoissonResolution(10.0), ONSET, CELLS, EVENTS)
    with pytest.raises(InputError, match="inside the"):
        EventDensity(XENON, lambda x: 1.2 + 0 * x, CELLS, EVENTS)
    detector = Detector(
        DirectSmearing(XENON, PerfectEfficiency(), CELLS), EE, true_efficiency=lambda E: 85.0 + 0.0 * E
    )
    with pytest.raises(InputError, match="divided by 100"):
        detector.energy_map({"electronic-recoil": np.array([1.0]) * keV})
