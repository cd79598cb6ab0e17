"""PREX-II: the neutron skin of 208Pb from parity-violating electron scattering, 0.283 +- 0.071 fm (arXiv:2102.10767).

By itself it says nothing about other nuclei: its one parameter is `neutron_skin_Pb208`. It is carried to other nuclei
only by a stated theory correlation of skins (`CORRELATIONS`), for the nuclei listed in `carried_to`, whose neutron radii
the fit then has to name. Each of them adds the measurement "skin - skin expected from lead = 0", as wide as `SCATTER`.

A skin is a difference of two radii of one kind. The measurement speaks of point nucleons; elsewhere in the library R_p holds
the size of the proton, so that a fitted R_n has to be read with the size of the neutron in it, which cancels in the skin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.experiments.caesium_iodide import COMMON, common_csi_radius
from weakscatter.experiments.neutron_radii import COMMON_SKIN, named_radius, radius_parameter
from weakscatter.experiments.prex_ii.correlation import CORRELATIONS
from weakscatter.inference import MeasuredCounts, Parameter
from weakscatter.matter import nuclide
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.response import default_radii
from weakscatter.units import fm

LEAD = nuclide("Pb208")

#: Measured skin (fm) and its error, experiment and model together.
MEASURED = (0.283, 0.071)

#: Width (fm) of a correlation between the skins of two nuclei: the spread of mean-field models around it. An assumption.
SCATTER = 0.02

#: Nuclei whose radius is part of the common one of CsI.
_IN_CSI = ("Cs133", "I127")


@dataclass(frozen=True, eq=False)
class _Skins:
    """Predicted numbers [1 + carried, 1] (fm)."""

    values: Any

    def counts(self) -> Any:
        return jnp.reshape(self.values, (-1, 1))


@dataclass(frozen=True, eq=False)
class PrexII:
    """The experiment; `correlation` is "none" or a name in `CORRELATIONS`, `carried_to` the nuclei it is applied to."""

    correlation: str = "none"
    carried_to: tuple[str, ...] = ()
    name = "prex_ii"
    title = "PREX-II, neutron skin of 208Pb"
    energy_label, time_label = "208Pb, then nuclei it is carried to", "exposure"
    time_edges = np.array([0.0, 1.0])
    scalings: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        allowed = ("none", *CORRELATIONS)
        if self.correlation not in allowed:
            raise InputError(
                f"correlation = {self.correlation!r} is unknown; allowed are {', '.join(allowed)}."
                f"{nearest(str(self.correlation), allowed)}"
            )
        if isinstance(self.carried_to, str):
            raise InputError(f'carried_to = {self.carried_to!r} must be a list of nuclei, like ["Cs133"].')
        object.__setattr__(self, "carried_to", tuple(self.carried_to))
        if bool(self.carried_to) != (self.correlation != "none"):
            raise InputError(
                f"correlation = {self.correlation!r} and carried_to = {list(self.carried_to)} go together: the skin of lead "
                "reaches another nucleus only by a theory correlation that you name. Give both, or neither."
            )
        for name in self.carried_to:
            if nuclide(name) == LEAD:
                raise InputError("carried_to lists Pb208, which is measured. List other nuclei.")

    @property
    def citations(self) -> tuple[str, ...]:
        return ("prex2021", *(CORRELATIONS[self.correlation].citations if self.carried_to else ()))

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        lead = Parameter("neutron_skin_Pb208", MEASURED[0], unit="fm", lower=-0.5, upper=1.5,
                         description="neutron skin R_n - R_p of 208Pb", source="arXiv:2102.10767")  # fmt: skip
        own = tuple(radius_parameter(nuclide(name)) for name in self.carried_to)
        common = (common_csi_radius(),) if set(_IN_CSI) & set(self.carried_to) else ()
        return (lead, *own, *common)

    @property
    def replaces(self) -> dict[str, tuple[str, ...]]:
        return {}

    @property
    def energy_edges(self) -> np.ndarray:
        return np.arange(len(self.carried_to) + 2, dtype=float)

    @property
    def data(self) -> np.ndarray:
        """The skin of lead, then zero for each nucleus that it is carried to [b, 1] (fm)."""
        return np.array([[MEASURED[0]], *([0.0] for _ in self.carried_to)])

    @property
    def _errors(self) -> np.ndarray:
        return np.array([[MEASURED[1]], *([SCATTER] for _ in self.carried_to)])

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Ends [b, 1] of one standard deviation (fm)."""
        return self.data - self._errors, self.data + self._errors

    def build(self, theory: Any, values: Mapping[str, Any]) -> _Skins:
        """Lead's skin, and how far each other skin lies from what the correlation expects (fm).

        Raises
        ------
        InputError : the radius of a nucleus in `carried_to` is not named.
        """
        lead = values.get("neutron_skin_Pb208", MEASURED[0])
        predicted = [lead]
        for name in self.carried_to:
            target = nuclide(name)
            common = COMMON if name in _IN_CSI else ""
            # A skin common to all nuclei would be a second correlation: it is no parameter of this experiment.
            radius = named_radius(target, {k: v for k, v in values.items() if k != COMMON_SKIN}, common)
            if radius is None:
                raise InputError(
                    f"PREX-II is carried to {name}, whose neutron radius the fit does not name. Add neutron_radius_{name} to "
                    "the free parameters, or take the nucleus out of carried_to."
                )
            skin = (radius - default_radii(target).proton) / fm
            predicted.append(skin - CORRELATIONS[self.correlation].skin(target, LEAD, lead))
        return _Skins(jnp.stack([jnp.asarray(value, float) for value in predicted]))

    def components(self, signal: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """The predicted numbers [b, 1] (fm)."""
        return {"skin": signal}

    def term(
        self, expected: Callable[[Mapping[str, Any]], Any], parameters: tuple[Parameter, ...]
    ) -> MeasuredCounts:
        """The measured skin, and the width of the correlation, as a term of a likelihood."""
        errors = self._errors.ravel()
        return MeasuredCounts(self.name, self.data.ravel(), errors, errors, expected, parameters)
