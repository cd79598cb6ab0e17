"""The radial mesh: knots, B-splines on Gauss points, and the contour of exterior complex scaling.

Knots grow exponentially from the nucleus and linearly outside, r_(i+1) = r_i + min(r_i (e^f - 1), h): the inner
part holds r^gamma at every scale, the outer part waves up to momentum of about 1.5/h. The same splines live on a
contour R(x): real up to ``start``, then dR/dx rises smoothly to e^(i angle) over ``width``; overlaps carry
no complex conjugation there (the c-product).

de Boor, "A Practical Guide to Splines" (1978); Johnson, Blundell, Sapirstein, Phys. Rev. A 37, 307 (1988);
Simon, Phys. Lett. A 71, 211 (1979) for exterior scaling.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numba
import numpy as np
from scipy.interpolate import BSpline

from weakscatter.provenance.errors import InputError


@dataclass(frozen=True)
class Mesh:
    """What defines the radial mesh (lengths in Bohr radii).

    Parameters
    ----------
    box : outer end, where orbitals vanish.
    step : largest distance of knots.
    growth : the exponential growth f of the inner knots.
    first : first knot.
    order : order of the splines (degree + 1).
    scaling_start, scaling_width, scaling_angle : the contour; angle 0 keeps it real.
    """

    box: float = 40.0
    step: float = 0.6
    growth: float = 0.35
    first: float = 1e-6
    order: int = 9
    scaling_start: float = 15.0
    scaling_width: float = 3.0
    scaling_angle: float = 0.0

    def __post_init__(self) -> None:
        checks = {
            "box": self.box > 0.0,
            "step": 0.0 < self.step < self.box / 4,
            "growth": 0.02 < self.growth <= 1.5,
            "first": 0.0 < self.first < 1e-2,
            "order": 4 <= self.order <= 12,
            "scaling_angle": 0.0 <= self.scaling_angle < 1.2,
        }
        for name, good in checks.items():
            if not good:
                raise InputError(
                    f"the radial mesh cannot have {name} = {getattr(self, name)}. Lengths are in Bohr radii: box > 0, "
                    "step below a quarter of the box, growth in (0.02, 1.5], first in (0, 0.01), order 4 to 12, "
                    "scaling_angle in [0, 1.2)."
                )
        if self.scaling_angle > 0 and not 0 < self.scaling_start + self.scaling_width < self.box:
            raise InputError(
                f"complex scaling from {self.scaling_start} over {self.scaling_width} Bohr radii does not fit into "
                f"a box of {self.box}: enlarge the box."
            )

    def on_contour(self, angle: float = 0.6) -> Mesh:
        """Return the mesh with its outer part turned into the complex plane."""
        return replace(self, scaling_angle=angle)

    def largest_momentum(self) -> float:
        """Return the momentum (1/Bohr radius) of the shortest wave the outer knots hold, two knots a wavelength."""
        return np.pi / self.step


def _knots(mesh: Mesh) -> np.ndarray:
    points = [0.0, mesh.first]
    while points[-1] < mesh.box:
        points.append(points[-1] + min(points[-1] * np.expm1(mesh.growth), mesh.step))
    points[-1] = mesh.box
    if points[-1] - points[-2] < 0.3 * mesh.step:
        del points[-2]
    return np.array(points)


@dataclass(frozen=True, eq=False)
class Radial:
    """Splines and Gauss points of a mesh.

    ``x`` [cell, point] are the parameters, ``r`` the (complex) radii, ``weight`` the quadrature weights including
    dR/dx; ``value`` and ``slope`` [cell, point, order] hold the splines that live in a cell and their derivatives
    d/dR, the first of them having index ``cell``. There are ``size`` splines; the first does not vanish at 0 and the
    last not at the box.
    """

    mesh: Mesh
    breaks: np.ndarray
    x: np.ndarray
    r: np.ndarray
    weight: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    size: int
    citations: tuple[str, ...] = field(default=("deboor1978", "johnson1988"))

    @property
    def dtype(self) -> Any:
        """float64, or complex128 on a contour."""
        return self.r.dtype

    def evaluate(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the function sum_i c_i B_i on the Gauss points [cell, point, ...]."""
        return evaluate(self.value, np.asarray(coefficients))

    def spline(self, coefficients: np.ndarray) -> BSpline:
        """Return sum_i c_i B_i as a function of the parameter x, that is of r where the contour is real."""
        k = self.mesh.order
        ends = np.full(k - 1, self.mesh.box)
        return BSpline(np.concatenate([np.zeros(k - 1), self.breaks, ends]), coefficients, k - 1)

    def integrate(self, f: np.ndarray) -> Any:
        """Return the integral of f [cell, point] along the contour."""
        return np.sum(self.weight * f)


