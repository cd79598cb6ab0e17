"""Shell-model tables that come with the package, and form factors of protons and neutrons from their densities.

To order 1/m^2 (Hoferichter, Menendez and Schwenk 2020), with t = -q^2 and N' the other species,

    F = { [1 + <rE^2>_p t/6 + t/(8 m^2)] F^M_N + <rE^2>_n t/6 F^M_N'
          - (1 + 2 kappa_p) t/(4 m^2) F^Phi''_N - 2 kappa_n t/(4 m^2) F^Phi''_N' } / F^M_N(0),

for a vector charge on N = p, so that Z F is the form factor of charge, or on N = n. F^M and F^Phi'' are [4 pi/(2J + 1)]^(1/2) times the
amplitudes of rank 0. Higher ranks, which nuclei with spin have, are left out, and so are strange quarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.provenance.errors import InputError, unknown
from weakscatter.response.amplitude_file import read_amplitudes
from weakscatter.response.amplitudes import SPECIES, Amplitudes
from weakscatter.response.nucleon import LARGEST_TRANSFER, NUCLEON_MASS

#: Nuclides with tables in the package, and the interactions they are made with; the first one is used unless another is named. Those of
#: germanium, iodine, xenon, 57Fe and 58Fe hold the ground state alone, for elastic scattering; the levels of 133Cs are incomplete
#: (`Amplitudes.gamow_teller_share`).
SHELL_MODEL_NUCLIDES: dict[str, tuple[str, ...]] = {
    "C12": ("cohen-kurath",),
    "C13": ("cohen-kurath",),
    "F19": ("usdb",),
    "Na23": ("usdb",),
    "Si28": ("usdb",),
    "Si29": ("usdb",),
    "Si30": ("usdb",),
    "Ar36": ("usdb",),
    "Ar38": ("usdb",),
    "Ar40": ("sdpf-nr", "sdpf-mu"),
    "Fe54": ("gxpf1a", "kb3g"),
    "Fe56": ("gxpf1a",),
    "Fe57": ("gxpf1a",),
    "Fe58": ("gxpf1a",),
    **{f"Ge{A}": ("jun45",) for A in (70, 72, 73, 74, 76)},
    "I127": ("gcn", "jj55"),
    "Xe124": ("sn100pn",),
    "Xe126": ("sn100pn",),
    **{f"Xe{A}": ("gcn", "jj55") for A in (128, 129, 130, 131, 132, 134, 136)},
    "Cs133": ("sn100pn",),
}


@lru_cache(maxsize=64)
def shell_model_amplitudes(name: str, interaction: str | None = None) -> Amplitudes:
    """Return the amplitudes of a nuclide that the package holds.

    Parameters
    ----------
    name : nuclide, a key of `SHELL_MODEL_NUCLIDES`.
    interaction : one of those listed there, None for the first one.

    Raises
    ------
    InputError : there are none of this nuclide or with this interaction.
    """
    if name not in SHELL_MODEL_NUCLIDES:
        raise InputError(
            f"no shell-model table of {name} comes with the package; there are {', '.join(SHELL_MODEL_NUCLIDES)}. Make one with "
            "`weakscatter tabulate nuclear` from an interaction file and read it with `read_amplitudes`."
        )
    known = SHELL_MODEL_NUCLIDES[name]
    if interaction is not None and interaction not in known:
        raise unknown(f"interaction of the tables of {name}", interaction, known)
    file = f"{name}.h5" if interaction in (None, known[0]) else f"{name}.{interaction}.h5"
    return read_amplitudes(files("weakscatter.response").joinpath("shell_model_tables", file))


@dataclass(frozen=True, eq=False)
class ShellModel:
    """F of protons, or of neutrons, from shell-model densities in an oscillator basis.

    `NuclearResponse` takes `other` for the neutrons. Without a radius the oscillator length of the table gives it; with one, F(q)
    becomes F(q R/R_table). Valid for q < 300 MeV; the choice of hbar omega moves the radius of 12C by 2 %.

    Parameters
    ----------
    table : `Amplitudes` with M and Phi'' of the ground state; None for the package's own table of the nuclide.
    species : "p" or "n".
    """

    table: Amplitudes | None = None
    species: str = "p"
    citations = ("hoferichter2020", "donnelly1979")

    def __post_init__(self) -> None:
        if self.species not in SPECIES:
            raise InputError(f"species = {self.species!r} is unknown; allowed are {', '.join(SPECIES)}.")

    @property
    def other(self) -> ShellModel:
        """The same for the other species."""
        return ShellModel(self.table, "n" if self.species == "p" else "p")

    def _of(self, nuclide: Any) -> Amplitudes:
        table = shell_model_amplitudes(nuclide.name) if self.table is None else self.table
        if table.nuclide != nuclide.name:
            raise InputError(f"these are amplitudes of {table.nuclide}, the target is {nuclide.name}.")
        return table

    def __call__(self, q: Any, radius: Any, nuclide: Any) -> Any:
        if is_concrete(q) and np.any(np.asarray(q) > LARGEST_TRANSFER):
            raise InputError(
                f"the shell-model form factor is an expansion in q/m and holds for q <= {LARGEST_TRANSFER:g} MeV; got "
                f"{float(np.max(np.asarray(q))):.4g} MeV. Choose another form_factor for such momenta."
            )
        q = jnp.asarray(q, float)
        return self._sum(self._of(nuclide), q if radius is None else q * radius / self.rms_radius(nuclide))

    def rms_radius(self, nuclide: Any) -> Any:
        """R (MeV^-1) of the distribution without a given radius, from F = 1 - q^2 R^2/6 + ..., in closed form."""
        table = self._of(nuclide)
        own, other = (self.species, "n" if self.species == "p" else "p")

        def first(operator: str, species: str) -> tuple[Any, Any]:
            """Value at q = 0 and derivative with respect to y = (q b/2)^2."""
            c = table.coefficients[table.initial.name, 0, operator, species]
            centre = 1 / table.A if table.centre_of_mass == "removed" else 0.0
            return c[0], (c[1] if len(c) > 1 else 0.0) - (1 - centre) * c[0]

        number, slope = first("M", own)
        small = 1 / (4 * NUCLEON_MASS**2)
        change = (
            table.oscillator_length**2 / 4 * slope
            - (constants.proton_radius_squared / 6 + small / 2) * number
            - constants.neutron_radius_squared / 6 * first("M", other)[0]
            + (2 * constants.mu_p - 1) * small * first("Phi''", own)[0]
            + 2 * constants.mu_n * small * first("Phi''", other)[0]
        )
        return (-6 * change / number) ** 0.5

    def _sum(self, table: Amplitudes, q: Any) -> Any:
        own, other = (self.species, "n" if self.species == "p" else "p")
        state = table.initial.name
        front = sqrt(4 * pi / (table.initial.two_j + 1))
        density = {one: front * table.amplitude(state, 0, "M", one, q) for one in SPECIES}
        orbit = {one: front * table.amplitude(state, 0, "Phi''", one, q) for one in SPECIES}
        number = front * table.amplitude(state, 0, "M", own, 0.0)
        t = -(q**2)
        proton, neutron = constants.proton_radius_squared * t / 6, constants.neutron_radius_squared * t / 6
        small = t / (4 * NUCLEON_MASS**2)
        total = (1 + proton + small / 2) * density[own] + neutron * density[other]
        total = (
            total - (2 * constants.mu_p - 1) * small * orbit[own] - 2 * constants.mu_n * small * orbit[other]
        )
        return total / number
