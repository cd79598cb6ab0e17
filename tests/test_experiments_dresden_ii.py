"""Dresden-II: restated tables, backgrounds in closed form, the prediction by hand and beside a public code, fits."""

import os
import sys
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import erf
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from weakscatter.detectors import (
    DirectSmearing,
    GaussianResolution,
    PerfectEfficiency,
    TruncatedGaussianResolution,
)
from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.experiments.dresden_ii.background import backgrounds, nominal
from weakscatter.flux import Beam, Tabulated
from weakscatter.flux.reactor import spectrum_per_fission
from weakscatter.inference import Parameter, profile_batch
from weakscatter.interactions import Weak, coupling_set
from weakscatter.mixing import flavour_state
from weakscatter.provenance.errors import InputError
from weakscatter.published import row
from weakscatter.published.dresden_ii import no_signal
from weakscatter.units import cm, day, eV, keV, s

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WEAKSCATTER_SHARED", ROOT.parent / "shared"))
RELEASE = SHARED / "data" / "coherent" / "dresden2_arxiv2202.09672"
ON = experiment("dresden_ii")


def test_restated_tables_are_those_of_the_release(tmp_path, monkeypatch):
    if not RELEASE.is_dir():
        pytest.skip(
            f"no official release at {RELEASE}; set WEAKSCATTER_SHARED to the folder above data/coherent"
        )
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    from restate_dresden_ii import main

    assert main([str(RELEASE), "--out", str(tmp_path)]) == 0
    ours = ROOT / "src" / "weakscatter" / "experiments" / "dresden_ii"
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (ours / path.name).read_bytes(), path.name
    copy = tmp_path / "release"
    copy.mkdir()
    for path in RELEASE.glob("*.txt"):
        copy.joinpath(path.name).write_bytes(path.read_bytes())
    text = copy.joinpath("data_release.txt").read_text()
    copy.joinpath("data_release.txt").write_text(text.replace("92.851", "92.852"))
    assert main([str(copy), "--out", str(tmp_path / "out")]) == 2


def test_bins():
    """130 bins of 10 eV from 0.2 to 1.5 keV: a count of newlines would lose the last."""
    np.testing.assert_allclose(ON.energy_edges / keV, np.linspace(0.2, 1.5, 131), rtol=1e-12)
    assert ON.data.shape == (130, 1)
    assert ON.data[[0, -1], 0].tolist() == [92.851, 14.61]
    assert np.all(ON.errors > 0)


def test_periods_have_their_own_rates_and_errors():
    """Counts per rate, rate/error^2, are the exposures: three times more with the reactor on, 96.4 to 25 days at most."""
    off = experiment("dresden_ii", period="off")
    assert off.data[:20].sum() < 0.5 * ON.data[:20].sum()
    exposures = [np.median(setup.data / setup.errors**2) for setup in (ON, off)]
    assert 2.5 < exposures[0] / exposures[1] < 96.4 / 25


def test_stated_flux():
    """2.96 GW at 10.39 m are the stated 4.8e13/(cm^2 s), captures included."""
    from weakscatter.experiments.dresden_ii import _numbers
    from weakscatter.published.counting import quoted_flux

    numbers = _numbers()
    flux = quoted_flux(numbers["power"], numbers["distance"])
    assert flux == pytest.approx(numbers["flux"], rel=0.01, abs=0)


def test_backgrounds_are_the_integrals():
    values = nominal(ON._background_parameters) | {"epithermal_scale_dresden": 0.31}
    held = {"l2_energy": 1.142, "l2_share": 0.008, "m_energy": 0.158, "m_width": 0.0685}
    edges = np.array([0.2, 0.25, 0.7, 1.1, 1.5])
    found = backgrounds(edges, values, **held)

    def epithermal(E):
        return 100 * (15.0 + 150.0 * np.exp(-E / 0.31))

    def captures(E):
        peaks = ((1.0, 1.297, 0.07), (0.008, 1.142, 0.07), (0.16, 0.158, 0.0685))
        return 1500 * sum(
            a * np.exp(-0.5 * ((E - e) / w) ** 2) / (np.sqrt(2 * np.pi) * w) for a, e, w in peaks
        )

    for name, density in (("epithermal", epithermal), ("electron_capture", captures)):
        exact = [quad(density, a, b, epsabs=0, epsrel=1e-10, points=[1.297] if b > 1.2 else None)[0]
                 for a, b in pairwise(edges)]  # fmt: skip
        np.testing.assert_allclose(found[name], exact, rtol=1e-9)


