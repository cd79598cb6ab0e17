"""Atmospheric, geo-, reactor and supernova neutrinos: published totals, closed forms, energy balance, files of SNEWPY."""

import io
import os
import tarfile
from pathlib import Path

import jax
import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter.cards import schema_sources
from weakscatter.cards.errors import moved_cards
from weakscatter.cards.parse import kind_section
from weakscatter.cards.schema import KINDS
from weakscatter.cards.source import beam_by_keys, complete_source, flux_error
from weakscatter.cards.values import read
from weakscatter.flux import (
    Beam,
    Pinched,
    atmospheric_neutrinos,
    diffuse_supernova_neutrinos,
    geoneutrinos,
    reactor_background,
    snewpy_fluence,
    supernova_burst,
)
from weakscatter.flux.natural import GEONEUTRINOS
from weakscatter.flux.supernova import BURST_ENERGY, collapse_rate, diffuse_spectrum
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError
from weakscatter.provenance.tables import read_toml
from weakscatter.units import cm, erg, kpc, s, yr

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared"))
MEANS = {"nu_e": 11.0, "nu_e_bar": 14.0, "nu_x": 15.0}


def total(beam):
    return sum(float(part.fluence) for part in beam.components) * cm**2


def test_atmospheric_totals():
    """10.7 +- 25 % from 13 MeV to 10 GeV at Gran Sasso (O'Hare 2021), 0.15 of it above 944 MeV; Kamioka a third less."""
    gran_sasso = atmospheric_neutrinos(duration=1 * s)
    assert total(gran_sasso) == pytest.approx(10.7 - 0.15, abs=0.05)
    assert total(atmospheric_neutrinos(duration=1 * s, site="kamioka")) == pytest.approx(7.34, abs=0.01)
    assert [part.antineutrino for part in gran_sasso.components] == [False, True, False, True]
    # Two muon flavours for each electron flavour, from decays of pions and muons.
    e, mu = (float(gran_sasso.components[i].fluence + gran_sasso.components[i + 1].fluence) for i in (0, 2))
    assert mu / e == pytest.approx(2.0, abs=0.05)
    assert gran_sasso.relative_errors == (0.25,) * 4
    with pytest.raises(InputError, match="asked from 5"):
        gran_sasso.components[0].density(5.0)
    assert float(atmospheric_neutrinos(duration=1 * s, below="zero").components[0].density(5.0)) == 0.0


@pytest.mark.slow
def test_geoneutrinos():
    """Stated fluxes; six, four and 0.89 antineutrinos per decay of the chain; parts above the threshold of inverse beta decay."""
    beam = geoneutrinos(duration=1 * s)
    assert [float(part.fluence) * cm**2 for part in beam.components] == pytest.approx(
        [4.34e6, 4.23e6, 20.54e6]
    )
    for part, number, share in zip(
        beam.components, (6, 4, 0.8928), (0.3892 / 6, 0.1542 / 4, 0.0), strict=True
    ):
        E, phi = np.array(part.energy), np.asarray(part.values)
        assert np.trapezoid(phi, E) == pytest.approx(number, rel=6e-3, abs=0)
        assert float(part.moments(1.806)[2]) == pytest.approx(share, rel=0.02, abs=1e-12)
    assert geoneutrinos(duration=1 * s, elements=("Th",)).labels == ("nu_e_bar Th",)
    assert beam.relative_errors == tuple(error for *_, error in GEONEUTRINOS.values())


@pytest.mark.slow
def test_compilations_that_cut_geoneutrinos_hold_more():
    """A fifth to a quarter of U and Th lies below 0.1 MeV: what a cut there at constant flux adds above."""
    uranium, thorium, _ = geoneutrinos(duration=1 * s).components
    assert 1 / float(uranium.moments(0.1)[2]) == pytest.approx(1.30, abs=0.01)
    assert 1 / float(thorium.moments(0.1)[2]) == pytest.approx(1.36, abs=0.01)


def test_reactors_of_the_world():
    beam = reactor_background(duration=1 * s)
    assert total(beam) == pytest.approx(3.06e6, rel=1e-12, abs=0)
    assert beam.relative_errors == (0.08,)


