"""Prepared models: every stage without a free input is folded once.

`prepare` builds the model with the free values traced, sees which stages' *inputs* became tracers, computes the
others now, and keeps only the quadratic form in the charges when nothing but the charges is free:

    counts[b, s] = sum over components of sum_ab Tr[c_a D_ab[b] c_b^dagger] x arrival[s].

A prepared model says in ``how`` which way each stage went, and agrees with the direct model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import jax
import jax.numpy as jnp

from weakscatter.interactions import Charge
from weakscatter.model.model import RECOIL, Model, _cells
from weakscatter.scattering import Folded, contract, slot_matrices

#: Stages and what they hold; a stage is "live" when a free value reaches it, else "folded".
STAGES = ("rates", "energy", "time")


@dataclass(frozen=True, eq=False)
class Prepared:
    """Counts as a function of the free values, with every other stage folded.

    Parameters
    ----------
    build : values of the free parameters -> `Model`, traceable.
    how : {stage: "folded" | "live"}.
    rates, energy, time : what was folded (None where live); `rates` holds D in observed bins if energy is folded too.
    """

    build: Callable[[Mapping[str, Any]], Model]
    how: dict[str, str]
    rates: Any
    energy: Any
    time: Any

    def counts_by_component(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Expected counts [b, s] per beam component, traceable in `values`."""
        model = self.build(values)
        time = _time(model) if self.time is None else self.time
        rates = _folded(model) if self.rates is None else self.rates
        binned = self.how["rates"] == self.how["energy"] == "folded"
        energy = None if binned else _energy(model) if self.energy is None else self.energy
        charges, layout = model.theory.charges(), model.layout()
        result = {}
        for component in model.beam.components:
            matrices = slot_matrices(charges, layout, component.antineutrino)
            terms = tuple(Folded(int(a), int(b), weight) for a, b, weight in rates[component.label])
            spectrum = contract(terms, matrices, matrices)
            # Charges first: the map into bins then acts on one spectrum, not on every entry of the form.
            observed = spectrum if energy is None else energy @ spectrum
            result[component.label] = observed[:, None] * time[component.label][None, :]
        return result

    def counts(self, values: Mapping[str, Any]) -> Any:
        """Expected counts [b, s]."""
        return sum(self.counts_by_component(values).values())


def prepare(
    build: Callable[[Mapping[str, Any]], Model], values: Mapping[str, float], free: tuple[str, ...]
) -> Prepared:
    """Fold what does not depend on the free values.

    Parameters
    ----------
    build : all values -> `Model`; must be traceable in the free ones.
    values : starting value of every parameter; those not free stay.
    free : names of the free parameters.
    """
    fixed = {name: value for name, value in values.items() if name not in free}

    def with_free(free_values: Mapping[str, Any]) -> Model:
        return build({**fixed, **free_values})

    live: dict[str, bool] = {}

    def probe(traced: dict[str, Any]) -> float:
        live.update(_live_stages(with_free(traced)))
        return 0.0

    start = {name: jnp.asarray(values[name], float) for name in free}
    jax.eval_shape(probe, start)
    model = build(values)
    rates = None if live["rates"] else jax.jit(lambda: _folded(model))()
    energy = None if live["energy"] else jax.jit(lambda: _energy(model))()
    time = None if live["time"] else jax.jit(lambda: _time(model))()
    if rates is not None and energy is not None:
        # Nothing in front of the charges is free: keep the form in observed bins alone.
        rates, energy = _binned(rates, energy), None
    how = {stage: "live" if live[stage] else "folded" for stage in STAGES}
    return Prepared(with_free, how, rates, energy, time)


def _folded(model: Model) -> dict[str, tuple[Any, ...]]:
    # Plain tuples cross the jit border; `Folded` objects do not.
    grid = model.recoil_grid
    return {
        label: tuple((term.first, term.second, term.weight * grid.weights[:, None, None]) for term in terms)
        for label, terms in model.folded(grid.nodes).items()
    }


def _energy(model: Model) -> Any:
    return model.detector.energy_map({RECOIL: model.recoil_grid.nodes})


def _time(model: Model) -> dict[str, Any]:
    time_map = model.detector.time_map()
    return {
        component.label: time_map @ _cells(component.arrival(model.detector.time_edges), time_map)
        for component in model.beam.components
    }


def _binned(rates: dict[str, tuple[Any, ...]], energy: Any) -> dict[str, tuple[Any, ...]]:
    return {
        label: tuple((a, b, jnp.einsum("bt,tij->bij", energy, weight)) for a, b, weight in terms)
        for label, terms in rates.items()
    }


def _live_stages(model: Model) -> dict[str, bool]:
    masses = [charge.mass for charge in model.theory.charges() if isinstance(charge, Charge)]
    detector = model.detector
    return {
        "rates": _traced(
            masses, model.targets, model.grid, [_without_pulse(c) for c in model.beam.components]
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
