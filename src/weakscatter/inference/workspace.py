"""Exchange of likelihoods with pyhf: a workspace written from a likelihood, and a likelihood read from a workspace.

What a workspace can say: expected counts b + s S with a free strength s, and nuisances that shift both additively
(histosys), one of which, called "lumi", may multiply instead. A likelihood of this library is written that way:

- the signal S is the change of the counts between parameter = 0 and its value ``at`` (for a modulus s is the *square* of the
  parameter over ``at``), which must be linear in s;
- a normalisation pull of one component is exact; so is the product of the largest pull of the whole signal, written as
  lumi on the part of the counts that it scales, with all others. The product of two other pulls of one component is lost
  (of the order of sigma_1 sigma_2), and a nuisance that moves shapes is a polynomial between its values at -1 and
  +1 sigma, a straight line beyond. How much this matters is measured when the workspace is made (`Workspace.error`).
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from weakscatter.inference.binned import BinnedPoisson
from weakscatter.inference.histfactory import PULL_BOUNDS, likelihood_of
from weakscatter.inference.likelihood import Likelihood
from weakscatter.inference.newton import Floats
from weakscatter.inference.parameter import Parameter
from weakscatter.inference.roles import Roles, assign_roles
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.files import write_atomic

VERSION = "1.0.0"
LUMI = "lumi"
MOST = 100.0
"""Largest strength that a workspace allows, where the parameter itself has no bound."""


@dataclass(frozen=True, eq=False)
class Workspace:
    """A workspace of pyhf.

    Parameters
    ----------
    content : the JSON content, as `pyhf.Workspace` takes it.
    at : value of the parameter at strength one.
    squared : whether the strength is (parameter/at)^2 rather than parameter/at.
    names : {nuisance: name of its modifier}, where the two differ.
    error : largest relative difference of the expected counts of a bin from those of the likelihood it was made from, with
        nuisances moved by two standard deviations one by one and by one in pairs; None for one that was read.
    """

    content: dict[str, Any]
    at: float = 1.0
    squared: bool = False
    names: dict[str, str] = field(default_factory=dict)
    error: float | None = None

    @property
    def poi(self) -> str:
        """Name of the strength."""
        return str(self.content["measurements"][0]["config"]["poi"])

    @property
    def likelihood(self) -> Likelihood:
        """The likelihood that the workspace describes, for `fit`, `limit` and all other calls."""
        return likelihood_of(self.content)

    def parameter_value(self, strength: float) -> float:
        """Return the value of the parameter at a strength."""
        return self.at * (math.sqrt(strength) if self.squared else strength)

    def save(self, path: str | Path) -> Path:
        """Write the JSON that pyhf reads, whole or not at all."""
        return write_atomic(path, json.dumps(self.content, indent=1, allow_nan=False) + "\n")

    @classmethod
    def load(cls, source: str | Path | Mapping[str, Any]) -> Workspace:
        """Read a workspace (path or content) that this library or another wrote.

        Raises
        ------
        InputError : no such file, no workspace, or a kind of modifier that is not read.
        """
        if isinstance(source, Mapping):
            content, where = dict(source), "the workspace"
        else:
            where = repr(str(source))
            try:
                content = json.loads(Path(source).read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
                raise InputError(f"cannot read {where}: {error}. Give a workspace of pyhf (JSON).") from None
        likelihood_of(content, where)  # says what is wrong
        return cls(content)

    def __repr__(self) -> str:
        channels = ", ".join(
            f"{c['name']} ({len(c['samples'][0]['data'])} bins)" for c in self.content["channels"]
        )
        return f"Workspace({channels}; poi {self.poi})"


def pyhf_workspace(
    likelihood: Likelihood,
    parameter: str,
    *,
    at: float = 1.0,
    fixed: Mapping[str, float | None] | None = None,
    tolerance: float = 0.05,
) -> Workspace:
    """Write a likelihood as a workspace whose strength is ``parameter``.

    Parameters
    ----------
    parameter : its bounds must contain zero, where there is no signal.
    at : value at strength one, in the parameter's unit: choose one of the size of the limit.
    fixed : as in `limit`; parameters without a constraint are held.
    tolerance : largest relative error of the expected counts of a bin (see `Workspace.error`).

    Raises
    ------
    InputError : published counts with errors, which are not Poisson; counts that are not linear in the strength; an error
        above the tolerance.
    """
    for term in likelihood.terms:
        if not isinstance(term, BinnedPoisson):
            raise InputError(
                f"the measurement {term.name!r} does not consist of counts in bins; a workspace holds nothing else. "
                "Leave it out."
            )
    roles = assign_roles(likelihood, chosen=(parameter,), fixed=fixed)
    p = likelihood.parameter(parameter)
    if p.constrained or not p.lower <= 0.0 <= p.upper or not 0.0 < at <= p.upper or not math.isfinite(at):
        raise InputError(
            f"parameter {parameter!r} ({p.describe()}) cannot be a strength with at = {at!r}: zero must be allowed, at be a "
            "positive value within its bounds, and it must not be constrained."
        )
    nuisances = [likelihood.parameter(name) for name in roles.floating]
    counts = _Counts(likelihood, roles, nuisances, p, at)
    lumi = _lumi(counts, nuisances)
    templates = _templates(counts, nuisances, lumi, parameter, at)
    lower, upper = (_strength(end, p, at) for end in (p.lower, p.upper))
    strength = Parameter(parameter, min(1.0, upper), lower=max(lower, -MOST), upper=min(upper, MOST))
    content = _content(likelihood, nuisances, strength, templates, lumi)
    made = Workspace(content, at, p.squared, {} if lumi is None else {nuisances[lumi].name: LUMI})
    error = _measured(made, counts, nuisances, lumi)
    if not error <= tolerance:
        raise InputError(
            f"the workspace would err by {error:.2g} in the counts of a bin; {tolerance:g} is allowed. Hold a nuisance that "
            "moves shapes, or allow more by tolerance."
        )
    return replace(made, error=error)


def _strength(value: float, p: Parameter, at: float) -> float:
    ratio = value / at
    return ratio**2 if p.squared else ratio


class _Counts:
    """Expected counts [n, bins] at strengths [n] and pulls [n, k] (standard deviations), compiled once."""

    def __init__(
        self, likelihood: Likelihood, roles: Roles, nuisances: list[Parameter], p: Parameter, at: float
    ) -> None:
        def one(strength: Any, pulls: Any) -> Any:
            values: dict[str, Any] = dict(roles.held)
            values[p.name] = at * (jnp.sqrt(strength) if p.squared else strength)
            for i, nuisance in enumerate(nuisances):
                moved = nuisance.value + pulls[i] * (nuisance.sigma or 0.0)
                values[nuisance.name] = jnp.clip(moved, nuisance.lower, nuisance.upper)
            return likelihood.counts(values)

        self.number = len(nuisances)
        self.compiled = jax.jit(jax.vmap(one))

    def __call__(self, strengths: list[float], pulls: list[dict[int, float]]) -> Floats:
        moved = np.zeros((len(pulls), self.number))
        for row, move in enumerate(pulls):
            for i, size in move.items():
                moved[row, i] = size
        return np.asarray(self.compiled(np.array(strengths, dtype=float), moved))


def _lumi(counts: _Counts, nuisances: list[Parameter]) -> int | None:
    """The largest nuisance in which the counts are exactly linear and which scales the signal; None if there is none."""
    found: dict[int, float] = {}
    for i, p in enumerate(nuisances):
        if p.value != 0.0 or p.sigma is None:
            continue
        moves = [{}, {i: 1.0}, {i: -1.0}, {i: 0.5}]
        mu = counts([0.0] * 4 + [1.0] * 4, moves + moves).reshape(2, 4, -1)
        change = mu[:, 1:] - mu[:, :1]
        small = 1e-9 * np.abs(mu).max()
        bent = np.abs(change - np.array([1.0, -1.0, 0.5])[None, :, None] * change[:, :1]).max()
        signal = mu[1, 0] - mu[0, 0]
        scaled = np.abs(change[1, 0] - change[0, 0] - p.sigma * signal).max()
        if bent <= small and scaled <= small:
            found[i] = p.sigma
    return max(found, key=lambda i: found[i]) if found and len(nuisances) > 1 else None


#: Samples of a channel: what lumi multiplies and what it does not, without and with the strength.
SAMPLES = ("background", "signal", "background_scaled", "signal_scaled")


def _templates(
    counts: _Counts, nuisances: list[Parameter], lumi: int | None, parameter: str, at: float
) -> Floats:
    """Return the samples [move, 4, bins] as they are, and with each nuisance but lumi up and down."""
    moves: list[dict[int, float]] = [{}]
    moves += [{i: sign} for i in range(counts.number) if i != lumi for sign in (1.0, -1.0)]
    lifted = moves if lumi is None else [{**move, lumi: 1.0} for move in moves]
    n = len(moves)
    mu = counts(([0.0] * n + [1.0] * n) * 2, [*moves, *moves, *lifted, *lifted]).reshape(2, 2, n, -1)
    sigma = 1.0 if lumi is None else nuisances[lumi].sigma or 1.0
    scaled = (mu[1] - mu[0]) / sigma
    rest = mu[0] - scaled
    samples = np.stack([rest[0], rest[1] - rest[0], scaled[0], scaled[1] - scaled[0]], axis=1)
    # What a difference of equal numbers leaves behind is nothing.
    small = 1e-12 * np.abs(mu).max()
    samples = np.where(np.abs(samples) <= small, 0.0, samples)
    signal = samples[0, 1] + samples[0, 3]
    size = np.abs(signal).sum()
    if not size > 0:
        raise InputError(
            f"the expected counts do not change between {parameter} = 0 and {at:g}: no signal can be written."
        )
    strengths = np.array([0.25, 0.5])
    bent = counts(strengths.tolist(), [{}, {}]) - mu[0, 0, 0] - strengths[:, None] * signal
    if np.any(np.abs(bent).sum(axis=1) > 1e-4 * size):
        raise InputError(
            f"the expected counts are not linear in {parameter!r}, as a strength must be. Choose a strength or a modulus that "
            "enters squared, such as signal_strength or a magnetic moment."
        )
    return samples


def _content(
    likelihood: Likelihood,
    nuisances: list[Parameter],
    strength: Parameter,
    templates: Floats,
    lumi: int | None,
) -> dict[str, Any]:
    """Return the JSON content: a channel for each measurement, with the `SAMPLES` that hold something."""
    channels, begin = [], 0
    moved = [p for i, p in enumerate(nuisances) if i != lumi]
    for term in likelihood.terms:
        bins = slice(begin, begin + term.data.size)
        begin = bins.stop
        samples = []
        for number, name in enumerate(SAMPLES):
            nominal = templates[0, number, bins]
            if not np.any(templates[:, number, bins]):
                continue
            modifiers: list[dict[str, Any]] = []
            if name.startswith("signal"):
                modifiers.append({"name": strength.name, "type": "normfactor", "data": None})
            if name.endswith("scaled"):
                modifiers.append({"name": LUMI, "type": "lumi", "data": None})
            for i, p in enumerate(moved):
                high, low = templates[1 + 2 * i, number, bins], templates[2 + 2 * i, number, bins]
                if np.array_equal(high, nominal) and np.array_equal(low, nominal):
                    continue
                data = {"hi_data": high.tolist(), "lo_data": low.tolist()}
                modifiers.append({"name": p.name, "type": "histosys", "data": data})
            samples.append({"name": name, "data": nominal.tolist(), "modifiers": modifiers})
        channels.append({"name": term.name, "samples": samples})
    settings: list[dict[str, Any]] = [
        {"name": strength.name, "inits": [strength.value], "bounds": [[strength.lower, strength.upper]]}
    ]
    for i, p in enumerate(nuisances):
        sigma = p.sigma or 1.0
        least, most = (
            min(max((end - p.value) / sigma, PULL_BOUNDS[0]), PULL_BOUNDS[1]) for end in (p.lower, p.upper)
        )
        if i == lumi:
            settings.append({
                "name": LUMI, "inits": [1.0], "auxdata": [1.0], "sigmas": [sigma],
                "bounds": [[1.0 + least * sigma, 1.0 + most * sigma]],
            })  # fmt: skip
        else:
            settings.append({"name": p.name, "inits": [0.0], "bounds": [[least, most]]})
    return {
        "channels": channels,
        "observations": [{"name": term.name, "data": term.data.tolist()} for term in likelihood.terms],
        "measurements": [{"name": "weakscatter", "config": {"poi": strength.name, "parameters": settings}}],
        "version": VERSION,
    }


def _measured(made: Workspace, counts: _Counts, nuisances: list[Parameter], lumi: int | None) -> float:
    """Largest difference of a bin, relative to its counts plus 1 % of their mean."""
    moves: list[dict[int, float]] = [{i: s} for i in range(counts.number) for s in (-2.0, -1.0, 1.0, 2.0)]
    pairs = itertools.combinations(range(counts.number), 2)
    moves += [{i: s, j: s} for i, j in pairs for s in (-1.0, 1.0)] + [{}]
    strengths = [0.0] * len(moves) + [1.0] * len(moves)
    ours = counts(strengths, moves + moves)
    likelihood = made.likelihood
    rows: dict[str, list[float]] = {name: [] for name in likelihood.names}
    for strength, move in zip(strengths, moves + moves, strict=True):
        for i, p in enumerate(nuisances):
            if i == lumi:
                rows[LUMI].append(1.0 + (p.sigma or 0.0) * move.get(i, 0.0))
            elif p.name in rows:
                rows[p.name].append(move.get(i, 0.0))
        rows[made.poi].append(strength)
    theirs = np.asarray(jax.vmap(likelihood.counts)({name: jnp.array(row) for name, row in rows.items()}))
    scale = np.abs(ours) + 0.01 * np.abs(ours).mean(axis=1, keepdims=True)
    return float(np.max(np.abs(theirs - ours) / scale))
