"""`list` and `show`: what there is, and one of it in full."""

from __future__ import annotations

import json
from typing import Any

import click

from weakscatter.cli.errors import DONE
from weakscatter.provenance.errors import InputError, unknown


def show_list(what: str | None, as_json: bool) -> int:
    """Print names; without importing the rooms they come from."""
    from weakscatter.cards.catalogue import ROOMS, names

    rooms = (*ROOMS, "limits")
    if what is not None and what not in rooms:
        raise unknown("list", what, rooms)
    chosen = {
        room: _limit_lines() if room == "limits" else names(room) for room in ([what] if what else rooms)
    }
    if as_json:
        click.echo(json.dumps(chosen if what is None else chosen[what], indent=1, ensure_ascii=False))
        return DONE
    for room, entries in chosen.items():
        if what is None:
            click.echo(f"{room}:")
        width = max(len(name) for name in entries)
        for name, text in entries.items():
            click.echo(f"  {name.ljust(width)}  {text}".rstrip())
    return DONE


def _limit_lines() -> dict[str, str]:
    from weakscatter.published.limits import external_limits

    return {
        limit.id: f"{_range(limit)}, {limit.kind}, {limit.knowledge}: {limit.label} ({limit.cited})"
        for limit in external_limits()
    }


def _range(limit: Any) -> str:
    """The allowed interval in words, with its confidence level."""
    if limit.lower is not None and limit.upper is not None:
        symmetric = limit.lower == -limit.upper
        ends = f"|x| < {limit.upper:g}" if symmetric else f"{limit.lower:g} to {limit.upper:g}"
    else:
        ends = f"< {limit.upper:g}" if limit.lower is None else f"> {limit.lower:g}"
    level = "no level stated" if limit.confidence is None else f"{100 * limit.confidence:g} %"
    return f"{ends} {limit.unit}, {level}"


def show_one(what: str, name: str, as_json: bool) -> int:
    """Print one experiment, coupling set, nuclide, atom or its edges, the keys of a card, or published limits."""
    shown_by = {
        "experiment": _experiment,
        "couplings": _couplings,
        "nuclide": _nuclide,
        "atom": _atom,
        "edges": _edges,
        "card": _card,
        "limit": _limit,
    }
    table, notes = shown_by[what](name)
    if as_json:
        from weakscatter.cards.results import jsonable

        click.echo(json.dumps(jsonable(table), indent=1, ensure_ascii=False))
        return DONE
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    shown = Table(box=box.SIMPLE_HEAD)
    for i, name in enumerate(table[0]):
        shown.add_column(name, no_wrap=i == 0 and what != "card", overflow="fold")
    for row in table:
        shown.add_row(*(escape(_cell(value)) for value in row.values()))
    console.print(shown)
    for note in notes:
        console.print(escape(note), soft_wrap=True)
    return DONE


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


