"""Windows as they were: the value of a `let` at any moment, from events read back from the spool.

The windows are the reference engine's own, so what a report draws is what the rule saw.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fairtone.engine import Meaning, Number, ReferenceWindow, compares, key_part
from fairtone.events import FIELDS, SCHEMA, Event, Unit, Value
from fairtone.history.filters import Filters
from fairtone.history.spool import Spool, event_of, quoted, same
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Let,
    Not,
    Or,
    Policy,
    Rule,
    Term,
    Window,
    WindowValue,
)

CAP = 20_000
"""How many events are read back for one window of one key; a larger one is not drawn."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the spool: the events of a window for a key. Engine time, both ends included.

    `key` are the values of the window's `keys`; `label` comes back with the answer.
    """

    label: int
    key: tuple[Value, ...]
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Entered:
    """An event that a window let in: its number, engine time and what the window needs of it."""

    sequence: int
    judged: int
    event: Event


class Past:
    """The events of a replay and what a policy's conditions mean: all that looking back needs."""

    def __init__(self, policy: Policy, spool: Spool) -> None:
        self.policy = policy
        self.spool = spool
        self.meaning = Meaning(policy)
        self.filters = Filters(policy)

    def entered(
        self, window: Window, asks: Sequence[Ask], cap: int = CAP
    ) -> dict[int, list[Entered]]:
        """The events that a window let in, oldest first, by the label of the ask.

        An ask with more than `cap` events has no answer: what is not whole would mislead.
        """
        answer: dict[int, list[Entered]] = {ask.label: [] for ask in asks}
        keys = _keys_table(window, asks)
        if not keys.num_rows:
            return answer
        names = dict.fromkeys([*window.keys, *_looked_at(window)])
        columns = "".join(f", e.{quoted(name)}" for name in names)
        match = " and ".join(
            same(f"e.{quoted(name)}", f"k.k{place}", name) for place, name in enumerate(window.keys)
        )
        found = self.spool.rows(
            f"select k.label, e.sequence, e.kind, e.judged{columns} from events e join asked k "
            f"on {match or 'true'} and e.judged between k.since and k.until "
            f"where e.kind = ? and {self.filters.passing(window.where, 'e')} and e.judged between "
            "(select min(since) from asked) and (select max(until) from asked) "
            f"qualify row_number() over (partition by k.label order by e.sequence) <= {cap} + 1 "
            "order by e.sequence",
            [window.kind],
            asked=keys,
        )
        for row in found:
            event = event_of(row)
            if window.where is None or self.meaning.holds(window.where, event, _none):
                answer[row["label"]].append(Entered(row["sequence"], row["judged"], event))
        read = Counter(row["label"] for row in found)
        return {label: entries for label, entries in answer.items() if read[label] <= cap}


def retraced(
    let: Let, entries: Sequence[Entered], moments: Sequence[int], meaning: Meaning
) -> list[Number | None]:
    """What a `let` was at each moment (ascending), for the one key that the entries have."""
    window = ReferenceWindow(let.window, meaning)
    values: list[Number | None] = []
    key: tuple[object, ...] = ("",) * len(let.window.keys)
    if entries:
        key = tuple(key_part(entries[0].event, name) for name in let.window.keys)
    place = 0
    for now in moments:
        while place < len(entries) and entries[place].judged <= now:
            window.take(entries[place].event, entries[place].judged)
            place += 1
        values.append(window.value(key, now))
    return values


def lookback(window: Window) -> int:
    """How far before a moment events matter to the window's value at it: microseconds."""
    return window.length + window.step + window.within


def comparisons(rule: Rule) -> list[Compare | None]:
    """The comparisons in a rule's `when`, in `view`'s order; `None` where no window is in one."""
    return [each if _counts(each) else None for each in compares(rule.when)]


def _counts(node: Compare | Term) -> bool:
    match node:
        case WindowValue():
            return True
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return _counts(left) or _counts(right)
        case _:
            return False


def _looked_at(window: Window) -> list[str]:
    fields = [] if window.field is None else [window.field]
    for condition in (window.where, window.of):
        if condition is not None:
            fields += fields_in(condition)
    return [name for name in fields if name in FIELDS]


def fields_in(node: Condition | Any | None) -> list[str]:
    """The fields that a condition or a term looks at, in order, with repetitions."""
    match node:
        case And(parts) | Or(parts):
            return [name for part in parts for name in fields_in(part)]
        case Not(inner):
            return fields_in(inner)
    names: list[str] = []
    for part in ("field", "other", "name"):
        value = getattr(node, part, None)
        if isinstance(value, str) and value in FIELDS:
            names.append(value)
    for part in ("left", "right", "term"):
        if hasattr(node, part):
            names += fields_in(getattr(node, part))
    return names


def typed(text: Value, field: str) -> Value | None:
    """A value of a key as the column holds it; `None` if it cannot be one."""
    unit = FIELDS[field].unit
    if unit is Unit.FLAG:
        return text if isinstance(text, bool) else text == "True"
    if SCHEMA.field(field).type != pa.int64():
        return str(text)
    try:
        return int(str(text).lstrip("+"))
    except ValueError:
        return None


def _keys_table(window: Window, asks: Sequence[Ask]) -> pa.Table:
    rows = []
    for ask in asks:
        key = [typed(value, name) for value, name in zip(ask.key, window.keys, strict=True)]
        if None not in key:
            rows.append((ask, key))
    columns: dict[str, pa.Array] = {
        "label": pa.array([ask.label for ask, _ in rows], pa.int64()),
        "since": pa.array([ask.since for ask, _ in rows], pa.int64()),
        "until": pa.array([ask.until for ask, _ in rows], pa.int64()),
    }
    for place, name in enumerate(window.keys):
        columns[f"k{place}"] = pa.array([key[place] for _, key in rows], SCHEMA.field(name).type)
    return pa.table(columns)


def _none(name: str) -> None:
    return None
