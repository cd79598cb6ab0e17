"""What results share: rounding to the error, a LaTeX row, an HTML table, a JSON file that reads back exactly."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import weakscatter
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

DIGITS = 2
"""Significant digits of the smaller error to which value and errors are rounded."""

Row = dict[str, Any]


def decimals_of(error: float, digits: int = DIGITS) -> int:
    """Return after how many decimals ``error`` has ``digits`` significant digits.

    >>> decimals_of(0.4207), decimals_of(0.0996), decimals_of(12.3), decimals_of(1234.0)
    (2, 2, 0, -2)
    """
    # The rounded number counts: 0.0996 becomes 0.10, which needs one decimal less than 0.0996 itself.
    return digits - 1 - int(f"{abs(error):.{digits - 1}e}".partition("e")[2])


def rounded(value: float, minus: float | None, plus: float | None) -> tuple[str, str, str, int]:
    """Round a value and its errors (positive distances) to two significant digits of the smaller error.

    Returns
    -------
    value, minus, plus, power : texts without exponent, to be multiplied by 10^power; "" for an error that is None.

    Examples
    --------
    >>> rounded(5.38338, 0.4207, 0.4044)
    ('5.38', '0.42', '0.40', 0)
    >>> rounded(1.723e-38, 2.5e-39, 3e-39)
    ('1.72', '0.25', '0.30', -38)
    """
    errors = [e for e in (minus, plus) if e is not None and e > 0 and math.isfinite(e)]
    if not errors:
        whole = [f"{number:.6g}" if number is not None else "" for number in (value, minus, plus)]
        return whole[0], whole[1], whole[2], 0
    decimals = min(max(decimals_of(e) for e in errors), 300)
    largest = max(abs(value), *errors)
    power = math.floor(math.log10(largest))
    if decimals >= 0 and -4 < power < 5:
        power = 0
    shown = [
        "" if number is None else f"{number / 10.0**power:.{max(decimals + power, 0)}f}"
        for number in (value, minus, plus)
    ]
    return shown[0], shown[1], shown[2], power


def latex_number(value: float | None, minus: float | None, plus: float | None) -> str:
    r"""Return a value with its errors in LaTeX; an error that does not exist is said so.

    >>> print(latex_number(5.38338, 0.4207, 0.4044), latex_number(306.0, 20.0, 20.0))
    $5.38^{+0.40}_{-0.42}$ $306 \pm 20$
    """
    if value is None:
        return "--"
    text, low, high, power = rounded(value, minus, plus)
    if not low and not high:
        return f"${_scientific(text)}$"
    if low == high:
        body = rf"{text} \pm {low}"
    else:
        up, down = (rf"{sign}{e}" if e else r"\text{undefined}" for sign, e in (("+", high), ("-", low)))
        body = rf"{text}^{{{up}}}_{{{down}}}"
    return f"${body}$" if power == 0 else rf"$({body}) \times 10^{{{power}}}$"


def _scientific(text: str) -> str:
    """Return a number such as 1e-05 with a power of ten."""
    mantissa, e, power = text.partition("e")
    return rf"{mantissa} \times 10^{{{int(power)}}}" if e else text


def latex_intervals(intervals: Iterable[Iterable[float | None]]) -> str:
    r"""Return disjoint intervals in LaTeX, to three digits of the outer width; an end that does not exist is infinite.

    >>> print(latex_intervals([(-59.2607, -50.2049), (-7.43638, None)]))
    $[-59.3, -50.2] \cup [-7.4, \infty]$
    """
    pairs = [tuple(pair) for pair in intervals]
    ends = [end for pair in pairs for end in pair if end is not None]
    width = max(ends) - min(ends) if len(ends) > 1 else abs(ends[0]) if ends else 0.0
    power = math.floor(math.log10(width)) if width else 0
    # Very wide and very narrow intervals are written with a common power of ten.
    power = power if not -4 < power < 5 else 0
    places = max(decimals_of(width, 3) + power, 0) if width else 0
    low, high = (
        ["-" + r"\infty" if e is None else f"{e / 10.0**power:.{places}f}" for e in side]
        for side in zip(*pairs, strict=True)
    )
    pieces = [
        f"[{a}, {b.removeprefix('-') if b.endswith('infty') else b}]" for a, b in zip(low, high, strict=True)
    ]
    union = r" \cup ".join(pieces)
    return f"${union}$" if power == 0 else rf"$({union}) \times 10^{{{power}}}$"


def latex_unit(unit: str) -> str:
    r"""Return a unit expression in LaTeX.

    >>> print(latex_unit("1e-32 cm^2"), latex_unit("fm"))
    $10^{-32}\,\mathrm{cm}^{2}$ $\mathrm{fm}$
    """
    if not unit:
        return ""
    words = []
    for word in unit.split():
        scale = re.fullmatch(r"(?:1e|10\^)([+-]?\d+)", word)
        if scale:
            words.append(f"10^{{{int(scale[1])}}}")
            continue
        word = re.sub(r"\^\(?([+-]?[\d./]+)\)?", r"^{\1}", word).replace("%", r"\%")
        words.append(
            re.sub(r"[A-Za-z]\w*", lambda found: rf"\mathrm{{{found[0]}}}", word).replace("_", r"\_")
        )
    thin = r"\,"
    return f"${thin.join(words)}$"


def latex_row(name: str, number: str, unit: str = "") -> str:
    r"""Return one row of a LaTeX table: name, number, unit.

    >>> print(latex_row("neutron_radius_CsI", latex_number(5.38338, 0.4207, 0.4044), "fm"))
    neutron\_radius\_CsI & $5.38^{+0.40}_{-0.42}$ & $\mathrm{fm}$ \\
    """
    escaped = name.replace("_", r"\_")
    return rf"{escaped} & {number} & {latex_unit(unit)} \\"


def shown_number(number: Any) -> str:
    """Return a cell of a table: six significant digits, "" for nothing."""
    if number is None:
        return ""
    if isinstance(number, bool | str):
        return str(number)
    if isinstance(number, int | float | np.number):
        return f"{float(number):.6g}"
    return str(number)


def html_table(rows: Iterable[Mapping[str, Any]], caption: str = "", notes: Iterable[str] = ()) -> str:
    """Return rows with equal keys as an HTML table, everything escaped."""
    rows = list(rows)
    head = list(rows[0]) if rows else []
    cells = "".join(f"<th>{html.escape(str(name))}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(shown_number(row.get(name)))}</td>" for name in head) + "</tr>"
        for row in rows
    )
    title = f"<caption>{html.escape(caption)}</caption>" if caption else ""
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes if note)
    return f"<table>{title}<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>{said}"


def save(kind: str, content: Mapping[str, Any], path: str | Path) -> Path:
    """Write a result's plain content with its kind and the version, whole or not at all."""
    document = {"weakscatter": weakscatter.__version__, "result": kind, **content}
    return write_atomic(path, json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a file that weakscatter wrote.

    Raises
    ------
    InputError : no such file, no JSON, or JSON without the mark of weakscatter.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r}: {error}.") from None
    except json.JSONDecodeError as error:
        raise InputError(f"{str(path)!r} is no JSON file: {error}. Give a file that `save` wrote.") from None
    if not isinstance(content, dict) or not isinstance(content.get("weakscatter"), str):
        raise InputError(f"{str(path)!r} is no result written by weakscatter. Give a file that `save` wrote.")
    return content


def read_result(kind: str, path: str | Path) -> dict[str, Any]:
    """Read a result of one kind; a file of another kind is an `InputError`."""
    content = read_json(path)
    found = content.get("result") or (f"task {content['task']!r}" if "task" in content else "nothing known")
    if found != kind:
        raise InputError(
            f"{str(path)!r} holds a result of another kind ({found}); a {kind} is wanted. "
            "`weakscatter.load_result` reads every kind."
        )
    return content


def missing_content(kind: str, path: str | Path, error: Exception) -> InputError:
    """Return the error for a file that has the mark of a result and lacks a part of it."""
    return InputError(f"{str(path)!r} is marked as a {kind}, but its content is damaged: {error!r}.")


def array_of(given: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a float array from nested lists in which None stands for what is not a number."""
    return np.array(given, dtype=np.float64)
