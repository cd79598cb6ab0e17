"""Results: parts of a variance add up, bands are symmetric, files read back exactly, rows are rounded to their errors."""

import functools
import json
import re

import jax.numpy as jnp
import numpy as np
import pytest

import weakscatter as ws
from weakscatter.cards import Document, Result
from weakscatter.inference import (
    BinnedPoisson,
    Budget,
    FitResult,
    Likelihood,
    LimitResult,
    Move,
    Parameter,
    ScanResult,
    ToyTest,
    report,
)
from weakscatter.inference.variance import variance_by_cause
from weakscatter.provenance.errors import InputError

N, SIGMA, OFFSET = 1e6, 4.0, 3.0


@functools.cache
def gaussian():
    """n ~ Poisson(N + s + offset a), a known to SIGMA: Var(s) = N + (OFFSET SIGMA)^2 where N is large."""
    s = Parameter("s", 0.0, "fm", description="signal")
    a = Parameter("a", 0.0, sigma=SIGMA, description="offset")
    term = BinnedPoisson(
        "one", [N], lambda v: jnp.array([N + v["s"] + 100 * OFFSET * v["a"]]), (s, a), ("helm1956",)
    )
    return Likelihood((term,))


@functools.cache
def fitted():
    return ws.fit(gaussian())


@functools.cache
def limited():
    return ws.limit_budget(gaussian(), "s", 0.90)


@functools.cache
def scanned():
    return ws.scan(gaussian(), {"s": np.linspace(-3000.0, 3000.0, 7)})


TOYS = ws.Toys(first=100, most=400, points=4, precision=0.5)


@functools.cache
def limited_by_toys():
    return ws.limit(gaussian(), "s", 0.90, method="feldman-cousins", toys=TOYS)


@functools.cache
def scanned_by_toys():
    return ws.scan(gaussian(), {"s": np.linspace(-3000.0, 3000.0, 7)}, method="feldman-cousins", toys=TOYS)


@functools.cache
def point_with_toys():
    return ws.toy_test(gaussian(), {"s": 1500.0}, toys=TOYS)


def test_variance_parts_have_their_closed_form_and_add_up():
    parts = fitted().variances["s"]
    assert parts["a"] == pytest.approx((100 * OFFSET * SIGMA) ** 2, rel=1e-4, abs=0)
    assert parts["data"] == pytest.approx(N, rel=2e-3, abs=0)
    assert sum(parts.values()) == pytest.approx(N + (100 * OFFSET * SIGMA) ** 2, rel=1e-3, abs=0)
    assert sum(part**2 for part in fitted().budget["s"].values()) == pytest.approx(sum(parts.values()))
    assert fitted().dominant == {"s": "a"}


def test_variance_parts_are_those_of_a_linear_model():
    """Propagating each measurement by hand: V J^T W J V for the data, V_pk^2/sigma_k^2 for the constraints."""
    generator = np.random.default_rng(3)
    jacobian, weights = generator.normal(size=(6, 3)), generator.uniform(0.5, 2.0, size=6)
    sigmas = {"x": None, "y": 0.7, "z": 2.5}
    prior = np.array([0.0, 0.7**-2, 2.5**-2])
    from_data = jacobian.T @ (weights[:, None] * jacobian)
    covariance = np.linalg.inv(from_data + np.diag(prior))
    parts = variance_by_cause(("x", "y", "z"), covariance, sigmas)
    data = np.diag(covariance @ from_data @ covariance)
    for i, name in enumerate(sigmas):
        assert parts[name]["data"] == pytest.approx(data[i], rel=1e-10, abs=0)
        assert parts[name]["y"] == pytest.approx(covariance[i, 1] ** 2 / 0.49, rel=1e-10, abs=0)
        assert sum(parts[name].values()) == pytest.approx(covariance[i, i], rel=1e-12, abs=0)
        assert "x" not in parts[name]


@pytest.mark.slow
def test_real_fit_has_parts_of_its_own_error():
    found = ws.fit(ws.likelihood("coherent_csi_2021", free=["signal_strength"]), errors="hesse")
    estimate = found.best_fit["signal_strength"]
    assert sum(found.variances["signal_strength"].values()) == pytest.approx(
        estimate.plus**2, rel=1e-3, abs=0
    )
    assert all(part > 0 for part in found.variances["signal_strength"].values())
    # The flux pull multiplies the signal: its part is the prior's 10 % of the strength, all but what the data pull.
    assert found.budget["signal_strength"]["sns_flux"] == pytest.approx(
        0.10 * estimate.value, rel=0.05, abs=0
    )
    assert "coherent2021" in found.citations


