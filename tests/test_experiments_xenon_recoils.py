"""Electronic recoils of XENONnT, LZ and PandaX-4T: data, backgrounds, the signal by a second route, binned and unbinned."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.experiments import analyse, experiment
from weakscatter.experiments import xenon_backgrounds as spectra
from weakscatter.experiments.xenon_recoils import sun
from weakscatter.flux.solar_components import SolarLines
from weakscatter.grids import panels
from weakscatter.interactions import Weak
from weakscatter.matter import subshells
from weakscatter.provenance.errors import InputError
from weakscatter.units import keV, t, u, yr

NAMES = ("xenonnt_er_2022", "lz_er_2022", "lz_er_2024", "pandax4t_er_2024")
FREE = {name: experiment(name, electrons="free") for name in NAMES}
UNIT = 1.0 / (t * yr * keV)


@pytest.fixture(scope="module")
def moment():
    return analyse(FREE["xenonnt_er_2022"], free=["magnetic_moment_effective"])


# --- data ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "events", "published", "window"),
    [
        ("xenonnt_er_2022", 433, 426.5, (1, 30)),
        ("lz_er_2022", 471, 463.3, (1, 20)),
        ("lz_er_2024", 1787, 1765.6, (1, 20)),
        ("pandax4t_er_2024", 1431, 1438.3, (1, 30)),
    ],
)
def test_totals_and_windows(name, events, published, window):
    one = FREE[name]
    assert one.data.sum() == events
    assert one.published.sum() == pytest.approx(published, abs=0.1)
    np.testing.assert_allclose(one.energy_edges[[0, -1]] / keV, window, rtol=1e-12)


def test_background_of_xenonnt_contains_the_efficiency():
    """Published as 15.8 +- 1.3 events per t yr keV between 1 and 30 keV: the rate before the efficiency."""
    one = FREE["xenonnt_er_2022"]
    model = one.folder.table("background.csv")
    inside = (model["energy"] > keV) & (model["energy"] < 30 * keV)
    before = model["rate"][inside] / np.asarray(one.efficiency(model["energy"][inside]))
    assert np.mean(before) / UNIT == pytest.approx(15.8, abs=0.2)
    assert np.mean(model["rate"][inside]) / UNIT < 13.0


# --- backgrounds ---------------------------------------------------------------------------------------------


def test_phase_space_without_charge_is_that_of_a_free_electron():
    T = np.array([1.0, 100.0, 2000.0]) * keV
    E = T + constants.m_e
    np.testing.assert_allclose(spectra.phase_space(T, 0, 1), E * np.sqrt(E**2 - constants.m_e**2), rtol=1e-12)


def test_fermi_function_is_the_coulomb_factor_of_slow_electrons():
    """Z = 1: F = 2 pi y/(1 - exp(-2 pi y)) up to relativistic corrections of order (alpha Z)^2."""
    T = np.array([0.5, 5.0]) * keV
    E, p = T + constants.m_e, np.sqrt(T * (T + 2 * constants.m_e))
    y = constants.alpha * E / p
    coulomb = 2 * np.pi * y / -np.expm1(-2 * np.pi * y)
    np.testing.assert_allclose(spectra.phase_space(T, 1, 1) / (p * E), coulomb, rtol=2e-3)


def test_spectra_of_decays_are_normalised():
    x, w = panels(np.linspace(0.0, spectra.XENON_136_Q, 60), 8)
    assert w @ spectra.two_neutrino_shape(x) == pytest.approx(1.0, rel=1e-8, abs=0)
    x, w = panels(np.linspace(0.0, spectra.TRITIUM_END_POINT, 60), 8)
    assert w @ spectra.tritium_shape(x) == pytest.approx(1.0, rel=1e-6, abs=0)
    # Mean energy 5.7 keV.
    assert w @ (x * spectra.tritium_shape(x)) / keV == pytest.approx(5.7, abs=0.05)


def test_two_neutrino_spectrum_rises_linearly_and_without_charge_is_polynomial():
    K = np.array([2.0, 4.0]) * keV
    rates = spectra.two_neutrino_shape(K)
    assert rates[1] / rates[0] == pytest.approx(2.0, rel=0.01, abs=0)


def test_half_life_of_136xe_gives_the_published_counts():
    """1550 +- 50 fitted events between 1 and 140 keV, from a half-life, an abundance and a spectrum."""
    one = FREE["xenonnt_er_2022"]
    own = one.numbers["exposure"] * one.in_window(spectra.xenon_136_rate)
    assert own == pytest.approx(1550, abs=50)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_named_is_flat(name):
    """The largest component is a difference of digitised and calculated numbers: from 5 to 28 keV it is flat to 4 %."""
    one = FREE[name]
    rest = one.published - one.solar_published - sum(one.backgrounds.values())
    above = rest[(one.energy_edges[:-1] > 4.5 * keV) & (one.energy_edges[1:] < 28.5 * keV)]
    assert np.all(rest > 0)
    assert np.max(np.abs(above / above.mean() - 1)) < 0.04


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow) for name in NAMES])
def test_components_add_to_the_published_model_and_each_has_its_pull(name):
    one = FREE[name]
    components = one.components(one.solar_published[:, None], {})
    np.testing.assert_allclose(sum(components.values())[:, 0], one.published, rtol=1e-12)
    assert set(one.pulls) == set(components)
    pulled = {s.parameter for s in one.scalings} - {"solar_strength"}
    assert pulled == {p.name for p in one.parameters if p.constrained}
    assert sum(one.shares.values()) == pytest.approx(1.0, rel=1e-12, abs=0)


@pytest.mark.slow
def test_solar_neutrinos_as_the_collaboration_counts_them():
    """300 +- 30 (recalled) between 1 and 140 keV: ours, before bound electrons, with the efficiency of 30 keV held."""
    T, w = panels(np.linspace(1.0, 140.0, 60) * keV, 6)
    rate = by_hand(T, {})
    one = FREE["xenonnt_er_2022"]
    kept = np.interp(T, np.asarray(one.efficiency.x), np.asarray(one.efficiency.value))
    assert w @ (kept * rate) * 1.16 == pytest.approx(300, abs=30)


# --- signal --------------------------------------------------------------------------------------------------


def by_hand(T, options):
    """dN/dT (1/MeV) of 1 t yr by quadrature over the neutrino energy, moment and binding energies as options."""
    mu, shells = options.get("moment", 0.0), options.get("shells")
    m, G, a = constants.m_e, constants.G_F, constants.alpha
    atoms = (1.0 * t) / (131.293 * u)
    electrons = 54.0 if shells is None else sum(s.occupation * (s.energy <= T) for s in shells)
    couplings = np.array([(0.9524, 0.4938), (-0.0394, -0.5062), (-0.0350, -0.5062)])
    total = 0.0
    lowest = 0.5 * (T + np.sqrt(T**2 + 2 * m * T))[:, None]
    for part in sun().components:
        if isinstance(part, SolarLines):
            E, w = np.array(part.lines), np.array(part.shares)
        else:
            # From E_min to the end for each recoil energy, on panels of its own.
            end = float(part.shape.energy[-1])
            share, w = panels(np.linspace(0.0, 1.0, 301), 2)
            span = np.maximum(end - lowest, 0.0)
            E = lowest + span * share
            w = span * w * np.interp(E, part.shape.energy, part.shape.values)
        table = np.linspace(0.05, 19.0, 8001)
        diagonal = np.real(np.einsum("eii->ei", np.asarray(part.rho(table))))
        rho = np.stack([np.interp(E, table, diagonal[:, i]) for i in range(3)], axis=-1)
        x = T[:, None]
        for flavour, (g_v, g_a) in enumerate(couplings):
            weak = (g_v + g_a) ** 2 + (g_v - g_a) ** 2 * (1 - x / E) ** 2 + (g_a**2 - g_v**2) * m * x / E**2
            sigma = G**2 * m / (2 * np.pi) * weak + np.pi * a**2 / m**2 * mu**2 * (1 / x - 1 / E)
            seen = np.where(lowest <= E, sigma, 0.0) * w * rho[..., flavour]
            total = total + seen.sum(axis=1) * float(part.fluence)
    return np.asarray(total * atoms * electrons)


@pytest.mark.slow
@pytest.mark.parametrize("electrons", ["free", pytest.param("stepping", marks=pytest.mark.slow)])
def test_signal_against_quadrature_by_hand(electrons):
    """The whole chain for xenon, from flux to bins, with a moment of 1e-11 mu_B: 1e-4 of each bin."""
    one = replace(FREE["xenonnt_er_2022"], electrons=electrons)
    analysis = analyse(one, free=["magnetic_moment_effective"])
    shells = {} if electrons == "free" else {"shells": subshells("Xe", source="measured")}
    for value in (0.0, 0.1):
        ours = analysis.predict({"magnetic_moment_effective": value})["solar"][:, 0]
        theirs = 1.16 * one.observed(lambda T, m=value * 1e-10: by_hand(T, {"moment": m, **shells}))
        # The second route knows no edges: bins below 6 keV may hold an L shell.
        calm = one.energy_edges[:-1] > 6 * keV if shells else np.ones(len(ours), dtype=bool)
        np.testing.assert_allclose(ours[calm], theirs[calm], rtol=1e-4)


@pytest.mark.slow
def test_binding_takes_away_electrons(moment):
    free = moment.predict()["solar"]
    bound = analyse(replace(FREE["xenonnt_er_2022"], electrons="stepping")).predict()["solar"]
    assert 0.90 < bound.sum() / free.sum() < 0.97
    # Ten electrons of 54 are shut below the L edges, two above.
    assert bound[1, 0] / free[1, 0] == pytest.approx(44 / 54, abs=0.01)
    assert bound[-1, 0] / free[-1, 0] == pytest.approx(52 / 54, abs=0.01)


# --- binned and unbinned ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_events_and_bins_hold_the_same_prediction(moment):
    events = analyse(
        experiment("xenonnt_er_2022", electrons="free", statistic="unbinned"),
        free=["magnetic_moment_effective"],
    )
    cells = {name: c[:290, 0] for name, c in events.predict({"magnetic_moment_effective": 0.1}).items()}
    bins = moment.predict({"magnetic_moment_effective": 0.1})
    for name, counts in cells.items():
        np.testing.assert_allclose(
            counts.reshape(29, 10).sum(axis=1), bins[name][:, 0], rtol=2e-4, err_msg=name
        )
    assert events.term.degrees is None
    assert events.binned.experiment.name == "xenonnt_er_2022"
    np.testing.assert_allclose(
        sum(events.binned.predict().values()), sum(moment.predict().values()), rtol=1e-12
    )
    assert moment.binned is moment


def test_unbinned_needs_events():
    with pytest.raises(InputError, match="one by one"):
        experiment("lz_er_2024", statistic="unbinned")


def test_electrons_by_word_or_by_object():
    with pytest.raises(InputError, match="stepping"):
        experiment("lz_er_2024", electrons="step")
    assert experiment("lz_er_2024").electrons == "stepping"


def test_travels_to_another_process():
    one = pickle.loads(pickle.dumps(FREE["lz_er_2022"]))
    np.testing.assert_array_equal(one.data, FREE["lz_er_2022"].data)


@pytest.mark.slow
def test_the_theory_is_the_signal():
    """No weak interaction, no signal: the backgrounds hold no solar neutrinos of their own."""
    theory = Weak()
    counts = np.asarray(FREE["lz_er_2022"].build(theory, {}).counts())[:, 0]
    np.testing.assert_allclose(counts, FREE["lz_er_2022"].solar_published, rtol=1e-12)
