"""Slow dark matter on atoms: hydrogen by a second route, factors of the form factor, limits, spins, recoils, and what is refused."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter import constants as c
from weakscatter.flux import StandardHalo, conventional_halo
from weakscatter.interactions import (
    SlowDarkMatter,
    SlowTerm,
    dark_photon_matter,
    effective_dark_matter,
    electron_scatterer,
)
from weakscatter.interactions.conventions import sigma_e_of_mixing
from weakscatter.matter import nuclide
from weakscatter.provenance.errors import InputError
from weakscatter.response import (
    IonisedShell,
    IonisedShells,
    NuclearResponse,
    Point,
    SpinExpectation,
    ab_initio_shells,
    form_factor_squared,
    hydrogenic_photoabsorption,
    ionisation_energy,
    ionisation_factor,
    ionisation_response,
    photoabsorption,
    read_form_factors,
    shells_of_form_factors,
)
from weakscatter.scattering import (
    interference_bound,
    ionisation_amplitude,
    ionisation_spectra,
    recoil_ionisation,
    recoil_ionisation_of_photons,
    recoil_ionisation_spectrum,
    recoil_momentum,
    smallest_mass,
)
from weakscatter.units import cm, eV, hartree, keV

SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "dm"
HALO = conventional_halo()
SIGMA = 1e-37 * cm**2
I = float(ionisation_energy())


@pytest.fixture(scope="module")
def hydrogen():
    """One shell with the closed form on a grid, one electron."""
    E = np.concatenate([[0.0], np.geomspace(0.02, 3000, 60)]) * eV
    q = np.geomspace(0.01, 400, 360) * keV
    density = np.asarray(ionisation_response(E[:, None] + I * (1 + 1e-12), q)[0])
    return IonisedShells((IonisedShell("1s", I, E, q, density, beyond="zero", along_ridge=True),))


def by_quadrature(mass, sigma, form, E):
    """The formula of the literature, dR/dlnE = (rho/m) sigma_e/(8 mu^2) int q dq |f|^2 |F|^2 eta, with adaptive quadrature."""
    mu = mass * c.m_e / (mass + c.m_e)

    def integrand(u):
        q = np.exp(u)
        f2 = 4 * E * float(ionisation_response(E + I, q)[0])
        return q**2 * f2 * form(q) ** 2 * float(HALO.mean_inverse_speed((E + I) / q + q / (2 * mass)))

    v = HALO.fastest
    root = np.sqrt(1 - 2 * (E + I) / (mass * v**2))
    ends = np.log([mass * v * (1 - root), mass * v * (1 + root)])
    slow = HALO.breaks[0]
    inner = np.sqrt(max(1 - 2 * (E + I) / (mass * slow**2), 0.0))
    points = (
        np.log([mass * slow * (1 - inner), mass * slow * (1 + inner), np.sqrt(2 * c.m_e * E)])
        if inner
        else None
    )
    return (
        HALO.density
        / mass
        * sigma
        / (8 * mu**2)
        * quad(integrand, *ends, points=points, epsrel=1e-8, epsabs=0, limit=200)[0]
    )


@pytest.mark.parametrize(
    ("mediator", "form"),
    [
        ("heavy", lambda q: 1.0),
        ("light", lambda q: (c.alpha * c.m_e / q) ** 2),
        (0.01, lambda q: (1e-4 + (c.alpha * c.m_e) ** 2) / (1e-4 + q**2)),
    ],
)
def test_hydrogen_by_a_second_route(hydrogen, mediator, form):
    E = np.array([1.0, 10.0, 60.0]) * eV
    for mass in (10.0, 100.0):
        ours = ionisation_spectra([electron_scatterer(mass, SIGMA, mediator)], hydrogen, HALO, E)[0, 0] * E
        for energy, value in zip(E, ours, strict=True):
            if energy + I < mass * HALO.fastest**2 / 2:
                assert value == pytest.approx(by_quadrature(mass, SIGMA, form, energy), rel=2e-4, abs=0)
            else:
                assert value == 0.0


def test_closed_channels_are_exact_zeros(hydrogen):
    mass = 5.0
    left = mass * HALO.fastest**2 / 2 - I
    E = np.array([0.9, 0.999, 1.001, 5.0]) * left
    rate = ionisation_spectra([electron_scatterer(mass, SIGMA)], hydrogen, HALO, E)[0, 0]
    assert np.all(rate[:2] > 0)
    assert np.all(rate[2:] == 0)
    assert rate[1] < 0.1 * rate[0]
    below = smallest_mass(I, HALO.fastest)
    assert np.all(ionisation_spectra([electron_scatterer(0.999 * below, SIGMA)], hydrogen, HALO, E) == 0)


def test_converged(hydrogen):
    E = np.geomspace(1, 100, 5) * eV
    chi = [electron_scatterer(m, SIGMA, f) for m in (20.0, 1000.0) for f in ("heavy", "light")]
    once, finer = (ionisation_spectra(chi, hydrogen, HALO, E, finer=n) for n in (1, 3))
    assert once[finer > 0] == pytest.approx(finer[finer > 0], rel=2e-5, abs=0)


def test_definition_of_the_form_factor():
    """|f|^2 = (4 k^3/(2 pi)^3) sum |<k|e^(iqr)|1s>|^2 of a closed shell is 4 E R_00 of its two electrons; waves go over to plane ones."""
    x, w = np.polynomial.legendre.leggauss(48)
    for E, q in ((5 * eV, 5 * keV), (100 * eV, 20 * keV)):
        k = np.sqrt(2 * c.m_e * E)
        # <k| of unit density: the state per energy, k m dOmega/(2 pi)^3, taken out.
        square = np.abs(np.asarray(ionisation_amplitude(E + I, q, x))) ** 2 / (k * c.m_e / (2 * np.pi) ** 3)
        published = 4 * k**3 / (2 * np.pi) ** 3 * 2 * np.pi * np.sum(w * square)
        response = 2 * float(ionisation_response(E + I, q)[0])
        assert form_factor_squared(response, E) == pytest.approx(published, rel=1e-9, abs=0)
        assert ionisation_factor(response) == pytest.approx(response * hartree)


@pytest.mark.parametrize(("symbol", "shell", "electrons"), [("Ne", "2p", 6), ("Ne", "2s", 2)])
def test_form_factors_count_electrons(symbol, shell, electrons):
    """int |f|^2/(4E) dE at a momentum far above the shell's own."""
    shells = ab_initio_shells(symbol).only(shell)
    q, total = 60 * keV, 0.0
    for one in shells.shells:
        E = (
            np.concatenate(
                [np.geomspace(1e-5, 1, 40)[:-1], np.linspace(1, one.electron_energy[-1] / keV, 700)]
            )
            * keV
        )
        f2 = form_factor_squared(recoil_ionisation(IonisedShells((one,)), E, q)[0], E)
        total += np.trapezoid(f2 / (4 * E), E)
    assert total == pytest.approx(electrons, rel=0.02, abs=0)


