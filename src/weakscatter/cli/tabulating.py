"""`weakscatter tabulate`: the response of an atom on a grid, to a file that `read_response_table` reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from weakscatter.cli import shorthand
from weakscatter.cli.errors import DONE
from weakscatter.cli.execute import executor_of
from weakscatter.cli.progress import Progress
from weakscatter.provenance.errors import InputError

if TYPE_CHECKING:
    from weakscatter.atomic import AtomicTable, CorrelatedTable
    from weakscatter.atomic.state import AtomicState
    from weakscatter.inference import Work

Table = TypeVar("Table", bound="AtomicTable | CorrelatedTable")

#: Where bound orbitals are cut, and what multipoles may be left out, unless said otherwise (`weakscatter.atomic.tabulate`).
TAIL, LEFT_OUT = 1e-7, 1e-4


def tabulate_atom(
    name: str, out: Path, energies: str | None = None, momenta: str | None = None, *, configuration: str | None = None,
    tail: float = TAIL, left_out: float = LEFT_OUT, workers: int | None = None, cluster: str | None = None,
) -> int:  # fmt: skip
    """Compute the table of an atom or ion, write it to ``out``, say what it is worth; return the exit status."""
    check_ending(out)
    symbol, charge = ion(name)
    with Progress() as progress:
        progress("loading")
        from weakscatter.atomic import tabulate
        from weakscatter.cards.key import Key
        from weakscatter.cards.values import grid

        key = Key("grid", "a grid of the table", "energy", above=0.0)
        T, q = (
            None if text is None else grid(key, option, shorthand.grid(text))
            for option, text in (("--energies", energies), ("--momenta", momenta))
        )
        progress("self-consistent orbitals")
        state = atom_state(symbol, charge, configuration)
        found = saved(
            lambda work: tabulate(state, T, q, tail=tail, left_out=left_out, work=work), out, progress, workers, cluster
        )  # fmt: skip
    size = f"{len(found.table.energy_transfer)} energies x {len(found.table.momentum)} momenta"
    click.echo(f"{name}: {size}, {len(found.subshells)} subshells, written to {out}")
    click.echo(
        f"error off the nodes: {max(found.error.values()):.1e} ({max(found.error, key=lambda n: found.error[n])}); multipoles left "
        f"out: {max(found.left_out.values()):.1e}; current conserved to {found.conservation.max():.1e}"
    )
    return DONE


def saved(
    compute: Callable[[Work], Table], out: Path, progress: Progress, workers: int | None, cluster: str | None
) -> Table:
    """Return a table computed unit by unit and written to ``out``; an interruption says how to go on."""
    from weakscatter.inference import Work

    units_file = out.with_name(f"{out.name}.units")

    def count(done: int, total: int) -> None:
        progress.count(done, total, "computing responses")

    try:
        with executor_of(workers, cluster) as executor:
            found = compute(Work(executor, units_file, progress=count))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"interrupted; the finished units are in {str(units_file)!r}: the same command goes on from there."
        ) from None
    found.save(out)
    units_file.unlink(missing_ok=True)
    return found


def check_ending(out: Path) -> None:
    """Refuse a file that is no HDF5 by its name."""
    if out.suffix not in (".h5", ".hdf5"):
        raise InputError(
            f"--out {str(out)!r}: a table is written as .h5 or .hdf5. Choose one of these endings."
        )


def atom_state(symbol: str, charge: int, configuration: str | None) -> AtomicState:
    """Return closed shells, or the average of open ones, by Dirac-Fock; the J = 0 pair of np^2 by MCDF."""
    from weakscatter.atomic import dirac_fock, ground_configuration, mcdf, parse_configuration
    from weakscatter.atomic.couplings import pair_shell

    chosen = (
        ground_configuration(symbol, charge=charge)
        if configuration is None
        else parse_configuration(symbol, configuration, charge=charge)
    )
    try:
        pair_shell(chosen)
    except InputError:
        return dirac_fock(symbol, charge=charge, configuration=configuration)
    return mcdf(symbol, charge=charge, configuration=configuration)


def ion(name: str) -> tuple[str, int]:
    """Return the element and the charge of an atom or ion.

    >>> ion("Xe"), ion("Cs+"), ion("I-"), ion("Ba2+")
    (('Xe', 0), ('Cs', 1), ('I', -1), ('Ba', 2))
    """
    found = re.fullmatch(r"([A-Z][a-z]?)(?:(\d*)([+-]))?", name.strip())
    if found is None:
        raise InputError(f"{name!r} is no atom or ion. Write an element, Xe, or an ion, Cs+, I-, Ba2+.")
    symbol, number, sign = found.groups()
    return symbol, 0 if sign is None else int(f"{sign}{number or 1}")