@pytest.mark.parametrize("E_min", [0.0, 3.0, 20.0, 90.0])
@pytest.mark.parametrize("pinching", [2.0, 2.3, 3.5])
def test_pinched_tails_are_the_integrals(E_min, pinching):
    part = Pinched("nu_e", 12.0, pinching, 1.0, flavour_state("e"))
    E, w = np.polynomial.legendre.leggauss(200)
    high = 160.0
    # Substituting the square of the energy's root keeps the integrand smooth at zero.
    root = np.sqrt(E_min) + (np.sqrt(high) - np.sqrt(E_min)) * (1 + E) / 2
    weight = w * (np.sqrt(high) - np.sqrt(E_min)) / 2 * 2 * root
    values = np.asarray(part.density(root**2))
    for k in range(3):
        exact = float(weight @ (values * root ** (2 * (k - 2))))
        assert float(part.moments(E_min)[k]) == pytest.approx(exact, rel=1e-8, abs=1e-14)
    assert part.tail(np.array([E_min])).shape == (3, 1, 3, 3)


def test_pinched_closed_forms():
    """Maxwell-Boltzmann: tails exp(-x) (1 + x + x^2/2); mean and width m^2/(a + 1); nodes of weight one."""
    part = Pinched("nu_e", 12.0, 2.0, 1.0, flavour_state("e"))
    x = 3 * 20.0 / 12.0
    assert float(part.moments(20.0)[2]) == pytest.approx(np.exp(-x) * (1 + x + x**2 / 2), rel=1e-12, abs=0)
    E, w = (np.asarray(part) for part in Pinched("nu_e", 12.0, 2.3, 1.0, flavour_state("e")).nodes())
    assert w.sum() == pytest.approx(1.0, rel=1e-12, abs=0)
    assert w @ E == pytest.approx(12.0, rel=1e-9, abs=0)
    assert w @ E**2 - (w @ E) ** 2 == pytest.approx(144.0 / 3.3, rel=1e-8, abs=0)


def test_pinched_is_traceable():
    def above(mean):
        return Pinched("nu_e", mean, 2.3, 1.0, flavour_state("e")).moments(20.0)[1]

    step = (float(above(12.01)) - float(above(11.99))) / 0.02
    assert float(jax.grad(above)(12.0)) == pytest.approx(step, rel=1e-5, abs=0)


def test_a_burst_carries_its_energy():
    """Sum over the six species of fluence x mean energy x 4 pi d^2 is 3e53 erg; x species are two flavours each."""
    beam = supernova_burst(distance=10 * kpc, energy=BURST_ENERGY, mean_energies=MEANS)
    carried = (
        sum(float(part.fluence) * part.mean_energy for part in beam.components) * 4 * np.pi * (10 * kpc) ** 2
    )
    assert carried / erg == pytest.approx(3e53, rel=1e-12, abs=0)
    e, _, x, x_bar = (float(part.fluence) * cm**2 for part in beam.components)
    assert e == pytest.approx(5e52 / 1.602176634e-6 / 11 / (4 * np.pi * 3.0856776e22**2), rel=1e-6, abs=0)
    assert x / e == pytest.approx(2 * 11 / 15)
    assert x == x_bar
    np.testing.assert_allclose(beam.components[2].state, np.diag([0, 0.5, 0.5]))
    by_light = supernova_burst(
        distance=10 * kpc, luminosity=BURST_ENERGY / (10 * s), duration=10 * s, mean_energies=MEANS
    )
    assert total(by_light) == pytest.approx(total(beam), rel=1e-12, abs=0)


def test_the_diffuse_background_is_the_integral_over_redshift():
    """Number and energy of one neutrino per collapse: int R |dt/dz| dz, and the same over 1 + z times 3.151 T."""

    def rate(z):
        # |dt/dz| (1 + z), Mpc and yr: c/H_0 = 299792.458/70 Mpc.
        return float(collapse_rate(z)) / np.sqrt(0.3 * (1 + z) ** 3 + 0.7)

    hubble = 299792.458 / 70 * 1e3 * kpc
    E, phi = diffuse_spectrum(5.0)
    number = quad(lambda z: rate(z) / (1 + z), 0, 5, points=(1,))[0] * hubble
    energy = quad(lambda z: rate(z) / (1 + z) ** 2, 0, 5, points=(1,))[0] * hubble * 3.151374 * 5.0
    assert np.trapezoid(phi, E) == pytest.approx(number, rel=3e-4, abs=0)
    assert np.trapezoid(phi * E, E) == pytest.approx(energy, rel=3e-4, abs=0)
    assert float(collapse_rate(0.0)) * yr * (1e3 * kpc) ** 3 == pytest.approx(1.245e-4, rel=1e-3, abs=0)


