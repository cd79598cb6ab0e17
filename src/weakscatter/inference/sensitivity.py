r"""Median sensitivities and their bands from one Asimov data set, without toys.

With the truth x_t, r(x) = sign(x - x_t) sqrt(Delta_A(x)) from the profile on the Asimov data of x_t is, in the asymptotic
regime, the distance of x from the best fit of typical data in standard deviations. Data N standard deviations above their
median give limits where (arXiv:1007.1727, sections 4.3 and 4.5)

    r = z + N (upper end),   r = -z + N (lower end),   z^2 the critical value,

and, where the truth is a lower bound that stops the best fit, r = N + sqrt(N^2 + z^2) for N < 0. CLs limits have the
levels of `weakscatter.inference.bounded_limit`. The median significance with which a hypothesis x_0 is rejected is
sqrt(Delta_A(x_0)), and typical data scatter around it by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from scipy.special import chdtr, ndtr

from weakscatter.inference.asimov import asimov, true_values
from weakscatter.inference.bounded_limit import BANDS
from weakscatter.inference.interval_kind import BOUNDED, check_method
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit import limit
from weakscatter.inference.profile import make_profiler, profile_batch
from weakscatter.inference.roles import check_value
from weakscatter.inference.sensitivity_result import SensitivityResult, Significance
from weakscatter.inference.wilks import critical_value
from weakscatter.provenance.errors import InputError

End = float | None


def sensitivity(
    likelihood: Likelihood,
    parameter: str,
    confidence: float = 0.90,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    sides: str = "upper",
    *,
    truth: Mapping[str, float] | None = None,
    method: str = "wilks",
    within: tuple[float, float] | None = None,
) -> SensitivityResult:
    """Find the limit that the median experiment would set, and where 68 % and 95 % of experiments would set it.

    Parameters
    ----------
    likelihood, parameter, confidence, profile, fixed, sides, method, within : as in `limit`; the observed counts are not
        read.
    truth : {name: value}
        Values for which data are expected; nominal ones for the rest. With the methods "cls" and "cls+b" the parameter
        itself is true at its lower bound, which stands for no signal.

    Returns
    -------
    SensitivityResult

    Raises
    ------
    InputError : as `limit`, and a truth of the parameter that "cls" does not allow.

    Notes
    -----
    Asymptotic: with a handful of events the bands are steps, which toys show. Bands of a two-sided interval are those of
    its ends, one by one.
    """
    check_method(method, sides)
    held = {name: value for name, value in (fixed or {}).items() if value is not None}
    given = {**held, **(truth or {})}
    p = likelihood.parameter(parameter)
    profile = None if profile is None else tuple(profile)
    # Compiled once, for the likelihood itself; every data set below uses it.
    profiler = make_profiler(likelihood, (parameter,), profile, fixed)
    if method in BOUNDED:
        given = _without_signal(parameter, p.lower, given)
    values = true_values(likelihood, given)
    expected = asimov(likelihood, given)
    central = limit(expected, parameter, confidence, profile, fixed, sides, within=within, method=method)
    if not central.converged:
        empty: dict[str, tuple[End, End]] = dict.fromkeys(BANDS, (None, None))
        return SensitivityResult(central, values, empty, (), False)
    if method in BOUNDED:
        upper = {name: (p.lower, end) for name, end in central.expected.items()}
        return SensitivityResult(central, values, dict(upper), _notes(central), True)
    at = values[parameter]
    bounded = at <= p.lower + 1e-9 * max(float(profiler.size[0]), abs(p.lower))
    z = math.sqrt(critical_value(confidence, sides))

    def crossing(r: float) -> End:
        """Where r(x) has this value: an end of the interval whose critical value is its square."""
        if abs(r) < 1e-6:
            return at
        level = float(chdtr(1, r * r))
        found = limit(expected, parameter, level, profile, fixed, "two", within=within)
        return found.upper if r > 0 else found.lower

    bands: dict[str, tuple[End, End]] = {}
    for name, number in BANDS.items():
        if number == 0:
            bands[name] = (central.lower, central.upper)
            continue
        low: End = None
        high: End = None
        if sides != "lower":
            stopped = bounded and number < 0
            high = crossing(number + math.hypot(number, z) if stopped else number + z)
        if sides == "upper":
            low = central.lower
        elif bounded:
            low = p.lower if number - z <= 0 else crossing(number - z)
        else:
            low = crossing(number - z)
        if sides == "lower":
            high = central.upper
        bands[name] = (low, high)
    return SensitivityResult(central, values, bands, _notes(central), True)


def _without_signal(parameter: str, lower: float, given: Mapping[str, float]) -> dict[str, float]:
    if not math.isfinite(lower):
        raise InputError(
            f"parameter {parameter!r} has no lower bound that stands for no signal, with which CLs compares. Use "
            "method='wilks'."
        )
    if given.get(parameter, lower) != lower:
        raise InputError(
            f"truth: {parameter!r} = {given[parameter]:g}, but a CLs sensitivity is that of data without signal "
            f"({parameter} = {lower:g}). Leave it out, or use method='wilks'."
        )
    return {**given, parameter: lower}


def _notes(central: object) -> tuple[str, ...]:
    return tuple(text for text in (getattr(central, "boundary", ""), getattr(central, "notes", "")) if text)


def median_significance(
    likelihood: Likelihood,
    parameter: str,
    null: float | None = None,
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    *,
    truth: Mapping[str, float] | None = None,
) -> Significance:
    """Find in how many standard deviations the median experiment rejects ``parameter`` = ``null``.

    Z = sqrt(Delta_A(null)) on the Asimov data of the truth (arXiv:1007.1727, eq. 97 for one bin), p = 1 - Phi(Z).

    Parameters
    ----------
    null : float or None
        Hypothesis to be rejected; by default the parameter's lower bound, no signal.
    truth : {name: value}
        As in `sensitivity`.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from weakscatter.inference import BinnedPoisson, Parameter
    >>> s = Parameter("s", 1.0, lower=0.0)
    >>> one = Likelihood((BinnedPoisson("one", [0.0], lambda v: jnp.array([10.0 * v["s"] + 4.0]), (s,)),))
    >>> round(median_significance(one, "s").z, 3)  # sqrt(2 (14 ln(14/4) - 10))
    3.882
    """
    p = likelihood.parameter(parameter)
    if null is None and not math.isfinite(p.lower):
        raise InputError(
            f"parameter {parameter!r} has no lower bound that stands for no signal. Give null, the value to be rejected."
        )
    at = check_value(likelihood, parameter, p.lower if null is None else null)
    held = {name: value for name, value in (fixed or {}).items() if value is not None}
    given = {**held, **(truth or {})}
    values = true_values(likelihood, given)
    profile = None if profile is None else tuple(profile)
    make_profiler(likelihood, (parameter,), profile, fixed)
    found = profile_batch(
        asimov(likelihood, given), (parameter,), [[at], [values[parameter]]], profile, fixed
    )
    unit, cited = p.unit, likelihood.citations
    if not found.converged.all():
        return Significance(parameter, unit, at, values, None, None, cited)
    z = math.sqrt(max(float(found.q[0] - found.q[1]), 0.0))
    return Significance(parameter, unit, at, values, z, float(ndtr(-z)), cited)
