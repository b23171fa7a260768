"""SIP transactions become events: an INVITE and its BYE, each a row of its own, are one call.

So Kamailio's `acc` writes them. What is open is remembered by Call-ID, up to a bound.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from fairtone.events import FIELDS, Batch, Event, Value, batch_of
from fairtone.sources.mapping import EXTRA, Mapping
from fairtone.sources.tables import Chunk
from fairtone.sources.unreadable import Unreadable
from fairtone.sources.values import Values

OPEN: Final = 1_000_000
"""So many calls are remembered at once; the oldest is forgotten, and counted, beyond that."""

STILL_OPEN: Final = "calls that did not end in this file"
_AGAIN: Final = (401, 407)  # a challenge, not an answer: the next INVITE is the same attempt
_ENDED: Final = ("cost", "released", "answered", "duration", "ring")


@dataclass(frozen=True, slots=True)
class _Call:
    answered: int
    values: dict[str, Value]


@dataclass(slots=True)
class Transactions:
    """Makes events of the rows of a table in which each row is a SIP transaction.

    How long a call rang cannot be known: an INVITE is written down when it is answered.
    """

    mapping: Mapping
    zone: str
    unreadable: Unreadable
    counts: Counter[str]
    _open: dict[str, _Call] = field(default_factory=dict)

    def batch(self, chunk: Chunk) -> Batch:
        """The events of at most `tables.ROWS` transactions."""
        return batch_of(self._events(chunk))

    def _events(self, chunk: Chunk) -> Iterator[Event]:
        values = Values(chunk, self.mapping, self.zone, self.unreadable)
        moments = values.moments("start")
        status = values.statuses()
        methods, calls = (values.text(name).to_pylist() for name in ("method", "call"))
        columns: dict[str, list[Any]] = {
            name: values.field(name).to_pylist()
            for name in self.mapping.fields
            if name not in EXTRA and name not in (*_ENDED, "status", "call") and values.has(name)
        }
        for row in np.flatnonzero(~moments.known & ~moments.bad).tolist():
            self.unreadable.add("no start time; record left out", chunk.where(row))
        for row in np.flatnonzero(moments.known).tolist():
            call, method = calls[row], (methods[row] or "").upper()
            if call is None:
                self.unreadable.add("no Call-ID; record left out", chunk.where(row))
                continue
            known = {name: c[row] for name, c in columns.items() if c[row] is not None}
            known["call"] = call
            at, final = int(moments.values[row]), int(status.values[row])
            if method == "INVITE":
                yield from self._invite(call, at, final, known)
            elif method == "BYE":
                yield from self._bye(call, at, chunk.where(row))
            else:
                self.counts["transactions of other methods"] += 1

    def _invite(self, call: str, at: int, final: int, known: dict[str, Value]) -> Iterator[Event]:
        if final in _AGAIN or call in self._open:  # a re-INVITE begins no second call
            self.counts["transactions that belong to a call already seen"] += 1
            return
        self.counts["call records"] += 1
        yield Event("call.attempt", at, known)
        if 200 <= final < 300:
            self.counts["answered calls"] += 1
            yield Event("call.answered", at, {**known, "status": final})
            if len(self._open) >= OPEN:
                del self._open[next(iter(self._open))]
                self.counts[STILL_OPEN] += 1
            self._open[call] = _Call(at, known)
        else:
            ended: dict[str, Value] = {**known, "duration": 0, "answered": False}
            if final >= 300:
                ended["status"] = final
            yield Event("call.ended", at, ended)

    def _bye(self, call: str, at: int, where: str) -> Iterator[Event]:
        begun = self._open.pop(call, None)
        if begun is None:
            self.counts["BYEs of calls that did not begin in this file"] += 1
            return
        if at < begun.answered:
            self.unreadable.add("ends before it starts; taken as no talk time", where)
        talk = max(at - begun.answered, 0)
        known: dict[str, Value] = {
            **begun.values,
            "duration": talk // 1000,
            "answered": True,
            "status": 200,
        }
        yield Event("call.ended", begun.answered + talk, known)

    def finish(self) -> None:
        """Count the calls that are still open at the end of the file."""
        if self._open:
            self.counts[STILL_OPEN] += len(self._open)
        self._open.clear()


assert set(_ENDED) <= set(FIELDS)
