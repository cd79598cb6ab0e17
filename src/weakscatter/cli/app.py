"""The commands. Each imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import weakscatter
from weakscatter.cli import shorthand
from weakscatter.cli.options import (
    PATH,
    Typo,
    card_options,
    interaction_options,
    output_options,
    work_options,
)
from weakscatter.cli.tabulate import tabulate


@click.group(cls=Typo, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(weakscatter.__version__, prog_name="weakscatter")
def app() -> None:
    """Neutrinos and dark matter on nuclei and electrons: from flux to limit."""


app.add_command(tabulate)


_METHOD = click.option("--method", help="wilks (default) or feldman-cousins, by toys; with --out DIR these go to DIR/toys.h5, from "
                       "where an interrupted command goes on.")  # fmt: skip
_SEED = click.option("--seed", type=int, help="Seed of the toys, 1 by default.")
_SHOWING = ("as_json", "plot", "out", "settings", "card_out", "workers", "cluster")


def _shorthand(write: Callable[[dict[str, Any]], dict[str, Any]], given: dict[str, Any]) -> int:
    from weakscatter.cli.execute import execute

    how: dict[str, Any] = {name: given.get(name) for name in _SHOWING}
    return execute(write(given), Path.cwd(), **how)


@app.command()
@click.argument("card", type=PATH)
@work_options
@output_options
def run(card: Path, settings: tuple[str, ...], **how: Any) -> int:
    """Run CARD, a TOML file."""
    from weakscatter.cards.parse import load
    from weakscatter.cli.execute import execute

    content, folder = load(card)
    return execute(content, folder, settings=settings, **how)


@app.command()
@click.option("--target", required=True, help="Nuclide, element or formula: Ar40, Xe, CsI.")
@click.option("--energy", required=True, help='Energy of the neutrino, "30 MeV".')
@click.option("--flavour", default="mu", show_default=True, help="e, mu or tau.")
@click.option("--antineutrino", is_flag=True, help="Antineutrino instead of neutrino.")
@click.option("--couplings", help="Set of weak couplings; see `weakscatter list couplings`.")
@click.option("--form-factor", help="See `weakscatter list form-factors`.")
@click.option("--final", help="inelastic, or one level such as '1+ 2'; elastic by default.")
@click.option("--recoil-energy", help='"1 keV, 10 keV" or "0.1 keV : 50 keV : 60 : log" (default).')
@click.option("--window", help='"5 keV, inf": also the cross section between two recoil energies.')
@card_options
def xsec(**given: Any) -> int:
    """Differential and total cross section of a nucleus."""
    return _shorthand(shorthand.cross_section, given)


@app.command()
@click.option("--target", required=True, help="Nuclide, element or formula: Ar40, Xe, CsI.")
@click.option("--mass", required=True, help='Mass of the target, "14.6 kg".')
@click.option("--protons", required=True, help="Protons on target in the exposure.")
@click.option("--yield", "yield_per_flavour", required=True, help="Neutrinos of each flavour per proton.")
@click.option("--distance", required=True, help='From source to detector, "19.3 m".')
@click.option("--couplings", help="Set of weak couplings; see `weakscatter list couplings`.")
@click.option("--form-factor", help="See `weakscatter list form-factors`.")
@click.option("--final", help="inelastic, or one level such as '1+ 2'; elastic by default.")
@click.option("--recoil-energy", help='"1 keV, 10 keV" or "0.1 keV : 50 keV : 60 : log" (default).')
@click.option("--window", help='"5 keV, inf": count recoils between two energies.')
@card_options
def rate(**given: Any) -> int:
    """Recoil spectrum of a target at a pion-decay-at-rest source."""
    return _shorthand(shorthand.rate, given)


_EXPERIMENTS = click.argument("experiments", nargs=-1, required=True)
_FIX = click.option(
    "--fix", multiple=True, metavar="NAME=VALUE", help="Hold a parameter; a number or a quantity."
)
_PROFILE = click.option("--profile", multiple=True, metavar="NAME", help="Float this parameter as well.")


@app.command()
@_EXPERIMENTS
@click.option("--free", multiple=True, metavar="NAME", help="A parameter that floats, beside the nuisances.")
@_FIX
@click.option("--errors", help="minos (default) or hesse.")
@click.option("--spectra", is_flag=True, help="Also expected and observed counts per bin.")
@card_options
def fit(**given: Any) -> int:
    """Fit EXPERIMENTS: names, or cards that describe one."""
    return _shorthand(shorthand.fit, given)


@app.command()
@_EXPERIMENTS
@click.option("--parameter", required=True, help="The parameter that is limited.")
@click.option("--confidence", type=float, help="Confidence level, 0.90 by default.")
@click.option("--sides", help="two (default), upper or lower.")
@click.option(
    "--method",
    help="wilks (default), cls, cls+b, or feldman-cousins by toys; with --out DIR these go to "
    "DIR/toys.h5, from where an interrupted command goes on.",
)
@_SEED
@_PROFILE
@_FIX
@work_options
@card_options
def limit(**given: Any) -> int:
    """Limit one parameter with EXPERIMENTS."""
    return _shorthand(shorthand.limit, given)


@app.command()
@_EXPERIMENTS
@click.option("--parameter", required=True, help="The parameter that is limited.")
@click.option("--confidence", type=float, help="Confidence level, 0.90 by default.")
@click.option("--sides", help="upper (default), two or lower.")
@click.option("--method", help="wilks (default), cls or cls+b.")
@click.option(
    "--truth",
    multiple=True,
    metavar="NAME=VALUE",
    help="Value for which data are expected; nominal if left out.",
)
@click.option("--significance", is_flag=True, help="Also the median significance of a signal.")
@_PROFILE
@_FIX
@card_options
def sensitivity(**given: Any) -> int:
    """Median limit with bands that EXPERIMENTS, or projected ones, may expect."""
    return _shorthand(shorthand.sensitivity, given)


@app.command()
@_EXPERIMENTS
@click.option("--parameter", required=True, help="The parameter that is asked for.")
@click.option("--confidence", type=float, help="Credibility, 0.90 by default.")
@click.option("--sides", help="two (default), upper or lower.")
@click.option("--prior", multiple=True, metavar="NAME=WORD", help="flat (default), log or square.")
@_PROFILE
@_FIX
@card_options
def posterior(**given: Any) -> int:
    """Credible interval of one parameter with EXPERIMENTS beside that of the profile likelihood (needs numpyro)."""
    return _shorthand(shorthand.posterior, given)


@app.command()
@_EXPERIMENTS
@click.option(
    "--grid", multiple=True, required=True, metavar="NAME=FROM:TO:POINTS", help="One or two of them."
)
@_METHOD
@click.option(
    "--confidence",
    type=float,
    multiple=True,
    help="Level of feldman-cousins, 0.90 by default; may be repeated.",
)
@_SEED
@_PROFILE
@_FIX
@work_options
@card_options
def scan(**given: Any) -> int:
    """Profile likelihood of EXPERIMENTS on a grid of one or two parameters."""
    return _shorthand(shorthand.scan, given)


@app.command()
@_EXPERIMENTS
@click.option(
    "--point",
    multiple=True,
    required=True,
    metavar="NAME=VALUE",
    help="A tested parameter; a number or a quantity.",
)
@click.option("--number", type=int, help="Toys, 20000 by default.")
@_SEED
@_PROFILE
@_FIX
@work_options
@card_options
def toys(**given: Any) -> int:
    """Test a point with toys: its p-value against the best fit of EXPERIMENTS, and its goodness of fit."""
    return _shorthand(shorthand.toys, given)


@app.command()
@click.argument("nuclide")
@interaction_options
@click.option("--states", type=int, help="How many, 10 by default.")
@click.option("--parity", help="+ or -; that of the lightest configurations by default.")
@click.option("--two-j", type=int, help="Only states with this 2 J.")
@click.option("--strengths", help='"M1,GT0": strengths from the lowest state; E2 needs --charges.')
@click.option("--charges", help='Effective charges of proton and neutron, "1.5,0.5".')
@card_options
def levels(**given: Any) -> int:
    """Lowest states of NUCLIDE in the shell model."""
    return _shorthand(shorthand.levels, given)


@app.command("list")
@click.argument("what", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(what: str | None, as_json: bool) -> int:
    """List names: experiments, interactions, couplings, form-factors, sources, limits of others, ..."""
    from weakscatter.cli.listing import show_list

    return show_list(what, as_json)


@app.command()
@click.argument(
    "what", type=click.Choice(["experiment", "couplings", "nuclide", "atom", "edges", "card", "limit"])
)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(what: str, name: str, as_json: bool) -> int:
    """Show one experiment, coupling set, nuclide, atom or its edges; `show card TASK` lists the keys of a card, `show limit NAME` a
    published limit or all of a parameter."""
    from weakscatter.cli.listing import show_one

    return show_one(what, name, as_json)


@app.command()
@click.argument("what", nargs=-1, required=True)
@click.option("--bibtex", is_flag=True, help="Print BibTeX entries.")
def cite(what: tuple[str, ...], bibtex: bool) -> int:
    """Print what to cite for WHAT: names of `weakscatter list`, keys of the bibliography, published rows, cards, results."""
    from weakscatter.cli.citing import show_citations

    return show_citations(what, bibtex)


@app.command()
@click.option("--out", type=PATH, default=Path("out/demo"), show_default=True, metavar="DIR")
def demo(out: Path) -> int:
    """Fit COHERENT CsI 2021, print the results beside the published values, draw figures."""
    from weakscatter.cli.compiler import compile_quickly

    compile_quickly()
    from weakscatter.page import run_demo

    return run_demo(out)


@app.command()
@click.argument("rows", nargs=-1)
@click.option(
    "--paper", "papers", multiple=True, metavar="KEY", help="All rows of this paper; may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=PATH, metavar="DIR", help="Write scoreboard.html, .md and .json into DIR.")
def reproduce(rows: tuple[str, ...], papers: tuple[str, ...], as_json: bool, out: Path | None) -> int:
    """Compare with published numbers: theirs, ours, pull, status. ROWS are rows or papers; all by default."""
    from weakscatter.cli.compiler import compile_quickly
    from weakscatter.cli.progress import Progress

    compile_quickly()
    with Progress() as progress:
        progress("computing our numbers")
        from weakscatter.page import show_scoreboard
        from weakscatter.published.scoreboard import scoreboard

        scores = scoreboard((*rows, *papers) or None)
    return show_scoreboard(scores, as_json=as_json, out=out)


@app.command()
def doctor() -> int:
    """Check versions, cache folder and the checksums of the data."""
    from weakscatter.cli.checkup import doctor as check

    return check()


@app.command()
@click.argument("given", type=PATH)
@click.argument("target", type=PATH)
@click.option("--axis", help="Of a result with several axes: the one along which curves are written.")
@click.option(
    "--at", default="1", show_default=True, help="Value of the parameter at strength one of a workspace."
)
def export(given: Path, target: Path, axis: str | None, at: str) -> int:
    """Write curves of a saved result (.json) as TARGET .csv or .yaml (HEPData), or the likelihood of a limit card (.toml)
    as a pyhf workspace TARGET .json."""
    from weakscatter.cli.exporting import export as write

    return write(given, target, axis, at)
