"""Borexino: the predicted rates, refusals, and non-standard interactions of electrons in detector and Sun."""

import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import profile_batch
from weakscatter.interactions import Millicharge, Weak
from weakscatter.provenance.errors import InputError

BOREXINO = experiment("borexino_phase2")


def test_predicted_rates():
    """131.1 +- 1.4, 47.9 +- 2.8 and 2.74 +- 0.04 of the collaboration (recalled), with the same solar model."""
    ours = np.asarray(BOREXINO.build(Weak(), {}).counts()).ravel()
    np.testing.assert_allclose(ours, [131.1, 47.9, 2.74], rtol=0.015)


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
