"""What the papers say: one TOML a paper with its numbers, read by tests, scoreboard, figures, docs."""

from weakscatter.published.records import Paper, Row, papers, row

__all__ = ["Paper", "Row", "papers", "row"]
