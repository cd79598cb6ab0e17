"""The mutation table: every trap of the reference sheet, applied as a patch, must turn the named tests red.

`mutations.toml` lists the patches. Fast: each still fits its file and compiles, and its tests exist. Slow: each is
applied to a copy of the package in which only the named tests run.
"""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = tomllib.loads((ROOT / "tests" / "mutations.toml").read_text(encoding="utf-8"))["mutation"]
#: Sections of the sheet whose physics is here; a room that adds one adds its traps.
SECTIONS = (
    {f"cevns.md {n}" for n in range(1, 10)}
    | {f"nuclear.md {n}" for n in range(1, 11)}
    | {f"atomic.md {n}" for n in (2, 3, 4, *range(6, 10))}
    | {f"neutrino-electron.md {n}" for n in range(1, 14) if n != 6}
    | {f"dark-matter.md {n}" for n in range(1, 11)}
    | {"style-guide.md 6"}
)
NAMES = [f"{i:03d} {m['trap']}" for i, m in enumerate(TABLE)]

# Pytest in a process of its own; the package under test must be the copy, whatever is installed.
RUNNER = """
import pathlib, sys, pytest
copy, *arguments = sys.argv[1:]
status = int(pytest.main(arguments))
import weakscatter
sys.exit(status if pathlib.Path(weakscatter.__file__).is_relative_to(copy) else 99)
"""


@functools.cache
def source(file):
    return (ROOT / file).read_text(encoding="utf-8")


def patched(mutation):
    return source(mutation["file"]).replace(mutation["find"], mutation["replace"])


@functools.cache
def names_in(file):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("mutation", TABLE, ids=NAMES)
def test_the_patch_fits_and_compiles(mutation):
    assert set(mutation) == {"trap", "section", "file", "find", "replace", "tests"}
    assert source(mutation["file"]).count(mutation["find"]) == 1, "find must stand exactly once in its file"
    assert ast.dump(ast.parse(patched(mutation))) != ast.dump(ast.parse(source(mutation["file"])))
    assert mutation["tests"]
    for test in mutation["tests"]:
        file, name = test.split("::")
        assert re.sub(r"\[.*", "", name) in names_in(file), f"{test} does not exist"


def test_every_section_has_its_traps():
    assert {m["section"] for m in TABLE} == SECTIONS
    assert len({m["trap"] for m in TABLE}) == len(TABLE), "a trap is named twice"
    patches = [(m["file"], m["find"], m["replace"]) for m in TABLE]
    assert len(set(patches)) == len(patches), "a patch is listed twice"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package, data included, where patches may be applied; nothing else is kept from run to run."""
    place = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", place / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return place


def run(copy, tests):
    """Run tests against the copy; compiled programs are shared, and a changed program is another one."""
    environment = os.environ | {
        "PYTHONPATH": str(copy / "src"),
        # A patched file may have the size and the second of the one before, which is all that bytecode compares.
        "PYTHONDONTWRITEBYTECODE": "1",
        "JAX_COMPILATION_CACHE_DIR": str(copy / "xla"),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0.1",
    }
    options = ["-q", "-p", "no:cacheprovider", "-rfE", "--tb=line", "-o", f"pythonpath={copy / 'src'} tests"]
    command = [sys.executable, "-c", RUNNER, str(copy), *options, *tests]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)


@pytest.mark.slow
def test_the_named_tests_pass_without_a_patch(copy):
    done = run(copy, sorted({test for mutation in TABLE for test in mutation["tests"]}))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.slow
@pytest.mark.parametrize("mutation", TABLE, ids=NAMES)
def test_the_trap_is_caught(copy, mutation):
    target = copy / mutation["file"]
    original = target.read_text(encoding="utf-8")
    assert original.count(mutation["find"]) == 1
    target.write_text(original.replace(mutation["find"], mutation["replace"]), encoding="utf-8")
    try:
        done = run(copy, ["-x", *mutation["tests"]])
    finally:
        target.write_text(original, encoding="utf-8")
    said = done.stdout[-2000:] + done.stderr[-1000:]
    assert done.returncode != 0, f"survived: {mutation['trap']} is caught by none of {mutation['tests']}"
    # A test that fails, not a package that no longer imports.
    assert done.returncode == 1, said
    assert re.search(r"^FAILED ", done.stdout, re.MULTILINE), said
