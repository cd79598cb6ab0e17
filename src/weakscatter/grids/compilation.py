"""The compilation border: run a function on physics objects as one compiled JAX program.

``compiled(function, *objects)`` takes objects apart into numbers, which become inputs of the program, and a
static skeleton (types, names, whole numbers, callables), which selects it. Inside, the objects are built again
around traced numbers: models are never arguments of ``jit``, and physics functions stay plain functions.
A second call with the same skeleton and other numbers compiles nothing.
"""

import contextlib
import functools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType, MethodType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

_config: Any = jax.config  # untyped in JAX, as is the barrier below
_PROGRAMS = 256  # compiled programs kept; the least recently used goes first


class _Leaves:
    """The numbers of a set of objects, in the order in which they were met.

    Python floats and complex numbers are packed into one array each: handing over one array costs as much as
    handing over one number.
    """

    __slots__ = ("arrays", "complexes", "floats")

    def __init__(self) -> None:
        self.floats: list[float] = []
        self.complexes: list[complex] = []
        self.arrays: list[Any] = []


def _fields(kind: type) -> tuple[str, ...] | None:
    """Return the field names of a dataclass whose numbers are leaves, None for anything static."""
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is None or getattr(kind, "STATIC", False):
        return None
    return tuple(name for name, field in fields.items() if field._field_type.name == "_FIELD")


_FIELDS: dict[type, tuple[str, ...] | None] = {}


def _flatten(value: Any, leaves: _Leaves) -> Any:
    """Append the numbers of ``value`` to ``leaves`` and return its skeleton, a hashable description."""
    kind = type(value)
    if kind is float:
        leaves.floats.append(value)
        return float
    if kind is str or value is None or kind is int or kind is bool:
        return kind, value  # with the type: 1 == True == 1.0 would otherwise share a program
    if kind is np.ndarray or isinstance(value, jax.Array):
        if value.dtype.kind not in "fciub":
            raise TypeError(
                f"an array of {value.dtype} cannot enter a compiled function; use a tuple of names"
            )
        leaves.arrays.append(value)
        return np.ndarray
    if kind is tuple or kind is list:
        return kind, tuple([_flatten(v, leaves) for v in value])
    if kind is dict or kind is MappingProxyType:
        return kind, tuple(value), tuple([_flatten(v, leaves) for v in value.values()])
    if kind in _FIELDS:
        fields = _FIELDS[kind]
    else:
        fields = _FIELDS[kind] = _fields(kind)
    if fields is not None:
        return kind, fields, tuple([_flatten(getattr(value, name), leaves) for name in fields])
    return _flatten_rare(value, kind, leaves)


def _flatten_rare(value: Any, kind: type, leaves: _Leaves) -> Any:
    if kind is complex or isinstance(value, np.complexfloating):
        leaves.complexes.append(complex(value))
        return complex
    if isinstance(value, np.floating):
        leaves.floats.append(float(value))
        return float
    if isinstance(value, MethodType):
        # A method carries its object: the object's numbers are inputs like any others.
        return MethodType, value.__func__, _flatten(value.__self__, leaves)
    if isinstance(value, functools.partial):
        return functools.partial, _flatten((value.func, value.args, value.keywords), leaves)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return tuple, kind, tuple([_flatten(v, leaves) for v in value])
    try:
        hash(value)
    except TypeError:
        raise TypeError(
            f"an object of type {kind.__name__} cannot enter a compiled function: frozen dataclasses, tuples, lists, "
            "dictionaries, numbers, arrays, names and functions can."
        ) from None
    return kind, value


class _Source:
    """Hands the leaves out again, in the order in which they were packed."""

    def __init__(self, floats: Any, complexes: Any, arrays: Any) -> None:
        self.floats, self.complexes, self.arrays = (iter(v) for v in (floats, complexes, arrays))


def _rebuild(skeleton: Any, source: _Source) -> Any:
    """Build the object described by ``skeleton`` around the numbers of ``source``."""
    if skeleton is float:
        return next(source.floats)
    if skeleton is complex:
        return next(source.complexes)
    if skeleton is np.ndarray:
        return next(source.arrays)
    kind = skeleton[0]
    if kind is MethodType:
        return MethodType(skeleton[1], _rebuild(skeleton[2], source))
    if kind is functools.partial:
        function, arguments, keywords = _rebuild(skeleton[1], source)
        return functools.partial(function, *arguments, **keywords)
    if len(skeleton) == 3 and kind is tuple:
        return skeleton[1](*(_rebuild(v, source) for v in skeleton[2]))
    if kind is tuple or kind is list:
        return kind(_rebuild(v, source) for v in skeleton[1])
    if kind is dict or kind is MappingProxyType:
        return kind({key: _rebuild(v, source) for key, v in zip(skeleton[1], skeleton[2], strict=True)})
    if len(skeleton) == 3:
        # Not through the constructor: its validation has been passed, and tracers cannot be validated.
        instance = object.__new__(kind)
        for name, part in zip(skeleton[1], skeleton[2], strict=True):
            object.__setattr__(instance, name, _rebuild(part, source))
        return instance
    return skeleton[1]


