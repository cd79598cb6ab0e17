"""Ionisation shell by shell, for slow particles: the ab initio tables of the package, or form factors of somebody else.

Three ways to write the same number of one shell with all its electrons, E the energy of the electron that leaves, T = E + I:

    R_00(T, q)                     response, 1/MeV per atom                                        this library
    K(T, q) = E_h R_00             ionisation factor, dimensionless, E_h the hartree               arXiv:2305.05125
    |f(k, q)|^2 = 4 E R_00         ionisation form factor, dimensionless, k = sqrt(2 m_e E)        arXiv:1206.2644, 1703.00910

|f|^2 is (4 k^3/(2 pi)^3) sum |<k|e^(iqr)|nlm>|^2 over final angles and m of a closed shell, whose two spins the 4 = 2 x 2 holds
already: counting all electrons with the 4 is twice too much. int |f|^2/(4 E) dE tends to the electrons of the shell at large q.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np

from weakscatter.provenance.errors import InputError, unknown
from weakscatter.provenance.tables import read_csv
from weakscatter.response.atomic_store import atomic_table, atomic_target, table_settings
from weakscatter.response.response_table import OUTSIDE, ridge
from weakscatter.units import eV, hartree, keV

#: Energy d above a threshold in which the response of a shell changes little: u = ln(E + d) is what it is smooth in.
_NEAR = 0.2 * hartree


def ionisation_factor(response: Any) -> Any:
    """K = E_h R_00 of a response R_00 (1/MeV)."""
    return hartree * response


def form_factor_squared(response: Any, electron_energy: Any) -> Any:
    """|f(k, q)|^2 = 4 E R_00 of a response R_00 (1/MeV) at electron energies E (MeV)."""
    return 4 * electron_energy * response


def response_of_form_factor(squared: Any, electron_energy: Any) -> Any:
    """R_00 = |f|^2/(4 E) (1/MeV): the inverse of `form_factor_squared`; E must be positive."""
    return squared / (4 * electron_energy)


@dataclass(frozen=True, eq=False)
class IonisedShell:
    """One shell of an atom: responses at energies of the electron and momenta.

    Parameters
    ----------
    name : "5p", "4d5/2", ...
    binding : energy I (MeV) that the electron costs; the energy transfer is T = E + I.
    electron_energy : E [n] (MeV), increasing; it may begin at zero.
    momentum : q [m] (MeV), positive, increasing.
    density : R_00 [n, m] (1/MeV), of all electrons of the shell.
    spin : R_33 + R_11+22 of sigma [n, m] (1/MeV); by default 3 R_00, which holds without spin-orbit force.
    beyond : "error" or "zero", what a momentum above the table means.
    along_ridge : whether values move with the ridge of free electrons from one energy to the next.

    Raises
    ------
    InputError : a grid that does not increase, a hole (a value that is missing, not finite, zero or negative), an unknown policy.
    """

    name: str
    binding: float
    electron_energy: Any
    momentum: Any
    density: Any
    spin: Any = None
    beyond: str = "error"
    along_ridge: bool = False
    splines: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.beyond not in OUTSIDE:
            raise unknown("policy beyond the momenta of a shell", self.beyond, OUTSIDE)
        if not 0 < self.binding < inf:
            raise InputError(
                f"the binding energy of {self.name} must be positive and finite (MeV); got {self.binding!r}."
            )
        E = _increasing(self.name, "electron energies", self.electron_energy, least=0.0)
        q = _increasing(self.name, "momenta", self.momentum)
        parts = {
            "density": self.density,
            "spin": 3 * np.asarray(self.density) if self.spin is None else self.spin,
        }
        for part, given in parts.items():
            values = np.array(given, dtype=float)
            if values.shape != (len(E), len(q)):
                raise InputError(
                    f"the {part} of {self.name} has shape {values.shape}; {len(E)} energies and {len(q)} momenta need {(len(E), len(q))}."
                )
            holes = np.argwhere(~(np.isfinite(values) & (values > 0)))
            if len(holes):
                i, j = holes[0]
                raise InputError(
                    f"the table of {self.name} has {len(holes)} holes, the first at an electron energy of {E[i] / eV:.6g} eV and a momentum "
                    f"of {q[j] / keV:.6g} keV: {values[i, j]!r}. Every value must be positive. Leave out energies or momenta that "
                    "are not known."
                )
            parts[part] = np.log(values)
        object.__setattr__(self, "electron_energy", E)
        object.__setattr__(self, "momentum", q)
        object.__setattr__(self, "splines", {part: (v, _slopes(q, v)) for part, v in parts.items()})

    def rows(self, electron_energy: np.ndarray) -> dict[str, np.ndarray]:
        """Return ln R [E, q] of each part at other energies (MeV) inside the table: cubic in ln(E + d)."""
        return {part: self.row_of(part, electron_energy)[0] for part in self.splines}

    def row_of(self, part: str, electron_energy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return ln R [E, q] of a part and its derivative by ln q."""
        E, nodes, q = np.asarray(electron_energy, float), self.electron_energy, self.momentum
        near = min(_NEAR, 0.25 * self.binding) if self.along_ridge else 0.0
        u, at = np.log(nodes + near), np.log(np.clip(E, nodes[0], nodes[-1]) + near)
        first = np.clip(np.searchsorted(u, at, side="right") - 2, 0, len(u) - 4)
        chosen = first[:, None] + np.arange(4)
        places = u[chosen]
        # Lagrange weights: each node's distance to the others, the wanted point's to all but it.
        apart = places[:, :, None] - places[:, None, :] + np.eye(4)
        away = (at[:, None] - places)[:, None, :] * (1 - np.eye(4)) + np.eye(4)
        weights = np.prod(away / apart, axis=-1)
        values, slopes = self.splines[part]
        if not self.along_ridge:
            return np.einsum("ea,eaq->eq", weights, values[chosen]), np.einsum(
                "ea,eaq->eq", weights, slopes[chosen]
            )
        shift = np.log(ridge(nodes[chosen] + self.binding) / ridge(E + self.binding)[:, None])
        found = _hermite(np.log(q), values, slopes, chosen, np.log(q) + shift[..., None])
        return np.einsum("ea,eaq->eq", weights, found[0]), np.einsum("ea,eaq->eq", weights, found[1])

    def require_reach(self, electron_energy: np.ndarray, momentum: np.ndarray) -> None:
        """Raise `InputError` unless the table holds electron energies [n] and momenta up to ``momentum`` [n] (MeV)."""
        E, nodes = np.asarray(electron_energy, float), self.electron_energy
        bad = (nodes[0] * (1 - 1e-9) > E) | (nodes[-1] * (1 + 1e-9) < E)
        if np.any(bad):
            raise InputError(
                f"the table of {self.name} holds electron energies from {nodes[0] / eV:.6g} to {nodes[-1] / eV:.6g} eV and was asked at "
                f"{E[bad][0] / eV:.6g} eV. Stay inside: outside nothing is known, which is not zero."
            )
        over = np.asarray(momentum) > self.momentum[-1]
        if self.beyond == "error" and np.any(over):
            raise InputError(
                f"the table of {self.name} ends at a momentum of {self.momentum[-1] / keV:.6g} keV; the particles reach "
                f"{np.max(momentum) / keV:.6g} keV. Extend it, or say beyond = 'zero' if nothing is left there."
            )


