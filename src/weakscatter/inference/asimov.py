"""Asimov data: the counts that are expected, in place of those observed (arXiv:1007.1727, section 3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jax
import numpy as np

from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats, Minimiser
from weakscatter.inference.roles import check_value


def asimov(likelihood: Likelihood, values: Mapping[str, float] | None = None) -> Likelihood:
    """Return the likelihood with its data replaced by the counts expected at ``values``.

    Parameters
    ----------
    values : {name: value}
        The truth; parameters that are not named have their nominal values. A constrained parameter's auxiliary
        measurement is Asimov data, too: its constraint is centred on the truth.

    Returns
    -------
    Likelihood
        Whose -2 ln L has its minimum, zero, at the truth. Data need not be integers; published errors of
        `MeasuredCounts` stay what they are.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from weakscatter.inference import BinnedPoisson, Parameter
    >>> s = Parameter("s", 1.0, lower=0.0)
    >>> one = Likelihood((BinnedPoisson("one", [9.0], lambda v: jnp.array([4.0 * v["s"] + 3.0]), (s,)),))
    >>> asimov(one).data, asimov(one, {"s": 0.0}).data
    (array([7.]), array([3.]))
    """
    truth = true_values(likelihood, values)
    if "counts" not in likelihood.compiled:
        likelihood.compiled["counts"] = jax.jit(likelihood.counts)
    mu = np.asarray(likelihood.compiled["counts"](truth), dtype=np.float64)
    return with_data(likelihood, likelihood.typical(mu), truth)


def true_values(likelihood: Likelihood, values: Mapping[str, float] | None) -> dict[str, float]:
    """Return the value of every parameter: the given ones, checked, and nominal ones."""
    given = {name: check_value(likelihood, name, value) for name, value in (values or {}).items()}
    return {p.name: p.value for p in likelihood.parameters} | given


def with_data(likelihood: Likelihood, data: Floats, truth: Mapping[str, float]) -> Likelihood:
    """Return the likelihood with other observed counts and constraints centred on ``truth``.

    Minimisers that were compiled before serve the new likelihood as well, because data are one of their inputs.
    """
    terms, begin = [], 0
    term: Any
    for term in likelihood.terms:
        end = begin + term.data.size
        parameters = tuple(replace(p, value=truth[p.name]) if p.constrained else p for p in term.parameters)
        terms.append(replace(term, data=data[begin:end], parameters=parameters))
        begin = end
    made = Likelihood(tuple(terms))
    for key, machine in likelihood.compiled.items():
        if isinstance(machine, Minimiser):
            centre = np.array([made.parameter(name).value for name in machine.names], dtype=np.float64)
            made.compiled[key] = replace(machine, likelihood=made, centre=centre)
    return made