def test_the_diffuse_background():
    """85.7 +- 50 % for 3, 5, 8 MeV (O'Hare 2021); ours from the rate of collapses."""
    beam = diffuse_supernova_neutrinos(duration=1 * s)
    assert total(beam) == pytest.approx(90.5, abs=0.1)
    e, e_bar, x, _ = (float(part.fluence) for part in beam.components)
    assert e / e_bar == pytest.approx(5 / 3, rel=1e-3, abs=0)
    assert x / e_bar == pytest.approx(2 * 5 / 8, rel=1e-3, abs=0)
    stated = diffuse_supernova_neutrinos(duration=1 * s, flux=85.7 / (cm**2 * s))
    assert total(stated) == pytest.approx(85.7, rel=1e-12, abs=0)
    assert stated.relative_errors == (0.5,) * 4


def table(factor=1.0):
    """A fluence of SNOwGLoBES: bins of 0.2 MeV, seven columns, GeV and 1/cm^2."""
    E = np.arange(0.0, 160.1, 0.2)
    values = np.array([(i + 1) * 1e8 * factor * E**2 * np.exp(-E / (3 + i)) for i in range(6)])
    lines = ["# TBinMid=0.5sec EBinWidth=0.2MeV", "# E(GeV) NuE NuMu NuTau aNuE aNuMu aNuTau"]
    lines += [" ".join(f"{x:.8E}" for x in (e / 1e3, *v)) for e, v in zip(E, values.T, strict=True)]
    return "\n".join(lines), E, values


def test_text_and_archive_of_snewpy(tmp_path):
    text, _, values = table()
    (tmp_path / "fluence.dat").write_text(text, encoding="utf-8")
    beam = snewpy_fluence(tmp_path / "fluence.dat")
    assert beam.labels == ("nu_e", "nu_mu", "nu_tau", "nu_e_bar", "nu_mu_bar", "nu_tau_bar")
    numbers = [float(part.fluence) * cm**2 for part in beam.components]
    np.testing.assert_allclose(numbers, values.sum(axis=1), rtol=1e-4)
    with tarfile.open(tmp_path / "series.tar.bz2", "w:bz2") as archive:
        for i, factor in enumerate((1.0, 2.0)):
            content = table(factor)[0].encode()
            info = tarfile.TarInfo(f"bin{i}.dat")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        archive.addfile(tarfile.TarInfo("parameterinfo"), io.BytesIO(b""))
    assert total(snewpy_fluence(tmp_path / "series.tar.bz2")) == pytest.approx(
        3 * total(beam), rel=1e-6, abs=0
    )


def container(path, kind, values, energy, **changes):
    units = {"d2FdEdT": "1 / (MeV s m2)", "dFdE": "1 / (MeV m2)", "dF": "1 / m2"}
    content = {
        "_class_name": kind, "array": values, "_array_unit": units.get(kind, "1"), "energy": energy, "_energy_unit": "MeV",
        "time": np.linspace(0.0, 2.0, 5), "_time_unit": "s", "flavor": np.arange(4), "_integrable_axes": np.array([1, 2]),
    } | changes  # fmt: skip
    np.savez(path, **content)
    return path


