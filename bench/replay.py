"""Replay of many records through the whole shipped policy, as a user runs it.

    python -m bench.replay [--events N ...]

Makes N ended calls as a Parquet file of events, replays the file with the command line in a process
of its own, counts the same file independently with DuckDB, and writes `docs/benchmarks/replay.md`:
how long it took, how much memory, and whether the counts agree.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from bench import workload
from bench.page import machine

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks" / "replay.md"


def measured(count: int, folder: Path) -> dict[str, float | int]:
    """Replay `count` calls; seconds, peak memory in MB, and the counts of both sides."""
    path, out = folder / f"{count}.parquet", folder / f"out-{count}"
    workload.write(workload.calls(count, days=3 * count / 1_000_000), path)
    command = [
        str(Path(sys.executable).with_name("fairtone")),
        "replay",
        str(path),
        "--out",
        str(out),
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = re.search(r"([\d,]+) events", done.stdout)
    lines = (out / "findings.jsonl").read_text().splitlines()
    with duckdb.connect() as sql:
        counted = sql.execute("select count(*) from read_parquet(?)", [str(path)]).fetchone()
        kept = sql.execute(
            "select count(*) from read_parquet(?)", [str(out / "findings.parquet")]
        ).fetchone()
    assert counted
    assert kept
    assert all(json.loads(line)["rule"] for line in lines)
    return {
        "events": count,
        "told": int(told[1].replace(",", "")) if told else 0,
        "counted": int(counted[0]),
        "findings": len(lines),
        "kept": int(kept[0]),
        "wall": wall,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "memory": after.ru_maxrss / 1024,
        "bytes": path.stat().st_size / 1e6,
    }


def main() -> int:
    """Measure, print and write the page. 1 if a count differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [measured(count, Path(folder)) for count in asked.events]
    table = [
        "| events | file | wall | CPU | events/s | peak memory | counted | by DuckDB | findings |",
        "| -: | -: | -: | -: | -: | -: | -: | -: | -: |",
    ]
    for row in rows:
        table.append(
            f"| {row['events']:,} | {row['bytes']:.0f} MB | {row['wall']:.0f} s | {row['cpu']:.0f} s "
            f"| {row['events'] / row['wall']:,.0f} | {row['memory']:,.0f} MB | {row['told']:,} "
            f"| {row['counted']:,} | {row['findings']:,} |"
        )
    text = "\n".join(table)
    print(text)
    PAGE.write_text(
        "# Replay\n\n"
        f"Made by `python -m bench.replay`. {machine()}\n\n"
        "Ended calls of 100,000 accounts through the whole shipped policy, as a user runs it: read, "
        "ordered, looked up in the number plans, judged, spooled, and written to a report.\n\n"
        f"{text}\n"
    )
    agree = all(
        row["events"] == row["told"] == row["counted"] and row["findings"] == row["kept"]
        for row in rows
    )
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