def test_limit_moves_as_its_inputs_do():
    """Gaussian: a centre that moves by sigma moves both ends by -100 OFFSET sigma; a held value moves them alike."""
    shift = 100 * OFFSET * SIGMA
    for end in ("lower", "upper"):
        (move,) = limited().budget[end].moves
        assert move.down == pytest.approx(shift, rel=2e-3, abs=0)
        assert move.up == pytest.approx(-shift, rel=2e-3, abs=0)
        assert limited().budget[end].total == pytest.approx(shift, rel=2e-3, abs=0)
    held = ws.limit_budget(gaussian(), "s", 0.90, fixed={"a": 0.0})
    for end in ("lower", "upper"):
        assert held.budget[end].moves[0].down == pytest.approx(shift, rel=2e-3, abs=0)
    assert held.upper - held.lower < limited().upper - limited().lower
    assert limited().dominant == {"lower": "a", "upper": "a"}
    plain = ws.limit(gaussian(), "s", 0.90)
    assert plain.intervals == limited().intervals
    assert plain.budget == {}


def test_limit_budget_moves_held_parameters_on_request():
    a, s, k = (Parameter(n, v) for n, v in (("a", 2.0), ("s", 0.0), ("k", 5.0)))
    line = Likelihood((BinnedPoisson("one", [1e6], lambda v: jnp.array([1e6 + v["s"] + 10 * v["a"]]), (s, a)),
                       BinnedPoisson("two", [1e6], lambda v: jnp.array([1e6 + v["k"]]), (k,))))  # fmt: skip
    found = ws.limit_budget(line, "s", errors={"a": 30.0})
    assert found.budget["upper"].moves[0].up == pytest.approx(-300.0, rel=1e-3, abs=0)
    with pytest.raises(InputError, match="floats or is limited"):
        ws.limit_budget(gaussian(), "s", errors={"a": 1.0})
    with pytest.raises(InputError, match="positive"):
        ws.limit_budget(line, "s", errors={"a": 0.0})
    with pytest.raises(InputError, match="unknown parameter"):
        ws.limit_budget(line, "s", errors={"b": 1.0})


def test_centres_are_those_of_constrained_parameters_that_float():
    with pytest.raises(InputError, match="no constrained parameter"):
        ws.limit(gaussian(), "s", fixed={"a": 0.0}, centre={"a": 1.0})


# -- budgets and bands


def test_a_band_is_symmetric_and_adds_in_quadrature():
    central = np.array([10.0, 20.0])
    moves = (
        Move("a", np.array([-1.0, 4.0]), np.array([3.0, -2.0])),
        Move("b", np.array([0.0, -4.0]), np.array([0.0, 4.0])),
    )
    budget = Budget(central, moves)
    np.testing.assert_allclose(budget.total, [2.0, 5.0])
    assert budget.dominant == "b"
    swapped = Budget(central, tuple(Move(m.cause, m.up, m.down) for m in moves))
    np.testing.assert_array_equal(swapped.total, budget.total)
    np.testing.assert_allclose(budget.without("b").total, [2.0, 3.0])
    assert Budget.from_dict(json.loads(json.dumps(budget.to_dict()))).to_dict() == budget.to_dict()
    assert Budget(3.0, ()).total == 0.0


CARD = {
    "task": "rate",
    "source": {"kind": "pion-decay-at-rest", "protons": 3.2e23, "yield_per_flavour": 0.0848, "yield_uncertainty": 0.1, "distance": "19.3 m"},
    "target": {"compound": "CsI", "mass": "14.6 kg"},
    "detector": {
        "quenching": {"kind": "constant", "factor": 0.0878, "relative_uncertainty": 0.05},
        "resolution": {"kind": "gaussian", "noise": "0.1 keV"},
        "efficiency": {"kind": "perfect"},
        "energy_edges": ["0.5 keV", "1 keV", "2 keV"],
    },
    "output": {"recoil_energy": ["5 keV", "10 keV"], "window": ["5 keV", "inf"], "errors": True},
}  # fmt: skip


@functools.cache
def rate():
    return ws.run(CARD)


def part(document, name, cause):
    return np.asarray(document[f"{name}_error_by_cause"].value)[document["cause"].value.index(cause)]


def changed(**sections):
    card = json.loads(json.dumps({**CARD, "output": {**CARD["output"], "errors": False}}))
    for name, keys in sections.items():
        card.setdefault(name, {}).update(keys)
    return ws.run(card)


