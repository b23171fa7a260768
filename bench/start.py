"""How long it takes from nothing to an engine: with nothing compiled before, and with all of it."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.page import Bar, Section

HERE = Path(__file__).parent.parent

_START = """
from bench.workload import policy
from fairtone.engine import Engine
Engine(policy())
"""
_SHIPPED = """
from fairtone.engine import Engine
from fairtone.policy import load
Engine(load("policies/acceptable-use"))
"""
_EMPTY = "import numpy, numba, pyarrow, pyarrow.compute"


def _start(code: str, folder: str) -> tuple[float, float]:
    """Seconds by the clock and of CPU until a new process has done this."""
    beside = {"FAIRTONE_CACHE": f"{folder}/kernels", "NUMBA_CACHE_DIR": f"{folder}/numba"}
    paths = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    clock = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=HERE,
        env={**os.environ, **beside, "PYTHONPATH": paths},
    )
    wall = time.perf_counter() - clock
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return wall, spent


def start(runs: int, shipped: bool) -> Section:
    """A process from nothing to an engine, with nothing compiled before and with all of it."""
    rows, bars = [], []
    policies = [("benchmark policy", _START)]
    if shipped:
        policies.append(("shipped policy", _SHIPPED))
    for name, code in policies:
        with tempfile.TemporaryDirectory() as folder:
            cold = _start(code, folder)
            warm = min(_start(code, folder) for _ in range(runs))
        for kind, (wall, spent), limit in (("cold", cold, 15), ("warm", warm, 1.5)):
            rows.append((f"{name}, {kind}", f"{wall:.2f}", f"{spent:.2f}"))
            bars.append(Bar(f"start, {name}, {kind}, CPU", spent, limit, "s"))
    with tempfile.TemporaryDirectory() as folder:
        _start(_EMPTY, folder)
        wall, spent = min(_start(_EMPTY, folder) for _ in range(runs))
    rows.append(("the libraries alone", f"{wall:.2f}", f"{spent:.2f}"))
    return Section(
        "Start",
        "`python -c` from nothing until `Engine(policy)` stands: cold compiles the kernel, warm "
        "finds it on the disk.",
        ("", "wall s", "CPU s"),
        tuple(rows),
        tuple(bars),
    )
