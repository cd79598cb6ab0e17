"""What a card may say: sections and keys as data.

One table from which validation, defaults, the echoed card and the documentation (`reference.py`) are made. A default
given in words in `otherwise` depends on the rest of the card and is filled in by `defaults.py`.
"""

from __future__ import annotations

from weakscatter.cards import schema_absorption as absorption
from weakscatter.cards import schema_atomic as atomic
from weakscatter.cards import schema_dark_beam as dark_beam
from weakscatter.cards import schema_halo as halo
from weakscatter.cards import schema_inelastic as inelastic
from weakscatter.cards import schema_shell_model as shell_model
from weakscatter.cards.catalogue import names
from weakscatter.cards.key import Key
from weakscatter.cards.schema_projection import (
    BASELINE,
    DATA,
    LIMIT,
    POSTERIOR,
    POSTERIOR_OUTPUT,
    RATIONAL,
    SENSITIVITY,
    SENSITIVITY_OUTPUT,
)
from weakscatter.cards.schema_sources import ANTINEUTRINO, ENERGY, FLAVOUR, SOURCES


def _energies(text: str, otherwise: str = "") -> Key:
    return Key("grid", text, "energy", above=0.0, otherwise=otherwise)


_RADIUS = (
    "rms radius; one quantity or a table by nuclide; 'systematic' for form factors with their own radius"
)
_KINEMATICS = ("0", "1/2", "leading")
_QUENCHING_ERROR = {
    "scale": Key("number", "multiplies the light or charge, 1 where it is not given", least=0.0),
    "relative_uncertainty": Key("number", "relative error of the light, one standard deviation", least=0.0),
}

#: Keys of a section by its kind, after ``kind`` itself.
KINDS: dict[str, dict[str, dict[str, Key]]] = {
    "projectile": {
        "neutrino": {
            "flavour": FLAVOUR,
            "energy": ENERGY,
            "antineutrino": ANTINEUTRINO,
            "baseline": BASELINE,
        },
    },
    "source": {**SOURCES, "dark-matter-beam": dark_beam.SOURCE},
    "quenching": {
        "constant": {
            "factor": Key("number", "E_ee = factor T", least=0.0, required=True),
            **_QUENCHING_ERROR,
        },
        "polynomial": {
            "coefficients": Key(
                "numbers", "c_1, c_2, ... of E_ee = sum c_k T^k, energies in MeV", required=True
            ),
            **_QUENCHING_ERROR,
        },
        "lindhard": {
            "k": Key("number", "strength of the electronic stopping", above=0.0, required=True),
            "Z": Key("number", "charge number of the material", above=0.0, required=True),
            **_QUENCHING_ERROR,
        },
        "rational": {**RATIONAL, **_QUENCHING_ERROR},
        "table": {
            "file": Key("file", "CSV with the columns 'energy (keV)' and 'factor (1)'", required=True),
            "outside": Key(
                "word", "outside the table", words=("error", "zero", "extrapolate"), default="error"
            ),
            **_QUENCHING_ERROR,
        },
    },
    "resolution": {
        "gaussian": {
            "noise": Key("quantity", "width at zero energy", "energy", least=0.0, default="0 keV"),
            "stochastic": Key(
                "quantity",
                "counting of quanta, sigma = stochastic sqrt(E)",
                "keV^(1/2)",
                least=0.0,
                default="0 keV^(1/2)",
            ),
            "constant": Key("number", "relative width at high energy", least=0.0, default=0.0),
        },
        "square-root": {
            "a": Key("quantity", "sigma = a sqrt(E) + b E", "keV^(1/2)", above=0.0, required=True),
            "b": Key("number", "relative width at high energy, added linearly", least=0.0, default=0.0),
        },
        "poisson": {
            "light_yield": Key(
                "quantity", "photoelectrons per electron-equivalent energy", "1/keV", above=0.0, required=True
            ),
            "read_at": Key(
                "word", "where the efficiency is read", words=("count", "centre"), default="count"
            ),
        },
        "gamma": {
            "a": Key(
                "quantity", "electron-equivalent energy per photoelectron", "energy", above=0.0, required=True
            ),
            "b": Key("quantity", "sharpness", "1/keV", above=0.0, required=True),
        },
    },
    "efficiency": {
        "perfect": {},
        "logistic": {
            "a": Key("number", "height", above=0.0, required=True),
            "b": Key(
                "observable", "steepness, per unit of the observable", "inverse", above=0.0, required=True
            ),
            "c": Key("observable", "centre", required=True),
            "d": Key("number", "offset", default=0.0),
        },
        "table": {
            "file": Key("file", "CSV with the columns 'x (PE or keV)' and 'efficiency (1)'", required=True),
            "outside": Key(
                "word", "outside the table", words=("error", "zero", "extrapolate"), default="error"
            ),
        },
    },
    "time_efficiency": {
        "perfect": {},
        "exponential": {
            "start": Key("quantity", "efficiency is one before", "time", required=True),
            "rate": Key(
                "quantity", "falls as exp(-rate (t - start)) after", "1/us", least=0.0, required=True
            ),
        },
    },
}