@pytest.mark.slow
def test_flux_error_is_the_same_share_of_every_number():
    document = rate()
    for name in ("dN_dT", "N_total", "N_window", "counts"):
        np.testing.assert_allclose(part(document, name, "flux"), 0.1 * document[name].value, rtol=1e-12)
    assert not np.any(part(document, "dN_dT", "quenching"))  # recoils know no light
    assert np.all(part(document, "counts", "quenching") > 0)
    assert np.all(part(document, "dN_dT", "neutron_radius")[:, 1] < 0)  # a larger nucleus loses coherence
    assert document.dominant["N_total"] == "flux"


@pytest.mark.slow
def test_parts_are_half_the_difference_of_two_cards():
    document = rate()
    angle = document.card["constants"]
    low, high = (
        changed(constants={"sin2_theta_w": angle["sin2_theta_w"] + s * angle["sin2_theta_w_error"]})
        for s in (-1, 1)
    )
    expected = (high["counts"].value - low["counts"].value) / 2
    np.testing.assert_allclose(part(document, "counts", "couplings"), expected, rtol=1e-6)
    radii = [
        {"neutron_radius": {"Cs133": f"{5.01 + s * 0.05} fm", "I127": f"{4.94 + s * 0.05} fm"}}
        for s in (-1, 1)
    ]
    low, high = (changed(response=one) for one in radii)
    expected = (high["dN_dT"].value - low["dN_dT"].value) / 2
    np.testing.assert_allclose(part(document, "dN_dT", "neutron_radius"), expected, rtol=1e-6)
    quenching = [{"quenching": {"kind": "constant", "factor": 0.0878 * (1 + s * 0.05)}} for s in (-1, 1)]
    low, high = (changed(detector=one) for one in quenching)
    expected = (high["counts"].value - low["counts"].value) / 2
    np.testing.assert_allclose(part(document, "counts", "quenching"), expected, rtol=1e-6)


@pytest.mark.slow
def test_errors_leave_the_numbers_alone_and_add_in_quadrature():
    document, plain = rate(), changed()
    for name in ("dN_dT", "N_total", "counts"):
        np.testing.assert_array_equal(document[name].value, plain[name].value)
        parts = np.asarray(document[f"{name}_error_by_cause"].value)
        np.testing.assert_allclose(
            document[f"{name}_error"].value, np.sqrt((parts**2).sum(axis=0)), rtol=1e-12
        )
        np.testing.assert_array_equal(document[name].uncertainty, document[f"{name}_error"].value)
        assert document[f"{name}_error"].axes == document[name].axes
        assert document[f"{name}_error"].unit == document[name].unit
    assert "dN_dT_error" not in plain
    again = ws.run(document.card)
    assert again.json() == document.json()


def test_cross_section_errors_follow_the_unit():
    card = {
        "task": "cross-section",
        "projectile": {"flavour": "mu", "energy": "30 MeV"},
        "target": {"nuclide": "Ar40"},
    }
    output = {"recoil_energy": ["10 keV", "20 keV"], "errors": True, "units": {"dsigma_dT": "cm^2/MeV"}}
    document = ws.run({**card, "output": output})
    assert document["dsigma_dT_error"].unit == "cm^2/MeV"
    assert document["cause"].value == ["couplings", "neutron_radius"]
    other = ws.run({**card, "response": {"neutron_radius_error": "0.10 fm"}, "output": output})
    ratio = part(other, "sigma_total", "neutron_radius") / part(document, "sigma_total", "neutron_radius")
    assert ratio == pytest.approx(2.0, rel=1e-3, abs=0)
    single = ws.run({**card, "response": {"neutron_radius": "3.55 fm"}, "output": output})
    assert part(single, "sigma_total", "neutron_radius") == pytest.approx(
        part(document, "sigma_total", "neutron_radius")
    )
    nothing = ws.run({
        **card, "response": {"form_factor": "point"}, "output": output,
        "interaction": [{"kind": "weak", "couplings": "explicit", "g_v_p": 0.04, "g_v_n": -0.5}],
    })  # fmt: skip
    assert "no input of this card has an error" in nothing.warnings[-1]


