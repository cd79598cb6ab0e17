"""Vacuum propagation of a density matrix: exact phases, or phases averaged out.

A neutrino of flavour l is created as sum_k U*[l, k] |nu_k>, an antineutrino with U; so with V = U, or U* for antineutrinos,

    rho_mass = V^dagger rho V,   rho_mass[j, k](L) = exp(-i (m_j^2 - m_k^2) L/(2 E)) rho_mass[j, k],   rho = V rho_mass V^dagger.

The phase is 2.534 (m^2/eV^2)(L/m)/(E/MeV). Wave packets stay together: decoherence is put in by hand, as "averaged".
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter.grids import is_concrete
from weakscatter.mixing.basis import change_basis, rotation
from weakscatter.provenance.errors import InputError

#: What a baseline can be beside a length.
AVERAGED = "averaged"


def checked_baseline(baseline: Any) -> Any:
    """A baseline as it came, or an error.

    Raises
    ------
    InputError : neither "averaged" nor a length that is finite and not negative.
    """
    if isinstance(baseline, str):
        if baseline != AVERAGED:
            raise InputError(
                f"A baseline is a length or {AVERAGED!r}; got {baseline!r}. Give 20 * m, or 0 for none."
            )
        return baseline
    if is_concrete(baseline) and not (np.isfinite(baseline) and baseline >= 0):
        raise InputError(
            f"A baseline must be finite and not negative; got {baseline} MeV^-1. Give a length, 20 * m."
        )
    return baseline


def phases(mixing: Any, baseline: Any) -> Any:
    """(m_j^2 - m_k^2) L/2 [3, 3] (MeV): the phase of rho[j, k] times the energy."""
    m2 = mixing.squared_masses
    return (m2[:, None] - m2[None, :]) * baseline / 2


def propagate(
    state: Any, energy: Any, baseline: Any, mixing: Any, *, antineutrino: bool = False, basis: str = "flavour"
) -> Any:
    """Density matrix [..., 3, 3] after a baseline (MeV^-1, or "averaged").

    Parameters
    ----------
    state : density matrix [3, 3] or [..., 3, 3] where it was produced.
    energy : [...] (MeV).
    mixing : `Mixing`, or any object with ``unitary`` and ``squared_masses``.
    basis : of `state` and of the result.
    """
    checked_baseline(baseline)
    V = rotation(mixing, antineutrino) if basis == "flavour" else jnp.eye(3, dtype=complex)
    start = change_basis(state, jnp.conj(V).T)
    energy = jnp.asarray(energy, float)[..., None, None]
    if isinstance(baseline, str):
        arrived = jnp.where(_degenerate(mixing), start, 0.0) * jnp.ones_like(energy)
    else:
        arrived = start * jnp.exp(-1j * phases(mixing, baseline) / energy)
    return change_basis(arrived, V)


def averaged(state: Any, mixing: Any, *, antineutrino: bool = False, basis: str = "flavour") -> Any:
    """Density matrix [3, 3] far away, the same at every energy: no coherence between states of different mass."""
    return propagate(state, 1.0, AVERAGED, mixing, antineutrino=antineutrino, basis=basis)


def _degenerate(mixing: Any) -> Any:
    # States of one mass keep their coherence at any distance.
    m2 = mixing.squared_masses
    return m2[:, None] == m2[None, :]
