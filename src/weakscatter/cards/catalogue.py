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
    "form-factors": ("weakscatter.response.form_factors", "FORM_FACTORS"),
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
    tree = _tree(module)
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id == variable and isinstance(value, ast.Dict):
            return {
                str(key.value): _described(module, tree, item)
                for key, item in zip(value.keys, value.values, strict=True)
                if isinstance(key, ast.Constant)
            }
    raise InputError(f"the dictionary {variable} of {module} is not a literal, so its names cannot be listed.")


@cache
def _tree(module: str) -> ast.Module:
    parts = module.split(".")[1:]
    folder = files("weakscatter").joinpath(*parts)
    path = folder / "__init__.py" if folder.is_dir() else files("weakscatter").joinpath(*parts[:-1], f"{parts[-1]}.py")
    return ast.parse(path.read_text(encoding="utf-8"))


def _described(module: str, tree: ast.Module, item: ast.expr) -> str:
    """Return the first line of the docstring (or the title) behind a dictionary's value, "" where there is none."""
    if isinstance(item, ast.Call):
        return ""
    if not isinstance(item, ast.Name):
        return ""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == item.id:
            return _title(node) or _first_line(ast.get_docstring(node) or "")
        if isinstance(node, ast.ImportFrom) and any(alias.name == item.id for alias in node.names):
            return _described(str(node.module), _tree(str(node.module)), item)
    return ""


def _title(node: ast.AST) -> str:
    for line in getattr(node, "body", []):
        value = getattr(line, "value", None)
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name) and isinstance(value, ast.Constant):
            if line.targets[0].id == "title":
                return str(value.value)
    return ""


def _first_line(text: str) -> str:
    first = text.strip().split("\n\n")[0]
    return " ".join(first.split())