def test_spin_counts_three_densities_without_spin_orbit_force():
    neon = ab_initio_shells("Ne").only("2p", "2s")
    E = np.array([5.0, 30.0]) * eV
    same = [electron_scatterer(100.0, SIGMA), electron_scatterer(100.0, SIGMA, spin_dependent=True)]
    density, spin = ionisation_spectra(same, neon, HALO, E).sum(1)
    assert spin == pytest.approx(density, rel=0.01, abs=0)
    # The sum over the partners hides what each does: 2p1/2 and 2p3/2 lose electrons to other ones.
    one = ionisation_spectra(same, neon.only("2p1/2"), HALO, E)[:, 0]
    assert np.all(abs(one[1] / one[0] - 1) < 0.1)


def test_spins_of_hydrogen(hydrogen):
    """c4^2 s(s + 1) s_f(s_f + 1)/3 in place of c1^2."""
    E = np.array([5.0]) * eV
    for spin in (0.5, 1.0):
        chi = [
            effective_dark_matter(50.0, c1={"e": 1e-6}),
            effective_dark_matter(50.0, c4={"e": 1e-6}, spin=spin),
        ]
        density, with_spin = ionisation_spectra(chi, hydrogen, HALO, E)[:, 0, 0]
        assert with_spin / density == pytest.approx(spin * (spin + 1) * 0.75 / 3, rel=1e-12, abs=0)
    both = effective_dark_matter(50.0, c1={"e": 1e-6}, c4={"e": 2e-6})
    assert ionisation_spectra([both], hydrogen, HALO, E)[0, 0, 0] == pytest.approx(
        density * (1 + 4 * 3 / 16), rel=1e-12, abs=0
    )


