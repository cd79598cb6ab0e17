"""Pages: figures and published numbers put together for a reader."""

from __future__ import annotations

from weakscatter.page.board import run_scoreboard
from weakscatter.page.demo import run_demo

__all__ = ["run_demo", "run_scoreboard"]
