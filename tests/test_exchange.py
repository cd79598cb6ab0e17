"""Exchange: workspaces of pyhf written and read, curves as CSV and HEPData tables."""

import functools
import json
import sys
import warnings

import jax.numpy as jnp
import numpy as np
import pytest
import yaml

import weakscatter as ws
from weakscatter.cards import complete, curves, hepdata_submission, load_result, read_curves, run
from weakscatter.cards.curve_table import Column, Curves
from weakscatter.cli.app import app
from weakscatter.cli.errors import guarded
from weakscatter.inference import (
    BinnedPoisson,
    Likelihood,
    MeasuredCounts,
    Parameter,
    Workspace,
    limit,
    pyhf_workspace,
)
from weakscatter.inference.histfactory import factor, shift
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV

RATE = {
    "task": "rate",
    "source": {"kind": "reactor", "power": "2 GW", "distance": "12 m", "duration": "1 d"},
    "target": {"element": "Si", "mass": "1 kg"},
    "output": {"recoil_energy": {"from": "0.1 keV", "to": "2 keV", "points": 4}, "errors": True},
}
MU = Parameter("mu", 1.0, lower=0.0, upper=20.0)
FLUX, SHAPE = (
    Parameter("flux", 0.0, sigma=0.1, lower=-1.0),
    Parameter("shape", 0.0, sigma=0.5, lower=-3.0, upper=3.0),
)
S, B = np.array([5.0, 12.0]), np.array([40.0, 30.0])


def pyhf():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyhf as module
    return module


@functools.cache
def bent():
    """A nuisance that moves shapes, and not in a straight line."""
    return Likelihood((
        BinnedPoisson(
            "one", [48, 39], lambda v: v["mu"] * (1 + v["flux"]) * S * jnp.exp(0.1 * v["shape"]) + B, (MU, FLUX, SHAPE)
        ),
    ))  # fmt: skip


@pytest.mark.parametrize("alpha", [-2.3, -1.0, -0.4, 0.0, 0.7, 1.0, 3.0])
def test_interpolations_are_those_of_pyhf(alpha):
    from pyhf import interpolators

    low, nominal, high = np.array([9.0, 4.0]), np.array([10.0, 5.0]), np.array([13.0, 5.5])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = interpolators.get("4p")([[[low, nominal, high]]])(np.array([[alpha]]))
        factors = interpolators.get(4)([[[[0.8], [1.0], [1.3]]]])(np.array([[alpha]]))
    np.testing.assert_allclose(
        np.ravel(shift(alpha, nominal, high, low)), np.ravel(theirs), rtol=1e-12, atol=1e-12
    )
    np.testing.assert_allclose(float(factor(alpha, 1.3, 0.8)), float(np.ravel(factors)[0]), rtol=1e-10)