@jax.tree_util.register_pytree_node_class
class _Result:
    """A returned object as JAX carries it: arrays, and the skeleton as static data."""

    def __init__(self, leaves: tuple[Any, ...], skeleton: Any) -> None:
        self.leaves, self.skeleton = leaves, skeleton

    @classmethod
    def of(cls, value: Any) -> "_Result":
        leaves = _Leaves()
        skeleton = _flatten(value, leaves)
        return cls((leaves.floats, leaves.complexes, leaves.arrays), skeleton)

    def open(self) -> Any:
        if self.skeleton is np.ndarray:
            return self.leaves[2][0]
        return _rebuild(self.skeleton, _Source(*self.leaves))

    def tree_flatten(self) -> tuple[tuple[Any, ...], Any]:
        return self.leaves, self.skeleton

    @classmethod
    def tree_unflatten(cls, skeleton: Any, leaves: tuple[Any, ...]) -> "_Result":
        return cls(leaves, skeleton)


@functools.lru_cache(maxsize=_PROGRAMS)
def _program(skeleton: Any) -> Any:
    """Return the jitted program of one skeleton: (function, arguments, keywords)."""
    if not _config.jax_enable_x64:
        raise RuntimeError("JAX runs in 32-bit precision; import weakscatter before changing jax_enable_x64.")
    enable_disk_cache()

    def run(floats: Any, complexes: Any, arrays: Any) -> _Result:
        function, arguments, keywords = _rebuild(skeleton, _Source(floats, complexes, arrays))
        return _Result.of(function(*arguments, **keywords))

    return jax.jit(run)


def compiled(function: Callable[..., Any], /, *objects: Any, **named: Any) -> Any:
    """Return ``function(*objects, **named)``, compiled once per structure and run on the numbers given.

    Parameters
    ----------
    function : callable
        Traceable by JAX. A module-level function or a method: a lambda written in a loop is a new function, and
        compiles, each time.
    *objects, **named
        Nested frozen dataclasses, dicts, tuples and lists. Inputs of the program: floats, complex numbers, arrays
        (a new array shape compiles again). Part of its structure, compared by value: whole numbers, truth values,
        names, None, enumerations; by identity: callables and objects whose class says ``STATIC = True`` or that
        are no dataclass.

    Returns
    -------
    object
        What the function returns, with JAX arrays in place of its numbers.

    Notes
    -----
    Differentiable: ``jax.grad(lambda m: compiled(rate, m, target))`` works, the program nests. Validation inside
    constructors is not repeated on the traced objects.

    Examples
    --------
    >>> float(compiled(lambda p, n: p["a"] * n, {"a": 1.5}, 2))
    3.0
    """
    leaves = _Leaves()
    skeleton = _flatten((function, objects, named), leaves)
    program = _program(skeleton)
    result: _Result = program(
        _pack(leaves.floats, float) if leaves.floats else (),
        _pack(leaves.complexes, complex) if leaves.complexes else (),
        tuple(leaves.arrays),
    )
    return result.open()


def _pack(numbers: list[Any], kind: type) -> Any:
    return np.array(numbers, dtype=kind)


def compiled_programs() -> int:
    """Return how many programs are held, for tests and reports."""
    return _program.cache_info().currsize


@functools.cache
def enable_disk_cache() -> Path | None:
    """Keep compiled programs in the user's cache folder, so that a second process starts warm.

    Returns
    -------
    Path or None
        The folder; None where it cannot be written, and then nothing is kept. A folder that the user gave to JAX
        (``JAX_COMPILATION_CACHE_DIR``) is left alone.
    """
    chosen = _config.jax_compilation_cache_dir
    if chosen:
        return Path(chosen)
    # No folder is never an error: the programs are compiled again, that is all.
    with contextlib.suppress(OSError, RuntimeError, KeyError):
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("weakscatter")) / f"xla-{jax.__version__}"
        folder.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(dir=folder, prefix="probe")
        os.close(handle)
        os.unlink(probe)
        _config.update("jax_compilation_cache_dir", str(folder))
        _config.update("jax_persistent_cache_min_compile_time_secs", 0.2)
        return folder
    return None


_optimization_barrier: Any = jax.lax.optimization_barrier


def barrier(table: Any) -> Any:
    """Return a constant table as a JAX array that the compiler does not fold into the program.

    Folding 36 MB would take it half a minute. The one way by which tables enter traced functions.
    """
    return _optimization_barrier(jnp.asarray(table))