def test_containers_of_snewpy(tmp_path):
    """One spectrum as flux, fluence and bins: nu_e twice nu_x, constant for two seconds, per m^2."""
    E = np.linspace(0.0, 60.0, 301)
    shape = E**2 * np.exp(-E / 4)
    shape = shape / np.trapezoid(shape, E)
    flux = np.array([2.0, 1.0, 3.0, 1.0])[:, None, None] * np.ones((1, 5, 1)) * shape * 1e14
    beams = [
        snewpy_fluence(container(tmp_path / "flux.npz", "d2FdEdT", flux, E)),
        snewpy_fluence(container(tmp_path / "fluence.npz", "dFdE", 0.5 * flux[:, :4], E)),
        snewpy_fluence(
            container(
                tmp_path / "bins.npz", "dF", 0.5 * flux[:, :4, 1:] * np.diff(E), np.append(E[:-1] + 0.1, 60.1)
            )
        ),
    ]
    for beam in beams:
        numbers = [float(part.fluence) * cm**2 for part in beam.components]
        assert numbers == pytest.approx(2e10 * np.array([2, 1, 1, 3, 1, 1]), rel=1e-6, abs=0)
        assert [part.antineutrino for part in beam.components] == [False] * 3 + [True] * 3
    np.testing.assert_allclose(
        beams[2].components[0].density(12.0), beams[0].components[0].density(12.0), rtol=2e-3
    )


def test_bad_files_of_snewpy(tmp_path):
    E, flux = np.linspace(0.0, 60.0, 11), np.ones((4, 5, 11))
    cases = {
        "class": ("rate", flux, {}, "Known are d2FdEdT"),
        "order": ("d2FdEdT", flux, {"flavor": np.array([1, 0, 2, 3])}, "nu_e, nu_x"),
        "objects": ("d2FdEdT", flux, {"flavor": np.array([1, {}, 2, 3], dtype=object)}, "Python objects"),
        "negative": ("d2FdEdT", -flux, {}, "negative"),
        "empty": ("d2FdEdT", 0 * flux, {}, "no neutrinos"),
        "unit": ("d2FdEdT", flux, {"_energy_unit": "furlong"}, "furlong"),
    }
    for name, (kind, values, changes, words) in cases.items():
        with pytest.raises(InputError, match=words):
            snewpy_fluence(container(tmp_path / f"{name}.npz", kind, values, E, **changes))
    for name, text, words in (
        ("short.dat", "1 2 3\n4 5 6\n", "seven columns"),
        ("words.dat", "what", "no fluence"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=words):
            snewpy_fluence(tmp_path / name)
    with pytest.raises(InputError, match="no file"):
        snewpy_fluence(tmp_path / "missing.npz")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: atmospheric_neutrinos(duration=1.0, site="snolab"), "gran-sasso"),
        (lambda: atmospheric_neutrinos(duration=-1.0), "duration must be positive"),
        (lambda: geoneutrinos(duration=1.0, elements=("Rb",)), "Th"),
        (lambda: geoneutrinos(duration=1.0, elements=()), "no element"),
        (lambda: reactor_background(duration=1.0, laboratory="boulby"), "gran-sasso"),
        (lambda: diffuse_supernova_neutrinos(duration=1.0, temperatures={"nu_e": 3.0}), "lacks nu_e_bar"),
        (lambda: diffuse_supernova_neutrinos(duration=1.0, flux=-1.0), "flux must be positive"),
        (lambda: supernova_burst(distance=1.0, mean_energies=12.0), "one of the two"),
        (lambda: supernova_burst(distance=1.0, mean_energies=12.0, luminosity=1.0), "one of the two"),
        (lambda: supernova_burst(distance=1.0, mean_energies={"nu_mu": 1.0}, energy=1.0), "nu_x"),
        (lambda: supernova_burst(distance=-1.0, mean_energies=12.0, energy=1.0), "distance"),
        (lambda: Pinched("nu_e", -1.0, 2.3, 1.0, None), "mean energy"),
        (lambda: Pinched("nu_e", 12.0, 1.0, 1.0, None), "pinching"),
        (lambda: Beam(reactor_background(duration=1.0).components, relative_errors=(0.1, 0.2)), "relative errors"),
    ],
)  # fmt: skip
def test_bad_sources_are_refused(call, words):
    with pytest.raises(InputError, match=words):
        call()


