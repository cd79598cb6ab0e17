"""Sources, tables and files: citations found through objects, checksums, and errors that name the line."""

import ast
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

import weakscatter
from weakscatter.provenance import InputError, bibliography, cite, nearest, source, unknown, write_atomic
from weakscatter.provenance.checksums import LIST, data_files, digest, listed, packaged
from weakscatter.provenance.tables import data_folder, read_csv, read_toml, sha256, verify
from weakscatter.units import d, keV, kg

PACKAGE = Path(weakscatter.__file__).parent


# --- sources ------------------------------------------------------------------------------------------------
def test_every_entry_of_the_bibliography_prints():
    for key, entry in bibliography().items():
        assert entry.text().count(str(entry.year)) >= 1
        assert entry.bibtex().startswith(("@article{" + key, "@misc{" + key))
        assert entry.bibtex().count("{") == entry.bibtex().count("}")


@dataclass(frozen=True, eq=False)
class Law:
    citations = ("helm1956",)


@dataclass(frozen=True, eq=False)
class Rig:
    law: Law
    others: dict = field(default_factory=dict)
    citations: tuple = ("coherent2021",)


def test_cite_walks_through_objects_once_in_order():
    law = Law()
    found = cite(Rig(law, {"a": [law, Rig(law, citations=("klein1999",))]}), "helm", 3, None, np.ones(2))
    assert [s.key for s in found] == ["coherent2021", "helm1956", "klein1999"]
    assert cite() == ()


def test_unknown_keys_are_errors():
    with pytest.raises(InputError, match="Did you mean 'helm1956'"):
        source("helm1965")
    with pytest.raises(InputError):
        cite(Rig(Law(), citations=("nobody1900",)))


def _written_keys(tree):
    """Keys written in a module: strings in an assignment, argument or return of something called citations."""
    for node in ast.walk(tree):
        values = []
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "citations" for t in node.targets):
            values = [node.value]
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "citations" and node.value:
            values = [node.value]
        elif isinstance(node, ast.keyword) and node.arg in ("citations", "citation"):
            values = [node.value]
        elif isinstance(node, ast.FunctionDef) and node.name == "citations":
            values = [r.value for r in ast.walk(node) if isinstance(r, ast.Return) and r.value]
        for value in values:
            for constant in ast.walk(value):
                if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                    yield constant.value


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_citation_written_in_the_code_is_in_the_bibliography(path):
    for key in _written_keys(ast.parse(path.read_text(encoding="utf-8"))):
        source(key)


# --- errors -------------------------------------------------------------------------------------------------
def test_nearest():
    assert nearest("Wek", ["weak", "nsi"]) == " Did you mean 'weak'?"
    assert nearest("zzz", ["weak", "nsi"]) == ""
    assert "Allowed: nsi, weak." in str(unknown("interaction", "Wek", {"weak": 1, "nsi": 2}))


# --- tables -------------------------------------------------------------------------------------------------
GOOD = "# a comment\nenergy (keV),rate (1/(kg d keV)),efficiency (1)\n1.0,2.0,0.5\n\n2.0,3.0,0.75\n"


def write(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_come_in_natural_units(tmp_path):
    table = read_csv(write(tmp_path, GOOD), {"energy": "MeV", "rate": "1/(t yr MeV)", "efficiency": ""})
    np.testing.assert_allclose(table["energy"], [1 * keV, 2 * keV])
    np.testing.assert_allclose(table["rate"], np.array([2.0, 3.0]) / (kg * d * keV), rtol=1e-14)
    assert table.units["rate"] == "1/(kg d keV)"
    assert len(table) == 2
    with pytest.raises(ValueError, match="read-only"):
        table["energy"][0] = 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("2.0,3.0", "2.0,abc"), ["line 5", "'rate'", "'abc'"]),
        (GOOD.replace("2.0,3.0", "nan,3.0"), ["line 5", "'energy'", "finite"]),
        (GOOD.replace("2.0,3.0", "inf,3.0"), ["line 5"]),
        (GOOD.replace("2.0,3.0", ",3.0"), ["line 5", "'energy'"]),
        (GOOD.replace(",0.75", ""), ["line 5", "2 entries", "3 columns"]),
        (GOOD.replace("energy (keV)", "energy"), ["line 2", "has no unit"]),
        (GOOD.replace("(keV)", "(kev)"), ["line 2", "'energy'", "Did you mean 'keV'"]),
        (GOOD.replace("efficiency (1)", "energy (keV)"), ["line 2", "twice"]),
        (GOOD.replace("energy (keV)", "energy (cm)"), ["'energy'", "dimension energy"]),
        (GOOD.replace("energy (keV)", "enrgy (keV)"), ["no column 'energy'", "Did you mean 'enrgy'"]),
        ("", ["header"]),
        ("energy (keV)\n", ["at least one line"]),
    ],
)
def test_bad_tables_name_the_line(tmp_path, text, words):
    with pytest.raises(InputError) as error:
        read_csv(write(tmp_path, text), {"energy": "MeV"})
    for word in words:
        assert word in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_csv(tmp_path / "nothing.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InputError, match="UTF-8"):
        read_csv(tmp_path / "b.csv")
    with pytest.raises(InputError, match="cannot read"):
        read_csv(tmp_path)


def test_a_data_folder_is_checked(tmp_path):
    path = write(tmp_path, GOOD)
    about = f'title = "t"\ncitation = "coherent2021"\n[sha256]\n"table.csv" = "{sha256(path)}"\n'
    (tmp_path / "SOURCE.toml").write_text(about)
    folder = data_folder(tmp_path)
    assert len(folder.table("table.csv")) == 2
    assert cite(folder)[0].arxiv == "2110.07730"
    with pytest.raises(InputError, match="not listed"):
        folder.file("other.csv")
    path.write_text(GOOD.replace("0.5", "0.6"))
    with pytest.raises(InputError, match="changed or damaged"):
        folder.table("table.csv")
    with pytest.raises(InputError, match="sha256"):
        verify(path, "0" * 64)
    (tmp_path / "SOURCE.toml").write_text("title = \n")
    with pytest.raises(InputError, match="line 1"):
        data_folder(tmp_path)
    (tmp_path / "SOURCE.toml").write_text('title = "t"\n')
    with pytest.raises(InputError, match="lacks sha256"):
        data_folder(tmp_path)
    assert read_toml(write(tmp_path, "a = 1")) == {"a": 1}


# --- the package's own data -----------------------------------------------------------------------------------
def test_every_data_file_of_the_package_has_a_checksum():
    """A file that is no Python is data, and data are listed; nothing is listed that is not there."""
    for path in data_files():
        assert listed(path)[0] == digest(path.read_bytes()), f"{path.name}: run python tools/checksums.py"
    assert {PACKAGE / name for name in packaged()} <= set(data_files())
    names = {path.name for path in data_files()}
    assert {"events.csv", "release.toml", "bibliography.toml", "limits.toml", "coherent2021.toml"} <= names
    assert PACKAGE.resolve() == LIST.parents[1]


def test_the_list_of_checksums_is_what_the_tool_writes():
    tool = Path(__file__).resolve().parents[1] / "tools" / "checksums.py"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "up to date\n")


