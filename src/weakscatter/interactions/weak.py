"""The weak neutral current of nucleons: vector and axial charges in the flavour basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any

import jax.numpy as jnp

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.inference.parameter import Parameter
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.couplings import RADIUS_SHIFT, NucleonCouplings, coupling_set
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError

_MIXING_ANGLE = Parameter(
    "sin2_theta_w", constants.sin2_theta_w_0, lower=0.0, upper=1.0,
    description="weak mixing angle at low energy; moves the tree part of the couplings", source="erler2018",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Weak:
    """Standard-Model neutral current, L = -sqrt2 G_F (nubar_L gamma nu_L) (Nbar gamma (g_V - g_A gamma_5) N).

    Parameters
    ----------
    couplings : a `NucleonCouplings`, or the name of a set (`weakscatter list couplings`).
    sin2_theta_w : None for the set's own value; another value moves the tree part, g_V^p -> g_V^p - 2 (s^2 - s^2_set),
        with the radiative part fixed.
    include_sm_charge_radius : False removes the radii that the set holds from g_V^p, flavour by flavour.
    axial_coupling : g_A; g_A^p = +g_A/2, g_A^n = -g_A/2.

    Notes
    -----
    Q_w = -2 (Z g_V^p + N g_V^n). Antineutrinos are treated in `scattering`, not here.
    """

    couplings: NucleonCouplings = field(default_factory=lambda: coupling_set("radiative-2020"))
    sin2_theta_w: Any = None
    include_sm_charge_radius: bool = True
    axial_coupling: Any = constants.g_A
    kind = "weak"

    def __post_init__(self) -> None:
        if isinstance(self.couplings, str):
            object.__setattr__(self, "couplings", coupling_set(self.couplings))
        if not isinstance(self.couplings, NucleonCouplings):
            raise InputError(
                f"Weak couplings must be a NucleonCouplings or a set's name; got {type(self.couplings).__name__}."
            )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        given = self.couplings.sin2_theta_w if self.sin2_theta_w is None else self.sin2_theta_w
        if not is_concrete(given) or given == _MIXING_ANGLE.value:
            return (_MIXING_ANGLE,)
        return (replace(_MIXING_ANGLE, value=given),)

    def from_values(self, values: Mapping[str, Any]) -> Weak:
        return replace(self, sin2_theta_w=values["sin2_theta_w"]) if "sin2_theta_w" in values else self

    @property
    def holds_sm_charge_radius(self) -> bool:
        return self.include_sm_charge_radius and any(radius != 0 for radius in self.couplings.held_radius)

    @property
    def mixing_angle_shift(self) -> Any:
        """sin^2(theta_W) minus the value at which the couplings were evaluated: what moves every tree part."""
        return 0.0 if self.sin2_theta_w is None else self.sin2_theta_w - self.couplings.sin2_theta_w

    @property
    def g_v_p(self) -> tuple[Any, ...]:
        """g_V^p of (nu_e, nu_mu, nu_tau) after the options above."""
        couplings, tree_shift = self.couplings, -2 * self.mixing_angle_shift
        removed = couplings.held_radius if not self.include_sm_charge_radius else (0.0, 0.0, 0.0)
        return tuple(
            g + tree_shift - RADIUS_SHIFT * radius for g, radius in zip(couplings.g_v_p, removed, strict=True)
        )

    def charges(self) -> tuple[Charge, ...]:
        scale = sqrt(2) * constants.G_F
        identity = jnp.eye(3)
        return (
            Charge("vector", "p", scale * jnp.diag(jnp.stack([jnp.asarray(g, float) for g in self.g_v_p]))),
            Charge("vector", "n", scale * self.couplings.g_v_n * identity),
            Charge("axial", "p", scale * self.axial_coupling / 2 * identity),
            Charge("axial", "n", -scale * self.axial_coupling / 2 * identity),
        )

    @property
    def citations(self) -> tuple[str, ...]:
        return ("freedman1974", *self.couplings.citations)

    __add__ = together