@dataclass(frozen=True, eq=False)
class IonisedShells:
    """Shells of an atom, and where they come from.

    Parameters
    ----------
    shells : `IonisedShell` objects, in any order.
    citations : bibliography keys.
    flags : what has to be said about them.
    """

    shells: tuple[IonisedShell, ...]
    citations: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [shell.name for shell in self.shells]
        twice = [name for name in names if names.count(name) > 1]
        if not names or twice:
            what = f"{twice[0]!r} stands twice" if twice else "there is none"
            raise InputError(f"shells of an atom: {what}. Give each shell once.")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(shell.name for shell in self.shells)

    @property
    def binding(self) -> np.ndarray:
        """Binding energies [shell] (MeV)."""
        return np.array([shell.binding for shell in self.shells])

    def only(self, *names: str) -> IonisedShells:
        """Return some of the shells; "5p" stands for both partners."""
        for name in names:
            if not any(_stands_for(name, shell.name) for shell in self.shells):
                raise unknown("shell", name, self.names)
        kept = tuple(s for s in self.shells if any(_stands_for(name, s.name) for name in names))
        return IonisedShells(kept, self.citations, self.flags)

    def with_binding(self, binding: Mapping[str, float]) -> IonisedShells:
        """Return the shells with other binding energies {shell: MeV}: measured ones, for instance, at the responses of the same E.

        An energy transfer of a calculated threshold may be wrong by more than its responses; what is not named keeps its own.
        """
        for name in binding:
            if name not in self.names:
                raise unknown("shell", name, self.names)
        moved = tuple(
            replace(shell, binding=float(binding.get(shell.name, shell.binding))) for shell in self.shells
        )
        return IonisedShells(moved, self.citations, self.flags)


def _stands_for(name: str, shell: str) -> bool:
    return shell == name or (shell.startswith(name) and "/" in shell and "/" not in name)


@lru_cache(maxsize=16)
def ab_initio_shells(symbol: str) -> IonisedShells:
    """Return the shells of an atom or ion from the package's own table, outermost first.

    Thresholds are those of the table, 1.5 % (M shell of xenon) to 40 % (5p) above measured ones; no correlation between electrons, which
    matters below about 100 eV. `atomic_targets` says which atoms there are.

    Examples
    --------
    >>> ab_initio_shells("Xe").names[:4]
    ('5p3/2', '5p1/2', '5s', '4d5/2')
    """
    name = atomic_target(symbol)
    settings = table_settings(name)
    thresholds = dict(zip(settings["subshell"], np.asarray(settings["threshold_keV"]) * keV, strict=True))
    shells = []
    for shell in sorted(thresholds, key=lambda one: thresholds[one]):
        table = atomic_table(name, subshell=shell)
        parts = {key: np.asarray(value) for key, value in table.parts.items()}
        binding = float(thresholds[shell])
        E = np.maximum(np.asarray(table.energy_transfer) - binding, 0.0)
        spin = parts["axial", "axial", "33"] + parts["axial", "axial", "11+22"]
        shells.append(
            IonisedShell(
                shell, binding, E, table.momentum, parts["vector", "vector", "00"], spin, "zero", True
            )
        )
    flags = (
        f"free {name}, one electron at a time: no correlation, thresholds too high (5p of xenon by 40 %)",
    )
    return IonisedShells(tuple(shells), table.citations, flags)