def test_terms_add_before_they_are_squared(hydrogen):
    E = np.array([3.0]) * eV
    light, heavy = SlowTerm("density", "e", 1e-11, 0.0), SlowTerm("density", "e", -1e-6)
    parts = [SlowDarkMatter(50.0, one) for one in ((light,), (heavy,), (light, heavy))]
    a, b, both = ionisation_spectra(parts, hydrogen, HALO, E)[:, 0, 0]
    assert both < a + b
    assert both > (np.sqrt(a) - np.sqrt(b)) ** 2


def test_dark_photon_is_its_reference_cross_section(hydrogen):
    E = np.array([3.0, 20.0]) * eV
    for mass in (0.0, 0.005, 300.0):
        sigma = sigma_e_of_mixing(1e-5, mass, 50.0, 0.5)
        pair = [
            dark_photon_matter(50.0, 1e-5, mass, 0.5),
            electron_scatterer(50.0, sigma, mass if mass else "light"),
        ]
        ours, reference = ionisation_spectra(pair, hydrogen, HALO, E)
        assert ours == pytest.approx(reference, rel=1e-9, abs=0)


def test_halo_that_is_given_is_the_one_that_is_used(hydrogen):
    chi, E = electron_scatterer(20.0, SIGMA), np.array([10.0]) * eV
    slow = StandardHalo(HALO.density, HALO.v0, HALO.v_earth, 0.8 * HALO.v_escape)
    rates = [float(ionisation_spectra([chi], hydrogen, halo, E)[0, 0, 0]) for halo in (HALO, slow, HALO)]
    assert rates[0] == rates[2]
    assert rates[1] < 0.9 * rates[0]


def test_recoil_of_hydrogen_is_photoabsorption(hydrogen):
    E, q_e = np.array([1.0, 10.0, 100.0]) * eV, 0.02 * keV
    ours = recoil_ionisation(hydrogen, E, q_e)[0]
    photons = np.asarray(recoil_ionisation_of_photons(hydrogenic_photoabsorption, E + I, q_e))
    assert ours == pytest.approx(photons, rel=1e-4, abs=0)
    # Below the first momentum of a table: q^2.
    assert recoil_ionisation(hydrogen, E, 1e-6 * keV)[0] == pytest.approx(
        photons * (1e-6 / 0.02) ** 2, rel=1e-4, abs=0
    )


@pytest.mark.slow
def test_recoil_of_xenon_is_measured_photoabsorption():
    """Far above the outer shells one electron at a time is within 10 %: 400 eV to 3 keV, edges left out."""
    shells, T, q_e = ab_initio_shells("Xe"), np.array([400.0, 1500.0, 3000.0]) * eV, 511 * eV
    ours = np.zeros(len(T))
    for shell in shells.shells:
        above = shell.binding < T
        if np.any(above):
            ours[above] += recoil_ionisation(IonisedShells((shell,)), T[above] - shell.binding, q_e)[0]
    assert ours == pytest.approx(
        np.asarray(recoil_ionisation_of_photons(photoabsorption("Xe"), T, q_e)), rel=0.1, abs=0
    )


