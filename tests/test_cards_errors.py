"""Bad cards: every one an InputError that says what was given, what is allowed, what to do."""

import copy

import pytest

from weakscatter import InputError
from weakscatter.cards import run

CROSS = {
    "task": "cross-section",
    "projectile": {"kind": "neutrino", "flavour": "mu", "energy": "30 MeV"},
    "target": {"nuclide": "Ar40"},
    "response": {"form_factor": "helm"},
    "kinematics": {"spin": "0"},
    "interaction": [{"kind": "weak"}],
    "output": {"recoil_energy": ["1 keV"]},
}
RATE = {
    "task": "rate",
    "source": {"kind": "pion-decay-at-rest", "protons": 1e23, "yield_per_flavour": 0.08, "distance": "20 m"},
    "target": {"compound": "CsI", "mass": "10 kg"},
    "output": {"recoil_energy": ["1 keV"]},
}
FIT = {"task": "fit", "experiments": ["coherent_csi_2021"], "free": ["neutron_radius_CsI"]}
LIMIT = {"task": "limit", "experiments": ["coherent_csi_2021"], "parameter": "millicharge_ee"}
DETECTOR = {
    "energy_edges": [8, 12],
    "quenching": {"kind": "constant", "factor": 0.09},
    "resolution": {"kind": "poisson", "light_yield": "13 1/keV"},
    "efficiency": {"kind": "perfect"},
}
REMOVE = object()