def radial(mesh: Mesh) -> Radial:
    """Tabulate the splines of a mesh on order + 3 Gauss points a cell."""
    breaks = _knots(mesh)
    k = mesh.order
    knots = np.concatenate([np.zeros(k - 1), breaks, np.full(k - 1, mesh.box)])
    cells, size = len(breaks) - 1, len(knots) - k
    node, w = np.polynomial.legendre.leggauss(k + 3)
    half = 0.5 * np.diff(breaks)
    x = (0.5 * (breaks[1:] + breaks[:-1]))[:, None] + half[:, None] * node
    start, width = mesh.scaling_start, mesh.scaling_width
    if mesh.scaling_angle > 0:
        # The turn begins and ends on knots, so that every cell sees a polynomial contour.
        start = breaks[np.argmin(abs(breaks - start))]
        width = breaks[np.argmin(abs(breaks - start - width))] - start
    r, jacobian = _contour(x, start, width, mesh.scaling_angle)
    spline = BSpline(knots, np.eye(size), k - 1)
    picks = np.arange(cells)[:, None, None] + np.arange(k)
    value = np.take_along_axis(spline(x), picks, axis=2)
    slope = np.take_along_axis(spline.derivative()(x), picks, axis=2)
    return Radial(
        mesh,
        breaks,
        x,
        r,
        half[:, None] * w * jacobian,
        value.astype(r.dtype),
        slope / jacobian[..., None],
        size,
    )


def _contour(x: np.ndarray, start: float, width: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Return R(x) and dR/dx = 1 + (e^(i angle) - 1) s, with s a smooth step of three vanishing derivatives."""
    if angle == 0.0:
        return x, np.ones_like(x)
    t = np.clip((x - start) / width, 0.0, 1.0)
    step = t**4 * (35 - 84 * t + 70 * t**2 - 20 * t**3)
    area = t**5 * (7 - 14 * t + 10 * t**2 - 2.5 * t**3) * width + np.maximum(x - start - width, 0.0)
    turn = np.exp(1j * angle) - 1.0
    return x + turn * area, 1.0 + turn * step


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def evaluate(local: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Return sum_i c_i f_i on the points [cell, point] for local functions [cell, point, order]."""
    cells, points, order = local.shape
    out = np.zeros((cells, points), dtype=local.dtype)
    for c in range(cells):
        for p in range(points):
            total = out[c, p]
            for i in range(order):
                total += local[c, p, i] * coefficients[c + i]
            out[c, p] = total
    return out


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def overlaps(left: np.ndarray, right: np.ndarray, weight: np.ndarray, size: int) -> np.ndarray:
    """Return the matrix int left_i right_j weight [size, size] of local functions; weight [cell, point]."""
    cells, points, order = left.shape
    out = np.zeros((size, size), dtype=left.dtype)
    for c in range(cells):
        for p in range(points):
            for i in range(order):
                factor = left[c, p, i] * weight[c, p]
                for j in range(order):
                    out[c + i, c + j] += factor * right[c, p, j]
    return out


@numba.njit(cache=True, nogil=True)  # type: ignore[misc]
def moments(local: np.ndarray, weight: np.ndarray, size: int) -> np.ndarray:
    """Return the vector int f_i weight [size] of local functions; weight [cell, point]."""
    cells, points, order = local.shape
    out = np.zeros(size, dtype=local.dtype)
    for c in range(cells):
        for p in range(points):
            for i in range(order):
                out[c + i] += local[c, p, i] * weight[c, p]
    return out
