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
from operator import attrgetter
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


_STATIC = object()  # announces an object that is structure: its type and itself follow
_SCALARS = frozenset({str, int, bool, type(None)})


class _Fields:
    """Names and values of a dataclass whose numbers are leaves."""

    __slots__ = ("names", "values")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        # One call fetches all fields; of fewer than two, attrgetter would not make a tuple.
        several: Callable[[Any], Any] | None = attrgetter(*names) if len(names) > 1 else None
        self.values = several or (lambda value: tuple([getattr(value, name) for name in names]))


@functools.cache
def _fields(kind: Any) -> _Fields | None:
    """Return the fields of a dataclass whose numbers are leaves, None for anything static."""
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is None or getattr(kind, "STATIC", False):
        return None
    return _Fields(tuple(name for name, field in fields.items() if field._field_type.name == "_FIELD"))


def _flatten(value: Any, skeleton: list[Any], leaves: _Leaves) -> None:
    """Append the numbers of ``value`` to ``leaves``, and to ``skeleton`` its description in prefix order.

    One flat list, because it is hashed and compared at every call.
    """
    kind: Any = type(value)
    if kind is float:
        leaves.floats.append(value)
        skeleton.append(float)
    elif kind in _SCALARS:
        skeleton += kind, value  # with the type: 1 == True == 1.0 would otherwise share a program
    elif kind is tuple or kind is list:
        skeleton += kind, len(value)
        for part in value:
            _flatten(part, skeleton, leaves)
    elif kind is np.ndarray or isinstance(value, jax.Array):
        if value.dtype.kind not in "fciub":
            raise TypeError(
                f"an array of {value.dtype} cannot enter a compiled function; use a tuple of names"
            )
        leaves.arrays.append(value)
        skeleton.append(np.ndarray)
    elif kind is dict or kind is MappingProxyType:
        skeleton += kind, tuple(value)
        for part in value.values():
            _flatten(part, skeleton, leaves)
    elif (fields := _fields(kind)) is not None:
        skeleton.append(kind)
        for part in fields.values(value):
            _flatten(part, skeleton, leaves)
    else:
        _flatten_rare(value, kind, skeleton, leaves)


def _flatten_rare(value: Any, kind: type, skeleton: list[Any], leaves: _Leaves) -> None:
    if kind is complex or isinstance(value, np.complexfloating):
        leaves.complexes.append(complex(value))
        skeleton.append(complex)
    elif isinstance(value, np.floating):
        leaves.floats.append(float(value))
        skeleton.append(float)
    elif isinstance(value, MethodType):
        # A method carries its object: the object's numbers are inputs like any others.
        skeleton += MethodType, value.__func__
        _flatten(value.__self__, skeleton, leaves)
    elif isinstance(value, functools.partial):
        skeleton.append(functools.partial)
        _flatten((value.func, value.args, value.keywords), skeleton, leaves)
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        skeleton.append(kind)
        _flatten(tuple(value), skeleton, leaves)
    else:
        try:
            hash(value)
        except TypeError:
            raise TypeError(
                f"an object of type {kind.__name__} cannot enter a compiled function: frozen dataclasses, tuples, "
                "lists, dictionaries, numbers, arrays, names and functions can."
            ) from None
        skeleton += _STATIC, kind, value


class _Source:
    """Hands description and leaves out again, in the order in which they were packed."""

    def __init__(self, skeleton: tuple[Any, ...], floats: Any, complexes: Any, arrays: Any) -> None:
        self.skeleton, self.floats, self.complexes, self.arrays = (
            iter(v) for v in (skeleton, floats, complexes, arrays)
        )


def _rebuild(source: _Source) -> Any:
    """Build the next object of ``source``."""
    kind = next(source.skeleton)
    if kind is float:
        return next(source.floats)
    if kind is complex:
        return next(source.complexes)
    if kind is np.ndarray:
        return next(source.arrays)
    if kind in _SCALARS:
        return next(source.skeleton)
    if kind is _STATIC:
        next(source.skeleton)
        return next(source.skeleton)
    if kind is tuple or kind is list:
        return kind([_rebuild(source) for _ in range(next(source.skeleton))])
    if kind is dict or kind is MappingProxyType:
        return kind({key: _rebuild(source) for key in next(source.skeleton)})
    if kind is MethodType:
        return MethodType(next(source.skeleton), _rebuild(source))
    if kind is functools.partial:
        function, arguments, keywords = _rebuild(source)
        return functools.partial(function, *arguments, **keywords)
    fields = _fields(kind)
    if fields is None:
        return kind(*_rebuild(source))  # a named tuple
    # Not through the constructor: its validation has been passed, and tracers cannot be validated.
    instance = object.__new__(kind)
    for name in fields.names:
        object.__setattr__(instance, name, _rebuild(source))
    return instance


@jax.tree_util.register_pytree_node_class
class _Result:
    """A returned object as JAX carries it: arrays, and the skeleton as static data."""

    def __init__(self, leaves: tuple[Any, ...], skeleton: Any) -> None:
        self.leaves, self.skeleton = leaves, skeleton

    @classmethod
    def of(cls, value: Any) -> "_Result":
        skeleton: list[Any] = []
        leaves = _Leaves()
        _flatten(value, skeleton, leaves)
        return cls((leaves.floats, leaves.complexes, leaves.arrays), tuple(skeleton))

    def open(self) -> Any:
        return _rebuild(_Source(self.skeleton, *self.leaves))

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
        function, arguments, keywords = _rebuild(_Source(skeleton, floats, complexes, arrays))
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
    skeleton: list[Any] = []
    leaves = _Leaves()
    _flatten((function, objects, named), skeleton, leaves)
    program = _program(tuple(skeleton))
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
