"""Reactor spectra by name: totals, published yields of inverse beta decay, joins, equilibrium, normalisation."""

import numpy as np
import pytest

from weakscatter.cards import schema_sources
from weakscatter.flux import fission, natural, radioactive, reactor_antineutrinos
from weakscatter.flux.fission_spectra import ABOVE, EQUILIBRIUM, SPECTRA, spectrum_per_fission
from weakscatter.flux.reactor import NORMALISATIONS, energy_per_fission, quoted_yield
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.sources import source
from weakscatter.units import GW, cm, m, s

PAIRS = tuple(sorted(fission.FRACTIONS.items()))
UNIT = 1 / (cm**2 * s)


def per_fission(spectrum, pairs=PAIRS, **given):
    return float(np.trapezoid(*reversed(spectrum_per_fission(pairs, False, spectrum=spectrum, **given))))


def inverse_beta_yield(isotope, spectrum):
    """Antineutrinos per fission times the cross section of inverse beta decay (Strumia and Vissani 2003), 1e-43 cm^2."""
    E, phi = spectrum_per_fission(((isotope, 1.0),), False, "zero", spectrum)
    fine = np.linspace(1.806, 8.0, 6001)
    electron = fine - 1.2933
    momentum = np.sqrt(np.maximum(electron**2 - 0.511**2, 0.0))
    log = np.log(fine)
    sigma = momentum * electron * fine ** (-0.07056 + 0.02018 * log - 0.001953 * log**3)
    return float(np.trapezoid(np.interp(fine, E, phi) * sigma, fine))


@pytest.mark.parametrize(
    ("spectrum", "total"),
    [
        ("huber-mueller+vogel-engel", 5.612), ("mueller+vogel-engel", 5.612), ("kopeikin-2021+vogel-engel", 5.557),
        ("huber-mueller+estienne-2019", 5.586), ("vogel-engel", 5.549), ("estienne-2019", 5.532), ("huber-mueller", 1.586),
    ],
)  # fmt: skip
def test_antineutrinos_per_fission_of_a_typical_mix(spectrum, total):
    assert per_fission(spectrum) == pytest.approx(total, abs=0.002)
    assert all(source(key) for key in SPECTRA[spectrum].citations)


def test_every_spectrum_has_its_total():
    mark = test_antineutrinos_per_fission_of_a_typical_mix.pytestmark[0]
    assert [case[0] for case in mark.args[1]] == list(SPECTRA)


def test_words_of_cards_are_those_of_the_room():
    assert tuple(SPECTRA) == schema_sources.SPECTRA
    assert schema_sources.REACTOR["above"].words == ABOVE
    assert schema_sources.REACTOR["equilibrium"].words == EQUILIBRIUM
    assert schema_sources.REACTOR["normalisation"].words == NORMALISATIONS
    assert schema_sources.REACTOR["fission_energies"].words == tuple(fission.ENERGY_PER_FISSION)
    assert tuple(natural.ATMOSPHERIC_SITES) == schema_sources.SITES
    assert tuple(natural.LABORATORIES) == schema_sources.LABORATORIES
    assert schema_sources.NUCLIDES == radioactive.NUCLIDES


def test_the_summation_keeps_the_bins_of_its_table():
    """Sum of the 101 bins of 0.1 MeV for 235U, 450 d: 5.623; the broken line through their centres begins at zero."""
    assert per_fission("estienne-2019", (("U235", 1.0),)) == pytest.approx(5.6232, rel=4e-3, abs=0)
    E, phi = spectrum_per_fission((("U235", 1.0),), False, spectrum="estienne-2019")
    assert np.trapezoid(phi[E >= 2.0], E[E >= 2.0]) == pytest.approx(1.5888, rel=4e-3, abs=0)


@pytest.mark.parametrize(
    ("isotope", "spectrum", "published"),
    [
        ("U235", "huber-mueller+vogel-engel", 6.69), ("U238", "huber-mueller+vogel-engel", 10.10),
        ("Pu239", "huber-mueller+vogel-engel", 4.40), ("Pu241", "huber-mueller+vogel-engel", 6.03),
        ("U235", "kopeikin-2021+vogel-engel", 6.27), ("U238", "kopeikin-2021+vogel-engel", 9.34),
        ("U235", "estienne-2019", 6.28), ("U238", "estienne-2019", 10.14), ("Pu239", "estienne-2019", 4.42),
        ("Pu241", "estienne-2019", 6.23),
    ],
)  # fmt: skip
def test_yields_of_inverse_beta_decay(isotope, spectrum, published):
    """Yields in 1e-43 cm^2 per fission as compared by Giunti et al. (arXiv:2110.06820), recalled; ours without corrections."""
    assert inverse_beta_yield(isotope, spectrum) == pytest.approx(published, rel=0.02, abs=0)


def test_the_measured_ratio_lowers_uranium():
    """1.054 between the ratios 235U/239Pu of 1985 and 2021: 235U goes down by as much above 2 MeV."""
    old = inverse_beta_yield("U235", "huber-mueller+vogel-engel")
    assert old / inverse_beta_yield("U235", "kopeikin-2021+vogel-engel") == pytest.approx(1.054, abs=0.004)


