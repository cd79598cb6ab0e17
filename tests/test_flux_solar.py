"""Solar neutrinos as a beam: tables, totals, tail integrals by another route, derivatives, cards."""

from importlib.resources import files

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.cards import run
from weakscatter.flux import (
    LINES,
    SOLAR_MODELS,
    SOLAR_SOURCES,
    SolarModel,
    after_baseline,
    monoenergetic,
    oscillated,
    solar_flux_parameters,
    solar_neutrinos,
    solar_production,
    solar_profile,
    solar_shape,
)
from weakscatter.grids import compiled, gauss_legendre
from weakscatter.grids.compilation import compiled_programs
from weakscatter.interactions import Weak, tree_couplings
from weakscatter.matter import Material, material, nuclide
from weakscatter.mixing import OSCILLATIONS, Mixing, adiabatic_probabilities, solar_moment, standard_potential
from weakscatter.model import nuclear_targets, recoil_counts, recoil_spectrum
from weakscatter.plot import solar_fluxes, survival_probability
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import data_folder
from weakscatter.published import row
from weakscatter.response import Helm, NuclearResponse
from weakscatter.units import cm, eV, fm, keV, kg, m, s, yr

FLUX = 1 / (cm**2 * s)
SUN = solar_neutrinos(duration=1 * s)
BY_NAME = dict(zip(SUN.labels, SUN.components, strict=True))
CONTINUA = ("pp", "hep", "b8", "n13", "o15", "f17")
CARD = {
    "task": "rate",
    "source": {"kind": "solar", "components": ["be7", "b8"], "duration": "1 yr"},
    "target": {"nuclide": "Xe132", "mass": "1 t"},
    "interaction": [{"kind": "weak"}],
    "output": {"recoil_energy": ["0.5 keV", "1 keV"]},
}


def argon(mass=1000 * kg):
    def response(isotope):
        return NuclearResponse(isotope, Helm(), 3.4 * fm, 3.5 * fm)

    return nuclear_targets(material("Ar"), mass, response)


def mean_energy(component):
    E, w = (np.asarray(x) for x in component.nodes())
    return float(E @ w)


def rho(component, E):
    return component.rho(E)


def tails(component, E_min):
    return component.tail(E_min), component.moments(E_min)


def by_quadrature(component, E_min):
    """Integrals of f rho E^(k-2) and of f E^(k-2) above E_min, [3, 3, 3] and [3], rho without interpolation.

    Gauss-Legendre points between the nodes; below E_min panels have no width, so that all have one shape.
    """
    edges = np.maximum(component.corners, E_min)
    x, w = gauss_legendre(8)
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    E = (low + 0.5 * width * (1 + x)).ravel()
    f = (0.5 * width * w).ravel() * np.asarray(component.density(E)) * E ** (np.arange(3)[:, None] - 2)
    return np.einsum("kn,nij->kij", f, np.asarray(compiled(rho, component, E))), f.sum(axis=1)


@pytest.mark.slow
@pytest.mark.parametrize("source", CONTINUA)
def test_tails_are_the_integrals(source):
    component = BY_NAME[source]
    energies = np.array([1e-3, 0.31, 0.9, 1.0, 1.5]) * component.energies[1]
    tail, moments = (np.asarray(x) for x in compiled(tails, component, energies))
    assert tail.shape == (3, 5, 3, 3)
    for n, E_min in enumerate(energies[:3]):
        expected, totals = by_quadrature(component, E_min)
        np.testing.assert_allclose(moments[:, n], totals, rtol=1e-10)
        np.testing.assert_allclose(
            tail[:, n] / totals[:, None, None], expected / totals[:, None, None], atol=1e-8
        )
    assert np.all(tail[:, 3:] == 0)


def sums(component):
    E, w = component.nodes()
    return jnp.sum(w), jnp.sum(w / E), jnp.sum(w * E), component.moments(0.0)


@pytest.mark.slow
@pytest.mark.parametrize("source", CONTINUA)
def test_nodes_integrate_the_spectrum(source):
    one, inverse, mean, moments = compiled(sums, BY_NAME[source])
    assert float(one) == pytest.approx(1.0, abs=1e-12)
    assert float(moments[2]) == pytest.approx(1.0, abs=1e-12)
    assert float(moments[1]) == pytest.approx(float(inverse), rel=1e-5, abs=0)
    expected = {"pp": 0.2667, "b8": 6.77, "hep": 9.63, "n13": 0.7067, "o15": 0.9965, "f17": 0.9996}
    assert float(mean) == pytest.approx(expected[source], rel=5e-4, abs=0)


