"""What commands share: how a group answers a typing mistake, and options that come together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

PATH = click.Path(path_type=Path)


class Typo(click.Group):
    """A group that offers the nearest command."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None:
            from weakscatter.provenance.errors import unknown

            raise unknown("command", name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def output_options(command: Any) -> Any:
    """Add the options that every calculating command has."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print the JSON document."),
        click.option("--plot", type=PATH, metavar="FILE", help="Draw the result into FILE (png, pdf, svg)."),
        click.option("--out", type=PATH, metavar="DIR", help="Write results.json and the completed card into DIR."),
        click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Any key of the card, VALUE as in TOML: "
                     "--set 'response.form_factor=\"point\"'."),
    ):  # fmt: skip
        command = option(command)
    return command


def card_options(command: Any) -> Any:
    """Add the options of shorthands, which write a card."""
    return output_options(
        click.option("--card-out", type=PATH, metavar="FILE", help="Save the card that is run.")(command)
    )


def work_options(command: Any) -> Any:
    """Add the options that say where toys are computed."""
    for option in (
        click.option("--workers", type=int, metavar="N", help="Compute toys in N processes of this machine."),
        click.option("--cluster", metavar="ADDRESS", help="Compute toys on a running Dask cluster, tcp://HOST:PORT."),
    ):  # fmt: skip
        command = option(command)
    return command


def interaction_options(command: Any) -> Any:
    """Add the options that name an interaction."""
    for option in (
        click.option("--mass-scaling", help='"none", or "18 -0.3" for elements times (A/18)^-0.3, where the file does not say.'),
        click.option("--elements", help="Of a .int file with proton and neutron orbits: normalised or unnormalised."),
        click.option("--core", help="Of a .int file: the closed core, O16."),
        click.option("--orbits", help='Of a .int file: its .sps list, or "0d3/2 0d5/2 1s1/2".'),
        click.option("--interaction", required=True, help="A .snt or .int file, or cohen-kurath."),
    ):  # fmt: skip
        command = option(command)
    return command
