"""Limits that need no fit: a signal over a known or measured background, without its shape, or bin by bin.

A signal that is a polynomial of one parameter x, s(x) = L x + Q x^2 in every bin (interference and square), and four
ways in which papers turn a background level into a limit on x:

- `level_rule`: the signal's density at threshold equals the background's. No exposure enters: nothing is subtracted.
- `subtracted_limit`: the background is subtracted with its statistical error, Asimov data without a signal,
  sum_b s_b(x)^2/V_b = critical value.
- `on_off_limit`: the same with the exact Poisson likelihood of counts with and without the source, the background
  of every bin free (T.-P. Li and Y.-Q. Ma, Astrophys. J. 272 (1983) 317, eq. 10).

- `free_level_limit`: Poisson counts in the source's exposure alone, over a background of known shape and free level.

Which one? The third where the counts are at hand; the second is its Gaussian limit; the first is what a single bin with a
background as large as its own uncertainty says, and is weaker than the others by about the fourth root (for x^2) or
the square root (for x) of the number of background events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import xlogy

from weakscatter.inference.wilks import critical_value
from weakscatter.provenance.errors import InputError

#: How far from zero a crossing is looked for, in units of the crossing of the square or the slope alone.
_REACH = 1e3


@dataclass(frozen=True, eq=False)
class PolynomialSignal:
    """Signal of one parameter x in bins: s_b(x) = linear_b x + quadratic_b x^2.

    Parameters
    ----------
    linear, quadratic : arrays [b] or numbers
        Counts (or counts per energy) per unit of x and of x^2. `quadratic` is not negative.

    Examples
    --------
    >>> PolynomialSignal([-1.0, 0.0], [2.0, 1.0])(2.0).tolist()
    [6.0, 4.0]
    """

    linear: Any
    quadratic: Any

    def __post_init__(self) -> None:
        linear, quadratic = (np.atleast_1d(np.asarray(a, float)) for a in (self.linear, self.quadratic))
        if linear.shape != quadratic.shape or linear.ndim != 1:
            raise InputError(
                f"A polynomial signal needs as many linear as quadratic terms; got shapes {linear.shape} and "
                f"{quadratic.shape}."
            )
        if not (np.all(np.isfinite(linear)) and np.all(np.isfinite(quadratic)) and np.all(quadratic >= 0)):
            raise InputError(
                "The terms of a polynomial signal must be finite, its quadratic ones not negative."
            )
        if not (np.any(linear != 0) or np.any(quadratic > 0)):
            raise InputError("This signal is zero for every value of its parameter; nothing limits it.")
        object.__setattr__(self, "linear", linear)
        object.__setattr__(self, "quadratic", quadratic)

    def __call__(self, x: float) -> np.ndarray:
        """Counts [b] at x."""
        return np.asarray(x * self.linear + x**2 * self.quadratic)


def level_rule(signal: PolynomialSignal, level: float) -> tuple[float, float]:
    """Values of x, negative and positive, at which the signal's density at threshold is the background's.

    L x + Q x^2 = +-level, nearest to zero on either side; a deficit counts like an excess.

    Parameters
    ----------
    signal : densities at threshold, one number each.
    level : background density there, the same unit.

    Returns
    -------
    lower, upper : infinite where no value reaches it.

    Examples
    --------
    >>> [round(end, 12) for end in level_rule(PolynomialSignal(0.0, 4.0), 1.0)]
    [-0.5, 0.5]
    """
    if len(signal.linear) != 1 or not 0 < level < np.inf:
        raise InputError(
            f"The rule compares one density with a positive level; got {len(signal.linear)} and {level}."
        )
    return _polynomial_ends(float(signal.linear[0]) ** 2, 2 * float(signal.linear[0] * signal.quadratic[0]),
                            float(signal.quadratic[0]) ** 2, level**2)  # fmt: skip


def subtracted_limit(
    signal: PolynomialSignal, variance: Any, confidence: float = 0.90, sides: str = "two"
) -> tuple[float, float]:
    """Ends of the interval of x that an experiment without a signal expects, its background subtracted.

    sum_b s_b(x)^2/V_b = critical value (`critical_value`): a polynomial of fourth degree, solved exactly.

    Parameters
    ----------
    signal : counts [b].
    variance : V [b] (counts^2) of the counts after subtraction; `on_off_variance` for a measured background.
    confidence, sides : as in `critical_value`; "upper" takes the one-sided value for both ends.

    Returns
    -------
    lower, upper

    Examples
    --------
    >>> lower, upper = subtracted_limit(PolynomialSignal([1.0], [0.0]), [100.0], 0.90)
    >>> round(upper, 3)  # 1.645 standard deviations of ten counts
    16.449
    """
    V = np.broadcast_to(np.asarray(variance, float), signal.linear.shape)
    if not np.all(np.isfinite(V) & (V > 0)):
        raise InputError("The variance of subtracted counts must be positive and finite in every bin.")
    L, Q = signal.linear, signal.quadratic
    return _polynomial_ends(
        float(np.sum(L**2 / V)), float(2 * np.sum(L * Q / V)), float(np.sum(Q**2 / V)), critical_value(confidence, sides)
    )  # fmt: skip


def on_off_variance(background: Any, on: float, off: float) -> Any:
    """Variance [b] (counts^2, in the exposure with the source) of on less scaled off counts, V = B (1 + on/off).

    Parameters
    ----------
    background : expected counts B [b] in the exposure with the source.
    on, off : exposures with and without the source, one unit. Infinite `off`: a background known without an error.

    Notes
    -----
    Per mass, time and energy this is b (1/on + 1/off)/width with the level b.

    Examples
    --------
    >>> float(on_off_variance(100.0, 4.0, 1.0))
    500.0
    """
    if not (0 < on < np.inf and off > 0):
        raise InputError(f"Exposures with and without the source must be positive; got {on} and {off}.")
    B = np.asarray(background, float)
    if not np.all(np.isfinite(B) & (B >= 0)):
        raise InputError("Background counts must be finite and not negative.")
    return B * (1 + on / off)


def on_off_deviance(n_on: Any, n_off: Any, ratio: float, signal: Any) -> Any:
    """-2 ln L of counts with and without the source, the background of each bin minimised over, [b].

    Counts n_on ~ Poisson(s + B), n_off ~ Poisson(B/ratio), ratio = on/off exposure. The best background solves

        (1 + 1/ratio) B^2 + [(1 + 1/ratio) s - n_on - n_off] B - s n_off = 0.

    Zero where s = n_on - ratio n_off. Invalid (infinite) where s + B would be negative.
    """
    n, m = np.asarray(n_on, float), np.asarray(n_off, float)
    s = np.broadcast_to(np.asarray(signal, float), n.shape)
    a = 1 + 1 / ratio
    half = (n + m - a * s) / (2 * a)
    B = half + np.sqrt(half**2 + s * m / a + 0j).real
    mu_on, mu_off = s + B, B / ratio
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [2 * (mu - k + xlogy(k, k) - xlogy(k, mu)) for k, mu in ((n, mu_on), (m, mu_off))]
    return np.where((mu_on < 0) | (B < 0), np.inf, sum(terms))


def on_off_limit(
    signal: PolynomialSignal,
    background: Any,
    on: float,
    off: float,
    confidence: float = 0.90,
    sides: str = "two",
) -> tuple[float, float]:
    """Ends of the interval of x that is expected without a signal, from Poisson counts on and off.

    Parameters
    ----------
    signal : counts [b] in the exposure with the source.
    background : expected counts [b] there.
    on, off : exposures, one unit.

    Returns
    -------
    lower, upper : infinite where nothing is excluded.
    """
    B = np.broadcast_to(np.asarray(background, float), signal.linear.shape)
    on_off_variance(B, on, off)  # refuses what cannot be
    if not 0 < off < np.inf:
        raise InputError(f"Counts without the source need a finite exposure; got {off}.")
    critical = critical_value(confidence, sides)

    def rise(x: float) -> float:
        return float(np.sum(on_off_deviance(B, B * off / on, on / off, signal(x)))) - critical

    V = np.maximum(on_off_variance(B, on, off), 1e-3)
    return _ends(rise, subtracted_limit(signal, V, confidence, sides), 600)


def free_level_limit(
    signal: PolynomialSignal, background: Any, confidence: float = 0.90, sides: str = "two"
) -> tuple[float, float]:
    """Ends of the interval of x that is expected without a signal, the level of the background free.

    Poisson counts n = B (no signal), expected s(x) + k B with one free k for all bins: only a signal of another shape is
    seen.

    Parameters
    ----------
    signal : counts [b].
    background : expected counts B [b], positive.

    Returns
    -------
    lower, upper : infinite where nothing is excluded.
    """
    B = np.broadcast_to(np.asarray(background, float), signal.linear.shape)
    if not np.all(np.isfinite(B) & (B > 0)):
        raise InputError("A background whose level is free needs positive, finite counts in every bin.")
    critical = critical_value(confidence, sides)

    def rise(x: float) -> float:
        s = signal(x)
        least = max(0.0, float(np.max(-s / B)) * (1 + 1e-12))

        def slope(k: float) -> float:
            with np.errstate(divide="ignore"):
                return float(np.sum(B - B**2 / (s + k * B)))

        high = 1.0 + least
        while slope(high) < 0:
            high *= 2
        start = least + 1e-12 * high
        k = start if slope(start) >= 0 else float(brentq(slope, start, high, rtol=1e-14))
        mu = s + k * B
        return float(np.sum(2 * (mu - B + B * np.log(B / mu)))) - critical

    shape = signal.linear - B * np.sum(signal.linear) / np.sum(B)
    curved = signal.quadratic - B * np.sum(signal.quadratic) / np.sum(B)
    second, third, fourth = (
        float(np.sum(a * b / B)) for a, b in ((shape, shape), (shape, 2 * curved), (curved, curved))
    )
    # What is left of a shape after that of the background is taken away may be rounding.
    whole = np.sum(signal.linear**2 / B), np.sum(signal.quadratic**2 / B)
    if second <= 1e-20 * whole[0] and fourth <= 1e-20 * whole[1]:
        return -np.inf, np.inf
    return _ends(rise, _polynomial_ends(second, third, fourth, critical), 300)


def _ends(rise: Callable[[float], float], guesses: tuple[float, float], steps: int) -> tuple[float, float]:
    """First crossings of zero on either side, looked for from the crossings of a polynomial; steps so fine that a dip of an
    interfering signal is not jumped over."""
    ends = []
    for sign, guess in zip((-1, 1), guesses, strict=True):
        if not np.isfinite(guess):
            ends.append(guess)
            continue
        grid = guess * np.geomspace(1e-2, _REACH, steps)
        above = np.flatnonzero([rise(x) > 0 for x in grid])
        ends.append(sign * np.inf if len(above) == 0 else _between(rise, grid, int(above[0])))
    return ends[0], ends[1]


def _between(rise: Callable[[float], float], grid: np.ndarray, first: int) -> float:
    low = 0.0 if first == 0 else float(grid[first - 1])
    high = float(grid[first])
    if not np.isfinite(rise(high)):
        # Fewer than no events: the edge of what is possible ends the interval.
        for _ in range(80):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if rise(middle) <= 0 else (low, middle)
        return 0.5 * (low + high)
    return float(brentq(rise, low, high, xtol=1e-14 * abs(high), rtol=1e-12))


def _polynomial_ends(second: float, third: float, fourth: float, value: float) -> tuple[float, float]:
    """Nearest zeros of second x^2 + third x^3 + fourth x^4 - value below and above zero."""
    # In units of the crossing of one term alone the coefficients are of order one.
    unit = min((value / c) ** p for c, p in ((second, 0.5), (fourth, 0.25)) if c > 0)
    scaled = [fourth * unit**4 / value, third * unit**3 / value, second * unit**2 / value, 0.0, -1.0]
    roots = np.roots(np.trim_zeros(scaled, "f"))
    real = roots[np.abs(roots.imag) < 1e-7 * np.maximum(np.abs(roots.real), 1.0)].real
    below, above = real[real < 0], real[real > 0]
    return (
        float(below.max()) * unit if len(below) else -np.inf,
        float(above.min()) * unit if len(above) else np.inf,
    )