#: What the observable of a resolution is measured in.
OBSERVABLE = {"gaussian": "keV", "square-root": "keV", "poisson": "PE", "gamma": "PE"}

WEAK: dict[str, Key] = {
    "couplings": Key(
        "word", "set of vector couplings, or 'explicit'", words=("couplings",), default="radiative-2020"
    ),
    "electron_couplings": Key(
        "word",
        "set of couplings of the electron",
        words=("electron-couplings",),
        otherwise="tree beside couplings that hold no charge radius, loop beside the others",
    ),
    "g_v_p": Key("flavours", "proton coupling, one number or a table e, mu, tau (explicit only)"),
    "g_v_n": Key("number", "neutron coupling (explicit only)"),
    "include_sm_charge_radius": Key(
        "switch",
        "keep the Standard-Model charge radius that the couplings hold",
        otherwise="true where they hold one",
    ),
    "axial_coupling": Key("number", "g_A", otherwise="1.2756"),
}

DETECTOR: dict[str, Key] = {
    "quenching": Key("section", "light or charge of a nuclear recoil"),
    "resolution": Key("section", "distribution of the observable"),
    "efficiency": Key("section", "efficiency against the reconstructed observable"),
    "energy_edges": Key(
        "edges", "bins of the observable (keV for gaussian and square-root, PE otherwise); not beside [data]"
    ),
    "time_edges": Key(
        "grid", "bins of the arrival time; needs pulse_mean, pulse_width and time_efficiency", "time"
    ),
    "time_efficiency": Key("section", "efficiency against the reconstructed time"),
}

