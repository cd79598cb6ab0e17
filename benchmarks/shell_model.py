"""The shell-model solver: CPU time of whole processes, and of single products in ns and bytes per non-zero element.

    python benchmarks/shell_model.py INTERACTION CORE_Z+Z CORE_N+N [--states 10] [--threads 1]

for example `python benchmarks/shell_model.py usdb.snt 14 14`. The process is started twice; the second one has a warm
compilation cache and is the one that counts. Compare with a reference program at equal residual on the same machine.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path


def whole_process(arguments: argparse.Namespace) -> None:
    """Solve in this process and print what was found."""
    from weakscatter.nuclear import levels, read_interaction

    found = levels(
        read_interaction(arguments.interaction),
        arguments.Z,
        arguments.N,
        states=arguments.states,
        threads=arguments.threads,
        report=print,
    )
    worst = max(s.residual for s in found.states)
    print(
        f"ground state {found.energies[0]:.6f} MeV, {found.products} products, residuals below {worst:.1e} MeV"
    )


def product(arguments: argparse.Namespace) -> None:
    """Time single products, the like-nucleon and the proton-neutron parts apart."""
    from dataclasses import replace

    from weakscatter.nuclear import Truncation, read_interaction
    from weakscatter.nuclear.basis import count_states, make_basis
    from weakscatter.nuclear.cost import count_nonzeros
    from weakscatter.nuclear.coupling import hamiltonian_elements
    from weakscatter.nuclear.hamiltonian import hamiltonian
    from weakscatter.nuclear.product import COLUMNS, MIXED, ROWS
    from weakscatter.nuclear.spectrum import random_vector

    interaction = read_interaction(arguments.interaction)
    Z, N = arguments.Z, arguments.N
    basis = make_basis(interaction, count_states(interaction, Z, N), Z, N, Truncation())
    start = time.process_time()
    operator = hamiltonian(basis, hamiltonian_elements(interaction, basis.shells, Z + N), arguments.threads)
    setup = time.process_time() - start
    nonzeros = count_nonzeros(basis, operator)
    x = random_vector(basis, 0)

    def best(piece_kinds: tuple[int, ...]) -> float:
        keep = [k in piece_kinds for k in operator.pieces[:, 0]]
        part = replace(operator, pieces=operator.pieces[keep])
        times = []
        for _ in range(10 if basis.dimension < 5e5 else 3):
            begin = time.perf_counter()
            part.apply(x)
            times.append(time.perf_counter() - begin)
        return min(times)

    best((ROWS, COLUMNS, MIXED))
    whole = best((ROWS, COLUMNS, MIXED))
    print(
        f"{basis.dimension:,} states, {nonzeros / basis.dimension:.0f} elements per row, set-up {setup:.2f} s, product "
        f"{1e3 * whole:.2f} ms = {1e9 * whole / nonzeros:.3f} ns per element ({1e3 * best((ROWS, COLUMNS)):.2f} ms like nucleons, "
        f"{1e3 * best((MIXED,)):.2f} ms proton-neutron); tables {operator.memory / 1e6:.1f} MB "
        f"= {operator.memory / nonzeros:.2f} bytes per element"
    )


def main() -> None:
    """Run both measurements in fresh processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("interaction", type=Path)
    parser.add_argument("Z", type=int)
    parser.add_argument("N", type=int)
    parser.add_argument("--states", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--inside", choices=["levels", "product"])
    arguments = parser.parse_args()
    if arguments.inside:
        (whole_process if arguments.inside == "levels" else product)(arguments)
        return
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    for run in ("levels", "levels", "product"):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            [sys.executable, __file__, *sys.argv[1:], "--inside", run], check=True, env=environment
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        print(
            f"{run}: CPU {cpu:.2f} s, wall {time.perf_counter() - begin:.2f} s, {after.ru_maxrss / 1e3:.0f} MB at most"
        )


if __name__ == "__main__":
    main()