#: (card, dotted key, value put there, words that the message must have)
BAD = [
    (CROSS, "task", "crosssection", ["task", "'cross-section'"]),
    (CROSS, "task", REMOVE, ["no task", "cross-section"]),
    (CROSS, "projectil", {}, ["projectil", "Did you mean 'projectile'"]),
    (CROSS, "projectile", REMOVE, ["[projectile]", "flavour"]),
    (CROSS, "projectile", 3, ["projectile", "section"]),
    (CROSS, "projectile.flavour", "muon", ["projectile.flavour", "'mu'", "e, mu, tau"]),
    (CROSS, "projectile.flavour", 3, ["projectile.flavour", "e, mu, tau"]),
    (CROSS, "projectile.flavor", "mu", ["flavor", "Did you mean 'flavour'"]),
    (CROSS, "projectile.energy", "30 m", ["projectile.energy", "length", "energy"]),
    (CROSS, "projectile.energy", 30, ["projectile.energy", "no unit"]),
    (CROSS, "projectile.energy", "30 MeVs", ["projectile.energy", "MeVs", "'MeV'"]),
    (CROSS, "projectile.energy", "-30 MeV", ["projectile.energy", "positive"]),
    (CROSS, "projectile.energy", "0 MeV", ["projectile.energy", "positive"]),
    (CROSS, "projectile.energy", "inf", ["projectile.energy", "finite"]),
    (CROSS, "projectile.energy", "1e308 GeV", ["energy", "finite"]),
    (CROSS, "projectile.energy", True, ["projectile.energy", "quantity"]),
    (CROSS, "projectile.energy", ["30 MeV"], ["projectile.energy"]),
    (CROSS, "projectile.antineutrino", "yes", ["projectile.antineutrino", "true or false"]),
    (CROSS, "projectile.baseline", "far", ["baseline", "far"]),
    (CROSS, "projectile.baseline", "-1 m", ["baseline", "negative"]),
    (CROSS, "mixing.sin2_theta_12", 1.2, ["mixing.sin2_theta_12", "at most 1"]),
    (CROSS, "mixing.delta_m2_21", "-7e-5 eV^2", ["delta_m2_21", "negative"]),
    (CROSS, "mixing.nature", "weyl", ["nature", "majorana"]),
    (CROSS, "mixing.majorana_21", "10 deg", ["majorana_21", "nature = 'majorana'"]),
    (CROSS, "target", REMOVE, ["[target]", "exactly one"]),
    (CROSS, "target.element", "Ar", ["exactly one", "nuclide and element"]),
    (CROSS, "target.nuclide", "Ar4", ["target.nuclide", "Ar4"]),
    (CROSS, "target.nuclide", "Argon40", ["target.nuclide", "Argon40"]),
    (CROSS, "target.nuclide", 40, ["target.nuclide"]),
    (CROSS, "target", {"element": "Arg"}, ["target.element", "Arg"]),
    (CROSS, "target", {"compound": "CsIx"}, ["target.compound", "CsIx"]),
    (CROSS, "target", {"compound": "CsI"}, ["per nucleus", "Cs"]),
    (CROSS, "target.mass", "1 kg", ["mass", "Allowed"]),
    (CROSS, "response.form_factor", "helmet", ["form factor", "'helm'"]),
    (CROSS, "response.surface", "0.5 fm", ["surface", "helm"]),
    (CROSS, "response.skin_thickness", "0.9 keV", ["response.skin_thickness", "energy", "fm"]),
    (CROSS, "response.skin_thickness", "3 fm", ["radius", "smaller"]),
    (CROSS, "response.proton_radius", {"Xe132": "4.7 fm"}, ["proton_radius", "Xe132", "Ar40"]),
    (CROSS, "response.proton_radius", "-3 fm", ["response.proton_radius", "positive"]),
    (CROSS, "response.proton_radius", "systematic", ["systematic", "klein-nystrand"]),
    (CROSS, "response", {"form_factor": "point", "proton_radius": "3 fm"}, ["point", "proton_radius"]),
    (CROSS, "response", {"form_factor": "table"}, ["file"]),
    (CROSS, "response", {"form_factor": "table", "file": "no/such.csv"}, ["no file", "such.csv"]),
    (CROSS, "response", {"axial": "two-body"}, ["response.axial", "one-body"]),
    (CROSS, "response.spin_proton", 0.3, ["spin_proton", "axial"]),
    (CROSS, "kinematics.spin", 0, ["kinematics.spin", "1/2"]),
    (CROSS, "kinematics.spin", "3/2", ["kinematics.spin", "'1/2'"]),
    (CROSS, "constants", {"sin2_theta_w": 2.0}, ["constants.sin2_theta_w", "at most 1"]),
    (CROSS, "constants", {"sin2thetaw": 0.23}, ["sin2thetaw", "'sin2_theta_w'"]),
    (CROSS, "interaction", {"kind": "weak"}, ["double brackets"]),
    (CROSS, "interaction", [{"kind": "week"}], ["interaction[1].kind", "'weak'"]),
    (CROSS, "interaction", [{}], ["interaction[1]", "kind"]),
    (CROSS, "interaction", [{"kind": "weak", "couplings": "explicit"}], ["g_v_p", "explicit"]),
    (CROSS, "interaction", [{"kind": "weak", "g_v_n": -0.5}], ["g_v_n", "explicit"]),
    (CROSS, "interaction", [{"kind": "weak", "couplings": "radiative"}], ["radiative-2020"]),
    (
        CROSS,
        "interaction",
        [{"kind": "weak", "couplings": "explicit", "g_v_n": -0.5, "g_v_p": {"e": 0.04, "mu": 0.03}}],
        ["g_v_p", "tau"],
    ),
    (
        CROSS,
        "interaction",
        [
            {"kind": "charge-radius", "effective": "1e-32 cm^2"},
            {"kind": "charge-radius", "effective": "2e-32 cm^2"},
        ],
        ["charge radius", "set twice"],
    ),
    (CROSS, "interaction", [{"kind": "charge-radius"}], ["matrix", "effective"]),
    (
        CROSS,
        "interaction",
        [{"kind": "charge-radius", "matrix": {"ee": 1e-32}}],
        ["interaction[1].matrix.ee", "no unit"],
    ),
    (CROSS, "interaction", [{"kind": "charge-radius", "matrix": {"ee": "1 cm"}}], ["length", "area"]),
    (
        CROSS,
        "interaction",
        [{"kind": "charge-radius", "matrix": {"ex": "1 cm^2"}}],
        ["ex", "final flavour first"],
    ),
    (CROSS, "interaction", [{"kind": "millicharge", "matrix": {"ee": [1, 2]}}], ["ee", "real"]),
    (CROSS, "interaction", [{"kind": "millicharge", "matrix": {"emu": [1, 2, 3]}}], ["[real, imaginary]"]),
    (CROSS, "interaction", [{"kind": "millicharge", "matrix": {"emu": 1e-9, "mue": 2e-9}}], ["conjugate"]),
    (
        CROSS,
        "interaction",
        [{"kind": "millicharge", "effective": 1e-9, "basis": "weak"}],
        ["basis", "flavour"],
    ),
    (
        CROSS,
        "interaction",
        [{"kind": "millicharge", "basis": "mass", "matrix": {"ee": 1e-9}}],
        ["'ee'", "mass state first", "11, 12"],
    ),
    (CROSS, "interaction", [{"kind": "millicharge", "effective": float("nan")}], ["effective"]),
    (CROSS, "output.recoil_energy", [], ["output.recoil_energy", "1 to"]),
    (CROSS, "output.recoil_energy", ["0 keV"], ["output.recoil_energy[1]", "positive"]),
    (CROSS, "output.recoil_energy", "1 keV", ["no grid"]),
    (CROSS, "output.recoil_energy", {"from": "1 keV", "to": "2 keV", "points": 1}, ["points", "2 to"]),
    (CROSS, "output.recoil_energy", {"from": "1 keV", "to": "2 keV", "point": 5}, ["'points'"]),
    (
        CROSS,
        "output.recoil_energy",
        {"from": "1 keV", "to": "2 keV", "points": 5, "spacing": "logarithmic"},
        ["log"],
    ),
    (CROSS, "output.units", {"dsigma_dT": "cm^2"}, ["output.units.dsigma_dT", "cm^2/keV"]),
    (CROSS, "output.units", {"dsigma": "cm^2"}, ["dsigma", "'dsigma_dT'"]),
    (CROSS, "output.units", {"dsigma_dT": "cm2/keV"}, ["output.units.dsigma_dT", "cm^2"]),
    (CROSS, "output.window", ["5 keV", "1 keV"], ["window", "empty"]),
    (CROSS, "output.window", "5 keV", ["window", "two energies"]),
    (CROSS, "output.by_kind", 1, ["by_kind", "true or false"]),
    (RATE, "source", REMOVE, ["[source]", "kind"]),
    (RATE, "source.kind", "pion-decay", ["source.kind", "'pion-decay-at-rest'"]),
    (RATE, "source.protons", -1, ["source.protons", "not negative"]),
    (RATE, "source.protons", "many", ["source.protons", "number"]),
    (RATE, "source.protons", 10**400, ["source.protons", "too large"]),
    (RATE, "source.protons", REMOVE, ["[source]", "protons"]),
    (RATE, "source.distance", "0 m", ["source.distance", "positive"]),
    (RATE, "source.distance", "20 MeV", ["source.distance", "energy", "length"]),
    (RATE, "source.pulse_mean", "0.5 us", ["pulse_width"]),
    (RATE, "target.mass", REMOVE, ["[target]", "mass"]),
    (RATE, "target.mass", "10 GeV", ["target.mass", "energy", "mass"]),
    (RATE, "target.mass", "-1 kg", ["target.mass", "not negative"]),
    (RATE, "detector", {}, ["[detector]", "quenching"]),
    (RATE, "detector", {**DETECTOR, "energy_edges": [12, 8]}, ["energy edges", "increasing"]),
    (RATE, "detector", {**DETECTOR, "energy_edges": ["8 keV", "9 keV"]}, ["energy_edges", "number"]),
    (RATE, "detector", {**DETECTOR, "quenching": {"kind": "birks"}}, ["detector.quenching.kind", "lindhard"]),
    (
        RATE,
        "detector",
        {**DETECTOR, "quenching": {"kind": "constant", "factor": -1}},
        ["factor", "not negative"],
    ),
    (
        RATE,
        "detector",
        {**DETECTOR, "efficiency": {"kind": "logistic", "a": 2, "b": 1, "c": 10}},
        ["efficiency", "one"],
    ),
    (RATE, "detector", {**DETECTOR, "time_edges": ["0 us", "1 us"]}, ["time_efficiency"]),
    (FIT, "experiments", ["coherent_csi"], ["experiments[1]", "'coherent_csi_2021'"]),
    (FIT, "experiments", "coherent_csi_2021", ["list"]),
    (FIT, "experiments", ["coherent_csi_2021"] * 2, ["twice"]),
    (FIT, "experiments", [{"card": "no/such.toml"}], ["no card", "such.toml"]),
    (FIT, "free", ["neutron_radius_Cs"], ["neutron_radius_Cs", "Did you mean"]),
    (FIT, "free", "neutron_radius_CsI", ["free", "list"]),
    (FIT, "fixed", {"neutron_radius_CsI": 5.0}, ["free and fixed"]),
    (FIT, "fixed", {"sns_flux": "1 fm"}, ["fixed.sns_flux", "number"]),
    (FIT, "fixed", {"neutron_radius_Cs133": "5 keV"}, ["fixed.neutron_radius_Cs133", "energy", "fm"]),
    (FIT, "fixed", {"neutron_radius_Cs133": 100.0}, ["outside", "fm"]),
    (FIT, "output", {"errors": "hessian"}, ["output.errors", "'hesse'"]),
    (FIT, "output", {"p_value": 0}, ["output.p_value", "at least 1"]),
    (FIT, "experiment_options", {"coherent_csi_2021": {"systematics": "lumps"}}, ["systematics", "'lump'"]),
    (FIT, "experiment_options", {"coherent_csi_2021": {"systematic": "lump"}}, ["'systematics'"]),
    (FIT, "experiment_options", {"coherent_csi_2020": {}}, ["'coherent_csi_2021'"]),
    (LIMIT, "method", "bootstrap", ["method", "wilks"]),
    (LIMIT, "confidence", 1.5, ["confidence", "at most 1"]),
    (LIMIT, "confidence", 1.0, ["confidence", "fraction"]),
    (LIMIT, "sides", "both", ["sides", "upper"]),
    (LIMIT, "parameter", REMOVE, ["parameter"]),
    (LIMIT, "parameter", "millicharge_em", ["millicharge_em", "Did you mean"]),
    (LIMIT, "profile", ["millicharge_ee"], ["millicharge_ee", "one place"]),
    (
        LIMIT,
        "",
        {
            **LIMIT,
            "parameter": "charge_radius_ee",
            "interaction": [{"kind": "weak"}, {"kind": "charge-radius", "effective": "1e-32 cm^2"}],
        },
        ["charge radius", "set twice"],
    ),
    ({**LIMIT, "task": "scan"}, "parameter", REMOVE, ["[grid]", "one or two"]),
]


def put(card, dotted, value):
    if not dotted:
        return value
    card = copy.deepcopy(card)
    inside, *path = [card, *dotted.split(".")]
    for step in path[:-1]:
        inside = inside.setdefault(step, {})
    if value is REMOVE:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return card


@pytest.mark.parametrize(
    ("card", "key", "value", "words"), BAD, ids=[f"{i}-{row[1]}" for i, row in enumerate(BAD)]
)
def test_bad_cards(card, key, value, words):
    with pytest.raises(InputError) as caught:
        run(put(card, key, value))
    message = str(caught.value)
    for word in words:
        assert word in message, f"{word!r} is not in: {message}"
    assert len(message) < 900
    assert "\n" not in message


@pytest.mark.parametrize("text", ["task = ", "task = 1\ntask = 2", "\x00", "[a\n"])
def test_unreadable_files_name_the_line(tmp_path, text):
    path = tmp_path / "card.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"TOML|line"):
        run(path)


def test_paths():
    for card in ("no/such/card.toml", ".", 3):
        with pytest.raises(InputError):
            run(card)


def test_names_that_are_taken():
    with pytest.raises(InputError, match="built in"):
        run(CROSS, form_factors={"helm": lambda q, radius, nuclide: 1.0})
