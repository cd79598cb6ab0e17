"""Photoabsorption cross section of an atom as a table: power laws between nodes, edges as double nodes.

The cross section is the photoelectric one, scattering not included, per atom (of a molecule or crystal: per atom of that element).
Thomas, Reiche and Kuhn: int sigma dT = (2 pi^2 alpha/m_e) times the oscillator strength, which is Z with the discrete lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from weakscatter.constants import alpha, m_e
from weakscatter.grids import Interpolant, is_concrete
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import read_csv
from weakscatter.units import keV

#: Relative distance of the two nodes of an edge as they are stored: too small to matter, large enough for logarithms.
_STEP = 1e-12

#: int sigma dT of one electron (MeV^-1): 109.76 Mb eV.
THOMAS_REICHE_KUHN = 2.0 * np.pi**2 * alpha / m_e


@dataclass(frozen=True, eq=False)
class Photoabsorption:
    """A table of sigma(T), T the photon energy, a power law between nodes.

    Parameters
    ----------
    energy : array [n] (MeV)
        Photon energies, positive and not decreasing. Where one stands twice there is an edge: the first value holds below it,
        the second at it and above.
    cross_section : array [n] (MeV^-2)
        Per atom; positive. What lies below the first threshold is left out of a table, not written as zero.
    citations : keys of the bibliography.
    name : what the table is, for messages.
    flags : what to know before using it.

    Raises
    ------
    InputError : energies that decrease or stand three times, a value that is not positive, and energies outside the table when
        it is asked (NaN where they are traced).

    Examples
    --------
    >>> from weakscatter.units import Mb, eV
    >>> one = Photoabsorption([10 * eV, 20 * eV, 20 * eV, 40 * eV], [4 * Mb, 1 * Mb, 8 * Mb, 1 * Mb])
    >>> round(float(one(20 * eV)) / Mb, 12), [round(edge / eV, 12) for edge in one.edges]
    (8.0, [20.0])
    """

    # A constant: a table of this size inside a compiled program is none of its inputs.
    STATIC: ClassVar[bool] = True

    energy: Any
    cross_section: Any
    citations: tuple[str, ...] = ()
    name: str = "photoabsorption"
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        E = np.array(self.energy, dtype=float)
        if E.ndim != 1 or len(E) < 2 or not np.all(np.isfinite(E)) or not np.all(E > 0.0):
            raise InputError(
                f"the photoabsorption table {self.name!r} needs at least two positive photon energies."
            )
        if np.any(np.diff(E) < 0.0) or np.any(E[2:] == E[:-2]):
            raise InputError(
                f"the energies of the photoabsorption table {self.name!r} must not decrease; an edge is one energy standing "
                "twice."
            )
        if np.shape(self.cross_section) != E.shape:
            raise InputError(
                f"the photoabsorption table {self.name!r} has {len(E)} energies and cross sections of shape "
                f"{np.shape(self.cross_section)}."
            )
        if is_concrete(self.cross_section):
            sigma = np.array(self.cross_section, dtype=float)
            if not np.all(np.isfinite(sigma) & (sigma > 0.0)):
                raise InputError(
                    f"the photoabsorption table {self.name!r} has a cross section that is not positive; leave out energies "
                    "below the first threshold."
                )
            object.__setattr__(self, "cross_section", sigma)
        object.__setattr__(self, "energy", E)

    @property
    def energies(self) -> tuple[float, float]:
        """First and last photon energy (MeV)."""
        return float(self.energy[0]), float(self.energy[-1])

    @property
    def edges(self) -> tuple[float, ...]:
        """Energies of the edges (MeV), where the table jumps."""
        return tuple(self.energy[1:][np.diff(self.energy) == 0.0].tolist())

    @cached_property
    def _interpolant(self) -> Interpolant:
        # Inside a compiled program the nodes are traced like any other numbers.
        xp: Any = np if is_concrete(self.energy) else jnp
        repeated = xp.concatenate([self.energy[1:] == self.energy[:-1], xp.zeros(1, dtype=bool)])
        E = self.energy * xp.where(repeated, 1.0 - _STEP, 1.0)
        return Interpolant(E, self.cross_section, kind="log-log", name=self.name)

    def __call__(self, energy: Any) -> Any:
        """Return the cross section (MeV^-2 per atom) at photon energies (MeV), any shape."""
        if is_concrete(energy):
            given, (low, high) = np.asarray(energy, dtype=float), self.energies
            bad = ~((given >= low) & (given <= high))
            if np.any(bad):
                raise InputError(
                    f"the photoabsorption table {self.name!r} was asked at {given[bad].flat[0] / keV:.6g} keV; it covers "
                    f"{low / keV:.6g} to {high / keV:.6g} keV. Stay inside, or choose a table that reaches there."
                )
        return self._interpolant(energy)

    def oscillator_strength(self, low: Any = None, high: Any = None) -> float:
        """Return int sigma dT / (2 pi^2 alpha/m_e) between two energies (MeV) of the table; by default all of it.

        Exact for the table's power laws. Dimensionless, per atom: Thomas, Reiche and Kuhn give Z for all energies, with the
        discrete lines, which a table does not hold.
        """
        first, last = self.energies
        low, high = (first if low is None else float(low)), (last if high is None else float(high))
        self(np.array([low, high]))
        inside = self.energy[(self.energy > low) & (self.energy < high)]
        corners = np.unique(np.concatenate([[low], inside, [high]]))
        a, b = corners[:-1], corners[1:]
        # The value below an edge belongs to the segment that ends there.
        left, right = np.asarray(self(a)), np.asarray(self(b * (1.0 - 2.0 * _STEP)))
        slope = np.log(right / left) / np.log(b / a)
        flat = np.abs(slope + 1.0) < 1e-9
        power = np.where(flat, 1.0, slope + 1.0)
        area = np.where(flat, left * a * np.log(b / a), left * a * ((b / a) ** power - 1.0) / power)
        return float(np.sum(area) / THOMAS_REICHE_KUHN)


def read_photoabsorption(path: Any, *, citations: tuple[str, ...] = ()) -> Photoabsorption:
    """Return a table from a CSV file with ``photon_energy (eV), cross_section (Mb)``, any units of energy and area, per atom.

    An edge is one energy standing twice. Columns beyond these two are not read.
    """
    table = read_csv(path, {"photon_energy": "MeV", "cross_section": "cm^2"})
    return Photoabsorption(
        table["photon_energy"], table["cross_section"], citations=citations, name=str(path)
    )
