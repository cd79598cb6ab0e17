"""The variance of a fitted parameter by cause: the data, and each constraint.

The estimates react linearly to independent Gaussian measurements: the data, and the auxiliary measurement behind each
constraint. With the covariance V at the minimum, a constraint of width sigma_k on parameter k gives

    Var_k(p) = (V_pk / sigma_k)^2,

and the data give the rest, V H_data V with V^-1 = H_data + diag(1/sigma^2). The contributions add up to V_pp exactly
and do not depend on an order, which the differences between fits with a parameter held ("impacts") do not do
(A. Pinto et al., Eur. Phys. J. C 84 (2024) 593, arXiv:2307.04007, who call these the actual uncertainty components).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from iminuit import Minuit  # type: ignore[import-untyped]
from numpy.typing import NDArray

from weakscatter.inference.newton import Floats, Minimiser

DATA = "data"
"""Name of the part that the counts themselves cause; parameters without a constraint act through it."""


def variance_by_cause(
    names: tuple[str, ...], covariance: NDArray[np.float64], sigmas: Mapping[str, float | None]
) -> dict[str, dict[str, float]]:
    """Split the variance of each parameter.

    Parameters
    ----------
    names : floating parameters, in the order of the matrix.
    covariance : array [n, n], from the curvature of -2 ln L.
    sigmas : {name: width of its constraint, or None}.

    Returns
    -------
    {parameter: {"data": variance, constrained parameter: variance, ...}} (squared unit of the parameter)

    Examples
    --------
    >>> matrix = np.array([[5.0, 2.0], [2.0, 4.0]])  # x is measured to 2 with its offset known to 2
    >>> variance_by_cause(("x", "offset"), matrix, {"x": None, "offset": 2.0})["x"]
    {'data': 4.0, 'offset': 1.0}
    """
    parts: dict[str, dict[str, float]] = {}
    for i, name in enumerate(names):
        from_constraints = {
            other: float(covariance[i, k] / sigma) ** 2
            for k, other in enumerate(names)
            if (sigma := sigmas.get(other)) is not None
        }
        parts[name] = {DATA: float(covariance[i, i]) - sum(from_constraints.values()), **from_constraints}
    return parts


def covariance_of(machine: Minimiser, m: Minuit, held: Mapping[str, float]) -> Floats:
    """Return the covariance [n, n] at Minuit's minimum from differences of exact gradients.

    Minuit's second derivatives are differences of -2 ln L itself, wrong by per cents for strongly correlated parameters;
    they stand in where the gradients are not those of a convex function, as at a bound.
    """
    x, scale = np.array(m.values), np.array(m.errors)
    step = 3e-3 * scale
    slopes = machine.evaluate(np.concatenate([x + np.diag(step), x - np.diag(step)]), held)[1]
    half = (slopes[: len(x)] - slopes[len(x) :]) / (4 * step[:, None])
    curvature = 0.5 * (half + half.T) * np.outer(scale, scale)
    if not np.all(np.isfinite(curvature)) or np.linalg.eigvalsh(curvature)[0] <= 0:
        return np.asarray(m.covariance)
    return np.asarray(np.linalg.inv(curvature) * np.outer(scale, scale))


def dominant_cause(variances: Mapping[str, float]) -> str:
    """Return the cause with the largest part of a variance, "none" where there is no part."""
    return max(variances, key=lambda cause: variances[cause]) if variances else "none"
