"""How long one event waits for its answer: every single one timed, the worst of them told.

The garbage collector is frozen and off while events are timed, as in a server that answers calls.
A loop that asks nothing is timed in the same way: what it shows is the machine's own noise.
"""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from bench.page import Bar, Section
from bench.workload import DAY, HOUR, SECOND, Columns, calls, policy, table
from fairtone.engine import Engine
from fairtone.events import Event

CHUNK = 1 << 15
SMALL = 1 << 10
HOT = 7  # the number of the hot account


@dataclass(frozen=True, slots=True)
class Waits:
    """Nanoseconds that each event waited: by the clock, and others of their kind in CPU time."""

    wall: np.ndarray
    cpu: np.ndarray

    def row(self, name: str) -> tuple[str, ...]:
        """Percentiles in microseconds, by the clock and in CPU time."""
        cells = [
            f"{microseconds:,.1f}"
            for waits in (self.wall, self.cpu)
            for microseconds in np.percentile(waits, SHOWN) / 1e3
        ]
        return (name, f"{len(self.wall) + len(self.cpu):,}", *cells)


SHOWN = (50, 99, 99.9, 100)
COLUMNS = (
    "microseconds", "events", "p50", "p99", "p99.9", "worst",
    "CPU p50", "CPU p99", "CPU p99.9", "CPU worst",
)  # fmt: skip


def events_of(columns: Columns) -> Iterator[list[Event]]:
    """The calls as single events, some at a time."""
    accounts = [f"A{number:07d}" for number in range(int(columns["account"].max()) + 1)]
    for start in range(0, len(columns["at"]), CHUNK):
        part = {name: column[start : start + CHUNK].tolist() for name, column in columns.items()}
        yield [
            Event(
                "call.ended",
                at,
                {
                    "account": accounts[account],
                    "caller": caller,
                    "callee": callee,
                    "callee.prefix": prefix,
                    "source.address": f"10.{ip >> 16 & 255}.{ip >> 8 & 255}.{ip & 255}",
                    "duration": duration,
                    "answered": answered,
                },
            )
            for at, account, caller, callee, prefix, ip, duration, answered in zip(
                *(
                    part[name]
                    for name in (
                        "at", "account", "caller", "callee", "prefix", "address", "duration", "answered",
                    )
                ),
                strict=True,
            )
        ]  # fmt: skip


def timed(
    columns: Columns, asked: Callable[[Event], object], clock: Callable[[], int]
) -> np.ndarray:
    """Ask about every call; the nanoseconds of each by this clock."""
    found = np.zeros(len(columns["at"]), np.int64)
    place = 0
    for events in events_of(columns):
        gc.collect()
        gc.freeze()
        gc.disable()
        for event in events:
            began = clock()
            asked(event)
            found[place] = clock() - began
            place += 1
        gc.enable()
        gc.unfreeze()
    return found


def waits(columns: Columns, asked: Callable[[Event], object]) -> Waits:
    """The first half of the calls by the clock, the second in CPU time of the thread."""
    half, count = len(columns["at"]) // 2, len(columns["at"])
    return Waits(
        timed(stretch(columns, 0, half), asked, time.perf_counter_ns),
        timed(stretch(columns, half, count), asked, time.thread_time_ns),
    )


def stretch(columns: Columns, start: int, end: int) -> Columns:
    """Some of the calls."""
    return {name: column[start:end] for name, column in columns.items()}


def later(columns: Columns, at: int, lasting: int) -> Columns:
    """The same calls, moved and stretched so that they begin at `at` and last so long."""
    old = columns["at"]
    span = max(1, int(old[-1] - old[0]))
    moved = at + ((old - old[0]) / span * lasting).astype(np.int64)
    return {**columns, "at": moved}


def feed(engine: Engine, columns: Columns) -> None:
    """Let calls in as the batches of a server: small ones, for which no large pages are taken."""
    count = len(columns["at"])
    for start in range(0, count, SMALL):
        engine.feed(table(columns, start, min(start + SMALL, count)))


