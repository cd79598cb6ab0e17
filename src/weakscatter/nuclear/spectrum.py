"""From an interaction and a nucleus to levels: the one call that most users need."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from weakscatter.nuclear.basis import Basis, count_states, make_basis, valence
from weakscatter.nuclear.checkpoint import Interrupted, Saver, fingerprint, load, signals
from weakscatter.nuclear.cost import count_nonzeros, estimate_memory, refuse_unless_it_fits
from weakscatter.nuclear.coupling import hamiltonian_elements
from weakscatter.nuclear.dense import all_states, prefers_dense
from weakscatter.nuclear.hamiltonian import hamiltonian
from weakscatter.nuclear.interaction import Interaction
from weakscatter.nuclear.lanczos import Eigenpairs, Progress, lowest_states
from weakscatter.nuclear.scalars import add, angular_momentum_elements, isospin_elements
from weakscatter.nuclear.shell import Truncation
from weakscatter.nuclear.states import Levels, State
from weakscatter.nuclear.turning import halve, part_kept
from weakscatter.provenance import InputError

Floats = NDArray[np.float64]

PENALTY = 10.0
"""Energy (MeV) by which a projection on J lifts the states with J + 1."""

PURE = 1e-3
"""Largest |<J^2> - J (J + 1)| of a state that a projection on J returns."""


def random_vector(basis: Basis, number: int) -> Floats:
    """Return a reproducible random vector of a basis, zero in its padding."""
    vector = np.random.default_rng(number).standard_normal(basis.length)
    vector[~basis.mask()] = 0.0
    return vector


def levels(
    interaction: Interaction,
    Z: int,
    N: int,
    *,
    states: int = 10,
    two_m: int | None = None,
    parity: int | None = None,
    two_j: int | None = None,
    spins: Literal["all", "even", "odd"] = "all",
    truncation: Truncation = Truncation(),  # noqa: B008  frozen
    tolerance: float = 1e-6,
    threads: int = 1,
    memory_limit: int | None = None,
    saved: Path | None = None,
    report: Callable[[str], None] | None = None,
) -> Levels:
    """Compute the lowest states of a nucleus in the m-scheme shell model.

    Parameters
    ----------
    interaction : Hamiltonian; its mass scaling is applied with A = Z + N.
    Z, N : protons and neutrons of the nucleus, core included.
    states : how many; fewer where the basis is smaller. More than a tenth of a basis of up to 3500 states come from the whole matrix.
    two_m : 2 M of the basis, by default 0 or 1, which contain every J; states with J < M are not found.
    parity : +1 or -1, by default that of the lightest configurations.
    two_j : only states with this 2 J: the basis is M = J, where no lower J exists, and
        beta (J^2 - J (J + 1)) with 2 (J + 1) beta = `PENALTY` lifts the higher ones. The energies returned are without it.
    spins : "even" or "odd" finds only states with even or odd J, in half the basis: their vectors take 0.6 of the memory, a
        product of a large basis 0.6 of the time (`weakscatter.nuclear.turning`). Needs M = 0.
    truncation : which configurations are kept; `particle_hole` makes the usual one.
    tolerance : largest residual |H x - E x| (MeV).
    threads : threads of product and orthogonalisation; each has its own result vector.
    memory_limit : bytes; by default 0.9 of what is free. A run that needs more is refused before it starts.
    saved : file (HDF5) of the state of the run. If it exists the run goes on from it; it is written every five minutes
        and when SIGINT or SIGTERM arrive, which then raise `Interrupted`.
    report : gets a line with dimension, matrix elements and memory before the run.

    Returns
    -------
    Levels with energies (MeV), J, T, parity, residuals and vectors. ``converged`` is False, and the residuals say how
    far it is, when 3000 products were not enough.

    Raises
    ------
    InputError
        for impossible numbers, an empty basis, too little memory, a saved file of another run, or where fewer states with
        the wanted J were found than asked for.
    """
    if states < 1:
        raise InputError(f"states = {states}: ask for at least one.")
    if two_j is not None:
        if two_m not in (None, two_j):
            raise InputError(
                f"two_m = {two_m} and two_j = {two_j}: a projection on J uses M = J; leave out two_m."
            )
        two_m = two_j
    if spins not in ("all", "even", "odd"):
        raise InputError(f"spins = {spins!r}: allowed are 'all', 'even', 'odd'.")
    size = count_states(interaction, Z, N, two_m=two_m, parity=parity, truncation=truncation)
    if spins != "all" and size.two_m != 0:
        raise InputError(
            f"spins = {spins!r} needs M = 0 and 2M is {size.two_m}: leave out spins, two_m and two_j, or take a nucleus with even A."
        )
    states = min(states, size.dimension)
    particles = valence(interaction, Z, N)
    space = interaction.space
    room = tuple(sum(o.two_j + 1 for o in orbits) for orbits in (space.protons, space.neutrons))
    kept = max(30, 4 * states)
    if spins != "all":
        kept = ceil(part_kept(size) * kept) + states
    memory = estimate_memory(size, particles, (room[0], room[1]), kept + states, threads)
    refuse_unless_it_fits(size, memory, memory_limit)

    basis = make_basis(interaction, size, Z, N, truncation)
    elements = hamiltonian_elements(interaction, basis.shells, Z + N)
    square = angular_momentum_elements(basis.shells)
    if two_j is not None:
        beta = PENALTY / (two_j + 2.0)
        elements = add(elements, square, beta, -beta * 0.25 * two_j * (two_j + 2.0))
    operator = hamiltonian(basis, elements, threads)
    nonzeros = count_nonzeros(basis, operator)
    if report is not None:
        report(
            f"{size.dimension:,} states, 2M = {size.two_m}, parity {size.parity:+d}; {nonzeros:,} matrix elements, "
            f"none stored; {(memory.vectors + memory.work + operator.memory) / 1e6:,.0f} MB"
        )
    identity = fingerprint(interaction, Z, N, size.two_m, size.parity, two_j, spins, truncation)
    half = None if spins == "all" else halve(operator, spins == "even")
    dimension = size.dimension if half is None else half.dimension
    if dimension == 0:
        raise InputError(
            f"none of the {size.dimension:,} states of this basis has {spins} J: leave out spins."
        )
    states = min(states, dimension)

    def draw(number: int) -> Floats:
        vector = random_vector(basis, number)
        return vector if half is None else half.contract(vector)

    apply = operator.apply if half is None else half.apply
    if half is None and saved is None and prefers_dense(dimension, states):
        found = all_states(apply, np.flatnonzero(basis.mask()), basis.length, states, tolerance)
    else:
        found = _run(apply, draw, dimension, states, tolerance, threads, saved, identity)
    vectors = found.vectors if half is None else np.array([half.expand(x) for x in found.vectors])
    J2 = hamiltonian(basis, square, threads)
    T2 = (
        hamiltonian(basis, isospin_elements(basis.shells, *particles), threads)
        if space.isospin_symmetric
        else None
    )
    made = []
    for k in range(states):
        x = vectors[k]
        J = _quantum_number(J2.expectation(x))
        T = None if T2 is None else _quantum_number(T2.expectation(x))
        energy = float(found.energies[k])
        if two_j is not None:
            excess = J * (J + 1.0) - 0.25 * two_j * (two_j + 2.0)
            if abs(excess) > PURE:
                raise InputError(
                    f"only {k} states with 2J = {two_j} lie below the lifted ones, {states} were asked for: ask for fewer."
                )
            energy -= beta * excess
        made.append(State(energy, J, T, size.parity, float(found.residuals[k])))
    return Levels(
        interaction,
        Z,
        N,
        size.two_m,
        size.parity,
        tuple(made),
        found.converged,
        size.dimension,
        nonzeros,
        memory.total,
        found.products,
        vectors,
        basis,
    )


def _run(
    apply: Callable[[Floats], Floats],
    draw: Callable[[int], Floats],
    dimension: int,
    states: int,
    tolerance: float,
    threads: int,
    saved: Path | None,
    identity: str,
) -> Eigenpairs:
    """Run Lanczos, from and to a file where one is named."""
    progress = load(saved, identity) if saved is not None and saved.exists() else None

    def run(watch: Saver | None) -> Eigenpairs | Progress:
        return lowest_states(
            apply,
            draw,
            dimension,
            states,
            progress=progress,
            tolerance=tolerance,
            threads=threads,
            watch=watch,
        )

    if saved is None:
        found = run(None)
    else:
        with signals() as caught:
            found = run(Saver(saved, identity, caught))
    if isinstance(found, Progress):
        raise Interrupted(f"stopped after {found.products} products; the same call goes on from {saved}")
    return found


def _quantum_number(square: float) -> float:
    """Return J of <J^2> = J (J + 1)."""
    return max(0.0, float(-0.5 + np.sqrt(max(0.25 + square, 0.0))))
