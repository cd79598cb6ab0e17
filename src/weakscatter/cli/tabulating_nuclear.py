"""`weakscatter tabulate nuclear`: amplitudes of a nucleus from an interaction file, to a file that `read_amplitudes` reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from weakscatter.cli import shorthand
from weakscatter.cli.errors import DONE
from weakscatter.cli.progress import Progress
from weakscatter.provenance.errors import InputError

if TYPE_CHECKING:
    from weakscatter.nuclear.interaction import ModelSpace
    from weakscatter.nuclear.shell import Truncation
    from weakscatter.response import Amplitudes

#: Neutrino energies (MeV) at which levels are judged by their part of the cross section.
_ENERGIES = (30.0, 60.0)


def tabulate_nuclide(
    name: str, *, out: Path | None, states: int, excitation: int | None, lower: str | None, jumps: int | None, highest_rank: int, spin: int | None,
    lanczos: int | None,
    radial_sign: str, radial: str, charges: str, spin_factors: str | None, left_out: float, no_decays: bool, citations: tuple[str, ...], **given: Any,
) -> int:  # fmt: skip
    """Compute the table of a nuclide, write it to ``out``, say what it holds; return the exit status."""
    target = Path(f"{name}.h5") if out is None else out
    if target.suffix not in (".h5", ".hdf5"):
        raise InputError(
            f"--out {str(target)!r}: a table is written as .h5 or .hdf5. Choose one of these endings."
        )
    with Progress() as progress:
        progress("loading")
        from weakscatter.matter import nuclide
        from weakscatter.nuclear import read_interaction
        from weakscatter.nuclear.tabulate import Photons, tabulate_nucleus
        from weakscatter.nuclear.woods_saxon import WoodsSaxon
        from weakscatter.response import write_amplitudes

        stated = shorthand.interaction_of(given)
        file = stated.pop("file", None) or stated.pop("name")
        interaction = read_interaction(file, **stated)
        factors = None if spin_factors is None else _pair("--spin-factors", spin_factors)
        truncation, words = _truncation(interaction.space, excitation, lower, jumps)
        table = tabulate_nucleus(
            interaction,
            nuclide(name),
            states=states,
            truncation=truncation,
            two_j=spin,
            lanczos=lanczos,
            radial_sign=radial_sign,
            well=WoodsSaxon() if radial == "woods-saxon" else None,
            highest_rank=highest_rank,
            photons=None if no_decays else Photons(_pair("--charges", charges), factors),
            settings={
                "interaction": Path(file).name,
                "truncation": words,
                "highest_rank": str(highest_rank),
            },
            citations=citations,
            report=progress.note,
        )
        progress("choosing levels")
        kept = strongest(table, left_out)
        write_amplitudes(kept, target)
    click.echo(
        f"{name}: {len(kept.levels)} of {len(table.levels)} levels, {len(kept.decays)} decays, written to {target}"
    )
    for key, value in kept.settings.items():
        click.echo(f"{key}: {value}")
    return DONE


def _truncation(
    space: ModelSpace, excitation: int | None, lower: str | None, jumps: int | None
) -> tuple[Truncation, str]:
    """Return which configurations are kept, and that in words."""
    from weakscatter.nuclear import Truncation, particle_hole
    from weakscatter.nuclear.tabulate import lightest

    if (lower is None) != (jumps is None) or (lower is not None and excitation is not None):
        raise InputError(
            "--lower and --jumps belong together, in place of --excitation: --lower 0f7/2 --jumps 2."
        )
    if lower is not None and jumps is not None:
        return particle_hole(space, lower.split(), jumps), f"at most {jumps} nucleons out of {lower}"
    return Truncation(excitation or 0, lightest(space).weights), f"{excitation or 0} hbar omega"


def strongest(table: Amplitudes, share: float) -> Amplitudes:
    """Return the table without levels above the particle threshold that carry less than this share of the cross section."""
    from weakscatter.interactions import Weak
    from weakscatter.matter import nuclide
    from weakscatter.model import level_cross_sections
    from weakscatter.response import NuclearTransition

    if len(table.levels) < 3:
        return table
    import numpy as np

    response = NuclearTransition(nuclide(table.nuclide), table)
    sigma = np.asarray(level_cross_sections(response, Weak(), np.array(_ENERGIES)))
    parts = sigma / sigma.sum(axis=1, keepdims=True)
    bound = -np.inf if table.particle_threshold is None else table.particle_threshold
    keep = {
        name
        for name, part, energy in zip(response.names, parts.T, response.excitations, strict=True)
        if energy < bound or np.any(part >= share)
    } | {table.initial.name}
    lost = [
        float(sum(p for name, p in zip(response.names, row, strict=True) if name not in keep))
        for row in parts
    ]
    said = {f"left out at {energy:g} MeV": f"{one:.1e}" for energy, one in zip(_ENERGIES, lost, strict=True)}
    return replace(
        table,
        levels=tuple(level for level in table.levels if level.name in keep),
        coefficients={key: values for key, values in table.coefficients.items() if key[0] in keep},
        settings=dict(table.settings) | said,
    )


def _pair(option: str, text: str) -> tuple[float, float]:
    parts = [shorthand.number(option, part) for part in text.split(",")]
    if len(parts) != 2:
        raise InputError(f'{option} {text!r}: two numbers are wanted, of proton and neutron, like "1.5,0.5".')
    return parts[0], parts[1]
