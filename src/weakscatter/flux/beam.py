"""A beam: components that add, with the citations of their source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Beam:
    """Sum of components (see `weakscatter.flux`).

    Parameters
    ----------
    components : tuple of component objects with distinct labels.
    citations : bibliography keys.
    distance : from source to detector (MeV^-1), None where the source has none.
    relative_errors : published errors of the fluences, one per component (one standard deviation), or none: ().
    """

    components: tuple[Any, ...]
    citations: tuple[str, ...] = ()
    distance: Any = None
    relative_errors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        labels = [component.label for component in self.components]
        if not labels or len(set(labels)) != len(labels):
            raise InputError(
                f"A beam needs at least one component and distinct labels; got {labels}. Rename or merge components."
            )
        if self.relative_errors and len(self.relative_errors) != len(labels):
            raise InputError(
                f"A beam of {len(labels)} components was given {len(self.relative_errors)} relative errors. Give one each, or none."
            )

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(component.label for component in self.components)
