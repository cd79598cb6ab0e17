"""Cards of absorption: printed rates, a flux of one's own, and keys that do not belong together."""

import numpy as np
import pytest

from weakscatter.cards import complete, run
from weakscatter.plot import figure_of
from weakscatter.provenance.errors import InputError

AXION = {
    "task": "absorption", "element": "Xe", "particle": "axion-like-particle", "mass": "2 keV", "coupling": 1e-13,
    "halo_density": "0.3 GeV/cm^3",
}  # fmt: skip


def test_a_halo_of_axion_like_particles():
    """XENON1T (2020): 1.5e19/A g_ae^2 (m/keV)(sigma/b) per kg and day, 1.466e19 with all digits."""
    document = run(AXION)
    sigma = run({"task": "absorption", "element": "Xe", "particle": "photon", "output": {"energy": ["2 keV"], "units": {"cross_section": "barn"}}})  # fmt: skip
    barns = sigma["cross_section"].value[0]
    expected = 1.466e19 / 131.293 * 1e-26 * 2 * barns
    assert document["halo_rate"].value == pytest.approx(expected, rel=1e-3, abs=0)
    assert document["halo_energy"].value == pytest.approx(2.0)
    assert {"pospelov2008", "henke1993"} <= {s.key for s in document.citations}


def test_a_dark_photon_in_the_liquid():
    card = {**AXION, "particle": "dark-photon", "mass": "150 eV"}
    free, liquid = run(card), run({**card, "medium_density": "2.9 g/cm^3"})
    assert liquid["halo_rate"].value / free["halo_rate"].value == pytest.approx(1.052, abs=0.002)


def test_a_flux_from_a_table(tmp_path):
    (tmp_path / "flux.csv").write_text("energy (keV),flux (1/(cm^2 s keV))\n1,1e10\n2,2e10\n5,1e10\n")
    (tmp_path / "mine.csv").write_text("photon_energy (keV),cross_section (Mb)\n0.5,8\n10,0.02\n")
    card = {**AXION, "mass": "0 keV", "flux_file": "flux.csv", "table_file": "mine.csv"}
    del card["halo_density"]
    document = run(card, folder=tmp_path)
    assert document["flux_energy"].value.tolist() == pytest.approx([1.0, 2.0, 5.0])
    sigma = 8 * (np.array([1.0, 2.0, 5.0]) / 0.5) ** (np.log(0.02 / 8) / np.log(20)) * 1e-18
    ratio = 1e-26 * (np.array([1.0, 2.0, 5.0]) / 510.99895) ** 2 / (8 * np.pi / 137.035999084)
    per_kg_d = np.array([1e10, 2e10, 1e10]) * sigma * ratio * 6.02214076e26 / 131.293 * 86400
    np.testing.assert_allclose(document["dR_dE"].value, per_kg_d, rtol=2e-4)


def test_complete_is_idempotent_and_figures_are_drawn():
    full = complete({**AXION, "output": {"energy": ["3 keV", "5 keV"]}})
    assert complete(full) == full
    (ax,) = figure_of(run(full)).axes
    assert len(ax.lines) == 1
    assert run(full)["cross_section"].per == "atom"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"particle": "photon"}, "no meaning"),
        ({"particle": "axion"}, "axion-like-particle"),
        ({"polarisation": "transverse"}, "no meaning"),
        ({"mass": None}, "needs mass"),
        ({"halo_density": None}, "nothing to calculate"),
        ({"table": "nist"}, "henke"),
        ({"element": "Xx"}, "unknown element"),
        ({"mass": "40 keV"}, "covers"),
        ({"particle": "dark-photon", "mass": "0 keV"}, "mass of a dark photon"),
    ],
)
def test_what_is_wrong_is_said(change, message):
    card = {k: v for k, v in {**AXION, **change}.items() if v is not None}
    with pytest.raises(InputError, match=message):
        run(card)
