"""Random streams of events: made to stand on the edges of a policy's windows.

Ties, bursts, late events, long gaps, skewed keys, and events exactly one window, or one window and a
microsecond, after another. Nulls in every field; values in every spelling that `pools` knows.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from tests.engine.pools import ALWAYS_KNOWN, DAY, FIELDS_OF, MINUTE, POOLS, SECOND

from fairtone.events import AT, FIELDS, SCHEMA, Batch, Event, Unit, Value, batch_of
from fairtone.policy.model import Policy, Window

START = 1_760_000_000_000_000
"""When the streams begin: some time in October 2025."""


def random_events(
    policy: Policy,
    seed: int,
    count: int,
    *,
    null: float = 0.1,
    skew: float = 1.2,
    wide: int = 0,
) -> list[Event]:
    """`count` events of the kinds that a policy looks at, in the order of their arrival.

    `null` is how often a field is unknown, `skew` how unequal the values are drawn (0: equally),
    `wide` how many different accounts, numbers and addresses there are, if more than the pools have.
    """
    dice = np.random.default_rng(seed)
    windows = list(policy.windows())
    kinds = sorted({window.kind for window in windows} | {rule.kind for rule in policy.rules})
    times, rows = _times(dice, windows, count)
    drawn = dice.integers(len(kinds), size=count)
    columns = {name: _column(dice, name, count, null, skew, wide) for name in POOLS}
    events = []
    for at, row in zip(times.tolist(), rows.tolist(), strict=True):
        kind = kinds[drawn[row]]
        values = {
            name: value for name in FIELDS_OF[kind] if (value := columns[name][row]) is not None
        }
        events.append(Event(kind, at, values))
    return events


def _column(
    dice: np.random.Generator, name: str, count: int, null: float, skew: float, wide: int
) -> list[Value | None]:
    pool = (*POOLS[name], *_more(name, wide - len(POOLS[name])))
    weights = 1.0 / np.arange(1, len(pool) + 1) ** skew
    drawn = dice.choice(len(pool), size=count, p=weights / weights.sum())
    known = np.ones(count, bool) if name == ALWAYS_KNOWN else dice.random(count) >= null
    return [pool[i] if there else None for i, there in zip(drawn, known, strict=True)]


@lru_cache(maxsize=64)
def _more(name: str, count: int) -> tuple[Value, ...]:
    """More values for a field that has as many as there are people."""
    match FIELDS[name].unit:
        case Unit.ACCOUNT:
            return tuple(f"account {number}" for number in range(count))
        case Unit.NUMBER:
            return tuple(33_600_000_000 + number for number in range(count))
        case Unit.ADDRESS:
            forms = "10.{1}.{2}.{3}", "2001:db8:{0:x}::{3:X}"
            return tuple(
                forms[number % 2].format(number, number >> 16, number >> 8 & 255, number & 255)
                for number in range(count)
            )
        case _:
            return ()


def _times(
    dice: np.random.Generator, windows: Sequence[Window], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Times in the order of arrival, mostly rising, and for each event whose values it has."""
    spans = np.array(sorted(spans_of(windows)), np.int64)
    gaps = np.concatenate([np.array([0, 0, 1, 2, 1000, SECOND, MINUTE], np.int64), spans])
    # Long gaps are rare, so that every window holds a few dozen events at times.
    base = dice.choice(gaps, size=count, p=_weights(gaps))
    exact = dice.random(count) < 0.3
    walk = START + np.cumsum(np.where(exact, base, (base * dice.random(count)).astype(np.int64)))
    rows = np.arange(count)
    # Every fourth event repeats an earlier one a whole span after it, or a microsecond beside.
    echo = np.flatnonzero(dice.random(count) < 0.25)
    echo = echo[echo > 0]
    origin = echo - 1 - (dice.random(len(echo)) ** 3 * np.minimum(echo, 200)).astype(np.int64)
    origin = np.maximum(origin, 0)
    nudge = dice.choice(np.array([-1, 0, 0, 1]), size=len(echo))
    walk[echo] = walk[origin] + dice.choice(spans, size=len(echo)) + nudge
    alike = dice.random(len(echo)) < 0.7
    rows[echo[alike]] = origin[alike]
    # Some stand on the boundary of a step, or just before it.
    steps = np.array(sorted({window.step for window in windows if window.step} | {DAY}), np.int64)
    snap = np.flatnonzero(dice.random(count) < 0.05)
    step = dice.choice(steps, size=len(snap))
    walk[snap] = (walk[snap] // step + 1) * step - dice.integers(2, size=len(snap))
    # Sorted, so that the echo of one event is not the lateness of a hundred.
    order = np.argsort(walk, kind="stable")
    walk, rows = walk[order], rows[order]
    late = np.flatnonzero(dice.random(count) < 0.03)
    walk[late] -= (dice.random(len(late)) ** 4 * spans[-1]).astype(np.int64)
    return walk, rows


def _weights(gaps: np.ndarray) -> np.ndarray:
    weights = 1.0 / (1.0 + gaps / SECOND) ** 0.7
    return weights / weights.sum()


def spans_of(windows: Sequence[Window]) -> set[int]:
    """The spans at whose ends something happens, and a day, so that there is always one."""
    spans = {DAY}
    for window in windows:
        spans |= {window.length, window.length + window.step, window.step, window.within}
    return spans - {0}


def small_streams(policy: Policy, *, most: int = 40) -> st.SearchStrategy[list[Event]]:
    """Short streams for one policy, which shrink to what matters."""
    windows = list(policy.windows())
    kinds = sorted({window.kind for window in windows} | {rule.kind for rule in policy.rules})
    edges = sorted({span + nudge for span in spans_of(windows) for nudge in (-1, 0, 1)})
    gaps = st.sampled_from([0, 1, SECOND, *edges, -1, -SECOND])

    @st.composite
    def streams(draw: st.DrawFn) -> list[Event]:
        at, events = START, []
        for gap in draw(st.lists(gaps, max_size=most)):
            at += gap
            kind = draw(st.sampled_from(kinds))
            values = {
                name: value
                for name in FIELDS_OF[kind]
                if (value := draw(_choice(name))) is not None
            }
            events.append(Event(kind, at, values))
        return events

    return streams()


def _choice(name: str) -> st.SearchStrategy[Value | None]:
    pool = POOLS[name][:4]
    return st.sampled_from(pool if name == ALWAYS_KNOWN else (*pool, None))


def batches(events: Sequence[Event], size: int) -> list[Batch]:
    """The events in batches of `size`: only the columns that occur, each batch its own."""
    return [batch_of(events[row : row + size]) for row in range(0, len(events), size)]


def slices(events: Sequence[Event], size: int) -> list[Batch]:
    """The same as views of one batch with every column, which do not begin at its first row."""
    whole = full_batch(events)
    return [whole.slice(row, size) for row in range(0, len(events), size)]


def full_batch(events: Sequence[Event], *, encoded: bool = False) -> Batch:
    """All events as one batch with every column; texts dictionary-encoded if asked."""
    columns: dict[str, pa.Array] = {}
    for column in SCHEMA:
        if column.name == "kind":
            made = pa.array([event.kind for event in events], pa.string())
        elif column.name == "at":
            made = pa.array([event.at for event in events], AT)
        else:
            made = pa.array([event.values.get(column.name) for event in events], column.type)
        if encoded and pa.types.is_string(column.type):
            made = made.dictionary_encode()
        columns[column.name] = made
    return pa.record_batch(columns)


def cut(events: Sequence[Event], seed: int) -> Iterator[Batch]:
    """The events in batches of random sizes, an empty one among them."""
    dice = np.random.default_rng(seed)
    row = 0
    while row < len(events):
        size = int(dice.choice([0, 1, 2, 7, 100, 513]))
        yield batch_of(events[row : row + size])
        row += size
