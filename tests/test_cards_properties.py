"""Random cards: a result that makes sense, or a clean error; never another exception."""

import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weakscatter import InputError
from weakscatter.cards import complete, run
from weakscatter.interactions import INTERACTIONS

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -1.0, 1e-300, 1e300, 1e-5, 0.5, 1.0, 30.0, 200.0]),
    st.integers(-3, 10**20),
)


def mostly(sensible, strange):
    """One in twelve is strange."""
    return st.integers(0, 11).flatmap(lambda i: strange if i == 11 else sensible)


def quantities(*units):
    """Mostly sensible quantities, with strange ones between them."""
    sensible = st.builds(lambda x, u: f"{x:.3g} {u}", st.floats(0.05, 200.0), st.sampled_from(units))
    strange = st.builds(
        lambda x, u: f"{x!r} {u}", NUMBERS, st.sampled_from([*units, "s", "kg", "", "MeVs", "fm^-1"])
    )
    return mostly(sensible, st.one_of(strange, NUMBERS, st.text(max_size=6)))


def words(*allowed):
    return mostly(st.sampled_from(allowed), st.sampled_from(["x", 3, None, True]))


def maybe(**keys):
    """Dictionaries with any of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


OUTPUT = maybe(
    recoil_energy=st.lists(quantities("keV", "eV"), min_size=1, max_size=4),
    window=st.tuples(quantities("keV"), st.one_of(st.just("inf"), quantities("keV"))).map(list),
    by_kind=words(True, False),
)
WEAK = st.builds(
    lambda rest: {"kind": "weak", **rest}, maybe(couplings=words("tree", "radiative-2020", "pdg-2005"))
)
ADDED = st.builds(
    lambda kind, value: {"kind": kind, "effective": f"{value!r} cm^2" if kind == "charge-radius" else value},
    st.sampled_from(["charge-radius", "millicharge", "magnetic-moment"]),
    mostly(st.floats(-1e-8, 1e-8), NUMBERS),
)
PHYSICS = {
    "target": mostly(
        st.sampled_from([{"nuclide": "Ar40"}, {"nuclide": "Cs133"}, {"nuclide": "Cs133"}, {"element": "Ar"}]),
        st.builds(
            lambda name, text: {name: text}, words("nuclide", "element", "compound"), st.text(max_size=5)
        ),
    ),
    "response": maybe(
        form_factor=words("helm", "klein-nystrand", "point"),
        neutron_radius=mostly(st.sampled_from(["3.5 fm", "5 fm", "8 fm"]), quantities("fm")),
        proton_radius=mostly(st.sampled_from(["3.5 fm", "5 fm"]), quantities("fm")),
    ),
    "kinematics": maybe(spin=words("0", "1/2", "leading")),
    "interaction": st.one_of(st.lists(WEAK, min_size=1, max_size=1), st.tuples(WEAK, ADDED).map(list)),
    "output": OUTPUT,
}
CROSS = st.fixed_dictionaries(
    {
        "task": st.just("cross-section"),
        "projectile": st.fixed_dictionaries(
            {"flavour": words("e", "mu", "tau"), "energy": quantities("MeV")},
            optional={"antineutrino": words(True, False)},
        ),
        "target": PHYSICS["target"],
    },
    optional={name: strategy for name, strategy in PHYSICS.items() if name != "target"},
)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["task", "kind", "target", "projectile", "output", "interaction", "x"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
BOUNDED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def attempt(card):
    """Return the document, or None after a clean error of one paragraph."""
    try:
        return run(card)
    except InputError as caught:
        message = str(caught)
    assert message
    assert "\n\n" not in message
    return None


def numbers_of(document):
    content = json.loads(document.json())  # refuses NaN
    for result in content["results"].values():
        yield from (x for x in np.ravel(np.array(result["value"], dtype=object)) if isinstance(x, float))


@settings(BOUNDED, max_examples=15)
@given(CROSS)
def test_random_cross_sections(card):
    document = attempt(card)
    if document is None:
        return
    assert all(math.isfinite(x) for x in numbers_of(document))
    assert np.all(np.asarray(document["dsigma_dT"].value) >= 0.0)
    above = np.asarray(document["recoil_energy"].value) > document["recoil_energy_max"].value * (1 + 1e-12)
    assert np.all(np.asarray(document["dsigma_dT"].value)[above] == 0.0)
    if document["sigma_total"].value is not None:
        assert document["sigma_total"].value >= 0.0
        if "sigma_window" in document:
            assert document["sigma_window"].value <= document["sigma_total"].value * (1 + 1e-9)
    assert run(document.card).json() == document.json()


@settings(BOUNDED, max_examples=8)
@given(st.floats(1e18, 1e25), st.floats(0.01, 1e4), st.floats(1.0, 1e3), st.floats(1.5, 100.0))
def test_rates_grow_with_exposure_and_mass_and_fall_with_distance(protons, mass, distance, factor):
    def card(p, m, d):
        return {
            "task": "rate",
            "source": {
                "kind": "pion-decay-at-rest",
                "protons": p,
                "yield_per_flavour": 0.1,
                "distance": f"{d!r} m",
            },
            "target": {"nuclide": "Ar40", "mass": f"{m!r} kg"},
            "output": {"recoil_energy": ["1 keV", "10 keV"], "window": ["5 keV", "inf"]},
        }

    base = run(card(protons, mass, distance))
    assert run(base.card).json() == base.json()
    for other, scale in (
        (card(protons * factor, mass, distance), factor),
        (card(protons, mass * factor, distance), factor),
        (card(protons, mass, distance * factor), factor**-2),
    ):
        moved = run(other)
        for name in ("dN_dT", "N_total", "N_window"):
            assert moved[name].value == pytest.approx(scale * base[name].value, rel=1e-9, abs=0)


@settings(BOUNDED, max_examples=300)
@given(
    st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3),
    st.sampled_from(["cross-section", "rate", "fit", "scan"]),
)
def test_nonsense_is_refused(card, task):
    for content in (card, {**card, "task": task}):
        with pytest.raises(InputError):
            complete(content)


@settings(BOUNDED, max_examples=150)
@given(
    st.sampled_from(["projectile", "target", "response", "kinematics", "interaction", "output", "constants"]),
    ANYTHING,
)
def test_nonsense_in_one_section(section, content):
    card = {
        "task": "cross-section",
        "projectile": {"flavour": "mu", "energy": "30 MeV"},
        "target": {"nuclide": "Ar40"},
        section: content,
    }
    try:
        full = complete(card)
    except InputError:
        return
    assert complete(full) == full


@pytest.mark.slow
def test_every_interaction_in_one_card():
    """All kinds together run, and the parts by kind, interferences included, add up to the whole."""
    sections = [
        {"kind": "weak"},
        {"kind": "charge-radius", "matrix": {"emu": ["1e-32 cm^2", "2e-32 cm^2"]}},
        {"kind": "millicharge", "matrix": {"ee": 1e-9}},
        {"kind": "magnetic-moment", "effective": 1e-10},
        {"kind": "electric-moment", "matrix": {"mutau": 1e-10}},
        {"kind": "anapole", "matrix": {"mumu": "1e-33 cm^2"}},
        {"kind": "nsi", "uV": {"ee": 0.02, "emu": [0.01, 0.03]}, "dV": {"mumu": -0.01}},
        {"kind": "light-vector", "model": "b-minus-l", "coupling": 1e-5, "mass": "10 MeV"},
        {"kind": "light-scalar", "coupling": 1e-5, "mass": "20 MeV"},
        {"kind": "light-pseudoscalar", "coupling": 1e-3, "mass": "20 MeV"},
        {"kind": "light-tensor", "coupling": 1e-3, "mass": "30 MeV"},
        {"kind": "sterile-dipole", "mass": "5 MeV", "moment": 1e-9},
        {"kind": "sterile-mixing", "delta_m2": "1 eV^2", "u_e4": 0.1, "u_mu4": 0.1},
        {"kind": "light-axial", "coupling": 1e-5, "mass": "20 MeV"},
        {"kind": "dark-photon", "mass": "10 MeV", "mediator_mass": "30 MeV", "epsilon": 1e-4},
    ]
    assert {one["kind"] for one in sections} == set(INTERACTIONS)
    card = {
        "task": "rate",
        "source": {
            "kind": "pion-decay-at-rest",
            "protons": 1e23,
            "yield_per_flavour": 0.08,
            "distance": "20 m",
        },
        "target": {"compound": "CsI", "mass": "1 kg"},
        "interaction": sections,
        "output": {
            "recoil_energy": ["1 keV", "10 keV", "30 keV"],
            "window": ["1 keV", "40 keV"],
            "by_kind": True,
        },
    }
    document = run(card)
    whole = np.sum(document["dN_dT"].value, axis=0)
    parts = np.sum(document["dN_dT_by_kind"].value, axis=0)
    np.testing.assert_allclose(parts, whole, rtol=1e-10)
    assert np.all(
        whole > np.sum(run(card | {"interaction": [{"kind": "weak"}]})["dN_dT"].value, axis=0) * 0.5
    )
