"""Channels that make a vector mediator at a stopped-pion source: how many, and with which energies.

    pi0 -> gamma A'     2 epsilon^2 (1 - m_A^2/m_pi0^2)^3 BR(gamma gamma), E_A = (m_pi0^2 + m_A^2)/(2 m_pi0) in the rest frame
    pi- p -> n A'       at rest: E_A = (s + m_A^2 - m_n^2)/(2 sqrt s), s = (m_pi- + m_p)^2
    cascades            a real photon of energy E becomes a mediator of energy E: epsilon^2 f(m_A, E)

A channel is any object with ``label``, ``citations`` and ``mediators(portal)``; one of a user's own stands beside these. Channels that
are closed give exactly nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any

import jax.numpy as jnp
import numpy as np

from weakscatter import constants
from weakscatter.flux.checked import require_positive
from weakscatter.flux.tabulated import Nodes
from weakscatter.grids import is_concrete
from weakscatter.interactions import Millicharged, VectorPortal
from weakscatter.provenance.errors import InputError, unknown

#: What a source can make: dark matter behind a mediator, or behind the photon itself.
DarkTheory = VectorPortal | Millicharged

#: Normalisations of pi- capture; none of them is settled.
CAPTURE_NORMALISATIONS = {
    "photon-branching": "epsilon^2 x branching to photons x p_A/E_gamma",
    "every-capture": "epsilon^2, without phase space: too much on heavy nuclei, where few captures radiate",
    "like-pi0": "epsilon^2 x 2 (1 - m_A^2/(129 MeV)^2)^3 x 1/4",
}

#: What stopped-pion sources make beside these channels, and why it is not here.
LEFT_OUT = (
    "pi+ n -> p A' in flight and on nuclei: no published normalisation in our sources",
    "charge exchange in flight, pi- p -> n pi0, unless the yield of pi0 counts it: give a MesonDecay of its yield and energies",
    "bremsstrahlung of protons and decays of Delta at 0.8 to 1 GeV: no published spectra in our sources",
    "direct production on nuclei, and eta below its threshold near 1.25 GeV on free protons",
)

#: Panofsky ratio of pi- p at rest, captures with a pi0 over those with a photon (recalled).
PANOFSKY = 1.546

_INVARIANT = (constants.m_pi + constants.m_p) ** 2
#: Energy of the photon of pi- p -> n gamma, 129.41 MeV.
CAPTURE_PHOTON = (_INVARIANT - constants.m_n**2) / (2 * _INVARIANT**0.5)
#: Largest mass that pi- p -> n A' makes, 138.28 MeV.
CAPTURE_MASS = _INVARIANT**0.5 - constants.m_n


@dataclass(frozen=True, eq=False)
class Mediators:
    """Mediators of one channel per proton, in windows of energy: uniform between `low` and `high`, a line where they are equal.

    Parameters
    ----------
    low, high : energies [k] (MeV).
    mass : mass [k] (MeV), the virtual one off shell.
    per_proton : number [k] that decay to dark matter.
    lines : whether low = high in all of them.
    """

    low: Any
    high: Any
    mass: Any
    per_proton: Any
    lines: bool = True


def _boosted(parent: Any, kinetic: float, energy: Any, momentum: Any) -> tuple[Any, Any]:
    """Ends of the energy of an isotropic decay product when its parent moves."""
    if kinetic == 0.0:
        return energy, energy
    gamma = 1 + kinetic / parent
    along = jnp.sqrt(gamma**2 - 1) * momentum
    return gamma * energy - along, gamma * energy + along


def _checked_motion(label: str, kinetic: Any, share: Any) -> tuple[Nodes, Nodes]:
    energies = Nodes(float(x) for x in np.atleast_1d(np.asarray(kinetic, float)))
    shares = Nodes(float(x) for x in np.atleast_1d(np.asarray(share, float)))
    if len(energies) != len(shares) or not all(0 <= e < inf for e in energies):
        raise InputError(
            f"{label}: kinetic energies {energies} MeV and shares {shares}; give one share an energy, energies not negative."
        )
    if not all(x >= 0 for x in shares) or abs(sum(shares) - 1) > 1e-6:
        raise InputError(
            f"{label}: the shares of kinetic energies must be positive and add up to one; got {sum(shares):g}."
        )
    return energies, shares


@dataclass(frozen=True, eq=False)
class MesonDecay:
    """A pseudoscalar meson, M -> gamma A', A' -> chi chibar.

    Parameters
    ----------
    per_proton : mesons per proton on target. About 0.1 for pi0 at 0.8 to 1 GeV, known to 10 to 20 %.
    kinetic_energy : of the mesons (MeV), one or [n]; they fly in all directions.
    share : of each kinetic energy [n], sum one.
    off_shell : integrate over the virtuality s of the mediator, with the width that depends on it:
        dBR/ds = 2 epsilon^2 (1 - s/m^2)^3 BR(gamma gamma) (sqrt s Gamma_chi(s)/pi)/[(s - m_A^2)^2 + s Gamma(s)^2]; open for any m_A.
        Pairs of a `Millicharged` particle come from virtual photons alone, whatever is asked for.
    meson : "pi0" or "eta".
    name : label of the component, that of the meson if None.
    """

    per_proton: Any
    kinetic_energy: Any = 0.0
    share: Any = 1.0
    off_shell: bool = False
    meson: str = "pi0"
    name: str | None = None
    citations = ("deniverville2011", "pdg2020")

    def __post_init__(self) -> None:
        if self.meson not in _MESONS:
            raise unknown("meson", self.meson, _MESONS)
        if is_concrete(self.per_proton) and not 0 <= self.per_proton < inf:
            raise InputError(
                f"{self.meson} per proton must be finite and not negative; got {self.per_proton}."
            )
        energies, shares = _checked_motion(self.meson, self.kinetic_energy, self.share)
        object.__setattr__(self, "kinetic_energy", energies)
        object.__setattr__(self, "share", shares)

    @property
    def label(self) -> str:
        return self.meson if self.name is None else self.name

    def branching(self, portal: VectorPortal) -> Any:
        """On-shell BR(M -> gamma A') = 2 epsilon^2 (1 - m_A^2/m^2)^3 BR(gamma gamma); exactly zero above the meson's mass."""
        mass, photons = _MESONS[self.meson]
        return 2 * portal.epsilon**2 * jnp.maximum(1 - portal.mediator_mass**2 / mass**2, 0.0) ** 3 * photons

    def mediators(self, portal: DarkTheory) -> Mediators:
        if self.meson == "eta" and portal.couples_to != "charge":
            raise InputError(
                "the coupling of a boson of baryon number to the eta depends on the mixing of octet and singlet, and no normalisation is "
                "in our sources. Leave the eta out, or give a channel of your own."
            )
        # Behind a millicharge there is only the photon, which is never on its mass shell.
        if self.off_shell or isinstance(portal, Millicharged):
            masses, numbers = self._off_shell(portal)
        else:
            masses, numbers = self._on_shell(portal)
        parent, _ = _MESONS[self.meson]
        # Closed: any energies will do, since their number is zero.
        inside = jnp.minimum(masses, parent * (1 - 1e-9))
        energy, momentum = (parent**2 + inside**2) / (2 * parent), (parent**2 - inside**2) / (2 * parent)
        ends = [_boosted(parent, kinetic, energy, momentum) for kinetic in self.kinetic_energy]
        return Mediators(
            jnp.concatenate([low for low, _ in ends]),
            jnp.concatenate([high for _, high in ends]),
            jnp.concatenate([inside] * len(ends)),
            self.per_proton * jnp.concatenate([share * numbers for share in self.share]),
            lines=not any(self.kinetic_energy),
        )

    def _on_shell(self, portal: VectorPortal) -> tuple[Any, Any]:
        number = self.branching(portal) * portal.invisible_branching()
        return jnp.reshape(jnp.asarray(portal.mediator_mass, float), (1,)), jnp.reshape(number, (1,))

    def _off_shell(self, portal: DarkTheory) -> tuple[Any, Any]:
        mass, photons = _MESONS[self.meson]
        if is_concrete(portal.mass) and 2 * portal.mass >= mass:
            return jnp.full(1, mass * (1 - 1e-9)), jnp.zeros(1)
        s, pairs = portal.pair_nodes(mass**2)
        return jnp.sqrt(s), 2 * (1 - s / mass**2) ** 3 * photons * pairs


def charge_exchange_at_rest(
    captures_per_proton: Any, fraction: Any = PANOFSKY / (1 + PANOFSKY), *, off_shell: bool = False
) -> MesonDecay:
    """pi- p -> n pi0 at rest: pi0 of one kinetic energy, 2.9 MeV, which decay like any others.

    Parameters
    ----------
    captures_per_proton : captured pi- per proton on target.
    fraction : of the captures that end so: P/(1 + P) = 0.61 on free hydrogen, the only published number in our sources. In heavy nuclei it
        is rare; a yield of pi0 that counts these already must not be given beside it.
    off_shell : as in `MesonDecay`.

    Raises
    ------
    InputError : a fraction that is not between 0 and 1.
    """
    if is_concrete(fraction) and not 0 <= fraction <= 1:
        raise InputError(f"a fraction of captures lies between 0 and 1; got {fraction}.")
    root = _INVARIANT**0.5
    energy = (_INVARIANT + constants.m_pi0**2 - constants.m_n**2) / (2 * root)
    return MesonDecay(
        captures_per_proton * fraction, energy - constants.m_pi0, off_shell=off_shell, name="charge-exchange"
    )


#: Mass (MeV) and branching ratio to two photons.
_MESONS: dict[str, tuple[float, float]] = {
    "pi0": (constants.m_pi0, constants.pi0_to_photons),
    "eta": (constants.m_eta, constants.eta_to_photons),
}


@dataclass(frozen=True, eq=False)
class PionCapture:
    """pi- p -> n A' at rest: one energy. The normalisation is an input, since three are in use.

    Parameters
    ----------
    per_proton : captured pi- per proton on target (0.0366 at 1 GeV on mercury).
    normalisation : a word of `CAPTURE_NORMALISATIONS`.
    photon_branching : of a capture, for "photon-branching"; None: 1/(1 + P) = 0.39 of free hydrogen. On heavy nuclei radiative capture
        is only a few per cent, so that the default is an upper estimate there.

    Notes
    -----
    The kinematics is that of a free proton; in a nucleus the energy is smeared.
    """

    per_proton: Any
    normalisation: str = "photon-branching"
    photon_branching: Any = None
    label = "pi-minus-capture"
    citations = ("dutta2020",)

    def __post_init__(self) -> None:
        if self.normalisation not in CAPTURE_NORMALISATIONS:
            raise unknown("normalisation of pi- capture", self.normalisation, CAPTURE_NORMALISATIONS)
        for name, value, most in (
            ("captures per proton", self.per_proton, inf),
            ("photon_branching", self.photon_branching, 1.0),
        ):
            if value is not None and is_concrete(value) and not (0 <= value <= most and value < inf):
                raise InputError(f"pi- capture: {name} = {value}; allowed are numbers from 0 to {most:g}.")

    def mediators(self, portal: VectorPortal) -> Mediators:
        require_mediator("pi- capture", portal)
        if portal.couples_to != "charge":
            raise InputError(
                "pi- capture makes a dark photon as it makes photons; for a boson of baryon number, which does not couple to the pion, no "
                "normalisation is in our sources. Leave the channel out, or give one of your own."
            )
        root, m = _INVARIANT**0.5, portal.mediator_mass
        open_channel = m < CAPTURE_MASS
        inside = jnp.where(open_channel, m, 0.5 * CAPTURE_MASS)
        energy = (_INVARIANT + inside**2 - constants.m_n**2) / (2 * root)
        if self.normalisation == "photon-branching":
            share = 1 / (1 + PANOFSKY) if self.photon_branching is None else self.photon_branching
            number = share * jnp.sqrt(energy**2 - inside**2) / CAPTURE_PHOTON
        elif self.normalisation == "every-capture":
            number = 1.0
        else:
            number = 0.5 * jnp.maximum(1 - m**2 / CAPTURE_PHOTON**2, 0.0) ** 3
        number = jnp.where(open_channel, portal.epsilon**2 * number, 0.0) * portal.invisible_branching()
        one = jnp.reshape(energy, (1,))
        return Mediators(one, one, jnp.reshape(inside, (1,)), self.per_proton * jnp.reshape(number, (1,)))


@dataclass(frozen=True, eq=False)
class Cascade:
    """Electromagnetic cascades: real photons of a transport code replaced by mediators of the same energy, above m_A.

    Parameters
    ----------
    edges : of the bins of photon energy [n + 1] (MeV), increasing.
    per_proton : photons per proton in each bin [n], spread evenly. They must not come from decays of pi0, which is a channel of its own.
    suppressed : multiply by f = min[1, 1154 exp(-24.42 (m_A/E_e)^0.3174)], E_e = 1.0773 E + 13.716 MeV, the phase space of a table's
        authors; else f = 1.
    """

    edges: Any = field()
    per_proton: Any = field()
    suppressed: bool = True
    label = "cascade"
    citations = ("dutta2020",)

    def __post_init__(self) -> None:
        edges, numbers = np.asarray(self.edges, float), np.asarray(self.per_proton, float)
        if (
            edges.ndim != 1
            or len(edges) < 2
            or not np.all(np.diff(edges) > 0)
            or edges[0] < 0
            or not np.all(np.isfinite(edges))
        ):
            raise InputError(
                "the photon spectrum of cascades needs two or more increasing edges, not negative."
            )
        if numbers.shape != (len(edges) - 1,) or not (np.all(np.isfinite(numbers)) and np.all(numbers >= 0)):
            raise InputError(
                f"the photon spectrum of cascades has {len(edges) - 1} bins; give a finite number of photons per proton, not negative, for "
                "each."
            )

    def mediators(self, portal: VectorPortal) -> Mediators:
        require_mediator("a cascade", portal)
        edges, numbers, m = (
            np.asarray(self.edges, float),
            np.asarray(self.per_proton, float),
            portal.mediator_mass,
        )
        low, high = edges[:-1], edges[1:]
        # A bin that the mass cuts keeps its upper part.
        begin = jnp.clip(m, low, high)
        left = (high - begin) / (high - low)
        centre = 0.5 * (begin + high)
        factor = _phase_space(m, centre) if self.suppressed else 1.0
        coupled = portal.epsilon**2 if portal.couples_to == "charge" else 0.0
        number = coupled * numbers * left * factor * portal.invisible_branching()
        opened = left > 0
        begin, end = jnp.where(opened, begin, m * 1.1), jnp.where(opened, high, m * 1.2)
        return Mediators(
            jnp.maximum(begin, m),
            end,
            jnp.full(len(numbers), 1.0) * m,
            jnp.where(opened, number, 0.0),
            lines=False,
        )


def _phase_space(mass: Any, photon_energy: Any) -> Any:
    electron = 1.0773 * photon_energy + 13.716
    return jnp.minimum(1.0, 1154 * jnp.exp(-24.42 * (mass / electron) ** 0.3174))


def require_mediator(channel: str, portal: Any) -> None:
    """Refuse a millicharge in a channel that makes a real mediator."""
    if isinstance(portal, Millicharged):
        raise InputError(
            f"{channel} makes a mediator on its mass shell, and behind a millicharge there is only the photon. Channels of virtual photons: "
            "MesonDecay, and PhotonConversion with a photon spectrum of your own."
        )


def require_source(protons: Any, distance: Any) -> None:
    """Refuse a source without protons or distance."""
    require_positive("Dark-matter beam", protons=protons, distance=distance)