BAD = [
    ({"response": {"form_factor": "helm-lewin-smith", "neutron_radius_error": "0.1 fm"}}, "systematics"),
    ({"response": {"form_factor": "point", "neutron_radius_error": "0.1 fm"}}, "neutron_radius_error"),
    ({"response": {"neutron_radius_error": {"Xe132": "0.1 fm"}}}, "Xe132"),
    ({"response": {"neutron_radius": "5 fm", "neutron_radius_error": {"Cs133": "0.1 fm"}}}, "one length"),
    ({"response": {"neutron_radius_error": "-0.1 fm"}}, "not negative"),
    ({"output": {"errors": "yes"}}, "true or false"),
    ({"source": {**CARD["source"], "yield_uncertainty": 1.5}}, "Give less than 1"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=[words for _, words in BAD])
def test_bad_errors_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        ws.run({**CARD, **{name: {**CARD.get(name, {}), **keys} for name, keys in change.items()}})


# -- saving and loading


RESULTS = {
    "fit": (fitted, FitResult),
    "limit": (limited, LimitResult),
    "scan": (scanned, ScanResult),
    "document": (rate, Document),
    "limit by toys": (limited_by_toys, LimitResult),
    "scan by toys": (scanned_by_toys, ScanResult),
    "toy-test": (point_with_toys, ToyTest),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_saved_result_reads_back_exactly(name, tmp_path):
    make, kind = RESULTS[name]
    path = make().save(tmp_path / "new" / "result.json")
    for back in (kind.load(path), ws.load_result(path)):
        assert type(back) is kind
        assert back.to_dict() == make().to_dict()
        assert back.table() == make().table()
        assert back.latex() == make().latex()
        assert back._repr_html_() == make()._repr_html_()
        assert back.flags == make().flags
    content = json.loads(path.read_text())
    assert content["weakscatter"] == ws.__version__
    assert back.save(tmp_path / "again.json").read_bytes() == path.read_bytes()
    for _, wrong in RESULTS.values():
        if wrong is not kind:
            with pytest.raises(InputError, match="another kind"):
                wrong.load(path)


def test_what_is_no_number_stays_none(tmp_path):
    holes = ScanResult({"x": np.arange(3.0)}, np.array([1.0, np.nan, 2.0]), np.array([0.0, np.nan, 1.0]), float("nan"),
                       {"x": 0.0}, {}, np.array([True, False, True]), (), {}, "1 of 3 points did not converge")  # fmt: skip
    back = ScanResult.load(holes.save(tmp_path / "s.json"))
    assert np.isnan(back.q[1])
    assert np.isnan(back.minimum)
    assert back.flags["converged"] is False
    failed = Document("fit", {"task": "fit"}, {"minimum": Result(None)}, warnings=("no",), converged=False)
    assert Document.load(failed.save(tmp_path / "f.json")).converged is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[1]", "no result written"),
        ('{"a": 1}', "no result written"),
        ('{"weakscatter": "0.1.0", "result": "dream"}', "dream"),
        ('{"weakscatter": "0.1.0", "result": "fit"}', "damaged"),
        ('{"weakscatter": "0.1.0", "result": "limit"}', "damaged"),
        ('{"weakscatter": "0.1.0", "result": "scan", "grid": []}', "damaged"),
        ('{"weakscatter": "0.1.0", "task": "rate"}', "damaged"),
    ],
)
def test_other_files_are_refused(text, words, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=words):
        ws.load_result(tmp_path / "x.json")


def test_a_file_that_is_not_there_or_is_binary(tmp_path):
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "x.json", tmp_path / "none.json", tmp_path):
        with pytest.raises(InputError, match="cannot read"):
            ws.load_result(path)


# -- rows


@pytest.mark.parametrize(
    ("number", "row"),
    [
        ((5.38338, 0.4207, 0.4044), "$5.38^{+0.40}_{-0.42}$"),
        ((0.22509, 0.02553, 0.02781), "$0.225^{+0.028}_{-0.026}$"),
        ((303.978, 39.1, 41.7), "$304^{+42}_{-39}$"),
        ((1.723e-38, 2.5e-39, 3.0e-39), r"$(1.72^{+0.30}_{-0.25}) \times 10^{-38}$"),
        ((12346.0, 678.0, 678.0), r"$(1.235 \pm 0.068) \times 10^{4}$"),
        ((1.0, 0.0996, 0.0996), r"$1.00 \pm 0.10$"),
        ((-1.0, 0.5, None), r"$-1.00^{\text{undefined}}_{-0.50}$"),
        ((2.5, None, None), "$2.5$"),
        ((None, None, None), "--"),
    ],
)
def test_latex_numbers_have_two_digits_of_the_error(number, row):
    assert report.latex_number(*number) == row


