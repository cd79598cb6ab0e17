"""Writing a card as TOML."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(card: dict[str, Any]) -> str:
    """Return a card as TOML text that reads back as the same card.

    >>> print(to_toml({"task": "fit", "output": {"errors": "minos"}}))
    task = "fit"
    <BLANKLINE>
    [output]
    errors = "minos"
    <BLANKLINE>
    """
    tops = {name: value for name, value in card.items() if not _is_section(value)}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in tops.items()]
    for name, value in card.items():
        if name in tops:
            continue
        for one in value if isinstance(value, list) else [value]:
            head = f"[[{_key(name)}]]" if isinstance(value, list) else f"[{_key(name)}]"
            lines += ["", head, *(f"{_key(key)} = {_value(entry)}" for key, entry in one.items())]
    return "\n".join(lines) + "\n"


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)
    )


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "inf" if value > 0 else "-inf"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(_value(entry) for entry in value)}]"
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items()) + " }"
            if value
            else "{}"
        )
    return json.dumps(str(value), ensure_ascii=True)
