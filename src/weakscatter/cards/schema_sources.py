"""Keys of [source] by kind: beams, reactors, radioactive nuclides, the Sun, nature, supernovae."""

from __future__ import annotations

from weakscatter.cards.key import Key
from weakscatter.cards.schema_halo import HALO
from weakscatter.cards.schema_projection import BASELINE, PROTONS

#: Words of a reactor; those of `weakscatter.flux.fission_spectra` and `reactor`, which are not imported for a list of words.
SPECTRA = (
    "huber-mueller+vogel-engel", "mueller+vogel-engel", "kopeikin-2021+vogel-engel", "huber-mueller+estienne-2019", "vogel-engel",
    "estienne-2019", "huber-mueller",
)  # fmt: skip
SITES = ("gran-sasso", "kamioka")
LABORATORIES = ("gran-sasso",)
NUCLIDES = ("Cr51", "Ar37", "Ce144", "Ru106", "Sr90")

_DURATION = PROTONS["duration"]
_LIVE_TIME = Key("quantity", "live time", "time", above=0.0, otherwise="needed for counts")
_POWER = Key("quantity", "thermal power", "power", above=0.0)
_FUEL = Key("fixed", "{ isotope = fissions }, sum one", otherwise="typical of light-water reactors")
_FLUX_ERROR = {
    "flux_uncertainty": Key(
        "number", "relative error of the flux, one standard deviation", least=0.0, otherwise="published"
    ),
    "flux_pull": Key("number", "by how many of its errors the flux is moved", otherwise="0"),
}


def _required(key: Key, **changes: object) -> Key:
    return Key(**{**key.__dict__, "required": True, **changes})  # type: ignore[arg-type]


FLAVOURS = ("e", "mu", "tau")
FLAVOUR = Key("word", "flavour of the incoming neutrino", words=FLAVOURS, required=True)
ENERGY = Key("quantity", "energy of the incoming particle", "energy", above=0.0, required=True)
ANTINEUTRINO = Key("switch", "antineutrino instead of neutrino", default=False)

#: Pions and muons that decay at rest.
PION_DECAY: dict[str, Key] = {
    **PROTONS,
    "yield_per_flavour": Key(
        "number", "neutrinos of each of nu_mu, nu_e and numubar per proton", least=0.0, required=True
    ),
    "yield_uncertainty": Key(
        "number", "relative uncertainty of the yield, one standard deviation", least=0.0
    ),
    "distance": Key("quantity", "from source to detector", "length", above=0.0, required=True),
    "pulse_mean": Key("quantity", "mean of the Gaussian proton pulse on the detector's clock", "time"),
    "pulse_width": Key("quantity", "standard deviation of the proton pulse", "time", above=0.0),
    "baseline": BASELINE,
}

#: One flavour and one energy.
LINE: dict[str, Key] = {
    "flavour": FLAVOUR,
    "energy": ENERGY,
    "antineutrino": ANTINEUTRINO,
    "fluence": Key("quantity", "neutrinos per area in the exposure", "1/cm^2", least=0.0, required=True),
    "baseline": BASELINE,
}

#: A reactor core: power and distance, or a stated flux. `fractions` and `captures` are older names.
REACTOR: dict[str, Key] = {
    "power": _POWER,
    "distance": Key("quantity", "from the core to the detector", "length", above=0.0),
    "flux": Key("quantity", "stated total flux in place of power and distance", "1/(cm^2 s)", above=0.0),
    "duration": _LIVE_TIME,
    "fuel": _FUEL,
    "spectrum": Key("word", "published spectrum of fission", words=SPECTRA, default=SPECTRA[0]),
    "neutron_capture": Key("switch", "antineutrinos behind neutron capture on 238U", otherwise="true"),
    "above": Key(
        "word", "spectrum above 8 MeV", words=("vogel-engel", "estienne-2019", "zero"),
        otherwise="as the spectrum says: vogel-engel for the default one",
    ),
    "equilibrium": Key(
        "word", "growth of converted spectra up to 450 d of irradiation",
        words=("none", "mueller-2011", "estienne-2019"), default="none",
    ),
    "normalisation": Key(
        "word", "spectrum as summed, a stated flux counting fissions; or scaled to the quoted yields and to the flux",
        words=("fissions", "total"), default="fissions",
    ),
    "fission_energies": Key(
        "word", "evaluation of the energy per fission", words=("kopeikin-2004", "ma-2013"), default="kopeikin-2004"
    ),
    "fractions": Key("fixed", "older name of fuel", otherwise="fuel"),
    "captures": Key("switch", "older name of neutron_capture", otherwise="neutron_capture"),
    "baseline": BASELINE,
}  # fmt: skip

