"""What cards of atoms share: the configuration, the nucleus, the state.

Everything numerical happens in `weakscatter.atomic`, which is imported when such a card is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakscatter.cards.key import Key, Keys
from weakscatter.cards.parse import as_table, check_names, section
from weakscatter.cards.values import quantity
from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError

if TYPE_CHECKING:
    from weakscatter.atomic.nucleus import Nucleus
    from weakscatter.atomic.shells import Configuration
    from weakscatter.atomic.state import AtomicState

_RADIUS = Key("quantity", "the rms charge radius", "length", above=0.0)


def complete_atom(task: str, card: Mapping[str, Any], keys: Keys, folder: Path) -> dict[str, Any]:
    """Return the top of a card with every default filled in and its atom checked."""
    top = {name: card[name] for name in keys if name in card}
    full: dict[str, Any] = {"task": task, **section(task, top, keys, folder)}
    full["element"] = element(full["element"]).symbol
    full["configuration"] = configuration_of(full).text
    full["nucleus"] = _nucleus(full["nucleus"], full["element"])
    return {"task": task, **{name: full[name] for name in keys if name in full}}


def configuration_of(full: Mapping[str, Any]) -> Configuration:
    """Return the configuration that a card states or leaves to be the ground one."""
    from weakscatter.atomic.shells import ground_configuration, parse_configuration

    symbol, charge = full["element"], full["charge"]
    if "configuration" in full:
        return parse_configuration(symbol, full["configuration"], charge=charge)
    return ground_configuration(symbol, charge=charge)


def _nucleus(given: Any, symbol: str) -> Any:
    """Return a nucleus as the echo writes it, its radius filled in."""
    from weakscatter.atomic.hartree import FM
    from weakscatter.atomic.nucleus import fermi_nucleus

    if given == "point":
        return given
    if isinstance(given, str):
        raise InputError(
            f"nucleus = {given!r} is unknown. Write 'point', or {{ model = 'fermi', rms_radius = '4.07 fm' }}."
        )
    stated = as_table("nucleus", given)
    check_names("nucleus", stated, ("model", "rms_radius"))
    model = stated.get("model", "fermi")
    if model not in ("fermi", "point"):
        raise InputError(f"nucleus.model = {model!r} is unknown. Allowed: fermi, point.")
    if model == "point":
        if "rms_radius" in stated:
            raise InputError("nucleus: a point has no rms_radius. Leave it out, or write model = 'fermi'.")
        return "point"
    if "rms_radius" in stated:
        radius = quantity(_RADIUS, "nucleus.rms_radius", stated["rms_radius"])
        fermi_nucleus(symbol, rms_radius=radius)
        return {"model": "fermi", "rms_radius": stated["rms_radius"]}
    return {"model": "fermi", "rms_radius": f"{fermi_nucleus(symbol).rms_radius / FM:.10g} fm"}


def nucleus_of(full: Mapping[str, Any]) -> Nucleus:
    """Return the nucleus of a completed card."""
    from weakscatter.atomic.nucleus import Nucleus, fermi_nucleus

    if full["nucleus"] == "point":
        return Nucleus(int(element(full["element"]).number))
    return fermi_nucleus(
        full["element"], rms_radius=quantity(_RADIUS, "nucleus.rms_radius", full["nucleus"]["rms_radius"])
    )


def state_of(full: Mapping[str, Any], *, pair: bool) -> AtomicState:
    """Return the self-consistent state of a completed card, for a pair np^2 with its two configurations."""
    from weakscatter.atomic.state import dirac_fock, mcdf

    solver = mcdf if pair else dirac_fock
    return solver(
        full["element"], charge=full["charge"], configuration=full["configuration"], nucleus=nucleus_of(full),
        breit=full.get("breit") == "first-order",
    )  # fmt: skip


def cited_atom(full: Mapping[str, Any]) -> list[str]:
    """Return the keys of the bibliography that a state rests on."""
    radius = [] if full["nucleus"] == "point" else ["angeli2013", "fricke1995"]
    return ["grant2007", "deboor1978", "johnson1988", *radius]
