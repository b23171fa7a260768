"""The compiled kernel on integer columns: what the engine costs once its input is numbers.

As the reference figures were measured: no Parquet, no strings, findings counted and left.
"""

import time

import numpy as np

from bench.workload import RULES, Columns, policy
from fairtone.engine.columns import _TRIT
from fairtone.engine.fast import FastCore
from fairtone.engine.plan import KIND_CODES, Plan, Word

_FIELDS = {"callee.prefix": "prefix", "source.address": "address"}
_MAPPED = 0xFFFF << 32  # an IPv4 address as IPv6, its low word
_ODD = np.int64(0x5851F42D4C957F2D)


def words_of(plan: Plan, calls: Columns) -> list[np.ndarray]:
    """The kernel's input words, in the order of the plan."""
    return [np.ascontiguousarray(_word(word, calls)) for word in plan.words]


def _word(word: Word, calls: Columns) -> np.ndarray:
    column = calls[_FIELDS.get(word.field, word.field)]
    if word.field == "source.address":
        return column | _MAPPED if word.part else np.zeros_like(column)
    if word.field == "account":
        return column * _ODD  # as scattered as a hashed account is
    return column


def run_kernel(
    calls: Columns, batch: int = 4096, once: int | None = None, count: bool = False
) -> tuple[float, dict[str, int], FastCore]:
    """CPU seconds, findings per rule (all 0 unless `count`), and the core as it then stands."""
    core = FastCore(policy() if once is None else policy(once))
    core.expect_bulk()
    layout, context, total = core.layout, core._context, len(calls["at"])
    words = words_of(core.plan, calls)
    answered = np.where(calls["answered"], _TRIT[True], _TRIT[False]).astype(np.int8)
    kinds = np.full(total, KIND_CODES["call.ended"], np.int8)
    address, width = int(context.ctypes.data), layout.out_size // 8
    found = np.zeros(len(RULES), np.int64)
    began = time.process_time()
    for start in range(0, total, batch):
        size = min(batch, total - start)
        context[layout.count // 8] = size
        context[layout.kinds // 8] = kinds.ctypes.data + start
        context[layout.at // 8] = calls["at"].ctypes.data + 8 * start
        for index, column in enumerate(words):
            context[layout.word(index) // 8] = column.ctypes.data + 8 * start
        for index in range(len(core.plan.atoms)):
            context[layout.atom(index) // 8] = answered.ctypes.data + start
        done = 0
        while done < size:
            context[layout.start // 8] = done
            done = core._process(address)
            if count:
                fired = core.out[: int(core.vars[2]) * width].reshape(-1, width)[:, 1]
                found += np.bincount(fired, minlength=len(RULES))
            core.vars[2] = 0
    spent = time.process_time() - began
    return spent, dict(zip(RULES, found.tolist(), strict=True)), core
