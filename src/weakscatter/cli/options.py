"""Options and groups that several commands share."""

from __future__ import annotations

from typing import Any

import click


class Typo(click.Group):
    """A group that offers the nearest command."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None:
            from weakscatter.provenance.errors import unknown

            raise unknown("command", name, self.list_commands(ctx))
        return super().resolve_command(ctx, args)


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