def test_tables_are_complete():
    tables = data_folder(files("weakscatter.flux") / "solar_tables")
    for name in tables.about["sha256"]:
        assert len(tables.table(name)) > 50
    for profile in ("b16_gs98", "b16_agss09met"):
        made = solar_profile(profile)
        assert set(made.shares) == set(SOLAR_SOURCES)
        for share in made.shares.values():
            assert share.sum() == pytest.approx(1.0, abs=2e-6)
            assert np.all(share >= 0)
        # Electrons in the centre and helium made there; hydrogen and helium of the envelope far out.
        assert made.density[0] * cm**3 / 6.02214076e23 == pytest.approx(100.5, abs=1.5)
        assert made.neutrons[0] == pytest.approx(0.475, abs=0.012)
        assert made.neutrons[-1] == pytest.approx(0.16, abs=0.01)
    for source in CONTINUA:
        shape = solar_shape(source)
        assert shape.values[0] == 0
        assert shape.values[-1] == 0


@pytest.mark.parametrize("source", list(SOLAR_SOURCES))
def test_ten_nodes_average_the_production(source):
    made, few = solar_profile("b16_gs98"), solar_production("b16_gs98", source)
    share = made.shares[source] / made.shares[source].sum()
    assert few.weights.sum() == pytest.approx(1.0, abs=1e-12)
    for power in range(1, 8):
        expected = share @ made.density**power
        assert few.weights @ few.density**power == pytest.approx(expected, rel=1e-9, abs=0)
    E = np.array([0.3, 3.0, 15.0])
    whole, ours = (
        compiled(adiabatic_probabilities, E, p.density, p.neutrons, w, Mixing(), standard_potential())
        for p, w in ((made, share), (few, few.weights))
    )
    np.testing.assert_allclose(ours, whole, rtol=0, atol=1e-7)


@pytest.mark.slow
def test_energies_carried_away_and_left_behind():
    """The luminosity constraint: two neutrinos for every four protons that become helium, 26.73 MeV less what they carry.

    Where the chains are not in balance (7Be against 3He + 3He, 13N against 15O) the sum is off by a few 1e-3.
    """
    hydrogen, helium, electron = nuclide("H1").mass, nuclide("He4").mass, 0.51099895
    released = 4 * hydrogen + 2 * electron - helium
    assert released == pytest.approx(26.731, abs=2e-3)
    for model in ("b16-gs98", "b16-agss09met"):
        beam = solar_neutrinos(model=model, duration=1 * s)
        total = sum(float(c.fluence) * (released / 2 - mean_energy(c)) for c in beam.components)
        # The nominal luminosity of the Sun over the sphere of one astronomical unit.
        luminosity = 3.828e26 / (4 * np.pi * (1.495978707e13) ** 2) / 1.602176634e-13
        assert total / FLUX / s == pytest.approx(luminosity, rel=6e-3, abs=0)


@pytest.mark.parametrize("model", ["b16-gs98", "b16-agss09met"])
@pytest.mark.parametrize("source", list(SOLAR_SOURCES))
def test_fluxes_are_those_of_the_paper(model, source):
    flux, error = SOLAR_MODELS[model].fluxes[source]
    published = row(f"vinyoles2017.{source}_{model.split('-')[1]}")
    assert flux / FLUX == pytest.approx(published.value, rel=1e-9, abs=0)
    assert error == pytest.approx(published.plus / published.value, rel=1e-6, abs=0)
    beam = solar_neutrinos(model=model, components=[source], duration=3 * s)
    assert float(beam.components[0].fluence) == pytest.approx(3 * s * flux)


@pytest.mark.slow
def test_lines_of_beryllium():
    both = solar_neutrinos(components=["be7"], duration=1 * s).components[0]
    apart = solar_neutrinos(components=["be7_384", "be7_862"], duration=1 * s).components
    for E_min in (0.1, 0.5, 0.9):
        one, two = (np.asarray(c.fluence * c.tail(np.array([E_min]))) for c in apart)
        np.testing.assert_allclose(
            both.fluence * np.asarray(both.tail(np.array([E_min]))), one + two, rtol=1e-12
        )
        np.testing.assert_allclose(
            both.moments(E_min) * both.fluence, sum(c.moments(E_min) * c.fluence for c in apart)
        )
    assert both.state is None
    assert apart[0].state is not None
    assert sum(LINES["be7"][1]) == pytest.approx(1.0)
    # Both end points are edges of the recoil grid, so that counts of one component are those of the two.
    counts = [recoil_counts(solar_neutrinos(components=names, duration=1 * yr), argon(), Weak())
              for names in (["be7"], ["be7_384", "be7_862"])]  # fmt: skip
    assert float(counts[0]["be7"]) == pytest.approx(sum(map(float, counts[1].values())), rel=1e-6, abs=0)


def test_states_are_density_matrices():
    for component in SUN.components:
        state = np.asarray(compiled(rho, component, np.linspace(0.01, 1, 7) * component.energies[1]))
        np.testing.assert_allclose(np.trace(state, axis1=1, axis2=2), 1.0, atol=1e-12)
        np.testing.assert_allclose(state, np.conj(np.swapaxes(state, 1, 2)), atol=1e-14)
        assert np.linalg.eigvalsh(state).min() > 0


