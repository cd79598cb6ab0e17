"""Documentation of weakscatter: MyST pages and the public names."""

from pathlib import Path

import weakscatter
from weakscatter.cards.schema import describe

project = "weakscatter"
author = "The weakscatter authors"
version = release = weakscatter.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
myst_enable_extensions = ["dollarmath"]
html_theme = "furo"
autosummary_generate = False


def verbatim(app, what, name, obj, options, lines):
    """Docstrings are plain text with formulas: shown as they are written."""
    lines[:] = ["::", "", *("   " + line for line in lines), ""] if any(lines) else lines


def write_cards(app):
    """The reference of cards comes from the table that validates them."""
    here = Path(__file__).parent
    (here / "generated").mkdir(exist_ok=True)
    rows = [
        "# Keys of a card",
        "",
        "| section | key | what it takes | default | meaning |",
        "|---|---|---|---|---|",
    ]
    rows += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in describe()]
    (here / "generated" / "card_keys.md").write_text("\n".join(rows) + "\n", encoding="utf-8")


def setup(app):
    """Register the hooks."""
    app.connect("autodoc-process-docstring", verbatim)
    app.connect("builder-inited", write_cards)
