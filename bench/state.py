"""What the state weighs after so many calls, and how soon it is written and read back."""

import os
import time
from pathlib import Path

import pyarrow.parquet as pq

from bench.page import Bar, Section
from bench.workload import DAY, policy
from fairtone.engine import Engine, Finding
from fairtone.events import Batch


def resident() -> int:
    """Bytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _fill(engine: Engine, path: Path) -> Batch:
    """Feed a file; the last batch of it, for more to follow."""
    last = None
    for last in pq.ParquetFile(path).iter_batches(1 << 16, use_threads=False):
        engine.feed(last)
    assert last is not None
    return last


def state(path: Path, count: int, accounts: int, folder: Path) -> list[Section]:
    """Memory after the calls of a file, then a snapshot of it, restored and compared."""
    once = 30 * DAY  # the findings are not what is weighed here
    before = resident()
    engine = Engine(policy(once))
    last = _fill(engine, path)
    grown = resident() - before
    sizes = engine.statistics()
    promised = 60 * count + 110 * accounts
    rows = (
        ("events in the longest window", f"{count:,}"),
        ("accounts", f"{accounts:,}"),
        ("rows of keys", f"{sizes['rows']:,}"),
        ("state", f"{sizes['bytes'] / 1e6:,.0f} MB"),
        ("state, per event", f"{sizes['bytes'] / count:.1f} B"),
        ("process, grown by", f"{grown / 1e6:,.0f} MB"),
    )
    memory = Section(
        "Memory",
        "After the calls of the Parquet file, all of them in the window of 30 days. The promise is "
        "60 bytes for an event in the longest window and 110 for an account.",
        ("", "measured"),
        rows,
        (
            Bar("state", sizes["bytes"] / 1e6, promised / 1e6, "MB"),
            Bar("process with state and libraries' buffers", grown / 1e6, promised / 1e6, "MB"),
        ),
    )
    return [memory, _snapshot(engine, last, folder, count, once)]


def _snapshot(engine: Engine, last: Batch, folder: Path, count: int, once: int) -> Section:
    place = folder / "state.snapshot"
    times = []
    again = Engine(policy(once))
    for work in (engine.snapshot, again.restore):
        clock, cpu = time.perf_counter(), time.process_time()
        work(place)
        times.append((time.perf_counter() - clock, time.process_time() - cpu))
    size = place.stat().st_size
    place.unlink()
    same = _told(engine.feed(last)) == _told(again.feed(last))
    same = same and engine.statistics()["records"] == again.statistics()["records"]
    return Section(
        "Snapshot",
        f"The state after {count:,} calls, written with `fsync` and read back into a new engine; "
        f"then both are fed the same {last.num_rows:,} calls and must say the same.",
        ("", "wall s", "CPU s"),
        (
            *(
                (name, f"{wall:.2f}", f"{cpu:.2f}")
                for name, (wall, cpu) in zip(("snapshot", "restore"), times, strict=True)
            ),
            ("file", f"{size / 1e6:,.0f} MB", f"{size / count:.1f} B per event"),
        ),
        wrong=()
        if same
        else ("the restored engine and the one it came from say different things",),
    )


def _told(findings: list[Finding]) -> list[object]:
    return [(found.key, found.values) for found in findings]
