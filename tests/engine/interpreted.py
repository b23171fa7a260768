"""The generated kernel as plain Python: a thousand times slower than compiled, and ready at once.

Compiling a policy's kernel takes seconds, too long to try a hundred policies and a dozen faults.
The text is the same; only the machine instructions under it are played by `ctypes`.
"""

import ctypes
import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from fairtone.engine import Engine, entering, fast, leaving, recount, snapshot, windows
from fairtone.engine.layout import layout_of
from fairtone.policy.model import Policy

_WORD = (1 << 64) - 1
_IMPORT = re.compile(r"^(?:from \S+ import (?:\([^)]*\)|[^\n]*)|import [^\n]*)\n", re.MULTILINE)
_I8, _I32, _I64 = (kind.from_address for kind in (ctypes.c_int8, ctypes.c_int32, ctypes.c_int64))


def _store(cell: Callable[[int], Any]) -> Callable[[int, int], None]:
    def store(address: int, value: int) -> None:
        cell(address).value = value  # ctypes keeps the low bits, as the machine does

    return store


def _compare(a: int, b: int, c: int, d: int) -> int:
    for part in (a, b, c, d):
        if part.bit_length() > 63:
            raise OverflowError(f"the machine would have cut {part} to 64 bits")
    left, right = a * b, c * d
    return (left > right) - (left < right)


_MACHINE: dict[str, Callable[..., Any]] = {
    "ld8": lambda address: _I8(address).value,
    "ld32": lambda address: _I32(address).value,
    "ld64": lambda address: _I64(address).value,
    "st32": _store(_I32),
    "st64": _store(_I64),
    "prefetch": lambda address: None,
    "shift": lambda value, places: (value & _WORD) >> places,
    "compare": _compare,
}


class EndlessError(Exception):
    """A kernel that does not come to an end, as one with a planted fault may not."""


def _limited(load: Callable[[int], int], most: int) -> Callable[[int], int]:
    """A load that can be done so many times."""
    turns = iter(range(most))

    def limited(address: int) -> int:
        if next(turns, None) is None:
            raise EndlessError(f"the kernel looked at more than {most} half words")
        return load(address)

    return limited


def _as_is(*options: object, **more: object) -> Any:
    """A decorator of numba's that leaves a function alone, with options or without."""
    if options and callable(options[0]):
        return options[0]
    return lambda function: function


def interpreted(source: str, change: Callable[[str], str] = str) -> Callable[[int], int]:
    """What `compiled` makes of a source text, uncompiled, after `change` was made to the text."""
    names: dict[str, Any] = {
        **_MACHINE,
        "ld32": _limited(_MACHINE["ld32"], 10_000_000),
        "np": SimpleNamespace(int64=int),
        "Any": Any,
        "njit": _as_is,
        "cfunc": _as_is,
    }
    for text in (inspect.getsource(windows), source):
        exec(compile(_IMPORT.sub("", change(text)), "kernel", "exec"), names)
    process: Callable[[int], int] = names["process"]
    return process


CHUNK_BITS = 4


@contextmanager
def small_rooms() -> Iterator[None]:
    """Everything that a small stream would not fill is made small, as long as this lasts.

    Tables begin with four buckets and shrink down to them, records lie in chunks of sixteen, the
    buffer of findings holds a handful.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "FIRST_BUCKETS", 4)
        patch.setattr(fast, "layout_of", lambda *given: layout_of(*given, found_most=1))
        for room in (fast, entering, leaving, recount, snapshot):
            patch.setattr(room, "CHUNK", 1 << CHUNK_BITS)
        yield


def uncompiled(
    policy: Policy, change: Callable[[str], str] = str, capacity: int = 1 << 16
) -> Engine:
    """The fast engine of a policy on an interpreted kernel, after `change` was made to its text.

    It lives in `small_rooms`.
    """
    assert fast.CHUNK == 1 << CHUNK_BITS, "an uncompiled engine is run within `small_rooms`"

    def small(text: str) -> str:
        text = re.sub(r"(if ld64\(c \+ \d+\)) > 1024 and", r"\1 > 4 and", text)
        return change(re.sub(r"(?m)^CHUNK_BITS = \d+", f"CHUNK_BITS = {CHUNK_BITS}", text))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "compiled", lambda text, *rest: interpreted(text, small))
        return Engine(policy, capacity=capacity)
