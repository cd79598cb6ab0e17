"""Documentation of weakscatter: MyST pages, executed examples, reference pages made from the package itself."""

import importlib
import inspect
from pathlib import Path

import click

import weakscatter
from weakscatter.cards.reference import describe
from weakscatter.cli.app import app as commands
from weakscatter.page import board_markdown
from weakscatter.provenance.sources import bibliography
from weakscatter.published.scoreboard import scoreboard

project = "weakscatter"
author = "The weakscatter authors"
version = release = weakscatter.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"weakscatter {version}"
exclude_patterns = ["generated", "**/__pycache__"]
autodoc_typehints = "none"
autodoc_member_order = "bysource"

# Numbers on the pages come from the installed package, in every build; a cell that fails stops the build.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_output_stderr = "remove"
nb_merge_streams = True

GENERATED = Path(__file__).parent / "generated"

#: Rooms in the order of a calculation, for the reference of public names.
ROOMS = {
    "flux": "Beams",
    "interactions": "Theories",
    "mixing": "Mixing and propagation",
    "response": "Form factors and nuclear response",
    "atomic": "Atoms",
    "nuclear": "Shell model",
    "matter": "Nuclides and materials",
    "detectors": "Detectors",
    "scattering": "Dark matter on atoms",
    "model": "Predictions",
    "experiments": "Experiments",
    "inference": "Likelihoods, fits, limits",
    "cards": "Cards",
    "published": "Published numbers",
    "grids": "Tables",
    "provenance": "Sources and errors",
    "units": "Units",
    "constants": "Constants",
}


def verbatim(app, what, name, obj, options, lines):
    """Docstrings are plain text with formulas: shown as they are written."""
    if any(lines):
        lines[:] = ["::", "", *("   " + line for line in lines), ""]


def table(head, rows):
    """Lines of a Markdown table; cells are plain text."""

    def cell(text):
        for character in "|[]":
            text = str(text).replace(character, f"\\{character}")
        return text.replace("<", "&lt;").replace("\n", " ")

    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(map(cell, row)) + " |" for row in rows), ""]


def cards():
    """Keys of cards from the table that validates them, a table per section."""
    lines, sections = [], {}
    for section, *row in describe():
        sections.setdefault(section, []).append(row)
    for section, rows in sections.items():
        named = [(f"`{key}`", *rest) for key, *rest in rows]
        lines += [f"### {section}", "", *table(("key", "takes", "default", "meaning"), named)]
    return lines


def command_line():
    """Commands and their options from the command line's own help."""
    lines = []
    for name in sorted(commands.commands):
        command = commands.commands[name]
        context = click.Context(command, info_name=name)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [f"### {name}", "", command.help or "", "", "```", f"weakscatter {name} {usage}", "```", ""]
        records = [p.get_help_record(context) for p in command.params if isinstance(p, click.Option)]
        if any(records):
            lines += table(("option", "meaning"), [(f"`{r[0]}`", r[1]) for r in records if r])
    return lines


def names():
    """Public names by room, each with the first line of its docstring, then in full."""
    rooms = {room: [] for room in ROOMS}
    for name, path in weakscatter._PUBLIC.items():
        module = importlib.import_module(path)
        is_module = path == f"weakscatter.{name}"
        rooms[path.split(".")[1]].append((name, path, module if is_module else getattr(module, name)))
    lines = []
    for room, members in rooms.items():
        lines += [f"## {ROOMS[room]}", ""]
        first = [(f"`{name}`", (inspect.getdoc(item) or "").split("\n")[0]) for name, _, item in members]
        lines += table(("name", "summary"), first)
        for name, path, item in members:
            if inspect.ismodule(item):
                directive, target = "automodule", item.__name__
            else:
                directive, target = (
                    ("autoclass" if inspect.isclass(item) else "autofunction"),
                    f"{path}.{name}",
                )
            option = ["   :members:"] if inspect.isclass(item) else []
            if name == "units":  # its error has an entry of its own
                option = ["   :members:", "   :exclude-members: UnitError"]
            if name == "conventions":  # a room's door to functions that stand in its files
                option = ["   :members:", "   :imported-members:"]
            lines += ["```{eval-rst}", f".. {directive}:: {target}", *option, "```", ""]
    return lines


def references():
    """The bibliography of the package, one line a source."""
    lines = []
    for key, source in sorted(bibliography().items()):
        link = f" [{source.url.removeprefix('https://')}]({source.url})" if source.url else ""
        text = source.text().replace("*", "\\*").replace("<", "&lt;").replace("_", "\\_").replace("$", "\\$")
        lines.append(f"- `{key}`: {text}{link}")
    return lines


def board():
    """Every published number beside ours, computed while the manual is built."""
    return board_markdown(scoreboard()).splitlines()[2:]


def write_reference(app):
    """Make the parts of the manual that the package itself knows."""
    GENERATED.mkdir(exist_ok=True)
    for name, make in (
        ("card_keys", cards),
        ("commands", command_line),
        ("names", names),
        ("references", references),
        ("scoreboard", board),
    ):
        text = "\n".join(make()) + "\n"
        path = GENERATED / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app):
    """Register the hooks."""
    app.connect("autodoc-process-docstring", verbatim)
    app.connect("builder-inited", write_reference)