def test_joins():
    for name in SPECTRA:
        E, phi = spectrum_per_fission(PAIRS, False, spectrum=name)
        assert np.all(np.diff(E) > 0)
        assert np.all(phi >= 0)
        assert E[0] == (2.0 if name == "huber-mueller" else 0.0)
        assert E[-1] == pytest.approx({"huber-mueller": 8.0}.get(name, 10.05 if "estienne" in name else 12.0))
        inner = (E > 2.0) & (E < 7.9)
        assert np.max(phi[inner][1:] / phi[inner][:-1]) < 1.0


def test_equilibrium_adds_what_the_papers_say():
    """235U at 2 MeV: 5.7 % (Mueller et al., table VII); Estienne et al. 450 d against 12 h at 2.05 MeV: 1.21426/1.18522."""
    one = (("U235", 1.0),)
    E, before = spectrum_per_fission(one, False)
    _, mueller = spectrum_per_fission(one, False, equilibrium="mueller-2011")
    _, estienne = spectrum_per_fission(one, False, equilibrium="estienne-2019")
    E, before, mueller, estienne = (values[1:] for values in (E, before, mueller, estienne))
    ratio = mueller / before
    assert ratio[E == 2.0] == pytest.approx(1.057, rel=1e-9, abs=0)
    assert ratio[np.abs(E - 2.5) < 1e-9] == pytest.approx(1.044, rel=1e-9, abs=0)
    np.testing.assert_array_equal(ratio[(E < 2.0) | (E > 4.5)], 1.0)
    at = np.argmin(np.abs(E - 2.05))
    assert estienne[at] - before[at] == pytest.approx(1.21426 - 1.18522, rel=1e-2, abs=0)
    for name in ("estienne-2019", "vogel-engel"):
        with pytest.raises(InputError, match="twice"):
            spectrum_per_fission(one, False, spectrum=name, equilibrium="mueller-2011")


def test_a_polynomial_is_not_extrapolated():
    beam = reactor_antineutrinos(flux=UNIT, duration=1 * s, spectrum="huber-mueller", captures=False)
    core = beam.components[0]
    assert core.energies == (2.0, 8.0)
    with pytest.raises(InputError, match="asked from"):
        core.density(1.5)
    with pytest.raises(InputError, match="neutron_capture"):
        reactor_antineutrinos(flux=UNIT, duration=1 * s, spectrum="huber-mueller")


@pytest.mark.parametrize("captures", [True, False])
def test_normalisation(captures):
    """7.24 quoted against 6.81 summed with captures, 6.04 against 5.61 without: more antineutrinos, or fewer fissions."""
    power = {"power": 3 * GW, "distance": 30 * m, "duration": 1 * s, "captures": captures}
    summed = reactor_antineutrinos(**power).components[0].fluence
    whole = reactor_antineutrinos(**power, normalisation="total").components[0].fluence
    quoted = quoted_yield(fission.FRACTIONS, captures=captures)
    assert whole / summed == pytest.approx(quoted / (5.6116 + 1.2 * captures), rel=1e-3, abs=0)
    fissions = 3e9 / (205.4552 * 1.602176634e-13) / (4 * np.pi * 3000.0**2)
    assert whole * cm**2 == pytest.approx(fissions * quoted, rel=1e-5, abs=0)
    stated = {"flux": 1e13 * UNIT, "duration": 1 * s, "captures": captures}
    total = reactor_antineutrinos(**stated, normalisation="total").components[0]
    assert total.fluence * cm**2 == pytest.approx(1e13, rel=1e-12, abs=0)
    by_fissions = reactor_antineutrinos(**stated).components[0]
    assert total.fluence / by_fissions.fluence == pytest.approx(whole / summed, rel=1e-12, abs=0)


def test_energies_per_fission():
    ma = energy_per_fission(fission.FRACTIONS, "ma-2013")
    assert ma == pytest.approx(0.55 * 202.36 + 0.07 * 205.99 + 0.32 * 211.12 + 0.06 * 214.26)
    one = {"power": 1 * GW, "distance": 1 * m, "duration": 1 * s}
    ratio = reactor_antineutrinos(**one).components[0].fluence / (
        reactor_antineutrinos(**one, fission_energies="ma-2013").components[0].fluence
    )
    assert ratio == pytest.approx(ma / 205.4552, rel=1e-6, abs=0)
    assert "ma2013" in reactor_antineutrinos(**one, fission_energies="ma-2013").citations


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"spectrum": "huber"}, "huber-mueller"),
        ({"equilibrium": "mueller"}, "mueller-2011"),
        ({"normalisation": "yields"}, "total"),
        ({"fission_energies": "ma"}, "ma-2013"),
        ({"fractions": {"U235": -0.1, "Pu239": 1.1}}, "from 0 to 1"),
        ({"fractions": {"U235": True}}, "from 0 to 1"),
    ],
)
def test_bad_words_are_refused(given, words):
    with pytest.raises(InputError, match=words):
        reactor_antineutrinos(flux=UNIT, duration=1 * s, **given)
