"""Documents of cards are drawn by task; files are written whole or not at all."""

import copy

import numpy as np
import pytest

from weakscatter import plot
from weakscatter.plot.style import STYLE
from weakscatter.provenance.errors import InputError

T = [1.0, 5.0, 10.0, 20.0]


@pytest.fixture(autouse=True)
def few_pixels(monkeypatch):
    monkeypatch.setitem(STYLE, "dpi", 50)


def result(value, unit="", axes=(), per=None):
    return {"value": value, "unit": unit, "per": per, "axes": list(axes), "uncertainty": None}


DOCUMENTS = {
    "cross-section": {
        "task": "cross-section",
        "card": {"target": {"nuclide": "Ar40"}},
        "results": {
            "recoil_energy": result(T, "keV", ["recoil_energy"]),
            "dsigma_dT": result([3e-38, 2e-38, 1e-38, 0.0], "cm^2/MeV", ["recoil_energy"], "nucleus"),
        },
    },
    "cross-section by kind": {
        "task": "cross-section",
        "results": {
            "recoil_energy": result(T, "keV"),
            "dsigma_dT": result([2e-38, 1e-38, 1e-38, 1e-38], "cm^2/keV", per="nucleus"),
            "kind": result(["weak", "interference:weak,millicharge"]),
            "dsigma_dT_by_kind": result(
                [[3e-38, 2e-38, 2e-38, 2e-38], [-1e-38] * 4], "cm^2/keV", ["kind"], "nucleus"
            ),
        },
    },
    "rate": {
        "task": "rate",
        "results": {
            "recoil_energy": result(T, "keV"),
            "flavour": result(["nu_mu", "nu_e"]),
            "dN_dT": result([[100, 50, 10, 0], [90, 60, 20, 5]], "1/keV", ["flavour", "recoil_energy"]),
        },
    },
    "fit": {
        "task": "fit",
        "card": {"experiments": ["toy"]},
        "results": {
            "component": result(["cevns", "steady_state"]),
            "expected": result([[[3.0, 1.0], [2.0, 1.0]], [[9.0, 9.0], [8.0, 8.0]]]),
            "observed": result([[12, 9], [11, 8]]),
            "energy_edges": result([8.0, 12.0, 20.0], "PE"),
            "time_edges": result([0.0, 1.0, 6.0], "us"),
        },
    },
    "limit": {
        "task": "limit",
        "card": {"parameter": "signal_strength", "confidence": 0.9, "sides": "two"},
        "results": {
            "profile": result({"parameter": [0.0, 1.0, 2.0, 3.0], "delta": [4.0, 0.1, 1.0, 9.0]}),
            "critical_value": result(2.706),
            "interval": result([[0.3, None]]),
            "best_fit": result({"signal_strength": {"value": 1.2}}),
        },
    },
    "scan": {
        "task": "scan",
        "results": {
            "a": result([0.0, 1.0, 2.0], "fm"),
            "b": result([0.0, 1.0]),
            "delta": result([[0.0, 3.0], [2.0, None], [8.0, 9.0]], axes=["a", "b"]),
            "best_fit": result({"a": 0.1, "b": 0.2}),
        },
    },
    "scan of one": {
        "task": "scan",
        "results": {
            "a": result([0.0, 1.0, 2.0], "fm"),
            "delta": result([4.0, 0.0, 5.0], axes=["a"]),
            "best_fit": result({"a": 1.0}),
        },
    },
}


