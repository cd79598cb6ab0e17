"""Binned likelihoods written as HistFactory models, the JSON of pyhf: reading.

The expected counts of a channel are sums over samples of (nominal + sum of histosys shifts) x product of factors
(CERN-OPEN-2012-016; pyhf, J. Open Source Softw. 6 (2021) 2823, whose interpolations these are):

    normfactor  free factor                     lumi     factor with a Gaussian constraint
    histosys    nominal + shift(alpha) per bin  normsys  factor(alpha),   alpha constrained by a unit Gaussian

With hi and lo at alpha = +1 and -1, beyond |alpha| = 1 shifts go on as straight lines and factors as powers; inside, both are
polynomials of sixth order that join them with two derivatives ("code 4p" and "code 4").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.inference.binned import BinnedPoisson
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.parameter import Parameter
from weakscatter.provenance.errors import InputError

#: Kinds of modifiers that are read.
MODIFIERS = ("normfactor", "lumi", "histosys", "normsys")

#: Bounds of pyhf where a workspace states none.
FACTOR_BOUNDS, PULL_BOUNDS = (0.0, 10.0), (-5.0, 5.0)


def shift(alpha: Any, nominal: Floats, high: Floats, low: Floats) -> Any:
    """Compute the shift [bins] of a histosys (code 4p).

    >>> one, up, down = np.array([10.0]), np.array([12.0]), np.array([9.0])
    >>> [round(float(shift(a, one, up, down)[0]), 4) for a in (-2.0, -1.0, 0.0, 0.5, 1.0, 2.0)]
    [-2.0, -1.0, 0.0, 0.9482, 2.0, 4.0]
    """
    up, down = high - nominal, nominal - low
    inside = 0.5 * (up + down) + alpha * 0.0625 * (up - down) * (15.0 + alpha**2 * (3.0 * alpha**2 - 10.0))
    return alpha * jnp.where(alpha > 1, up, jnp.where(alpha < -1, down, inside))


def factor(alpha: Any, high: float, low: float) -> Any:
    """Compute the factor of a normsys (code 4).

    >>> [round(float(factor(a, 1.2, 0.9)), 4) for a in (-2.0, -1.0, 0.0, 1.0, 2.0)]
    [0.81, 0.9, 1.0, 1.2, 1.44]
    """
    logs = np.log([high, low])
    powers = np.arange(1, 7)
    signs = (-1.0) ** powers
    rows = [
        np.ones(6), signs, powers, -powers * signs, powers * (powers - 1), powers * (powers - 1) * signs,
    ]  # fmt: skip
    wanted = [
        high - 1, low - 1, high * logs[0], -low * logs[1], high * logs[0] ** 2, low * logs[1] ** 2,
    ]  # fmt: skip
    a = np.linalg.solve(np.array(rows, dtype=float), np.array(wanted))
    safe = jnp.clip(alpha, -1.0, 1.0)
    inside = 1.0 + sum(a[i] * safe ** (i + 1) for i in range(6))
    return jnp.where(alpha > 1, high**alpha, jnp.where(alpha < -1, low ** (-alpha), inside))


def likelihood_of(content: Mapping[str, Any], where: str = "the workspace") -> Likelihood:
    """Return the likelihood of a workspace: one Poisson term a channel, parameters by the names of modifiers.

    Raises
    ------
    InputError : a missing part, or a kind of modifier that is not among `MODIFIERS`.
    """
    try:
        settings = _settings(content)
        observed = {one["name"]: np.asarray(one["data"], dtype=float) for one in content["observations"]}
        terms = [
            _term(channel, observed[channel["name"]], settings, where) for channel in content["channels"]
        ]
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise InputError(
            f"{where} is no workspace of pyhf: {error!r}. It needs channels with samples, observations and a measurement."
        ) from None
    return Likelihood(tuple(terms))


def _settings(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["name"]: one for one in content["measurements"][0]["config"]["parameters"]}


def _term(
    channel: Mapping[str, Any], data: Floats, settings: Mapping[str, Mapping[str, Any]], where: str
) -> BinnedPoisson:
    parameters: dict[str, Parameter] = {}
    samples: list[tuple[Floats, list[tuple[str, Mapping[str, Any]]]]] = []
    for sample in channel["samples"]:
        for modifier in sample["modifiers"]:
            if modifier["type"] not in MODIFIERS:
                raise InputError(
                    f"{where}: the modifier {modifier['name']!r} is of type {modifier['type']!r}, which is not read. Types "
                    f"that are: {', '.join(MODIFIERS)}."
                )
            made = _parameter(modifier, settings.get(modifier["name"], {}))
            parameters.setdefault(made.name, made)
        samples.append(
            (np.asarray(sample["data"], dtype=float), [(m["type"], m) for m in sample["modifiers"]])
        )
    return BinnedPoisson(channel["name"], data, _expected(samples), tuple(parameters.values()))


def _parameter(modifier: Mapping[str, Any], given: Mapping[str, Any]) -> Parameter:
    name, kind = modifier["name"], modifier["type"]
    default = FACTOR_BOUNDS if kind in ("normfactor", "lumi") else PULL_BOUNDS
    lower, upper = (float(end) for end in given.get("bounds", [default])[0])
    if kind == "normfactor":
        return Parameter(name, float(given.get("inits", [1.0])[0]), lower=lower, upper=upper)
    if kind == "lumi":
        return Parameter(
            name, float(given["auxdata"][0]), lower=lower, upper=upper, sigma=float(given["sigmas"][0])
        )
    return Parameter(name, 0.0, lower=lower, upper=upper, sigma=1.0)


def _expected(
    samples: list[tuple[Floats, list[tuple[str, Mapping[str, Any]]]]],
) -> Callable[[Mapping[str, Any]], Any]:
    def expected(values: Mapping[str, Any]) -> Any:
        total: Any = 0.0
        for nominal, modifiers in samples:
            counts: Any = jnp.asarray(nominal)
            multiplied: Any = 1.0
            for kind, modifier in modifiers:
                value = values[modifier["name"]]
                data: Any = modifier.get("data")
                if kind == "histosys":
                    high, low = (np.asarray(data[side], dtype=np.float64) for side in ("hi_data", "lo_data"))
                    counts = counts + shift(value, nominal, high, low)
                elif kind == "normsys":
                    multiplied = multiplied * factor(value, float(data["hi"]), float(data["lo"]))
                else:
                    multiplied = multiplied * value
            total = total + counts * multiplied
        return total

    return expected
