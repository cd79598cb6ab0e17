"""Dark matter in the beams of neutrino experiments: the same protons, the same pulse, a theory with a `VectorPortal`.

An experiment at a stopped-pion source calls `with_dark_matter`, which adds the components that the theory's mediator makes. Counts go
like epsilon^4; they are made linear in the fit: the flux is that of a small reference epsilon_0 and the charge carries
epsilon^2/epsilon_0 in place of epsilon, so that no stage of the prediction depends on the coupling. Decays of the mediator to leptons,
epsilon^2 alpha/alpha_D of all, are lost in this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np

from weakscatter.experiments.analysis import analyse
from weakscatter.flux import Beam, MesonDecay, dark_matter_beam
from weakscatter.grids import is_concrete
from weakscatter.inference import Likelihood, limit
from weakscatter.interactions import Theories, VectorPortal, Weak, conventions, parts_of
from weakscatter.provenance.errors import InputError

#: pi0 per proton of 1 GeV on mercury (arXiv:1906.10745); known to 10 to 20 %. Limits on epsilon^2 go like its inverse root.
SNS_PI0 = 0.1059

#: The epsilon at which fluxes are calculated.
_REFERENCE = 1e-5


@dataclass(frozen=True, eq=False)
class DarkSource:
    """What makes dark matter where an experiment's neutrinos come from.

    Parameters
    ----------
    protons, distance : protons on target in the exposure; to the detector (MeV^-1).
    pulse : arrival of light from the protons on the time axis of the data.
    channels : channels of production. Capture of pi- is not among them by default: its normalisation is not settled.
    slices : of every spectrum, each with an arrival time of its own.
    """

    protons: Any
    distance: Any
    pulse: Any
    channels: tuple[Any, ...] = (MesonDecay(SNS_PI0),)
    slices: int = 4


def dark_components(theory: Any, values: Mapping[str, Any], source: DarkSource) -> tuple[Beam | None, Any]:
    """Return the dark matter of a source, None where the theory has no portal to it, and the theory that scatters it.

    Reads `epsilon_squared` (1e-8) from the values of a fit, else the portal's own epsilon.

    Raises
    ------
    InputError : two portals.
    """
    parts = parts_of(theory)
    portals = [part for part in parts if isinstance(part, VectorPortal)]
    if not portals:
        return None, theory
    if len(portals) > 1:
        raise InputError("the theory has two mediators of dark matter; a beam is made of one. Leave one out.")
    (portal,) = portals
    square = values["epsilon_squared"] * 1e-8 if "epsilon_squared" in values else portal.epsilon**2
    made = _beam(replace(portal, epsilon=_REFERENCE), source)
    effective = replace(portal, epsilon=square / _REFERENCE)
    return made, Theories(tuple(effective if part is portal else part for part in parts))


def _beam(portal: VectorPortal, source: DarkSource) -> Beam:
    """The beam of a source, in plain numbers where the theory's are: else every stage would seem to depend on what is fitted."""

    def made() -> Beam:
        return dark_matter_beam(
            portal, source.channels, protons=source.protons, distance=source.distance, pulse=source.pulse, slices=source.slices
        )  # fmt: skip

    if not is_concrete((portal.mass, portal.mediator_mass, portal.alpha_dark)):
        return made()
    with jax.ensure_compile_time_eval():
        beam = made()
        numbers = tuple(
            replace(
                one,
                energy=np.asarray(one.energy),
                values=None if one.values is None else np.asarray(one.values),
                fluence=float(one.fluence),
            )
            for one in beam.components
        )
    return replace(beam, components=numbers)


def with_dark_matter(
    beam: Beam, theory: Any, values: Mapping[str, Any], source: DarkSource
) -> tuple[Beam, Any]:
    """Add the dark matter of a source to its neutrinos; beam and theory as they were without a portal."""
    made, theory = dark_components(theory, values, source)
    if made is None:
        return beam, theory
    cited = tuple(dict.fromkeys((*beam.citations, *made.citations)))
    joined = replace(
        beam, components=(*beam.components, *made.components), citations=cited, relative_errors=()
    )
    return joined, theory


@dataclass(frozen=True, eq=False)
class PortalLimit:
    """An upper limit on the kinetic mixing at one pair of masses.

    `epsilon_squared` is None where no limit was found or the channel is closed; `Y` = epsilon^2 alpha_D (m/m_A)^4. `species` says what is
    counted.
    """

    mass: float
    mediator_mass: float
    epsilon_squared: float | None
    Y: float | None
    best_fit: float
    confidence: float
    species: str
    status: str


def portal_limits(
    experiments: Iterable[Any], masses: Iterable[float], *, ratio: float = 3.0, alpha_dark: float = 0.5, spin: str = "dirac",
    couples_to: str = "charge", confidence: float = 0.90,
) -> tuple[PortalLimit, ...]:  # fmt: skip
    """Upper limits on epsilon^2 and Y against the mass of dark matter, from data with their nuisances profiled.

    Parameters
    ----------
    experiments : experiments at stopped-pion sources whose `build` knows dark matter: CsI 2021 and liquid argon 2020.
    masses : m (MeV); the mediator has `ratio` m.
    alpha_dark, spin, couples_to : as in `VectorPortal`.
    confidence : of the one-sided limit by the profile likelihood ratio.

    Returns
    -------
    One `PortalLimit` a mass. The Standard Model's CEvNS is part of the prediction.
    """
    experiments = tuple(experiments)
    found = []
    for m in masses:
        portal = VectorPortal(
            mass=float(m),
            mediator_mass=float(ratio * m),
            alpha_dark=alpha_dark,
            spin=spin,
            couples_to=couples_to,
        )
        theory = Weak() + portal
        terms = tuple(analyse(one, theory, free=["epsilon_squared"]).term for one in experiments)
        result: Any = limit(Likelihood(terms), "epsilon_squared", confidence, sides="upper")
        square = float(result.upper) * 1e-8 if result.converged and result.upper is not None else None
        Y = (
            None
            if square is None
            else float(conventions.yield_variable(square**0.5, ratio * m, m, alpha_dark))
        )
        found.append(
            PortalLimit(
                float(m), float(ratio * m), square, Y, float(result.best_fit["epsilon_squared"]) * 1e-8, confidence,
                portal.species, str(result.status),
            )
        )  # fmt: skip
    return tuple(found)


def as_curve(limits: Iterable[PortalLimit]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(masses, epsilon^2, Y) [n] of limits, NaN where there is none."""
    rows = [(one.mass, one.epsilon_squared, one.Y) for one in limits]
    m, square, Y = (
        np.array([np.nan if x is None else x for x in column]) for column in zip(*rows, strict=True)
    )
    return m, square, Y
