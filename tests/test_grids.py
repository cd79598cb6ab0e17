"""Grids: quadrature, interpolation with its policies, and the compilation border."""

import functools
import time
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from weakscatter.grids import (
    Interpolant,
    compilation,
    compiled,
    enable_disk_cache,
    gauss_legendre,
    is_concrete,
    panels,
)
from weakscatter.grids.compilation import compiled_programs
from weakscatter.provenance.errors import InputError


# --- quadrature ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("points", [1, 2, 5, 16, 64])
def test_gauss_legendre_is_exact_to_its_degree(points):
    x, w = gauss_legendre(points)
    for power in (0, points, 2 * points - 1):
        exact = 2 / (power + 1) if power % 2 == 0 else 0.0
        assert w @ x**power == pytest.approx(exact, abs=1e-13)


def test_panels_converge_and_follow_edges():
    x, w = panels([0.0, 0.5, 2.0, 2.0, 3.0], 12)  # a panel of zero width adds nothing
    assert isinstance(x, np.ndarray)
    assert w @ np.exp(-x) == pytest.approx(1 - np.exp(-3), rel=1e-14, abs=0)
    assert x.shape == (48,)


def test_panels_of_many_rows_and_of_traced_edges():
    edges = np.array([[0.0, 1.0], [0.0, 2.0]])
    x, w = panels(edges, 8)
    np.testing.assert_allclose((w * x**3).sum(-1), [0.25, 4.0], rtol=1e-14)

    def integral(top):
        x, w = panels(jnp.stack([0.0, top]), 8)
        return jnp.sum(w * x**3)

    assert jax.grad(integral)(2.0) == pytest.approx(8.0, rel=1e-13, abs=0)


@pytest.mark.parametrize(
    ("edges", "points"), [([1.0, 0.0], 4), ([0.0], 4), ([0.0, np.nan], 4), ([0.0, 1.0], 0)]
)
def test_bad_panels(edges, points):
    with pytest.raises(InputError):
        panels(edges, points)


# --- interpolation ------------------------------------------------------------------------------------------
def test_linear_exact_on_lines_and_at_nodes():
    table = Interpolant([0.0, 1.0, 4.0], [1.0, 3.0, 9.0])
    np.testing.assert_array_equal(table(np.array([0.0, 1.0, 4.0])), [1.0, 3.0, 9.0])
    np.testing.assert_allclose(table(np.array([0.25, 2.5])), [1.5, 6.0], rtol=1e-15)


def test_log_log_exact_on_powers_and_columns():
    x = np.geomspace(0.1, 10, 7)
    table = Interpolant(x, np.stack([x**2, 3 / x], axis=1), kind="log-log")
    at = np.array([[0.2, 0.5, 3.0], [0.1, 10.0, 1.0]])
    assert table(at).shape == (2, 3, 2)
    np.testing.assert_allclose(table(at), np.stack([at**2, 3 / at], axis=-1), rtol=1e-13)


@pytest.mark.parametrize("kind", ["linear", "log-log"])
def test_policies_outside(kind):
    x, y = [1.0, 2.0], [1.0, 2.0]
    strict = Interpolant(x, y, kind=kind, name="efficiency")
    with pytest.raises(InputError, match=r"efficiency.*covers 1 to 2"):
        strict(np.array([1.5, 2.5]))
    with pytest.raises(InputError):
        strict(np.nan)
    traced = jax.jit(strict.__call__)(jnp.array([1.5, 2.5]))
    assert np.isfinite(traced[0])
    assert np.isnan(traced[1])
    zero = Interpolant(x, y, kind=kind, outside="zero")
    np.testing.assert_array_equal(zero(np.array([-1.0, 0.5, 2.5, np.inf])), 0.0)
    assert np.isnan(zero(np.nan))
    more = Interpolant(x, y, kind=kind, outside="extrapolate")
    np.testing.assert_allclose(more(np.array([0.5, 4.0])), [0.5, 4.0], rtol=1e-14)


@pytest.mark.parametrize("kind", ["linear", "log-log"])
@pytest.mark.parametrize("outside", ["zero", "extrapolate", "error"])
def test_gradients_are_finite_everywhere(kind, outside):
    table = Interpolant([1.0, 2.0], [1.0, 2.0], kind=kind, outside=outside)
    slopes = jax.jit(jax.vmap(jax.grad(lambda x: table(x))))(jnp.array([-1.0, 1e-300, 1.5, 5.0, 1e300]))
    assert slopes[2] == pytest.approx(1.0)
    if outside != "error":
        assert np.all(np.isfinite(slopes))


@pytest.mark.parametrize(
    "arguments",
    [
        {"x": [1.0, 1.0], "y": [1.0, 2.0]},
        {"x": [1.0], "y": [1.0]},
        {"x": [1.0, 2.0], "y": [1.0]},
        {"x": [1.0, 2.0], "y": [1.0, np.nan]},
        {"x": [0.0, 2.0], "y": [1.0, 2.0], "kind": "log-log"},
        {"x": [1.0, 2.0], "y": [0.0, 2.0], "kind": "log-log"},
        {"x": [1.0, 2.0], "y": [1.0, 2.0], "kind": "cubic"},
        {"x": [1.0, 2.0], "y": [1.0, 2.0], "outside": "one"},
    ],
)
def test_bad_tables(arguments):
    with pytest.raises(InputError):
        Interpolant(**arguments)


