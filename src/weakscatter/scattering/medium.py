"""The polarisation of a medium of atoms at X-ray energies, from atomic scattering factors.

    Pi(E) = E^2 (1 - n^2) = 4 pi r_e N (f_1 - i f_2),    |Im Pi| = E N sigma_gamma

with N atoms per volume. f_1 far above all edges is Z: Pi is the square of the plasma frequency.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from weakscatter.constants import N_A, alpha, m_e
from weakscatter.grids import Interpolant, is_concrete
from weakscatter.matter.nuclide import element
from weakscatter.provenance.errors import InputError
from weakscatter.units import g, keV


@dataclass(frozen=True, eq=False)
class Medium:
    """Atoms of one element at a density.

    Parameters
    ----------
    symbol : element, "Xe".
    density : mass density (MeV^4); liquid xenon 2.9 g/cm^3.

    Notes
    -----
    f_1 of Henke, Gullikson, Davis (1993), from 30 eV to 30 keV, linear between its nodes; binding in a solid is left out.

    Examples
    --------
    >>> from weakscatter.units import cm, eV
    >>> xenon = Medium("Xe", 2.9 * g / cm**3)
    >>> round(float(xenon.polarisation(30 * keV, 0.0)[0]) ** 0.5 / eV, 1)  # the plasma frequency of 54 electrons but a few
    31.0
    """

    citations: ClassVar[tuple[str, ...]] = ("henke1993", "periodictable")

    symbol: str
    density: Any

    def __post_init__(self) -> None:
        element(self.symbol)
        if is_concrete(self.density) and not 0.0 < self.density < np.inf:
            raise InputError(f"a density of {self.density!r} MeV^4 was given; it must be positive.")

    @property
    def number_density(self) -> Any:
        """Atoms per volume (MeV^3)."""
        return self.density / (float(element(self.symbol).mass) * g / N_A)

    @cached_property
    def _f1(self) -> Interpolant:
        E, f1, _ = element(self.symbol).xray.sftable
        order = np.argsort(E, kind="stable")
        E, f1 = E[order], f1[order]
        known = np.isfinite(f1) & np.concatenate([[True], np.diff(E) > 0.0])
        return Interpolant(E[known] * keV, f1[known], name=f"f_1 of {self.symbol}")

    def polarisation(self, energy: Any, cross_section: Any) -> tuple[Any, Any]:
        """Return the real part and the modulus of the imaginary part of Pi (MeV^2) at energies [E] (MeV).

        ``cross_section`` [E] (MeV^-2 per atom) is the photoabsorption that goes with the absorption asked for.
        """
        N = self.number_density
        return 4.0 * np.pi * alpha / m_e * N * self._f1(energy), energy * N * cross_section
