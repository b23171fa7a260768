"""The rule set in C: compiled where it runs, fed the same integer columns, counted per rule.

`reference.c` says what it leaves out. It is the measure of what is possible, not a way of running.
"""

import hashlib
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import cffi
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.workload import RULES, Columns

SOURCE = Path(__file__).with_name("reference.c")
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror")
FOLDER = Path(__file__).parent.parent / ".cache" / "bench"
TAKEN = ("at", "account", "caller", "callee", "address", "prefix", "duration", "answered")

_ffi = cffi.FFI()
_ffi.cdef("""
    typedef struct state state;
    state *make(int64_t calls, const int64_t *keys);
    void drop(state *s);
    void counts(const state *s, int64_t *out);
    void process(state *s, int64_t count, const int64_t *at, const int64_t *account,
                 const int64_t *caller, const int64_t *callee, const int64_t *address,
                 const int64_t *prefix, const int64_t *duration, const int8_t *answered);
""")


class NoCompiler(RuntimeError):
    """There is no `cc` here: the comparison with C cannot be made."""


def keys_of(calls: Columns) -> np.ndarray:
    """How many of each key there are, in the order that `make` wants them."""

    def distinct(column: np.ndarray) -> int:
        return int(pc.count_distinct(pa.array(column)).as_py())

    account = calls["account"]
    return np.array(
        [
            *(distinct(calls[name]) for name in ("account", "caller", "callee", "address")),
            distinct(account << 40 | calls["prefix"]),
            distinct(account * np.int64(-7046029254386353131) ^ calls["callee"]),
            distinct(account << 32 | calls["address"]),
        ],
        np.int64,
    )


class ReferenceC:
    """The compiled reference. `NoCompiler` if it cannot be compiled."""

    def __init__(self, folder: Path = FOLDER) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise NoCompiler("no `cc` on the path: install a C compiler to compare with C")
        identity = hashlib.sha256(SOURCE.read_bytes() + repr(FLAGS).encode()).hexdigest()[:12]
        library = folder / f"reference-{identity}.so"
        if not library.exists():
            folder.mkdir(parents=True, exist_ok=True)
            draft = library.with_suffix(".tmp")
            subprocess.run([compiler, *FLAGS, "-o", draft, SOURCE], check=True)
            draft.replace(library)
        self._library: Any = _ffi.dlopen(str(library))

    def run(
        self, calls: Columns, keys: np.ndarray, batch: int = 4096
    ) -> tuple[float, dict[str, int], int]:
        """CPU seconds, how often each rule's condition held, and for how many calls any did.

        Like a run of the kernel it begins with empty memory, whose pages it first has to touch.
        """
        columns = [
            np.ascontiguousarray(calls[name], np.int8 if name == "answered" else np.int64)
            for name in TAKEN
        ]
        kinds = ["int8_t *" if name == "answered" else "int64_t *" for name in TAKEN]
        count = len(calls["at"])
        state = self._library.make(count, _ffi.cast("int64_t *", keys.ctypes.data))
        pointers = [
            _ffi.cast(kind, column.ctypes.data) for kind, column in zip(kinds, columns, strict=True)
        ]
        began = time.process_time()
        for start in range(0, count, batch):
            size = min(batch, count - start)
            self._library.process(state, size, *(pointer + start for pointer in pointers))
        spent = time.process_time() - began
        found = np.zeros(len(RULES) + 1, np.int64)
        self._library.counts(state, _ffi.cast("int64_t *", found.ctypes.data))
        self._library.drop(state)
        return spent, dict(zip(RULES, found.tolist(), strict=False)), int(found[-1])
