"""Tabulated spectra against quadrature and closed forms; the reactor against its quoted yields and fluxes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.flux import Tabulated, fission, reactor_antineutrinos
from weakscatter.flux.fission_spectra import spectrum_per_fission
from weakscatter.flux.reactor import energy_per_fission, quoted_yield
from weakscatter.grids import gauss_legendre
from weakscatter.interactions import Weak
from weakscatter.matter import material, nuclide
from weakscatter.mixing import flavour_state
from weakscatter.model import Model, Target, contributions, nuclear_targets, recoil_counts, recoil_spectrum
from weakscatter.provenance.errors import InputError
from weakscatter.published import row
from weakscatter.response import FreeElectrons, Helm, NuclearResponse
from weakscatter.units import GW, W, cm, day, fm, keV, kg, m, s

E_NODES = np.array([0.5, 0.8, 1.3, 2.0, 5.0])
VALUES = np.array([0.2, 1.1, 0.7, 0.3, 0.05])
TABLE = Tabulated("nu_e", E_NODES, VALUES, 3.0, flavour_state("e"))
CORE = reactor_antineutrinos(power=3.6 * GW, distance=20.7 * m, duration=1 * s).components[0]
PAIRS = tuple(sorted(fission.FRACTIONS.items()))


def quadrature(component, E_min, k):
    """Integral of density E^(k-2) above E_min, by Gauss-Legendre on every segment."""
    edges = np.unique(np.clip([E_min, *component.energy], E_min, None))
    x, w = gauss_legendre(24)
    low, width = edges[:-1, None], np.diff(edges)[:, None]
    E = low + 0.5 * width * (1 + x)
    return float(np.sum(0.5 * width * w * np.asarray(component.density(E)) * E ** (k - 2)))


@pytest.mark.parametrize("E_min", [0.5, 0.71, 0.8, 1.9999, 3.3, 5.0, 7.0])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_tails_are_the_integrals(E_min, k):
    expected = quadrature(TABLE, E_min, k) if E_min < 5.0 else 0.0
    assert float(TABLE.moments(E_min)[k]) == pytest.approx(expected, rel=1e-12, abs=1e-15)
    tail = np.asarray(TABLE.tail(np.array([E_min])))
    assert tail.shape == (3, 1, 3, 3)
    assert tail[k, 0, 0, 0].real == pytest.approx(expected, rel=1e-12, abs=1e-15)
    assert tail[k, 0, 1, 1] == 0


@pytest.mark.parametrize("E_min", [0.01, 1.7, 2.0, 5.21, 8.0, 9.9])
@pytest.mark.parametrize("k", [0, 1, 2])
def test_tails_of_the_reactor_are_the_integrals(E_min, k):
    assert float(CORE.moments(E_min)[k]) == pytest.approx(quadrature(CORE, E_min, k), rel=1e-9, abs=0)


def test_a_box_has_the_moments_of_a_box():
    box = Tabulated("nu_e", [1.0, 3.0], [7.0, 7.0], 1.0, flavour_state("e"))
    np.testing.assert_allclose(
        box.moments(1.5)[:, None][:, 0], [0.5 * (1 / 1.5 - 1 / 3), 0.5 * np.log(2), 0.75], rtol=1e-14
    )
    assert float(box.density(2.0)) == 0.5


def test_the_unit_of_the_values_does_not_matter():
    other = Tabulated("nu_e", E_NODES, 8.1e40 * VALUES, 3.0, flavour_state("e"))
    np.testing.assert_allclose(other.moments(0.9), TABLE.moments(0.9), rtol=1e-13)
    assert other.fluence == TABLE.fluence


def test_nodes_integrate_the_spectrum():
    E, w = TABLE.nodes()
    assert float(np.sum(w)) == pytest.approx(1.0, rel=1e-14, abs=0)
    x, weight = gauss_legendre(8)
    low, width = E_NODES[:-1, None], np.diff(E_NODES)[:, None]
    fine = low + 0.5 * width * (1 + x)
    second = np.sum(0.5 * width * weight * np.asarray(TABLE.density(fine)) * fine**2)
    assert float(np.sum(w * E**2)) == pytest.approx(float(second), rel=1e-12, abs=0)


def test_policy_below_the_table():
    with pytest.raises(InputError, match="below='zero'"):
        TABLE.moments(0.4)
    assert np.all(np.isnan(jax.jit(TABLE.moments)(0.4)))
    zero = Tabulated("nu_e", E_NODES, VALUES, 3.0, flavour_state("e"), below="zero")
    np.testing.assert_allclose(zero.moments(0.4), zero.moments(0.5), rtol=1e-14)
    assert float(zero.density(0.4)) == 0.0
    assert float(TABLE.density(6.0)) == 0.0


def test_tails_are_traceable_in_the_values():
    def tail(values):
        return Tabulated("nu_e", E_NODES, values, 1.0, flavour_state("e")).moments(1.0)[0]

    gradient = np.asarray(jax.grad(tail)(jnp.asarray(VALUES)))
    step = 1e-6 * np.eye(5)
    numeric = [(float(tail(VALUES + h)) - float(tail(VALUES - h))) / 2e-6 for h in step]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"energy": [1.0, 1.0]}, "increasing"),
        ({"energy": [-1.0, 1.0]}, "not negative"),
        ({"values": [1.0, -1.0]}, "not negative"),
        ({"values": [1.0]}, "shape"),
        ({"values": [0.0, 0.0]}, "not all zero"),
        ({"below": "zer"}, "zero"),
    ],
)
def test_bad_tables_are_refused(change, words):
    given = {"energy": [1.0, 2.0], "values": [1.0, 1.0], "fluence": 1.0, "state": flavour_state("e")} | change
    with pytest.raises(InputError, match=words):
        Tabulated("nu_e", **given)


def test_the_fluence_is_fissions_times_antineutrinos_by_hand():
    """P/<E> per second, 6.81 antineutrinos each, over 4 pi L^2; joules per MeV written out."""
    fissions = 3.6e9 / (205.4552 * 1.602176634e-13)
    per_fission = np.trapezoid(*reversed(spectrum_per_fission(PAIRS)))
    expected = fissions * per_fission / (4 * np.pi * 2070.0**2)
    assert CORE.fluence * cm**2 == pytest.approx(expected, rel=1e-9, abs=0)
    assert expected == pytest.approx(1.383e13, rel=1e-3, abs=0)


def test_power_comes_in_any_unit():
    watts = reactor_antineutrinos(power=3.6e9 * W, distance=2070 * cm, duration=1 * s).components[0]
    assert watts.fluence == pytest.approx(CORE.fluence, rel=1e-13, abs=0)


def test_antineutrinos_per_fission():
    """Sheet: 5.60 summed, 6.04 quoted, 1.2 more by captures; about 1.9 above the threshold of inverse beta decay."""
    assert energy_per_fission(fission.FRACTIONS) == pytest.approx(205.455, abs=1e-3)
    assert quoted_yield(fission.FRACTIONS, captures=False) == pytest.approx(6.04, abs=0.005)
    E, phi = spectrum_per_fission(PAIRS, False, "zero")
    assert np.trapezoid(phi, E) == pytest.approx(5.60, abs=0.015)
    with_captures = np.trapezoid(*reversed(spectrum_per_fission(PAIRS, True, "zero")))
    assert with_captures - np.trapezoid(phi, E) == pytest.approx(1.2, abs=1e-9)
    E, phi = spectrum_per_fission(PAIRS)
    whole = np.trapezoid(phi, E)
    assert float(CORE.moments(1.8)[2]) * whole == pytest.approx(1.853, abs=0.001)
    assert float(CORE.moments(8.0)[2]) * whole == pytest.approx(9.9e-4, rel=0.02, abs=0)


def test_captures_stay_below_their_end_point():
    E, phi = spectrum_per_fission(PAIRS, True)
    E0, phi0 = spectrum_per_fission(PAIRS, False)
    above = E > 1.3
    np.testing.assert_array_equal(phi[above], np.interp(E[above], E0, phi0))
    assert np.interp(0.3, E, phi) > 1.5 * np.interp(0.3, E0, phi0)


def test_spectra_at_published_points():
    """235U alone: the table below 2 MeV, the polynomial of Huber above, continuous at the join."""
    E, phi = spectrum_per_fission((("U235", 1.0),), False)
    assert np.interp(0.75, E, phi) == 2.66
    # Printed in the 250 keV table of arXiv:1106.0687 at the bin centres; the polynomial fits it to a few per cent.
    for energy, printed in ((2.25, 1.11532), (3.0, 0.650506), (4.0, 0.29357), (4.5, 0.179387)):
        assert np.interp(energy, E, phi) == pytest.approx(printed, rel=0.03, abs=0)
    assert np.all(np.diff(E) > 0)
    assert np.max(np.abs(np.diff(phi[(E > 1.9) & (E < 2.1)]))) < 0.3
    exact = np.exp(np.polyval(fission.POLYNOMIALS["U235"][::-1], 7.356))
    assert np.interp(7.356, E, phi) == pytest.approx(exact, rel=3e-4, abs=0)


def test_mean_energy():
    E, w = CORE.nodes()
    assert float(np.sum(w)) == pytest.approx(1.0, rel=1e-12, abs=0)
    assert float(np.sum(w * E)) == pytest.approx(1.364, abs=0.002)


def test_a_stated_flux_fixes_the_fissions():
    """3 GW at 30 m with 205 MeV and 7.2 per fission make 5.8e12 per cm^2 and s (sheet, section 10)."""
    flux = 3e9 / (energy_per_fission(fission.FRACTIONS) * 1.602176634e-13) * 7.24 / (4 * np.pi * 3000.0**2)
    assert flux == pytest.approx(5.8e12, rel=0.01, abs=0)
    stated = reactor_antineutrinos(flux=flux / (cm**2 * s), duration=1 * s).components[0]
    by_power = reactor_antineutrinos(power=3 * GW, distance=30 * m, duration=1 * s).components[0]
    assert stated.fluence == pytest.approx(by_power.fluence, rel=1e-3, abs=0)


def test_conus_flux():
    assert row("conus2025.flux").agrees(float(CORE.fluence * cm**2) * 7.24 / 6.8116)


def test_it_is_an_electron_antineutrino():
    assert CORE.antineutrino
    assert CORE.label == "nu_e_bar"
    np.testing.assert_array_equal(np.asarray(CORE.rho(3.0)), np.diag([1, 0, 0]))
    assert CORE.arrival(None) is None
    assert CORE.energies == (0.0, 12.0)


def test_the_spectrum_of_recoils_on_germanium():
    """dN/dT ~ int phi (1 - T/E - M T/2E^2) dE above E_min, times F^2 = 1 - q^2 R^2/3 for R near 4.1 fm."""
    T = np.array([0.1, 0.5, 1.0, 1.5]) * keV
    targets = nuclear_targets(material("Ge74"), 1 * kg, lambda n: NuclearResponse(n, Helm()))
    beam = reactor_antineutrinos(power=3.6 * GW, distance=20.7 * m, duration=1 * day)
    spectrum = np.asarray(Model(beam, Weak(), targets).spectra(jnp.asarray(T))["nu_e_bar"])
    M = nuclide("Ge74").mass
    E = np.linspace(0.0, 12.0, 240001)[1:]
    phi = np.asarray(beam.components[0].density(E))
    low = (T + np.sqrt(T**2 + 2 * M * T)) / 2
    form = 1 - 2 * M * T * (4.1 * fm) ** 2 / 3
    by_hand = form * [
        float(np.sum(np.where(e < E, phi * (1 - t / E - M * t / (2 * E**2)), 0.0)))
        for t, e in zip(T, low, strict=True)
    ]
    np.testing.assert_allclose(spectrum / spectrum[0], by_hand / by_hand[0], rtol=2e-3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "power and distance, or by a flux"),
        ({"power": 1.0, "distance": 1.0, "flux": 1.0}, "one of the two"),
        ({"power": -1.0, "distance": 1.0}, "power must be positive"),
        ({"flux": 1.0, "fractions": {"U235": 0.5}}, "sum to 0.5"),
        ({"flux": 1.0, "fractions": {"U236": 1.0}}, "U235"),
        ({"flux": 1.0, "fractions": {"U235": 1.5}}, "from 0 to 1"),
        ({"flux": 1.0, "above": "huber"}, "vogel-engel"),
    ],
)
def test_bad_reactors_are_refused(given, words):
    with pytest.raises(InputError, match=words):
        reactor_antineutrinos(duration=1.0, **given)


@pytest.mark.parametrize("ask", [recoil_spectrum, contributions])
def test_no_recoil_is_predicted_from_a_part_of_the_spectrum(ask):
    """Electrons of 5 keV are mostly made by neutrinos below 2 MeV, where the polynomials say nothing."""
    beam = reactor_antineutrinos(
        flux=1e13 / cm**2 / s, duration=1 * day, spectrum="huber-mueller", captures=False
    )
    electron = (Target(FreeElectrons(1.0)),)
    with pytest.raises(InputError, match="known from 2 MeV on, and recoils of 5 keV"):
        ask(beam, electron, Weak(), [5 * keV])
    with pytest.raises(InputError, match="known from 2 MeV on"):
        recoil_counts(beam, electron, Weak(), lowest=5 * keV)
    assert recoil_counts(beam, electron, Weak(), lowest=3e3 * keV)["nu_e_bar"] > 0
