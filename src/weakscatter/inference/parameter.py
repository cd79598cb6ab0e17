"""A parameter: a name, a nominal value, bounds, and perhaps a Gaussian constraint.

Physics objects carry plain numbers; what is known *about* a number lives here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Parameter:
    """One quantity that a fit may vary.

    Parameters
    ----------
    name : str
        The same name in two likelihoods is one parameter.
    value : float (``unit``)
        Nominal value: where fits start, and the centre of the constraint if there is one.
    unit : str
        Unit of ``value``, bounds and ``sigma``; "" for a pure number.
    lower, upper : float (``unit``)
        Physical bounds, both included. No fit leaves them.
    sigma : float or None (``unit``)
        Width of the Gaussian constraint, which adds ((p - value)/sigma)^2 to -2 ln L. None: free.
    squared : bool
        Only the square of this non-negative, unconstrained parameter enters the prediction (a modulus): fits then
        work in the square, where they see a slope.
    description, source : str
        What it is, and where its value or constraint comes from.

    Examples
    --------
    >>> Parameter("sns_flux", 0.0, sigma=0.10, lower=-1.0)
    Parameter(sns_flux = 0 +- 0.1, within [-1, inf])
    """

    name: str
    value: float
    unit: str = ""
    lower: float = -math.inf
    upper: float = math.inf
    sigma: float | None = None
    description: str = ""
    source: str = ""
    squared: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(
                f"a parameter needs a name, got {self.name!r}. Give it a word, such as 'sns_flux'."
            )
        for field in ("value", "lower", "upper", "sigma"):
            given = getattr(self, field)
            if field == "sigma" and given is None:
                continue
            try:
                object.__setattr__(self, field, float(given))
            except (TypeError, ValueError):
                raise InputError(
                    f"parameter {self.name!r}: {field} is {given!r}, which is not a number. "
                    "Give a number in the parameter's own unit."
                ) from None
        if not math.isfinite(self.value):
            raise InputError(f"parameter {self.name!r}: value is {self.value}. It must be finite.")
        if math.isnan(self.lower) or math.isnan(self.upper) or not self.lower < self.upper:
            raise InputError(
                f"parameter {self.name!r}: bounds [{self.lower:g}, {self.upper:g}] are empty. "
                "The lower bound must be below the upper one; to hold a parameter, list it in `fixed`."
            )
        if not self.lower <= self.value <= self.upper:
            raise InputError(
                f"parameter {self.name!r}: value {self.value:g} is outside its bounds "
                f"[{self.lower:g}, {self.upper:g}]. Move the value or widen the bounds."
            )
        if self.sigma is not None and not (self.sigma > 0 and math.isfinite(self.sigma)):
            raise InputError(
                f"parameter {self.name!r}: sigma is {self.sigma}. A constraint has a positive, finite width; "
                "use sigma=None for a free parameter."
            )

        if self.squared and (self.lower < 0 or self.sigma is not None):
            raise InputError(
                f"parameter {self.name!r}: squared=True needs a lower bound of zero or more and no constraint."
            )

    @property
    def constrained(self) -> bool:
        """Whether a Gaussian constraint is attached."""
        return self.sigma is not None

    @property
    def definition(self) -> tuple[Any, ...]:
        """What must agree between two parameters of one name (words may differ, numbers may not)."""
        return (self.value, self.unit, self.lower, self.upper, self.sigma)

    def describe(self) -> str:
        """Return one line: value, constraint, unit, bounds."""
        text = f"{self.name} = {self.value:g}"
        if self.sigma is not None:
            text += f" +- {self.sigma:g}"
        if self.unit:
            text += f" {self.unit}"
        if math.isfinite(self.lower) or math.isfinite(self.upper):
            text += f", within [{self.lower:g}, {self.upper:g}]"
        return text

    def __repr__(self) -> str:
        return f"Parameter({self.describe()})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; an absent bound is None."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "lower": self.lower if math.isfinite(self.lower) else None,
            "upper": self.upper if math.isfinite(self.upper) else None,
            "sigma": self.sigma,
            "description": self.description,
            "source": self.source,
        }
