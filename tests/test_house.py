"""The house stands: floors, public names, versions, sizes, and a light front door."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import weakscatter

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "weakscatter"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {c["id"]: c for c in PROJECT["tool"]["importlinter"]["contracts"]}


def rooms_of_the_contract():
    return [name.strip().strip("()") for layer in CONTRACTS["floors"]["layers"] for name in layer.split("|")]


@pytest.mark.parametrize("contract", list(CONTRACTS))
def test_imports_go_down_only(contract, capsys):
    status = lint_imports(
        str(ROOT / "pyproject.toml"), limit_to_contracts=(contract,), no_cache=True, no_logo=True
    )
    assert status == 0, capsys.readouterr().out


def test_every_room_stands_on_a_floor_and_is_a_package():
    found = {p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.rglob("*.py"))}
    found |= {p.stem for p in PACKAGE.glob("*.py")} - {"__init__"}
    rooms = rooms_of_the_contract()
    assert len(rooms) == len(set(rooms))
    assert found <= set(rooms), "give the new room its floor in pyproject.toml, tool.importlinter"
    assert CONTRACTS["floors"]["exhaustive"] is True
    # A folder without __init__.py would be invisible to the contract.
    for folder in {p.parent for p in PACKAGE.rglob("*.py")}:
        assert (folder / "__init__.py").exists(), folder


def test_public_names_are_frozen():
    frozen = (ROOT / "tests" / "public_names.txt").read_text(encoding="utf-8").split()
    assert sorted(weakscatter.__all__) == sorted(frozen), (
        "a changed public name belongs into public_names.txt"
    )
    for name in weakscatter.__all__:
        assert getattr(weakscatter, name) is not None
        # A submodule would hide a public function of the same name once it was imported.
        module = weakscatter._PUBLIC.get(name)
        assert module in (None, f"weakscatter.{name}") or not (PACKAGE / name).exists(), name
        assert module in (None, f"weakscatter.{name}") or not (PACKAGE / f"{name}.py").exists(), name
    with pytest.raises(AttributeError, match="no_such_name"):
        weakscatter.no_such_name  # noqa: B018


def test_every_room_with_public_names_has_its_place_in_the_manual():
    text = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    rooms = {path.split(".")[1] for path in weakscatter._PUBLIC.values()}
    missing = sorted(room for room in rooms if f'    "{room}": "' not in text)
    assert missing == []


def test_one_version():
    assert PROJECT["project"]["version"] == weakscatter.__version__
    assert f"version: {weakscatter.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {weakscatter.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_import_is_light_and_double_precision_is_on():
    code = (
        "import sys, os, weakscatter\n"
        "heavy = {'jax', 'numba', 'matplotlib', 'scipy', 'iminuit', 'h5py', 'xraydb'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert os.environ['JAX_ENABLE_X64'] == '1'\n"
        "import jax.numpy as jnp\n"
        "assert jnp.ones(1).dtype == 'float64'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parent)


def test_double_precision_is_on_when_jax_came_first():
    code = "import jax, weakscatter, jax.numpy as jnp; assert jnp.ones(1).dtype == 'float64'"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PACKAGE.parent)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_holds_one_idea(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert path.stem not in {"utils", "common", "helpers", "core"}


def test_run_time_requirements_are_those_decided():
    names = {r.split(">")[0].split("[")[0] for r in PROJECT["project"]["dependencies"]}
    assert names == set(
        "numpy scipy numba jax iminuit h5py click rich matplotlib platformdirs periodictable xraydb".split()
    )


def test_relative_comparisons_are_relative():
    # approx(x, rel=...) still allows 1e-12 absolutely: more than every cross section in natural units.
    short = []
    for path in sorted((ROOT / "tests").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "approx":
                given = {keyword.arg for keyword in call.keywords}
                if "rel" in given and "abs" not in given:
                    short.append(f"{path.name}:{call.lineno}")
    assert short == [], "say abs=0 beside rel"
