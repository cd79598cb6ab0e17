"""task = "photoabsorption": cross section per atom by length, velocity and subshell, and the static polarisability."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weakscatter import units
from weakscatter.cards import schema_atomic as schema
from weakscatter.cards.atom import cited_atom, complete_atom, configuration_of, state_of
from weakscatter.cards.document import Document
from weakscatter.cards.key import Key
from weakscatter.cards.names import Names
from weakscatter.cards.parse import as_table
from weakscatter.cards.prediction import complete_output
from weakscatter.cards.recoils import Units
from weakscatter.cards.results import Result
from weakscatter.cards.values import quantity, read
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.provenance.sources import source

if TYPE_CHECKING:
    from weakscatter.atomic.photoabsorption import Photoabsorption
    from weakscatter.atomic.shells import Configuration, Shell
    from weakscatter.provenance.sources import Source

_EDGE = Key("quantity", "the edge of a subshell", "energy", above=0.0)


def complete(card: dict[str, Any], names: Names, folder: Path) -> dict[str, Any]:
    """Return the card with every default filled in."""
    full = complete_atom("photoabsorption", card, schema.PHOTO_TOP, folder)
    configuration = configuration_of(full)
    own = "mcrrpa" if configuration.open else "rrpa"
    full.setdefault("method", own)
    check_method(full["method"], configuration)
    active_of(full)
    thresholds_of(full)
    complete_output(full, card, "photoabsorption", folder)
    return full


def cited(full: dict[str, Any], names: Names) -> tuple[Source, ...]:
    """Return the sources that a completed card rests on, without calculating."""
    keys = cited_atom(full)
    keys += {
        "rrpa": ["johnsonlin1979", "simon1979"],
        "mcrrpa": ["johnsonlin1979", "huang1982", "simon1979"],
        "independent-particle": ["kohnsham1965"],
    }[full["method"]]
    if full["thresholds"] == "measured":
        keys.append("elam2002")
    return tuple(source(key) for key in keys)


def run(full: dict[str, Any], names: Names, progress: Callable[[str], None]) -> Document:
    """Compute a completed card."""
    from weakscatter.atomic.independent_particle import independent_particle
    from weakscatter.atomic.photoabsorption import photoabsorption

    unit = Units("photoabsorption", full["output"]["units"])
    energies = read(
        schema.PHOTO_OUTPUT["photon_energy"], "output.photon_energy", full["output"]["photon_energy"]
    )
    pair = full["method"] == "mcrrpa" or (full["method"] != "rrpa" and _is_pair(configuration_of(full)))
    progress("self-consistent orbitals")
    state = state_of(full, pair=pair)
    if not state.converged:
        warnings: tuple[str, ...] = (f"{state.status}. {state.advice}",)
        results = {"photon_energy": unit.result("photon_energy", energies, axes=("photon_energy",))}
        results |= {name: Result(None) for name in ("sigma_length", "sigma_velocity", "sigma_by_subshell")}
        return Document("photoabsorption", full, results, cited(full, names), warnings, False)
    progress("response")
    solver = independent_particle if full["method"] == "independent-particle" else photoabsorption
    found = solver(state, energies, active=active_of(full), thresholds=thresholds_of(full))
    warnings = found.flags
    good = found.sigma_length is not None
    if not good:
        warnings = (f"{found.status}. {found.advice}", *warnings)
    return Document("photoabsorption", full, _results(found, unit), cited(full, names), warnings, good)


def _results(found: Photoabsorption, unit: Units) -> dict[str, Result]:
    axis, both = ("photon_energy",), ("subshell", "photon_energy")
    sigma: dict[str, Result] = {}
    for name in ("sigma_length", "sigma_velocity"):
        form = getattr(found, name)
        error = None if form is None else found.basis_error * abs(form)
        sigma[name] = unit.result(name, form, "atom", axis, error)
    return {
        "photon_energy": unit.result("photon_energy", found.photon_energy, axes=axis),
        **sigma,
        "subshell": Result(list(found.subshell), axes=("subshell",)),
        "sigma_by_subshell": unit.result(
            "sigma_by_subshell", found.sigma_by_subshell, "atom", both, found.subshell_error
        ),
        "threshold": unit.result(
            "threshold", found.threshold, axes=("subshell",), error=found.threshold_error
        ),
        **_polarisabilities(found, unit),
        "residual": Result(found.residual, axes=axis),
        "basis_error": Result(found.basis_error, axes=axis),
        "converged": Result(found.sigma_length is not None),
    }


def _polarisabilities(found: Photoabsorption, unit: Units) -> dict[str, Result]:
    """Return alpha(0), and the real part of alpha at the photon energies; the imaginary part is the cross section."""
    static = still = dynamic = moving = None
    if found.static_polarisability is not None and found.static_error is not None:
        static = found.static_polarisability * units.a0**3
        still = static * found.static_error
    if found.polarisability is not None and found.polarisability_error is not None:
        dynamic = found.polarisability.real * units.a0**3
        moving = abs(found.polarisability) * found.polarisability_error * units.a0**3
    return {
        "static_polarisability": unit.result("static_polarisability", static, "atom", error=still),
        "polarisability": unit.result("polarisability", dynamic, "atom", ("photon_energy",), moving),
    }


def _is_pair(configuration: Configuration) -> bool:
    return [(l, number) for _, l, number in configuration.open] == [(1, 2)]


def check_method(method: str, configuration: Configuration) -> None:
    """Raise where a method does not fit a configuration."""
    if method == "rrpa" and configuration.open:
        raise InputError(
            f"method = 'rrpa' needs closed shells, and {configuration.symbol} is {configuration.text}. Take mcrrpa for np^2, "
            "independent-particle, or an ion."
        )
    if method == "mcrrpa":
        from weakscatter.atomic.couplings import pair_shell

        pair_shell(configuration)


def active_of(full: Mapping[str, Any]) -> tuple[Shell, ...] | None:
    """Return the responding shells of a card, None for all."""
    from weakscatter.atomic.shells import parse_shells

    given = full["active"]
    if given == "all":
        return None
    if not isinstance(given, list) or not given or not all(isinstance(name, str) for name in given):
        raise InputError(f"active = {given!r}: write 'all', or a list of shells like ['4d', '5p3/2'].")
    occupied = _occupied(full)
    shells = parse_shells(given)
    for shell in shells:
        if shell.name not in occupied:
            raise InputError(
                f"active: {full['element']} has no subshell {shell.name!r}.{nearest(shell.name, occupied)} It has "
                f"{', '.join(occupied)}."
            )
    if len(set(shells)) < len(shells):
        raise InputError(f"active = {given!r} names a shell twice.")
    return shells


def thresholds_of(full: Mapping[str, Any]) -> dict[str, float]:
    """Return {subshell: edge (MeV)} of the shells whose threshold is shifted."""
    given, occupied = full["thresholds"], _occupied(full)
    if given == "ab-initio":
        return {}
    if given == "measured":
        from weakscatter.atomic.edges import measured_edges

        if full["charge"]:
            raise InputError(
                "thresholds = 'measured' are those of neutral atoms. Give an ion's own: { '5p3/2' = '23 eV' }."
            )
        active = active_of(full)
        wanted = occupied if active is None else [shell.name for shell in active]
        return {name: edge for name, edge in measured_edges(full["element"]).items() if name in wanted}
    if isinstance(given, str):
        raise InputError(
            f"thresholds = {given!r} is unknown. Write 'ab-initio', 'measured', or {{ '4d5/2' = '67.5 eV' }}."
        )
    found = {}
    for name, edge in as_table("thresholds", given).items():
        if name not in occupied:
            raise InputError(
                f"thresholds: {full['element']} has no subshell {name!r}.{nearest(name, occupied)} It has "
                f"{', '.join(occupied)}."
            )
        found[name] = quantity(_EDGE, f"thresholds.{name}", edge)
    return found


def _occupied(full: Mapping[str, Any]) -> list[str]:
    """Return the names of the relativistic subshells; an open nl counts with both of its j."""
    from weakscatter.atomic.shells import partners

    return [shell.name for n, l, _ in configuration_of(full).subshells for shell in partners(n, l)]
