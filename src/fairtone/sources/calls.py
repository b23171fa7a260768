"""Call records become events: the attempt, the answer if there was one, and the end."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import AT, FIELDS, SCHEMA, Batch
from fairtone.sources.causes import ANSWERED
from fairtone.sources.mapping import EXTRA, Mapping
from fairtone.sources.moments import Flags, Integers, Whole
from fairtone.sources.tables import Chunk
from fairtone.sources.unreadable import Unreadable
from fairtone.sources.values import Values

LAST: Final = 4_102_444_800_000_000
"""2100-01-01: a record from later than that has a wrong clock."""

OTHER_CURRENCY: Final = "costs in another currency, left out"


@dataclass(frozen=True, slots=True)
class _Times:
    """When each call was asked for, answered and over (microseconds), and what follows (ms)."""

    start: Integers
    answer: Integers
    end: Integers
    ring: Integers
    ring_known: Flags
    duration: Whole
    answered: Flags


@dataclass(frozen=True, slots=True)
class Calls:
    """Makes events of the rows of a table in which each row is a call.

    Times are derived where a record leaves them out: the end from start and durations, the answer
    from the end and the talk time. A record without a time, or whose times contradict each other,
    is counted by its reason and left out.
    """

    mapping: Mapping
    zone: str
    currency: str
    unreadable: Unreadable
    counts: Counter[str]

    def batch(self, chunk: Chunk) -> Batch:
        """The events of at most `tables.ROWS` calls: all attempts, then all answers, then all ends.

        Each group is in the order of the file, so that attempts tell how the file's clock goes.
        """
        values = Values(chunk, self.mapping, self.zone, self.unreadable)
        status = values.statuses()
        times, kept = self._times(values, status)
        causes = values.causes()
        # A call that was answered was answered with 200, however it was released in the end.
        final = np.where(status.known, status.values, causes.values)
        finally_known = status.known | (causes.known & ~times.answered)
        columns = {
            name: values.field(name)
            for name in self.mapping.fields
            if name not in EXTRA
            and name not in ("ring", "duration", "answered", "status")
            and values.has(name)
        }
        if "cost" in columns:
            columns["cost"] = self._cost(columns["cost"], values)
        rows = np.flatnonzero(kept)
        talked = rows[times.answered[rows]]
        self.counts["call records"] += len(rows)
        self.counts["answered calls"] += len(talked)
        return _assembled(columns, times, final, finally_known, rows, talked)

    def _cost(self, cost: Any, values: Values) -> Any:
        if values.has("currency"):
            said = pc.utf8_upper(values.text("currency"))
            other = pc.fill_null(pc.not_equal(said, self.currency), False)
        else:
            foreign = (self.mapping.currency or self.currency).upper() != self.currency
            other = pa.array(np.full(len(values.chunk), foreign))
        other = pc.and_(other, cost.is_valid())
        if pc.any(other).as_py():
            self.counts[OTHER_CURRENCY] += pc.sum(other).as_py()
        return pc.if_else(other, None, cost)

    def _times(self, values: Values, status: Whole) -> tuple[_Times, Flags]:
        """The times of all calls, and which of them make sense."""
        start, answer, end = (values.moments(name) for name in ("start", "answer", "end"))
        total, talk, ring = (values.durations(name) for name in ("total", "duration", "ring"))
        answered = self._answered(values, status, answer.known, talk.known & (talk.values > 0))
        spoke = np.where(answered & talk.known, talk.values, 0) * 1000
        rang = np.where(ring.known, ring.values, 0) * 1000
        whole = np.where(total.known, total.values * 1000, rang + spoke)

        ended, when = end.known, end.values
        by_answer = ~ended & answered & answer.known & talk.known
        by_start = ~ended & ~by_answer & start.known & (total.known | talk.known)
        when = np.where(by_answer, answer.values + spoke, when)
        when = np.where(by_start, start.values + whole, when)
        ended = ended | by_answer | by_start

        began, since = start.known, start.values
        back = ~began & ended & (total.known | talk.known)
        since = np.where(back, when - whole, since)
        early = ~began & ~back & answer.known
        since = np.where(early, answer.values - rang, since)
        began = began | back | early

        picked = np.where(answer.known, answer.values, np.where(talk.known, when - spoke, since))
        picked = np.where(~answer.known & ~talk.known & ring.known, since + rang, picked)
        aside = answered & ((picked < since) | (picked > when))
        picked = np.clip(picked, since, np.maximum(when, since))
        length = np.where(answered, np.where(talk.known, talk.values, (when - picked) // 1000), 0)
        sounded = np.where(answered, picked, when) - since
        sounded = np.where(ring.known, ring.values, sounded // 1000)

        kept = np.ones(len(began), np.bool_)
        for reason, wrong in (
            ("no start time", ~began & ~start.bad),
            ("", start.bad),  # said already, as a value that is no time
            ("no end time and no duration", began & ~ended),
            ("negative duration", (talk.values < 0) | (total.values < 0) | (ring.values < 0)),
            ("ends before it starts", began & ended & (when < since)),
            ("time after the year 2100", (when > LAST) | (since > LAST)),
        ):
            self._left_out(values, reason, kept & wrong)
            kept &= ~wrong
        self._note(
            values, "answered before it starts or after it ends; taken as at its edge", kept & aside
        )
        sounded = np.maximum(sounded, 0)
        silent = kept & ~answered & talk.known & (talk.values > 0)
        self._note(values, "talk time of a call that was not answered; taken as none", silent)
        # Some records begin with the answer; then nobody knows how long it rang.
        rang_known = ring.known | answer.known | total.known | (~answered & (sounded > 0))
        talk_known = ~answered | talk.known | answer.known | ring.known
        spoken = Whole(np.maximum(length, 0), talk_known, talk.bad)
        return _Times(since, picked, when, sounded, rang_known, spoken, answered), kept

    def _answered(self, values: Values, status: Whole, answer: Flags, talked: Flags) -> Flags:
        """What the record says; else whether it has an answer, talk time, or a 2xx status."""
        found: Flags = answer | talked
        if values.has("status") and not (values.has("answer") or values.has("duration")):
            found = found | (status.known & (status.values // 100 == 2))
        if values.has("answered"):
            said = values.field("answered")
            known = said.is_valid().to_numpy(zero_copy_only=False)
            flag = pc.fill_null(said, False).to_numpy(zero_copy_only=False)
            found = np.where(known, flag, found)
        return found

    def _left_out(self, values: Values, reason: str, wrong: Flags) -> None:
        if reason:
            self._note(values, f"{reason}; record left out", wrong)
        if wrong.any():
            self.counts["call records left out"] += int(wrong.sum())

    def _note(self, values: Values, reason: str, rows: Flags) -> None:
        places = np.flatnonzero(rows).tolist()
        for row in places[:5]:
            self.unreadable.add(reason, values.chunk.where(row))
        if len(places) > 5:
            self.unreadable.add(reason, values.chunk.where(places[5]), len(places) - 5)


def _assembled(
    columns: dict[str, Any], times: _Times, status: Integers, status_known: Flags,
    rows: Integers, talked: Integers,
) -> Batch:  # fmt: skip
    counts = (len(rows), len(talked), len(rows))
    every = np.concatenate((rows, talked, rows))
    take = pa.array(every)
    first, last = counts[0], counts[0] + counts[1]
    later = np.arange(len(every)) >= first  # answers and ends
    ended = np.arange(len(every)) >= last
    at = np.concatenate((times.start[rows], times.answer[talked], times.end[rows]))
    answered = times.answered[every]
    known = (status_known | times.answered)[every] & later
    final = np.where(status_known, status, ANSWERED)[every]
    final = np.where(later & ~ended, ANSWERED, final)
    made: dict[str, Any] = {
        "kind": pa.array(np.repeat(["call.attempt", "call.answered", "call.ended"], counts)),
        "at": pa.array(at).cast(AT),
    }
    for name, column in columns.items():
        taken = column.take(take)
        kinds = FIELDS[name].kinds
        if not {"call.attempt", "call.answered", "call.ended"} <= kinds:
            carried = later if "call.answered" in kinds else ended
            taken = pc.if_else(pa.array(carried), taken, None)
        made[name] = taken
    made["ring"] = pa.array(times.ring[every], mask=~(later & times.ring_known[every]))
    spoken = ended & times.duration.known[every]
    made["duration"] = pa.array(times.duration.values[every], mask=~spoken)
    made["answered"] = pa.array(answered, mask=~ended)
    made["status"] = pa.array(final, mask=~known)
    fields = [pa.field(name, SCHEMA.field(name).type) for name in made]
    return pa.record_batch(list(made.values()), schema=pa.schema(fields))
