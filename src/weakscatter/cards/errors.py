"""Error bands of predictions: the card run again with each input moved by its error.

Inputs that have an error: the weak mixing angle of the couplings, the neutron radius of the form factor, the flux of the
source, the light of the detector. Each is moved down and up by one standard deviation, alone; half the difference is its
part of the error, and the parts add in quadrature. The band is symmetric. Proton radii (known to per mille) and the choice
between models of couplings, form factor and quenching are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from weakscatter import constants
from weakscatter.cards.document import Document
from weakscatter.cards.key import Key
from weakscatter.cards.results import Result
from weakscatter.cards.schema import SECTIONS
from weakscatter.cards.source import has_flux_error
from weakscatter.cards.values import read
from weakscatter.inference.budget import Budget, Move
from weakscatter.provenance.errors import InputError
from weakscatter.units import fm

#: Results that get an error; splits by kind and axes do not.
WITH_ERROR = (
    "dsigma_dT",
    "sigma_total",
    "sigma_window",
    "dN_dT",
    "dR_dT",
    "dR_dT_total",
    "N_total",
    "N_window",
    "counts",
)

#: Error of a neutron radius from theory: the spread of mean-field and shell-model calculations.
RADIUS_ERROR = "0.05 fm"


def wants_errors(card: Mapping[str, Any]) -> bool:
    """Whether a card asks for errors; what is not true or false is refused where [output] is read."""
    output = card.get("output", {})
    return isinstance(output, Mapping) and output.get("errors") is True


def complete_errors(full: dict[str, Any]) -> None:
    """Fill in the errors that have a default."""
    response, numbers = full["response"], full["constants"]
    if "sin2_theta_w" in numbers:
        numbers.setdefault("sin2_theta_w_error", constants.CATALOGUE["sin2_theta_w_0"].uncertainty)
    if response.get("neutron_radius", "systematic") != "systematic":
        error = response.pop("neutron_radius_error", RADIUS_ERROR)
        # Beside the radius, where the schema has it: a card and its echo read alike.
        full["response"] = {
            name: value
            for key, given in response.items()
            for name, value in ((key, given), ("neutron_radius_error", error))
            if name == key or key == "neutron_radius"
        }


def with_errors(full: Mapping[str, Any], run: Callable[[Mapping[str, Any]], Document]) -> Document:
    """Run a completed card, and once more for every move.

    Returns
    -------
    Document
        Beside every NAME of `WITH_ERROR`: NAME_error, one standard deviation; NAME_error_by_cause [cause, ...], half the
        difference of the two moves *with its sign*, so that parts of points that move together can be added before
        they are squared.
    """
    central = run(full)
    moved = [(cause, text, run(down), run(up)) for cause, text, down, up in moved_cards(full)]
    results = dict(central.results)
    for name, budget in budgets(central, moved).items():
        whole = central.results[name]
        parts = np.array([move.half for move in budget.moves])
        results[name] = replace(whole, uncertainty=budget.total)
        results[f"{name}_error"] = Result(budget.total, whole.unit, whole.per, whole.axes)
        results[f"{name}_error_by_cause"] = Result(parts, whole.unit, whole.per, ("cause", *whole.axes))
    if moved:
        results["cause"] = Result([cause for cause, *_ in moved], axes=("cause",))
        return replace(central, results=results)
    note = "output.errors: no input of this card has an error. Give source.yield_uncertainty, or another one."
    return replace(central, warnings=(*central.warnings, note))


def budgets(central: Document, moved: list[tuple[str, str, Document, Document]]) -> dict[str, Budget]:
    """Return the budget of every result that has numbers."""
    found = {}
    for name in WITH_ERROR:
        if name not in central or central[name].value is None or not moved:
            continue
        middle = _numbers(central[name])
        moves = (
            Move(c, _numbers(down[name]) - middle, _numbers(up[name]) - middle, t) for c, t, down, up in moved
        )
        found[name] = Budget(middle if middle.ndim else middle.item(), tuple(moves))
    return found


def _numbers(result: Result) -> np.ndarray:
    return np.asarray(result.value, dtype=float)


def moved_cards(full: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield (cause, description, card with the input one standard deviation lower, the same higher)."""
    numbers, response = full["constants"], full["response"]
    error = read(SECTIONS["constants"]["sin2_theta_w_error"], "constants.sin2_theta_w_error",
                 numbers.get("sin2_theta_w_error", 0.0))  # fmt: skip
    if error > 0.0 and "sin2_theta_w" in numbers:
        angle = float(numbers["sin2_theta_w"])
        yield (
            "couplings",
            "weak mixing angle",
            *_both(full, "constants", "sin2_theta_w", angle - error, angle + error),
        )
    sizes = response.get("neutron_radius_error")
    if sizes is not None and _any_positive(sizes):
        low, high = (_moved_radii(response["neutron_radius"], sizes, sign) for sign in (-1, 1))
        yield (
            "neutron_radius",
            "form factor of the neutrons",
            *_both(full, "response", "neutron_radius", low, high),
        )
    source = full.get("source", {})
    relative = float(source.get("yield_uncertainty", 0.0))
    if relative > 0.0:
        if relative >= 1.0:
            raise InputError(
                f"source.yield_uncertainty = {relative:g}: moved down by its error the flux would vanish. Give less than 1."
            )
        flux = float(source["yield_per_flavour"])
        low, high = flux * (1 - relative), flux * (1 + relative)
        yield "flux", "neutrinos per proton", *_both(full, "source", "yield_per_flavour", low, high)
    if has_flux_error(source):
        pull = float(source.get("flux_pull", 0.0))
        yield "flux", "flux of the source", *_both(full, "source", "flux_pull", pull - 1, pull + 1)
    light = full.get("detector", {}).get("quenching", {})
    relative = float(light.get("relative_uncertainty", 0.0))
    if relative > 0.0:
        if relative >= 1.0:
            raise InputError(
                f"detector.quenching.relative_uncertainty = {relative:g}: moved down there would be no light. Give less than 1."
            )
        scale = float(light.get("scale", 1.0))
        low, high = ({**light, "scale": scale * (1 + sign * relative)} for sign in (-1, 1))
        yield "quenching", "light of a nuclear recoil", *_both(full, "detector", "quenching", low, high)


def _both(
    full: Mapping[str, Any], section: str, key: str, low: Any, high: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    down, up = ({**full, section: {**full[section], key: value}} for value in (low, high))
    return down, up


_LENGTH = Key("by nuclide", "a radius", "length", least=0.0)


def _any_positive(sizes: Any) -> bool:
    read_in = read(_LENGTH, "response.neutron_radius_error", sizes)
    return any(size > 0 for size in (read_in.values() if isinstance(read_in, dict) else [read_in]))


def _moved_radii(radii: Any, sizes: Any, sign: int) -> Any:
    """Return radii as a card writes them, moved by their errors."""
    radii = read(_LENGTH, "response.neutron_radius", radii)
    sizes = read(_LENGTH, "response.neutron_radius_error", sizes)
    if not isinstance(radii, dict):
        if isinstance(sizes, dict):
            raise InputError(
                "response.neutron_radius is one length, but its error is a table by nuclide. Give one error, or radii by "
                "nuclide."
            )
        return f"{(radii + sign * sizes) / fm!r} fm"
    of = {name: sizes.get(name, 0.0) if isinstance(sizes, dict) else sizes for name in radii}
    return {name: f"{float(radius + sign * of[name]) / fm!r} fm" for name, radius in radii.items()}
