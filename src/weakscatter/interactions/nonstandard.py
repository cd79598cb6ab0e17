"""Non-standard interactions of a heavy mediator with u, d and electrons, all flavour entries, complex off-diagonal.

    L = -sqrt2 G_F eps^{qV}_{l'l} (nubar_l' gamma P_L nu_l) (qbar gamma q),   eps^V = eps^L + eps^R,

so that eps adds to g_V: the proton's coupling moves by 2 eps^u + eps^d, the neutron's by eps^u + 2 eps^d. One nucleus
sees (2Z + N) eps^u + (Z + 2N) eps^d only, and that up to the sign of the whole amplitude: two allowed strips per target
in the plane of u and d, whose slope depends on Z/N. See `conventions.nonstandard` for other normalisations.

On electrons left- and right-handed parts are kept apart, -2 sqrt2 G_F eps^{eX} (nubar gamma P_L nu)(ebar gamma P_X e), so that
g_L -> g_L + eps^{eL}, g_R -> g_R + eps^{eR}: g_V moves by eps^{eL} + eps^{eR} and g_A by eps^{eL} - eps^{eR}.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.interactions.charge import Charge
from weakscatter.interactions.generators import hermitian
from weakscatter.interactions.matching import vector_couplings
from weakscatter.interactions.theory import together


def _zeros() -> np.ndarray:
    return np.zeros((3, 3), dtype=complex)


_GENERATORS = {
    quark: hermitian("eps", "", suffix=f"_{quark}V", signed=True,
                     description=f"vector NSI with {quark} quarks")
    for quark in ("u", "d")
} | {
    hand: hermitian("eps", "", suffix=f"_{hand}", signed=True,
                    description=f"NSI with {words} electrons")
    for hand, words in (("eL", "left-handed"), ("eR", "right-handed"))
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class NonStandard:
    """Heavy mediator (NSI): eps^{uV}, eps^{dV}, eps^{eL} and eps^{eR} [final, initial], Hermitian.

    Parameters
    ----------
    uV, dV, eL, eR : arrays [3, 3], pure numbers in units of sqrt2 G_F, see the module's first lines.

    Notes
    -----
    Parameters of a fit are `eps_ee_uV`, ..., real parts `eps_emu_uV` with their sign and imaginary parts
    `eps_emu_uV_im`. A beam of pure flavours sees |eps| only, so the limit on a real part alone is that on the modulus;
    with u and d both free their relative sign matters, and with both imaginary parts profiled their relative phase.
    Barranco et al. 2005.
    """

    uV: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    dV: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    eL: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    eR: Any = field(default_factory=_zeros, metadata={"unit": "", "matrix": "hermitian"})
    kind = "nsi"
    parameters = tuple(
        parameter for generators in _GENERATORS.values() for parameter in generators.parameters
    )
    citations = ("barranco2005", "giunti2020")

    def from_values(self, values: Mapping[str, Any]) -> NonStandard:
        return NonStandard(
            _GENERATORS["u"].replace(self.uV, values, 1.0),
            _GENERATORS["d"].replace(self.dV, values, 1.0),
            _GENERATORS["eL"].replace(self.eL, values, 1.0),
            _GENERATORS["eR"].replace(self.eR, values, 1.0),
        )

    def charges(self) -> tuple[Charge, ...]:
        scale = sqrt(2) * constants.G_F
        proton, neutron = vector_couplings({"u": jnp.asarray(self.uV), "d": jnp.asarray(self.dV)})
        left, right = jnp.asarray(self.eL), jnp.asarray(self.eR)
        return (
            Charge("vector", "p", scale * proton),
            Charge("vector", "n", scale * neutron),
            Charge("vector", "e", scale * (left + right)),
            Charge("axial", "e", scale * (left - right)),
        )

    __add__ = together
