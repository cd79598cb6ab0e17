"""What the papers say: one TOML a paper with its numbers, and the limits of others on our parameters."""

from weakscatter.published.limits import ExternalLimit, external_limit, external_limits
from weakscatter.published.records import Paper, Row, papers, row

__all__ = ["ExternalLimit", "Paper", "Row", "external_limit", "external_limits", "papers", "row"]
