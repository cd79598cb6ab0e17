"""Kernels that Numba compiles once and that later processes run from their machine code, without loading Numba.

Loading Numba and what it imports takes a third of a second, longer than the ten lowest states of 24Mg. So the kernels of
`weakscatter.nuclear.kernels` are compiled to objects without any reference to Python or to Numba's run-time library (they
allocate nothing and raise nothing), kept in the user's cache folder, and linked by LLVM through llvmlite alone.

A kernel is called with float64, int32, int64, uint64 and uint8 arrays that are contiguous, numbers, and named tuples
of these, and returns nothing. Its calling convention is that of Numba's native functions, which no version of Numba promises: two
pointers for result and exception and then the flattened arguments. So number and kinds of the arguments of the compiled
function, and what it calls, are looked at before its code is kept. A Numba that makes other code runs the kernels itself, with
a warning: the numbers are the same, every process starts later.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib
import os
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = ("f8", "i4", "i8", "u8", "u1")
"""Elements of the arrays that kernels take."""

LIBRARY = frozenset({"memcpy", "memmove", "memset"})
"""Functions outside a kernel that its code may call."""

ARRAY = ("meminfo", "parent", "nitems", "itemsize", "data", "shape", "strides")
"""What an array is to Numba, in the order in which it is passed; shape and strides are as many numbers as it has axes."""

_LOCK = threading.RLock()


class UnfamiliarNumba(Exception):
    """This Numba makes machine code that cannot be called in the way that is known here."""


@dataclass(frozen=True, eq=False)
class Packed:
    """An argument in the form in which it is passed: its type, its numbers, and itself, which keeps those valid."""

    type: Any
    numbers: tuple[Any, ...]
    value: Any


def pack(value: Any) -> Packed:
    """Flatten an argument; worth keeping for tables that are passed again and again."""
    if isinstance(value, Packed):
        return value
    if isinstance(value, np.ndarray):
        kind = value.dtype.str[1:]
        if kind not in DTYPES or not value.flags.c_contiguous:
            raise TypeError(f"kernels take contiguous arrays of {', '.join(DTYPES)}, not of {value.dtype}")
        address = value.__array_interface__["data"][0]
        numbers = (0, 0, value.size, value.itemsize, address, *value.shape, *value.strides)
        return Packed((kind, value.ndim), numbers, value)
    if isinstance(value, tuple):
        parts = [pack(v) for v in value]
        return Packed(
            (type(value), *(p.type for p in parts)), tuple(n for p in parts for n in p.numbers), value
        )
    if isinstance(value, float):
        return Packed("float", (float(value),), float(value))
    return Packed("int", (int(value),), int(value))


@dataclass(frozen=True)
class Kernel:
    """The function ``name`` of the module ``module`` of `weakscatter.nuclear.kernels`."""

    module: str
    name: str

    def __call__(self, *arguments: Any) -> None:
        """Run the kernel; other Python threads run meanwhile."""
        packed = [pack(a) for a in arguments]
        function = _function(self.module, self.name, tuple(p.type for p in packed))
        function(packed)


def _function(module: str, name: str, types: tuple[Any, ...]) -> Callable[[Sequence[Packed]], None]:
    with _LOCK:
        return _linked(module, name, types)


@functools.lru_cache(maxsize=256)
def _linked(module: str, name: str, types: tuple[Any, ...]) -> Callable[[Sequence[Packed]], None]:
    """Return a kernel for arguments of these types, from its file or newly compiled."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    file = _folder() / f"{module}-{name}-{_digest(types)}.kernel"
    found = _read(file)
    if found is None:
        try:
            found = _compiled(module, name, types)
        except UnfamiliarNumba as reason:
            return _through_numba(module, name, str(reason))
        _write(file, *found)
    symbol, code = found
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    native = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *_c_types(types))(address)

    def call(packed: Sequence[Packed], _alive: Any = engine) -> None:
        result, trouble = ctypes.c_void_p(), ctypes.c_void_p()
        numbers = (n for p in packed for n in p.numbers)
        if native(ctypes.addressof(result), ctypes.addressof(trouble), *numbers):
            raise RuntimeError(f"the kernel {name} failed; kernels must not raise")

    return call


def _through_numba(module: str, name: str, reason: str) -> Callable[[Sequence[Packed]], None]:
    """Return a kernel that Numba compiles, keeps and calls in its own way."""
    import numba

    warnings.warn(
        f"Numba {numba.__version__}: {reason}; it runs the kernels of the shell model itself, which only makes each process "
        "start later. Tell the authors.",
        RuntimeWarning,
        stacklevel=2,
    )
    plain = getattr(importlib.import_module(f"weakscatter.nuclear.kernels.{module}"), name)
    fast = bool(plain.targetoptions.get("fastmath", False))
    dispatcher = numba.njit(error_model="numpy", fastmath=fast, nogil=True, cache=True)(plain.py_func)

    def call(packed: Sequence[Packed]) -> None:
        dispatcher(*(p.value for p in packed))

    return call