CARDS = {
    "reactor": {"flux": "1e13 1/(cm^2 s)", "duration": "1 d", "fuel": {"U235": 1.0}, "neutron_capture": False},
    "spent-fuel": {"power": "3 GW", "distance": "30 m", "duration": "1 d", "irradiation": "450 d"},
    "radioactive": {"nuclide": "Cr51", "activity": "3 MCi", "distance": "2 m", "duration": "10 d"},
    "atmospheric": {"duration": "1 yr"},
    "geoneutrinos": {"duration": "1 yr", "elements": ["U"]},
    "reactor-background": {"duration": "1 yr", "flux_uncertainty": 0.1},
    "diffuse-supernova": {"duration": "1 yr", "flux": "85.7 1/(cm^2 s)"},
    "supernova-burst": {"distance": "10 kpc", "energy": "3e53 erg", "mean_energies": "12 MeV", "pinching": {"nu_e": 3.0, "nu_e_bar": 2.5, "nu_x": 2.3}},
}  # fmt: skip


def completed(kind, given, folder=Path()):
    return complete_source(kind_section("source", {"kind": kind, **given}, KINDS["source"], folder))


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_says_what_the_function_takes(kind):
    source = completed(kind, CARDS[kind])
    assert completed(kind, {k: v for k, v in source.items() if k != "kind"}) == source
    keys = KINDS["source"][kind]
    values = {
        name: read(keys[name], name, one) for name, one in source.items() if name not in ("kind", "baseline")
    }
    beam = beam_by_keys(kind, values)
    assert total(beam) > 0
    errors = flux_error(source, beam)
    assert errors.shape == (len(beam.components),)
    assert errors[0] == {
        "atmospheric": 0.25,
        "geoneutrinos": 0.2,
        "reactor-background": 0.1,
        "diffuse-supernova": 0.5,
    }.get(kind, 0.0)


def test_errors_of_fluxes_move_the_beam():
    """One standard deviation down and up, each component by its own; the budget of a card asks for both."""
    given = {"duration": 1.0}
    plain = geoneutrinos(**given)
    for pull in (-1.0, 1.0):
        moved = beam_by_keys("geoneutrinos", {**given, "flux_pull": pull})
        for one, other, error in zip(moved.components, plain.components, plain.relative_errors, strict=True):
            assert float(one.fluence / other.fluence) == pytest.approx(1 + pull * error, rel=1e-12, abs=0)
    source = completed("atmospheric", CARDS["atmospheric"])
    (flux,) = moved_cards({"constants": {}, "response": {}, "source": source})
    assert flux[0] == "flux"
    assert [card["source"]["flux_pull"] for card in flux[2:]] == [-1.0, 1.0]
    assert (
        list(moved_cards({"constants": {}, "response": {}, "source": {**source, "flux_uncertainty": 0.0}}))
        == []
    )
    with pytest.raises(InputError, match="must be positive"):
        beam_by_keys("atmospheric", {**given, "flux_pull": -5.0})


def test_every_new_kind_has_a_card():
    older = {"pion-decay-at-rest", "solar", "monoenergetic", "halo"}
    assert {*CARDS, "snewpy"} == set(schema_sources.SOURCES) - older


def test_older_names_of_a_reactor():
    new = completed("reactor", CARDS["reactor"])
    older = {"flux": "1e13 1/(cm^2 s)", "duration": "1 d", "fractions": {"U235": 1.0}, "captures": False}
    assert completed("reactor", older) == new
    with pytest.raises(InputError, match="two names"):
        completed("reactor", {**older, "fuel": {"U235": 1.0}})
    with pytest.raises(InputError, match="duration"):
        beam_by_keys("reactor", {"flux": 1.0})


def test_the_source_of_the_reactor_card():
    card = SHARED / "cards" / "09-reactor-germanium.toml"
    if not card.is_file():
        pytest.skip("the specification's cards are not beside the repository")
    source = dict(read_toml(card)["source"])
    full = completed(source.pop("kind"), source)
    assert full["spectrum"] == "huber-mueller+vogel-engel"
    assert full["neutron_capture"] is False


def test_a_file_of_snewpy_in_a_card(tmp_path):
    (tmp_path / "fluence.dat").write_text(table()[0], encoding="utf-8")
    source = completed("snewpy", {"file": "fluence.dat"}, tmp_path)
    assert len(beam_by_keys("snewpy", {"file": source["file"]}).components) == 6
