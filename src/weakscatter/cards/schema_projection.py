"""Keys of cards that describe experiments, built or not: sources by their power, backgrounds by their rate, systematics."""

from __future__ import annotations

from dataclasses import replace

from weakscatter.cards.key import Key

#: Methods of limits; those of `weakscatter.inference`, which is not imported for a list of words.
METHODS = ("wilks", "feldman-cousins", "cls", "cls+b")

_DURATION = Key("quantity", "live time", "time", above=0.0)

#: Normalisation of a pion-decay source: protons, or power over proton energy times duration.
PROTONS: dict[str, Key] = {
    "protons": Key(
        "number", "protons on target in the exposure", least=0.0,
        otherwise="required, or power, proton_energy and duration",
    ),
    "power": Key("quantity", "beam power on target", "power", above=0.0),
    "proton_energy": Key("quantity", "kinetic energy of a proton", "energy", above=0.0),
    "duration": _DURATION,
}  # fmt: skip

#: How far neutrinos travel before they scatter.
BASELINE = Key(
    "baseline",
    "vacuum oscillations over this length; 'averaged': far away",
    "length",
    least=0.0,
    default="0 m",
)

RATIONAL: dict[str, Key] = {
    "coefficients": Key(
        "numbers", "p_0 ... p_4 of E_ee/T = (p_3 E + p_4 E^2 + E^3)/(p_0 + p_1 E + p_2 E^2), E = E_ee in keV",
        required=True,
    )
}  # fmt: skip

BACKGROUND: dict[str, Key] = {
    "name": Key("text", "name of the component", required=True),
    "file": Key("file", "CSV with the columns lower, upper and counts, bins as in the data"),
    "rate": Key(
        "observable rate", "in place of a file: events per target mass, time and observable, the same in every bin"
    ),
    "live_time": Key("quantity", "time in which the rate is counted", "time", above=0.0, otherwise="source.duration"),
    "relative_uncertainty": Key("number", "of its normalisation, one standard deviation", least=0.0, required=True),
    "parameter": Key("text", "name of its pull", otherwise="NAME_EXPERIMENT"),
}  # fmt: skip

SYSTEMATIC: dict[str, Key] = {
    "name": Key("text", "name of the pull, for its cause", required=True),
    "relative_uncertainty": Key("number", "one standard deviation", above=0.0, required=True),
    "acts_on": Key(
        "word", "what it scales: counts, or the light of a recoil", words=("components", "quenching"),
        default="components",
    ),
    "components": Key("names", "components that it multiplies", default=["signal"]),
}  # fmt: skip

#: Keys of a limit, shared by the tasks that find one.
LIMIT: dict[str, Key] = {
    "parameter": Key("text", "the parameter that is limited", required=True),
    "confidence": Key("number", "confidence level", above=0.0, most=1.0, default=0.90),
    "method": Key("word", "statistic and how its critical value is found", words=METHODS, default="wilks"),
    "profile": Key("names", "unconstrained parameters that float beside the nuisances", default=[]),
}

DATA = Key(
    "word", "the experiments' data, or the counts that nominal values lead to expect", words=("observed", "asimov"),
    default="observed",
)  # fmt: skip

SENSITIVITY: dict[str, Key] = {
    **LIMIT,
    "method": replace(LIMIT["method"], words=tuple(word for word in METHODS if word != "feldman-cousins")),
    "sides": Key("word", "which sides are limited", words=("two", "upper", "lower"), default="upper"),
    "truth": Key(
        "fixed", "{ parameter = value } for which data are expected, nominal ones for the rest", default={}
    ),
}

SENSITIVITY_OUTPUT: dict[str, Key] = {
    "significance": Key(
        "switch", "also the median significance with which the parameter's lower bound, no signal, is rejected",
        default=False,
    )
}  # fmt: skip

POSTERIOR: dict[str, Key] = {
    **{name: key for name, key in LIMIT.items() if name != "method"},
    "sides": Key("word", "which sides are limited", words=("two", "upper", "lower"), default="two"),
    "prior": Key("fixed", '{ parameter = "flat", "log" or "square" }, flat for the rest', default={}),
    "data": DATA,
}

POSTERIOR_OUTPUT: dict[str, Key] = {
    "samples": Key("integer", "draws kept of each chain", default=2000, least=10.0, most=1e6),
    "warmup": Key("integer", "draws left out at the start of each chain", default=1000, least=10.0, most=1e6),
    "chains": Key("integer", "number of chains", default=4, least=1.0, most=64.0),
    "seed": Key("integer", "seed of the draws", default=1, least=0.0, most=2.0**32),
}
