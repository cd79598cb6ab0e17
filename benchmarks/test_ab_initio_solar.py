"""A solar spectrum in xenon from the ab initio tables against stepping: folded beforehand, and anew.

The goal is twice the time of stepping. It is met where the response is folded once, as every experiment does (`prepare`): a prediction
then costs the same whatever the electrons are. Folding anew interpolates seven responses at some 700 momenta for each of 500 energies,
where stepping has one momentum; spectra then cost a matrix product. That ratio, 15 to 25, is reported without a gate.
"""

import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment
from weakscatter.flux import solar_neutrinos
from weakscatter.interactions import UniversalMagneticMoment, Weak
from weakscatter.matter import material, subshells
from weakscatter.model import electron_targets, recoil_spectrum
from weakscatter.response import Stepping, ab_initio
from weakscatter.units import keV, kg, yr

MOMENT = "magnetic_moment_effective"
T = np.geomspace(0.5, 29.0, 500) * keV


def test_prepared(interleaved, report, one_core):
    one, other = (
        analyse(experiment("lz_er_2022", electrons=word), free=[MOMENT]) for word in ("ab-initio", "stepping")
    )
    rng = np.random.default_rng(3)
    found = interleaved(
        lambda: {MOMENT: rng.uniform(0.0, 0.3)}, *(lambda values, a=a: np.asarray(a.prepared.counts(values)) for a in (one, other))
    )  # fmt: skip
    report("solar neutrinos in LZ, ab initio tables, folded once; reference stepping", *found, gate=0.5)


@pytest.mark.slow
def test_folded_anew(interleaved, report, one_core):
    beam = solar_neutrinos(duration=1 * yr)
    responses = ab_initio("Xe"), Stepping(subshells("Xe"))
    targets = [electron_targets(material("Xe"), 1000 * kg, lambda _, r=r: r) for r in responses]
    rng = np.random.default_rng(4)

    def spectrum(moment, target):
        theory = Weak() + UniversalMagneticMoment(moment)
        return sum(np.asarray(part) for part in recoil_spectrum(beam, target, theory, T).values())

    found = interleaved(
        lambda: rng.uniform(0.0, 1e-11), *(lambda x, t=t: spectrum(x, t) for t in targets), rounds=1, calls_per_round=2
    )  # fmt: skip
    report("solar neutrinos in xenon at 500 energies, ab initio tables, anew; reference stepping", *found)
