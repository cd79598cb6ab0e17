"""One point tested by toys: how often would data drawn there agree with it worse than the real ones do?

Two questions are answered by the same toys. *Is this point excluded in favour of another one?* The statistic is t, the rise of
-2 ln L from its minimum (`weakscatter.inference.toys`). *Does the model describe the data at this point at all?* The
statistic is -2 ln L itself (saturated, constraints included): goodness of fit of the tested point, where
`weakscatter.inference.goodness` asks it of the best fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtri

from weakscatter.inference import report
from weakscatter.inference.construction import construction
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.profile import check_points, make_profiler
from weakscatter.inference.toys import Sample, Toys, sample_of
from weakscatter.inference.wilks import critical_value
from weakscatter.inference.work import Work
from weakscatter.provenance.errors import InputError

#: Fields that a file holds in another form, or not at all.
_CITED = "citations"
_APART = ("t", "weight", _CITED)


@dataclass(frozen=True, eq=False)
class ToyTest:
    """p-values of one point.

    Parameters
    ----------
    point : {name: tested value}; units : {name: unit}
    observed : float or None
        t of the data.
    p_value, error : float or None
        Probability of a t as large or larger at this point, and its binomial error; None without a number.
    significance : float or None
        One-sided normal quantile of the p-value, as in "5 sigma is 2.9e-7".
    p_value_asymptotic : float or None
        What chi2 with one degree of freedom per tested parameter would give.
    statistic, goodness, goodness_error : float or None
        -2 ln L of the data at the point, and the probability of a larger one, with its error; no probability with unbinned
        events, where the size of -2 ln L says nothing.
    best_fit : {name: value}; profiled_at : {name: value}, where the toys were drawn
    exact : every outcome was listed, no toys
    t : array [toys], sorted, of the toys; not saved
    """

    point: dict[str, float]
    units: dict[str, str]
    observed: float | None
    p_value: float | None
    error: float | None
    significance: float | None
    p_value_asymptotic: float | None
    statistic: float | None
    goodness: float | None
    goodness_error: float | None
    best_fit: dict[str, float]
    profiled_at: dict[str, float]
    fixed: dict[str, float]
    toys: int
    lost: int
    exact: bool
    seed: int
    status: str
    converged: bool
    settings: dict[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    t: Floats = field(default_factory=lambda: np.zeros(0), repr=False)
    weight: Floats = field(default_factory=lambda: np.zeros(0), repr=False)

    @property
    def flags(self) -> dict[str, bool]:
        """Whether the numbers may be used, and whether a data set as extreme was among the toys."""
        seen = self.exact or (self.p_value is not None and self.p_value > 1.5 / (self.toys + 1))
        return {"converged": self.converged, "within_reach_of_toys": seen}

    def __repr__(self) -> str:
        return f"ToyTest({self.summary()})"

    def summary(self) -> str:
        """Return one paragraph."""
        at = ", ".join(
            f"{n} = {v:g}{' ' + self.units[n] if self.units[n] else ''}" for n, v in self.point.items()
        )
        if self.p_value is None:
            return f"{at}: no number; {self.status}"
        how = "every outcome listed" if self.exact else f"{self.toys} toys, seed {self.seed}"
        least = "" if self.flags["within_reach_of_toys"] else " (no toy was as extreme: an upper bound)"
        return (
            f"{at}: t = {self.observed:.4g}, p = {self.p_value:.4g} +- {self.error:.2g}{least}, {self.significance:.2f} sigma "
            f"(chi2: p = {self.p_value_asymptotic:.3g}); {self._described()}{how}, {self.status}"
        )

    def _described(self) -> str:
        if self.goodness is None:
            return ""
        return f"goodness of fit p = {self.goodness:.4g} +- {self.goodness_error:.2g}; "

    def critical(self, confidence: float) -> tuple[float, float]:
        """Return the critical value of t at this point and its error, from the toys (which a loaded result lacks)."""
        critical_value(confidence, "two")
        if not len(self.t):
            raise InputError("this result holds no toys: they are not saved. Run the test again.")
        return Sample(self.t, self.weight, self.lost, self.exact).critical(confidence)

    def table(self) -> list[report.Row]:
        """Return one row for each question."""
        return [
            {
                "question": "excluded",
                "statistic": self.observed,
                "p_value": self.p_value,
                "error": self.error,
            },
            {
                "question": "described",
                "statistic": self.statistic,
                "p_value": self.goodness,
                "error": self.goodness_error,
            },
        ]

    def latex(self) -> str:
        r"""Return one row: the tested point and its p-value with its error."""
        at = ", ".join(f"{name} = {value:g}" for name, value in self.point.items())
        return report.latex_row(at, report.latex_number(self.p_value, self.error, self.error))

    def _repr_html_(self) -> str:
        return report.html_table(self.table(), self.summary())

    def save(self, path: str | Path) -> Path:
        """Write the result as JSON, whole or not at all; `load` reads it back, without the toys themselves."""
        return report.save("toy-test", self.to_dict(), path)

    @classmethod
    def load(cls, path: str | Path) -> ToyTest:
        """Read what `save` wrote; `InputError` for any other file."""
        content = report.read_result("toy-test", path)
        try:
            known = {n: content[n] for n in cls.__dataclass_fields__ if n not in _APART}
            return cls(**(known | {_CITED: tuple(content[_CITED])}))
        except (KeyError, TypeError) as error:
            raise report.missing_content("toy-test", path, error) from None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        names = [n for n in self.__dataclass_fields__ if n not in _APART]
        content = {name: getattr(self, name) for name in names}
        return content | {"citations": list(self.citations), "flags": self.flags}


def toy_test(
    likelihood: Likelihood,
    point: Mapping[str, float],
    profile: Iterable[str] | None = (),
    fixed: Mapping[str, float | None] | None = None,
    *,
    toys: Toys | None = None,
    work: Work | None = None,
) -> ToyTest:
    """Test one point with ``toys.most`` toys.

    Parameters
    ----------
    likelihood : Likelihood
    point : {name: value}
        Tested parameters, in their units.
    profile : names or None
        Unconstrained parameters that float beside all constrained ones; None: all.
    fixed : {name: value or None}
    toys, work : Toys, Work
        How many toys, and where they are computed and kept.

    Raises
    ------
    InputError : no point, an unknown name, a value outside the bounds.
    """
    toys, work = toys or Toys(), work or Work()
    if not isinstance(point, Mapping) or not point:
        raise InputError(
            "a test needs a point: {name: value}, such as {'signal_strength': 0.0}. For the goodness of a best fit use p_value."
        )
    profiler = make_profiler(likelihood, tuple(point), profile, fixed)
    roles = profiler.roles
    values = check_points(likelihood, roles.chosen, [[point[n] for n in roles.chosen]])
    found = profiler.retry(profiler.run(values))
    best = float(profiler.best.q[0])
    units = {n: likelihood.parameter(n).unit for n in roles.chosen}
    x, q = found.x[0], float(found.q[0])
    told: dict[str, Any] = {
        "point": {n: float(v) for n, v in zip(roles.chosen, values[0], strict=True)},
        "units": units,
        "best_fit": dict(zip(profiler.machine.names, profiler.best.x[0].tolist(), strict=True)),
        "profiled_at": dict(zip(roles.floating, x[len(roles.chosen) :].tolist(), strict=True)),
        "fixed": dict(roles.held),
        "seed": toys.seed,
        "settings": {"toys": asdict(toys)},
        "citations": (*likelihood.citations, "feldman1998"),
    }
    nothing: dict[str, Any] = dict.fromkeys(
        ("p_value", "error", "significance", "goodness", "goodness_error")
    )
    if not (profiler.best.converged[0] and found.converged[0]):
        status = "the fit of the data at this point did not converge"
        return ToyTest(
            **told, **nothing, observed=None, p_value_asymptotic=None, statistic=None, toys=0, lost=0,
            exact=False, status=status, converged=False,
        )  # fmt: skip
    observed = max(q - best, 0.0)
    with construction(profiler, toys, work) as built:
        (one,) = built.add(x[None, :], np.array([observed]), toys.most)
        numbers = np.concatenate(
            [unit.values for unit in built.counter.ask((*x.tolist(), float(i)) for i in range(one.units))],
            axis=1,
        )
    sample, fits = (sample_of(row, numbers[2], exact=one.exact) for row in numbers[:2])
    asymptotic = float(chdtrc(len(point), observed))
    told |= {"observed": observed, "statistic": q, "p_value_asymptotic": asymptotic, "toys": sample.number}
    told |= {"lost": sample.lost, "exact": one.exact, "t": sample.t, "weight": sample.weight}
    if not sample.usable:
        return ToyTest(
            **told, **nothing, status=f"{sample.lost} of {toys.most} toys did not converge", converged=False
        )
    p, error = sample.p_value(observed)
    good, good_error = (None, None) if likelihood.degrees is None else fits.p_value(q)
    return ToyTest(
        **told, p_value=p, error=error, significance=float(-ndtri(p)) + 0.0, goodness=good, goodness_error=good_error,
        status="converged", converged=True,
    )  # fmt: skip