def test_truncated_gaussian():
    """Everything is kept; far from zero it is the Gaussian, at zero energy twice the Gaussian above zero."""
    noise = 68.5 * eV
    cut, whole = TruncatedGaussianResolution(noise), GaussianResolution(noise)
    edges = np.linspace(0.0, 1.2, 49) * keV
    E = np.array([1e-3, 0.02, 0.1, 0.5]) * keV
    S = DirectSmearing(cut, PerfectEfficiency(), edges).response(E, [1.0])
    np.testing.assert_allclose(np.sum(S, axis=0), 1.0, rtol=1e-7)
    plain = DirectSmearing(whole, PerfectEfficiency(), edges).response(E, [1.0])
    kept = [0.5 * (1 + erf(e / noise / 2**0.5)) for e in E]
    np.testing.assert_allclose(S, plain / np.array(kept), rtol=1e-7, atol=1e-12)


@lru_cache(maxsize=1)
def predicted():
    return {name: np.asarray(experiment("dresden_ii", quenching=name).build(Weak(), {}).counts()).ravel()
            for name in ("fef", "ybe")}  # fmt: skip


@pytest.mark.slow
def test_prediction_by_hand():
    """Rate per day from dsigma/dT = G_F^2 M/pi Q^2 (1 - T/E - MT/2E^2), all numbers written out; one isotope."""
    beam = ON.beam().components[0]
    E = np.linspace(0.02, 12.0, 3000)
    phi = np.asarray(beam.density(E)) * float(beam.fluence)
    T = np.geomspace(6.9e-6, 4.3e-3, 900)
    Z, A = 32, 72.630
    M = A * 931.494 - Z * 0.511
    charge = 0.0401 * Z - 0.5094 * (A - Z)
    shape = 1 - T[:, None] / E - M * T[:, None] / (2 * E**2)
    open_channel = (T[:, None] + np.sqrt(T[:, None] ** 2 + 2 * M * T[:, None])) / 2 < E
    rate = np.trapezoid(np.where(open_channel, shape * phi, 0.0), E, axis=1)
    rate = rate * 1.1663787e-11**2 * M / np.pi * charge**2
    rate = rate * 2924 / A * 6.02214076e23
    from weakscatter.experiments.dresden_ii import _folder

    table = _folder().table("quenching.csv")
    light = T * np.interp(T, table["recoil"], table["fef"])
    width = np.sqrt(68.5e-6**2 + 0.11 * 2.96e-6 * light)
    for low, high in ((0, 20), (20, 60)):
        ends = [(2e-4 + 1e-5 * i) for i in (low, high)]
        kept = np.array([
            (erf((ends[1] - x) / (2**0.5 * w)) - erf((ends[0] - x) / (2**0.5 * w))) / (1 + erf(x / (2**0.5 * w)))
            for x, w in zip(light, width, strict=True)
        ])  # fmt: skip
        assert predicted()["fef"][low:high].sum() == pytest.approx(
            np.trapezoid(rate * kept, T), rel=0.03, abs=0
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("quenching", "theirs"),
    [("fef", (22.22968, 18.45799, 15.27794)), ("ybe", (15.3734, 11.94567, 9.203123))],
)
def test_first_bins_of_a_public_code(quenching, theirs):
    """An analysis code of these data, with its normalisation: spectra without captures, each isotope's to one.

    The rest: its spectra are sampled at 35 energies, it has no 76Ge and another form factor.
    """
    E, phi = None, 0.0
    for isotope, share in (("U235", 0.58), ("U238", 0.08), ("Pu239", 0.29), ("Pu241", 0.05)):
        E, values = spectrum_per_fission(((isotope, 1.0),), False, "zero")
        phi = phi + share * values / np.trapezoid(values, E)
    fluence = 4.8e13 / (cm**2 * s) * day
    core = Tabulated("nu_e_bar", E, phi, fluence, flavour_state("e"), antineutrino=True)
    model = experiment("dresden_ii", quenching=quenching).build(Weak(coupling_set("tree")), {})
    ours = np.asarray(replace(model, beam=Beam((core,))).counts()).ravel()[:3]
    np.testing.assert_allclose(ours, theirs, rtol=0.02)


