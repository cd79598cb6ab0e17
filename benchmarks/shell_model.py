"""The shell-model solver: CPU time of whole processes, and of single products in ns and bytes per non-zero element.

    python benchmarks/shell_model.py INTERACTION Z N [--states 10] [--threads 1] [--lower 0g7/2,1d5/2 --jumps 0]
        [--reference PROGRAM --input FILE --folder FOLDER]

for example `python benchmarks/shell_model.py usdb.snt 12 12`. Z and N count the core. Whole processes are started in turn, the
reference program (with the text of FILE on its standard input, in FOLDER) between ours, all with one thread; the first
of ours may compile and does not count, and the best of five of either side does. `shell_model.md` beside this file says how
BIGSTICK was run and keeps results.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROCESSES = 5


def truncation_of(arguments: argparse.Namespace, space):
    """Return the truncation of the command line."""
    from weakscatter.nuclear import Truncation, particle_hole

    if arguments.jumps is None:
        return Truncation()
    return particle_hole(space, arguments.lower.split(","), arguments.jumps)


def whole_process(arguments: argparse.Namespace) -> None:
    """Solve in this process and print what was found."""
    from weakscatter.nuclear import levels, read_interaction

    interaction = read_interaction(arguments.interaction)
    found = levels(
        interaction,
        arguments.Z,
        arguments.N,
        states=arguments.states,
        truncation=truncation_of(arguments, interaction.space),
        threads=arguments.threads,
    )
    worst = max(s.residual for s in found.states)
    print(
        f"{found.dimension:,} states, ground state {found.energies[0]:.6f} MeV, {found.products} products, "
        f"residuals below {worst:.1e} MeV"
    )
    gc.freeze()  # as the command line does before it ends


def limits() -> tuple[float, float]:
    """Measure what one core can do: multiplications of a large matrix product per ns, and bytes copied per ns."""
    import numpy as np

    a = np.random.default_rng(0).standard_normal((700, 700))
    source, target = np.ones(16_000_000), np.empty(16_000_000)
    gemm, copy = [], []
    for _ in range(5):
        begin = time.perf_counter()
        a @ a
        gemm.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        np.copyto(target, source)
        copy.append(time.perf_counter() - begin)
    return a.shape[0] ** 3 / min(gemm[1:]) / 1e9, 2 * source.nbytes / min(copy[1:]) / 1e9


def product(arguments: argparse.Namespace) -> None:
    """Time single products, the like-nucleon and the proton-neutron parts apart, against the limits of the machine."""
    from dataclasses import replace

    from weakscatter.nuclear import read_interaction
    from weakscatter.nuclear.basis import count_states, make_basis
    from weakscatter.nuclear.cost import count_nonzeros
    from weakscatter.nuclear.coupling import hamiltonian_elements
    from weakscatter.nuclear.hamiltonian import hamiltonian
    from weakscatter.nuclear.layout import COLUMNS, MIXED, ROWS
    from weakscatter.nuclear.spectrum import random_vector

    interaction = read_interaction(arguments.interaction)
    Z, N, truncation = arguments.Z, arguments.N, truncation_of(arguments, interaction.space)
    basis = make_basis(interaction, count_states(interaction, Z, N, truncation=truncation), Z, N, truncation)
    start = time.process_time()
    operator = hamiltonian(basis, hamiltonian_elements(interaction, basis.shells, Z + N))
    setup = time.process_time() - start
    nonzeros = count_nonzeros(basis, operator)
    x = random_vector(basis, 0)

    def best(*kinds: int, threads: int = 1) -> float:
        keep = [k in kinds for k in operator.pieces[:, 0]]
        part = replace(operator, pieces=operator.pieces[keep], threads=threads)
        times = []
        for _ in range(20 if basis.dimension < 5e5 else 3):
            begin = time.perf_counter()
            part.apply(x)
            times.append(time.perf_counter() - begin)
        return min(times)

    everything = (ROWS, COLUMNS, MIXED)
    best(*everything)
    whole, like, mixed = best(*everything), best(ROWS, COLUMNS), best(MIXED)
    two = best(*everything, threads=2)
    gemm, copied = limits()
    print(
        f"{basis.dimension:,} states, {nonzeros:,} elements, {nonzeros / basis.dimension:.0f} per row, set-up {setup:.2f} s\n"
        f"product {1e3 * whole:.2f} ms = {1e9 * whole / nonzeros:.3f} ns per element "
        f"({1e3 * like:.2f} ms like nucleons, {1e3 * mixed:.2f} ms proton-neutron); two threads {1e3 * two:.2f} ms, {whole / two:.2f} times\n"
        f"tables {operator.memory / 1e6:.1f} MB = {operator.memory / nonzeros:.2f} bytes per element\n"
        f"{nonzeros / whole / 1e9:.1f} multiplications by non-zeros per ns; a large matrix product makes {gemm:.1f}. Vectors alone "
        f"{16 * basis.dimension / whole / 1e9:.2f} bytes per ns; copying makes {copied:.1f}"
    )


def cpu_time(command: list[str], **keys: object) -> tuple[float, float, float]:
    """Run a process; return its CPU time (user and system, s), its wall time and the largest memory so far (MB)."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, **keys)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, time.perf_counter() - begin, after.ru_maxrss / 1e3