def test_data_are_read_through_the_checked_readers_only():
    """No module opens a data file by itself: outside `tables` no text is read but the package's own source
    code, and files that a user saved or brings."""
    allowed = {
        "provenance/tables.py",
        "provenance/checksums.py",
        "cards/catalogue.py",
        "cli/citing.py",
        "cli/checkup.py",
        "inference/report.py",
        # Files that a user brings.
        "inference/workspace.py",
        "cards/curve_table.py",
        "nuclear/lines.py",
        "nuclear/orbit_list.py",
        "nuclear/snt.py",
        "nuclear/oxbash.py",
        "nuclear/density_file.py",
        "flux/snewpy.py",
        # Its own source code, as the key of what it compiled.
        "nuclear/native.py",
        "response/amplitude_file.py",
        "response/response_file.py",
    }
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.relative_to(PACKAGE).as_posix() not in allowed:
            for word in (
                ".read_text(",
                ".read_bytes(",
                "tomllib.load(",
                "np.load",
                "open_text",
                "genfromtxt",
            ):
                assert word not in text, f"{path} reads a file by itself: {word}"


@pytest.fixture(scope="module")
def package_copy(tmp_path_factory):
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, place / "weakscatter", ignore=shutil.ignore_patterns("__pycache__"))
    return place


def weakscatter_from(place, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(place), "COLUMNS": "100"}
    code = "from weakscatter.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=place,
    )


FIT = ("fit", "coherent_csi_2021", "--free", "signal_strength", "--errors", "hesse")
LIMITS = ("list", "limits")
#: file, one digit of it, another digit, the command that reads it
DAMAGE = [
    ("experiments/coherent_csi_2021/events.csv", "\n7", "\n8", FIT),
    ("experiments/coherent_csi_2021/release.toml", "0.0848", "0.0948", FIT),
    ("experiments/coherent_csi_2021/backgrounds.csv", "0.5,0,0", "0.5,1,0", FIT),
    ("experiments/coherent_csi_2021/background_times.csv", "-0.245,0,0", "-0.245,1,0", FIT),
    ("experiments/coherent_csi_2021/SOURCE.toml", 'date = "2022"', 'date = "2021"', FIT),
    ("published/limits.toml", "2.9e-11", "2.8e-11", LIMITS),
    ("published/coherent2021.toml", "306", "307", ("reproduce", "coherent2021.fitted_counts")),
    (
        "provenance/bibliography.toml",
        "Phys. Rev. Lett. 129",
        "Phys. Rev. Lett. 128",
        ("cite", "coherent_csi_2021"),
    ),
]


#: One of each kind of file; the rest is the same reader again.
QUICK = ("events.csv", "limits.toml", "bibliography.toml")


@pytest.mark.parametrize(
    ("file", "digit", "other", "command"),
    [
        pytest.param(*row, id=row[0], marks=() if row[0].endswith(QUICK) else pytest.mark.slow)
        for row in DAMAGE
    ],
)
def test_one_changed_digit_in_a_data_file_is_refused(package_copy, file, digit, other, command):
    path = package_copy / "weakscatter" / file
    content = path.read_bytes()
    assert digit.encode() in content
    path.write_bytes(content.replace(digit.encode(), other.encode(), 1))
    try:
        done = weakscatter_from(package_copy, *command)
    finally:
        path.write_bytes(content)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert Path(file).name in done.stderr
    assert "changed or damaged" in done.stderr
    assert "einstall" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_file_that_is_listed_nowhere_is_refused(package_copy):
    path = package_copy / "weakscatter" / "published" / "stranger2020.toml"
    path.write_text('citation = "ame2020"\n')
    try:
        done = weakscatter_from(package_copy, "reproduce", "coherent2021.fitted_counts")
    finally:
        path.unlink()
    assert done.returncode == 2
    assert "stranger2020.toml" in done.stderr
    assert "tools/checksums.py" in done.stderr


# --- writing ------------------------------------------------------------------------------------------------
def test_write_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "new" / "results.json"
    assert write_atomic(target, "one") == target
    assert target.read_text() == "one"

    import os

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(InputError, match="No space left"):
        write_atomic(target, b"two")
    assert target.read_text() == "one"
    assert [p.name for p in target.parent.iterdir()] == ["results.json"]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"):
        write_atomic(tmp_path / "file" / "x.json", "one")
