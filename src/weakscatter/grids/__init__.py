"""Numbers on grids, without knowledge of a model: quadrature, interpolation, and the compilation border.

Names are loaded on first use, so that a room which only asks ``is_concrete`` does not import JAX.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weakscatter.grids.compilation import barrier, compiled, enable_disk_cache
    from weakscatter.grids.concrete import is_concrete
    from weakscatter.grids.derivative import own_derivative
    from weakscatter.grids.interpolation import Interpolant
    from weakscatter.grids.quadrature import gauss_legendre, panels
    from weakscatter.grids.rebinning import edges_of, rebinned, subdivided

__all__ = [
    "Interpolant",
    "barrier",
    "compiled",
    "edges_of",
    "enable_disk_cache",
    "gauss_legendre",
    "is_concrete",
    "own_derivative",
    "panels",
    "rebinned",
    "subdivided",
]

_ROOM = {
    "Interpolant": "interpolation",
    "barrier": "compilation",
    "compiled": "compilation",
    "edges_of": "rebinning",
    "enable_disk_cache": "compilation",
    "gauss_legendre": "quadrature",
    "is_concrete": "concrete",
    "own_derivative": "derivative",
    "panels": "quadrature",
    "rebinned": "rebinning",
    "subdivided": "rebinning",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOM[name]}"), name)
