"""`weakscatter tabulate`: tables of responses, of an atom or of a nucleus."""

from __future__ import annotations

from typing import Any

import click

from weakscatter.cli.options import PATH, Typo, interaction_options


@click.group(cls=Typo)
def tabulate() -> None:
    """Compute a table of responses, of an atom or of a nucleus."""


@tabulate.command("atomic")
@click.argument("name")
@click.option("--out", type=PATH, required=True, metavar="FILE", help="The table, .h5; units of work stand in FILE.units until it is "
              "whole, and an interrupted command goes on from there.")  # fmt: skip
@click.option(
    "--energies",
    help='Energy transfers, "25 eV : 30 keV : 200 : log"; thresholds are added. By default each subshell has its own, to 30 keV.',
)
@click.option(
    "--momenta", help='Momentum transfers, "20 eV : 1 MeV : 300 : log". By default laid out to 1 MeV.'
)
@click.option(
    "--configuration", help='Electrons by subshell, "[Ar] 3d10 4s2 4p2"; the ground configuration by default.'
)
@click.option(
    "--tail",
    type=float,
    default=1e-7,
    show_default=True,
    help="Share of its maximum at which an orbital is cut.",
)
@click.option(
    "--left-out",
    type=float,
    default=1e-4,
    show_default=True,
    help="Share of multipoles that may be left out.",
)
@click.option(
    "--correlated",
    metavar="J,K",
    help="Couple multipoles of natural parity up to rank J and of unnatural parity up to K (-1: none) by the random phase approximation, "
    "at low energies: the second table of an atom.",
)
@click.option(
    "--reach",
    type=float,
    help="With --correlated: couple shells bound by up to so many times the energy, 1.5 by default.",
)
@click.option("--top", help='With --correlated: largest energy transfer, "500 eV" by default.')
@click.option("--workers", type=int, metavar="N", help="Compute in N processes of this machine.")
@click.option("--cluster", metavar="ADDRESS", help="Compute on a running Dask cluster, tcp://HOST:PORT.")
def tabulate_atomic(name: str, **how: Any) -> int:
    """Tabulate the response of atom or ion NAME (Xe, Cs+, I-): one electron at a time in the field of the ion, or --correlated."""
    from weakscatter.cli.tabulating import tabulate_atom
    from weakscatter.cli.tabulating_correlated import tabulate_correlated
    from weakscatter.provenance.errors import InputError

    if how["correlated"] is None:
        how.pop("correlated")
        for option in ("top", "reach"):
            if how.pop(option) is not None:
                raise InputError(
                    f"--{option} belongs to --correlated J,K. Leave it out; --energies says how far the other table goes."
                )
        return tabulate_atom(name, **how)
    given = [option for option in ("energies", "momenta") if how.pop(option) is not None]
    if given:
        raise InputError(
            f"--{given[0]} has no place beside --correlated, whose nodes are those of its cells. Give --top, or leave it out."
        )
    return tabulate_correlated(name, ranks=how.pop("correlated"), **how)


@tabulate.command("nuclear")
@click.argument("name")
@click.option("--out", type=PATH, metavar="FILE", help="The table, .h5; NAME.h5 by default.")
@interaction_options
@click.option(
    "--states",
    type=int,
    default=3500,
    show_default=True,
    help="How many of the lowest; all of a smaller basis.",
)
@click.option(
    "--excitation", type=int, help="Quanta of hbar omega above the lowest configuration; 0 by default."
)
@click.option(
    "--lower", help='With --jumps: orbits that nucleons are lifted out of, "0f7/2", in place of --excitation.'
)
@click.option("--jumps", type=int, help="Nucleons lifted out of the --lower orbits at most.")
@click.option(
    "--spin",
    type=int,
    metavar="2J",
    help="2J of the target, where it is not the ground state of the calculation.",
)
@click.option("--lanczos", type=int, metavar="STEPS", help="With --no-decays: groups of states with the multipole strength, by so many "
              "Lanczos steps, in place of single states; for bases too large for all of them. 0 keeps the target alone.")  # fmt: skip
@click.option(
    "--highest-rank", type=int, default=4, show_default=True, help="Largest rank of the multipoles."
)
@click.option(
    "--radial-sign", default="detect", show_default=True, help="origin, infinity, or detect by B(E2)."
)
@click.option("--radial", type=click.Choice(["oscillator", "woods-saxon"]), default="oscillator", show_default=True,
              help="Radial functions; woods-saxon is the well of Bohr and Mottelson.")  # fmt: skip
@click.option("--charges", default="1.5,0.5", show_default=True, help="Effective charges of E2, for decays.")
@click.option("--spin-factors", help='Spin g factors of M1, for decays, "4.2,-2.9"; free ones by default.')
@click.option("--no-decays", is_flag=True, help="No photons: where levels emit particles, such as alphas.")
@click.option("--left-out", type=float, default=1e-5, show_default=True, help="Levels above the particle threshold that carry "
              "less of the inelastic cross section at 30 and 60 MeV are left out.")  # fmt: skip
@click.option(
    "--cite", "citations", multiple=True, metavar="KEY", help="Key of the bibliography for the interaction."
)
def tabulate_nuclear(name: str, **given: Any) -> int:
    """Tabulate amplitudes of nuclide NAME from its ground state to all levels, every multipole, with decays by photons."""
    from weakscatter.cli.tabulating_nuclear import tabulate_nuclide

    return tabulate_nuclide(name, **given)
