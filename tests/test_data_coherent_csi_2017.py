"""The restated COHERENT CsI 2017 tables: totals of the release, checksums, rebuilding, damaged releases."""

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
TOOL = ROOT / "tools" / "restate_coherent_csi_2017.py"
TABLES = files("weakscatter").joinpath("experiments", "coherent_csi_2017")
NAMES = ("counts.csv", "arrival_times.csv", "prompt_neutrons.csv", "release.toml", "SOURCE.toml")


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
    path = shared / "data" / "coherent" / "csi2017_zenodo1228631"
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


def in_window(table):
    return (table["energy"] > 6) & (table["energy"] < 30) & (table["time"] < 6 * us)


@pytest.mark.parametrize(
    ("column", "total", "window"),
    [
        ("coincident", 1207, row("coherent2017.window_coincident").value),
        ("anticoincident", 1032, row("coherent2017.window_anticoincident").value),
        ("coincident_off", 507, 209),
        ("anticoincident_off", 507, 207),
    ],
)
def test_counts_of_the_window(folder, column, total, window):
    table = folder.table("counts.csv", {"energy": "", "time": "us", column: ""})
    assert table[column].sum() == total
    assert table[column][in_window(table)].sum() == window


def test_the_beam_is_off(folder):
    """Coincident and anti-coincident counts without beam differ by less than two standard deviations."""
    table = folder.table("counts.csv")
    on, off = table["coincident_off"].sum(), table["anticoincident_off"].sum()
    assert abs(on - off) < 2 * np.sqrt(on + off)


def test_axes(folder):
    table = folder.table("counts.csv")
    assert np.array_equal(table["energy"].reshape(25, 24)[:, 0], np.arange(25) * 2 + 1.0)
    assert np.allclose(table["time"].reshape(25, 24)[0] / us, np.arange(24) / 2 + 0.25)
    assert np.allclose(folder.table("prompt_neutrons.csv")["energy"], np.arange(50) + 0.5)
    assert np.allclose(folder.table("arrival_times.csv")["time"] / us, np.arange(24) / 2 + 0.25)


@pytest.mark.parametrize("kind", ["prompt", "delayed", "brn"])
def test_arrival_times_are_probabilities(folder, kind):
    table = folder.table("arrival_times.csv", {"time": "us", kind: ""})
    assert table[kind].sum() == pytest.approx(1, abs=1e-9)
    assert table[kind].min() >= 0


def test_delayed_neutrinos_fall_with_the_muon(folder):
    table = folder.table("arrival_times.csv")
    late = table["time"] > 2 * us
    slope = np.polyfit(table["time"][late] / us, np.log(table["delayed"][late]), 1)[0]
    assert -1 / slope == pytest.approx(2.197, rel=0.02, abs=0)


def test_the_pulse_is_that_of_csi_2021(release):
    """Its width is the machine's; where it stands on the time axis is each data set's own."""
    later = read_toml(TABLES.parent / "coherent_csi_2021" / "release.toml")
    assert value(release, "pulse_width") == pytest.approx(value(later, "pulse_width"), rel=0.05, abs=0)
    assert value(release, "pulse_mean") / us == pytest.approx(0.69, abs=0.01)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("mass", "kg"),
        ("distance", "m"),
        ("exposure", "J"),
        ("light_yield", "1/MeV"),
        ("pulse_mean", "us"),
        ("steady_state_rate", "Hz"),
        ("time_edges", "us"),
        ("quenching", ""),
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


def test_priors_follow_from_their_numbers(release):
    assert value(release, "prior_quenching") == pytest.approx(
        value(release, "quenching_error") / value(release, "quenching"), rel=1e-3, abs=0
    )
    assert value(release, "prior_steady_state") == pytest.approx(405**-0.5, rel=1e-3, abs=0)
    lump = np.hypot(value(release, "prior_signal_free_radius"), value(release, "prior_form_factor"))
    predicted = row("coherent2017.predicted_counts")
    assert lump == pytest.approx(predicted.plus / predicted.value, rel=2e-3, abs=0)


def test_protons_against_the_exposure(release):
    """955 MeV for each, 3 % less than in CsI 2021: the two numbers come from different places."""
    assert value(release, "exposure") / value(release, "protons") == pytest.approx(954.4, abs=1)


def test_steady_state_falls_as_the_data_without_beam(folder, release):
    """The exponential of the anti-coincident counts, and the mean time of those without beam."""
    table = folder.table("counts.csv")
    chosen = (table["energy"] > 6) & (table["energy"] < 30)
    counts = (table["coincident_off"] + table["anticoincident_off"])[chosen].reshape(-1, 24).sum(axis=0)
    t = np.arange(24) / 2 + 0.25
    rate, error = (value(release, f"steady_state_rate{end}") * us for end in ("", "_error"))
    weights = np.exp(-rate * t) / np.exp(-rate * t).sum()
    mean, spread = t @ weights, np.sqrt(t**2 @ weights - (t @ weights) ** 2)
    assert t @ counts / counts.sum() == pytest.approx(mean, abs=3 * spread / np.sqrt(counts.sum()))
    # Fisher: 1/(sqrt(n) spread).
    own = table["anticoincident"][chosen]
    assert error == pytest.approx(1 / (np.sqrt(own.sum()) * spread), rel=0.02, abs=0)
    times = own.reshape(-1, 24).sum(axis=0)
    assert t @ times / times.sum() == pytest.approx(mean, abs=1e-3)


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
    for key in ("title", "authors", "arxiv", "url", "date", "licence", "official", "units", "checked_by"):
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


def copied(official, folder):
    folder.mkdir()
    for path in official.glob("*.txt"):
        shutil.copyfile(path, folder / path.name)
    return folder


def test_header_lines_do_not_count(official, tmp_path):
    copy = copied(official, tmp_path / "release")
    for path in copy.iterdir():
        path.write_bytes(b"# columns\n" + path.read_bytes())
    done = run(copy, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for name in NAMES:
        assert (tmp_path / "out" / name).read_bytes() == TABLES.joinpath(name).read_bytes(), name


def _drop_line(path):
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def _edit_digit(path):
    text = path.read_bytes()
    path.write_bytes(text[:-2] + (b"1" if text[-2:-1] != b"1" else b"2") + text[-1:])


def _word(path):
    path.write_bytes(path.read_bytes() + b"12.0 abc\n")


def _other_axis(path):
    path.write_bytes(path.read_bytes().replace(b".25,", b".20,", 1).replace(b"49.5,", b"49.0,", 1))


DAMAGES = {
    "missing": (Path.unlink, "missing"),
    "line lost": (_drop_line, "expected"),
    "digit edited": (_edit_digit, "sha256"),
    "no number": (_word, "line"),
    "another axis": (_other_axis, "centres"),
    "line ends": (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")), "sha256"),
    "binary": (lambda path: path.write_bytes(b"\xff\xfe\x00" * 10), "text"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["data_coincidence_beamOn.txt", "promptPDF.txt"])
def test_a_damaged_release_is_refused(official, tmp_path, name, damage):
    copy, out = copied(official, tmp_path / "release"), tmp_path / "out"
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
    assert "1804.09459" in done.stderr
    assert not (tmp_path / "out").exists()
