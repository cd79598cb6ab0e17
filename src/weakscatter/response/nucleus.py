"""Elastic response of a nucleus: one node, q^2 = 2MT + T^2, with proton and neutron form factors apart.

With w R = M F_a F_b the general formula of `scattering` becomes, for a spin-0 nucleus and L = -c J.J,

    dsigma/dT = (c^2 M/(2 pi)) [1 - T/E - M T/(2 E^2)] F^2,

the Standard Model being c = sqrt2 G_F [g_V^p Z F_p + g_V^n N F_n].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.grids import is_concrete
from weakscatter.matter import Nuclide
from weakscatter.provenance.errors import InputError, nearest
from weakscatter.response.form_factors import Helm, HelmLewinSmith, KleinNystrand, Point, TabulatedFormFactor
from weakscatter.response.nodes import Level, Nodes
from weakscatter.response.radii import default_radii
from weakscatter.response.shell_model import ShellModel
from weakscatter.response.spin_response import PAIRS, ShellModelSpin, SpinExpectation

#: Kinematics by name: what multiplies the squared amplitude for a vector current.
SPINS = {
    "0": "1 - T/E - M T/(2 E^2)",
    "1/2": "1 - T/E - M T/(2 E^2) + T^2/(2 E^2)",
    "leading": "1 - M T/(2 E^2)",
}

#: The kind of deposit that a recoiling nucleus leaves.
NUCLEAR_RECOIL = "nuclear-recoil"

_SYSTEMATIC = (KleinNystrand, HelmLewinSmith, Point, TabulatedFormFactor, ShellModel)


@dataclass(frozen=True, eq=False)
class NuclearResponse:
    """Elastic scattering on one nuclide.

    Parameters
    ----------
    nuclide : `weakscatter.matter.Nuclide`.
    form_factor : callable (q, radius, nuclide) -> F, used for protons, and for neutrons unless `neutron_form_factor`.
    proton_radius, neutron_radius : rms radii (MeV^-1); None for `default_radii` (or the model's own systematics).
    spin : "0", "1/2" or "leading", see `SPINS`; all have the exact end point T_max = 2 E^2/(M + 2 E).
    axial : `SpinExpectation` or `ShellModelSpin`, or None to leave the axial term out.
    neutron_form_factor : None for the same model as the protons; `ShellModel` then takes its neutrons.
    """

    nuclide: Nuclide
    form_factor: Any = field(default_factory=Helm)
    proton_radius: Any = None
    neutron_radius: Any = None
    spin: str = "0"
    axial: SpinExpectation | ShellModelSpin | None = None
    neutron_form_factor: Any = None
    deposit = NUCLEAR_RECOIL
    kinks = ()

    def __post_init__(self) -> None:
        if self.spin not in SPINS:
            raise InputError(
                f"Kinematics spin = {self.spin!r} is unknown; allowed are {', '.join(SPINS)}."
                f"{nearest(str(self.spin), SPINS)}"
            )
        if isinstance(self.form_factor, ShellModel) and self.neutron_form_factor is None:
            object.__setattr__(self, "neutron_form_factor", self.form_factor.other)
        for name in ("proton_radius", "neutron_radius"):
            radius = getattr(self, name)
            if radius is None and not isinstance(self.form_factor, _SYSTEMATIC):
                default = default_radii(self.nuclide)
                object.__setattr__(self, name, default.proton if name == "proton_radius" else default.neutron)
            elif radius is not None and is_concrete(radius) and not (np.isfinite(radius) and radius > 0):
                raise InputError(f"{name} of {self.nuclide.name} must be positive and finite; got {radius}.")

    @property
    def mass(self) -> Any:
        """Mass of the nucleus (MeV)."""
        return self.nuclide.mass

    @property
    def levels(self) -> tuple[Level, ...]:
        return (Level("ground"),)

    def recoil_energy_max(self, E: Any, mass: Any = 0) -> Any:
        """Largest recoil energy 2 M p^2/(M^2 + 2 M E + m^2) (MeV) for a projectile of energy E and mass m.

        2 E^2/(M + 2 E) for a massless one.
        """
        if isinstance(mass, int) and mass == 0:
            return 2 * E**2 / (self.nuclide.mass + 2 * E)
        M = self.nuclide.mass
        return 2 * M * (E**2 - mass**2) / (M**2 + 2 * M * E + mass**2)

    def proton_amplitude(self, q: Any) -> Any:
        """Z F_p(q)."""
        return self.nuclide.Z * self.form_factor(q, self.proton_radius, self.nuclide)

    def neutron_amplitude(self, q: Any) -> Any:
        """N F_n(q)."""
        model = self.form_factor if self.neutron_form_factor is None else self.neutron_form_factor
        return self.nuclide.N * model(q, self.neutron_radius, self.nuclide)

    def nodes(self, T: Any, level: Level) -> Nodes:
        """The single node of elastic scattering at recoil energies T [T] (MeV)."""
        # The axis of momenta, of length one, comes last of all: inside, XLA would make slow loops of it.
        T = jnp.asarray(T, float)
        M = self.nuclide.mass
        # Form factors are functions of Q^2 = q^2 - T^2, which for elastic scattering is 2 M T exactly.
        argument = jnp.sqrt(2 * M * T)
        q = jnp.sqrt(argument**2 + T**2)
        amplitudes = {"p": self.proton_amplitude(argument), "n": self.neutron_amplitude(argument)}
        response: dict[Any, Any] = {}
        tau = T / (2 * M)
        for a, b in PAIRS:
            product = M * amplitudes[a] * amplitudes[b]
            for structure in ("vector", "dipole"):
                key = ((structure, a), (structure, b))
                if self.spin == "1/2":
                    # A Dirac particle without anomalous moment: G_E = G_M = 1.
                    response[*key, "longitudinal"] = product / (1 + tau)
                    response[*key, "transverse"] = 2 * tau * product
                else:
                    response[*key, "longitudinal"] = product
            response[("scalar", a), ("scalar", b), "density"] = product * (
                1 + tau if self.spin == "1/2" else 1.0
            )
        if self.axial is not None:
            response.update(self._spin_response(q))
        loss = jnp.zeros_like(T) if self.spin == "leading" else T
        response = {key: jnp.asarray(value)[..., None] for key, value in response.items()}
        return Nodes(q[..., None], T[..., None], loss[..., None], response)

    def _spin_response(self, q: Any) -> dict[Any, Any]:
        """Axial, tensor and pseudoscalar responses to the nucleons' spins: those across q, and along it.

        R_11+22 = 2 G_a G_b, and (S . q/m_N)^2 for Nbar i gamma_5 N: q^2 G_a G_b/(4 m_a m_b).
        """
        assert self.axial is not None
        across, along = self.axial.products(q, self.nuclide)
        nucleon = {"p": constants.m_p, "n": constants.m_n}
        response: dict[Any, Any] = {}
        for a, b in PAIRS:
            for structure in ("axial", "tensor"):
                response[(structure, a), (structure, b), "transverse"] = 2 * self.nuclide.mass * across[a, b]
            share = q**2 / (4 * nucleon[a] * nucleon[b])
            response[("pseudoscalar", a), ("pseudoscalar", b), "density"] = (
                share * self.nuclide.mass * along[a, b]
            )
        return response