SECTIONS: dict[str, dict[str, Key]] = {
    "dark_matter": halo.DARK_MATTER,
    "target": {
        "nuclide": Key("text", "one isotope, like 'Ar40'"),
        "element": Key("text", "a natural element, like 'Xe'"),
        "compound": Key("text", "a chemical formula, like 'CsI'"),
        "mass": Key("quantity", "mass of the target", "mass", least=0.0),
        "scatters_on": Key(
            "word", "what of the target scatters", words=("nuclei", "electrons"), default="nuclei"
        ),
    },
    "response": {
        "final": inelastic.FINAL,
        "form_factor": Key(
            "word", "form factor of protons and neutrons", words=("form-factors",), default="helm"
        ),
        "proton_radius": Key("radii", _RADIUS, "length", above=0.0, otherwise="measured, by nuclide"),
        "neutron_radius": Key(
            "radii", _RADIUS, "length", above=0.0, otherwise="theory or proton radius plus skin"
        ),
        "neutron_radius_error": Key(
            "by nuclide",
            "error of the neutron radius, all nuclides moving together",
            "length",
            least=0.0,
            otherwise="0.05 fm with output.errors",
        ),
        "axial": Key(
            "word",
            "axial term of nuclei with spin: none, from <S_p> and <S_n> at q = 0, from shell-model tables without or with two-body "
            "currents",
            words=("none", "one-body", "shell-model", "shell-model-two-body"),
            default="none",
        ),
        "spin_proton": Key(
            "by nuclide", "<S_p>, one number or a table by nuclide", otherwise="published values"
        ),
        "spin_neutron": Key(
            "by nuclide", "<S_n>, one number or a table by nuclide", otherwise="published values"
        ),
    },
    "kinematics": {
        "spin": Key("word", "kinematics by the spin of the nucleus", words=_KINEMATICS, default="0")
    },
    "constants": {
        "sin2_theta_w": Key(
            "number",
            "weak mixing angle of the tree part",
            above=0.0,
            most=1.0,
            otherwise="that of the coupling set",
        ),
        "sin2_theta_w_error": Key(
            "number",
            "error of the weak mixing angle",
            least=0.0,
            most=1.0,
            otherwise="published, with output.errors",
        ),
    },
    "toys": {
        "first": Key("integer", "toys of every tested point at first", least=1, most=1e6, default=500),
        "most": Key("integer", "toys of one point at most", least=1, most=1e8, default=20_000),
        "precision": Key("number", "wanted error of the critical value", above=0.0, default=0.1),
        "points": Key("integer", "points along an axis at first", least=3, most=1000, default=12),
        "seed": Key("integer", "seed of the toys", default=1, least=0.0, most=2.0**32),
    },
}

_ERRORS = Key(
    "switch", "also the error of every number, by cause: each input moved by its error", default=False
)

_SPECTRUM = {
    "window": Key(
        "window", "count recoils between two energies, the upper one may be 'inf'", "energy", least=0.0
    ),
    "by_kind": Key("switch", "also split by kind of interaction, interferences apart", default=False),
    "errors": _ERRORS,
}
_SEED = Key("integer", "seed of the toys", default=1, least=0.0, most=2.0**32)

#: Keys of [output] by task; ``units`` is added to each.
OUTPUT: dict[str, dict[str, Key]] = {
    "cross-section": {
        "recoil_energy": _energies("recoil energies", "60 points, log, 0.1 keV to T_max"),
        "energy_transfer": _energies("energies given to electrons, in place of recoil_energy"),
        **_SPECTRUM,
    },
    "rate": {"recoil_energy": _energies("recoil energies", "60 points, log, 0.1 keV to T_max"), **_SPECTRUM},
    "fit": {
        "errors": Key(
            "word", "rise of -2 ln L by one, or curvature", words=("minos", "hesse"), default="minos"
        ),
        "spectra": Key("switch", "also expected and observed counts per bin", default=False),
        "p_value": Key("integer", "goodness of fit from this number of toys", least=1.0, most=1e6),
        "seed": _SEED,
    },
    "limit": {"errors": _ERRORS},
    "sensitivity": SENSITIVITY_OUTPUT,
    "posterior": POSTERIOR_OUTPUT,
    "scan": {},
    "toys": {},
    "shell-model": shell_model.OUTPUT,
    "atomic-structure": {},
    "photoabsorption": atomic.PHOTO_OUTPUT,
    "atomic-response": atomic.RESPONSE_OUTPUT,
    "absorption": absorption.OUTPUT,
    "dark-matter-beam": dark_beam.OUTPUT,
}