@pytest.mark.slow
def test_sizes_in_the_docstring():
    plain = np.asarray(experiment("dresden_ii", resolution="gaussian").build(Weak(), {}).counts()).ravel()
    assert predicted()["fef"][:20].sum() == pytest.approx(96.7, rel=2e-3, abs=0)
    assert predicted()["ybe"][:20].sum() == pytest.approx(52.4, rel=2e-3, abs=0)
    assert plain[:20].sum() == pytest.approx(90.7, rel=2e-3, abs=0)


@pytest.mark.slow
def test_no_signal_with_the_reactor_off_and_some_with_it_on():
    """Dresden-II: a preference for CEvNS that agrees with the Standard Model, and none during outages."""
    on, off = no_signal("fef", "on"), no_signal("fef", "off")
    assert on.rise == pytest.approx(7.08, abs=0.03)
    assert 0.0 <= off.rise < 0.01
    assert on.rise_standard < 1.0
    assert off.rise_standard > 10.0
    board = row("colaresi2022.p_no_signal")
    assert not board.agrees(on.p)  # open: see the row
    assert on.p == pytest.approx(0.0078, rel=0.02, abs=0)


@pytest.mark.slow
def test_why_free_electrons_give_the_weaker_limit_on_a_moment():
    """They are the more sensitive ones; the data pull their mu^2 up, and that of stepping electrons below zero."""
    name, moments = "magnetic_moment_ee", np.array([0.0, 2.0, 4.0])
    found = {}
    for words in ("free", "stepping"):
        analysis = analyse(experiment("dresden_ii", electrons=words), free=[name])
        q = profile_batch(joint_likelihood([analysis]), [name], moments[:, None]).q
        curvature, slope, _ = np.polyfit(moments**2, q, 2)
        found[words] = (-slope / (2 * curvature), curvature**-0.5)
    assert found["free"] == pytest.approx((3.8, 5.4), abs=0.1)
    assert found["stepping"] == pytest.approx((-1.1, 6.1), abs=0.1)


@pytest.mark.slow
def test_free_backgrounds_are_free():
    """The constraints of the backgrounds hold nothing: twice as wide, the rise of -2 ln L moves by 0.3 %."""

    class Wider:
        def __init__(self, setup):
            self.setup = setup
            self.parameters = tuple(self.widen(p) for p in setup.parameters)

        @staticmethod
        def widen(p: Parameter) -> Parameter:
            mine = (
                p.constrained
                and p.name.endswith("_dresden")
                and not p.name.startswith(("m_share", "reactor"))
            )
            return replace(p, sigma=2 * p.sigma) if mine else p

        def __getattr__(self, name):
            return getattr(self.setup, name)

    rises = []
    for setup in (ON, Wider(ON)):
        held = {"reactor_flux_dresden": 0.0}
        analysis = analyse(setup, free=["signal_strength"], fixed=held)
        q = profile_batch(joint_likelihood([analysis]), ["signal_strength"], [[0.0], [1.0]]).q
        rises.append(q[0] - q[1])
    assert rises[1] == pytest.approx(rises[0], rel=3e-3, abs=0)


@pytest.mark.parametrize("option", [{"quenching": "fe"}, {"resolution": "sharp"}, {"period": "away"}])
def test_unknown_options(option):
    with pytest.raises(InputError, match="Allowed"):
        experiment("dresden_ii", **option)