def test_is_concrete():
    seen = []
    jax.jit(lambda x: seen.append((is_concrete(x), is_concrete({"a": [x]}), is_concrete(1.0))) or x)(1.0)
    assert seen == [(False, False, True)]


# --- the border ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class Part:
    strength: float
    phase: complex
    copies: int
    name: str = "part"

    def __post_init__(self):
        # A tracer would fail this comparison: compiled() must not come through here.
        if not self.strength > 0:
            raise InputError("strength must be positive")


@dataclass(frozen=True, eq=False)
class Whole:
    parts: tuple
    weights: object
    options: dict

    def total(self, scale=1.0):
        sum_ = sum(p.strength * p.copies for p in self.parts)
        return scale * sum_ * jnp.sum(self.weights) * self.options["gain"]


@dataclass(frozen=True, eq=False)
class Plain:
    strength: float
    phase: complex
    copies: int


@dataclass(frozen=True)
class Label:
    STATIC: ClassVar[bool] = True
    text: str
    number: float


def whole(strength, n=2):
    parts = tuple(Part(strength + k, 1j, k + 1) for k in range(n))
    return Whole(parts, np.ones(3), {"gain": 2.0, "mode": None, "flag": True})


traces = []


def evaluate(model, scale):
    traces.append(scale)
    return model.total(scale)


def test_compiled_equals_direct_and_compiles_once_per_structure():
    traces.clear()
    for strength in (1.0, 2.0, 3.5):
        model = whole(strength)
        assert compiled(evaluate, model, 2.0) == pytest.approx(float(model.total(2.0)), rel=1e-15, abs=0)
    assert len(traces) == 1
    compiled(evaluate, whole(1.0, n=3), 2.0)  # other structure
    assert len(traces) == 2
    compiled(evaluate, whole(1.0), 2)  # a whole number is structure, not input
    assert len(traces) == 3


def test_methods_and_partials_carry_their_object():
    compilation._program.cache_clear()  # at its limit a new program would push another one out
    before = compiled_programs()
    for strength in (1.0, 2.0):
        model = whole(strength)
        assert compiled(model.total, 3.0) == pytest.approx(float(model.total(3.0)))
        assert compiled(functools.partial(evaluate, model), 3.0) == pytest.approx(float(model.total(3.0)))
    assert compiled_programs() == before + 2


def test_objects_come_back():
    def rotate(part, table):
        return {
            "part": Plain(part.strength * 2, part.phase * 1j, part.copies),
            "table": (table * 2, "name", None),
        }

    result = compiled(rotate, Part(1.0, 1j, 3), np.arange(3.0))
    assert isinstance(result["part"], Plain)
    assert (float(result["part"].strength), complex(result["part"].phase), result["part"].copies) == (
        2.0,
        -1.0,
        3,
    )
    np.testing.assert_array_equal(result["table"][0], [0.0, 2.0, 4.0])
    assert result["table"][1:] == ("name", None)


def test_static_values_of_different_type_do_not_share_a_program():
    def kind(x, flag):
        return x * (10.0 if flag is True else 1.0)

    assert compiled(kind, 1.0, 1) == 1.0
    assert compiled(kind, 1.0, True) == 10.0


def test_static_objects_are_compared_by_value():
    def use(label, x):
        return x * label.number

    compilation._program.cache_clear()  # at its limit a new program would push another one out
    before = compiled_programs()
    assert compiled(use, Label("a", 2.0), 1.0) == 2.0
    assert compiled(use, Label("a", 2.0), 3.0) == 6.0
    assert compiled_programs() == before + 1
    assert compiled(use, Label("a", 4.0), 3.0) == 12.0


def test_gradients_and_batches_pass_through():
    def square(x):
        return x["a"] ** 2

    assert jax.grad(lambda a: compiled(square, {"a": a, "b": 1.0}))(3.0) == pytest.approx(6.0)
    np.testing.assert_allclose(jax.vmap(lambda a: compiled(square, {"a": a}))(jnp.arange(3.0)), [0, 1, 4])


def test_what_cannot_enter():
    with pytest.raises(TypeError, match="set"):
        compiled(evaluate, {1.0, 2.0}, 1.0)
    with pytest.raises(TypeError, match="array"):
        compiled(evaluate, np.array(["a"]), 1.0)


def test_float64():
    assert compiled(lambda x: x * 1.0, np.array([1.0])).dtype == np.float64


def test_overhead_of_a_warm_call():
    model = whole(1.0, n=20)
    compiled(evaluate, model, 2.0)
    times = []
    for _ in range(300):
        start = time.perf_counter()
        compiled(evaluate, model, 2.0)
        times.append(time.perf_counter() - start)
    # About 50 us on one core of a server; the median over a busy machine stays below this.
    assert np.median(times) < 500e-6


def test_disk_cache_never_fails(monkeypatch, tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_: str(blocker))
    chosen = jax.config.jax_compilation_cache_dir
    enable_disk_cache.cache_clear()
    try:
        jax.config.update("jax_compilation_cache_dir", None)
        assert enable_disk_cache() is None
    finally:
        jax.config.update("jax_compilation_cache_dir", chosen)
        enable_disk_cache.cache_clear()
