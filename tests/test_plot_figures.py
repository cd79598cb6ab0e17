"""Figures: axes with units, areas that are counts, signs, intervals, and refusals."""

import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import StepPatch

from weakscatter import plot
from weakscatter.inference import (
    BinnedPoisson,
    Estimate,
    FitResult,
    Likelihood,
    LimitResult,
    Parameter,
    ScanResult,
    critical_value_2d,
    garwood,
    limit,
)
from weakscatter.inference.budget import Budget, Move
from weakscatter.plot.contour import room_for_key
from weakscatter.plot.curves import spread
from weakscatter.plot.profile_curve import crossings
from weakscatter.plot.style import STYLE
from weakscatter.provenance.errors import InputError
from weakscatter.units import cm, keV, us

T = np.linspace(1.0, 40.0, 40) * keV
FALLING = np.maximum(1.0 - T / (30 * keV), 0.0) * 1e-39 * cm**2
EDGES = np.array([8.0, 12.0, 16.0, 24.0, 40.0])
TIMES = np.array([0.0, 0.125, 0.25, 1.0, 6.0]) * us
RANDOM = np.random.default_rng(7)
DATA = RANDOM.poisson(30.0, (4, 4)).astype(float)
PARTS = {
    "signal": RANDOM.uniform(1, 9, (4, 4)),
    "brn": np.full((4, 4), 0.5),
    "steady_state": np.full((4, 4), 20.0),
}
X, Y = np.linspace(-3, 3, 31), np.linspace(-4, 4, 41)


@pytest.fixture(autouse=True)
def few_pixels(monkeypatch):
    monkeypatch.setitem(STYLE, "dpi", 50)


def bowl(**changes):
    given = {
        "grid": {"charge_radius_ee": X, "other": Y}, "q": np.zeros((31, 41)),
        "delta": X[:, None] ** 2 + Y[None, :] ** 2, "minimum": 0.0,
        "best_fit": {"charge_radius_ee": 0.0, "other": 0.0}, "theta": {}, "converged": np.ones((31, 41), bool),
        "profiled": (), "fixed": {}, "status": "converged",
    }  # fmt: skip
    return ScanResult(**(given | changes))


def parabola(**changes):
    x = np.linspace(-4, 4, 33)
    given = {
        "parameter": "charge_radius_ee", "unit": "1e-32 cm^2", "confidence": 0.9, "sides": "two", "method": "wilks",
        "critical_value": 2.706, "status": "converged", "converged": True, "intervals": ((-1.645, 1.645),),
        "best_fit": {"charge_radius_ee": 0.0}, "minimum": 0.0, "profiled": (), "fixed": {}, "boundary": "", "notes": "",
        "points": x, "delta": x**2,
    }  # fmt: skip
    return LimitResult(**(given | changes))