def _experiment(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    from weakscatter.cards import experiment_from_card
    from weakscatter.experiments import EXPERIMENTS, available_parameters
    from weakscatter.provenance.sources import source

    if name.endswith(".toml"):
        experiment = experiment_from_card(name)
    elif name in EXPERIMENTS:
        experiment = EXPERIMENTS[name]()
    else:
        raise unknown("experiment", name, EXPERIMENTS)
    own = {parameter.name for parameter in experiment.parameters}
    rows = []
    for parameter in sorted(
        available_parameters(experiment).values(), key=lambda p: (p.name not in own, not p.constrained)
    ):
        kind = (
            "theory"
            if parameter.name not in own
            else "nuisance"
            if parameter.constrained
            else "target or signal"
        )
        about = parameter.to_dict()
        rows.append({"parameter": about.pop("name"), "kind": kind, **about})
    citations = [source(key).text() for key in experiment.citations]
    return rows, [
        experiment.title,
        f"bins: {' x '.join(map(str, experiment.data.shape))}; events: {experiment.data.sum():g}",
        *citations,
    ]


def _couplings(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    from weakscatter.interactions import FLAVOURS, coupling_set
    from weakscatter.provenance.sources import source
    from weakscatter.units import to

    chosen = coupling_set(name)
    rows: list[dict[str, Any]] = [
        {
            "flavour": flavour,
            "g_V^p": float(proton),
            "g_V^n": float(chosen.g_v_n),
            "held <r^2> (1e-32 cm^2)": float(to(held, "cm^2")) * 1e32,
        }
        for flavour, proton, held in zip(FLAVOURS, chosen.g_v_p, chosen.held_radius, strict=True)
    ]
    return rows, [
        f"sin2_theta_w of the tree part: {chosen.sin2_theta_w}",
        *(source(key).text() for key in chosen.citations),
    ]


def _nuclide(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    from weakscatter.matter import nuclide
    from weakscatter.response import default_radii
    from weakscatter.units import fm

    found = nuclide(name)
    rows: list[dict[str, Any]] = [
        {"quantity": "Z", "value": found.Z, "unit": ""},
        {"quantity": "N", "value": found.N, "unit": ""},
        {"quantity": "nuclear mass", "value": found.mass, "unit": "MeV"},
        {"quantity": "spin", "value": found.spin, "unit": ""},
        {"quantity": "natural abundance", "value": found.abundance, "unit": ""},
    ]
    notes = []
    try:
        radii = default_radii(found)
        rows += [
            {"quantity": "proton rms radius", "value": float(radii.proton) / fm, "unit": "fm"},
            {"quantity": "neutron rms radius", "value": float(radii.neutron) / fm, "unit": "fm"},
        ]
    except InputError:
        notes.append(
            "No radii are tabulated: give proton_radius and neutron_radius, or a form factor with a systematic one."
        )
    return rows, notes


def _atom(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Orbitals, weights and J = 1 channels of an atom; np^2 with its two configurations."""
    from weakscatter.atomic import dirac_fock, ground_configuration, mcdf
    from weakscatter.atomic.channels import dipole_channels
    from weakscatter.provenance.sources import source
    from weakscatter.units import eV, hartree

    configuration = ground_configuration(name)
    pair = [(l, number) for _, l, number in configuration.open] == [(1, 2)]
    state = mcdf(name) if pair else dirac_fock(name)
    lines = dipole_channels(state.shells)
    rows: list[dict[str, Any]] = [
        {
            "orbital": shell.name,
            "electrons": float(electrons),
            "energy (eV)": None if state.energies is None else float(state.energies[i]) * hartree / eV,
            "error (eV)": None if state.energies is None else float(state.energy_error[i]) * hartree / eV,
            "<r> (a0)": state.expectation(shell.name, 1) if state.converged else None,
            "J = 1 channels": ", ".join(lines[shell.name]),
        }
        for i, (shell, electrons) in enumerate(zip(state.shells, state.occupation, strict=True))
    ]
    notes = [f"{state.configuration.text}; {state.method}, {state.status}"]
    if state.total_energy is not None:
        notes.append(
            f"total energy {state.total_energy:.6f} hartree, relative error {max(state.basis_error, state.box_error):.0e}"
        )
    if pair and state.amplitudes is not None:
        terms = zip(state.amplitudes, state.names[-2:], strict=True)
        notes.append(
            "ground state "
            + " + ".join(f"{c:.5f} ({orbital})^2" for c, orbital in terms)
            + ", J = 0; numerical error "
            f"{state.amplitude_error.max():.0e}"
        )
    return rows, [*notes, *(source(key).text() for key in state.citations)]


def _edges(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Binding energies of an atom's subshells from every source that has it."""
    from weakscatter.matter import EDGE_SOURCES, subshell_citations, subshells
    from weakscatter.matter.subshells import recalled_subshells
    from weakscatter.provenance.sources import source
    from weakscatter.units import eV

    found = {}
    for word in EDGE_SOURCES:
        try:
            found[word] = {shell.name: shell for shell in subshells(name, word)}
        except InputError as error:
            missing = error
    if not found:
        raise missing
    shells = {shell: one.occupation for column in found.values() for shell, one in column.items()}
    rows: list[dict[str, Any]] = [
        {
            "subshell": shell,
            "electrons": electrons,
            **{
                f"{word} (eV)": column[shell].energy / eV if shell in column else None
                for word, column in found.items()
            },
        }
        for shell, electrons in shells.items()
    ]
    recalled = recalled_subshells(name) if "measured" in found else ()
    notes = [f"recalled free-atom energies: {', '.join(recalled)}"] if recalled else []
    keys = dict.fromkeys(key for word in found for key in subshell_citations(name, word))
    return rows, [*notes, *(source(key).text() for key in keys)]


def _limit(name: str) -> tuple[list[dict[str, Any]], list[str]]:
    """One limit by its id, or all those on a parameter."""
    from weakscatter.provenance.sources import cite
    from weakscatter.published.limits import external_limit, external_limits

    found = (external_limit(name),) if "." in name else external_limits(name)
    if not found:
        raise InputError(
            f"nobody's limit on {name!r} is listed. `weakscatter list limits` shows those that are."
        )
    citations = [entry.text() for entry in cite(found)]
    if len(found) > 1:
        rows: list[dict[str, Any]] = [
            {
                "limit": limit.id,
                "allowed": _range(limit),
                "combination": limit.combination,
                "flavour": limit.flavour,
                "kind": limit.kind,
                "knowledge": limit.knowledge,
            }
            for limit in found
        ]
    else:
        about = found[0].to_dict()
        rows = [
            {"field": key, "value": ", ".join(value) if isinstance(value, tuple) else value}
            for key, value in about.items()
            if value not in (None, "", ())
        ]
    return rows, citations


def _card(task: str) -> tuple[list[dict[str, Any]], list[str]]:
    from weakscatter.cards.reference import describe
    from weakscatter.cards.schema import TASKS

    if task not in TASKS:
        raise unknown("task", task, TASKS)
    sections = (*TASKS[task], f"task = {task}", f"output ({task})")
    rows = [
        dict(zip(("section", "key", "allowed", "default", "meaning"), row, strict=True))
        for row in describe()
        if row[0] in sections
        or (
            row[0].split(" (")[0] in set(TASKS[task]) - {"output"}
            and row[0].endswith("(shell-model)") == (task == "shell-model")
        )
        or (row[0].startswith("quenching") and task != "shell-model")
    ]
    return rows, [
        "[[interaction]] sections of other kinds take matrix or effective; see `weakscatter list interactions`."
    ]
