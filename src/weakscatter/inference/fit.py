"""The fit that is published: Migrad with exact gradients, Hesse or Minos errors, correlations.

iminuit (F. James and M. Roos, Comput. Phys. Commun. 10 (1975) 343) minimises -2 ln L, so one standard deviation
is where it has risen by 1. A fit that did not converge holds no number.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np
from iminuit import Minuit  # type: ignore[import-untyped]

from weakscatter.inference import report
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.minuit import make_minuit
from weakscatter.inference.newton import Floats, Minima, Minimiser, minimiser
from weakscatter.inference.roles import Roles, assign_roles, check_value
from weakscatter.inference.starts import axis_starts, best_of_starts, scales
from weakscatter.inference.variance import covariance_of, dominant_cause, variance_by_cause
from weakscatter.provenance.errors import InputError, nearest


@dataclass(frozen=True, eq=False)
class Estimate:
    """A best-fit value with its errors, all None when there is none to give.

    ``minus`` and ``plus`` are positive distances; None where the error is not defined, such as beyond a bound.
    """

    value: float | None
    minus: float | None = None
    plus: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return "no number"
        errors = f" -{self.minus:.4g}" if self.minus is not None else " -(not defined)"
        errors += f" +{self.plus:.4g}" if self.plus is not None else " +(not defined)"
        return f"{self.value:.6g}{errors}{' ' + self.unit if self.unit else ''}"

    def to_dict(self) -> dict[str, float | str | None]:
        """Return plain JSON types."""
        return {"value": self.value, "minus": self.minus, "plus": self.plus, "unit": self.unit}


@dataclass(frozen=True, eq=False)
class FitResult:
    """What `fit` found.

    Parameters
    ----------
    status : str
        "converged", or a phrase saying what went wrong.
    converged : bool
        Whether the numbers may be used; when False they are all None.
    best_fit : {name: Estimate}
        One entry per floating parameter.
    minimum : float or None
        -2 ln L (saturated Poisson plus constraints) at the best fit.
    ndof : int or None
        Bins minus unconstrained floating parameters (a constraint counts as one measurement of its parameter); None
        with unbinned events, which have no chi2.
    correlation : {name: {name: float}} or None
    fixed : {name: value}
        Parameters that did not move.
    method, advice : str
    free : names
        Floating parameters without a constraint: what was asked for.
    variances : {parameter: {cause: variance}} or None
        Parts of each variance by cause (`weakscatter.inference.variance`), from the curvature, squared units.
    settings : what the fit was asked to do; citations : keys of the bibliography
    """

    status: str
    converged: bool
    best_fit: dict[str, Estimate]
    minimum: float | None
    ndof: int | None
    correlation: dict[str, dict[str, float]] | None
    fixed: dict[str, float]
    method: str
    advice: str = ""
    likelihood: Likelihood | None = field(default=None, repr=False)
    free: tuple[str, ...] = ()
    variances: dict[str, dict[str, float]] | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()

    @property
    def budget(self) -> dict[str, dict[str, float]]:
        """Standard deviation of each parameter by cause; the squares add up to the variance. Empty without a fit."""
        return {
            name: {cause: math.copysign(math.sqrt(abs(part)), part) for cause, part in parts.items()}
            for name, parts in (self.variances or {}).items()
        }

    @property
    def dominant(self) -> dict[str, str]:
        """The cause of the largest part of the error of every parameter that was asked for (all where none was)."""
        parts = self.variances or {}
        return {name: dominant_cause(parts[name]) for name in (self.free or tuple(parts)) if name in parts}

    @property
    def flags(self) -> dict[str, bool]:
        """Whether the fit converged, and whether every error is defined on both sides."""
        sides = [side for e in self.best_fit.values() for side in (e.minus, e.plus)]
        return {"converged": self.converged, "errors_defined": self.converged and None not in sides}

    @property
    def values(self) -> dict[str, float | None]:
        """Value of every parameter, floating or fixed; None where there is no number."""
        return {name: e.value for name, e in self.best_fit.items()} | dict(self.fixed)

    def __repr__(self) -> str:
        return f"FitResult({self.summary()})"

    def summary(self) -> str:
        """Return a readable table."""
        head = f"{self.status}; {self.method}"
        if self.minimum is not None:
            head += f"; -2 ln L = {self.minimum:.4f}"
            head += "" if self.ndof is None else f" for {self.ndof} degrees of freedom"
        rows = [f"  {name} = {e}" for name, e in self.best_fit.items()]
        if self.fixed:
            rows.append("  fixed: " + ", ".join(f"{n} = {v:g}" for n, v in self.fixed.items()))
        if self.advice:
            rows.append("  " + self.advice)
        return "\n".join([head, *rows])

    def table(self) -> list[report.Row]:
        """Return one row for each floating parameter: value, errors, unit, dominant cause of the error."""
        parts = self.variances or {}
        return [
            {
                "parameter": name,
                "value": e.value,
                "minus": e.minus,
                "plus": e.plus,
                "unit": e.unit,
                "dominant": dominant_cause(parts[name]) if name in parts else None,
            }
            for name, e in self.best_fit.items()
        ]

    def latex(self, name: str | None = None) -> str:
        r"""Return one row, ``name & $value^{+plus}_{-minus}$ & unit \\``; by default of the first parameter asked for."""
        names = (*self.free, *(n for n in self.best_fit if n not in self.free))
        name = name if name is not None else next(iter(names), "")
        if name not in self.best_fit:
            raise InputError(
                f"{name!r} did not float in this fit.{nearest(name, names)} Floating: {', '.join(names) or 'none'}."
            )
        e = self.best_fit[name]
        return report.latex_row(name, report.latex_number(e.value, e.minus, e.plus), e.unit)

    def _repr_html_(self) -> str:
        return report.html_table(self.table(), f"{self.status}; {self.method}", (self.advice,))

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back (without the likelihood)."""
        return report.save("fit", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> FitResult:
        """Read what `save` wrote; `InputError` for any other file."""
        c = report.read_result("fit", path)
        try:
            return cls(
                c["status"], c["converged"], {name: Estimate(**e) for name, e in c["best_fit"].items()},
                c["minimum"], c["ndof"], c["correlation"], c["fixed"], c["method"], c["advice"], None, tuple(c["free"]),
                c["variances"], c["settings"], tuple(c["citations"]),
            )  # fmt: skip
        except (KeyError, TypeError, AttributeError) as error:
            raise report.missing_content("fit", path, error) from None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "status": self.status,
            "converged": self.converged,
            "best_fit": {name: e.to_dict() for name, e in self.best_fit.items()},
            "minimum": self.minimum,
            "ndof": self.ndof,
            "correlation": self.correlation,
            "fixed": dict(self.fixed),
            "method": self.method,
            "advice": self.advice,
            "free": list(self.free),
            "variances": self.variances,
            "budget": self.budget,
            "dominant": self.dominant,
            "flags": self.flags,
            "settings": dict(self.settings),
            "citations": list(self.citations),
        }