#: One small figure of each kind.
FIGURES = {
    "cross_section": lambda: plot.cross_section(T, {"Ar40": FALLING, "Xe132": 2 * FALLING}),
    "recoil_spectrum": lambda: plot.recoil_spectrum(
        T, {"nu_mu": FALLING, "nu_mu_bar": 2 * FALLING}, 3 * FALLING
    ),
    "contributions": lambda: plot.contributions(
        T, {"weak": FALLING, "interference:weak,millicharge": -FALLING}, FALLING
    ),
    "data_and_components": lambda: plot.data_and_components(
        DATA,
        PARTS,
        EDGES,
        TIMES,
        energy_label="reconstructed energy (PE)",
        time_label="arrival time (us)",
    ),
    "profile_curve": lambda: plot.profile_curve(parabola()),
    "contour": lambda: plot.contour(
        bowl(), units={"other": "fm"}, standard_model={"charge_radius_ee": 1, "other": 1}
    ),
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_every_axis_is_labelled_with_its_unit(name, tmp_path):
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    labels = [text for ax in figure.axes for text in (ax.get_xlabel(), ax.get_ylabel()) if text]
    assert len(labels) >= 2
    for label in labels:
        assert label == "data / fit" or "(" in label or label.startswith(r"$\Delta"), label
    plot.save(figure, tmp_path / "figure.png")  # drawing itself warns about nothing


def test_values_are_drawn_in_the_units_of_the_axes():
    figure = plot.cross_section(T, {"Ar40": FALLING}, unit="cm^2/MeV", recoil_unit="keV", scale="linear")
    (line,) = figure.axes[0].lines
    assert line.get_xdata() == pytest.approx(T / keV)
    assert line.get_ydata() == pytest.approx(FALLING / cm**2)
    assert "keV" in figure.axes[0].get_xlabel()
    assert "cm$^{2}$/MeV, per nucleus" in figure.axes[0].get_ylabel()


def test_the_area_of_the_stack_and_of_the_points_is_the_number_of_events():
    figure = FIGURES["data_and_components"]()
    expected = sum(part.sum() for part in PARTS.values())
    for ax, edges in ((figure.axes[0], EDGES), (figure.axes[2], TIMES / us)):
        steps = [patch.get_data() for patch in ax.patches if isinstance(patch, StepPatch)]
        filled = [step for step in steps if np.ndim(step.baseline) == 1]
        assert len(filled) == len(PARTS)
        area = sum(np.sum((step.values - step.baseline) * np.diff(step.edges)) for step in filled)
        assert area == pytest.approx(expected)
        assert max(np.sum(step.values * np.diff(step.edges)) for step in steps) == pytest.approx(expected)
        points = ax.containers[0].lines[0].get_ydata()
        assert np.sum(points * np.diff(edges)) == pytest.approx(DATA.sum())


def test_a_subtracted_component_leaves_data_and_stack():
    figure = plot.data_and_components(
        DATA, PARTS, EDGES, TIMES, energy_label="energy (PE)", subtract=["steady_state"]
    )
    points = figure.axes[0].containers[0].lines[0].get_ydata()
    assert np.sum(points * np.diff(EDGES)) == pytest.approx(DATA.sum() - 320.0)
    assert "steady-state" in figure.axes[0].get_ylabel()


def test_data_without_times_have_one_panel():
    figure = plot.data_and_components(
        DATA[:, 0], {"signal": PARTS["signal"][:, 0]}, EDGES, energy_label="energy (PE)"
    )
    assert len(figure.axes) == 2


def test_garwood_interval_has_its_coverage():
    """Closed form: Poisson sums at both ends have probability (1 - p)/2; for n = 0 the upper end is -ln((1 - p)/2)."""
    low, high = garwood(np.array([0.0, 4.0]), 0.9)
    assert (low[0], high[0]) == (0.0, pytest.approx(-np.log(0.05)))

    def at_most(n, mean):
        return sum(np.exp(-mean) * mean**k / float(np.prod(range(1, k + 1))) for k in range(n + 1))

    assert 1 - at_most(3, low[1]) == pytest.approx(0.05)
    assert at_most(4, high[1]) == pytest.approx(0.05)


def test_negative_contributions_are_dashed_and_named():
    ax = FIGURES["contributions"]().axes[0]
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["weak"].get_linestyle() == "-"
    assert lines["weak × millicharge"].get_linestyle() == "--"
    assert np.nanmin(lines["weak × millicharge"].get_ydata()) >= 0
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert "weak × millicharge (−)" in texts
    assert "dashed: negative" in texts


def test_regions_state_their_critical_values():
    ax = plot.contour(bowl(), standard_model={"charge_radius_ee": 0.5, "other": 1.0}).axes[0]
    texts = " ".join(text.get_text() for text in ax.get_legend().get_texts())
    for words in ("68.3 %", "2.30", "90 %", "4.61", "95 %", "5.99", "best fit", "Standard Model"):
        assert words in texts
    assert "10^{-32}" in ax.get_xlabel()
    from scipy.special import chdtri

    assert critical_value_2d(0.9) == pytest.approx(chdtri(2, 0.1))


def test_a_contour_of_one_valley_outside_the_levels_is_still_drawn(tmp_path):
    plot.save(plot.contour(bowl(delta=np.full((31, 41), 50.0))), tmp_path / "none.png")
    plot.save(plot.contour(bowl(delta=np.zeros((31, 41)))), tmp_path / "all.png")
    holes = np.where(X[:, None] > 1, np.nan, bowl().delta)
    plot.save(plot.contour(bowl(delta=holes)), tmp_path / "holes.png")


def test_the_key_of_a_contour_hides_nothing():
    allowed = np.zeros((41, 31), bool)
    assert room_for_key(X, Y, allowed, (0.4, 0.3)) == "upper right"
    allowed[-1, -1] = True
    assert room_for_key(X, Y, allowed, (0.4, 0.3)) == "upper left"
    assert room_for_key(X, Y, ~np.zeros((41, 31), bool), (0.4, 0.3)) == ""


def test_profile_shows_interval_and_critical_value():
    figure = plot.profile_curve(parabola(), standard_model=0.5)
    ax = figure.axes[0]
    assert any("90 %, two-sided\nΔ = 2.71" in text.get_text() for text in ax.texts)
    assert "[−1.65, 1.65]" in ax.get_title(loc="left").replace("1.645", "1.65").replace("1.64", "1.65")
    line = ScanResult({"x": X}, X**2, X**2, 0.0, {"x": 0.0}, {}, np.ones(31, bool), (), {}, "converged")
    assert "1.6" in plot.profile_curve(line).axes[0].get_title(loc="left")


def test_a_notebook_shows_a_figure():
    assert plot.profile_curve(parabola())._repr_png_().startswith(b"\x89PNG")


def test_error_of_a_limit_is_drawn_around_its_outer_ends():
    """A band from end - error to end + error of the ends with a budget, and none without."""
    two = ((-2.5, -1.0), (0.5, 1.5))
    budget = {"upper": Budget(1.5, (Move("a", -0.3, 0.3), Move("b", 0.4, -0.4)))}

    def bands(figure):
        patches = [p for p in figure.axes[0].patches if p.get_label() == "error of the limit"]
        return [(p.get_x(), p.get_x() + p.get_width()) for p in patches]

    assert bands(plot.profile_curve(parabola(intervals=two))) == []
    (band,) = bands(plot.profile_curve(parabola(intervals=two, budget=budget)))
    assert band == pytest.approx((1.0, 2.0))


def test_crossings_of_a_curve():
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert crossings(x, np.array([2.0, 0.0, 2.0, 0.0, 0.5]), 1.0) == ((0.5, 1.5), (2.5, None))
    assert crossings(x, np.full(5, 3.0), 1.0) == ()


def test_labels_keep_their_distance_and_order():
    placed = spread({"a": 0.1, "b": 0.12, "c": 0.9, "d": 0.13}, 0.06)
    heights = [placed[name] for name in "abdc"]
    assert np.all(np.diff(heights) >= 0.06 - 1e-9)
    assert placed["c"] == 0.9


def counting(strength=1.0):
    def expected(values):
        return values["strength"] * np.array([5.0, 9.0]) + np.array([1.0, 2.0])

    return Likelihood(
        (BinnedPoisson("toy", np.array([6.0, 11.0]), expected, (Parameter("strength", strength),)),)
    )


def test_results_of_the_inference_room_can_be_drawn(tmp_path):
    result = limit(counting(), "strength")
    plot.save(plot.profile_curve(result), tmp_path / "limit.svg")


class _Toy:
    name, title = "toy", "Toy"
    energy_label, time_label = "energy (PE)", "time (us)"
    energy_edges, time_edges = EDGES[:3], TIMES[:2]
    data = np.array([[6.0], [11.0]])


class _ToyAnalysis:
    experiment, parameters = _Toy(), (Parameter("strength", 1.0),)

    @property
    def binned(self):
        return self

    def predict(self, values):
        return {
            "signal": values.get("strength", 1.0) * np.array([[5.0], [9.0]]),
            "background": np.array([[1.0], [2.0]]),
        }


def test_data_and_fit_takes_values_or_a_fit():
    best = {"strength": Estimate(1.1)}
    found = FitResult("converged", True, best, 0.0, 1, None, {}, "by hand", "", counting())
    for values in (None, {"strength": 2.0}, found):
        assert len(plot.data_and_fit(_ToyAnalysis(), values).axes) == 2
    with pytest.raises(InputError, match="Did you mean 'strength'"):
        plot.data_and_fit(_ToyAnalysis(), {"strengthh": 1.0})
    other = type("Other", (_ToyAnalysis,), {"parameters": ()})
    with pytest.raises(InputError, match="analysis that was fitted"):
        plot.data_and_fit(other(), found)


def test_overview_has_its_panels():
    spectra = {"nu_mu": FALLING}
    assert len(plot.overview(T, spectra, _ToyAnalysis()).axes) == 3
    assert len(plot.overview(T, spectra, _ToyAnalysis(), None, bowl()).axes) == 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plot.cross_section(T, {"a": FALLING[:-1]}), "shape"),
        (lambda: plot.cross_section(T[::-1], {"a": FALLING}), "increase"),
        (lambda: plot.cross_section(T, {}), "mapping"),
        (lambda: plot.cross_section(T, FALLING), "mapping"),
        (lambda: plot.cross_section(T, {"a": FALLING}, scale="lin"), "Did you mean 'linear'"),
        (lambda: plot.cross_section(T, {"a": "text"}), "numbers"),
        (lambda: plot.recoil_spectrum(T, {"a": FALLING}, FALLING[:3]), "total has shape"),
        (lambda: plot.contributions(T, {"a": FALLING[:3]}), "shape"),
        (lambda: plot.data_and_components(DATA[:, :2], PARTS, EDGES, TIMES), "data has shape"),
        (lambda: plot.data_and_components(DATA, {"a": DATA.T[:2]}, EDGES, TIMES), "components"),
        (lambda: plot.data_and_components(-DATA, PARTS, EDGES, TIMES), "negative"),
        (lambda: plot.data_and_components(DATA, PARTS, EDGES[::-1], TIMES), "increase"),
        (
            lambda: plot.data_and_components(DATA, PARTS, EDGES, TIMES, subtract=["signl"]),
            "Did you mean 'signal'",
        ),
        (lambda: plot.data_and_components(DATA, PARTS, EDGES, TIMES, subtract=list(PARTS)), "at least one"),
        (lambda: plot.data_and_components(DATA, PARTS, EDGES, TIMES, energy_label="energy (bla)"), "unit"),
        (lambda: plot.profile_curve(bowl()), "one parameter"),
        (lambda: plot.profile_curve(parabola(converged=False)), "no numbers"),
        (lambda: plot.profile_curve(parabola(delta=np.zeros(3))), "shape"),
        (lambda: plot.profile_curve(parabola(delta=np.full(33, np.nan))), "finite"),
        (lambda: plot.contour(bowl(delta=np.zeros((41, 31)))), "shape"),
        (lambda: plot.contour(bowl(delta=np.full((31, 41), np.nan))), "finite"),
        (lambda: plot.contour(bowl(), levels=[1.5]), "confidence"),
        (lambda: plot.contour(bowl(), standard_model={"other": 1.0}), "both"),
        (lambda: plot.contour(parabola()), "two parameters"),
    ],
)
def test_what_does_not_match_is_refused(call, words):
    with pytest.raises(InputError, match=words):
        call()


def test_no_global_settings_change_and_no_pyplot():
    before = dict(matplotlib.rcParams)
    for make in FIGURES.values():
        make()
    assert dict(matplotlib.rcParams) == before
    code = (
        "import sys, numpy as np, tempfile\n"
        "from weakscatter import plot\n"
        "f = plot.cross_section(np.array([.001, .002]), {'a': np.array([1., 2.])})\n"
        "plot.save(f, tempfile.mkdtemp() + '/a.png')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd="src")
