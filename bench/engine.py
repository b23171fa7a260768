"""`python -m bench.engine`: how fast the engine is, beside C and DuckDB, on this machine.

Everything that is compared runs in this one process, in turn. The result is printed, and written
to the documentation unless it was only a quick look.
"""

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import cyclopts

from bench import workload
from bench.inline import inline
from bench.page import Section, bars, load, machine
from bench.shipped import shipped
from bench.start import start
from bench.state import state
from bench.throughput import beside_c, beside_duckdb, from_parquet, part_of

HOUSE = Path(__file__).parent.parent
PAGE = HOUSE / "docs" / "benchmarks" / "engine.md"
FOLDER = HOUSE / ".cache" / "bench"
DAYS = 30
FULL = 10_000_000
PARTS = ("c", "duckdb", "parquet", "inline", "state", "start", "shipped")


def main(
    *,
    events: int = FULL,
    quick: bool = False,
    full: bool = False,
    only: str = ",".join(PARTS),
    runs: int = 3,
) -> int:
    """Measure the engine.

    Parameters
    ----------
    events: how many calls, at the rate of ten million in 30 days
    quick: a tenth of a million calls, and nothing is written to the documentation
    full: DuckDB over all the calls too, which takes minutes
    only: which parts, with commas between them; nothing is written unless it is all of them
    runs: how often each of the things that are compared is run

    """
    if quick:
        events = min(events, 100_000)
    parts = tuple(only.split(","))
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        print(f"`{unknown[0]}` is not a part; choose from {', '.join(PARTS)}", file=sys.stderr)
        return 2
    began, before = datetime.now(UTC), load()
    sections = measure(events, parts, runs, full)
    page = text(sections, began, before, command(events, full))
    print(page)
    if not quick and parts == PARTS:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page)
    return 1 if any(section.wrong for section in sections) else 0


def measure(events: int, parts: tuple[str, ...], runs: int, full: bool) -> list[Section]:
    """The parts asked for, each said as soon as it is there."""
    shutil.rmtree(FOLDER / "run", ignore_errors=True)
    folder = FOLDER / "run"
    folder.mkdir(parents=True)
    calls = workload.calls(events, DAYS * events / FULL)  # as many a day, whatever the number
    file = folder / "calls.parquet"
    if {"parquet", "state", "shipped"} & set(parts):
        workload.write(calls, file)
    some = calls if full else part_of(calls, min(events, 1_000_000))
    accounts = len(set(calls["account"].tolist()))
    once = {"hour": workload.HOUR, "30 days": 30 * workload.DAY}
    work: dict[str, Callable[[], list[Section]]] = {
        "c": lambda: [beside_c(calls, runs)],
        "duckdb": lambda: [beside_duckdb(some, folder, min(runs, 2))],
        "parquet": lambda: [from_parquet(file, events, once)],
        "inline": lambda: [inline(min(events, 1_000_000))],
        "state": lambda: state(file, events, accounts, folder),
        "start": lambda: [start(runs, shipped=True)],
        "shipped": lambda: shipped(
            file, *((2_000, 1) if events < 1_000_000 else (10_000, 3)), folder
        ),
    }
    sections: list[Section] = []
    for part in PARTS:
        if part in parts:
            made = work[part]()
            sections += made
            for section in made:
                print(
                    f"{section.text()}\n\n{bars([section])}\n\nload {load():.1f}\n", file=sys.stderr
                )
    shutil.rmtree(folder)
    return sections


def command(events: int, full: bool) -> str:
    """What to type for the same measurement."""
    asked = [] if events == FULL else [f"--events {events}"]
    return " ".join(["python -m bench.engine", *asked, *(["--full"] if full else [])])


def text(sections: list[Section], began: datetime, before: float, asked: str) -> str:
    """The page: the bars first, then how each figure came about."""
    head = [
        "# Speed of the engine",
        f"Written by `{asked}` on {began:%Y-%m-%d}; `make bench` writes it anew.",
        (
            f"{machine()} The load was {before:.1f} when it began and {load():.1f} when it ended: what "
            "wants a core beside the benchmark makes every figure by the clock worse, and those in CPU "
            "time a little. Ratios are of runs in turn, so they suffer least."
        ),
        "## What was promised",
        bars(sections),
    ]
    return "\n\n".join([*head, *(section.text() for section in sections)]) + "\n"


if __name__ == "__main__":
    app = cyclopts.App(name="bench.engine")
    app.default(main)
    sys.exit(app())
