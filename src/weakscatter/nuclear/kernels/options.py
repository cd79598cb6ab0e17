"""How kernels are compiled: to plain functions, without wrappers for Python and without Numba's run-time library."""

from typing import Any

KERNEL: dict[str, Any] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
"""Options of every kernel."""
