"""Pages: figures and published numbers put together for a reader."""

from __future__ import annotations

from weakscatter.page.board import board_html, board_markdown, run_scoreboard, show_scoreboard
from weakscatter.page.demo import run_demo

__all__ = ["board_html", "board_markdown", "run_demo", "run_scoreboard", "show_scoreboard"]
