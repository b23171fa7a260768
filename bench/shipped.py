"""The shipped policy, with all its rules: what a whole policy costs, and one rule of it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from bench.page import Section
from fairtone.engine import Engine
from fairtone.events import Batch
from fairtone.policy import Policy, load
from fairtone.simulate import simulate

POLICY = Path(__file__).parent.parent / "policies" / "acceptable-use"
START = datetime(2026, 3, 2, tzinfo=UTC)


def shipped(calls: Path, accounts: int, days: int, folder: Path) -> list[Section]:
    """The policy over the calls of the benchmark, and over a simulated provider's days."""
    policy = load(POLICY)
    simulate(1, accounts, days, folder / "traffic", start=START)
    simulated = sorted((folder / "traffic").glob("*.parquet"))
    rows = [
        _row("the calls of the benchmark", policy, [calls]),
        _row("a simulated provider", policy, simulated),
    ]
    windows = len(list(policy.windows()))
    return [
        Section(
            "The shipped policy",
            f"{len(policy.rules)} rules over {windows} windows, `Engine.feed` from Parquet, CPU "
            f"time. Simulated are {accounts:,} accounts and every abuse of the simulator, {days} "
            "days. A rule costs only where its kind of event comes; the last column is the whole "
            "cost of an event by the number of rules.",
            ("", "events", "events/s", "ns per event", "findings", "ns per event and rule"),
            tuple(rows),
        )
    ]


def _row(name: str, policy: Policy, files: list[Path]) -> tuple[str, ...]:
    engine = Engine(policy)
    spent, found, seen = 0.0, 0, 0
    for batch in _batches(files):
        began = time.process_time()
        found += len(engine.feed(batch))
        spent += time.process_time() - began
        seen += batch.num_rows
    each = 1e9 * spent / max(1, seen)
    return (
        name,
        f"{seen:,}",
        f"{seen / spent:,.0f}",
        f"{each:,.0f}",
        f"{found:,}",
        f"{each / len(policy.rules):.0f}",
    )


def _batches(files: list[Path]) -> Iterator[Batch]:
    for file in files:
        yield from pq.ParquetFile(file).iter_batches(1 << 16, use_threads=False)
