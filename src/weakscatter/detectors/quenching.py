"""Quenching: the electron-equivalent energy E_ee that a quantum of energy T leaves as light or charge.

Every model is a callable T -> E_ee, both in MeV. A model whose formula turns negative (a polynomial pulled far away)
gives *zero light* there, never negative light. Electrons and photons are usually `ConstantQuenching(1.0)`.

Which one? The experiment's own, always: quenching is measured crystal by crystal, and below a few keV the published
models differ by tens of per cent. `Lindhard` is a theory for semiconductors and known to fail at the lowest energies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.detectors.morphing import morph_weights
from weakscatter.grids import Interpolant, is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV


def _energy(T: Any, valid_to: Any = np.inf) -> Any:
    """Return T as an array, refusing what can be refused: negative, not finite, beyond the validity range."""
    if is_concrete((T, valid_to)):
        given = np.asarray(T, dtype=float)
        bad = ~((given >= 0.0) & (given <= float(valid_to)) & np.isfinite(given))
        if np.any(bad):
            raise InputError(
                f"a quenching model was asked at {given[bad].flat[0] / keV:.6g} keV; energies from 0 to "
                f"{float(valid_to) / keV:.6g} keV are allowed. Shorten the energy grid, or choose a model valid there."
            )
    return jnp.asarray(T, dtype=float)


def _check_finite(what: str, values: Any) -> None:
    if is_concrete(values) and not np.all(np.isfinite(np.asarray(values, dtype=float))):
        raise InputError(f"{what} must be finite numbers; got {values}.")


@dataclass(frozen=True, eq=False)
class ConstantQuenching:
    """E_ee = factor T.

    Parameters
    ----------
    factor : float
        Quenching factor, dimensionless, not negative. CsI[Na] 2017: 0.0878 +- 0.0166 (arXiv:1708.01294).

    Examples
    --------
    >>> round(float(ConstantQuenching(0.0878)(0.010)), 9)  # 10 keV nuclear recoil
    0.000878
    """

    factor: Any = field(metadata={"unit": ""})

    def __post_init__(self) -> None:
        _check_finite("a quenching factor", self.factor)
        if is_concrete(self.factor) and self.factor < 0.0:
            raise InputError(f"a quenching factor of {self.factor} was given; it must not be negative.")

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for energies T (MeV), any shape."""
        return jnp.maximum(self.factor * _energy(T), 0.0)


@dataclass(frozen=True, eq=False)
class PolynomialQuenching:
    """E_ee = sum_{k >= 1} c_k T^k, zero where the sum is negative.

    Parameters
    ----------
    coefficients : tuple or array [k]
        c_1, c_2, ... in powers of MeV: c_k in MeV^(1-k). There is no constant term: no energy, no light.
    valid_to : float
        Largest energy T (MeV) that is allowed; a traced T is not checked.

    Notes
    -----
    CsI[Na] 2021: c = (0.0554628, 4.30681, -111.707, 840.384), arXiv:2110.07730 and its data release, where both
    energies are in MeV, too. The release states no range of validity.

    Examples
    --------
    >>> csi = PolynomialQuenching((0.0554628, 4.30681, -111.707, 840.384))
    >>> round(float(csi(0.010)) * 1e3, 6)  # keV of electron-equivalent energy from 10 keV of recoil
    0.882006
    """

    coefficients: Any = field(metadata={"unit": "powers of MeV"})
    valid_to: Any = field(default=np.inf, metadata={"unit": "keV"})

    def __post_init__(self) -> None:
        if not hasattr(self.coefficients, "__len__") or len(self.coefficients) == 0:
            raise InputError(
                f"a quenching polynomial needs a list of coefficients c_1, c_2, ...; got {self.coefficients}."
            )
        _check_finite("the coefficients of a quenching polynomial", self.coefficients)

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for energies T (MeV), any shape."""
        T = _energy(T, self.valid_to)
        total = jnp.zeros_like(T)
        for k in reversed(range(len(self.coefficients))):
            total = (total + self.coefficients[k]) * T
        return jnp.maximum(total, 0.0)


@dataclass(frozen=True, eq=False)
class ScaledQuenching:
    """E_ee = scale times that of another quenching model: its relative error, moved by hand.

    Parameters
    ----------
    model : any quenching model.
    scale : dimensionless, not negative; may be traced.

    Examples
    --------
    >>> round(float(ScaledQuenching(ConstantQuenching(0.1), 1.2)(0.010)), 9)
    0.0012
    """

    model: Callable[[Any], Any]
    scale: Any

    def __post_init__(self) -> None:
        _check_finite("the scale of a quenching", self.scale)
        if is_concrete(self.scale) and self.scale < 0.0:
            raise InputError(f"a quenching scale of {self.scale} was given; it must not be negative.")

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for energies T (MeV), any shape."""
        return self.scale * self.model(T)


