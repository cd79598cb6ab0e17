"""Which pairs (particle <- hole) respond to an operator of rank J and given parity.

A channel is a hole with all particles of one kappa: core -> virtual ("vc"), open -> virtual ("vx"), and core -> open
("xc"), which exists because the open shell is not full. Metric Delta = n_hole - n_particle.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from weakscatter.atomic.basis import KappaBasis
from weakscatter.atomic.reference import Reference
from weakscatter.atomic.shells import Shell, kappa_name, orbital_l
from weakscatter.provenance.errors import InputError


@dataclass(frozen=True, eq=False)
class Channel:
    """Pairs of one hole with the particles ``vectors`` [n, pair] of one kappa.

    ``particle`` is the index of the open shell for "xc", else None; ``metric`` is Delta; ``space`` names the set of
    particles, equal for equal sets.
    """

    kind: str
    hole: int
    particle: int | None
    kappa: int
    basis: KappaBasis
    vectors: np.ndarray
    metric: float
    label: str

    @property
    def space(self) -> tuple[int, int | None]:
        """Identity of the particle space."""
        return self.kappa, self.particle

    @property
    def size(self) -> int:
        """Number of pairs."""
        return self.vectors.shape[1]


def allowed_kappas(kappa: int, rank: int, *, natural: bool) -> list[int]:
    """Return kappa' with |j - J| <= j' <= j + J and (-1)^(l + l' + J) = +1 (natural) or -1.

    >>> allowed_kappas(1, 1, natural=True), allowed_kappas(-2, 1, natural=True)
    ([-1, 2], [-1, 2, -3])
    """
    j2, found = 2 * abs(kappa) - 1, []
    for other2 in range(abs(j2 - 2 * rank), j2 + 2 * rank + 1, 2):
        size = (other2 + 1) // 2
        for other in (-size, size):
            even = (orbital_l(kappa) + orbital_l(other) + rank) % 2 == 0
            if size > 0 and even == natural:
                found.append(other)
    return found


def dipole_channels(shells: Iterable[Shell]) -> dict[str, list[str]]:
    """Return {subshell: names of the continua that an electric dipole leads to}.

    >>> from weakscatter.atomic.shells import parse_shells
    >>> dipole_channels(parse_shells(["4p"]))
    {'4p1/2': ['s', 'd3/2'], '4p3/2': ['s', 'd3/2', 'd5/2']}
    """
    return {s.name: [kappa_name(kappa) for kappa in allowed_kappas(s.kappa, 1, natural=True)] for s in shells}


def channels(
    reference: Reference, rank: int, *, natural: bool = True, active: tuple[int, ...] | None = None
) -> tuple[Channel, ...]:
    """Return the channels of rank J, holes restricted to the shells ``active`` (indices; all by default).

    Pairs with Delta = 0 (a core shell into a full "open" shell) are left out.
    """
    chosen = range(len(reference.shells)) if active is None else active
    found = []
    for q in chosen:
        shell = reference.shells[q]
        core = bool(reference.core[q])
        n = 1.0 if core else float(reference.eta[q] ** 2)
        for kappa in allowed_kappas(shell.kappa, rank, natural=natural):
            virtual = reference.virtuals[kappa]
            if core:
                for x in np.flatnonzero(~reference.core):
                    o = reference.orbitals[x]
                    free = 1.0 - float(reference.eta[x] ** 2)
                    if o.kappa == kappa and free > 1e-10:
                        label = f"{shell.name} -> {reference.shells[x].name}"
                        found.append(
                            Channel("xc", q, int(x), kappa, virtual.basis, o.vector[:, None], free, label)
                        )
            label = f"{shell.name} -> {kappa_name(kappa)}"
            kind = "vc" if core else "vx"
            if virtual.vectors.shape[1] and n > 1e-10:
                found.append(Channel(kind, q, None, kappa, virtual.basis, virtual.vectors, n, label))
    if not found:
        raise InputError(
            f"no shell among those chosen responds to an operator of rank {rank}: choose other shells."
        )
    return tuple(found)
