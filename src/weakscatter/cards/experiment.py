"""An experiment from a card and CSV files alone: counts, backgrounds, efficiency, and a detector or a response matrix.

The object has the attributes listed in `weakscatter.experiments.analysis`, so that fits, limits and lists treat it like
a built-in one. Bins come from the counts file: columns ``lower``, ``upper`` (keV or PE) and ``counts (1)``. Without one,
bins come from the detector and the experiment is projected (`weakscatter.cards.projection`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from weakscatter.cards.counts_file import bins_of, edges_of
from weakscatter.cards.detector import (
    complete_detector,
    detector_of,
    edges_key,
    efficiency_of,
    observable,
    quenching_of,
)
from weakscatter.cards.electrons import atoms_of, mass_of, scatters_on_electrons
from weakscatter.cards.inelastic import is_inelastic
from weakscatter.cards.key import Key
from weakscatter.cards.names import Names, join
from weakscatter.cards.parse import as_table, check_names, kind_section, load, section
from weakscatter.cards.prediction import complete_physics
from weakscatter.cards.projection import check_background, converged_grid, counts_from_rate
from weakscatter.cards.rate import beam_of, complete_source_and_target
from weakscatter.cards.response_matrix import ResponseMatrix
from weakscatter.cards.schema import KINDS
from weakscatter.cards.schema_experiment import EXPERIMENT, MATRIX
from weakscatter.cards.target import check_reach, material_of, response_of
from weakscatter.cards.values import read
from weakscatter.detectors import ScaledQuenching
from weakscatter.experiments import Pull, Strength
from weakscatter.inference import Parameter
from weakscatter.interactions import Weak
from weakscatter.model import Model, RecoilGrid, Target, fine_recoil_grid, nuclear_targets
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import cite
from weakscatter.units import dimension_of, fm

SIGNAL = "signal"
_PHYSICS = ("source", "target", "response", "kinematics")
_ALLOWED = ("experiment", *_PHYSICS, "detector", "data", "background", "systematic")


@dataclass(frozen=True, eq=False)
class CardExperiment:
    """An experiment described by a card.

    Parameters
    ----------
    card : the completed card.
    form_factors : {name: class or object} that the card may use.
    unit : unit of the observable, "keV" or "PE".
    energy_edges : array [b + 1], bins of the observable (natural units).
    observed : array [b, 1], counts; None for a projected experiment.
    backgrounds : {name: array [b, 1]}.
    """

    card: Mapping[str, Any]
    form_factors: Mapping[str, Any]
    unit: str
    energy_edges: np.ndarray
    observed: np.ndarray | None
    backgrounds: Mapping[str, np.ndarray]
    time_label = "time"

    @property
    def name(self) -> str:
        return self.card["experiment"]["name"]

    @property
    def title(self) -> str:
        return self.card["experiment"]["title"]

    @property
    def citations(self) -> tuple[str, ...]:
        full, own = self.card, tuple(self.card["experiment"]["citations"])
        parts: list[Any] = [beam_of(full["source"])]
        if "quenching" in full["detector"]:
            parts.append(quenching_of(full["detector"]["quenching"]))
        return tuple(dict.fromkeys([*own, *(source.key for source in cite(*parts))]))

    @property
    def projected(self) -> bool:
        """Whether there are no data: a likelihood then holds what its theory expects."""
        return self.observed is None

    @cached_property
    def data(self) -> np.ndarray:
        """Counts [b, 1]: observed ones, or those that the Standard Model leads to expect."""
        if self.observed is not None:
            return self.observed
        signal = np.asarray(self.build(Weak(), {}).counts())
        return np.sum([signal, *self.backgrounds.values()], axis=0)

    @property
    def energy_label(self) -> str:
        return f"reconstructed energy ({self.unit})"

    @property
    def time_edges(self) -> np.ndarray:
        """One bin that holds everything: there is no time axis."""
        return np.array([0.0, 1.0])

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _response(self) -> Any:
        return response_of(self.card["response"], self.card["kinematics"]["spin"], self.form_factors)

    @cached_property
    def _radii(self) -> dict[str, float]:
        """Neutron radius (natural units) of every nuclide whose form factor takes one."""
        if scatters_on_electrons(self.card):
            return {}
        constituents = material_of(self.card["target"]).constituents
        found = {isotope.name: self._response(isotope).neutron_radius for isotope, _ in constituents}
        return {name: radius for name, radius in found.items() if radius is not None}

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        source = self.title
        pulls = [
            Parameter(one["name"], 0.0, lower=-1.0, sigma=one["relative_uncertainty"], description="relative", source=source)
            for one in self.card["systematic"]
        ] + [
            Parameter(
                one["parameter"], 0.0, lower=-1.0, sigma=one["relative_uncertainty"],
                description=f"normalisation of {one['name']}", source=source,
            )
            for one in self.card["background"]
            if one["relative_uncertainty"] > 0.0
        ]  # fmt: skip
        radii = [
            Parameter(f"neutron_radius_{name}", radius / fm, unit="fm", lower=1.0, upper=12.0,
                      description=f"rms neutron radius of {name}", source=source)
            for name, radius in self._radii.items()
        ]  # fmt: skip
        strength = Parameter(
            "signal_strength", 1.0, lower=0.0, upper=20.0, description="CEvNS counts over prediction"
        )
        return (*pulls, strength, *radii)

    @property
    def scalings(self) -> tuple[Any, ...]:
        return (
            Strength("signal_strength", (SIGNAL,)),
            *(Pull(one["name"], tuple(one["components"])) for one in self._acting_on("components")),
            *(Pull(one["parameter"], (one["name"],)) for one in self.card["background"]),
        )

    def _acting_on(self, what: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(one for one in self.card["systematic"] if one["acts_on"] == what)

    def _seen_by(self, values: Mapping[str, Any]) -> Any:
        """The detector with the light of its recoils scaled by the pulls that act on it."""
        detector, pulls = self._detector, self._acting_on("quenching")
        if not pulls:
            return detector
        scale: Any = 1.0
        for one in pulls:
            scale = scale * (1.0 + values.get(one["name"], 0.0))
        light = {kind: ScaledQuenching(model, scale) for kind, model in detector.quenching.items()}
        return replace(detector, quenching=light)

    @cached_property
    def _detector(self) -> Any:
        full = self.card["detector"]
        if "response_matrix" in full:
            curve = efficiency_of(full["efficiency"], self.unit) if "efficiency" in full else None
            return ResponseMatrix.load(full["response_matrix"], self.energy_edges, curve, full["outside"])
        targets, beam = self._targets({}), beam_of(self.card["source"])
        energy = float(max(c.energies[1] for c in beam.components))
        top = max(float(target.response.recoil_energy_max(energy)) for target in targets)
        return detector_of(full, self.energy_edges, energy_max=top)

    def _targets(self, values: Mapping[str, Any]) -> tuple[Target, ...]:
        def build(isotope: Any) -> Any:
            response = self._response(isotope)
            radius = values.get(f"neutron_radius_{isotope.name}")
            if radius is None:
                return response
            kind = type(response)
            return kind(
                isotope,
                response.form_factor,
                response.proton_radius,
                radius * fm,
                response.spin,
                response.axial,
            )

        mass = mass_of(self.card)
        if scatters_on_electrons(self.card):
            return atoms_of(self.card, mass)
        return nuclear_targets(material_of(self.card["target"]), mass, build)

    def build(self, theory: Any, values: Mapping[str, Any]) -> Model:
        """The prediction of the signal; radii that are not named keep the card's values."""
        beam, targets, detector = beam_of(self.card["source"]), self._targets(values), self._seen_by(values)
        if self._acting_on("quenching"):
            return Model(beam, theory, targets, detector, {self._kind: self._grid})
        kinks = detector.kinks() if isinstance(detector, ResponseMatrix) else ()
        grid = fine_recoil_grid(beam, targets, tuple(kinks))
        return Model(beam, theory, targets, detector, {self._kind: grid})

    @property
    def _kind(self) -> str:
        """What the target leaves in the detector."""
        return self._targets({})[0].response.deposit

    @cached_property
    def _grid(self) -> RecoilGrid:
        """A recoil grid no finer than the detector needs: with its light free, every node costs at every step of a fit."""
        beam, targets = beam_of(self.card["source"]), self._targets({})
        moves = [{}] + [
            {one["name"]: max(sign * 3.0 * one["relative_uncertainty"], -0.9)}
            for one in self._acting_on("quenching")
            for sign in (-1, 1)
        ]

        seen = tuple(self._seen_by(values) for values in moves)
        return converged_grid(beam, targets, seen)

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        return {SIGNAL: signal, **self.backgrounds}

    def check(self) -> None:
        """Raise where the parts do not fit together; called once, on plain numbers."""
        beam = beam_of(self.card["source"])
        energy = float(max(c.energies[1] for c in beam.components))
        targets = self._targets({})
        check_reach(targets, energy, 0.0, np.inf)
        detector = self._detector
        if isinstance(detector, ResponseMatrix):
            detector.check(max(float(t.response.recoil_energy_max(energy)) for t in targets))
        _ = self.parameters
        if self._acting_on("quenching"):
            _ = self._grid  # on plain numbers; inside a fit they are traced