@dataclass(frozen=True, eq=False)
class MorphedQuenching:
    """A nominal quenching model moved by pulls along published +1 and -1 sigma variations.

    E_ee = nominal + sum_i [morph of (nominal, plus_i, minus_i) at pull_i - nominal], with the interpolation of
    `morph_weights`: exactly plus_i at pull_i = +1 and minus_i at -1 when the others are zero. For polynomials the
    result is the polynomial of the morphed coefficients. Zero where the sum is negative.

    Parameters
    ----------
    nominal : callable
        Any quenching model.
    variations : tuple of (plus, minus)
        Pairs of quenching models, one pair for each independent direction (eigen-variation).
    pulls : tuple or array [n]
        One for each pair, in standard deviations; may be traced.
    """

    nominal: Callable[[Any], Any]
    variations: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...]
    pulls: Any

    def __post_init__(self) -> None:
        if not hasattr(self.pulls, "__len__") or len(self.pulls) != len(self.variations):
            raise InputError(
                f"a morphed quenching has {len(self.variations)} pairs of variations and pulls {self.pulls}; "
                "give one pull for each pair."
            )
        _check_finite("the pulls of a quenching", self.pulls)

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for energies T (MeV), any shape."""
        nominal = self.nominal(T)
        total = nominal
        for i, (plus, minus) in enumerate(self.variations):
            weights = morph_weights(self.pulls[i])
            total = total + (weights[0] - 1.0) * nominal + weights[1] * plus(T) + weights[2] * minus(T)
        return jnp.maximum(total, 0.0)


@dataclass(frozen=True, eq=False)
class Lindhard:
    """Lindhard's theory of nuclear recoils in their own material.

        E_ee = T k g/(1 + k g),   g = 3 eps^0.15 + 0.7 eps^0.6 + eps,   eps = 11.5 Z^(-7/3) T/keV

    Parameters
    ----------
    k : float
        Strength of the electronic stopping; theory gives 0.133 Z^(2/3) A^(-1/2), that is 0.157 for germanium;
        measured 0.162 +- 0.004 (Bonhomme et al., arXiv:2202.03754).
    Z : float
        Charge number of material and recoil.

    Notes
    -----
    J. Lindhard et al., Mat. Fys. Medd. Dan. Vid. Selsk. 33 (1963) 10; g as parametrised by Lewin and Smith,
    Astropart. Phys. 6 (1996) 87. Atomic binding is neglected: measurements in germanium disagree with each other
    and with it below about 1 keV.

    Examples
    --------
    >>> round(float(Lindhard(0.157, 32)(0.001)) / 0.001, 4)  # 1 keV in germanium
    0.171
    """

    k: Any = field(metadata={"unit": ""})
    Z: Any = field(metadata={"unit": ""})
    citations = ("lindhard1963",)

    def __post_init__(self) -> None:
        for name in ("k", "Z"):
            value = getattr(self, name)
            _check_finite(f"{name} of Lindhard's theory", value)
            if is_concrete(value) and not value > 0.0:
                raise InputError(f"Lindhard's theory needs a positive {name}; got {value}.")

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for nuclear recoil energies T (MeV), any shape."""
        T = _energy(T)
        # The powers below one have no derivative at T = 0, where the answer is zero anyway.
        safe = jnp.where(T > 0.0, T, keV)
        eps = 11.5 * jnp.asarray(self.Z, dtype=float) ** (-7.0 / 3.0) * safe / keV
        strength = self.k * (3.0 * eps**0.15 + 0.7 * eps**0.6 + eps)
        return jnp.where(T > 0.0, safe * strength / (1.0 + strength), 0.0)


@dataclass(frozen=True, eq=False)
class TabulatedQuenching:
    """E_ee = T f(T) with the quenching factor f from a table, linear between its nodes.

    Parameters
    ----------
    energy : array [n] (MeV)
        Nuclear recoil energies, strictly increasing.
    factor : array [n]
        Quenching factors, dimensionless; negative ones count as no light. May be traced.
    outside : "error", "zero" or "extrapolate"
        Policy outside the table, as in `weakscatter.grids.Interpolant`. With "zero" an energy outside gives no
        light, which is a common and conservative reading below the first measured point.
    """

    energy: Any = field(metadata={"unit": "keV"})
    factor: Any = field(metadata={"unit": ""})
    outside: str = "error"

    def __post_init__(self) -> None:
        table = self._table()
        object.__setattr__(self, "energy", table.x)
        object.__setattr__(self, "factor", table.y)

    def _table(self) -> Interpolant:
        return Interpolant(self.energy, self.factor, "linear", self.outside, "quenching factor")  # type: ignore[arg-type]

    def __call__(self, T: Any) -> Any:
        """Return E_ee (MeV) for energies T (MeV), any shape."""
        T = _energy(T)
        return jnp.maximum(T * self._table()(T), 0.0)
