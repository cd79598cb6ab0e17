"""Dark matter of a beam in CCM: one pair of masses, and a map of 60 x 60, against NumPy of equal accuracy.

Goals, reported with the machine: 5 ms for a pair and 10 s for a map, warm. The integrand is smooth, so that plain nested quadrature with 7
energies and 7 recoils is accurate to 2e-8, 49 nodes an isotope; ours are 12, to 6e-9, because the integral over energies is exact. The
ratio for a map is 5 to 6 on two busy cores, and the gate leaves room below; half of our time are sine and cosine of the form factor, which XLA does not
vectorise. A pair pays 60 us for the call itself, which limits its ratio to 4.
"""

import numpy as np
import reference_beam

from weakscatter.experiments import Ccm
from weakscatter.model import dark_counts

CCM = Ccm()
SETUP = CCM.setup()
TARGETS = [(float(t.number), float(t.response.mass), 18, t.response.nuclide.A) for t in CCM.targets()]
GIVEN = {
    "protons": 1e22,
    "per_proton": 0.1,
    "distance": float(SETUP.distance),
    "lowest": float(SETUP.lowest),
    "epsilon": 1e-4,
    "alpha_dark": 0.5,
}
ACCURACY = 1e-7


def ours(masses):
    m, M = masses
    return dark_counts(SETUP, m, M, epsilon=1e-4).counts


def theirs(masses, **nodes):
    m, M = np.broadcast_arrays(*masses)
    return reference_beam.counts(m.ravel(), M.ravel(), TARGETS, **GIVEN, **nodes).reshape(m.shape)


def draw_pair(rng):
    m = rng.uniform(1.0, 30.0)
    return np.array(m), np.array(m * rng.uniform(2.2, 4.0))


def draw_map(rng):
    return np.linspace(1.0, 60.0, 60)[:, None] * rng.uniform(0.98, 1.02), np.linspace(3.0, 130.0, 60)[None, :]


def test_both_are_accurate():
    masses = draw_map(np.random.default_rng(1))
    exact = theirs(masses, energies=60, recoils=60)
    counted = exact > 1e-3 * exact.max()
    for found in (ours(masses), theirs(masses)):
        assert np.max(np.abs(found[counted] / exact[counted] - 1)) < ACCURACY


def test_one_pair_of_masses(one_core, interleaved, report):
    rng = np.random.default_rng(2)
    mine, other = interleaved(lambda: draw_pair(rng), ours, theirs)
    report("CCM, events of one pair of masses (goal 5 ms)", mine, other, 3.0)


def test_map(one_core, interleaved, report):
    rng = np.random.default_rng(3)
    mine, other = interleaved(lambda: draw_map(rng), ours, theirs, rounds=8, calls_per_round=5)
    report("CCM, map of 60 x 60 masses (goal 10 s)", mine, other, 4.0)