def experiment_from_card(
    card: Any, *, form_factors: Mapping[str, Any] | None = None, folder: str | Path | None = None
) -> CardExperiment:
    """Return the experiment that a card describes.

    Parameters
    ----------
    card : path of a TOML file, or a dictionary
        Sections [experiment], [source], [target], [response], [kinematics], [detector], [data], [[background]] and
        [[systematic]]. [detector] has quenching, resolution and efficiency, or a response_matrix.
    form_factors : {name: class or object}, optional
    folder : path, optional
        What the paths in a dictionary are relative to.
    """
    from weakscatter.response import FORM_FACTORS

    own = {name: item for name, item in (form_factors or {}).items() if FORM_FACTORS.get(name) is not item}
    names = join(form_factors=own)
    content, base = load(card, folder)
    full = _complete(content, names, base)
    counts = bins_of(full["data"]["counts"]) if "data" in full else None
    unit = (
        "PE" if "response_matrix" not in full["detector"] and observable(full["detector"]) == "PE" else "keV"
    )
    if counts is None:
        edges = np.asarray(read(edges_key(unit), "detector.energy_edges", full["detector"]["energy_edges"]))
    else:
        if "response_matrix" in full["detector"]:
            unit = "PE" if dimension_of(counts.units["lower"]) == dimension_of("") else "keV"
        edges = edges_of(counts, unit)
    backgrounds = {}
    for one in full["background"]:
        check_background(one)
        if "rate" in one:
            backgrounds[one["name"]] = counts_from_rate(one, full, edges, unit)
            continue
        table = bins_of(one["file"])
        if len(table) != len(edges) - 1 or not np.allclose(edges_of(table, unit), edges, rtol=1e-9, atol=0.0):
            raise InputError(
                f"the bins of {one['file']!r} differ from those of the data. Give the background in the same bins."
            )
        backgrounds[one["name"]] = table["counts"][:, None]
    observed = None if counts is None else counts["counts"][:, None]
    made = CardExperiment(full, names.form_factors, unit, edges, observed, backgrounds)
    made.check()
    return made


