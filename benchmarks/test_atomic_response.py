"""Coupled response of xenon, 33 channels: rational Krylov against one complex LU per energy.

The gate is the ratio of energies per second on the 4d resonance (15 energies, and 60 to resolve it). What limits both is
the complex LU and matrix product (8 n^3/3 and 8 n^3 flops) against the LAPACK peak, printed beside.
"""

import time

import numpy as np
import pytest
from scipy.linalg import lu_factor

from weakscatter.atomic import dirac_fock, parse_shells, response_mesh
from weakscatter.atomic.hartree import EV
from weakscatter.atomic.linear_response import respond, solve_directly
from weakscatter.atomic.operators import dipole_length, dipole_velocity, source
from weakscatter.atomic.photoabsorption import dipole_matrix


def cpu(call):
    begin = time.process_time()
    result = call()
    return time.process_time() - begin, result


@pytest.mark.slow
def test_energies_per_second_of_xenon():
    atom = dirac_fock("Xe")
    holes = tuple(atom.index(s.name) for s in parse_shells(["3s", "3p", "3d", "4s", "4p", "4d", "5s", "5p"]))
    build, m = cpu(lambda: dipole_matrix(atom, response_mesh(atom, 200 * EV), cut=60.0, holes=holes))
    sources = [(source(m, dipole_length(m.reference)), 1), (source(m, dipole_velocity(m.reference)), -1)]
    few = np.linspace(70.0, 140.0, 15) * EV
    naive, direct = cpu(lambda: solve_directly(m, sources, few[:3]))
    naive /= 3
    factor, _ = cpu(lambda: lu_factor(m.A))
    n = len(m.A)
    print(
        f"\n{len(m.channels)} channels, n = {n}; matrices {build:.1f} s; LU {8e-9 * n**3 / 3 / factor:.1f} Gflop/s"
    )
    for energies in (few, np.linspace(70.0, 140.0, 60) * EV):
        spent, fast = cpu(lambda energies=energies: respond(m, sources, energies))
        ratio = naive * len(energies) / spent
        print(
            f"{len(energies)} energies: naive {naive:.2f} s each, ours {spent / len(energies):.2f} s each, {ratio:.1f} times"
        )
        assert ratio > 2.0
    few_again = respond(m, sources, few)
    for fast, x, (t, _) in zip(few_again, direct, sources, strict=True):
        np.testing.assert_allclose((fast.values[:3] @ t).imag, (x @ t).imag, rtol=1e-5)