def proton(spin=False):
    return NuclearResponse(
        nuclide("H1"), Point(), None, None, axial=SpinExpectation(0.5, 0.5, 0.0) if spin else None
    )


def test_recoils_by_a_second_route(hydrogen):
    mass, E, M = 60.0, 4 * eV, nuclide("H1").atomic_mass
    chi = effective_dark_matter(mass, c1={"p": 1e-6})
    ours = float(recoil_ionisation_spectrum(chi, hydrogen, proton(), HALO, np.array([E]))[0, 0])
    mu, T = mass * M / (mass + M), E + I

    def integrand(q):
        R = float(ionisation_response(T, c.m_e / M * q)[0])
        return (
            q
            * 1e-12
            * R
            * HALO.density
            / mass
            * float(HALO.mean_inverse_speed(T / q + q / (2 * mu)))
            / (2 * np.pi)
        )

    top = mu * HALO.fastest * (1 + np.sqrt(1 - 2 * T / (mu * HALO.fastest**2)))
    assert ours == pytest.approx(
        quad(integrand, 1e-7, top, epsrel=1e-7, epsabs=0, limit=400)[0], rel=1e-4, abs=0
    )
    assert recoil_momentum(1.0, M) == pytest.approx(c.m_e / M)


def test_spin_of_the_nucleus(hydrogen):
    E = np.array([4.0]) * eV
    density = recoil_ionisation_spectrum(
        effective_dark_matter(60.0, c1={"p": 1e-6}), hydrogen, proton(), HALO, E
    )
    spin = recoil_ionisation_spectrum(
        effective_dark_matter(60.0, c4={"p": 1e-6}), hydrogen, proton(True), HALO, E
    )
    assert spin / density == pytest.approx(3 / 16, rel=1e-12, abs=0)


def test_interference_is_bounded(hydrogen):
    E = np.array([1.0, 4.0]) * eV
    chi = effective_dark_matter(30.0, c1={"e": 1e-6, "p": 1e-6})
    a = ionisation_spectra([chi], hydrogen, HALO, E)[0]
    b = recoil_ionisation_spectrum(chi, hydrogen, proton(), HALO, E)
    bound = interference_bound(chi, hydrogen, proton(), HALO, E)
    assert np.all(bound > 0)
    assert np.all(bound <= 2 * np.sqrt(a * b) * 1.01)


def write(path, E, q, values):
    rows = [f"{e},{k},{f}" for e, line in zip(E, values, strict=True) for k, f in zip(q, line, strict=True)]
    path.write_text("electron_energy (eV),momentum (keV),form_factor_squared (1)\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def grid():
    E, q = np.geomspace(0.1, 200, 60), np.geomspace(0.5, 300, 160)
    return (
        E,
        q,
        np.asarray(
            form_factor_squared(ionisation_response(E[:, None] * eV + I, q * keV)[0], E[:, None] * eV)
        ),
    )


def test_form_factors_from_a_file(hydrogen, grid, tmp_path):
    shells = read_form_factors({"1s": write(tmp_path / "h.csv", *grid)}, {"1s": I}, beyond="zero")
    E = np.array([1.0, 10.0, 60.0]) * eV
    chi = [electron_scatterer(100.0, SIGMA, f) for f in ("heavy", "light")]
    assert ionisation_spectra(chi, shells, HALO, E) == pytest.approx(
        ionisation_spectra(chi, hydrogen, HALO, E), rel=2e-3, abs=0
    )


def test_holes_are_refused(grid, tmp_path):
    E, q, values = grid
    for bad in (0.0, -1.0, np.nan):
        broken = values.copy()
        broken[3, 5] = bad
        with pytest.raises(InputError, match="hole"):
            shells_of_form_factors({"1s": (E * eV, q * keV, broken)}, {"1s": I})
    path = write(tmp_path / "h.csv", E, q, values)
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:40] + lines[41:]))
    with pytest.raises(InputError, match="no grid"):
        read_form_factors({"1s": path}, {"1s": I})
    with pytest.raises(InputError, match="binding"):
        shells_of_form_factors({"1s": (E * eV, q * keV, values)}, {})


