"""Parameters, likelihoods, fits, limits, scans and toys; no physics of any kind.

A measurement is a `BinnedPoisson`: data, a function from named values to expected counts, and its parameters. Counts
published as a value with errors are `MeasuredCounts`, events with their density `UnbinnedPoisson`, with the same interface.
Measurements add to a `Likelihood`, in which equal names are one parameter.

Which one to use: `fit` for a best fit with errors; `limit` for an interval of one parameter, `limit_budget` for its
error by cause; `scan` for a curve or a
contour; `profile_batch` for the profile likelihood at any points; `p_value` for goodness of fit; `sensitivity`,
`median_significance` and `asimov` for what an experiment may expect; `poisson_limit` for one count, exactly; `posterior` for
credible intervals; `pyhf_workspace` and `Workspace` for exchange. Where Wilks' theorem fails, `limit` and `scan` take
`method="feldman-cousins"`, `toy_test` tests one point, `coverage` checks an interval; `Toys` says how many, `Work` where
(`processes`, `cluster`).
"""

from weakscatter.inference.asimov import asimov
from weakscatter.inference.binned import BinnedPoisson
from weakscatter.inference.bounded_limit import BANDS
from weakscatter.inference.budget import Budget, Move
from weakscatter.inference.counting_rules import (
    PolynomialSignal,
    free_level_limit,
    level_rule,
    on_off_deviance,
    on_off_limit,
    on_off_variance,
    subtracted_limit,
)
from weakscatter.inference.coverage import Coverage, coverage
from weakscatter.inference.critical_map import CriticalMap
from weakscatter.inference.executors import cluster, processes
from weakscatter.inference.fit import Estimate, FitResult, fit
from weakscatter.inference.garwood import garwood
from weakscatter.inference.goodness import GoodnessOfFit, p_value
from weakscatter.inference.likelihood import Likelihood, Term
from weakscatter.inference.limit import limit
from weakscatter.inference.limit_budget import limit_budget
from weakscatter.inference.limit_result import LimitResult
from weakscatter.inference.measured import MeasuredCounts
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.poisson import poisson_deviance
from weakscatter.inference.poisson_limit import poisson_limit
from weakscatter.inference.posterior import posterior
from weakscatter.inference.posterior_result import PosteriorResult, ProfileAndMarginal
from weakscatter.inference.profile import ProfileBatch, profile_batch
from weakscatter.inference.scan import scan
from weakscatter.inference.scan_result import ScanResult
from weakscatter.inference.sensitivity import median_significance, sensitivity
from weakscatter.inference.sensitivity_result import SensitivityResult, Significance
from weakscatter.inference.side_by_side import profile_and_marginal
from weakscatter.inference.toy_test import ToyTest, toy_test
from weakscatter.inference.toys import Toys
from weakscatter.inference.unbinned import UnbinnedPoisson
from weakscatter.inference.wilks import critical_value, critical_value_2d
from weakscatter.inference.work import Work
from weakscatter.inference.workspace import Workspace, pyhf_workspace

__all__ = [
    "BANDS",
    "BinnedPoisson",
    "Budget",
    "Coverage",
    "CriticalMap",
    "Estimate",
    "FitResult",
    "GoodnessOfFit",
    "Likelihood",
    "LimitResult",
    "MeasuredCounts",
    "Move",
    "Parameter",
    "PolynomialSignal",
    "PosteriorResult",
    "ProfileAndMarginal",
    "ProfileBatch",
    "ScanResult",
    "SensitivityResult",
    "Significance",
    "Term",
    "ToyTest",
    "Toys",
    "UnbinnedPoisson",
    "Work",
    "Workspace",
    "asimov",
    "cluster",
    "coverage",
    "critical_value",
    "critical_value_2d",
    "fit",
    "free_level_limit",
    "garwood",
    "level_rule",
    "limit",
    "limit_budget",
    "median_significance",
    "on_off_deviance",
    "on_off_limit",
    "on_off_variance",
    "p_value",
    "poisson_deviance",
    "poisson_limit",
    "posterior",
    "processes",
    "profile_and_marginal",
    "profile_batch",
    "pyhf_workspace",
    "scan",
    "sensitivity",
    "subtracted_limit",
    "toy_test",
]
