"""All solar neutrinos on the electrons of xenon at 500 energies, mixing and moment new every time, against NumPy."""

import numpy as np
import pytest
import reference_sun

from weakscatter.flux import solar_neutrinos
from weakscatter.interactions import UniversalMagneticMoment, Weak, tree_couplings
from weakscatter.matter import material, subshells
from weakscatter.mixing import Mixing
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.response import Stepping
from weakscatter.units import keV, kg, yr

T = np.geomspace(0.5, 250.0, 500) * keV
SHELLS = subshells("Xe")
TARGETS = electron_targets(material("Xe"), 1000 * kg, lambda symbol: Stepping(SHELLS))
ACCURACY = 1e-5


def draw(rng):
    return reference_sun.mixing_of(rng), rng.normal(0.2386, 0.001), rng.uniform(0.0, 1e-11)


def ours(arguments, oscillation="msw-adiabatic"):
    mixing, angle, moment = arguments
    beam = solar_neutrinos(duration=1 * yr, mixing=Mixing(**mixing), oscillation=oscillation)
    theory = Weak(tree_couplings(), angle) + UniversalMagneticMoment(moment)
    return sum(np.asarray(part) for part in recoil_spectrum(beam, TARGETS, theory, T).values())


def numpy(arguments, nodes=reference_sun.NODES):
    mixing, angle, moment = arguments
    return reference_sun.spectrum(T, mixing, angle, moment, SHELLS, TARGETS[0].number, 1 * yr, nodes)


def test_both_agree_and_the_reference_has_no_node_too_many():
    given = draw(np.random.default_rng(1))
    found = ours(given, "msw-two-flavour")
    assert numpy(given) == pytest.approx(found, rel=ACCURACY, abs=0)
    assert np.max(np.abs(numpy(given, 2 * reference_sun.NODES // 3) / found - 1)) > ACCURACY
    # Three flavours instead of the reduction to two change less than half a per mille.
    assert ours(given) == pytest.approx(found, rel=5e-4, abs=0)


def test_solar_spectrum(interleaved, report, one_core):
    rng = np.random.default_rng(2)
    mine, reference = interleaved(lambda: draw(rng), ours, numpy, rounds=4, calls_per_round=4)
    report("nine solar sources on xenon, 500 energies, one core", mine, reference, gate=5)
