"""Magnetic moments from the events of XENONnT, each with its energy: an interval, and a plane of two flavours.

Goals, reported with the machine: a limit in 1 s, a plane of 100 x 100 points in 5 s, everything prepared, every pull profiled. There
is no ratio gate: with the prediction folded, which is what makes it fast, what remains is a product of small matrices in any
language. That folding and joining gain is gated instead: the sources of the Sun cost as much as one.
"""

from dataclasses import replace

import jax
import numpy as np
import pytest

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import limit, scan
from weakscatter.model import Prepared

EFFECTIVE, PLANE = "magnetic_moment_effective", ("magnetic_moment_ee", "magnetic_moment_mumu")
EXPERIMENT = experiment("xenonnt_er_2022", statistic="unbinned")


@pytest.fixture(scope="module")
def plane():
    return analyse(EXPERIMENT, free=PLANE)


def test_limit(interleaved, report):
    likelihood = joint_likelihood([analyse(EXPERIMENT, free=[EFFECTIVE])])
    found = []
    (mine,) = interleaved(
        lambda: None, lambda _: found.append(limit(likelihood, EFFECTIVE).upper), rounds=2, calls_per_round=3
    )
    assert np.ptp(found) < 1e-9
    report("unbinned XENONnT, limit on a moment", mine, limit=f"{100 * found[0]:.3f}e-12 mu_B")


def test_plane_of_two_flavours(interleaved, report, plane):
    likelihood = joint_likelihood([plane])
    axes = {name: np.linspace(0.0, 0.3, 100) for name in PLANE}
    found = []
    (mine,) = interleaved(
        lambda: None, lambda _: found.append(scan(likelihood, axes)), rounds=2, calls_per_round=2
    )
    assert found[0].status == "converged"
    report("unbinned XENONnT, 100 x 100 moments of two flavours", mine)


def test_joined_sources(interleaved, report, plane, one_core):
    """Jacobians of the signal at 64 points: all sources added beforehand, against source by source."""
    prepared = plane.prepared
    (joined,) = prepared.parts({})
    # Eight parts of it, all different or the compiler would join them, cost what eight sources do.
    sources = tuple(
        replace(joined, terms=tuple(replace(term, weight=term.weight * share) for term in joined.terms))
        for share in np.arange(1, 9) / 36
    )
    apart = Prepared(prepared.build, prepared.how, lambda values: sources)

    def program(model):
        jacobian = jax.jacfwd(lambda x: model.counts(dict(zip(PLANE, x, strict=True)))[:, 0])
        return jax.jit(jax.vmap(jacobian))

    one, several = program(prepared), program(apart)
    rng = np.random.default_rng(4)
    x = rng.uniform(0.0, 0.3, (64, 2))
    np.testing.assert_allclose(one(x), several(x), rtol=1e-12)
    mine, reference = interleaved(
        lambda: rng.uniform(0.0, 0.3, (64, 2)),
        lambda x: one(x).block_until_ready(),
        lambda x: several(x).block_until_ready(),
        rounds=6,
    )
    report("signal of eight joined sources, Jacobians at 64 points, one core", mine, reference, gate=3)