def main() -> None:
    """Run all measurements in fresh processes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("interaction", type=Path)
    parser.add_argument("Z", type=int)
    parser.add_argument("N", type=int)
    parser.add_argument("--states", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--lower", default="")
    parser.add_argument("--jumps", type=int)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--input", type=Path)
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--inside", choices=["levels", "product"])
    arguments = parser.parse_args()
    if arguments.inside:
        (whole_process if arguments.inside == "levels" else product)(arguments)
        return
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    own = [sys.executable, __file__, *sys.argv[1:], "--inside"]
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as empty:
        cold = cpu_time([*own, "levels"], env=environment | {"NUMBA_CACHE_DIR": empty})[0]
        warm = cpu_time([*own, "levels"], env=environment | {"NUMBA_CACHE_DIR": empty})[0]
        for _ in range(arguments.processes):
            ours.append(
                cpu_time(
                    [*own, "levels"], env=environment | {"NUMBA_CACHE_DIR": empty}, stdout=subprocess.DEVNULL
                )
            )
            if arguments.reference:
                with arguments.input.open() as text, open(os.devnull, "w") as nothing:
                    theirs.append(
                        cpu_time(
                            [str(arguments.reference.resolve())],
                            env=environment,
                            stdin=text,
                            stdout=nothing,
                            cwd=arguments.folder,
                        )[0]
                    )
    mine = min(cpu for cpu, _, _ in ours)
    print(
        f"whole process: CPU {mine:.2f} s (all: {', '.join(f'{c:.2f}' for c, _, _ in ours)}), wall "
        f"{min(w for _, w, _ in ours):.2f} s, {ours[0][2]:.0f} MB at most; first call with its compilation {cold:.1f} s, {cold - warm:.1f} s more"
    )
    kernel = (
        "import numpy as np, weakscatter.nuclear.spectrum as s, weakscatter.nuclear.lanczos as l; "
        "l.DOTS(np.ones((1, 8)), 1, np.ones(8), 0, 8, np.zeros(1))"
    )
    start = [
        cpu_time([sys.executable, "-c", kernel], env=environment)[0] for _ in range(arguments.processes + 1)
    ]
    print(f"of which {min(start):.2f} s for a process that loads Python, NumPy and one small kernel")
    if theirs:
        print(
            f"reference: CPU {min(theirs):.2f} s (all: {', '.join(f'{t:.2f}' for t in theirs)}); {min(theirs) / mine:.2f} times ours"
        )
    subprocess.run([*own, "product"], check=True, env=environment)


if __name__ == "__main__":
    main()
