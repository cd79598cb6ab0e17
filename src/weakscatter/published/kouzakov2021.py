"""Figure 1 of the EPS-HEP2021 proceedings: 50 MeV neutrinos on 40Ar with a diagonal millicharge, at no distance.

The curves are lost; what the text fixes (energy, nucleus, size of the charge, formula) fixes these too, except for the form
factors of arXiv:2011.05960, which are not at hand. Helm's stand for them: below 10 keV of recoil, where a charge could be
seen, any form factor of argon differs from another by less than 1e-3, and relative changes do not depend on it at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from weakscatter.flux import monoenergetic, oscillated
from weakscatter.interactions import Millicharge, Weak, tree_couplings
from weakscatter.matter import nuclide
from weakscatter.mixing import Mixing, in_basis
from weakscatter.model import differential_cross_section
from weakscatter.response import NuclearResponse
from weakscatter.units import cm, deg, eV, fm, keV

#: Largest millicharge of the figure (units of e) and energy of the neutrinos (MeV).
CHARGE, ENERGY = 1.5e-12, 50.0

#: Parameters of the Particle Data Group of 2020, as the example of the mass basis has them; the curves do not depend on them.
MIXING = Mixing(0.307, 0.0220, 0.546, 244.8 * deg, 7.53e-5 * eV**2, 2.53e-3 * eV**2)

#: A change of this size is the width of a line in such a figure.
VISIBLE = 0.05


@dataclass(frozen=True, eq=False)
class MillichargeOnArgon:
    """The figure's curves, dsigma/dT per nucleus, leading order in T/E, tree-level couplings."""

    @cached_property
    def response(self) -> NuclearResponse:
        return NuclearResponse(
            nuclide("Ar40"), proton_radius=3.448 * fm, neutron_radius=3.55 * fm, spin="leading"
        )

    def curve(self, charge: float, T: Any, *, flavour: str = "mu", baseline: Any = 0.0) -> np.ndarray:
        """dsigma/dT [T] (MeV^-3) with e_nu = charge times the identity in the mass basis."""
        theory = in_basis(Weak(tree_couplings()) + Millicharge(charge * np.eye(3), basis="mass"), MIXING)
        beam = oscillated(monoenergetic(flavour, ENERGY), MIXING, baseline)
        return np.asarray(differential_cross_section(beam, self.response, theory, np.asarray(T, float)))

    def change(self, charge: float, T: float) -> float:
        """Relative change by a charge at one recoil energy."""
        with_charge, without = (self.curve(e, [T])[0] for e in (charge, 0.0))
        return float(with_charge / without - 1)

    def visible_below(self, charge: float) -> float:
        """Recoil energy (MeV) at which the change is as large as a line is wide."""
        T = np.geomspace(1e-3, 10.0, 400) * keV
        change = np.abs(self.curve(charge, T) / self.curve(0.0, T) - 1)
        # The change falls as 1/T: interpolated in the logarithms, increasing in -T.
        return float(np.exp(np.interp(-np.log(VISIBLE), -np.log(change), np.log(T))))

    @property
    def standard(self) -> float:
        """Standard-Model cross section at 10 eV (cm^2/MeV), the plateau of the figure."""
        return float(self.curve(0.0, [0.01 * keV])[0]) / cm**2
