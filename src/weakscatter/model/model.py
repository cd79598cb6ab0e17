"""The stages joined: beam, theory, targets and detector give counts per observed bin.

    counts[b, s] = sum over beam components of (energy map [b, T]) (rate [T]) x (time map [s, t]) (arrival [t])

The rate is a quadratic form in the charges, so the same stages give the form's matrix D once and for all
(`weakscatter.model.prepare`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp

from weakscatter.flux import Beam, after_baseline
from weakscatter.grids import compiled
from weakscatter.interactions import Charge, parts_of
from weakscatter.model.deposit import Deposit
from weakscatter.model.recoil_grid import RecoilGrid, default_recoil_grid, heavy_recoil_grid
from weakscatter.model.target import Target
from weakscatter.scattering import Folded, contract, fold_beam, slot_matrices, slots


@dataclass(frozen=True, eq=False)
class Model:
    """A prediction: who comes in, what it couples with, what it hits, what sees it.

    Parameters
    ----------
    beam : `weakscatter.flux.Beam`.
    theory : anything with ``charges()``.
    targets : tuple of `Target`.
    detector : anything with ``time_edges``, ``energy_map(contains)`` and ``time_map()``; None for bare recoils.
    grids : {kind of deposit: `RecoilGrid`}; the default grid of a kind that is not there.

    Notes
    -----
    Targets of one kind of deposit make one event class with a grid of its own; only the detector adds kinds.
    """

    beam: Beam
    theory: Any
    targets: tuple[Target, ...]
    detector: Any = None
    grids: Mapping[str, RecoilGrid] = field(default_factory=dict)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of deposits, in the order of the targets."""
        return tuple(dict.fromkeys(target.response.deposit for target in self.targets))

    def targets_of(self, kind: str) -> tuple[Target, ...]:
        """Targets that leave one kind of deposit."""
        return tuple(target for target in self.targets if target.response.deposit == kind)

    def recoil_grid(self, kind: str) -> RecoilGrid:
        """The nodes at which the spectrum of one kind of deposit is integrated."""
        targets = self.targets_of(kind)
        heavy = tuple(
            charge.final_mass
            for charge in self.theory.charges()
            if not (isinstance(charge.final_mass, int) and charge.final_mass == 0)
        )
        if heavy:
            return heavy_recoil_grid(self.beam, targets, heavy)
        return self.grids[kind] if kind in self.grids else default_recoil_grid(self.beam, targets, kind)

    @property
    def components(self) -> tuple[Any, ...]:
        """The beam's components as they reach the detector."""
        beam = self.beam
        for part in parts_of(self.theory):
            disappearance = getattr(part, "disappearance", None)
            if disappearance is not None:
                beam = after_baseline(beam, *disappearance)
        return beam.components

    def layout(self) -> tuple[Charge, ...]:
        """The slots of the quadratic form."""
        return slots(self.theory.charges())

    def folded(self, T: Any, kind: str | None = None) -> dict[str, tuple[Folded, ...]]:
        """W [T, 3, 3] per pair of slots and beam component, summed over targets of a kind (per MeV, exposure included)."""
        layout, targets = self.layout(), self.targets if kind is None else self.targets_of(kind)
        components = self.components
        each = [fold_beam(layout, target.response, components, T) for target in targets]
        numbers = [target.number for target in targets]
        return {
            component.label: _summed([(n, folded[c]) for n, folded in zip(numbers, each, strict=True)])
            for c, component in enumerate(components)
        }

    def spectra(self, T: Any, kind: str | None = None) -> dict[str, Any]:
        """dN/dT [T] (1/MeV) per beam component, summed over the targets of a kind, or of the only kind there is."""
        charges, layout, folded = self.theory.charges(), self.layout(), self.folded(T, kind)
        result = {}
        for component in self.beam.components:
            matrices = slot_matrices(charges, layout, component.antineutrino)
            result[component.label] = jnp.broadcast_to(
                contract(folded[component.label], matrices, matrices), jnp.shape(T)
            )
        return result

    def deposits(self) -> tuple[Deposit, ...]:
        """The event classes: one per kind of deposit, with a term per beam component."""
        edges = None if self.detector is None else self.detector.time_edges
        found = []
        for kind in self.kinds:
            grid = self.recoil_grid(kind)
            spectra = self.spectra(grid.nodes, kind)
            terms = tuple(
                (grid.weights * spectra[component.label], component.arrival(edges))
                for component in self.beam.components
            )
            found.append(Deposit(kind, {kind: grid.nodes}, terms))
        return tuple(found)

    def counts(self) -> Any:
        """Expected counts [b, s] in observed energy and time bins."""
        return compiled(_counts, self)

    def counts_by_component(self) -> dict[str, Any]:
        """Expected counts [b, s] per beam component."""
        return compiled(_counts_by_component, self)


def _summed(parts: list[tuple[Any, tuple[Folded, ...]]]) -> tuple[Folded, ...]:
    # The state is the beam component's, so it is the same for every target.
    totals: dict[tuple[int, int], Folded] = {}
    for number, folded in parts:
        for term in folded:
            pair = (term.first, term.second)
            before = totals[pair].weight if pair in totals else 0.0
            totals[pair] = Folded(*pair, before + number * term.weight, term.state)
    return tuple(totals.values())


def observe(detector: Any, deposits: tuple[Deposit, ...]) -> Any:
    """Counts [b, s] of event classes in a detector."""
    time_map = detector.time_map()
    return sum(
        (detector.energy_map(deposit.contains) @ f)[:, None] * (time_map @ _cells(h, time_map))[None, :]
        for deposit in deposits
        for f, h in deposit.terms
    )


def _cells(arrival: Any, time_map: Any) -> Any:
    # Without timing every event falls into the single cell of a detector that has no clock.
    return jnp.ones(time_map.shape[1]) if arrival is None else arrival


def _counts(model: Model) -> Any:
    return observe(model.detector, model.deposits())


def _counts_by_component(model: Model) -> dict[str, Any]:
    deposits = model.deposits()
    return {
        component.label: observe(
            model.detector,
            tuple(Deposit(deposit.label, deposit.contains, (deposit.terms[i],)) for deposit in deposits),
        )
        for i, component in enumerate(model.beam.components)
    }