#: The Sun. The words are those of `weakscatter.mixing` and `weakscatter.flux`, which are not imported for a list of words.
SOLAR: dict[str, Key] = {
    "model": Key(
        "word", "solar model: fluxes, and where they are made",
        words=("b16-gs98", "b16-agss09met", "direct-detection-2021"), default="b16-gs98",
    ),
    "components": Key(
        "sources",
        "'all', or a list of sources; 'be7' is both of its lines",
        words=("pp", "pep", "hep", "be7", "b8", "n13", "o15", "f17", "be7_384", "be7_862"),
        default="all",
    ),
    "oscillation": Key(
        "word", "what happens on the way, with the angles of [mixing]",
        words=("msw-adiabatic", "msw-two-flavour", "vacuum-averaged", "none"), default="msw-adiabatic",
    ),
    "matter": Key(
        "word", "what acts in the Sun and the Earth: the charged current alone, or all interactions of the card",
        words=("standard", "interactions"), default="standard",
    ),
    "time_of_day": Key("word", "when the detector looks", words=("day", "night", "day-and-night"), default="day"),
    "latitude": Key("quantity", "of the detector, for the paths through the Earth at night", "angle"),
    "duration": _DURATION,
}  # fmt: skip

#: {kind: keys}.
SOURCES: dict[str, dict[str, Key]] = {
    "pion-decay-at-rest": PION_DECAY,
    "reactor": REACTOR,
    "solar": SOLAR,
    "monoenergetic": LINE,
    "spent-fuel": {
        "power": _required(_POWER, text="thermal power while the fuel was irradiated"),
        "distance": Key("quantity", "from the fuel to the detector", "length", above=0.0, required=True),
        "duration": _required(_DURATION),
        "irradiation": Key("quantity", "how long the fuel was irradiated", "time", above=0.0, required=True),
        "cooling": Key("quantity", "from the end of irradiation to the start of the run", "time", least=0.0, default="0 s"),
        "fuel": _FUEL,
        "baseline": BASELINE,
    },
    "radioactive": {
        "nuclide": Key("word", "nuclide of the source", words=NUCLIDES, required=True),
        "activity": Key("quantity", "decays per time at the reference time", "1/s", above=0.0, required=True),
        "distance": Key("quantity", "from the source to the detector", "length", above=0.0, required=True),
        "duration": _required(_DURATION),
        "delay": Key("quantity", "from the reference time to the start of the run", "time", least=0.0, default="0 s"),
        "baseline": BASELINE,
    },
    "atmospheric": {
        "duration": _LIVE_TIME,
        "site": Key("word", "where", words=SITES, default="gran-sasso"),
        "below": Key("word", "below 13 MeV, where the table begins", words=("error", "zero"), default="error"),
        **_FLUX_ERROR,
        "baseline": BASELINE,
    },
    "geoneutrinos": {
        "duration": _LIVE_TIME,
        "elements": Key("names", "elements in the Earth", default=["U", "Th", "K"]),
        **_FLUX_ERROR,
        "baseline": BASELINE,
    },
    "reactor-background": {
        "duration": _LIVE_TIME,
        "laboratory": Key("word", "where", words=LABORATORIES, default="gran-sasso"),
        "spectrum": Key("word", "published spectrum of fission", words=SPECTRA[:-1], default=SPECTRA[0]),
        **_FLUX_ERROR,
        "baseline": BASELINE,
    },
    "diffuse-supernova": {
        "duration": _LIVE_TIME,
        "temperatures": Key(
            "by nuclide", "of nu_e, nu_e_bar and nu_x, a table or one for all", "energy", above=0.0,
            default={"nu_e": "3 MeV", "nu_e_bar": "5 MeV", "nu_x": "8 MeV"},
        ),
        "energy": Key("quantity", "neutrinos' energy per collapse, all species", "energy", above=0.0, default="3e53 erg"),
        "flux": Key(
            "quantity", "stated total flux, all flavours", "1/(cm^2 s)", above=0.0, otherwise="rate of collapses"
        ),
        **_FLUX_ERROR,
        "baseline": BASELINE,
    },
    "supernova-burst": {
        "distance": Key("quantity", "to the star", "length", above=0.0, required=True),
        "mean_energies": Key(
            "by nuclide", "of nu_e, nu_e_bar and nu_x, a table or one for all", "energy", above=0.0, required=True
        ),
        "energy": Key("quantity", "carried away by all six species together", "energy", above=0.0),
        "luminosity": Key("quantity", "of all six species together, in place of energy", "power", above=0.0),
        "duration": Key("quantity", "how long it shines with this luminosity", "time", above=0.0),
        "pinching": Key("by nuclide", "2.3 thermal, 3 pinched; a table or one for all", above=1.0, most=100.0, default=2.3),
        "baseline": BASELINE,
    },
    "halo": HALO,
    "snewpy": {
        "file": Key("file", "fluence written by SNEWPY, .npz, .tar.bz2 or text", required=True),
        "baseline": BASELINE,
    },
}  # fmt: skip
