"""The sudden spectrum of `benchmarks/sudden.py`: tritium in closed form, and probabilities that add up."""

import sys
from pathlib import Path

import numpy as np
import pytest

from weakscatter.atomic import Nucleus, dirac_fock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
from sudden import FIELDS, main_line, mean_energy, onset, shaken, spectrum, substates


@pytest.fixture(scope="module")
def tritium():
    """Hydrogen whose nuclear charge has become 2."""
    return (
        dirac_fock("H", configuration="1s1", nucleus=Nucleus(1)),
        dirac_fock("He", charge=1, configuration="1s1", nucleus=Nucleus(2)),
    )


@pytest.fixture(scope="module")
def beryllium():
    return dirac_fock("Be"), dirac_fock("Be", charge=1, configuration="1s1 2s2")


def test_beta_decay_of_tritium(tritium):
    """1s stays with (8 sqrt 2/27)^2 = 512/729, goes to 2s with 1/4; <1s|h|1s> + 2 = 1/2 hartree is the mean excitation."""
    (one,) = substates(*tritium, field="hole")
    assert one.number == pytest.approx(1.0)
    assert one.stay == pytest.approx(512 / 729, rel=1e-4, abs=0)
    two = abs(one.energy - 1.5) < 1e-3
    assert one.strength[two].sum() == pytest.approx(0.25, rel=2e-4, abs=0)
    assert mean_energy([one]) == pytest.approx(0.5, rel=1e-3, abs=0)
    assert one.stay + one.strength.sum() == pytest.approx(1.0, abs=1e-9)


def test_probabilities_add_up_and_depend_on_no_field(beryllium):
    """Completeness per substate; what happens is settled by overlaps, at which energy by the field."""
    atom, ion = beryllium
    found = {field: substates(atom, ion, field=field) for field in FIELDS}
    for parts in found.values():
        assert max(abs(s.closure) for s in parts) < 1e-12
        assert max(abs(s.double) for s in parts) < 1e-3
        probability = spectrum(parts, 0.05, 16384)
        assert probability.sum() == pytest.approx(1.0, abs=1e-12)
        assert probability.min() > -1e-12
        assert probability[0] == pytest.approx(main_line(parts), rel=1e-6, abs=0)
        assert probability @ np.arange(16384) * 0.05 == pytest.approx(mean_energy(parts), rel=2e-3, abs=0)
    one, other = found.values()
    assert main_line(one) == pytest.approx(main_line(other), rel=1e-9, abs=0)
    for a, b in zip(one, other, strict=True):
        assert a.strength.sum() == pytest.approx(b.strength.sum(), rel=1e-9, abs=0)
    # A field with an electron more binds less.
    assert mean_energy(one) > mean_energy(other)


def test_strength_is_moved_and_not_made(beryllium):
    """The integral of the folded cross section is that of the cross section; slow electrons shake nobody."""
    atom, ion = beryllium
    parts = substates(atom, ion, field="ion")
    energy = np.arange(16384) * 0.05
    probability = spectrum(parts, 0.05, 16384)

    def bump(w):
        return np.exp(-((w - 40.0) ** 2) / 20.0)

    w = np.arange(0.0, 600.0, 0.25)
    after = shaken(probability, energy, bump, w)
    assert np.trapezoid(after, w) == pytest.approx(np.trapezoid(bump(w), w), rel=1e-4, abs=0)
    assert after @ w / after.sum() == pytest.approx(40.0 + mean_energy(parts), rel=1e-3, abs=0)
    radius = np.array([atom.expectation(name, 1.0) for name in atom.names])
    near, far = np.array([31.0]), np.array([3000.0])

    def flat(w):
        return np.ones_like(w)

    def falling(w):
        return 1.0 / w

    np.testing.assert_allclose(onset(parts, radius, flat, far, 31.0), 1.0, rtol=1e-9)
    np.testing.assert_allclose(onset(parts, radius, falling, near, 31.0), falling(near), rtol=1e-12)
    fast = onset(parts, radius, falling, far, 31.0)
    np.testing.assert_allclose(fast, shaken(probability, energy, falling, far), rtol=2e-3)
    assert fast > falling(far)
