"""Nuclear form factors F(q), F(0) = 1, as functions of the rms radius of the distribution.

A form factor is any frozen callable ``(q, radius, nuclide) -> F``, with q and 1/radius in MeV (natural units); it
multiplies the *amplitude*. A user's own is passed to the same calls. A radius of None asks the model for its own
systematic radius, which only the models with one (Klein-Nystrand, Lewin-Smith) can give.

For equal rms radius Helm and symmetrised Fermi differ by less than 0.1 % of F at q = 50 MeV, 1 % at 100 MeV (Cs).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.response.shell_model import ShellModel
from weakscatter.units import fm

_SMALL = 1e-2


def sphere(x: Any) -> Any:
    """3 j_1(x)/x, the form factor of a uniform sphere; its series below x = 0.01, where the closed form cancels."""
    x = jnp.asarray(x)
    small = jnp.abs(x) < _SMALL
    safe = jnp.where(small, 1.0, x)
    closed = 3 * (jnp.sin(safe) - safe * jnp.cos(safe)) / safe**3
    return jnp.where(small, 1 - x**2 / 10 + x**4 / 280, closed)


def _box_radius(radius: Any, fuzz2: Any, model: str) -> Any:
    """Radius of the uniform sphere in R_rms^2 = (3/5) R_box^2 + fuzz2."""
    box2 = (5 / 3) * (radius**2 - fuzz2)
    if is_concrete(box2) and not np.all(np.asarray(box2) > 0):
        raise InputError(
            f"{model}: the rms radius {np.asarray(radius) / fm} fm is smaller than its surface alone gives "
            f"({sqrt(fuzz2) / fm:.3f} fm). Give a larger radius or a thinner surface."
        )
    return jnp.sqrt(box2)


def _needs_radius(radius: Any, model: str) -> None:
    if radius is None:
        raise InputError(
            f"The {model} form factor needs an rms radius; give proton_radius and neutron_radius."
        )


@dataclass(frozen=True, eq=False)
class Helm:
    """F = 3 j_1(q R_0)/(q R_0) exp(-q^2 s^2/2), R_rms^2 = (3/5) R_0^2 + 3 s^2 (Helm 1956)."""

    skin_thickness: Any = field(default=0.9 * fm, metadata={"unit": "fm"})
    citations = ("helm1956",)

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        _needs_radius(radius, "Helm")
        box = _box_radius(radius, 3 * self.skin_thickness**2, "Helm form factor")
        return sphere(q * box) * jnp.exp(-((q * self.skin_thickness) ** 2) / 2)


@dataclass(frozen=True, eq=False)
class HelmLewinSmith:
    """Helm with R_0^2 = c^2 + (7/3) pi^2 a^2 - 5 s^2, c = 1.23 A^(1/3) - 0.60 fm (Lewin and Smith 1996).

    Its rms radius (4.80 fm Cs, 3.40 fm Ar) is that of the *charge*: as a neutron radius it over-estimates the rate.
    A radius that is given is used in place of the systematic one.
    """

    skin_thickness: Any = field(default=0.9 * fm, metadata={"unit": "fm"})
    surface: Any = field(default=0.52 * fm, metadata={"unit": "fm"})
    citations = ("lewin1996",)

    def rms_radius(self, nuclide: Any) -> Any:
        c = (1.23 * nuclide.A ** (1 / 3) - 0.60) * fm
        box2 = c**2 + (7 / 3) * pi**2 * self.surface**2 - 5 * self.skin_thickness**2
        return jnp.sqrt(0.6 * box2 + 3 * self.skin_thickness**2)

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        radius = self.rms_radius(nuclide) if radius is None else radius
        return Helm(self.skin_thickness)(q, radius, nuclide)


@dataclass(frozen=True, eq=False)
class SymmetrisedFermi:
    """rho ~ sinh(c/a)/(cosh(r/a) + cosh(c/a)), in closed form; R_rms^2 = (3/5) c^2 + (7/5) (pi a)^2.

    `surface` is a = 0.52 fm; the 90-10 thickness is t = 4 a ln 3 = 2.30 fm (Sprung and Martorell 1997).
    """

    surface: Any = field(default=0.52 * fm, metadata={"unit": "fm"})
    citations = ("sprung1997",)

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        _needs_radius(radius, "symmetrised Fermi")
        c = _box_radius(radius, (7 / 5) * (pi * self.surface) ** 2, "Symmetrised Fermi form factor")
        q = jnp.asarray(q)
        x, y = q * c, pi * q * self.surface
        small = jnp.abs(x) < _SMALL
        x_safe, y_safe = jnp.where(small, 1.0, x), jnp.where(small, 1.0, y)
        closed = (
            3 / (x_safe * (x_safe**2 + y_safe**2)) * (y_safe / jnp.sinh(y_safe))
            * (y_safe * jnp.sin(x_safe) / jnp.tanh(y_safe) - x_safe * jnp.cos(x_safe))
        )  # fmt: skip
        # Two terms of the moment expansion, <r^2>/6 and <r^4>/120, are exact to 1e-12 where they are used.
        r2 = 0.6 * c**2 + 1.4 * (pi * self.surface) ** 2
        r4 = (3 / 7) * c**4 + (18 / 7) * (pi * self.surface * c) ** 2 + (31 / 7) * (pi * self.surface) ** 4
        return jnp.where(small, 1 - q**2 * r2 / 6 + q**4 * r4 / 120, closed)


@dataclass(frozen=True, eq=False)
class KleinNystrand:
    """F = 3 j_1(q R_A)/(q R_A)/(1 + q^2 a_k^2), R_A = 1.23 A^(1/3) fm (Klein and Nystrand 1999; COHERENT's default).

    R_rms^2 = (3/5) R_A^2 + 6 a_k^2; a radius that is given fixes R_A through it.
    """

    yukawa_range: Any = field(default=0.7 * fm, metadata={"unit": "fm"})
    citations = ("klein1999",)

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        if radius is None:
            sphere_radius = 1.23 * nuclide.A ** (1 / 3) * fm
        else:
            sphere_radius = _box_radius(radius, 6 * self.yukawa_range**2, "Klein-Nystrand form factor")
        return sphere(q * sphere_radius) / (1 + (q * self.yukawa_range) ** 2)


@dataclass(frozen=True, eq=False)
class Point:
    """F = 1: a point nucleus, for closed forms and comparisons."""

    citations = ()

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        return jnp.ones_like(jnp.asarray(q, float))


@dataclass(frozen=True, eq=False)
class TabulatedFormFactor:
    """F from a table, one for protons and neutrons alike; give two `NuclearResponse` form factors to tell them apart.

    Parameters
    ----------
    table : a `weakscatter.grids.Interpolant` F(q), q in MeV. Outside its range is an error unless it says otherwise.
    """

    table: Any
    citations: tuple[str, ...] = ()

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        return self.table(q)


#: Words for `form_factor` in cards.
FORM_FACTORS: dict[str, type] = {
    "helm": Helm,
    "helm-lewin-smith": HelmLewinSmith,
    "symmetrised-fermi": SymmetrisedFermi,
    "klein-nystrand": KleinNystrand,
    "point": Point,
    "table": TabulatedFormFactor,
    "shell-model": ShellModel,
}