def test_asymmetric_errors_are_not_swapped():
    """A Poisson count of 4: minus 1.684 below plus 2.349 (rise of -2 ln L by one)."""
    s = Parameter("s", 4.0, lower=0.0)
    found = ws.fit(Likelihood((BinnedPoisson("n", [4.0], lambda v: jnp.array([v["s"]]), (s,)),)))
    assert (found.best_fit["s"].minus, found.best_fit["s"].plus) == (
        pytest.approx(1.682, abs=3e-3),
        pytest.approx(2.346, abs=3e-3),
    )
    assert found.latex() == r"s & $4.0^{+2.3}_{-1.7}$ &  \\"
    (row,) = found.table()
    assert row["minus"] < row["plus"]
    assert row["dominant"] == "data"


def test_latex_rows_name_and_unit():
    assert (
        report.latex_row("charge_radius_ee", "$1$", "1e-32 cm^2")
        == r"charge\_radius\_ee & $1$ & $10^{-32}\,\mathrm{cm}^{2}$ \\"
    )
    assert re.fullmatch(
        r"s & \$\(.*\) \\times 10\^\{3\}\$ & .*", limited().latex()
    ) or limited().latex().startswith("s & $[")
    with pytest.raises(InputError, match="did not float"):
        fitted().latex("b")
    with pytest.raises(InputError, match="recoil_energy_max"):
        rate().latex("recoil_energy_mx")


def test_html_escapes():
    assert "&lt;b&gt;" in report.html_table([{"a": "<b>"}], "<i>")
    assert "<i>" not in report.html_table([{"a": "<b>"}], "<i>")


def test_tables_along_an_axis():
    rows = rate().table("recoil_energy")
    assert [row["recoil_energy"] for row in rows] == [pytest.approx(5.0), pytest.approx(10.0)]
    assert rows[0]["dN_dT nu_e"] == rate()["dN_dT"].value[1][0]
    with pytest.raises(InputError, match="recoil_energy"):
        rate().table("recoil")


def test_flags():
    assert fitted().flags == {"converged": True, "errors_defined": True}
    assert limited().flags == {"converged": True, "far_from_bounds": True, "one_valley": True, "closed": True}
    empty = ws.limit(
        Likelihood(
            (BinnedPoisson("n", [0.0], lambda v: jnp.array([v["s"]]), (Parameter("s", 1.0, lower=0.0),)),)
        ),
        "s",
    )
    assert empty.flags["far_from_bounds"] is False
    assert scanned().flags == {"converged": True, "best_fit_inside": True}


# -- citing


def test_everything_is_cited(tmp_path):
    def keys(*objects):
        return [source.key for source in ws.cite(*objects)]

    assert keys("helm") == ["helm1956"]
    assert keys(ws.Helm) == ["helm1956"]
    assert keys(fitted()) == ["helm1956"]
    assert keys(fitted().save(tmp_path / "f.json")) == ["helm1956"]
    assert keys(str(tmp_path / "f.json"), "helm", "freedman1974") == ["helm1956", "freedman1974"]
    assert keys(rate()) == [source.key for source in rate().citations]
    assert keys(rate().save(tmp_path / "d.json")) == keys(rate())
    assert "coherent2021" in keys("coherent_csi_2021")
    assert keys("lindhard") == ["lindhard1963"]
    with pytest.raises(InputError, match="'helm'"):
        ws.cite("helmm")


@pytest.mark.parametrize("task", ["rate", pytest.param("fit", marks=pytest.mark.slow)])
def test_a_card_cites_what_its_document_does(task, tmp_path):
    if task == "rate":
        card, document = {**CARD, "output": {"recoil_energy": ["5 keV"]}}, rate()
    else:
        card = {
            "task": "fit",
            "experiments": ["coherent_csi_2021"],
            "free": ["signal_strength"],
            "output": {"errors": "hesse"},
        }
        document = ws.run(card)
    from weakscatter.cli.toml import to_toml

    path = tmp_path / "card.toml"
    path.write_text(to_toml(card))
    assert {source.key for source in ws.cite(path)} == {source.key for source in document.citations}


@pytest.mark.slow
def test_the_fit_of_a_card_knows_its_budget():
    document = ws.run(
        {
            "task": "fit",
            "experiments": ["coherent_csi_2021"],
            "free": ["signal_strength"],
            "output": {"errors": "hesse"},
        }
    )
    best = document["best_fit"].value["signal_strength"]
    assert sum(size**2 for size in document.budget["signal_strength"].values()) == pytest.approx(
        best["plus"] ** 2, rel=1e-3, abs=0
    )
    assert document.dominant["signal_strength"] in document.budget["signal_strength"]
    assert "Migrad" in document.method
    assert document.latex().startswith(r"signal\_strength & $")
