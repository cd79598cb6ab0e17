"""One experiment with one theory, made ready for a fit: names are resolved, stages folded, scalings applied.

An experiment is any frozen object that offers

- ``name``, ``title``, ``citations``,
- ``parameters``: nuisances (with a constraint) and target structure (without), `weakscatter.inference.Parameter`,
- ``data`` [b, s], ``energy_edges`` [b + 1], ``time_edges`` [s + 1] with ``energy_label`` and ``time_label``; further
  observables stand between the two, data [b, ..., s],
- ``build(theory, values) -> Model``, traceable; or, where nothing comes in a beam, any object whose ``counts()`` are
  the predicted numbers [b, s],
- ``components(signal, values) -> {name: [b, ..., s]}``: the signal's (`signal` is [b, s]) and the backgrounds' counts
  before scalings,
- ``scalings``: tuple of `Pull` and `Strength`,
- ``replaces``: {nuisance: names that make it superfluous when one of them is free},
- ``term(expected, parameters)``, optional: its term of a likelihood, `BinnedPoisson` of its data without one,
- ``projected``, optional: true where there are no data; its term then holds what the theory expects (Asimov data),
- ``interval``, optional: (lower, upper) ends [b, s] of published errors, for figures,
- ``binned``, optional: the same experiment in bins, where its own rows are no counts in bins (unbinned events); figures and
  tables of counts use it,
- ``makes_dark_matter``, optional: true where `build` adds the dark matter of a theory's portal to the beam,
- ``subtraction``, optional: what least squares subtract (`weakscatter.experiments.least_squares`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.experiments.scaling import scaled
from weakscatter.flux import oscillated
from weakscatter.grids import compiled
from weakscatter.inference import BinnedPoisson, Parameter, Term
from weakscatter.interactions import (
    Millicharged,
    VectorPortal,
    parts_of,
    theory_from_parameters,
    theory_parameters,
)
from weakscatter.mixing import Mixing, checked_baseline, in_basis
from weakscatter.model import Direct, Prepared, prepare
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import cite


@dataclass(frozen=True, eq=False)
class Analysis:
    """A prepared experiment.

    Parameters
    ----------
    experiment, theory : what was joined.
    parameters : every parameter that the prediction reads: the free ones and the experiment's nuisances.
    fixed : values of all other named parameters.
    prepared : the folded model.
    """

    experiment: Any
    theory: Any
    parameters: tuple[Parameter, ...]
    fixed: Mapping[str, float]
    prepared: Prepared | Direct

    @property
    def how(self) -> dict[str, str]:
        """Which way each stage went: "folded" or "live"."""
        return self.prepared.how

    @property
    def nominal(self) -> dict[str, float]:
        """Start value of each parameter."""
        return {parameter.name: parameter.value for parameter in self.parameters}

    @cached_property
    def binned(self) -> Analysis:
        """The same question of counts in bins: itself, but for unbinned events."""
        binned = getattr(self.experiment, "binned", None)
        if binned is None:
            return self
        again, (_, theory, free, fixed) = self.__reduce__()
        made: Analysis = again(binned, theory, free, fixed)
        return made

    def components(self, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Expected counts [b, s] of each component after all scalings; traceable in `values`."""
        values = {**self.nominal, **({} if values is None else values)}
        signal = self.prepared.counts(values)
        everything = {**self.fixed, **values}
        return scaled(self.experiment.components(signal, everything), self.experiment.scalings, everything)

    def expected(self, values: Mapping[str, Any] | None = None) -> Any:
        """Expected counts [b, s], all components."""
        return sum(self.components(values).values())

    def predict(self, values: Mapping[str, float] | None = None) -> dict[str, np.ndarray]:
        """`components`, compiled, as NumPy arrays: the call for plots and tables."""
        given = {name: float(value) for name, value in (values or {}).items()}
        return {name: np.asarray(counts) for name, counts in compiled(_Components(self), given).items()}

    @property
    def term(self) -> Term:
        """The experiment's term of a likelihood."""

        expected = _Expected(self)
        cited = tuple(source.key for source in cite(self.experiment, self.theory))
        own = getattr(self.experiment, "term", None)
        if own is not None:
            return replace(own(expected, self.parameters), citations=cited)
        if getattr(self.experiment, "projected", False):
            data = np.maximum(np.ravel(sum(self.predict().values())), 0.0)
        else:
            data = np.asarray(self.experiment.data, float).ravel()
        return BinnedPoisson(self.experiment.name, data, expected, self.parameters, cited)

    def __reduce__(self) -> Any:
        """What is sent to another process: the question; folding it again costs less than sending what was folded."""
        own = {p.name for p in self.experiment.parameters if p.constrained}
        free = tuple(p.name for p in self.parameters if p.name not in own)
        return _analyse_again, (self.experiment, self.theory, free, dict(self.fixed))


def _makes_dark_matter(experiment: Any) -> bool:
    """Whether an experiment, or the one whose bins it sums, adds dark matter to its beam."""
    inner = getattr(experiment, "experiment", None)
    return bool(getattr(experiment, "makes_dark_matter", False)) or (
        inner is not None and _makes_dark_matter(inner)
    )


def _analyse_again(
    experiment: Any, theory: Any, free: tuple[str, ...], fixed: Mapping[str, float]
) -> Analysis:
    return analyse(experiment, theory, free=free, fixed=fixed)