def test_schemes():
    beams = {o: solar_neutrinos(oscillation=o, components=["b8"], duration=1 * yr) for o in OSCILLATIONS}
    states = {
        o: np.asarray(compiled(rho, beam.components[0], np.array([1e-9, 9.0]))) for o, beam in beams.items()
    }
    far = np.asarray(oscillated(monoenergetic("e", 1.0), Mixing(), "averaged").components[0].state)
    np.testing.assert_allclose(states["none"], [np.diag([1, 0, 0])] * 2, atol=1e-14)
    np.testing.assert_allclose(states["vacuum-averaged"], [far] * 2, atol=1e-14)
    for scheme in ("msw-adiabatic", "msw-two-flavour"):  # no matter at no energy
        np.testing.assert_allclose(states[scheme][0], far, atol=1e-9)
    averaged = beams["vacuum-averaged"].components[0]
    np.testing.assert_allclose(averaged.state, far, atol=1e-14)
    tail, moments = compiled(tails, averaged, np.array([0.1]))
    np.testing.assert_allclose(tail[2, 0], float(moments[2, 0]) * far, atol=1e-14)
    # Neutral currents without a charge radius see all flavours alike.
    weak = Weak(tree_couplings())
    counts = [
        float(recoil_spectrum(beams[o], argon(), weak, [0.5 * keV])["b8"][0])
        for o in ("none", "msw-adiabatic")
    ]
    assert counts[0] == pytest.approx(counts[1], rel=1e-7, abs=0)


@pytest.mark.slow
def test_mass_states_for_effective_moments():
    """sum_k P_k |U_ek|^2 is the survival probability; the moment of one mass state sees its share alone."""
    component = BY_NAME["b8"]
    P, rho = component.mass_probabilities(8.0), component.rho(8.0)
    e = np.abs(np.asarray(Mixing().unitary)[0]) ** 2
    assert float(P @ e) == pytest.approx(float(rho[0, 0].real), abs=1e-14)
    moment = np.diag([0.0, 1e-11, 0.0])
    assert float(solar_moment(moment, P)) == pytest.approx(1e-11 * float(jnp.sqrt(P[1])))


@pytest.mark.slow
def test_slopes_in_mixing_and_pulls():
    def survival(angle, splitting, pull):
        beam = solar_neutrinos(
            components=["b8"], duration=1 * s, mixing=Mixing(sin2_theta_12=angle, delta_m2_21=splitting * eV**2),
            pulls={"solar_b8_flux": pull},
        )  # fmt: skip
        component = beam.components[0]
        return component.fluence * component.tail(jnp.array([4.0]))[2, 0, 0, 0].real / FLUX / s

    at = (0.308, 7.49e-5, 0.1)
    slopes = jax.jit(jax.grad(survival, argnums=(0, 1, 2)))(*at)
    for i, step in enumerate((1e-4, 1e-8, 1e-3)):
        up, down = (survival(*[x + sign * step * (i == n) for n, x in enumerate(at)]) for sign in (1, -1))
        assert float(slopes[i]) == pytest.approx(float((up - down) / (2 * step)), rel=1e-4, abs=0)
    assert float(slopes[2]) == pytest.approx(float(survival(*at)) / 1.1, rel=1e-10, abs=0)


def test_one_program_for_all_values():
    def total(beam, energies):
        return sum(c.fluence * c.tail(energies)[2, :, 0, 0].real for c in beam.components)

    energies = np.linspace(0.1, 10.0, 9)
    first = compiled(total, SUN, energies)
    before = compiled_programs()
    second = compiled(total, solar_neutrinos(duration=1 * s, mixing=Mixing(sin2_theta_12=0.31)), energies)
    assert compiled_programs() == before
    assert np.all(np.abs(second / first - 1) < 0.01)
    assert np.all(second != first)


def test_pulls_are_named_for_their_source():
    parameters = {p.name: p for p in solar_flux_parameters("direct-detection-2021")}
    assert list(parameters) == [f"solar_{source}_flux" for source in SOLAR_SOURCES]
    assert parameters["solar_b8_flux"].sigma == 0.04
    assert SOLAR_MODELS["direct-detection-2021"].fluxes["b8"][0] / FLUX == pytest.approx(5.25e6)


