"""The restated COHERENT CsI 2021 tables: totals of the release, checksums, rebuilding, damaged releases."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import data_folder, read_toml
from weakscatter.published import row
from weakscatter.units import dimension_of, factor, us

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "restate_coherent_csi_2021.py"
TABLES = files("weakscatter").joinpath("experiments", "coherent_csi_2021")
NAMES = ("events.csv", "backgrounds.csv", "background_times.csv", "release.toml", "SOURCE.toml")


@pytest.fixture(scope="module")
def folder():
    return data_folder(TABLES)


@pytest.fixture(scope="module")
def release(folder):
    return read_toml(folder.file("release.toml"))


@pytest.fixture(scope="module")
def official():
    """Folder of the official release, where it has been downloaded."""
    shared = Path(os.environ.get("WEAKSCATTER_SHARED", ROOT.parent / "shared"))
    path = shared / "data" / "coherent" / "csi2021_arxiv2110.07730"
    if not path.is_dir():
        pytest.skip(
            f"no official release at {path}; set WEAKSCATTER_SHARED to the folder above data/coherent"
        )
    return path


def value(release, name):
    entry = release[name]
    units = entry["unit"] if isinstance(entry["unit"], list) else [entry["unit"]]
    return np.squeeze(np.array(entry["value"]) * np.array([factor(u) for u in units]))


def run(*arguments):
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, str(TOOL), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("coincidence", "total", "published"),
    [(1, 5142, "coherent2021.window_coincident"), (0, 4890, "coherent2021.window_anticoincident")],
)
def test_events_of_the_window(folder, release, coincidence, total, published):
    events = folder.table("events.csv", {"energy": "", "time": "us", "coincidence": ""})
    mine = events["coincidence"] == coincidence
    energy, time = events["energy"][mine], events["time"][mine]
    edges = value(release, "energy_edges"), value(release, "time_edges")
    counts, _, _ = np.histogram2d(energy[time < edges[1][-1]], time[time < edges[1][-1]], bins=edges)
    inside = (energy >= edges[0][0]) & (energy < edges[0][-1]) & (time >= edges[1][0]) & (time < edges[1][-1])
    assert len(energy) == total
    assert inside.sum() == row(published).value
    # No event sits on the last edge, which a histogram would count and the window would not.
    assert counts.sum() == inside.sum()


def test_events_are_sorted_and_within_the_side_bands(folder):
    events = folder.table("events.csv")
    order = np.lexsort((events["energy"], events["time"], events["coincidence"]))
    assert np.array_equal(order, np.arange(len(events)))
    assert events["energy"].max() < 250


@pytest.mark.parametrize(("kind", "counts"), [("brn", 18.45), ("nin", 5.67)])
def test_neutron_normalisation(folder, release, kind, counts):
    density, times = folder.table("backgrounds.csv"), folder.table("background_times.csv")
    expected = times[kind].sum() / density[kind].sum()
    assert expected == pytest.approx(counts, abs=0.005)
    assert value(release, f"{kind}_counts") == pytest.approx(expected, abs=1e-4)
    # The density is normalised below 60 PE, so the ratio counts events there.
    assert density[kind][density["energy"] < 60].sum() == pytest.approx(1, abs=1e-6)


def test_axes_of_the_backgrounds(folder):
    energy = folder.table("backgrounds.csv", {"energy": "", "brn": "", "nin": ""})["energy"]
    time = folder.table("background_times.csv", {"time": "us", "brn": "", "nin": ""})["time"] / us
    assert np.allclose(energy, np.arange(250) + 0.5)
    assert np.allclose(time, -0.245 + 0.01 * np.arange(650))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        *((name, "kg") for name in ("mass",)),
        *((name, "m") for name in ("distance",)),
        *((name, "us") for name in ("pulse_mean", "pulse_width", "time_efficiency_start", "time_edges")),
        ("exposure", "J"),
        ("light_yield", "1/MeV"),
        ("smearing_a", "MeV"),
        ("smearing_b", "1/MeV"),
        ("time_efficiency_rate", "Hz"),
        ("protons", ""),
    ],
)
def test_scalars_have_their_dimension(release, name, unit):
    assert dimension_of(release[name]["unit"]) == dimension_of(unit)


def test_every_scalar_says_where_it_is_from(release):
    for name, entry in release.items():
        assert entry["knowledge"] in ("verified", "recalled"), name
        assert entry["source"], name
        assert "unit" in entry, name
        assert np.all(np.isfinite(value(release, name))), name


def test_light_yield_is_the_mean_of_the_smearing(release):
    # 1/0.0749 = 13.351: equal to the digits of the light yield.
    assert 1 / value(release, "smearing_a") == pytest.approx(value(release, "light_yield"), rel=2e-4, abs=0)


def test_protons_agree_with_the_exposure(release):
    # 13.99 GWh on 3.198e23 protons is the kinetic energy of one, about 1 GeV.
    assert value(release, "exposure") / value(release, "protons") == pytest.approx(983.0, abs=1.0)


def test_sides_of_the_efficiency_variations(release):
    x = np.arange(8.0, 60.0)

    def curve(name):
        a, b, c, d = value(release, name)
        return np.maximum(a / (1 + np.exp(-b * (x - c))) + d, 0)

    low, nominal, high = (curve(name) for name in ("efficiency_minus", "efficiency", "efficiency_plus"))
    onset = slice(1, 12)
    assert np.all(low[onset] < nominal[onset])
    assert np.all(nominal[onset] < high[onset])


@pytest.mark.parametrize("variation", [0, 1])
def test_quenching_variations_lie_around_the_nominal_curve(release, variation):
    names = (f"quenching_{variation}_plus", "quenching", f"quenching_{variation}_minus")
    plus, nominal, minus = (value(release, name) for name in names)
    # One standard deviation up and down are the same step: the release gives an eigenvector, both ways.
    assert (plus + minus) / 2 == pytest.approx(nominal, rel=3e-3, abs=0)


def test_pulse_explains_the_neutron_times(folder, release):
    """The neutrino-induced neutrons follow muon decay: beyond the pulse they fall with the muon lifetime."""
    times = folder.table("background_times.csv")
    late = (times["time"] > 1.5 * us) & (times["time"] < 6 * us)
    slope = np.polyfit(times["time"][late] / us, np.log(times["nin"][late]), 1)[0]
    assert -1 / slope == pytest.approx(2.197, rel=0.02, abs=0)
    assert value(release, "pulse_mean") / us == pytest.approx(0.472, abs=0.002)
    assert value(release, "pulse_width") / us == pytest.approx(0.147, abs=0.002)
    assert value(release, "neutron_delay") / us == pytest.approx(0.160, abs=0.003)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "SOURCE.toml"])
def test_an_edited_table_is_refused(tmp_path, name):
    for each in NAMES:
        (tmp_path / each).write_bytes(TABLES.joinpath(each).read_bytes())
    copy = data_folder(tmp_path)
    copy.file(name)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes().replace(b"5", b"6", 1))
    with pytest.raises(InputError, match=name):
        copy.file(name)


def test_source_names_everything(folder):
    about = folder.about
    for key in (
        "title",
        "authors",
        "arxiv",
        "url",
        "date",
        "licence",
        "official",
        "units",
        "script",
        "checked_by",
    ):
        assert about[key], key
    assert (ROOT / about["script"]).is_file()
    assert set(about["sha256"]) == set(NAMES) - {"SOURCE.toml"}


def test_rebuilding_gives_the_same_bytes(official, tmp_path):
    for _ in range(2):
        done = run(official, "--out", tmp_path)
        assert done.returncode == 0, done.stderr
        assert sorted(p.name for p in tmp_path.iterdir()) == sorted(NAMES)
        for name in NAMES:
            assert (tmp_path / name).read_bytes() == TABLES.joinpath(name).read_bytes(), name


def _drop_line(path):
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _edit_digit(path):
    text = path.read_bytes()
    path.write_bytes(text[:-2] + (b"1" if text[-2:-1] != b"1" else b"2") + text[-1:])


def _word(path):
    path.write_bytes(path.read_bytes() + b"12.0 abc\n")


DAMAGES = {
    "missing": (Path.unlink, "missing"),
    "line lost": (_drop_line, "expected"),
    "digit edited": (_edit_digit, "sha256"),
    "no number": (_word, "line"),
    "line ends": (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")), "sha256"),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe\x00" * 10), "text"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["dataBeamOnC.txt", "brnPE.txt", "effCoefficients.txt"])
def test_a_damaged_release_is_refused(official, tmp_path, name, damage):
    copy, out = tmp_path / "release", tmp_path / "out"
    copy.mkdir()
    for path in official.glob("*.txt"):
        shutil.copyfile(path, copy / path.name)
    edit, reason = DAMAGES[damage]
    edit(copy / name)
    done = run(copy, "--out", out)
    assert done.returncode == 2
    assert name in done.stderr
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


def test_a_release_that_is_not_there_is_refused(tmp_path):
    done = run(tmp_path / "nothing", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "2110.07730" in done.stderr
    assert not (tmp_path / "out").exists()