def ticking(engine: Engine, until: int, every: int) -> np.ndarray:
    """Nothing but ticks; the CPU time of each, in nanoseconds."""
    moments = range(engine.now + every, until, every)
    taken = np.zeros(len(moments), np.int64)
    for place, now in enumerate(moments):
        began = time.thread_time_ns()
        engine.tick(now)
        taken[place] = time.thread_time_ns() - began
    return taken


def inline(count: int) -> Section:
    """The waits with a usual state, with a hot account, and after silence; `count` of each."""
    given = calls(3 * count, 90 * count / 10_000_000)
    engine = Engine(policy(DAY))
    feed(engine, stretch(given, 0, count))
    core = engine._fast
    assert core is not None
    nothing = waits(stretch(given, 0, count), lambda event: None)
    alone = waits(stretch(given, count, 2 * count), core.judge_one)
    usual = waits(stretch(given, 2 * count, 3 * count), engine.ask)

    hot = later(stretch(given, 0, count), engine.now + SECOND, 23 * HOUR)
    hot["account"] = np.full(count, HOT)
    feed(engine, hot)
    mixed = later(stretch(given, count, 3 * count), engine.now + SECOND, 20 * HOUR)
    mixed["account"] = np.where(np.arange(2 * count) % 4 == 0, HOT, mixed["account"])
    crowded = waits(mixed, engine.ask)

    ticks, woken = _after_silence(engine, hot, mixed, every=SECOND)
    _, shocked = _after_silence(engine, hot, mixed, every=0)
    rows = (
        nothing.row("nothing"),
        alone.row("core.judge_one"),
        usual.row("Engine.ask"),
        crowded.row("Engine.ask, hot account"),
        woken.row("after 25 h of silence with ticks"),
        shocked.row("after 25 h of silence without"),
    )
    return Section(
        "One event at a time",
        f"State after {count:,} calls; the hot account has {count:,} calls in its 24 hours and then "
        "asks every fourth time. The garbage collector is frozen and off, as in a server. Half of "
        "the events are timed by the clock, half in CPU time of the thread, which has some 0.3 us "
        "of its own in it. `nothing` asks nothing: its worst is what this machine does to any "
        "program.",
        COLUMNS,
        rows,
        (
            *_bars("", usual),
            *_bars(", hot account", crowded),
            *_bars(", after silence", woken)[-1:],
            Bar("one tick at its usual budget, worst, CPU", ticks.max() / 1e6, 2, "ms"),
        ),
        (
            (f"Ticks came every second. Without them the first event after the silence pays for all "
            f"that has expired: {shocked.wall[0] / 1e6:.1f} ms."),
        ),
    )  # fmt: skip


def _bars(when: str, each: Waits) -> tuple[Bar, ...]:
    name = f"one event inline{when}"
    return (
        Bar(f"{name}, p50", float(np.percentile(each.wall, 50)) / 1e3, 5, "us"),
        Bar(f"{name}, p99", float(np.percentile(each.wall, 99)) / 1e3, 20, "us"),
        Bar(f"{name}, p99 CPU", float(np.percentile(each.cpu, 99)) / 1e3, 20, "us"),
        Bar(f"{name}, worst", float(each.wall.max()) / 1e6, 2, "ms"),
        Bar(f"{name}, worst CPU", float(each.cpu.max()) / 1e6, 2, "ms"),
    )


def _after_silence(
    engine: Engine, hot: Columns, then: Columns, every: int
) -> tuple[np.ndarray, Waits]:
    """A busy hour of the hot account, 25 hours of nothing, and the calls that come then."""
    feed(engine, later(hot, engine.now + SECOND, HOUR))
    wake = engine.now + 25 * HOUR
    ticks = ticking(engine, wake, every) if every else np.zeros(1, np.int64)
    few = stretch(then, 0, min(4000, len(then["at"])))
    return ticks, waits(later(few, wake, 60 * SECOND), engine.ask)