def _complete(content: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    check_names("card of an experiment", content, _ALLOWED, "section")
    for needed in ("experiment", "detector"):
        if needed not in content:
            raise InputError(
                f"the card of an experiment lacks [{needed}]. It has: {', '.join(content) or 'nothing'}."
            )
    full: dict[str, Any] = {
        "experiment": section("experiment", content["experiment"], EXPERIMENT["experiment"], folder)
    }
    full["experiment"].setdefault("title", full["experiment"]["name"])
    nuclides = complete_source_and_target(full, content, folder)
    if is_inelastic(content.get("response")):
        raise InputError(
            "experiments described by a card scatter elastically; for levels give a Model with NuclearTransition targets. Leave "
            "response.final out."
        )
    complete_physics(full, content, nuclides, names, folder)
    for unused in ("interaction", "constants"):
        full.pop(unused)  # an experiment never names a theory
    projected = "data" not in content
    electrons = scatters_on_electrons(full)
    full["detector"] = _complete_detector(
        content["detector"], folder, projected=projected, electrons=electrons
    )
    if not projected:
        full["data"] = section("data", content["data"], EXPERIMENT["data"], folder)
    for kind in ("background", "systematic"):
        listed = content.get(kind, [])
        if not isinstance(listed, list):
            raise InputError(f"{kind} is a list of sections: write each as [[{kind}]], in double brackets.")
        full[kind] = [
            section(f"{kind}[{i}]", one, EXPERIMENT[kind], folder) for i, one in enumerate(listed, 1)
        ]
    _name_everything(full)
    return full


def _name_everything(full: dict[str, Any]) -> None:
    components = [SIGNAL, *(one["name"] for one in full["background"])]
    for name in components:
        if components.count(name) > 1:
            raise InputError(
                f"two components are called {name!r}; each [[background]] needs a name of its own."
            )
    for one in full["background"]:
        one.setdefault("parameter", f"{one['name']}_{full['experiment']['name']}")
    for one in full["systematic"]:
        where = f"systematic {one['name']!r}"
        check_names(where, one["components"], components, "component")
        if one["acts_on"] == "quenching" and scatters_on_electrons(full):
            raise InputError(f"{where} acts on the quenching, and recoils of electrons have none.")
        if one["acts_on"] == "quenching" and "response_matrix" in full["detector"]:
            raise InputError(
                f"{where} acts on the quenching, and the detector is a response matrix, which has none. Give quenching and "
                "resolution, or let it act on components."
            )
    pulls = [one["name"] for one in full["systematic"]] + [one["parameter"] for one in full["background"]]
    for name in pulls:
        if pulls.count(name) > 1:
            raise InputError(f"the parameter {name!r} is named twice; one name is one cause. Rename one.")


def _complete_detector(given: Any, folder: Path, *, projected: bool, electrons: bool) -> dict[str, Any]:
    given = as_table("detector", given)
    if "response_matrix" not in given:
        if projected and "energy_edges" not in given:
            raise InputError(
                "the card of an experiment has neither [data] nor detector.energy_edges. Add [data] with counts, or the bins "
                "of a projected experiment."
            )
        return complete_detector(given, folder, edges=projected, experiment=True, electrons=electrons)
    if projected:
        raise InputError(
            "the card of an experiment lacks [data]: with a response matrix the bins are those of the counts file."
        )
    keys: dict[str, Key] = {
        **MATRIX,
        "efficiency": Key("section", "efficiency read at the centres of the bins"),
    }
    full = section("detector", given, keys, folder)
    if "efficiency" in full:
        full["efficiency"] = kind_section(
            "detector.efficiency", full["efficiency"], KINDS["efficiency"], folder
        )
    return full