def test_a_model_of_your_own():
    mine = SolarModel("mine", {"b8": (5e6 * FLUX, 0.03)}, "b16_agss09met", ("vinyoles2017",))
    beam = solar_neutrinos(model=mine, duration=1 * s)
    assert beam.labels == ("b8",)
    assert [p.name for p in solar_flux_parameters(mine)] == ["solar_b8_flux"]
    with pytest.raises(InputError, match="no flux of 'pp'"):
        solar_neutrinos(model=mine, components=["pp"], duration=1 * s)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"model": "b16-gs99"}, "b16-gs98"),
        ({"components": ["be8"]}, "be7"),
        ({"components": "pp"}, "list"),
        ({"components": ["be7", "be7_862"]}, "twice"),
        ({"components": ["pp", "pp"]}, "twice"),
        ({"oscillation": "msw"}, "msw-adiabatic"),
        ({"duration": 0.0}, "positive"),
        ({"pulls": {"solar_b9_flux": 0.1}}, "solar_b8_flux"),
        ({"pulls": {"solar_b8_flux": -1.1}}, "negative"),
        ({"time_of_day": "night"}, "latitude"),
        ({"latitude": 0.3}, "latitude"),
        ({"time_of_day": "evening"}, "day-and-night"),
        ({"oscillation": "none", "theory": Weak()}, "Leave the theory out"),
    ],
)
def test_bad_sources(given, message):
    with pytest.raises(InputError, match=message):
        solar_neutrinos(**{"duration": 1 * s, **given})


def test_what_has_travelled_does_not_travel_again():
    with pytest.raises(InputError, match="travelled already"):
        oscillated(SUN, Mixing(), 1e6 * m)
    with pytest.raises(InputError, match="baseline"):
        after_baseline(SUN, 1.0 * eV**2, (0.1, 0.0, 0.0))


@pytest.mark.slow
def test_card_equals_python():
    document = run(CARD)
    assert document.results["component"].value == ["be7", "b8"]
    assert document.card["mixing"]["sin2_theta_12"] == 0.308
    # 7Be moves no xenon nucleus above 0.05 keV, 8B does; a rate of neutral currents is blind to the sources' states.
    assert np.all(np.asarray(document.results["dN_dT"].value)[0] == 0)
    beam = solar_neutrinos(components=["be7", "b8"], duration=1 * yr)
    xenon = nuclear_targets(Material("Xe132", ((nuclide("Xe132"), 1.0),)), 1000 * kg, NuclearResponse)
    ours = recoil_spectrum(beam, xenon, Weak(), [0.5 * keV, 1 * keV])["b8"]
    np.testing.assert_allclose(np.asarray(document.results["dN_dT"].value)[1] / keV, ours, rtol=1e-10)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"components": ["be7", "be9"]}, "be7"),
        ({"components": "pp"}, "all"),
        ({"components": ["be7", "be7_862"]}, "twice"),
        ({"model": "b16"}, "b16-gs98"),
        ({"oscillation": "vacuum"}, "vacuum-averaged"),
        ({"time_of_day": "night"}, "latitude"),
        ({"latitude": "42 deg"}, "latitude"),
        ({"oscillation": "none", "matter": "interactions"}, "msw-adiabatic"),
        ({"oscillation": "none", "time_of_day": "night", "latitude": "42 deg"}, "msw-adiabatic"),
    ],
)
def test_bad_cards(source, message):
    with pytest.raises(InputError, match=message):
        run({**CARD, "source": {**CARD["source"], **source}})


@pytest.mark.slow
def test_night_in_a_card():
    source = {**CARD["source"], "components": ["b8"], "time_of_day": "day-and-night", "latitude": "42 deg"}
    card = {**CARD, "source": source}
    night = run(card)
    assert {source.key for source in night.citations} >= {"dziewonski1981", "vinyoles2017", "wolfenstein1978"}
    # Nuclei see all flavours alike.
    day = run({**card, "source": {"kind": "solar", "components": ["b8"], "duration": "1 yr"}})
    np.testing.assert_allclose(night.results["dN_dT"].value, day.results["dN_dT"].value, rtol=1e-3)


@pytest.mark.slow
def test_figures_of_the_sun():
    beam = solar_neutrinos(components=["be7", "b8"], duration=2 * s)
    fluxes = solar_fluxes(beam, 2 * s).axes[0]
    drawn = fluxes.get_lines()[0].get_ydata()
    assert np.max(drawn) == pytest.approx(5.46e6 * float(np.max(solar_shape("b8").values)), rel=1e-3, abs=0)
    heights = [segment[1][1] for segment in fluxes.collections[0].get_segments()]
    np.testing.assert_allclose(heights, [4.93e9 * 0.103, 4.93e9 * 0.897], rtol=1e-9)
    survival = survival_probability({"day": beam}, "b8").axes[0].get_lines()[0]
    assert np.interp(10.0, *survival.get_data()) == pytest.approx(0.3267, abs=2e-3)
    with pytest.raises(InputError, match="no component 'pp'"):
        survival_probability({"day": beam}, "pp")
    with pytest.raises(InputError, match="positive"):
        solar_fluxes(beam, 0.0)
