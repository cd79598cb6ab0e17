"""The number of pp events in xenon: what each input alone does to it, and that none alone explains the published one."""

import numpy as np
import pytest

from weakscatter import constants
from weakscatter.flux import solar_shape
from weakscatter.published.pp_rate import itemise_pp_events, pp_events
from weakscatter.published.records import row
from weakscatter.units import cm, keV, s, t, u, yr

#: cm^-2 s^-1 in the two models.
HIGH_METALS, LOW_METALS = 5.98e10, 6.03e10


def test_by_hand():
    """Window, electrons per tonne, flux and couplings written out; no oscillation, so that nu_e alone counts."""
    m, g_v, g_a = constants.m_e, 0.9524, 0.4938
    shape = solar_shape("pp")
    E = np.linspace(1e-3, float(shape.energy[-1]), 20001)
    density = np.interp(E, shape.energy, shape.values)
    T = (np.arange(280) + 0.5) * 0.1 * keV + 2 * keV
    lowest = (T + np.sqrt(T * (T + 2 * m))) / 2
    x = T[:, None]
    weak = (g_v + g_a) ** 2 + (g_v - g_a) ** 2 * (1 - x / E) ** 2 + (g_a**2 - g_v**2) * m * x / E**2
    seen = np.where(lowest[:, None] <= E, density * weak, 0.0)
    rate = constants.G_F**2 * m / (2 * np.pi) * np.trapezoid(seen, E, axis=1)
    electrons = 54 * 70 * t / (131.293 * u)
    by_hand = electrons * HIGH_METALS / (cm**2 * s) * yr * np.sum(rate) * 0.1 * keV
    assert pp_events(sun={"oscillation": "none"}) == pytest.approx(by_hand, rel=5e-4, abs=0)


def test_the_flux_counts_in_proportion():
    """The regions of production differ by less than 1e-4 of the number."""
    ratio = pp_events(sun={"model": "b16-agss09met"}) / pp_events()
    assert ratio == pytest.approx(LOW_METALS / HIGH_METALS, rel=1e-4, abs=0)


@pytest.mark.slow
def test_no_input_alone_explains_the_published_number():
    """Nor does one of a fit's inputs halve the difference; two readings of the paper give its number, and cannot both be true."""
    published = row("baudis2014.pp_events")
    central, items = itemise_pp_events()
    assert central == pytest.approx(5501, abs=1)
    alone = {
        item.change: item.difference for item in items if item.cause in ("couplings", "flux", "survival")
    }
    del alone["no oscillation"]
    assert max(alone.values()) < 0.5 * (published.value - central)
    inside = {item.change for item in items if published.agrees(item.counts)}
    assert inside == {"tree, theta_13 = 0, 6.03e10", "from zero to 30 keV"}
