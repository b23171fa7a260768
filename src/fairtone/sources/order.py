"""Events in the order of time: what comes a little late is put in its place, within a bound.

Call records are written when calls end, so that attempts come late by as much as calls last. The
clock of a source is the latest attempt, registration or request that it has given: how far the end
of a call lies ahead says nothing of how far the source has come. An event is given on when the
clock is a source's lateness past it. So memory is bounded by the lateness times the rate.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import SCHEMA, Batch
from fairtone.sources.source import Source

MOST: Final = 65_536
"""No batch has more rows."""

_FOLLOWS: Final = pa.array(["call.answered", "call.ended"])
_EXAMPLES: Final = 5

_Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Jump:
    """A place at which a source's clock went back: behind how many events, and how far in µs."""

    source: str
    events: int
    size: int

    def __str__(self) -> str:
        return f"{self.source}: after {self.events} events the clock went back {self.size / 1e6} s"


@dataclass(slots=True)
class Order:
    """How well the order of time was kept: `late` events by source, and where clocks went back."""

    events: int = 0
    late: Counter[str] = field(default_factory=Counter)
    jumps: list[Jump] = field(default_factory=list)
    jump_count: int = 0

    def note(self, jump: Jump) -> None:
        """Count a jump; the first few and the largest are kept."""
        self.jump_count += 1
        if len(self.jumps) < _EXAMPLES:
            self.jumps.append(jump)
        elif jump.size > min(kept.size for kept in self.jumps):
            smallest = min(range(len(self.jumps)), key=lambda place: self.jumps[place].size)
            self.jumps[smallest] = jump


def in_order(sources: Sequence[Source], order: Order | None = None) -> Iterator[Batch]:
    """The events of all sources, ordered by time; equal times in the order of arrival.

    Late events (more than the source's lateness behind its clock) are given on at once, in a batch
    of their own, and counted in `order`. Batches have at most 65,536 rows.
    """
    order = Order() if order is None else order
    streams = [ordered(source.name, source.batches(), source.lateness, order) for source in sources]
    for batch in streams[0] if len(streams) == 1 else merged(streams):
        order.events += batch.num_rows
        yield batch


def ordered(
    name: str, batches: Iterable[Batch], lateness: int, order: Order | None = None
) -> Iterator[Batch]:
    """The events of one source, ordered by time with a delay of `lateness` microseconds."""
    order = Order() if order is None else order
    held: list[_Run] = []
    clock = given = _FIRST
    arrived, back = 0, False
    for batch in batches:
        if not batch.num_rows:
            continue
        batch = _plain(batch)
        at = _times(batch)
        # How far the clock had come when each event arrived.
        drives = ~pc.is_in(batch.column("kind"), _FOLLOWS).to_numpy(zero_copy_only=False)
        driven = np.maximum.accumulate(np.where(drives, at, _FIRST))
        driven = np.maximum(driven, clock)
        behind = drives & (driven - at > lateness) if lateness else drives & (driven > at)
        # An event that drives nothing neither begins nor ends a stretch behind the clock.
        driving = np.flatnonzero(drives)
        seen = behind[driving]
        starts = driving[seen & ~np.concatenate(([back], seen[:-1]))]
        back = bool(seen[-1]) if len(seen) else back
        for row in starts.tolist():
            order.note(Jump(name, arrived + row, int(driven[row] - at[row])))
        clock, arrived = int(driven[-1]), arrived + batch.num_rows
        late = at < given
        if late.any():
            order.late[name] += int(late.sum())
            yield from _cut(_sorted(batch.filter(pa.array(late))))
            batch, at = batch.filter(pa.array(~late)), at[~late]
        if batch.num_rows:
            held.append(_Run.of(batch))
        due = clock - lateness
        if sum(run.before(due) for run in held) >= MOST // 2:
            held, parts = _divided(held, due)
            given = due
            yield from _cut(_joined(parts))
    yield from _cut(_joined([run.rest() for run in held]))


def merged(streams: Sequence[Iterator[Batch]]) -> Iterator[Batch]:
    """The batches of several ordered streams as one ordered stream; late batches pass at once."""
    heads: list[_Run | None] = [None] * len(streams)
    given = _FIRST
    while True:
        for place, stream in enumerate(streams):
            while heads[place] is None:
                batch = next(stream, None)
                if batch is None:
                    break
                run = _Run.of(_plain(batch))
                if len(run.at) and int(run.at[-1]) < given:
                    yield batch  # late in its own stream: its place has gone by
                elif len(run.at):
                    heads[place] = run
        live = [run for run in heads if run is not None]
        if not live:
            return
        due = min(int(run.at[-1]) for run in live) + 1
        parts = []
        for place, head in enumerate(heads):
            if head is not None:
                count = head.before(due)
                parts.append(head.head(count))
                heads[place] = head.after(count)
        given = due - 1
        yield from _cut(_joined(parts))


_FIRST = -(1 << 62)


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows in the order of time, of which the first `done` have been given on."""

    batch: Batch
    at: _Integers
    done: int = 0

    @classmethod
    def of(cls, batch: Batch) -> "_Run":
        batch = _sorted(batch)
        return cls(batch, _times(batch))

    def before(self, due: int) -> int:
        """How many rows that are left lie before a time."""
        return int(np.searchsorted(self.at, due)) - self.done if due > self.at[self.done] else 0

    def head(self, count: int) -> Batch:
        return self.batch.slice(self.done, count)

    def rest(self) -> Batch:
        return self.batch.slice(self.done)

    def after(self, count: int) -> "_Run | None":
        done = self.done + count
        return _Run(self.batch, self.at, done) if done < len(self.at) else None


def _divided(held: list[_Run], due: int) -> tuple[list[_Run], list[Batch]]:
    """What is held after a time, and the parts before it."""
    kept, parts = [], []
    for run in held:
        count = run.before(due)
        parts.append(run.head(count))
        left = run.after(count)
        if left is not None:
            kept.append(left)
    return kept, parts


def _times(batch: Batch) -> _Integers:
    found: _Integers = batch.column("at").cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _sorted(batch: Batch) -> Batch:
    at = _times(batch)
    if len(at) < 2 or bool((at[1:] >= at[:-1]).all()):
        return batch
    return batch.take(pa.array(np.argsort(at, kind="stable")))


def _joined(parts: Sequence[Batch]) -> Batch | None:
    """Parts as one batch in the order of time; of equal times, an earlier part comes first."""
    parts = [part for part in parts if part.num_rows]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    tables = [pa.Table.from_batches([part]) for part in parts]
    table = pa.concat_tables(tables, promote_options="default").combine_chunks()
    return _sorted(table.to_batches()[0])


def _cut(batch: Batch | None) -> Iterator[Batch]:
    if batch is not None:
        for start in range(0, batch.num_rows, MOST):
            yield batch.slice(start, MOST)


def _plain(batch: Batch) -> Batch:
    """Without dictionaries: parts of different origin are to fit together."""
    for place, column in enumerate(batch.columns):
        wanted = SCHEMA.field(batch.schema.names[place]).type
        if column.type != wanted:
            name = batch.schema.names[place]
            batch = batch.set_column(place, pa.field(name, wanted), column.cast(wanted))
    return batch