def _c_types(types: tuple[Any, ...]) -> list[Any]:
    """Return what the flattened arguments are for C."""
    made: list[Any] = []
    for t in types:
        if isinstance(t, str):
            made.append(ctypes.c_double if t == "float" else ctypes.c_int64)
        elif isinstance(t[0], str):
            made += [ctypes.c_int64] * (5 + 2 * t[1])
        else:
            made += _c_types(t[1:])
    return made


def _kinds(types: tuple[Any, ...]) -> list[str]:
    """Return what the flattened arguments are for LLVM; every pointer is a "*"."""
    made: list[str] = []
    for t in types:
        if isinstance(t, str):
            made.append("double" if t == "float" else "i64")
        elif isinstance(t[0], str):
            made += ["*", "*", "i64", "i64", "*", *["i64"] * (2 * t[1])]
        else:
            made += _kinds(t[1:])
    return made


def _compiled(module: str, name: str, types: tuple[Any, ...]) -> tuple[str, bytes]:
    """Compile a kernel with Numba; return its symbol and the object that holds it."""
    import llvmlite.binding as llvm

    from weakscatter.nuclear.collector import collector_paused

    with collector_paused():
        from numba import from_dtype
        from numba import types as numba
        from numba.core.datamodel import default_manager

        def numba_type(t: Any) -> Any:
            if isinstance(t, str):
                return numba.float64 if t == "float" else numba.int64
            if isinstance(t[0], str):
                return numba.Array(from_dtype(np.dtype(t[0])), t[1], "C")
            return numba.NamedTuple(tuple(numba_type(part) for part in t[1:]), t[0])

        known = default_manager.lookup(numba.Array(numba.float64, 1, "C"))
        if tuple(getattr(known, "_fields", ())) != ARRAY:
            raise UnfamiliarNumba("its arrays are not what is known here")
        dispatcher = getattr(importlib.import_module(f"weakscatter.nuclear.kernels.{module}"), name)
        signature = tuple(numba_type(t) for t in types)
        dispatcher.compile(signature)
        made = dispatcher.overloads[signature]
        symbol: str = made.fndesc.llvm_func_name
        # Not its text: labels longer than 1024 letters, which long lists of types make, do not come back from that.
        parsed = llvm.parse_bitcode(made.library.serialize_using_bitcode()[2])
    outside = {f.name for f in parsed.functions if f.is_declaration and not f.name.startswith("llvm.")}
    if not outside <= LIBRARY:
        raise UnfamiliarNumba(f"its code of the kernel {name} calls {', '.join(sorted(outside - LIBRARY))}")
    kinds = [str(a.type) for a in parsed.get_function(symbol).arguments]
    if ["*" if k == "ptr" or k.endswith("*") else k for k in kinds] != ["*", "*", *_kinds(types)]:
        raise UnfamiliarNumba(
            f"it passes the arguments of the kernel {name} in another way than is known here"
        )
    return symbol, _machine().emit_object(parsed)


@functools.cache
def _digest_of_sources() -> str:
    """Return a digest of everything but the types that fixes the code: our sources, LLVM, the processor."""
    import llvmlite
    import llvmlite.binding as llvm

    digest = hashlib.sha256(f"{llvmlite.__version__} {llvm.get_default_triple()} ".encode())
    digest.update(f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}".encode())
    here = Path(__file__)
    for source in (here, *sorted((here.parent / "kernels").glob("*.py"))):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _digest(types: tuple[Any, ...]) -> str:
    def text(t: Any) -> str:
        if isinstance(t, str) or isinstance(t[0], str):
            return str(t)
        return f"{t[0].__name__}{t[0]._fields}({', '.join(text(part) for part in t[1:])})"

    named = _digest_of_sources() + " ".join(text(t) for t in types)
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def _machine() -> Any:
    """Return LLVM's generator of code for this processor."""
    import llvmlite.binding as llvm

    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
        jit=True,
    )


def _folder() -> Path:
    """Return where compiled kernels are kept; Numba's own variable moves them, too."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_cache_dir("weakscatter")) / "kernels"


def _read(file: Path) -> tuple[str, bytes] | None:
    """Return symbol and object of a kept kernel, None where there is none or it is damaged."""
    try:
        check, symbol, code = file.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return None
    if check.decode("ascii", "replace") != hashlib.sha256(symbol + code).hexdigest():
        return None
    return symbol.decode(), code


def _write(file: Path, symbol: str, code: bytes) -> None:
    """Keep a kernel. A folder that cannot be written is no error: it is compiled again, that is all."""
    from weakscatter.provenance.errors import InputError
    from weakscatter.provenance.files import write_atomic

    name = symbol.encode()
    with suppress(InputError):
        write_atomic(file, b"\n".join([hashlib.sha256(name + code).hexdigest().encode(), name, code]))
