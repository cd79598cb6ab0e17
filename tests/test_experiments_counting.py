"""Counts published with errors: the likelihood in closed form, then CONUS+, Ge-Mini and TEXONO against their papers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_likelihood, likelihood
from weakscatter.inference import BinnedPoisson, MeasuredCounts, Parameter, fit, limit, p_value, profile_batch
from weakscatter.inference.measured import measured_deviance, measured_slopes
from weakscatter.plot.data_and_fit import data_and_fit
from weakscatter.provenance.errors import InputError
from weakscatter.published import row
from weakscatter.published.counting import predicted_counts, significance, statistical, strength_limit
from weakscatter.units import eV, keV

SIGNAL = Parameter("signal", 1.0, lower=-5.0, upper=50.0)


def measured(value=20.6, minus=6.3, plus=7.1, name="a", parameter=SIGNAL):
    return MeasuredCounts(
        name, [value], [minus], [plus], lambda v: 10.0 * v[parameter.name][None], (parameter,)
    )


@pytest.mark.parametrize(("minus", "plus"), [(6.3, 7.1), (7.1, 6.3), (5.0, 5.0), (2.0, 6.0)])
def test_the_deviance_has_the_published_errors(minus, plus):
    value, base, tilt = 20.6, minus * plus, plus - minus
    at = value + np.array([-minus, 0.0, plus])
    np.testing.assert_allclose(measured_deviance(at, value, minus, plus), [1, 0, 1], atol=1e-14)
    # Closed form where the variance is not small.
    mu = value + np.array([-0.3, 0.5, 0.9]) * base / max(abs(tilt), 1.0)
    expected = (mu - value) ** 2 / (base + tilt * (mu - value))
    inside = base + tilt * (mu - value) > 0.1 * base
    np.testing.assert_allclose(
        np.asarray(measured_deviance(mu, value, minus, plus))[inside], expected[inside], rtol=1e-13
    )


@pytest.mark.parametrize("mu", [-400.0, -40.0, -14.0, 3.0, 20.6, 100.0, 1e4])
@pytest.mark.parametrize(("minus", "plus"), [(6.3, 7.1), (7.1, 6.3), (5.0, 5.0)])
def test_slopes_are_the_derivatives_and_it_is_convex(mu, minus, plus):
    def q(x):
        return measured_deviance(x, 20.6, minus, plus)

    first, second = measured_slopes(jnp.asarray(mu), 20.6, minus, plus)
    np.testing.assert_allclose(first, jax.grad(q)(mu), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(second, jax.grad(jax.grad(q))(mu), rtol=1e-9)
    assert float(second) > 0


def test_the_continuation_joins_smoothly():
    """V = 0.1 plus minus is reached at mu - x = -0.9 plus minus/(plus - minus)."""
    edge = 20.6 - 0.9 * 6.3 * 7.1 / 0.8
    around = edge + np.array([-1e-7, 1e-7])
    for part in (measured_deviance, lambda *a: measured_slopes(*a)[0], lambda *a: measured_slopes(*a)[1]):
        low, high = np.asarray(part(around, 20.6, 6.3, 7.1))
        assert low == pytest.approx(high, rel=1e-6, abs=0)


def test_fit_limit_and_profile_return_what_was_published():
    joined = joint_likelihood([_Alone(measured())])
    found = fit(joined, free=["signal"])
    best = found.best_fit["signal"]
    assert 10 * best.value == pytest.approx(20.6, abs=1e-3)
    assert 10 * best.plus == pytest.approx(7.1, rel=2e-3, abs=0)
    assert 10 * abs(best.minus) == pytest.approx(6.3, rel=2e-3, abs=0)
    assert found.minimum == pytest.approx(0.0, abs=1e-6)
    assert found.ndof == 0
    interval = limit(joined, "signal", 0.90)
    for end in (interval.lower, interval.upper):
        assert float(measured_deviance(10 * end, 20.6, 6.3, 7.1)) == pytest.approx(2.7055, abs=2e-3)
    points = np.array([[0.0], [1.43], [2.77]])
    np.testing.assert_allclose(
        profile_batch(joined, ["signal"], points).q, measured_deviance(10 * points[:, 0], 20.6, 6.3, 7.1),
        atol=1e-9,
    )  # fmt: skip


class _Alone:
    def __init__(self, term):
        self.term = term


def test_it_adds_to_poisson_counts_and_shares_parameters():
    poisson = BinnedPoisson("b", [12.0, 3.0], lambda v: v["signal"] * jnp.array([6.0, 1.0]) + 1.0, (SIGNAL,))
    for joined in (poisson + measured(), measured() + poisson):
        assert joined.names == ("signal",)
        value = float(joined.objective(jnp.array([1.5])))
        alone = sum(float((t + _other(t)).objective(jnp.array([1.5, 1.0]))) for t in (poisson, measured()))
        assert value == pytest.approx(alone, rel=1e-12, abs=0)
        best = fit(joined, free=["signal"]).best_fit["signal"].value
        grid = np.linspace(1.0, 3.0, 2001)
        q = [float(joined.objective(jnp.array([x]))) for x in grid[::20]]
        assert best == pytest.approx(grid[::20][int(np.argmin(q))], abs=0.02)
    assert (measured(name="c") + measured()).data.tolist() == [20.6, 20.6]


def _other(term):
    """A measurement that its own parameter meets exactly: adds nothing."""
    free = Parameter("other", 1.0)
    return measured(10.0, 1.0, 1.0, "other", free)


def test_goodness_of_fit_draws_from_the_errors():
    """One symmetric measurement without a free parameter: the p-value is that of chi2 with one degree."""
    held = Parameter("held", 0.9)
    joined = joint_likelihood([_Alone(measured(10.0, 1.0, 1.0, parameter=held))])
    found = fit(joined, fixed={"held": None}, errors="hesse")
    result = p_value(joined, found, toys=4000, seed=3)
    assert found.minimum == pytest.approx(1.0)
    # 0.3173 with a standard deviation of 0.0074; false alarm 1e-4 at 4 deviations, and the seed is fixed.
    assert result.p_value == pytest.approx(0.3173, abs=0.03)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"minus": [0.0]}, "positive"),
        ({"plus": [1.0, 2.0]}, "one positive number"),
        ({"data": [np.nan]}, "finite"),
        ({"data": ["x"]}, "no numbers"),
        ({"parameters": (SIGNAL, SIGNAL)}, "twice"),
    ],
)
def test_bad_measurements_are_refused(change, words):
    given = {"name": "a", "data": [1.0], "minus": [1.0], "plus": [1.0], "expected": lambda v: v["signal"],
             "parameters": (SIGNAL,)} | change  # fmt: skip
    with pytest.raises(InputError, match=words):
        MeasuredCounts(**given)


NAMES = ("coherent_ge_2024", "conus_plus_2025", "texono_2025")


@pytest.mark.parametrize(("name", "value"), [("coherent_ge_2024", 33.84), ("conus_plus_2025", 328.67)])
def test_predictions(name, value):
    paper = {"coherent_ge_2024": "coherent2024", "conus_plus_2025": "conus2025"}[name]
    assert row(f"{paper}.predicted_counts").agrees(predicted_counts(name))
    # Frozen: nothing else holds the last digits. An integration by trapezoids of its own gave 306 for CONUS+ with
    # the exponentials from 2 MeV on, and 266 without anything above 8 MeV.
    assert predicted_counts(name) == pytest.approx(value, rel=5e-4, abs=0)


def test_conus_by_hand():
    """Rate per kg and day from dsigma/dT = G_F^2 M/pi Q^2 (1 - T/E - MT/2E^2), all numbers written out; one isotope."""
    from math import erf

    beam = experiment("conus_plus_2025").beam().components[0]
    E = np.linspace(0.02, 12.0, 3000)
    phi = np.asarray(beam.density(E)) * float(beam.fluence)
    T = np.geomspace(2e-4, 4.4e-3, 700)
    Z, A = 32, 72.630
    M = A * 931.494 - Z * 0.511
    charge = 0.0401 * Z - 0.5094 * (A - Z)
    shape = 1 - T[:, None] / E - M * T[:, None] / (2 * E**2)
    open_channel = (T[:, None] + np.sqrt(T[:, None] ** 2 + 2 * M * T[:, None])) / 2 < E
    rate = np.trapezoid(np.where(open_channel, shape * phi, 0.0), E, axis=1)
    rate = rate * 1.1663787e-11**2 * M / np.pi * charge**2
    rate = rate * 1000 / A * 6.02214076e23
    eps = 11.5 * Z ** (-7 / 3) * T * 1e3
    g = 3 * eps**0.15 + 0.7 * eps**0.6 + eps
    light = T * 0.162 * g / (1 + 0.162 * g)
    width = np.sqrt((48e-6 / 2.35482) ** 2 + 0.11 * 2.96e-6 * light)
    total = 0.0
    for threshold in (160e-6, 170e-6, 180e-6):
        kept = [
            0.5 * (erf((8e-4 - x) / (2**0.5 * w)) - erf((threshold - x) / (2**0.5 * w)))
            for x, w in zip(light, width, strict=True)
        ]
        total += np.trapezoid(rate * kept, T) / 3
    # The isotopes' spread in N^2 and M, and the form factor (2 % lower at these recoils).
    assert predicted_counts("conus_plus_2025") == pytest.approx(total, rel=0.03, abs=0)


@pytest.mark.slow
def test_sizes_of_the_causes_at_conus():
    """What the experiment's docstring says of its inputs."""
    setup = experiment("conus_plus_2025")
    analysis = analyse(setup, free=["signal_strength"])
    nominal = analysis.predict()["cevns"].sum()
    up, down = (analysis.predict({"lindhard_k_ge": 0.162 + d})["cevns"].sum() for d in (0.004, -0.004))
    assert (up - down) / (2 * nominal) == pytest.approx(0.075, abs=0.001)
    pulls = {p.name: p.sigma for p in setup.parameters if p.name in ("reactor_flux_conus", "threshold_conus")}
    assert np.sqrt(sum(x**2 for x in pulls.values()) + 0.075**2) == pytest.approx(59 / 347, rel=1e-9, abs=0)
    low = analyse(experiment("conus_plus_2025", above="zero")).predict()["cevns"].sum()
    assert nominal - low == pytest.approx(66.7, abs=0.3)


