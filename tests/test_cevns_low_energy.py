"""Coherent scattering of 8B neutrinos on the nuclei of low-threshold detectors, with quenching, against formulas written out."""

import numpy as np
import pytest

from weakscatter.constants import G_F
from weakscatter.detectors import Lindhard
from weakscatter.flux import solar_neutrinos
from weakscatter.interactions import Weak, tree_couplings
from weakscatter.matter import material
from weakscatter.model import nuclear_targets, recoil_counts
from weakscatter.response import NuclearResponse, Point
from weakscatter.units import keV, t, yr

#: Lindhard k = 0.133 Z^(2/3) A^(-1/2) of the element, and an electron-equivalent threshold (keV).
DETECTORS = {
    "Si": (14, 28.085, 0.05),
    "Ar": (18, 39.948, 0.1),
    "Ge": (32, 72.630, 0.1),
    "Xe": (54, 131.293, 0.1),
}


def lindhard(T, Z, A):
    """Electron-equivalent energy (keV) of a recoil of T (keV)."""
    eps = 11.5 * Z ** (-7 / 3) * T
    strength = 0.133 * Z ** (2 / 3) * A**-0.5 * (3 * eps**0.15 + 0.7 * eps**0.6 + eps)
    return T * strength / (1 + strength)


@pytest.mark.parametrize(
    "element", [pytest.param(name, marks=[] if name == "Ge" else pytest.mark.slow) for name in DETECTORS]
)
def test_counts_above_an_electron_equivalent_threshold(element):
    Z, A, threshold = DETECTORS[element]
    grid = np.geomspace(0.01, 20.0, 20001)
    light = lindhard(grid, Z, A)
    quenched = Lindhard(0.133 * Z ** (2 / 3) * A**-0.5, float(Z))
    np.testing.assert_allclose(np.asarray(quenched(grid * keV)) / keV, light, rtol=1e-9)
    lowest = float(np.interp(threshold, light, grid)) * keV
    beam = solar_neutrinos(components=["b8"], duration=1 * yr)
    targets = nuclear_targets(
        material(element), 1 * t, lambda isotope: NuclearResponse(isotope, Point(), spin="0")
    )
    (ours,) = recoil_counts(beam, targets, Weak(tree_couplings()), lowest=lowest).values()
    E, w = (np.asarray(x) for x in beam.components[0].nodes())
    by_hand = 0.0
    for isotope, share in material(element).constituents:
        M, charge = isotope.mass, isotope.N - (1 - 4 * 0.23857) * isotope.Z
        top = 2 * E**2 / (M + 2 * E)
        low = np.minimum(lowest, top)

        def integral(T, M=M):
            # of 1 - T/E - M T/(2 E^2)
            return T - T**2 / (2 * E) - M * T**2 / (4 * E**2)

        by_hand += share * G_F**2 * M / (4 * np.pi) * charge**2 * np.sum(w * (integral(top) - integral(low)))
    by_hand *= float(material(element).number_of_units(1 * t)) * float(beam.components[0].fluence)
    assert float(ours) == pytest.approx(by_hand, rel=1e-3, abs=0)