def shells_of_form_factors(
    squared: Mapping[str, tuple[Any, Any, Any]], binding: Mapping[str, float], *, beyond: str = "error",
    citations: tuple[str, ...] = (),
) -> IonisedShells:  # fmt: skip
    """Return shells from published |f(k, q)|^2.

    Parameters
    ----------
    squared : {shell: (electron energies [n] (MeV), momenta [m] (MeV), |f|^2 [n, m])}, energies positive.
    binding : {shell: binding energy (MeV)} that the publication used.
    beyond : what a momentum above a table means, "error" or "zero".
    """
    shells = []
    for name, (energy, momentum, values) in squared.items():
        if name not in binding:
            raise InputError(
                f"the shell {name} has a form factor and no binding energy. Give one for each of {', '.join(squared)}."
            )
        E = _increasing(name, "electron energies", energy)
        if np.shape(values)[:1] != E.shape:
            raise InputError(
                f"the form factor of {name} has {len(E)} energies and values of shape {np.shape(values)}."
            )
        density = response_of_form_factor(np.asarray(values, float), E[:, None])
        shells.append(IonisedShell(name, float(binding[name]), E, momentum, density, None, beyond))
    return IonisedShells(tuple(shells), citations)


def read_form_factors(
    files: Mapping[str, Any], binding: Mapping[str, float], *, beyond: str = "error", citations: tuple[str, ...] = (),
) -> IonisedShells:  # fmt: skip
    """Return shells from CSV files of |f(k, q)|^2, {shell: file}.

    Columns ``electron_energy (eV)``, ``momentum (keV)`` and ``form_factor_squared (1)``, one row a node: all momenta of the
    first energy, then those of the next one; no row may be missing. Other arguments as in `shells_of_form_factors`.
    """
    dimensions = {"electron_energy": "eV", "momentum": "keV", "form_factor_squared": ""}
    tables = {}
    for name, path in files.items():
        table = read_csv(path, dimensions)
        E, q, values = (table[column] for column in dimensions)
        fallen = np.flatnonzero(np.diff(q) <= 0)
        width = int(fallen[0]) + 1 if len(fallen) else len(q)
        if len(q) % width or not (
            np.array_equal(q, np.tile(q[:width], len(q) // width))
            and np.array_equal(E, np.repeat(E[::width], width))
        ):
            raise InputError(
                f"{str(path)!r}, form factor of {name}: the rows are no grid. The same {width} momenta are needed for every electron "
                "energy, all those of one energy together; a row that is missing is a hole."
            )
        tables[name] = (E[::width], q[:width], values.reshape(-1, width))
    return shells_of_form_factors(tables, binding, beyond=beyond, citations=citations)


def _increasing(name: str, what: str, values: Any, least: float | None = None) -> np.ndarray:
    grid = np.array(values, dtype=float)
    lowest = grid.min() if grid.size else -1.0
    good = lowest > 0 if least is None else lowest >= least
    if (
        grid.ndim != 1
        or len(grid) < 4
        or not np.all(np.isfinite(grid))
        or np.any(np.diff(grid) <= 0)
        or not good
    ):
        raise InputError(
            f"the {what} of {name} need at least four finite values (MeV), {'positive' if least is None else 'not negative'} and increasing."
        )
    return grid


def _slopes(q: np.ndarray, values: np.ndarray) -> np.ndarray:
    from scipy.interpolate import CubicSpline  # a table is made once; the room is light without it

    return np.asarray(CubicSpline(np.log(q), values, axis=1)(np.log(q), 1))


def _hermite(
    x: np.ndarray, values: np.ndarray, slopes: np.ndarray, rows: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cubic between nodes x [q] of chosen rows [...] at points [..., n] and its slope, straight beyond the ends."""
    inside = np.clip(wanted, x[0], x[-1])
    j = np.clip(np.searchsorted(x, inside, side="right") - 1, 0, len(x) - 2)
    h = (x[1:] - x[:-1])[j]
    t = (inside - x[j]) / h
    place = rows[..., None] * len(x) + j
    a, b, left, right = (one.ravel().take(place + more) for one in (values, slopes) for more in (0, 1))
    c2, c3 = 3 * (b - a) - h * (2 * left + right), 2 * (a - b) + h * (left + right)
    value, slope = a + t * (h * left + t * (c2 + t * c3)), left + t * (2 * c2 + 3 * t * c3) / h
    return value + (wanted - inside) * slope, slope
