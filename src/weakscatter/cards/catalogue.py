"""Names of what a card can ask for, read without importing it.

The dictionaries of the rooms are the only lists of names. Importing a room costs the start of JAX, so `names` reads
the dictionary's *source text*: its keys, and the first line of the docstring of the class behind each. A test
compares the result with the imported dictionaries.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from weakscatter.provenance.errors import InputError, unknown

#: {what: (module, name of the dictionary)}
ROOMS: dict[str, tuple[str, str]] = {
    "experiments": ("weakscatter.experiments", "EXPERIMENTS"),
    "interactions": ("weakscatter.interactions", "INTERACTIONS"),
    "couplings": ("weakscatter.interactions.couplings", "COUPLING_SETS"),
    "electron-couplings": ("weakscatter.interactions.electron_couplings", "ELECTRON_COUPLINGS"),
    "form-factors": ("weakscatter.response.form_factors", "FORM_FACTORS"),
    "photoabsorption-tables": ("weakscatter.response.photoabsorption_tables", "PHOTOABSORPTION_SOURCES"),
    "edges": ("weakscatter.matter.subshells", "EDGE_SOURCES"),
    "sources": ("weakscatter.flux", "SOURCES"),
    "quenchings": ("weakscatter.detectors", "QUENCHINGS"),
    "resolutions": ("weakscatter.detectors", "RESOLUTIONS"),
    "efficiencies": ("weakscatter.detectors", "EFFICIENCIES"),
}


def available(
    *,
    interactions: Mapping[str, Any] | None = None,
    form_factors: Mapping[str, Any] | None = None,
    experiments: Mapping[str, Any] | None = None,
) -> dict[str, dict[str, str]]:
    """Return {what: {name: one line}} of everything that cards and commands accept by name.

    Parameters
    ----------
    interactions, form_factors, experiments : mappings, optional
        A user's own, as passed to `weakscatter.cards.run`; they are listed beside the built-in ones.

    Examples
    --------
    >>> sorted(available()["form-factors"])[:3]
    ['helm', 'helm-lewin-smith', 'klein-nystrand']
    """
    listed = {what: dict(names(what)) for what in ROOMS}
    for what, own in (
        ("interactions", interactions),
        ("form-factors", form_factors),
        ("experiments", experiments),
    ):
        for name, item in (own or {}).items():
            listed[what][name] = _first_line(getattr(item, "title", "") or getattr(item, "__doc__", "") or "")
    return listed


@cache
def names(what: str) -> dict[str, str]:
    """Return {name: one line of description} of a room's dictionary."""
    if what not in ROOMS:
        raise unknown("list", what, ROOMS)
    module, variable = ROOMS[what]
    where, value = _definition(module, variable)
    if not isinstance(value, ast.Dict):
        raise InputError(
            f"the dictionary {variable} of {module} is not a literal, so its names cannot be listed."
        )
    return {
        str(key.value): _described(where, item)
        for key, item in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant)
    }


def _definition(module: str, name: str) -> tuple[str, ast.AST | None]:
    """Return where a name is defined, through imports from other modules, and its class, function or value."""
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return module, node
        if isinstance(node, ast.ImportFrom) and any(
            (alias.asname or alias.name) == name for alias in node.names
        ):
            return _definition(str(node.module), name)
        targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return module, getattr(node, "value", None)
    return module, None


@cache
def _tree(module: str) -> ast.Module:
    parts = module.split(".")[1:]
    folder = files("weakscatter").joinpath(*parts)
    path = (
        folder / "__init__.py"
        if folder.is_dir()
        else files("weakscatter").joinpath(*parts[:-1], f"{parts[-1]}.py")
    )
    return ast.parse(path.read_text(encoding="utf-8"))


def _described(module: str, item: ast.expr) -> str:
    """Return the title or the docstring's first line of what a dictionary's value names, "" where there is none."""
    if not isinstance(item, ast.Name):
        return ""
    _, node = _definition(module, item.id)
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return _title(node) or _first_line(ast.get_docstring(node) or "")
    return ""


def _title(node: ast.AST) -> str:
    for line in getattr(node, "body", []):
        value = getattr(line, "value", None)
        if not (isinstance(line, ast.Assign) and isinstance(value, ast.Constant)):
            continue
        if any(isinstance(target, ast.Name) and target.id == "title" for target in line.targets):
            return str(value.value)
    return ""


def _first_line(text: str) -> str:
    first = text.strip().split("\n\n")[0]
    return " ".join(first.split())
