"""Profiled likelihood of CsI 2021 in two charge radii: in batches against iminuit, and a scan of 200 x 200."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from iminuit import Minuit

from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import profile_batch

SOURCE = Path(__file__).parents[1] / "src"
AXES = ("charge_radius_ee", "charge_radius_mumu")
WINDOW = (-60.0, 10.0)  # 1e-32 cm^2, both valleys of either radius


def prepared():
    return joint_likelihood([analyse(experiment("coherent_csi_2021"), free=AXES)])


@pytest.fixture(scope="module")
def likelihood():
    return prepared()


@pytest.fixture(scope="module")
def compute(likelihood):
    """-2 ln L and its exact gradient, compiled: what iminuit calls."""
    import jax

    return jax.jit(jax.value_and_grad(likelihood.objective))


def profile_by_iminuit(likelihood, compute, point):
    """Minimise over all nuisances at one point, with exact gradients; strategy 1, from the nominal values."""
    names = [p.name for p in likelihood.parameters if p.name not in AXES]
    theta = np.array([p.value for p in likelihood.parameters])
    where = {name: likelihood.names.index(name) for name in likelihood.names}
    theta[[where[name] for name in AXES]] = point
    free, memory = [where[name] for name in names], {}

    def both(x):
        # Minuit asks for value and gradient at one point by two calls.
        key = np.asarray(x).tobytes()
        if key not in memory:
            theta[free] = x
            memory.clear()
            memory[key] = compute(theta)
        return memory[key]

    minuit = Minuit(
        lambda x: float(both(x)[0]), theta[free], grad=lambda x: np.asarray(both(x)[1])[free], name=names
    )
    minuit.errordef = Minuit.LEAST_SQUARES
    minuit.tol = 0.01
    for name in names:
        parameter = likelihood.parameter(name)
        minuit.limits[name], minuit.errors[name] = (parameter.lower, parameter.upper), parameter.sigma
    minuit.migrad()
    assert minuit.valid
    return minuit.fval


def test_profile_in_batches_equals_iminuit(likelihood, compute, report):
    """50 random points, fresh each time; rounds take turns and the medians are compared."""
    rng, mine, other = np.random.default_rng(11), [], []
    for turn in range(4):
        points = rng.uniform(*WINDOW, size=(50, 2))
        begin = time.perf_counter()
        batch = profile_batch(likelihood, AXES, points)
        middle = time.perf_counter()
        one_by_one = np.array([profile_by_iminuit(likelihood, compute, point) for point in points])
        end = time.perf_counter()
        assert batch.converged.all()
        np.testing.assert_allclose(batch.q, one_by_one, atol=1e-3, rtol=0)
        if turn:  # the first round compiles
            mine.append((middle - begin) / 50)
            other.append((end - middle) / 50)
    report("profile of CsI 2021, nine nuisances, a point", np.median(mine), np.median(other), 1.0)


SCAN = """
import json, time
begin = time.perf_counter()
import numpy as np
from weakscatter.experiments import analyse, experiment, joint_likelihood
from weakscatter.inference import scan
imported = time.perf_counter()
likelihood = joint_likelihood([analyse(experiment("coherent_csi_2021"), free=%(axes)r)])
ready = time.perf_counter()
grid = {name: np.linspace(*%(window)r, 200) for name in %(axes)r}
result = scan(likelihood, grid)
first = time.perf_counter()
scan(likelihood, grid)
again = time.perf_counter()
assert result.converged.all()
times = {"import": imported - begin, "analyse": ready - imported, "scan": first - ready, "again": again - first}
print(json.dumps({"total": first - begin, "times": times, "q": result.q[::13, ::13].tolist()}))
"""


def scan_in_a_new_process(cache):
    """In a process of its own: a program that another benchmark compiled would come from the disk cache."""
    done = subprocess.run(
        [sys.executable, "-c", SCAN % {"axes": AXES, "window": WINDOW}],
        capture_output=True, text=True, check=True,
        env=os.environ | {"JAX_COMPILATION_CACHE_DIR": cache, "PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_scan_of_two_charge_radii(likelihood, report):
    """200 x 200 points from nothing: imports, tables, folding, compilation, minimisation; then from the disk cache."""
    with tempfile.TemporaryDirectory() as cache:
        runs = {
            "nothing compiled before": scan_in_a_new_process(cache),
            "programs on disk": scan_in_a_new_process(cache),
        }
    coarse = np.linspace(*WINDOW, 200)[::13]
    points = np.stack([axis.ravel() for axis in np.meshgrid(coarse, coarse, indexing="ij")], axis=1)
    direct = profile_batch(likelihood, AXES, points).q.reshape(len(coarse), -1)
    for name, run in runs.items():
        np.testing.assert_allclose(run["q"], direct, atol=1e-3, rtol=0)
        parts = {part: round(value, 2) for part, value in run["times"].items()}
        report(f"scan of two charge radii, 200 x 200, all included, {name}", run["total"], **parts)
