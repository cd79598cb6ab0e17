"""Weakly interacting particles on nuclei and electrons, from flux to limit.

The face of the package: names only, loaded when first used, so that ``import weakscatter`` costs
neither JAX nor Numba nor matplotlib. ``_PUBLIC`` maps every public name to the module that keeps it
(a name mapped to a module of the same name is that module).
"""

import importlib
import os
import sys
from typing import Any

__version__ = "0.1.0"

# The one place where JAX is switched to float64: through the environment, before anything imports JAX;
# where the user imported JAX first, through its configuration.
os.environ["JAX_ENABLE_X64"] = "1"
if "jax" in sys.modules:
    sys.modules["jax"].config.update("jax_enable_x64", True)

_PUBLIC: dict[str, str] = {
    "InputError": "weakscatter.provenance.errors",
    "UnitError": "weakscatter.units",
    "cite": "weakscatter.provenance.sources",
    "constants": "weakscatter.constants",
    "material": "weakscatter.matter.material",
    "nuclide": "weakscatter.matter.nuclide",
    "units": "weakscatter.units",
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604  (the names are those of the mapping)


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module 'weakscatter' has no attribute {name!r}")
    path = _PUBLIC[name]
    module = importlib.import_module(path)
    value = module if path == f"weakscatter.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
