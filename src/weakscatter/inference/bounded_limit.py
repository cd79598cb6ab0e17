r"""CLs and one-sided upper limits from the bounded profile likelihood ratio, with asymptotic distributions.

The statistic of a value x of the parameter, with x_0 its lower bound (no signal) and x^ the best fit within bounds, is

    q~(x) = -2 ln L(x, others minimised) + 2 ln L(x^, ...)   for x > x^,   0 otherwise

(Cowan, Cranmer, Gross and Vitells, Eur. Phys. J. C 71 (2011) 1554, arXiv:1007.1727, eq. 16). With q~_A(x), the same on
the Asimov data of x_0 (nuisances at their values profiled there in the real data, constraints centred on them),

    t = sqrt(q~) - sqrt(q~_A)              for q~ <= q~_A,
    t = (q~ - q~_A)/(2 sqrt(q~_A))         otherwise (eqs. 64-66),
    p_sb = 1 - Phi(t + sqrt(q~_A)),   p_b = 1 - Phi(t),   CLs = p_sb/p_b.

The limit is where CLs (method "cls") or p_sb ("cls+b") falls to 1 - confidence. Without signal t is distributed as a unit
Gaussian, so the limit that N standard deviations of the data would give lies where

    sqrt(q~_A) = N - Phi^-1[(1 - confidence) Phi(N)]   (cls),      N + Phi^-1(confidence)   (cls+b).

Validity: many events. With a handful the true distributions are discrete: see `poisson_limit` for one bin, and toys.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

from weakscatter.inference.interval_kind import CLS
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.limit_result import LimitResult
from weakscatter.inference.newton import Floats, Minima
from weakscatter.inference.profile import Profiler, improve_from_neighbours, lower_of
from weakscatter.inference.starts import walk
from weakscatter.provenance.errors import InputError

#: Standard deviations of the data at which a limit without signal is given, by the name in a result.
BANDS = {"-2": -2.0, "-1": -1.0, "median": 0.0, "+1": 1.0, "+2": 2.0}

FEW = 10.0
"""Signal events at the limit below which the result warns: there it errs by 5 % to 15 %."""

ROUNDS, CUTS = 4, 12


def bounded_p_value(q: Floats, q_asimov: Floats, method: str) -> Floats:
    """Compute CLs or p_sb [n] from the statistics q~ [n] of the data and of the Asimov data.

    >>> bounded_p_value(np.array([2.7055]), np.array([2.7055]), "cls").round(4)  # twice the one-sided 5 %
    array([0.1])
    """
    q, q_asimov = np.maximum(q, 0.0), np.maximum(q_asimov, 0.0)
    a = np.sqrt(q_asimov)
    # At no signal both statistics vanish: nothing is excluded there.
    safe = np.where(a > 1e-9, a, 1.0)
    t = np.where(q <= q_asimov, np.sqrt(q) - a, (q - q_asimov) / (2.0 * safe))
    t = np.where(a > 1e-9, t, 0.0)
    if method == CLS:
        return np.exp(log_ndtr(-(t + a)) - log_ndtr(-t))
    return np.asarray(ndtr(-(t + a)))


def band_level(number: float, confidence: float, method: str) -> float:
    """Return sqrt(q~_A) at the limit when the data lie ``number`` standard deviations above no signal.

    >>> round(band_level(0.0, 0.90, "cls"), 4), round(band_level(0.0, 0.90, "cls+b"), 4)
    (1.6449, 1.2816)
    """
    if method == CLS:
        return number - float(ndtri((1.0 - confidence) * ndtr(number)))
    return number + float(ndtri(confidence))


def bounded_limit(profiler: Profiler, profile: LimitResult) -> LimitResult:
    """Turn a profile with its upper limit by Wilks, which sets the scale, into a limit of ``profile.method``.

    Raises
    ------
    InputError : a parameter without a lower bound, or with a constraint.
    """
    null = no_signal(profiler.machine.likelihood, profile.parameter)
    if profile.upper is None or not profile.upper > null:
        return replace(profile, notes=profile.notes or "No upper limit was found")
    statistics = _Statistics(profiler, profile, null)
    if statistics.lost:
        return _failed(profile, statistics.lost)
    alpha = 1.0 - profile.confidence
    levels = np.array([band_level(n, profile.confidence, profile.method) for n in BANDS.values()])

    def above(q: Floats, q_asimov: Floats) -> Floats:
        """Rows that are positive below the limit of the data and of each band."""
        p = bounded_p_value(q, q_asimov, profile.method) - alpha
        return np.concatenate([p[None], levels[:, None] - np.sqrt(np.maximum(q_asimov, 0.0))])

    ends = statistics.crossings(above)
    if statistics.lost:
        return _failed(profile, statistics.lost)
    upper, *bands = ends
    expected = {
        name: end if level > 0 else None for name, end, level in zip(BANDS, bands, levels, strict=True)
    }
    notes = [profile.notes] if profile.notes else []
    rise = statistics.rise_at(upper) if upper is not None else math.nan
    if upper is None:
        notes.append(f"No upper limit was found up to {statistics.x[-1]:.4g}")
    elif upper < statistics.x[1]:
        # Below the first point that the refinement put beside the bound: no value survives.
        upper = null
        notes.append(
            "Every signal is excluded, however small: the data lie far below the expectation without one"
        )
    else:
        signal = statistics.signal_events(upper)
        if signal < FEW:
            notes.append(
                f"The limit stands for {signal:.3g} events of signal: the asymptotic formula is rough for so few, check "
                "with toys"
            )
    return replace(
        profile, intervals=((null, upper),), critical_value=rise, boundary="", notes=". ".join(notes),
        points=statistics.x, delta=statistics.q, expected=expected,
    )  # fmt: skip


def no_signal(likelihood: Likelihood, parameter: str) -> float:
    """Return the value of the parameter that stands for no signal: its lower bound."""
    p = likelihood.parameter(parameter)
    if not math.isfinite(p.lower):
        raise InputError(
            f"parameter {parameter!r} has no lower bound that stands for no signal, with which CLs compares. Use "
            "method='wilks', or a parameter such as a strength or a modulus."
        )
    if p.constrained:
        raise InputError(
            f"parameter {parameter!r} has a constraint; CLs limits a signal. Use method='wilks' for a nuisance."
        )
    return p.lower


def _failed(profile: LimitResult, why: str) -> LimitResult:
    return replace(
        profile, status=f"not converged: {why}", converged=False, intervals=(), minimum=None,
        best_fit=dict.fromkeys(profile.best_fit), advice="Fix or constrain a parameter, or use method='wilks'.",
    )  # fmt: skip


class _Statistics:
    """q~ and q~_A along the parameter, refined where a limit is looked for.

    ``lost`` says what did not converge; "" while everything does.
    """

    def __init__(self, profiler: Profiler, profile: LimitResult, null: float) -> None:
        assert profile.upper is not None and profile.minimum is not None  # noqa: PT018
        self.profiler, self.minimum, self.null = profiler, profile.minimum, null
        self.best = float(profile.best_fit[profile.parameter] or 0.0)
        self.lost = ""
        p = profiler.machine.likelihood.parameter(profile.parameter)
        at_null = profiler.retry(profiler.run(np.array([[null]])))
        if not at_null.converged[0]:
            self.lost = "the profile did not converge without signal"
            return
        machine = profiler.machine
        self.data = machine.likelihood.typical(machine.counts(at_null.x[0], profiler.roles.held))
        self.truth = at_null.x[0]
        self.centre = np.where(machine.inverse_variance > 0, self.truth, machine.centre)
        self.base = float(
            machine.evaluate(
                self.truth[None], profiler.roles.held, data=self.data[None], centre=self.centre[None]
            )[0][0]
        )
        x = walk(null, p.upper, null, profile.upper - null)
        found = improve_from_neighbours(profiler, x[:, None], profiler.run(x[:, None]), (len(x),))
        found = profiler.retry(found)
        starts = np.stack([np.tile(self.truth[1:], (len(x), 1)), np.nan_to_num(found.x[:, 1:])])
        other = self._asimov(x, starts)
        # Points far out may fail where nothing is decided: they are left out.
        good = np.isfinite(found.q) & np.isfinite(other.q) & other.converged
        self.x, self.theta, self.theta_asimov = x[good], found.x[good, 1:], other.x[good, 1:]
        self.q, self.q_asimov = found.q[good] - self.minimum, other.q[good] - self.base
        if len(self.x) < 3:
            self.lost = "the profile did not converge anywhere"

    def _asimov(self, x: Floats, starts: Floats) -> Minima:
        profiler, result = self.profiler, None
        data, centre = (np.broadcast_to(a, (len(x), a.size)) for a in (self.data, self.centre))
        for theta in starts:
            rows = np.concatenate([x[:, None], theta], axis=1)
            found = profiler.machine.minimise(
                rows, profiler.free, profiler.size, profiler.roles.held, data=data, centre=centre
            )
            result = lower_of(result, found)
        assert result is not None
        return result

    def one_sided(self) -> Floats:
        """q~ [n]: zero below the best fit."""
        return np.where(self.x > self.best, self.q, 0.0)

    def crossings(self, above: object) -> list[float | None]:
        """Return the last x at which each row of ``above(q~, q~_A)`` turns negative, None where it does not."""
        assert callable(above)
        for _ in range(ROUNDS):
            rows = above(self.one_sided(), self.q_asimov)
            cells = sorted({i for row in rows if (i := _last(row)) is not None})
            if not cells or not self._refine(cells):
                break
        rows = above(self.one_sided(), self.q_asimov)
        found: list[float | None] = []
        for row in rows:
            i = _last(row)
            if i is None:
                found.append(None)
                continue
            found.append(float(self.x[i] + row[i] * (self.x[i + 1] - self.x[i]) / (row[i] - row[i + 1])))
        return found

    def _refine(self, cells: list[int]) -> bool:
        f = np.arange(1, CUTS) / CUTS
        low, high = (self.x[np.array(cells) + s] for s in (0, 1))
        new = (low[:, None] + (high - low)[:, None] * f).ravel()
        which = np.repeat(np.array(cells), len(f))
        known = [np.stack([theta[which], theta[which + 1]]) for theta in (self.theta, self.theta_asimov)]
        found = self.profiler.retry(self.profiler.run(new[:, None], known[0]))
        other = self._asimov(new, known[1])
        if not (np.all(found.converged) and np.all(other.converged)):
            self.lost = "the profile did not converge near the limit"
            return False
        order = np.argsort(np.concatenate([self.x, new]), kind="stable")
        self.x = np.concatenate([self.x, new])[order]
        self.theta = np.concatenate([self.theta, found.x[:, 1:]])[order]
        self.theta_asimov = np.concatenate([self.theta_asimov, other.x[:, 1:]])[order]
        self.q = np.concatenate([self.q, found.q - self.minimum])[order]
        self.q_asimov = np.concatenate([self.q_asimov, other.q - self.base])[order]
        return True

    def rise_at(self, x: float) -> float:
        """q~ at x, between points that the refinement has brought close."""
        return float(np.interp(x, self.x, self.q))

    def signal_events(self, x: float) -> float:
        """Expected events at x above those without signal, the other parameters as they are without signal."""
        at = self.truth.copy()
        at[0] = x
        held = self.profiler.roles.held
        return float(np.sum(self.profiler.machine.counts(at, held)) - np.sum(self.data))


def _last(row: Floats) -> int | None:
    """Index of the last point after which a row falls from positive to negative."""
    falls = np.flatnonzero((row[:-1] > 0) & (row[1:] <= 0))
    return int(falls[-1]) if falls.size else None