#: {task: {result: default unit}}
RESULTS: dict[str, dict[str, str]] = {
    "cross-section": {
        "recoil_energy": "keV",
        "energy_transfer": "keV",
        "dsigma_dT": "cm^2/keV",
        "dsigma_dT_by_kind": "cm^2/keV",
        "sigma_total": "cm^2",
        "sigma_window": "cm^2",
        "recoil_energy_max": "keV",
        **inelastic.CROSS_SECTION_RESULTS,
    },
    "rate": {
        "recoil_energy": "keV",
        "dR_dT": "1/(t yr keV)",
        "dR_dT_total": "1/(t yr keV)",
        "dR_dT_by_kind": "1/(t yr keV)",
        "dN_dT": "1/keV",
        "dN_dT_by_kind": "1/keV",
        "recoil_energy_max": "keV",
        **inelastic.RATE_RESULTS,
    },
    "fit": {},
    "limit": {},
    "sensitivity": {},
    "posterior": {},
    "scan": {},
    "toys": {},
    "shell-model": shell_model.RESULTS,
    "atomic-structure": atomic.STRUCTURE_RESULTS,
    "photoabsorption": atomic.PHOTO_RESULTS,
    "atomic-response": atomic.RESPONSE_RESULTS,
    "absorption": absorption.RESULTS,
    "dark-matter-beam": dark_beam.RESULTS,
}

_EXPERIMENTS = {
    "experiments": Key("experiments", "names of experiments, or { card = 'FILE' }", required=True),
    "fixed": Key(
        "fixed", "{ parameter = value }, a number in the parameter's unit or a quantity", default={}
    ),
}

#: Keys at the top of a card, by task, after ``task`` itself.
TOP: dict[str, dict[str, Key]] = {
    "cross-section": {},
    "rate": {},
    "fit": {**_EXPERIMENTS, "free": Key("names", "unconstrained parameters that float", default=[])},
    "limit": {
        **_EXPERIMENTS,
        **{name: LIMIT[name] for name in ("parameter", "confidence")},
        "sides": Key("word", "which sides are limited", words=("two", "upper", "lower"), default="two"),
        **{name: LIMIT[name] for name in ("method", "profile")},
        "data": DATA,
    },
    "sensitivity": {**_EXPERIMENTS, **SENSITIVITY},
    "posterior": {**_EXPERIMENTS, **POSTERIOR},
    "scan": {
        **_EXPERIMENTS,
        "profile": LIMIT["profile"],
        "data": DATA,
        "method": Key(
            "word", "how critical values are found", words=("wilks", "feldman-cousins"), default="wilks"
        ),
        "confidence": Key("numbers", "confidence levels of feldman-cousins", above=0.0, otherwise="[0.90]"),
    },
    "toys": {**_EXPERIMENTS, "profile": LIMIT["profile"]},
    "shell-model": shell_model.TOP,
    "atomic-structure": atomic.STRUCTURE_TOP,
    "photoabsorption": atomic.PHOTO_TOP,
    "atomic-response": atomic.RESPONSE_TOP,
    "absorption": absorption.TOP,
}

_PHYSICS = ("target", "response", "kinematics", "constants", "interaction")

#: Sections of a card, by task.
TASKS: dict[str, tuple[str, ...]] = {
    "cross-section": ("projectile", "mixing", *_PHYSICS, "output"),
    "rate": ("source", "dark_matter", "mixing", *_PHYSICS, "detector", "output"),
    "fit": ("experiment_options", "mixing", "constants", "interaction", "output"),
    "limit": ("toys", "experiment_options", "mixing", "constants", "interaction", "output"),
    "sensitivity": ("experiment_options", "mixing", "constants", "interaction", "output"),
    "posterior": ("experiment_options", "mixing", "constants", "interaction", "output"),
    "scan": ("grid", "toys", "experiment_options", "mixing", "constants", "interaction", "output"),
    "toys": ("point", "toys", "experiment_options", "mixing", "constants", "interaction", "output"),
    "shell-model": (*shell_model.SECTIONS, "output"),
    "atomic-structure": ("output",),
    "photoabsorption": ("output",),
    "atomic-response": ("output",),
    "absorption": ("output",),
}


def words_of(key: Key) -> tuple[str, ...]:
    """Return the allowed words, a single name of a list standing for its entries."""
    if len(key.words) == 1 and key.words[0] in ("couplings", "electron-couplings", "form-factors"):
        return (*names(key.words[0]), *(("explicit",) if key.words[0] == "couplings" else ()))
    return key.words