@dataclass(frozen=True, eq=False)
class _Expected:
    """`Analysis.expected`, flat: what its term of a likelihood calls."""

    analysis: Analysis

    def __call__(self, values: Mapping[str, Any]) -> Any:
        return jnp.ravel(self.analysis.expected(values))


def energy_and_time(counts: Any) -> np.ndarray:
    """Counts [b, s] of counts [b, ..., s]: summed over what stands between energy and time; [b] stays as it is."""
    counts = np.asarray(counts, float)
    return counts.sum(axis=tuple(range(1, counts.ndim - 1)))


class _Components:
    """`Analysis.components` as a hashable function, one per analysis, so that it is compiled once."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis

    def __hash__(self) -> int:
        return id(self.analysis)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Components) and other.analysis is self.analysis

    def __call__(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return self.analysis.components(values)


def available_parameters(experiment: Any, theory: Any = None, nature: str = "dirac") -> dict[str, Parameter]:
    """Every parameter that a fit of this experiment may name: its own, and the theory's (all built-in ones if None)."""
    own = {parameter.name: parameter for parameter in experiment.parameters}
    if theory is None:
        members = set(theory_parameters(nature).values())
        others = {parameter.name: parameter for owner in members for parameter in owner().parameters}
    else:
        others = {parameter.name: parameter for parameter in theory.parameters}
    return {**others, **own}


def analyse(
    experiment: Any, theory: Any = None, *, free: Iterable[str] = (), fixed: Mapping[str, float] | None = None,
    mixing: Mixing | None = None, baseline: Any = 0,
) -> Analysis:  # fmt: skip
    """Join an experiment and a theory, with the named parameters free beside the experiment's nuisances.

    Parameters
    ----------
    experiment : see this module's first lines.
    theory : interaction or sum; None for the weak interaction plus what the named parameters call for.
    free : names of theory parameters or of target structure.
    fixed : values of parameters to hold, in their units; nuisances named here are held too.
    mixing : `weakscatter.Mixing`, by default that of `Mixing()`: it turns charges given in the mass basis.
    baseline : length (natural units) or "averaged": the beam arrives after vacuum oscillations. 0: as produced.

    Raises
    ------
    InputError : an unknown name (the nearest is offered), or one that is both free and fixed.
    """
    free, fixed = tuple(dict.fromkeys(free)), dict(fixed or {})
    mixing = Mixing() if mixing is None else mixing
    checked_baseline(baseline)
    known = available_parameters(experiment, theory, mixing.nature)
    for name in (*free, *fixed):
        if name not in known:
            raise InputError(
                f"Parameter {name!r} is not one of {experiment.name}."
                f"{nearest(name, list(known))} `weakscatter show experiment {experiment.name}` lists them all."
            )
    both = sorted(set(free) & set(fixed))
    if both:
        raise InputError(f"Parameter {both[0]!r} is asked to be free and fixed at once; choose one.")
    if theory is None:
        theory = theory_from_parameters((*free, *fixed), nature=mixing.nature)
    theory = in_basis(theory, mixing)
    if any(isinstance(part, Millicharged) for part in parts_of(theory)):
        raise InputError(
            f"{experiment.name} has no beam of millicharged particles: weakscatter.experiments.charged_particle_limits takes the photons "
            "that make them, from you. Leave them out of the theory."
        )
    if any(isinstance(part, VectorPortal) for part in parts_of(theory)) and not _makes_dark_matter(
        experiment
    ):
        raise InputError(
            f"{experiment.name} has no beam of dark matter, and the theory scatters some. Take an experiment at a stopped-pion source "
            "(coherent_csi_2021, coherent_lar_2020, ccm), or leave the dark photon out."
        )
    travels = isinstance(baseline, str) or baseline != 0
    owners = {parameter.name: parameter for parameter in theory.parameters}
    own = {parameter.name: parameter for parameter in experiment.parameters}
    superfluous = {
        nuisance
        for nuisance, names in experiment.replaces.items()
        if set(names) & set(free) or set(names) & set(fixed)
    }
    nuisances = [
        p for p in own.values() if p.constrained and p.name not in fixed and p.name not in superfluous
    ]
    named = [owners.get(name, own.get(name, known.get(name))) for name in free]
    parameters = tuple({p.name: p for p in (*named, *nuisances) if p is not None}.values())
    if travels:
        # A coherent state lets an off-diagonal entry interfere: it is not known by its square only.
        parameters = tuple(replace(p, squared=False) for p in parameters)
    held = dict.fromkeys(superfluous, 0.0) | fixed
    values = {**held, **{parameter.name: parameter.value for parameter in parameters}}

    def build(values: Mapping[str, Any]) -> Any:
        model = experiment.build(theory.from_values(values), values)
        if not travels:
            return model
        if getattr(model, "beam", None) is None:
            raise InputError(f"{experiment.name} has no beam that could travel; leave the baseline out.")
        return replace(model, beam=oscillated(model.beam, mixing, baseline))

    scaled_only = {scaling.parameter for scaling in experiment.scalings} & set(own)
    live = tuple(parameter.name for parameter in parameters if parameter.name not in scaled_only)
    return Analysis(experiment, theory, parameters, held, prepare(build, values, live))
