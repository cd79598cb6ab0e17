"""Shorthands: options in, a card out."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from weakscatter.provenance.errors import InputError


def cross_section(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter xsec``."""
    card: dict[str, Any] = {
        "task": "cross-section",
        "projectile": {
            "kind": "neutrino",
            "flavour": given["flavour"],
            "energy": given["energy"],
            "antineutrino": given["antineutrino"],
        },
        "target": target(given["target"]),
    }
    return _with_physics(card, given)


def rate(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter rate``."""
    card: dict[str, Any] = {
        "task": "rate",
        "source": {
            "kind": "pion-decay-at-rest",
            "protons": number("--protons", given["protons"]),
            "yield_per_flavour": number("--yield", given["yield_per_flavour"]),
            "distance": given["distance"],
        },
        "target": {**target(given["target"]), "mass": given["mass"]},
    }
    return _with_physics(card, given)


def _with_physics(card: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    response = {name: given[name] for name in ("form_factor", "final") if given.get(name)}
    if response:
        card["response"] = response
    if given["couplings"]:
        card["interaction"] = [{"kind": "weak", "couplings": given["couplings"]}]
    output = {}
    if given["recoil_energy"]:
        output["recoil_energy"] = grid(given["recoil_energy"])
    if given["window"]:
        output["window"] = [part.strip() for part in given["window"].split(",")]
    return {**card, "output": output} if output else card


def fit(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter fit``."""
    output = {"errors": given["errors"]} if given["errors"] else {}
    if given["spectra"]:
        output["spectra"] = True
    card = {"task": "fit", "experiments": experiments(given["experiments"]), "free": list(given["free"])}
    return {**card, "fixed": fixed(given["fix"]), "output": output}


def limit(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter limit``."""
    card = {
        "task": "limit",
        "experiments": experiments(given["experiments"]),
        "parameter": given["parameter"],
        "profile": list(given["profile"]),
        "fixed": fixed(given["fix"]),
    }
    stated = {name: given[name] for name in ("confidence", "sides", "method") if given.get(name) is not None}
    return card | stated | _seed(given)


def sensitivity(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter sensitivity``."""
    card = {**limit(given), "task": "sensitivity", "truth": fixed(given["truth"], "--truth")}
    return card | ({"output": {"significance": True}} if given["significance"] else {})


def posterior(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter posterior``."""
    return {**limit(given), "task": "posterior", "prior": fixed(given["prior"], "--prior")}


def scan(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter scan``."""
    axes = {}
    for text in given["grid"]:
        name, values = assignment("--grid", text)
        parts = [part.strip() for part in values.split(":")]
        if len(parts) not in (3, 4):
            raise InputError(f"--grid {text!r}: write NAME=FROM:TO:POINTS, like charge_radius_ee=-50:10:61.")
        axes[name] = grid(values)
    card: dict[str, Any] = {
        "task": "scan",
        "experiments": experiments(given["experiments"]),
        "profile": list(given["profile"]),
        "fixed": fixed(given["fix"]),
    }
    if given["method"] is not None:
        card["method"] = given["method"]
    if given["confidence"]:
        card["confidence"] = list(given["confidence"])
    return {**card, "grid": axes, **_seed(given)}


def toys(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter toys``."""
    number: dict[str, Any] = {}
    if given["number"] is not None:
        number = {"most": given["number"], "first": max(min(given["number"], 500), 1)}
    return {
        "task": "toys",
        "experiments": experiments(given["experiments"]),
        "profile": list(given["profile"]),
        "fixed": fixed(given["fix"]),
        "point": {
            name: plain(value) for name, value in (assignment("--point", text) for text in given["point"])
        },
        "toys": number | _seed(given).get("toys", {}),
    }


def _seed(given: dict[str, Any]) -> dict[str, Any]:
    return {} if given["seed"] is None else {"toys": {"seed": given["seed"]}}


def levels(given: dict[str, Any]) -> dict[str, Any]:
    """Return the card of ``weakscatter levels``."""
    interaction = interaction_of(given)
    card: dict[str, Any] = {"task": "shell-model", "nuclide": given["nuclide"], "interaction": interaction}
    card |= {key: given[key] for key in ("states", "parity", "two_j") if given[key] is not None}
    if given["strengths"]:
        card["strengths"] = {"operators": [name.strip() for name in given["strengths"].split(",")]}
        if given["charges"]:
            card["strengths"]["charges"] = [number("--charges", part) for part in given["charges"].split(",")]
    return card


def interaction_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the [interaction] of a shell-model card."""
    name = given["interaction"]
    interaction: dict[str, Any] = {"file": name} if Path(name).suffix else {"name": name}
    if given["orbits"]:
        is_file = Path(given["orbits"]).suffix in (".sps", ".sp")
        interaction["orbits"] = given["orbits"] if is_file else given["orbits"].replace(",", " ").split()
    interaction |= {key: given[key] for key in ("core", "elements") if given[key]}
    scaling = given["mass_scaling"]
    if scaling:
        parts = scaling.split()
        if scaling != "none" and len(parts) != 2:
            raise InputError(
                f'--mass-scaling {scaling!r}: write "none" or "18 -0.3" for elements times (A/18)^-0.3.'
            )
        interaction["mass_scaling"] = scaling if scaling == "none" else {
            "reference": number("--mass-scaling", parts[0]), "power": number("--mass-scaling", parts[1])}  # fmt: skip
    return interaction


def target(text: str) -> dict[str, str]:
    """Return the key of [target] that a name belongs to.

    >>> target("Ar40"), target("Xe"), target("CsI"), target("H2O")
    ({'nuclide': 'Ar40'}, {'element': 'Xe'}, {'compound': 'CsI'}, {'compound': 'H2O'})
    """
    text = text.strip()
    if re.fullmatch(r"[A-Za-z]{1,2}-?\d{1,3}|\d{1,3}-?[A-Za-z]{1,2}", text) and not re.fullmatch(
        r"[A-Z][a-z]?[2-9]", text
    ):
        return {"nuclide": text}
    return {"element": text} if re.fullmatch(r"[A-Za-z]|[A-Z][a-z]", text) else {"compound": text}


def experiments(names: tuple[str, ...]) -> list[Any]:
    """Return names as they are and paths of TOML files as cards that describe an experiment."""
    return [{"card": str(Path(name).resolve())} if name.endswith(".toml") else name for name in names]


def number(option: str, text: str) -> float:
    """Return a plain number."""
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{option} {text!r} is no number. Give one like 0.0848 or 3.2e23.") from None


def assignment(option: str, text: str) -> tuple[str, str]:
    """Split NAME=VALUE."""
    name, equal, value = text.partition("=")
    if not (equal and name.strip() and value.strip()):
        raise InputError(f"{option} {text!r}: write NAME=VALUE.")
    return name.strip(), value.strip()


def fixed(texts: tuple[str, ...], option: str = "--fix") -> dict[str, Any]:
    """Return parameters with values: numbers as numbers, quantities as text."""
    return {name: plain(value) for name, value in (assignment(option, text) for text in texts)}


def plain(text: str) -> Any:
    """Return a number where the text is one.

    >>> plain("5"), plain("5 fm")
    (5.0, '5 fm')
    """
    try:
        return float(text)
    except ValueError:
        return text


def grid(text: str) -> Any:
    """Return a grid: a list "a, b, c", or "from : to : points [: spacing]".

    >>> grid("1 keV : 50 keV : 60 : log")
    {'from': '1 keV', 'to': '50 keV', 'points': 60, 'spacing': 'log'}
    """
    if ":" not in text:
        return [plain(part.strip()) for part in text.split(",")]
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (3, 4) or not parts[2].isdigit() or len(parts[2]) > 9:
        raise InputError(
            f'the grid {text!r} is not readable. Write "FROM : TO : POINTS" or "FROM : TO : POINTS : log".'
        )
    written: dict[str, Any] = {"from": plain(parts[0]), "to": plain(parts[1]), "points": int(parts[2])}
    return {**written, "spacing": parts[3]} if len(parts) == 4 else written


def apply(card: dict[str, Any], settings: tuple[str, ...]) -> dict[str, Any]:
    """Return the card with every KEY=VALUE of ``--set`` in its place; KEY is dotted, ``interaction.1.kind`` counts from one."""
    for text in settings:
        name, value = assignment("--set", text)
        try:
            parsed = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            raise InputError(
                f"--set {text!r}: the value is no TOML. Text stands in quotes: --set 'projectile.energy=\"30 MeV\"'."
            ) from None
        _place(card, name.split("."), parsed, text)
    return card


def _place(inside: Any, path: list[str], value: Any, text: str) -> None:
    step, *rest = path
    if isinstance(inside, list):
        if not step.isdigit() or not 1 <= int(step) <= len(inside):
            raise InputError(
                f"--set {text!r}: there is no section number {step}; there are {len(inside)}, counted from one."
            )
        key: Any = int(step) - 1
    else:
        key = step
    if not isinstance(inside, dict | list):
        raise InputError(f"--set {text!r}: {step!r} is inside a value that is no section.")
    if not rest:
        inside[key] = value
        return
    below = inside[key] if isinstance(inside, list) else inside.setdefault(key, {})
    _place(below, rest, value, text)
