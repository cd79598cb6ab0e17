"""Loading a room above the daily path, with a clear word where this installation lacks it."""

from __future__ import annotations

import importlib
from typing import Any

from weakscatter.provenance.errors import InputError


def load(module: str, name: str) -> Any:
    """Return ``module.name``; a room that is not part of this installation is an `InputError`."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("weakscatter"):
            raise InputError(
                f"this command needs the package {error.name!r}. Install weakscatter with its dependencies."
            ) from None
        raise InputError(
            f"this installation of weakscatter has no {module}.{name}. Install the full package."
        ) from None
