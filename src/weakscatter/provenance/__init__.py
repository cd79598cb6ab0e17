"""Where numbers come from: sources and citations, tables with units and checksums, errors, safe writing."""

from weakscatter.provenance.errors import BAD_INPUT, InputError, nearest, unknown
from weakscatter.provenance.files import write_atomic
from weakscatter.provenance.sources import Source, bibliography, cite, source

__all__ = [
    "BAD_INPUT",
    "InputError",
    "Source",
    "bibliography",
    "cite",
    "nearest",
    "source",
    "unknown",
    "write_atomic",
]
