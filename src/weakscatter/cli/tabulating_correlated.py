"""`weakscatter tabulate atomic NAME --correlated J`: the second table of an atom, with low multipoles coupled."""

from __future__ import annotations

import re
from pathlib import Path

import click

from weakscatter.cli.errors import DONE
from weakscatter.cli.progress import Progress
from weakscatter.cli.tabulating import LEFT_OUT, TAIL, atom_state, check_ending, ion, saved
from weakscatter.provenance.errors import InputError


def both_ranks(text: str) -> tuple[int, int]:
    """Return the largest ranks of natural and unnatural parity.

    >>> both_ranks("3"), both_ranks("2,0")
    ((3, 3), (2, 0))
    """
    found = re.fullmatch(r"([1-9]\d?)(?:,(-1|\d\d?))?", text.replace(" ", ""))
    if found is None:
        raise InputError(
            f'--correlated {text!r}: give the largest rank of natural parity, at least 1, and that of unnatural parity, "2,0" for example.'
        )
    first, second = found.groups()
    return int(first), int(first if second is None else second)


def tabulate_correlated(
    name: str, out: Path, *, ranks: str, top: str | None = None, reach: float | None = None, configuration: str | None = None, tail: float = TAIL,
    left_out: float = LEFT_OUT, workers: int | None = None, cluster: str | None = None,
) -> int:  # fmt: skip
    """Compute the table, write it to ``out``, say what it is worth; return the exit status."""
    check_ending(out)
    symbol, charge = ion(name)
    chosen = both_ranks(ranks)
    with Progress() as progress:
        progress("loading")
        from weakscatter.atomic import correlate
        from weakscatter.atomic.correlate import CORRELATED_TOP, REACH
        from weakscatter.cards.key import Key
        from weakscatter.cards.values import read

        end = (
            CORRELATED_TOP
            if top is None
            else float(read(Key("quantity", "largest energy transfer", "energy", above=0.0), "--top", top))
        )
        progress("self-consistent orbitals")
        state = atom_state(symbol, charge, configuration)
        near = REACH if reach is None else reach
        found = saved(
            lambda work: correlate(state, top=end, ranks=chosen, reach=near, tail=tail, left_out=left_out, work=work),
            out, progress, workers, cluster,
        )  # fmt: skip
    size = f"{len(found.table.energy_transfer)} energies x {len(found.table.momentum)} momenta"
    click.echo(f"{name}: {size}, ranks up to {chosen[0]} and {chosen[1]} coupled, written to {out}")
    click.echo(
        f"basis, middle of all energies: {found.settled[0]:.1e}; current conserved to {found.settled[1]:.1e}; correlation changes "
        f"R_00 by {found.correlation.min():+.0%} to {found.correlation.max():+.0%}, at the end by {found.correlation[-1]:+.1%}"
    )
    return DONE