def test_published_significances():
    assert significance("coherent_ge_2024") == pytest.approx(3.876, abs=2e-3)
    assert row("coherent2024.significance").agrees(significance("coherent_ge_2024"))
    assert row("conus2025.significance").agrees(significance("conus_plus_2025"))


def test_published_errors_come_back():
    best = fit(joint_likelihood([statistical("conus_plus_2025")])).best_fit["signal_strength"]
    predicted = predicted_counts("conus_plus_2025")
    assert best.value * predicted == pytest.approx(395, rel=1e-4, abs=0)
    assert best.plus * predicted == pytest.approx(106, rel=2e-3, abs=0)


def test_texono_limit():
    assert row("texono2025.strength_limit").agrees(strength_limit("texono_2025"))


@pytest.mark.parametrize("name", NAMES)
def test_what_they_offer(name):
    setup = experiment(name)
    assert setup.statistic == "counting"
    value, minus, plus = setup.published
    assert setup.data.tolist() == [[value]]
    low, high = setup.interval
    assert (value - low.item(), high.item() - value) == pytest.approx((minus, plus))
    assert isinstance(analyse(setup).term, MeasuredCounts)
    assert {"lindhard_k_ge", "signal_strength", "neutron_radius_Ge"} <= {p.name for p in setup.parameters}


