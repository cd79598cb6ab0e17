"""Feldman-Cousins toys of CsI 2021 with all nuisances: in batches against iminuit one at a time, and 1e5 on two cores."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from iminuit import Minuit

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference.profile import make_profiler
from weakscatter.inference.toy_fits import (
    drawn_outcomes,
    expected_minima,
    generator_of,
    problem_of,
    statistic,
)

SOURCE = Path(__file__).parents[1] / "src"
TESTED = "charge_radius_ee"
POINT = -13.0  # 1e-32 cm^2, near the inner end of the upper interval: both valleys matter


@pytest.fixture(scope="module")
def question():
    likelihood = joint_likelihood([analyse(experiment("coherent_csi_2021"), free=[TESTED])])
    profiler = make_profiler(likelihood, [TESTED])
    x = profiler.run(np.array([[POINT]])).x[0]
    return likelihood, problem_of(profiler, 1, 250), x


@pytest.fixture(scope="module")
def compute(question):
    """-2 ln L of a toy and its exact gradient, compiled: what iminuit calls."""
    import jax
    import jax.numpy as jnp

    likelihood, problem, _ = question
    names = problem.chosen + problem.floating
    inverse_variance = problem.machine.inverse_variance

    def objective(x, data, centre):
        mu = likelihood.counts(dict(zip(names, x, strict=True)))
        return jnp.sum(likelihood.deviance(mu, data)) + jnp.sum((x - centre) ** 2 * inverse_variance)

    return jax.jit(jax.value_and_grad(objective))


def lowest(compute, problem, start, moves, data, centre):
    """Migrad over the moving coordinates, exact gradients, strategy 1, first steps of the parameters' sizes."""
    x, free, memory = np.array(start), np.flatnonzero(moves), {}

    def both(y):
        key = np.asarray(y).tobytes()
        if key not in memory:
            x[free] = y
            memory.clear()
            memory[key] = compute(x, data, centre)
        return memory[key]

    minuit = Minuit(lambda y: float(both(y)[0]), x[free], grad=lambda y: np.asarray(both(y)[1])[free])
    minuit.errordef = Minuit.LEAST_SQUARES
    minuit.tol = 0.01
    minuit.errors = problem.size[free]
    for k, j in enumerate(free):
        minuit.limits[k] = (problem.machine.lower[j], problem.machine.upper[j])
    minuit.migrad()
    assert minuit.valid
    return minuit.fval


def by_iminuit(compute, problem, x, valleys, outcomes):
    """t of every toy: a fit at the tested point, and free ones from the same valleys as ours."""
    values = []
    for data, centre in zip(outcomes.data, outcomes.centre, strict=True):
        tested = lowest(compute, problem, x, problem.floats, data, centre)
        every = np.ones(len(x), bool)
        free = min(lowest(compute, problem, valley, every, data, centre) for valley in valleys)
        values.append((tested, tested - free))
    return np.array(values).T


def test_toys_in_batches_against_iminuit(question, compute, one_core, report):
    """CPU time on one core, fresh toys each round, equal answers; the medians of the rounds are compared."""
    likelihood, problem, x = question
    mu = problem.machine.counts(x, {})
    valleys = expected_minima(problem, x, mu, np.ones(len(x), bool))
    assert len(valleys) == 2
    mine, other = [], []
    for turn in range(4):
        outcomes = drawn_outcomes(likelihood, mu, x, problem.sigma, generator_of(7, x[:1], turn), 1280)
        few = type(outcomes)(outcomes.data[:20], outcomes.centre[:20], outcomes.weight[:20], False)
        begin = time.process_time()
        t, q, _ = statistic(problem, x, mu, outcomes)
        middle = time.process_time()
        q_other, t_other = by_iminuit(compute, problem, x, valleys, few)
        end = time.process_time()
        np.testing.assert_allclose(q[:20], q_other, atol=1e-3, rtol=0)
        np.testing.assert_allclose(t[:20], t_other, atol=1e-3, rtol=0)
        if turn:  # the first round compiles
            mine.append((middle - begin) / 1280)
            other.append((end - middle) / 20)
    report(
        "Feldman-Cousins toy of CsI 2021, nine nuisances, one core", np.median(mine), np.median(other), 20.0
    )


MANY = """
import json, sys, time
import weakscatter as ws

if __name__ == "__main__":
    begin = time.perf_counter()
    likelihood = ws.likelihood("coherent_csi_2021", free=["charge_radius_ee"])
    with ws.processes(2) as executor:
        found = ws.toy_test(likelihood, {"charge_radius_ee": -13.0}, toys=ws.Toys(first=500, most=100_000),
                            work=ws.Work(executor))
    print(json.dumps({"seconds": time.perf_counter() - begin, "toys": found.toys, "lost": found.lost, "p": found.p_value}))
"""


def test_a_hundred_thousand_toys_on_two_cores(tmp_path, report):
    """From nothing: imports, folding, two processes, compilation in each; the goal is 100 s, reported and not gated."""
    import json

    script = tmp_path / "many.py"
    script.write_text(MANY)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    result = json.loads(done.stdout)
    assert result["toys"] + result["lost"] == 100_000
    assert result["lost"] <= 100
    report(
        "1e5 Feldman-Cousins toys of CsI 2021, all included, two cores",
        result["seconds"],
        goal="100 s",
        **{"p": result["p"]},
    )
