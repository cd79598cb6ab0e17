"""Who comes in: beams as sums of components, one file a source.

A component is any frozen object that offers

- ``label``, ``basis``, ``antineutrino``, ``mass`` (of the projectile, MeV),
- ``fluence`` (MeV^2): particles per area at the detector, exposure included,
- ``energies``: (lowest, highest) energy (MeV),
- ``nodes()`` -> E [n], w [n]: quadrature of the unit-normalised spectrum, sum w = 1,
- ``rho(E)`` -> [..., 3, 3]: density matrix at each energy, trace one,
- ``state`` and ``moments(E_min)`` -> [3, *E_min], optional: where rho does not depend on the energy, tail = moments * state,
- ``tail(E_min)`` -> [3, *E_min, 3, 3]: integral of spectrum * rho * E^k / p^2 above E_min, k = 0, 1, 2,
- ``tail_terms(E_min)`` -> [3, *E_min, m], [m, 3, 3], optional: real functions and Hermitian matrices whose products sum to the tail,
- ``density(E)`` and ``corners``, optional: the unit-normalised spectrum and where it is not smooth, for `oscillated`,
- ``steps``, optional: energies at which the spectrum ends abruptly, where its highest one is not the only one,
- ``arrival(edges)`` -> [t]: fraction arriving in each time cell; None without timing.
"""

from __future__ import annotations

from weakscatter.flux.arrival_table import TabulatedArrival
from weakscatter.flux.beam import Beam
from weakscatter.flux.dark_beam import (
    DECAYS,
    chi_spectrum,
    dark_component,
    dark_matter_beam,
    spectrum_at_angle,
)
from weakscatter.flux.dark_continuum import DarkContinuum, arriving, sliced
from weakscatter.flux.dark_production import (
    CAPTURE_NORMALISATIONS,
    LEFT_OUT,
    Cascade,
    Mediators,
    MesonDecay,
    PionCapture,
    charge_exchange_at_rest,
)
from weakscatter.flux.disappearance import Disappearing, after_baseline
from weakscatter.flux.earth_motion import earth_speed
from weakscatter.flux.halo import (
    SlowFlux,
    StandardHalo,
    TabulatedHalo,
    conventional_halo,
    slow_flux_of_energy,
)
from weakscatter.flux.line import Line, monoenergetic
from weakscatter.flux.natural import atmospheric_neutrinos, geoneutrinos, reactor_background
from weakscatter.flux.oscillated import Oscillated, oscillated
from weakscatter.flux.photon_conversion import PhotonConversion, compton_total, vector_compton
from weakscatter.flux.pinched import Pinched
from weakscatter.flux.pion_decay import Michel, pion_decay_at_rest
from weakscatter.flux.radioactive import radioactive_source
from weakscatter.flux.reactor import reactor_antineutrinos
from weakscatter.flux.snewpy import snewpy_fluence
from weakscatter.flux.solar import LINES, SOLAR_COMPONENTS, solar_neutrinos
from weakscatter.flux.solar_components import SolarContinuum, SolarLines
from weakscatter.flux.solar_models import (
    SOLAR_MODELS,
    SOLAR_SOURCES,
    Shape,
    SolarModel,
    SolarProfile,
    solar_flux_parameters,
    solar_model,
    solar_production,
    solar_profile,
    solar_shape,
)
from weakscatter.flux.spent_fuel import spent_fuel
from weakscatter.flux.supernova import diffuse_supernova_neutrinos, supernova_burst
from weakscatter.flux.tabulated import Tabulated
from weakscatter.flux.timing import GaussianPulse, TriangularPulse

#: Kinds of a card's [source] section.
SOURCES = {
    "pion-decay-at-rest": pion_decay_at_rest,
    "monoenergetic": monoenergetic,
    "reactor": reactor_antineutrinos,
    "spent-fuel": spent_fuel,
    "radioactive": radioactive_source,
    "atmospheric": atmospheric_neutrinos,
    "geoneutrinos": geoneutrinos,
    "reactor-background": reactor_background,
    "diffuse-supernova": diffuse_supernova_neutrinos,
    "supernova-burst": supernova_burst,
    "snewpy": snewpy_fluence,
    "solar": solar_neutrinos,
    "dark-matter-beam": dark_matter_beam,
    "halo": StandardHalo,
}

__all__ = [
    "CAPTURE_NORMALISATIONS",
    "DECAYS",
    "LEFT_OUT",
    "LINES",
    "SOLAR_COMPONENTS",
    "SOLAR_MODELS",
    "SOLAR_SOURCES",
    "SOURCES",
    "Beam",
    "Cascade",
    "DarkContinuum",
    "Disappearing",
    "GaussianPulse",
    "Line",
    "Mediators",
    "MesonDecay",
    "Michel",
    "Oscillated",
    "PhotonConversion",
    "Pinched",
    "PionCapture",
    "Shape",
    "SlowFlux",
    "SolarContinuum",
    "SolarLines",
    "SolarModel",
    "SolarProfile",
    "StandardHalo",
    "Tabulated",
    "TabulatedArrival",
    "TabulatedHalo",
    "TriangularPulse",
    "after_baseline",
    "arriving",
    "atmospheric_neutrinos",
    "charge_exchange_at_rest",
    "chi_spectrum",
    "compton_total",
    "conventional_halo",
    "dark_component",
    "dark_matter_beam",
    "diffuse_supernova_neutrinos",
    "earth_speed",
    "geoneutrinos",
    "monoenergetic",
    "oscillated",
    "pion_decay_at_rest",
    "radioactive_source",
    "reactor_antineutrinos",
    "reactor_background",
    "sliced",
    "slow_flux_of_energy",
    "snewpy_fluence",
    "solar_flux_parameters",
    "solar_model",
    "solar_neutrinos",
    "solar_production",
    "solar_profile",
    "solar_shape",
    "spectrum_at_angle",
    "spent_fuel",
    "supernova_burst",
    "vector_compton",
]  # fmt: skip