def fit(
    likelihood: Likelihood,
    free: Iterable[str] | None = None,
    fixed: Mapping[str, float | None] | None = None,
    *,
    errors: str = "minos",
    start: Mapping[str, float] | None = None,
    max_calls: int = 20000,
) -> FitResult:
    """Fit by Migrad with exact gradients, from the lowest of the valleys that a batched Newton search sees.

    Parameters
    ----------
    likelihood : Likelihood
    free : names or None
        Unconstrained parameters that float, beside every constrained one that is not in ``fixed``. None: all.
    fixed : {name: value or None}
        Held parameters; None holds one at its nominal value.
    errors : "minos" or "hesse"
        Where -2 ln L, minimised over the others, has risen by 1; or the curvature at the minimum.
    start : {name: value}
        Starting values; given ones switch off the search for other valleys.
    max_calls : int
        Calls of the objective allowed to Migrad.

    Returns
    -------
    FitResult
    """
    if errors not in ("minos", "hesse"):
        raise InputError(
            f"errors={errors!r} is unknown.{nearest(errors, ('minos', 'hesse'))} Allowed: minos, hesse."
        )
    roles = assign_roles(likelihood, profile=free, fixed=fixed)
    begin = {name: likelihood.parameter(name).value for name in roles.floating}
    for name, value in (start or {}).items():
        likelihood.parameter(name)
        if name not in begin:
            raise InputError(
                f"start: {name!r} does not float. Only floating parameters have a start: {list(begin)}."
            )
        begin[name] = check_value(likelihood, name, value)
    ndof = likelihood.degrees
    if ndof is not None:
        ndof -= sum(not likelihood.parameter(n).constrained for n in roles.floating)
    method = f"Migrad with exact gradients, {errors.capitalize()} errors (rise of -2 ln L by 1)"
    settings = {"errors": errors, "start": dict(start or {}), "max_calls": max_calls}
    if not roles.floating:
        theta = np.array([roles.held[n] for n in likelihood.names])
        q = float(jax.jit(likelihood.objective)(theta))
        return FitResult(
            "converged", True, {}, q, ndof, {}, roles.held, "nothing floats", variances={}, settings=settings,
            citations=likelihood.citations, likelihood=likelihood,
        )  # fmt: skip
    machine = minimiser(likelihood, roles.floating)
    at = np.array([begin[name] for name in roles.floating])
    everything = np.ones(len(at), dtype=bool)
    size = scales(machine, at, roles.held)
    starts = at[None, :] if start else axis_starts(machine, at, everything, size, roles.held)
    found = best_of_starts(machine, starts, everything, size, roles.held)
    values = roles.held | dict(zip(roles.floating, found.x[0].tolist(), strict=True))
    spread = _spread(found.curvature[0], size)
    m = make_minuit(machine, roles.floating, values, dict(zip(roles.floating, spread, strict=True)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m.migrad(ncall=max_calls)
        if m.valid:
            m.hesse()
        problem = _problem(likelihood, machine, m, roles)
        loose = "" if problem else _undetermined(machine, found, size, roles.held)
        if loose:
            problem = f"not converged: the data do not determine {loose}", "Fix or constrain one of them."
        if not problem and errors == "minos":
            m.minos()
    if problem:
        status, advice = problem
        empty = {name: Estimate(None, unit=likelihood.parameter(name).unit) for name in roles.floating}
        return FitResult(
            status, False, empty, None, ndof, None, roles.held, method, advice, likelihood,
            _free(likelihood, roles), None, settings, likelihood.citations,
        )  # fmt: skip
    return _report(likelihood, machine, m, roles, settings, ndof, method)


def _free(likelihood: Likelihood, roles: Roles) -> tuple[str, ...]:
    return tuple(name for name in roles.floating if not likelihood.parameter(name).constrained)


def _undetermined(machine: Minimiser, best: Minima, size: Floats, held: Mapping[str, float]) -> str:
    """Name the parameters of a direction in which ten scales change -2 ln L by less than 1e-3; "" if none.

    The curvature alone cannot tell: it also vanishes where mu depends on the square of a parameter.
    """
    values, vectors = np.linalg.eigh(best.curvature[0] * np.outer(size, size))
    flat = vectors[:, values < 1e-9 * max(float(values[-1]), 1.0)].T
    for direction in flat:
        ends = best.x[0] + 10 * size * direction * np.array([[1.0], [-1.0]])
        rise = machine.evaluate(np.clip(ends, machine.lower, machine.upper), held)[0] - best.q[0]
        if np.all(np.abs(rise) < 1e-3):
            return ", ".join(n for n, v in zip(machine.names, direction, strict=True) if abs(v) > 0.05)
    return ""


def _spread(curvature: Any, size: Any) -> Any:
    """Return first steps for Migrad: the conditional standard deviations, or the scales where flat."""
    diagonal = np.diag(curvature)
    return np.where(
        diagonal > 0, np.minimum(np.sqrt(2.0 / np.where(diagonal > 0, diagonal, 1.0)), size), size
    )


def _problem(likelihood: Likelihood, machine: Minimiser, m: Minuit, roles: Roles) -> tuple[str, str] | None:
    """Return (status, advice) when the minimum must not be used."""
    retry = "Try start={...} near a sensible solution, fix a parameter, or give bounds or a constraint."
    if m.fval is None or not math.isfinite(m.fval):
        return "not converged: -2 ln L is not finite", "The prediction is not finite at the start. " + retry
    if not m.valid:
        reason = (
            "too many calls" if m.fmin is not None and m.fmin.has_reached_call_limit else "no valid minimum"
        )
        if not np.all(np.isfinite(np.array(m.values))) or np.any(np.abs(np.array(m.values)) > 1e30):
            reason = "a parameter runs away"
        return f"not converged: {reason}", retry + " Raise max_calls if calls ran out."
    if m.covariance is None or not m.accurate:
        flat = "The data do not determine every floating parameter. "
        return "not converged: no covariance", flat + retry
    impossible = likelihood.impossible_bin(machine.counts(np.array(m.values), roles.held))
    if impossible:
        return (
            f"impossible: {impossible}",
            "Give a lower bound, add the missing background, or remove the bin.",
        )
    return None


def _report(
    likelihood: Likelihood,
    machine: Minimiser,
    m: Minuit,
    roles: Roles,
    settings: dict[str, Any],
    ndof: int | None,
    method: str,
) -> FitResult:
    best: dict[str, Estimate] = {}
    notes: list[str] = []
    for name in roles.floating:
        p = likelihood.parameter(name)
        value, minus, plus = float(m.values[name]), float(m.errors[name]), float(m.errors[name])
        low: float | None = minus
        high: float | None = plus
        if settings["errors"] == "minos":
            side = m.merrors[name]
            low = -float(side.lower) if side.lower_valid else None
            high = float(side.upper) if side.upper_valid else None
        for bound, word in ((p.lower, "lower"), (p.upper, "upper")):
            if math.isfinite(bound) and abs(value - bound) < 1e-3 * float(m.errors[name]):
                notes.append(f"{name} is at its {word} bound {bound:g}; use `limit` for an interval.")
                low, high = (None, high) if word == "lower" else (low, None)
        if low is None or high is None:
            notes.append(
                f"An error of {name} is not defined: the profile ends or has another valley before it rises by 1."
            )
        best[name] = Estimate(value, low, high, p.unit)
    matrix = np.asarray(m.covariance.correlation())
    correlation = {
        a: {b: float(matrix[i, j]) for j, b in enumerate(roles.floating)}
        for i, a in enumerate(roles.floating)
    }
    advice = " ".join(notes)
    sigmas = {name: likelihood.parameter(name).sigma for name in roles.floating}
    return FitResult(
        "converged",
        True,
        best,
        float(m.fval or 0.0),
        ndof,
        correlation,
        roles.held,
        method,
        advice,
        likelihood,
        _free(likelihood, roles),
        variance_by_cause(roles.floating, covariance_of(machine, m, roles.held), sigmas),
        settings,
        likelihood.citations,
    )