def test_a_workspace_is_valid_and_has_our_counts():
    """Counts at random values of every parameter, computed by pyhf and by the likelihood that is read back."""
    module, made = pyhf(), pyhf_workspace(bent(), "mu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the validator
        model = module.Workspace(made.content).model()
    read = made.likelihood
    assert made.names == {"flux": "lumi"}
    generator = np.random.default_rng(5)
    for _ in range(3):
        at = {"mu": generator.uniform(0, 5), "lumi": generator.uniform(0.8, 1.2), "shape": generator.normal()}
        values = model.config.suggested_init()
        for name, value in at.items():
            values[model.config.par_slice(name)] = [value]
        np.testing.assert_allclose(
            np.asarray(model.expected_actualdata(values)), np.asarray(read.counts(at)), rtol=1e-12
        )
        ours = bent().counts({"mu": at["mu"], "flux": at["lumi"] - 1, "shape": 0.5 * at["shape"]})
        if abs(at["shape"]) <= 2:
            # The error is measured at strength one; the signal grows with the strength, and so does its share.
            np.testing.assert_allclose(np.asarray(read.counts(at)), ours, rtol=10 * made.error)
    assert 1e-5 < made.error < 0.02


def test_a_workspace_survives_a_file(tmp_path):
    made = pyhf_workspace(bent(), "mu")
    again = Workspace.load(made.save(tmp_path / "workspace.json"))
    assert again.content == made.content
    assert again.poi == "mu"
    assert again.error is None
    assert again.likelihood.parameter("lumi").sigma == 0.1
    assert again.likelihood.parameter("shape").upper == 5.0


@pytest.mark.slow
def test_a_modulus_becomes_the_square_root_of_a_strength():
    g = Parameter("g", 0.0, "1e-10 mu_B", lower=0.0, squared=True)
    one = Likelihood((BinnedPoisson("one", [95.0], lambda v: jnp.array([0.3 * v["g"] ** 2 + 100.0]), (g,)),))
    made = pyhf_workspace(one, "g", at=5.0)
    assert made.squared
    ours = limit(one, "g", 0.90, sides="upper", method="cls").upper
    strength = limit(made.likelihood, "g", 0.90, sides="upper", method="cls").upper
    assert made.parameter_value(strength) == pytest.approx(ours, rel=1e-5, abs=0)


def test_what_a_workspace_cannot_say_is_refused():
    r = Parameter("r", 0.0, lower=-5.0, upper=5.0)
    curved = Likelihood((BinnedPoisson("one", [9.0], lambda v: jnp.array([(1 + v["r"]) ** 2 * 10.0]), (r,)),))
    with pytest.raises(InputError, match="not linear"):
        pyhf_workspace(curved, "r")
    published = MeasuredCounts("two", [1.0], [2.0], [3.0], lambda v: v["mu"][None], (MU,))
    with pytest.raises(InputError, match="does not consist of counts in bins"):
        pyhf_workspace(Likelihood((published,)), "mu")
    with pytest.raises(InputError, match="err by"):
        pyhf_workspace(bent(), "mu", tolerance=1e-6)
    with pytest.raises(InputError, match="cannot be a strength"):
        pyhf_workspace(bent(), "mu", at=-1.0)
    with pytest.raises(InputError, match="cannot be a strength"):
        pyhf_workspace(bent(), "flux")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot read"),
        ("{}", "no workspace"),
        (
            json.dumps({
                "channels": [{"name": "a", "samples": [
                    {"name": "s", "data": [1.0], "modifiers": [{"name": "x", "type": "shapesys", "data": [0.1]}]}]}],
                "observations": [{"name": "a", "data": [1.0]}],
                "measurements": [{"name": "m", "config": {"poi": "mu", "parameters": []}}], "version": "1.0.0",
            }),
            "'shapesys', which is not read",
        ),
    ],
)  # fmt: skip
def test_bad_workspaces_are_named(tmp_path, content, words):
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(InputError, match=words):
        Workspace.load(tmp_path / "bad.json")
    with pytest.raises(InputError, match="cannot read"):
        Workspace.load(tmp_path / "none.json")


def test_a_workspace_of_pyhf_itself_is_read():
    module = pyhf()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = module.simplemodels.correlated_background(
            [5.0, 6.0], [50.0, 60.0], [55.0, 63.0], [46.0, 55.0]
        )
    observations = [{"name": "single_channel", "data": [53.0, 65.0]}]
    measurements = [{"name": "m", "config": {"poi": "mu", "parameters": []}}]
    content = {**model.spec, "observations": observations, "measurements": measurements, "version": "1.0.0"}
    read = Workspace.load(content).likelihood
    values = {"mu": 1.7, "correlated_bkg_uncertainty": -0.6}
    order = [values[name] for name in model.config.par_order]
    np.testing.assert_allclose(
        np.asarray(read.counts(values)), np.asarray(model.expected_actualdata(order)), rtol=1e-12
    )


@functools.cache
def spectrum():
    return run(RATE)


def test_curves_come_back_bit_by_bit(tmp_path):
    taken = curves(spectrum())
    again = read_curves(taken.save(tmp_path / "rate.csv"))
    assert list(again.columns) == list(taken.columns) == ["recoil_energy", "dN_dT nu_e_bar"]
    for name, column in taken.columns.items():
        np.testing.assert_array_equal(again[name], column.values)
        assert again.columns[name].unit == column.unit
    np.testing.assert_array_equal(
        again.columns["dN_dT nu_e_bar"].error, taken.columns["dN_dT nu_e_bar"].error
    )
    assert again.axes == ("recoil_energy",)
    assert again.citations == taken.citations
    assert "huber2011" in again.citations
    np.testing.assert_allclose(again.natural("recoil_energy"), again["recoil_energy"] * keV)
    np.testing.assert_array_equal(taken["dN_dT nu_e_bar"], spectrum()["dN_dT"].value[0])


