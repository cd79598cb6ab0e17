"""Long-lived beta emitters, with their short-lived daughters in equilibrium: half-lives, branches, fission yields.

Half-lives and branches are those of ENSDF, cumulative fission yields (atoms per fission, thermal neutrons; fast ones for 238U)
those of evaluated files, all recalled: half-lives to their last digit, end points to a few keV, shares to a per cent of a
decay, yields to 3 %. Branches below a per cent that end below 0.5 MeV are left out. Fission products without an antineutrino above
1 MeV are not listed, so the residual spectrum is a lower limit there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from weakscatter.flux.beta_decay import BetaBranch
from weakscatter.units import day, yr

_UNIQUE = "unique-first-forbidden"


@dataclass(frozen=True)
class BetaEmitter:
    """A parent and its daughters: half-life of the parent, all branches per decay of it, cumulative fission yields."""

    half_life: float
    branches: tuple[BetaBranch, ...]
    yields: dict[str, float] = field(default_factory=dict)


#: By parent. Fission yields: 235U, 238U, 239Pu, 241Pu.
BETA_EMITTERS = {
    "Ce144": BetaEmitter(
        284.91 * day,
        (
            BetaBranch(0.3187, 0.765, 59, 144), BetaBranch(0.2386, 0.039, 59, 144), BetaBranch(0.1852, 0.196, 59, 144),
            BetaBranch(2.9974, 0.979, 60, 144), BetaBranch(2.3010, 0.0104, 60, 144), BetaBranch(0.8118, 0.0105, 60, 144),
        ),
        {"U235": 0.0550, "U238": 0.0455, "Pu239": 0.0374, "Pu241": 0.0418},
    ),
    "Ru106": BetaEmitter(
        371.8 * day,
        (
            BetaBranch(0.0394, 1.0, 45, 106),
            BetaBranch(3.541, 0.786, 46, 106), BetaBranch(3.029, 0.081, 46, 106), BetaBranch(2.407, 0.100, 46, 106),
            BetaBranch(1.979, 0.018, 46, 106), BetaBranch(1.50, 0.015, 46, 106),
        ),
        {"U235": 0.0040, "U238": 0.0249, "Pu239": 0.0435, "Pu241": 0.0618},
    ),
    "Sr90": BetaEmitter(
        28.8 * yr,
        (BetaBranch(0.5459, 1.0, 39, 90, _UNIQUE), BetaBranch(2.2785, 0.9999, 40, 90, _UNIQUE)),
        {"U235": 0.0578, "U238": 0.0320, "Pu239": 0.0210, "Pu241": 0.0153},
    ),
    "Y91": BetaEmitter(
        58.51 * day, (BetaBranch(1.5448, 0.997, 40, 91, _UNIQUE),),
        {"U235": 0.0583, "U238": 0.0404, "Pu239": 0.0250, "Pu241": 0.0184},
    ),
    "Sr89": BetaEmitter(
        50.56 * day, (BetaBranch(1.5009, 0.9999, 39, 89, _UNIQUE),),
        {"U235": 0.0473, "U238": 0.0276, "Pu239": 0.0172, "Pu241": 0.0121},
    ),
    "Cs137": BetaEmitter(
        30.05 * yr,
        (BetaBranch(0.5140, 0.944, 56, 137, _UNIQUE), BetaBranch(1.1756, 0.056, 56, 137)),
        {"U235": 0.0619, "U238": 0.0605, "Pu239": 0.0661, "Pu241": 0.0665},
    ),
}  # fmt: skip
