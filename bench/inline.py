"""How long one event waits for its answer: every single one timed, the worst of them told.

The garbage collector is frozen and off while events are timed, as in a server that answers calls.
A loop that asks nothing is timed in the same way: what it shows is the machine's own noise. Each
wait is also taken in CPU time of the thread, which says what the engine itself needed.
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
HOT = "A0000007"


@dataclass(frozen=True, slots=True)
class Waits:
    """Nanoseconds that each event waited, by the clock and in CPU time."""

    wall: np.ndarray
    cpu: np.ndarray

    def row(self, name: str) -> tuple[str, ...]:
        """Percentiles in microseconds."""
        wall = [f"{np.percentile(self.wall, p) / 1e3:.1f}" for p in (50, 99, 99.9)]
        worst = [
            f"{waits.max() / 1e3:,.0f}" if len(waits) else "" for waits in (self.wall, self.cpu)
        ]
        return (name, f"{len(self.wall):,}", *wall, *worst)


COLUMNS = ("", "events", "p50 us", "p99 us", "p99.9 us", "worst us", "worst us of CPU")


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


def waits(columns: Columns, asked: Callable[[Event], object], cpu: bool = False) -> Waits:
    """Ask about every call; `cpu` takes the thread's CPU time of each one instead of the clock."""
    clock = time.thread_time_ns if cpu else time.perf_counter_ns
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
    nothing = np.zeros(0, np.int64)
    return Waits(nothing, found) if cpu else Waits(found, nothing)


def both(first: Columns, second: Columns, asked: Callable[[Event], object]) -> Waits:
    """The clock over the first stretch of calls, CPU time over the one that follows it."""
    wall = waits(first, asked).wall
    return Waits(wall, waits(second, asked, cpu=True).cpu)


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
    """Let calls in as batches."""
    for start in range(0, len(columns["at"]), 1 << 16):
        engine.feed(table(columns, start, min(start + (1 << 16), len(columns["at"]))))


def ticking(engine: Engine, until: int, every: int) -> np.ndarray:
    """Nothing but ticks; how long each took, in nanoseconds."""
    moments = range(engine.now + every, until, every)
    taken = np.zeros(len(moments), np.int64)
    for place, now in enumerate(moments):
        began = time.perf_counter_ns()
        engine.tick(now)
        taken[place] = time.perf_counter_ns() - began
    return taken


def inline(count: int) -> list[Section]:
    """The waits with a usual state, with a hot account, and after silence."""
    once = DAY
    every = calls(3 * count, 9)
    engine = Engine(policy(once))
    feed(engine, stretch(every, 0, count))
    core = engine._fast
    assert core is not None
    first, second = stretch(every, count, 2 * count), stretch(every, 2 * count, 3 * count)
    nothing = both(stretch(every, 0, count // 2), stretch(every, 0, count // 2), lambda event: None)
    halves = [
        both(stretch(part, 0, count // 2), stretch(part, count // 2, count), asked)
        for part, asked in ((first, core.judge_one), (second, engine.ask))
    ]
    rows = [nothing.row("nothing"), halves[0].row("core.judge_one"), halves[1].row("Engine.ask")]
    held = [halves[1]]

    hot = later(stretch(every, 0, count), engine.now + SECOND, 23 * HOUR)
    hot["account"] = np.full(count, int(HOT[1:]))
    feed(engine, hot)
    mixed = stretch(every, count, 3 * count)
    mixed["account"] = np.where(np.arange(2 * count) % 4 == 0, int(HOT[1:]), mixed["account"])
    mixed = later(mixed, engine.now + SECOND, 20 * HOUR)
    held.append(both(stretch(mixed, 0, count), stretch(mixed, count, 2 * count), engine.ask))
    rows.append(held[-1].row("Engine.ask, hot account"))

    few = min(1000, count // 10)
    silent = []
    for name, every_so in (("with ticks", SECOND), ("without", 0)):
        hot = later(hot, engine.now + SECOND, HOUR)
        feed(engine, hot)
        wake = engine.now + 25 * HOUR
        ticks = ticking(engine, wake, every_so) if every_so else np.zeros(1, np.int64)
        after = waits(later(stretch(first, 0, few), wake, 60 * SECOND), engine.ask)
        silent.append((name, ticks, after))
    rows += [after.row(f"after 25 h of silence, {name}") for name, _, after in silent]
    worst = max([each.wall.max() for each in held] + [silent[0][2].wall.max()])
    rule = _Bars(held[0], held[1], float(worst), held[1].cpu.max(), float(silent[0][1].max()))
    return [_section(count, rows, rule, float(silent[1][2].wall.max()))]


@dataclass(frozen=True, slots=True)
class _Bars:
    usual: Waits
    hot: Waits
    worst: float
    worst_cpu: float
    tick: float

    def all(self) -> tuple[Bar, ...]:
        bars = []
        for name, each in (("", self.usual), (", hot account", self.hot)):
            for p, limit in ((50, 5), (99, 20)):
                value = float(np.percentile(each.wall, p)) / 1e3
                bars.append(Bar(f"one event inline{name}, p{p}", value, limit, "us"))
        bars.append(Bar("one event inline, worst of all, by the clock", self.worst / 1e6, 2, "ms"))
        bars.append(Bar("one event inline, worst, CPU time", self.worst_cpu / 1e6, 2, "ms"))
        return tuple(bars)


def _section(count: int, rows: list[tuple[str, ...]], rule: _Bars, shock: float) -> Section:
    return Section(
        "One event at a time",
        f"State after {count:,} calls; the hot account has {count:,} calls in its 24 hours and "
        "every fourth event is its own. Asked with the garbage collector frozen and off. "
        "`nothing` asks nothing: its worst is what this machine does to any program.",
        COLUMNS,
        tuple(rows),
        rule.all(),
        (
            (
                f"A tick took {rule.tick / 1e3:,.0f} us at most, at its usual budget. Without ticks the "
                f"first event after the silence pays for all that has expired: {shock / 1e6:.1f} ms."
            ),
        ),
    )
