"""Borexino: the predicted rates, refusals, and non-standard interactions of electrons in detector and Sun."""

import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_analyses, joint_likelihood
from weakscatter.inference import profile_batch
from weakscatter.interactions import Millicharge, NonStandard, Weak
from weakscatter.mixing import solar_moment, transition_matrix
from weakscatter.provenance.errors import InputError
from weakscatter.published.nsi import strip_slope
from weakscatter.published.scoreboard import scoreboard
from weakscatter.published.solar_moments import mass_shares, transition_limit

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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_transition_moments_in_the_mass_basis():
    """Both directions: |Lambda_k| alone gives back the effective moment; 1 - P_k sum to two."""
    found = [transition_limit(k) for k in (1, 2, 3)]
    for k, value in enumerate(found):
        alone = transition_matrix(value * np.eye(3)[k])
        assert float(solar_moment(alone, mass_shares())) == pytest.approx(3.1, rel=1e-9, abs=0)
    assert sum((3.1 / value) ** 2 for value in found) == pytest.approx(2.0, rel=1e-9, abs=0)
    scores = {score.row.id: score.status for score in scoreboard(["canas2016", "borexino2017"])}
    assert scores == {
        "borexino2017.moment": "inputs unavailable",
        "canas2016.transition_1": "open",
        "canas2016.transition_2": "open",
        "canas2016.transition_3": "met",
    }


@pytest.mark.slow
def test_borexino_breaks_the_degeneracy_of_quarks_and_electrons():
    """CsI sees (2Z + N) u + (Z + 2N) d up to a sign, and no electrons: Borexino alone bounds eps^{eL}, and both add."""
    names = ["eps_ee_uV", "eps_ee_dV", "eps_ee_eL"]
    slope = strip_slope("Cs133")
    points = np.array([[0.0, 0.0, 0.0], [0.3, 0.3 * slope, 0.0], [0.0, 0.0, 0.1], [0.2, 0.2, 0.0]])
    # Quarks in the Sun have a test of their own; left out here, the fit costs a quarter.
    setups = [experiment("coherent_csi_2021"), experiment("borexino_phase2", propagation="standard")]
    analyses = joint_analyses(setups, free=names)
    csi, sun, both = (
        profile_batch(joint_likelihood(chosen), names, points).q
        for chosen in ([analyses[0]], [analyses[1]], analyses)
    )
    # No nuisance is shared: the joint profile is the sum.
    np.testing.assert_allclose(both, csi + sun, atol=1e-4)
    rise_csi, rise_sun = csi - csi[0], sun - sun[0]
    assert abs(rise_csi[1]) < 0.1  # along the strip
    assert rise_csi[2] == pytest.approx(0.0, abs=0.05)  # electrons of CsI are hardly seen
    assert rise_sun[2] > 20.0
    assert abs(rise_csi[3]) < 2.0  # the other strip, where the charge of the nucleus has changed its sign
    np.testing.assert_allclose(rise_sun[[1, 3]], 0.0, atol=1e-5)