@pytest.mark.parametrize("name", list(DOCUMENTS))
def test_a_document_is_drawn_by_its_task(name, tmp_path):
    path = plot.draw(DOCUMENTS[name], tmp_path / "figure.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir()] == ["figure.png"]


def test_the_first_of_several_experiments_is_drawn():
    document = copy.deepcopy(DOCUMENTS["fit"])
    document["results"] = {f"{name}_toy": entry for name, entry in document["results"].items()}
    assert "PE" in plot.figure_of(document).axes[1].get_xlabel()


def test_an_object_with_to_dict_is_drawn_alike():
    document = type("Document", (), {"to_dict": lambda self: DOCUMENTS["rate"]})()
    ax = plot.figure_of(document).axes[0]
    assert ax.lines[0].get_ydata()[0] == pytest.approx(100.0)
    assert ax.lines[-1].get_ydata()[0] == pytest.approx(190.0)  # the total
    assert "1/keV" in ax.get_ylabel()


def test_bad_documents_are_refused_and_nothing_is_written(tmp_path):
    without = copy.deepcopy(DOCUMENTS["fit"])
    del without["results"]["expected"]
    empty = copy.deepcopy(DOCUMENTS["limit"])
    empty["results"]["profile"]["value"] = None
    ragged = copy.deepcopy(DOCUMENTS["rate"])
    ragged["results"]["dN_dT"]["value"] = [[1.0], [1.0, 2.0]]
    short = copy.deepcopy(DOCUMENTS["rate"])
    short["results"]["flavour"]["value"] = ["nu_e"]
    flat = copy.deepcopy(DOCUMENTS["scan"])
    flat["results"]["delta"]["axes"] = []
    for document, words in (
        ({"task": "fitt", "results": {}}, "Did you mean 'fit'"),
        ({"results": {}}, "task"),
        ([], "mapping"),
        (without, "spectra = true"),
        (empty, "no number"),
        (ragged, "one length"),
        (short, "one row for each"),
        (flat, "one or two axes"),
    ):
        with pytest.raises(InputError, match=words):
            plot.draw(document, tmp_path / "figure.png")
    assert not list(tmp_path.iterdir())


def figure():
    return plot.cross_section(np.array([0.001, 0.002]), {"a": np.array([1.0, 2.0])})


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("PDF", b"%PDF"), ("svg", b"<?xml")])
def test_save_writes_by_suffix_and_twice_the_same(suffix, start, tmp_path):
    first = plot.save(figure(), tmp_path / "new" / f"a.{suffix}").read_bytes()
    second = plot.save(figure(), tmp_path / f"b.{suffix}").read_bytes()
    assert first.startswith(start)
    assert first == second


@pytest.mark.parametrize("name", ["a.jpgg", "a.jpeg", "a", "a.pmg"])
def test_save_refuses_other_suffixes(name, tmp_path):
    with pytest.raises(InputError, match="suffix"):
        plot.save(figure(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_replaced_is_left_alone(tmp_path, monkeypatch):
    target = tmp_path / "a.png"
    target.write_bytes(b"before")

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("weakscatter.provenance.files.os.replace", broken)
    with pytest.raises(InputError, match="No space left"):
        plot.save(figure(), target)
    assert target.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_errors_are_drawn_as_symmetric_bands():
    document = copy.deepcopy(DOCUMENTS["cross-section"])
    document["results"]["dsigma_dT_error"] = result(
        [3e-39, 2e-39, 1e-39, 0.0], "cm^2/MeV", ["recoil_energy"], "nucleus"
    )
    (band,) = plot.figure_of(document).axes[0].collections
    y = band.get_paths()[0].vertices[:, 1]
    assert min(abs(y - 2.7e-38)) < 1e-44
    assert min(abs(y - 3.3e-38)) < 1e-44
    assert not plot.figure_of(DOCUMENTS["cross-section"]).axes[0].collections


def test_the_band_of_a_total_adds_flavours_before_squaring():
    document = copy.deepcopy(DOCUMENTS["rate"])
    shape = np.ones((1, 2, 4))
    parts = np.concatenate([shape, shape * [[[1.0], [-0.5]]]])
    document["results"]["dN_dT_error"] = result(
        np.sqrt((parts**2).sum(axis=0)).tolist(), "1/keV", ["flavour", "recoil_energy"]
    )
    document["results"]["dN_dT_error_by_cause"] = result(
        parts.tolist(), "1/keV", ["cause", "flavour", "recoil_energy"]
    )
    bands = plot.figure_of(document).axes[0].collections
    assert len(bands) == 3
    top = max(bands[2].get_paths()[0].vertices[:, 1])
    assert top == pytest.approx(
        190 + np.sqrt(2.0**2 + 0.5**2), rel=1e-9, abs=0
    )  # the second cause moves the flavours against each other
