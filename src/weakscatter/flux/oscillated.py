"""A beam that has travelled: its components with the density matrix that arrives.

A line, and a spectrum whose phases average out, arrive in one state: the component stays what it is, with another `state`.
A continuum with exact phases has a density matrix at each energy. Its tail integrals are, in the mass basis,

    int_E_min^inf f(E) E^(k-2) exp(-i phi_jk/E) dE,   phi_jk = (m_j^2 - m_k^2) L/2,

summed over panels narrow enough in 1/E for the phase, plus the rest of the panel in which E_min lies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.flux.beam import Beam
from weakscatter.flux.line import Line
from weakscatter.grids import is_concrete
from weakscatter.mixing import averaged, change_basis, checked_baseline, phases, propagate, rotation
from weakscatter.provenance.errors import InputError

#: Pairs (j, k), j > k, of mass states.
_PAIRS = ((1, 0), (2, 0), (2, 1))
#: Panels spent on the phase of each mass difference, and the phase (rad) of a panel; a panel of four times that phase and
#: more holds no coherence. So up to 120 periods are followed, and what lies below averages out to 1e-3 of its size.
_PANELS, _PHASE = 192, 4.0
#: Panels per spectrum for its shape, equal steps in the logarithm of the energy, down to this fraction of the highest energy.
_SHAPE, _FLOOR = 48, 1e-6
_x, _w = np.polynomial.legendre.leggauss(8)
_NODES, _WEIGHTS = 0.5 * (_x + 1), 0.5 * _w


def oscillated(beam: Beam, mixing: Any, baseline: Any) -> Beam:
    """The beam after vacuum oscillations over a baseline.

    Parameters
    ----------
    beam : as produced; its fluences are those at the detector and stay.
    mixing : `weakscatter.mixing.Mixing`.
    baseline : length (natural units, `20 * m`), or "averaged" where the phases cannot be followed.

    Raises
    ------
    InputError : a baseline that is no length; a component that has been propagated before.

    Examples
    --------
    Reactor antineutrinos of 4 MeV at 60 km, the survival probability:

    >>> from weakscatter.flux import monoenergetic
    >>> from weakscatter.mixing import Mixing
    >>> from weakscatter.units import m
    >>> far = oscillated(monoenergetic("e", 4.0, antineutrino=True), Mixing(), 60e3 * m)
    >>> print(f"{far.components[0].state[0, 0].real:.3f}")
    0.168
    """
    checked_baseline(baseline)
    if not isinstance(baseline, str) and is_concrete(baseline) and baseline == 0:
        return beam
    components = tuple(_arrived(component, mixing, baseline) for component in beam.components)
    citations = tuple(dict.fromkeys((*beam.citations, *mixing.citations)))
    return replace(beam, components=components, citations=citations)


def _arrived(component: Any, mixing: Any, baseline: Any) -> Any:
    if getattr(component, "state", None) is None:
        raise InputError(
            f"The component {component.label!r} has no single state to start from: it has travelled already. Give oscillated "
            "the beam as it is produced, with the whole baseline."
        )
    of = {"antineutrino": component.antineutrino, "basis": component.basis}
    if isinstance(baseline, str):
        return replace(component, state=averaged(component.state, mixing, **of))
    if isinstance(component, Line):
        return replace(component, state=propagate(component.state, component.energy, baseline, mixing, **of))
    return Oscillated(component, mixing, baseline)


@dataclass(frozen=True, eq=False)
class Oscillated:
    """A continuum after a baseline (MeV^-1): the same spectrum, another density matrix at each energy.

    `component` has one `state`, a ``density(E)``, and ``corners`` where its spectrum is not smooth.
    """

    component: Any
    mixing: Any
    baseline: Any

    @property
    def label(self) -> str:
        return self.component.label

    @property
    def basis(self) -> str:
        return self.component.basis

    @property
    def antineutrino(self) -> bool:
        return self.component.antineutrino

    @property
    def mass(self) -> Any:
        return self.component.mass

    @property
    def fluence(self) -> Any:
        return self.component.fluence

    @property
    def energies(self) -> tuple[Any, Any]:
        return self.component.energies

    def density(self, E: Any) -> Any:
        return self.component.density(E)

    def nodes(self) -> tuple[Any, Any]:
        return self.component.nodes()

    def arrival(self, edges: Any) -> Any:
        return self.component.arrival(edges)

    def rho(self, E: Any) -> Any:
        """Density matrix [..., 3, 3] at each energy."""
        return propagate(
            self.component.state, E, self.baseline, self.mixing,
            antineutrino=self.antineutrino, basis=self.basis,
        )  # fmt: skip

    def tail(self, E_min: Any) -> Any:
        """Integral of spectrum * rho * E^(k-2) above E_min, k = 0, 1, 2: [3, *E_min, 3, 3]."""
        V = rotation(self.mixing, self.antineutrino) if self.basis == "flavour" else jnp.eye(3, dtype=complex)
        start = change_basis(self.component.state, jnp.conj(V).T)
        plain = self.component.moments(E_min)
        pairs = self._coherences(jnp.asarray(E_min, float))
        matrix = jnp.zeros((*plain.shape, 3, 3), complex)
        for k in range(3):
            matrix = matrix.at[..., k, k].set(plain * start[k, k])
        for (j, k), integral in zip(_PAIRS, pairs, strict=True):
            matrix = matrix.at[..., j, k].set(integral * start[j, k])
            matrix = matrix.at[..., k, j].set(jnp.conj(integral) * start[k, j])
        return change_basis(matrix, V)

    def _coherences(self, E_min: Any) -> list[Any]:
        """Integrals [3, *E_min] of each pair of mass states."""
        phi = phases(self.mixing, self.baseline)
        phi = jnp.stack([phi[j, k] for j, k in _PAIRS])
        edges = self._edges(phi)
        low, high = edges[:-1], edges[1:]
        # [pair, panel]: whether the panel resolves the phase.
        turn = jnp.abs(phi)[:, None] * (1 / low - 1 / high)
        seen = turn <= 4 * _PHASE
        whole = jnp.where(seen[:, None], self._panel(low, high, phi), 0.0)
        above = jnp.cumsum(whole[..., ::-1], axis=-1)[..., ::-1] - whole
        start = jnp.clip(E_min, edges[0], edges[-1])
        at = jnp.clip(jnp.searchsorted(edges, start, side="right") - 1, 0, len(low) - 1)
        first = jnp.reshape(self._panel(jnp.ravel(start), jnp.ravel(high[at]), phi), (3, 3, *E_min.shape))
        rest = jnp.where(seen[:, at][:, None], first, 0.0)
        return list(above[..., at] + rest)

    def _panel(self, low: Any, high: Any, phi: Any) -> Any:
        """int f E^(k-2) exp(-i phi/E) dE between low and high [n]: [pair, k, n]."""
        E = low[:, None] + (high - low)[:, None] * _NODES
        weight = (high - low)[:, None] * _WEIGHTS * self.component.density(E)
        wave = jnp.exp(-1j * phi[:, None, None] / E)
        return jnp.stack([jnp.sum(weight * E ** (k - 2) * wave, axis=-1) for k in range(3)], axis=1)

    def _edges(self, phi: Any) -> Any:
        first, last = (jnp.asarray(E, float) for E in self.component.energies)
        lowest = jnp.maximum(first, _FLOOR * last)
        steps = jnp.arange(_PANELS + 1) * _PHASE
        # Equal phases of the fast and of the slow difference; without one, its edges all lie at the highest energy.
        waves = [1 / (1 / last + steps / jnp.maximum(jnp.abs(p), 1e-30)) for p in (phi[1], phi[0])]
        shape = jnp.exp(jnp.linspace(jnp.log(lowest), jnp.log(last), _SHAPE + 1))
        corners = jnp.asarray(getattr(self.component, "corners", self.component.energies), float)
        return jnp.sort(jnp.clip(jnp.concatenate([*waves, shape, corners]), lowest, last))
