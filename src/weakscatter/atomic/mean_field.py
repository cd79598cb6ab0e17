"""The field that each orbital feels, and the energy, for any functional of `couplings`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakscatter.atomic.basis import KappaBasis, Orbital
from weakscatter.atomic.coulomb import Coulomb
from weakscatter.atomic.couplings import Couplings, exchange_weight
from weakscatter.atomic.shells import Shell


@dataclass(frozen=True, eq=False)
class System:
    """What stays fixed during self-consistency: mesh, bases by kappa, one-electron Hamiltonians, Coulomb solver."""

    coulomb: Coulomb
    bases: dict[int, KappaBasis]
    bare: dict[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class MeanField:
    """Fock-like operators for a set of orbitals; matrices are made once per kappa and set of weights."""

    system: System
    couplings: Couplings
    orbitals: tuple[Orbital, ...]

    def potential(self, weights: np.ndarray) -> np.ndarray:
        """Return sum_b weights_b y^0_bb on the points."""
        if not np.any(weights):
            return np.zeros_like(self.system.coulomb.radial.r)
        density = sum(w * o.density for w, o in zip(weights, self.orbitals, strict=True) if w != 0.0)
        return self.system.coulomb.potential(density, 0)

    def operators(self, kappa: int, rows: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
        """Return matrices sum_b ( d_b y^0_bb - sum_k x_kb [exchange k with b] ), one per (d [b], x [k, b]).

        ``rows`` share the Coulomb vectors, which are the expensive part. The one-electron part is not included.
        """
        basis = self.system.bases[kappa]
        out = [basis.potential(self.potential(d)) for d, _ in rows]
        used = np.any([x != 0.0 for _, x in rows], axis=0)
        stacks: list[np.ndarray] = []
        factors: list[list[list[float]]] = [[] for _ in rows]
        for b, partner in enumerate(self.orbitals):
            ks = [k for k in range(used.shape[0]) if used[k, b]]
            if not ks:
                continue
            for k, v in self.system.coulomb.vectors(basis, partner, ks).items():
                stacks.append(v)
                for i, (_, x) in enumerate(rows):
                    factors[i].append([x[k, b], len(v)])
        if stacks:
            tall = np.vstack(stacks)
            for i in range(len(rows)):
                scale = np.concatenate([np.full(int(n), f) for f, n in factors[i]])
                kept = scale != 0.0
                if np.all(scale >= 0.0):
                    # One symmetric rank-n product.
                    half = tall[kept] * np.sqrt(scale[kept])[:, None]
                    out[i] -= half.T @ half
                else:
                    out[i] -= tall[kept].T @ (tall[kept] * scale[kept][:, None])
        return out

    def core_row(self, kappa: int, *, shells: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights of the field of a full shell or a virtual of this kappa.

        ``shells`` [b] restricts the sources (the core alone, for instance).
        """
        c = self.couplings
        w = c.occupation if shells is None else np.where(shells, c.occupation, 0.0)
        probe = Shell(40, kappa)
        top = max(max(s.j2 for s in c.shells), probe.j2) + 1
        x = np.array(
            [
                [wb * exchange_weight(probe, k, b) for wb, b in zip(w, c.shells, strict=True)]
                for k in range(top)
            ]
        )
        return w, x

    def shell_row(self, a: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights of the field that shell a feels."""
        c = self.couplings
        w = c.occupation[a]
        return c.direct[a] / w, c.exchange[:, a, :] / w

    def fields(self, kappa: int) -> tuple[np.ndarray, dict[int, np.ndarray]]:
        """Return (core field, {shell index: field of that shell}) for a kappa; open shells have their own."""
        c = self.couplings
        members = [a for a, s in enumerate(c.shells) if s.kappa == kappa]
        opened = [a for a in members if not c.closed[a]]
        rows = [self.core_row(kappa)] + [self.shell_row(a) for a in opened]
        top = max(len(x) for _, x in rows)
        rows = [(d, np.vstack([x, np.zeros((top - len(x), x.shape[1]))])) for d, x in rows]
        matrices = [self.system.bare[kappa] + m for m in self.operators(kappa, rows)]
        own = dict.fromkeys(members, matrices[0])
        own.update(dict(zip(opened, matrices[1:], strict=True)))
        return matrices[0], own

    def effective(self, kappa: int, core: np.ndarray, own: dict[int, np.ndarray]) -> np.ndarray:
        """Return one symmetric operator whose eigenvectors are the stationary orbitals of this kappa.

        Between shells a and b of different occupation the stationarity condition
        <a| w_a F_a - w_b F_b |b> = 0 enters, divided by w_a - w_b.
        """
        members = sorted(own)
        opened = [a for a in members if not self.couplings.closed[a]]
        if not opened:
            return core
        basis = self.system.bases[kappa]
        w = self.couplings.occupation
        out = core.copy()
        dual = {a: basis.metric @ self.orbitals[a].vector for a in members}
        for x in opened:
            shift = (own[x] - core) @ self.orbitals[x].vector
            out += np.outer(shift, dual[x]) + np.outer(dual[x], shift)
        current = {}
        for i, a in enumerate(members):
            for b in members[i:]:
                current[a, b] = self.orbitals[a].vector @ out @ self.orbitals[b].vector
        for (a, b), value in current.items():
            va, vb = self.orbitals[a].vector, self.orbitals[b].vector
            if a == b or abs(w[a] - w[b]) < 1e-9:
                wanted = 0.5 * (va @ own[a] @ vb + va @ own[b] @ vb)
            else:
                wanted = (w[a] * (va @ own[a] @ vb) - w[b] * (va @ own[b] @ vb)) / (w[a] - w[b])
            step = (wanted - value) * np.outer(dual[a], dual[b])
            out += step if a == b else step + step.T
        return out


def energy_parts(field: MeanField, own: dict[int, np.ndarray]) -> tuple[float, np.ndarray]:
    """Return the total energy and <a|F_a|a> [a]: E = 1/2 sum_a w_a (<a|h|a> + <a|F_a|a>)."""
    total = 0.0
    values = np.zeros(len(field.orbitals))
    for a, o in enumerate(field.orbitals):
        values[a] = np.real(o.vector @ own[a] @ o.vector)
        bare = np.real(o.vector @ field.system.bare[o.kappa] @ o.vector)
        total += 0.5 * field.couplings.occupation[a] * (bare + values[a])
    return total, values
