"""Electronic recoils in the bins of nuclear ones: unquenched, by hand, negligible in the Standard Model, decisive for charges."""

from dataclasses import replace

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.experiments import experiment
from weakscatter.experiments.electronic_recoils import electronic_grid, electronic_recoils
from weakscatter.interactions import Millicharge, UniversalMagneticMoment, Weak
from weakscatter.provenance.errors import InputError
from weakscatter.response import ELECTRONIC_RECOIL
from weakscatter.units import keV, kg

NAMES = ("dresden_ii", "conus_plus_2025", "texono_2025", "coherent_ge_2024", "coherent_csi_2021")


def electrons_of(name, theory, kind="stepping"):
    """Counts [b, s] of electronic recoils alone."""
    model = experiment(name, electrons=kind).build(theory, {})
    return np.asarray(replace(model, targets=model.targets_of(ELECTRONIC_RECOIL)).counts())


@pytest.mark.parametrize(("theory", "rel"), [("weak", 0.03), ("moment", 0.01)])
def test_dresden_by_hand(theory, rel):
    """0.5 to 1 keV: the 22 electrons above the L shells, no quenching; closed forms for T far below the energies."""
    atoms = 2924 / 72.630 * 6.02214076e23
    fluence = float(experiment("dresden_ii").beam().components[0].fluence)
    moment = 1e-10
    if theory == "weak":
        found = electrons_of("dresden_ii", Weak()).ravel()[30:80].sum()
        g_V, g_A = 0.9524, 0.4938
        per_energy = constants.G_F**2 * constants.m_e / (2 * np.pi) * ((g_V + g_A) ** 2 + (g_V - g_A) ** 2)
        expected = per_energy * 0.5 * keV
    else:
        found = electrons_of("dresden_ii", UniversalMagneticMoment(moment)).ravel()[30:80].sum()
        expected = np.pi * constants.alpha**2 / constants.m_e**2 * moment**2 * np.log(2)
    # The resolution takes and gives almost alike between flat bins; a moment's 1/T gives 1 % more.
    assert found == pytest.approx(22 * atoms * fluence * expected, rel=rel + 0.01, abs=0)


def test_conus_by_hand():
    """A flat spectrum seen as it is: 22 electrons of germanium above 180 eV, 20 below; thresholds of 160, 170, 180 eV."""
    setup = experiment("conus_plus_2025")
    fluence = float(setup.beam().components[0].fluence)
    g_V, g_A = 0.9524, 0.4938
    per_energy = constants.G_F**2 * constants.m_e / (2 * np.pi) * ((g_V + g_A) ** 2 + (g_V - g_A) ** 2)
    seen = 22 * 0.62 + 20 * np.mean([0.02, 0.01, 0.0])
    by_hand = (setup.mass / kg) * 1000 / 72.630 * 6.02214076e23 * fluence * per_energy * seen * keV
    parts = electrons_of("conus_plus_2025", Weak())
    assert float(np.sum(setup.components(parts, {})["cevns"])) == pytest.approx(by_hand, rel=0.03, abs=0)


def test_all_electrons_are_free():
    """0.5 to 1 keV of Dresden-II: 32 free electrons to 22 that are bound by less, spectra alike."""
    free, bound = (
        electrons_of("dresden_ii", Weak(), kind).ravel()[30:80].sum() for kind in ("free", "stepping")
    )
    assert free / bound == pytest.approx(32 / 22, rel=0.01, abs=0)


@pytest.mark.slow
def test_argon_rejects_them():
    assert not hasattr(experiment("coherent_lar_2020"), "electrons")
    model = experiment("coherent_lar_2020").build(Weak(), {})
    assert model.kinds == ("nuclear-recoil",)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_negligible_in_the_standard_model_decisive_for_a_charge(name):
    both = experiment(name).build(Weak(), {})
    assert both.kinds == ("nuclear-recoil", "electronic-recoil")
    weak, total = electrons_of(name, Weak()).sum(), float(np.sum(both.counts()))
    assert 0 < weak < 3e-3 * total
    charge = Weak() + Millicharge(3e-9 * np.eye(3))
    nuclear = float(np.sum(experiment(name, electrons="none").build(charge, {}).counts())) - total + weak
    assert electrons_of(name, charge).sum() - weak > 100 * abs(nuclear)


def test_the_grid_is_converged():
    model = experiment("conus_plus_2025").build(Weak() + UniversalMagneticMoment(1e-11), {})
    atoms = model.targets_of(ELECTRONIC_RECOIL)
    fine = electronic_grid(atoms, 0.02 * keV, 1.2 * keV, 0.004 * keV)
    coarse = replace(model, targets=atoms).counts()
    np.testing.assert_allclose(
        replace(model, targets=atoms, grids={ELECTRONIC_RECOIL: fine}).counts(), coarse, rtol=1e-5
    )


def test_words():
    assert electronic_recoils("CsI", 1 * kg, "none") == ()
    for name in NAMES:
        with pytest.raises(InputError, match="treatment of electrons"):
            experiment(name, electrons="bound")
