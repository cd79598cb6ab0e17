"""Borexino: the predicted rates, refusals, and non-standard interactions of electrons in detector and Sun."""

import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import profile_batch
from weakscatter.interactions import Millicharge, NonStandard, Weak
from weakscatter.provenance.errors import InputError

BOREXINO = experiment("borexino_phase2")


def test_predicted_rates():
    """131.1 +- 1.4, 47.9 +- 2.8 and 2.74 +- 0.04 of the collaboration (recalled), with the same solar model."""
    ours = np.asarray(BOREXINO.build(Weak(), {}).counts()).ravel()
    np.testing.assert_allclose(ours, [131.1, 47.9, 2.74], rtol=0.015)


def test_errors_by_hand():
    """134 +- 10 +6 -10: the lower error is the larger one."""
    low, high = BOREXINO.interval
    np.testing.assert_allclose(134 - low[0, 0], np.hypot(10, 10))
    np.testing.assert_allclose(high[0, 0] - 134, np.hypot(10, 6))


def test_quarks_are_felt_in_the_sun_alone():
    """eps^{uV} acts on no electron of the detector; in the Sun it moves pep, the most energetic of the three, most."""
    theory = Weak() + NonStandard(uV=np.diag([0.3, 0.0, 0.0]))
    plain = np.asarray(BOREXINO.build(Weak(), {}).counts()).ravel()
    travelling, standing = (
        np.asarray(experiment("borexino_phase2", propagation=words).build(theory, {}).counts()).ravel()
        / plain
        for words in ("theory", "standard")
    )
    np.testing.assert_allclose(standing, 1.0, rtol=1e-9)
    # Three times 0.3 u quarks per nucleon nearly double the potential: fewer survive, which scatter less.
    assert np.all(np.diff(travelling) < 0)
    assert 0.95 < travelling[2] < 0.995


def test_pulls_of_the_fluxes_are_factors():
    pulled = np.asarray(BOREXINO.build(Weak(), {"solar_be7_flux": 0.1}).counts()).ravel()
    plain = np.asarray(BOREXINO.build(Weak(), {}).counts()).ravel()
    np.testing.assert_allclose(pulled / plain, [1.0, 1.1, 1.0], rtol=1e-9)


def test_strength_agrees_with_one():
    q = profile_batch(
        joint_likelihood([analyse(BOREXINO, free=["signal_strength"])]),
        ["signal_strength"],
        [[0.5], [1.0], [1.5]],
    ).q
    assert q[1] < 2.0
    assert min(q[0], q[2]) > 20.0


def test_what_diverges_is_refused():
    with pytest.raises(InputError, match="extrapolated to zero"):
        BOREXINO.build(Weak() + Millicharge(1e-12 * np.eye(3)), {})
    with pytest.raises(InputError, match="Allowed"):
        experiment("borexino_phase2", propagation="none")
