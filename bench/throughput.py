"""How many events a second: the kernel beside C and DuckDB, and the engine from Parquet to findings.

All that is compared runs in turn in this process, so that noise falls on every one alike; figures
are CPU time of one core, the least of the runs, and ratios are of these.
"""

import time
from pathlib import Path
from statistics import median

import pyarrow.parquet as pq

from bench.duckdb_sql import InDuckdb, parquet_to_parquet
from bench.kernel import run_kernel
from bench.page import Bar, Section
from bench.reference_c import NoCompiler, ReferenceC, keys_of
from bench.workload import Columns, policy
from fairtone.engine import Engine

BATCH = 1 << 16


def part_of(calls: Columns, count: int) -> Columns:
    """The first so many calls."""
    return {name: column[:count] for name, column in calls.items()}


def beside_c(calls: Columns, runs: int) -> Section:
    """The kernel and the C reference in turn; the counts of each rule compared."""
    count = len(calls["at"])
    how = (
        f"Fourteen windows and thirteen conditions over {count:,} generated calls, integer columns "
        "in, findings counted. `bench/reference.c` is the same policy written by hand: it grows "
        "nothing, forgets nothing and knows no unknown values. Every run begins with empty memory."
    )
    title = "Throughput beside C"
    ours: list[float] = []
    theirs: list[float] = []
    try:
        rival = ReferenceC()
    except NoCompiler as missing:
        ours += [run_kernel(calls)[0] for _ in range(runs)]
        rate = count / min(ours) / 1e6
        bar = Bar("events per second on one core", rate, 2.0, "M/s", most=False)
        return Section(title, how, bars=(bar,), skipped=str(missing))
    keys = keys_of(calls)
    _, ours_found, core = run_kernel(calls, once=0, count=True)
    del core  # before the next run: two states would stand beside each other
    _, found, calls_found = rival.run(calls, keys)
    for _ in range(runs):
        theirs.append(rival.run(calls, keys)[0])
        spent, _, core = run_kernel(calls)
        ours.append(spent)
        del core
    rate = count / min(ours) / 1e6
    ratios = [b / a for a, b in zip(ours, theirs, strict=True)]
    best = min(theirs) / min(ours)
    wrong = tuple(
        f"`{rule}` fired {ours_found[rule]} times in the engine, {found[rule]} times in C"
        for rule in found
        if found[rule] != ours_found[rule]
    )
    return Section(
        title,
        how,
        ("", "ns per event, least", "median", "million events/s"),
        (
            _row("engine", ours, count),
            _row("C", theirs, count),
            ("C / engine", f"{best:.2f}", f"{median(ratios):.2f}", ""),
        ),
        (
            Bar("events per second on one core", rate, 2.0, "M/s", most=False),
            Bar("engine's speed as a part of C's", best, 0.7, "", most=False),
        ),
        (
            (
                f"A condition held at {calls_found:,} calls; all thirteen counts "
                f"{'differ, see below' if wrong else 'are equal'}."
            ),
        ),
        wrong,
    )


def _row(name: str, spent: list[float], count: int) -> tuple[str, ...]:
    least, middle = (1e9 * each / count for each in (min(spent), median(spent)))
    return (name, f"{least:.0f}", f"{middle:.0f}", f"{1e3 / least:.2f}")


def beside_duckdb(calls: Columns, folder: Path, runs: int) -> Section:
    """The kernel and DuckDB's exact RANGE windows in turn; the counts of each rule compared."""
    count = len(calls["at"])
    database = InDuckdb(calls)
    theirs: list[float] = []
    ours: list[float] = []
    found: dict[str, int] = {}
    _, ours_found, core = run_kernel(calls, once=0, count=True)
    del core
    for _ in range(runs):
        spent, _, core = run_kernel(calls)
        ours.append(spent)
        del core
        spent, found = database.counts()
        theirs.append(spent)
    database.close()
    files = [parquet_to_parquet(calls, folder, runs)]
    wrong = tuple(
        f"`{rule}` fired {ours_found[rule]} times in the engine, {found[rule]} times in DuckDB"
        for rule in found
        if found[rule] != ours_found[rule]
    )
    narrow, wide = (min(each) / min(ours) for each in (theirs, files))
    return Section(
        "Throughput beside DuckDB",
        f"The same fourteen windows over {count:,} of the calls as exact `RANGE` frames on one "
        "thread: once from integer columns in DuckDB's own memory with the conditions counted, the "
        "least that it can be asked for; once as the figures were taken that the promise goes back "
        "to, from a Parquet file with texts to one with every value.",
        ("", "ns per event, least", "median", "million events/s"),
        (
            _row("engine, integers, findings", ours, count),
            _row("DuckDB, integers, counts", theirs, count),
            _row("DuckDB, file to file", files, count),
            ("integers: DuckDB / engine", f"{narrow:.0f}", "", ""),
            ("file to file: DuckDB / engine", f"{wide:.0f}", "", ""),
        ),
        (Bar("times the speed of DuckDB, file to file", wide, 40, "", most=False),),
        (f"The thirteen counts {'differ, see below' if wrong else 'are equal'}.",),
        wrong,
    )


def from_parquet(path: Path, count: int, once: dict[str, int]) -> Section:
    """`Engine.feed` from a Parquet file of strings, findings made and counted."""
    rows = []
    spent = wall = 0.0
    for name, microseconds in once.items():
        engine = Engine(policy(microseconds))
        found = 0
        began, clock = time.process_time(), time.perf_counter()
        for batch in pq.ParquetFile(path).iter_batches(BATCH, use_threads=False):
            found += len(engine.feed(batch))
        spent, wall = time.process_time() - began, time.perf_counter() - clock
        rows.append(
            (
                f"once per {name}",
                f"{spent:.1f}",
                f"{wall:.1f}",
                f"{count / spent / 1e6:.2f}",
                f"{found:,}",
            )
        )
        del engine
    return Section(
        "From Parquet to findings",
        f"`Engine.feed` over the same {count:,} calls from a Parquet file with texts for accounts "
        f"and addresses ({path.stat().st_size >> 20} MB): reading, hashing, judging, and a whole "
        "finding with its sentence and evidence for each one found. The rules are made to fire "
        "often, so that the cost of findings shows.",
        ("findings", "CPU s", "wall s", "million events/s", "findings made"),
        tuple(rows),
        (Bar("replay from Parquet", min(spent, wall) * 10_000_000 / count, 10, "s per 10M"),),
    )
