"""Prepared models: every stage without a free input is folded once.

`prepare` builds the model with the free values traced, sees which stages' *inputs* became tracers, computes the
others now, and keeps only the quadratic form in the charges when nothing but the charges is free:

    counts[b, s] = sum over components of sum_ab Tr[c_a D_ab[b] c_b^dagger] x arrival[s].

A prepared model says in ``how`` which way each stage went, and agrees with the direct model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp

from weakscatter.grids import own_derivative
from weakscatter.interactions import Charge, parts_of
from weakscatter.model.joined import Part, joined
from weakscatter.model.model import Model, _cells
from weakscatter.scattering import Folded, slot_matrices

#: Stages and what they hold; a stage is "live" when a free value reaches it, else "folded".
STAGES = ("rates", "energy", "time")


@dataclass(frozen=True, eq=False)
class Direct:
    """A prediction that has no stages to fold: computed from the free values each time.

    Parameters
    ----------
    build : values of the free parameters -> an object with ``counts()``, traceable.
    """

    build: Callable[[Mapping[str, Any]], Any]

    @property
    def how(self) -> dict[str, str]:
        """Everything is live."""
        return {"prediction": "live"}

    def counts(self, values: Mapping[str, Any]) -> Any:
        """Predicted numbers [b, s]."""
        return self.build(values).counts()


@dataclass(frozen=True, eq=False)
class Prepared:
    """Counts as a function of the free values, with every other stage folded.

    Parameters
    ----------
    build : values of the free parameters -> `Model`, traceable.
    how : {stage: "folded" | "live"}.
    parts : values -> tuple of `Part`, the form in observed bins, traceable.
    """

    build: Callable[[Mapping[str, Any]], Model]
    how: dict[str, str]
    parts: Callable[[Mapping[str, Any]], tuple[Part, ...]]

    def counts(self, values: Mapping[str, Any]) -> Any:
        """Expected counts [b, s], traceable in `values`."""
        model = self.build(values)
        charges, layout = model.theory.charges(), model.layout()
        parts = self.parts(values)
        seen = {side: slot_matrices(charges, layout, side) for side in {part.antineutrino for part in parts}}
        return sum(part.counts(seen[part.antineutrino]) for part in parts)


def prepare(
    build: Callable[[Mapping[str, Any]], Model], values: Mapping[str, float], free: tuple[str, ...]
) -> Prepared | Direct:
    """Fold what does not depend on the free values.

    Parameters
    ----------
    build : all values -> `Model`, or another object with ``counts()``, which is left as it is; must be traceable in the
        free ones.
    values : starting value of every parameter; those not free stay.
    free : names of the free parameters.
    """
    fixed = {name: value for name, value in values.items() if name not in free}

    def with_free(free_values: Mapping[str, Any]) -> Model:
        return build({**fixed, **free_values})

    model = build(values)
    if not isinstance(model, Model):
        return Direct(with_free)
    readers = _readers(build, values, free)
    # A stage without a free input is computed now, inside one that has some.
    rates = None if readers["rates"] else jax.jit(lambda: _folded(model))()
    energy = None if readers["energy"] else jax.jit(lambda: _energy(model))()

    def forms(some: Mapping[str, Any]) -> Any:
        model = build({**values, **some})
        return _binned(
            _folded(model) if rates is None else rates, _energy(model) if energy is None else energy
        )

    how = {stage: "live" if readers[stage] else "folded" for stage in STAGES}
    form = _stage(forms, tuple(dict.fromkeys(readers["rates"] + readers["energy"])))
    time = _stage(lambda some: _time(build({**values, **some})), readers["time"])
    sides = {component.label: component.antineutrino for component in model.beam.components}

    def parts(some: Mapping[str, Any]) -> tuple[Part, ...]:
        binned, fractions = form(some), time(some)
        return tuple(Part(side, binned[label], fractions[label]) for label, side in sides.items())

    if any(readers.values()):
        return Prepared(with_free, how, parts)
    constant = joined(parts({}))
    return Prepared(with_free, how, lambda some: constant)


def _readers(
    build: Callable[[Mapping[str, Any]], Model], values: Mapping[str, float], free: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """Names of the free parameters that reach each stage, found by tracing them one at a time."""
    found: dict[str, list[str]] = {stage: [] for stage in STAGES}
    for name in free:

        def probe(value: Any, name: str = name) -> float:
            for stage, live in _live_stages(build({**values, name: value})).items():
                if live:
                    found[stage].append(name)
            return 0.0

        jax.eval_shape(probe, jnp.asarray(values[name], float))
    return {stage: tuple(names) for stage, names in found.items()}


def _stage(
    function: Callable[[Mapping[str, Any]], Any], names: tuple[str, ...]
) -> Callable[[Mapping[str, Any]], Any]:
    """A stage as a function of all values that reads `names` only: a constant if there are none."""
    if not names:
        constant = jax.jit(lambda: function({}))()
        return lambda values: constant
    stage = own_derivative(lambda x: function(dict(zip(names, x, strict=True))))
    return lambda values: stage(jnp.stack([jnp.asarray(values[name], float) for name in names]))


def _folded(model: Model) -> tuple[dict[str, tuple[Folded, ...]], ...]:
    """Per kind {component: terms on the grid}, quadrature weights included.

    A tuple in the order of `Model.kinds`, since a dictionary that leaves a compiled function comes out sorted.
    """
    rates = []
    for kind in model.kinds:
        grid = model.recoil_grid(kind)
        rates.append(
            {
                label: tuple(replace(term, weight=_times(grid.weights, term.weight)) for term in terms)
                for label, terms in model.folded(grid.nodes, kind).items()
            }
        )
    return tuple(rates)


def _times(weights: Any, values: Any) -> Any:
    return values * jnp.reshape(weights, (-1,) + (1,) * (values.ndim - 1))


def _energy(model: Model) -> tuple[Any, ...]:
    """Map [b, T] per kind."""
    return tuple(model.detector.energy_map({kind: model.recoil_grid(kind).nodes}) for kind in model.kinds)


def _time(model: Model) -> dict[str, Any]:
    time_map = model.detector.time_map()
    return {
        component.label: time_map @ _cells(component.arrival(model.detector.time_edges), time_map)
        for component in model.beam.components
    }


def _binned(
    rates: tuple[dict[str, tuple[Folded, ...]], ...], maps: tuple[Any, ...]
) -> dict[str, tuple[Folded, ...]]:
    """Terms of the quadratic form in observed bins, those of all kinds one after the other: {component: terms}."""
    binned: dict[str, tuple[Folded, ...]] = {}
    for components, energy in zip(rates, maps, strict=True):
        for label, terms in components.items():
            here = tuple(replace(term, weight=jnp.tensordot(energy, term.weight, axes=1)) for term in terms)
            binned[label] = binned.get(label, ()) + here
    return binned


def _live_stages(model: Model) -> dict[str, bool]:
    charges = [charge for charge in model.theory.charges() if isinstance(charge, Charge)]
    masses = [(charge.mass, charge.final_mass, charge.form) for charge in charges]
    lost = [getattr(part, "disappearance", None) for part in parts_of(model.theory)]
    detector = model.detector
    return {
        "rates": _traced(
            masses, lost, model.targets, model.grids, [_without_pulse(c) for c in model.beam.components]
        ),
        "energy": _traced(detector),
        "time": _traced([getattr(component, "pulse", None) for component in model.beam.components], detector),
    }


def _without_pulse(component: Any) -> dict[str, Any]:
    return {
        field.name: getattr(component, field.name) for field in fields(component) if field.name != "pulse"
    }


def _traced(*objects: Any) -> bool:
    """Whether any number inside frozen dataclasses, dicts, tuples or lists is being traced."""
    for value in objects:
        if isinstance(value, jax.core.Tracer):
            return True
        if isinstance(value, list | tuple) and _traced(*value):
            return True
        if isinstance(value, dict) and _traced(*value.values()):
            return True
        is_object = is_dataclass(value) and not isinstance(value, type)
        if is_object and _traced(*(getattr(value, field.name) for field in fields(value))):
            return True
    return False