def test_causes_are_shared():
    """One flux for all detectors at the source, one quenching of germanium; joining refuses unequal definitions."""
    joined = likelihood(["coherent_csi_2021", *NAMES], free=["signal_strength"])
    assert joined.names.count("sns_flux") == 1
    assert joined.names.count("lindhard_k_ge") == 1
    assert joined.data.size == 88 + 3
    csi, ge = (
        {p.name: p for p in experiment(name).parameters}["sns_flux"]
        for name in ("coherent_csi_2021", "coherent_ge_2024")
    )
    assert csi.definition == ge.definition


def test_the_thresholds_of_three_detectors():
    """Events between 160 and 170 eV are seen by a third of the exposure, above 180 eV by all."""
    setup = experiment("conus_plus_2025")
    seen = setup.components(np.array([[3.0], [3.0], [5.0]]), {})["cevns"]
    assert seen == pytest.approx(np.array([[1.0 + 2.0 + 5.0]]))
    np.testing.assert_allclose(setup.energy_edges, [160 * eV, 800 * eV])
    assert experiment("coherent_ge_2024").window[0] == pytest.approx(1.5 * keV)


def test_the_figure_shows_the_published_errors():
    figure = data_and_fit(analyse(experiment("conus_plus_2025")))
    top = figure.axes[0]
    ends = sorted(
        y
        for c in top.collections
        if c.__class__.__name__ == "LineCollection"
        for seg in c.get_segments()
        if len(seg) and abs(seg[0][0] - seg[-1][0]) < 1e-12
        for y in (seg[0][1], seg[-1][1])
    )
    width = 0.64  # keV
    assert ends[0] == pytest.approx(289 / width)
    assert ends[-1] == pytest.approx(501 / width)