def test_outside_of_a_table_is_no_zero(grid):
    E, q, values = grid
    shells = shells_of_form_factors({"1s": (E * eV, q * keV, values)}, {"1s": I})
    chi = electron_scatterer(1000.0, SIGMA)
    with pytest.raises(InputError, match="ends at a momentum"):
        ionisation_spectra([chi], shells, HALO, np.array([1.0]) * eV)
    with pytest.raises(InputError, match="electron energies"):
        ionisation_spectra(
            [chi],
            shells_of_form_factors({"1s": (E * eV, q * keV, values)}, {"1s": I}, beyond="zero"),
            HALO,
            np.array([300.0]) * eV,
        )
    # Where nothing can happen, nothing has to be known.
    assert (
        ionisation_spectra([electron_scatterer(4.0, SIGMA)], shells, HALO, np.array([300.0]) * eV)[0, 0, 0]
        == 0
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published tables are not beside this repository")
@pytest.mark.parametrize(("shell", "electrons"), [("4d", 10), ("5p", 6), ("5s", 2)])
def test_published_tables_count_electrons(shell, electrons):
    """arXiv:1912.08204 at 50 keV: int |f|^2/(4E) dE is the electrons of the shell; a convention off by two would show."""
    with gzip.open(SHARED / "obscura" / f"Xe_{shell}_1.txt.gz", "rt") as file:
        values = np.loadtxt(file, comments="//")
    E = np.geomspace(0.1, 500, len(values)) ** 2 * keV**2 / (2 * c.m_e)
    q = np.geomspace(1, 1000, values.shape[1]) * keV
    column = values[:, np.argmin(abs(q - 50 * keV))]
    assert np.trapezoid(column / 4, np.log(E)) == pytest.approx(electrons, rel=0.02, abs=0)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: electron_scatterer(-1.0, SIGMA), "mass"),
        (lambda: electron_scatterer(10.0, -SIGMA), "sigma_e"),
        (lambda: electron_scatterer(10.0, SIGMA, "hevy"), "heavy"),
        (lambda: electron_scatterer(10.0, SIGMA, -1.0), "mediator"),
        (lambda: SlowTerm("densty", "e", 1.0), "density"),
        (lambda: SlowTerm("density", "x", 1.0), "constituent"),
        (lambda: SlowTerm("density", "e", np.nan), "finite"),
        (lambda: effective_dark_matter(10.0), "scatters on nothing"),
        (lambda: effective_dark_matter(10.0, c4={"e": 1.0}, spin=0.0), "spin"),
        (lambda: effective_dark_matter(10.0, c4={"e": 1.0}, spin=0.3), "spin"),
        (lambda: ab_initio_shells("Fe"), "Fe"),
        (lambda: ab_initio_shells("Ne").only("4d"), "shell"),
        (lambda: ab_initio_shells("Ne").with_binding({"9s": 1.0}), "shell"),
        (lambda: IonisedShells(()), "none"),
        (lambda: recoil_ionisation(ab_initio_shells("Ne"), [1 * eV], -1.0), "q_e"),
        (lambda: ionisation_spectra([electron_scatterer(10.0, SIGMA)], ab_initio_shells("Ne"), HALO, [-1.0]), "positive"),
        (lambda: recoil_ionisation_spectrum(electron_scatterer(10.0, SIGMA), ab_initio_shells("Ne"), proton(), HALO, [1 * eV]), "no nucleon"),
        (
            lambda: recoil_ionisation_spectrum(effective_dark_matter(9.0, c4={"p": 1.0}), ab_initio_shells("Ne"), proton(), HALO, [1 * eV]),
            "spins of H1",
        ),
    ],
)  # fmt: skip
def test_bad_input(make, words):
    with pytest.raises(InputError, match=words):
        make()
