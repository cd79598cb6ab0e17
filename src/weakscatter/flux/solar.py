"""Neutrinos of the Sun: eight sources, their fluxes, and the state in which they reach a detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

from weakscatter.flux.beam import Beam
from weakscatter.flux.solar_components import SolarContinuum, SolarLines
from weakscatter.flux.solar_models import (
    SOLAR_SOURCES,
    SolarModel,
    solar_flux_parameters,
    solar_model,
    solar_production,
    solar_shape,
)
from weakscatter.grids import is_concrete
from weakscatter.mixing import (
    Mixing,
    SolarPropagation,
    earth_regeneration,
    matter_potential,
    night_exposure,
    standard_potential,
)
from weakscatter.provenance.errors import InputError, unknown

#: Energies of the lines (MeV) and their shares of the source; 7Be decays to the ground and the first excited state of 7Li.
LINES = {
    "pep": ((1.442,), (1.0,)),
    "be7": ((0.3843, 0.8618), (0.103, 0.897)),
    "be7_384": ((0.3843,), (1.0,)),
    "be7_862": ((0.8618,), (1.0,)),
}
#: Components that can be named: the sources, and the lines of 7Be one by one.
SOLAR_COMPONENTS = (*SOLAR_SOURCES, "be7_384", "be7_862")


def solar_neutrinos(
    *, model: str | SolarModel = "b16-gs98", components: str | Sequence[str] = "all",
    oscillation: str = "msw-adiabatic", mixing: Mixing | None = None, theory: Any = None, duration: Any,
    time_of_day: str = "day", latitude: float | None = None, pulls: Mapping[str, Any] | None = None,
) -> Beam:  # fmt: skip
    """Neutrinos of the Sun at one astronomical unit, averaged over the year.

        fluence = flux x (1 + pull) x duration

    Parameters
    ----------
    model : a name of `SOLAR_MODELS`, or a `SolarModel` of your own.
    components : "all" (pp, pep, hep, be7, b8, n13, o15, f17), or some of `SOLAR_COMPONENTS`; "be7" is both lines.
    oscillation : see `SolarPropagation`: "msw-adiabatic", "msw-two-flavour", "vacuum-averaged", "none".
    mixing : `Mixing`, the default one if None.
    theory : interactions that neutrinos feel in matter beside the charged current (`matter_potential`); None for standard matter.
    duration : live time (natural units).
    time_of_day : "day", "night" or "day-and-night", see `SolarPropagation`. By night the detection rate of 8B neutrinos on
        electrons is about 3 % larger, that of pp and 7Be by less than 1e-3.
    latitude : of the detector (rad), for the paths through the Earth at night.
    pulls : {name of `solar_flux_parameters`: value}, zero where not given. May be traced.

    Returns
    -------
    Beam with one component per source; traceable in the mixing, the theory's couplings and the pulls.

    Raises
    ------
    InputError : an unknown model, component, scheme, time or pull; a source twice; a duration that is not positive.

    Examples
    --------
    >>> from weakscatter.units import yr
    >>> sun = solar_neutrinos(duration=1 * yr)
    >>> sun.labels
    ('pp', 'pep', 'hep', 'be7', 'b8', 'n13', 'o15', 'f17')
    >>> print(f"{float(sun.components[4].rho(10.0)[0, 0].real):.3f}")
    0.327
    """
    chosen = solar_model(model)
    names = _checked(components, chosen)
    if is_concrete(duration) and not 0 < duration < inf:
        raise InputError(f"The live time under the Sun must be positive and finite; got {duration}.")
    pulls = dict(pulls or {})
    known = [parameter.name for parameter in solar_flux_parameters(chosen)]
    for name, value in pulls.items():
        if name not in known:
            raise unknown("pull of a solar flux", name, known)
        if is_concrete(value) and not -1 <= value < inf:
            raise InputError(
                f"{name} = {value}: a flux that is multiplied by 1 + pull must not become negative."
            )
    mixing = Mixing() if mixing is None else mixing
    if theory is not None and oscillation != "msw-adiabatic":
        raise InputError(
            f"Interactions in matter are followed by oscillation = 'msw-adiabatic' only; got {oscillation!r}. Leave the theory out."
        )
    potential = standard_potential() if theory is None else matter_potential(theory, mixing)
    by_night = None
    if latitude is not None:
        by_night = earth_regeneration(night_exposure(latitude), mixing, potential)
    propagation = SolarPropagation(oscillation, mixing, potential, time_of_day, by_night)
    parts = tuple(_component(name, chosen, duration, pulls, propagation) for name in names)
    citations = (*chosen.citations, "bahcall1997", "bahcall1988", "winter2006")
    if oscillation != "none":
        citations = (*citations, *mixing.citations)
    if oscillation.startswith("msw"):
        citations = (*citations, *potential.citations, "parke1986")
    if time_of_day != "day":
        citations = (*citations, "dziewonski1981")
    return Beam(parts, tuple(dict.fromkeys(citations)))


def _component(
    name: str, model: SolarModel, duration: Any, pulls: Mapping[str, Any], propagation: SolarPropagation
) -> SolarContinuum | SolarLines:
    source = _source(name)
    fluence = model.fluxes[source][0] * duration * (1 + pulls.get(f"solar_{source}_flux", 0.0))
    production = solar_production(model.profile, source)
    if name not in LINES:
        return SolarContinuum(name, solar_shape(name), fluence, production, propagation)
    lines, shares = LINES[name]
    if name != source:  # one line of several
        both = LINES[source]
        fluence = fluence * both[1][both[0].index(lines[0])]
    return SolarLines(name, lines, shares, fluence, production, propagation)


def _source(name: str) -> str:
    return name.split("_")[0]


def _checked(components: str | Sequence[str], model: SolarModel) -> tuple[str, ...]:
    if components == "all":
        return tuple(name for name in SOLAR_SOURCES if name in model.fluxes)
    if isinstance(components, str) or not components:
        raise InputError(
            f"Solar components are 'all' or a list of names; got {components!r}. Available: {', '.join(SOLAR_COMPONENTS)}."
        )
    for name in components:
        if name not in SOLAR_COMPONENTS:
            raise unknown("solar component", name, SOLAR_COMPONENTS)
        if _source(name) not in model.fluxes:
            raise InputError(f"The solar model {model.name!r} has no flux of {_source(name)!r}.")
    if len(set(components)) < len(components) or (
        "be7" in components and {"be7_384", "be7_862"} & set(components)
    ):
        raise InputError(
            f"The solar components {', '.join(components)} hold one source twice; 'be7' is both of its lines."
        )
    return tuple(components)