def test_hepdata_tables_are_yaml_with_errors_by_cause(tmp_path):
    taken = curves(spectrum())
    table = yaml.safe_load(taken.yaml())
    (axis,), (rate,) = table["independent_variables"], table["dependent_variables"]
    assert axis["header"] == {"name": "recoil_energy", "units": "keV"}
    assert rate["header"] == {"name": "dN_dT nu_e_bar", "units": "1/keV"}
    assert [v["value"] for v in axis["values"]] == taken["recoil_energy"].tolist()
    assert [v["value"] for v in rate["values"]] == taken["dN_dT nu_e_bar"].tolist()
    for i, value in enumerate(rate["values"]):
        assert {e["label"] for e in value["errors"]} == set(spectrum()["cause"].value)
        total = np.sqrt(sum(e["symerror"] ** 2 for e in value["errors"]))
        assert total == pytest.approx(taken.columns["dN_dT nu_e_bar"].error[i], rel=1e-12, abs=0)
    folder = hepdata_submission({"Recoils in silicon": taken}, tmp_path / "submission", "A test.")
    about, listed = yaml.safe_load_all((folder / "submission.yaml").read_text())
    assert "Huber" in about["comment"]
    assert yaml.safe_load((folder / listed["data_file"]).read_text()) == table


def test_numbers_of_tables_are_numbers_for_every_reader():
    """YAML 1.1 takes 1e-32 for a text: a point and a signed exponent are needed."""
    tiny = Curves(
        "t", ("x",), {"x": Column(np.array([1e-32, 5.0, 1e22])), "y": Column(np.array([1.0, -2e-9, 3.5]))}
    )
    table = yaml.safe_load(tiny.yaml())
    assert [v["value"] for v in table["independent_variables"][0]["values"]] == [1e-32, 5.0, 1e22]
    assert [v["value"] for v in table["dependent_variables"][0]["values"]] == [1.0, -2e-9, 3.5]


def test_a_profile_is_a_curve_and_the_command_writes_it(tmp_path, capsys, monkeypatch):
    def export(*arguments):
        monkeypatch.setattr(sys, "argv", ["weakscatter", "export", *map(str, arguments)])
        return guarded(app)

    found = limit(bent(), "mu", 0.90)
    taken = curves(found)
    assert taken.axes == ("mu",)
    np.testing.assert_array_equal(taken["delta"], found.delta)
    assert found.kind in taken.notes[0]
    saved = found.save(tmp_path / "limit.json")
    assert export(saved, tmp_path / "limit.csv") == 0
    np.testing.assert_array_equal(read_curves(tmp_path / "limit.csv")["delta"], found.delta)
    assert export(saved, tmp_path / "limit.pdf") == 2
    assert "FILE.csv or FILE.yaml" in capsys.readouterr().err


def test_bad_curves_are_named(tmp_path):
    (tmp_path / "a.csv").write_text("energy,rate (1)\n1,2\n")
    with pytest.raises(InputError, match="has no unit"):
        read_curves(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("energy (keV),rate (1)\n1,x\n")
    with pytest.raises(InputError, match="row 1"):
        read_curves(tmp_path / "b.csv")
    with pytest.raises(InputError, match="cannot read"):
        read_curves(tmp_path / "none.csv")
    with pytest.raises(InputError, match="Did you mean 'recoil_energy'"):
        curves(spectrum(), "recoil_energi")
    with pytest.raises(InputError, match="knows no units"):
        curves(ws.scan(bent(), {"mu": np.linspace(0, 3, 5)}))
    with pytest.raises(InputError, match=r"csv or \.yaml"):
        curves(spectrum()).save(tmp_path / "c.xlsx")
    with pytest.raises(InputError, match="at least one"):
        hepdata_submission({}, tmp_path)


@pytest.mark.slow
def test_the_likelihood_of_a_card_reaches_pyhf(tmp_path):
    """CsI 2021 with all nuisances: the workspace errs by 4 % in a bin at two sigma, its limit by half a per cent."""
    card = {
        "task": "limit", "experiments": ["coherent_csi_2021"], "parameter": "signal_strength", "sides": "upper",
        "method": "cls",
    }  # fmt: skip
    document = run(card)
    made = ws.workspace_from_card(complete(card))
    made.save(tmp_path / "csi.json")
    module = pyhf()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = module.Workspace(json.loads((tmp_path / "csi.json").read_text()))
        model = theirs.model()
        observed, _ = module.infer.intervals.upper_limits.toms748_scan(
            theirs.data(model), model, 0.05, 5.0, level=0.10, rtol=1e-4
        )
    same = limit(made.likelihood, "signal_strength", 0.90, sides="upper", method="cls").upper
    assert float(observed) == pytest.approx(same, rel=1e-3, abs=0)
    assert float(observed) == pytest.approx(document["interval"].value[0][1], rel=0.01, abs=0)
    document.save(tmp_path / "limit.json")
    assert load_result(tmp_path / "limit.json")["kind"].value == document["kind"].value
