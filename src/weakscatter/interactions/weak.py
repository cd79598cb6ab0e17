"""The weak interaction of nucleons and electrons at low energy: vector and axial charges in the flavour basis.

The neutral current, and for nu_e on electrons the charged one, which Fierz turns into the same form.
"""

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
from weakscatter.interactions.electron_couplings import ElectronCouplings, electron_couplings
from weakscatter.interactions.theory import together
from weakscatter.provenance.errors import InputError

_MIXING_ANGLE = Parameter(
    "sin2_theta_w", constants.sin2_theta_w_0, lower=0.0, upper=1.0,
    description="weak mixing angle at low energy; moves the tree part of the couplings", source="erler2018",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Weak:
    """Standard-Model interaction, L = -sqrt2 G_F (nubar_L gamma nu_L) (fbar gamma (g_V - g_A gamma_5) f) for f = p, n, e.

    Parameters
    ----------
    couplings : a `NucleonCouplings`, or the name of a set (`weakscatter list couplings`).
    sin2_theta_w : None for the sets' own values; another value moves the tree parts, g_V^p -> g_V^p - 2 (s^2 - s^2_set) and
        g_V^e -> g_V^e + 2 (s^2 - s^2_set), with the radiative parts fixed.
    include_sm_charge_radius : False removes the radii that the sets hold from g_V^p and g_V^e, flavour by flavour.
    axial_coupling : g_A of nucleons; g_A^p = +g_A/2, g_A^n = -g_A/2.
    electron : an `ElectronCouplings`, or the name of a set; None for "tree" beside nucleon couplings that hold no radius
        and "loop" beside those that do.

    Notes
    -----
    Q_w = -2 (Z g_V^p + N g_V^n). Antineutrinos are treated in `scattering`, not here.
    """

    couplings: NucleonCouplings = field(default_factory=lambda: coupling_set("radiative-2020"))
    sin2_theta_w: Any = None
    include_sm_charge_radius: bool = True
    axial_coupling: Any = constants.g_A
    electron: Any = None
    kind = "weak"

    def __post_init__(self) -> None:
        if isinstance(self.couplings, str):
            object.__setattr__(self, "couplings", coupling_set(self.couplings))
        if not isinstance(self.couplings, NucleonCouplings):
            raise InputError(
                f"Weak couplings must be a NucleonCouplings or a set's name; got {type(self.couplings).__name__}."
            )
        named = self.electron
        if named is None:
            named = "loop" if any(radius != 0 for radius in self.couplings.held_radius) else "tree"
        electron = electron_couplings(named) if isinstance(named, str) else named
        if not isinstance(electron, ElectronCouplings):
            raise InputError(
                f"Electron couplings must be an ElectronCouplings or a set's name; got {type(electron).__name__}."
            )
        object.__setattr__(self, "electron", electron)

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
        held = (*self.couplings.held_radius, *self.electron.held_radius)
        return self.include_sm_charge_radius and any(radius != 0 for radius in held)

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

    @property
    def g_v_e(self) -> tuple[Any, ...]:
        """g_V^e of (nu_e, nu_mu, nu_tau) after the options above."""
        electron = self.electron
        moved = 0.0 if self.sin2_theta_w is None else 2 * (self.sin2_theta_w - electron.sin2_theta_w)
        removed = electron.held_radius if not self.include_sm_charge_radius else (0.0, 0.0, 0.0)
        return tuple(
            g + moved + RADIUS_SHIFT * radius for g, radius in zip(electron.g_v, removed, strict=True)
        )

    def charges(self) -> tuple[Charge, ...]:
        scale = sqrt(2) * constants.G_F
        identity = jnp.eye(3)
        return (
            Charge("vector", "p", scale * _diagonal(self.g_v_p)),
            Charge("vector", "n", scale * self.couplings.g_v_n * identity),
            Charge("axial", "p", scale * self.axial_coupling / 2 * identity),
            Charge("axial", "n", -scale * self.axial_coupling / 2 * identity),
            Charge("vector", "e", scale * _diagonal(self.g_v_e)),
            Charge("axial", "e", scale * _diagonal(self.electron.g_a)),
        )

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(("freedman1974", *self.couplings.citations, *self.electron.citations)))

    __add__ = together


def _diagonal(values: tuple[Any, ...]) -> Any:
    return jnp.diag(jnp.stack([jnp.asarray(value, float) for value in values]))
