"""Windows as they were: the value of a `let` at any moment, from events read back from the spool.

The windows are the reference engine's own, so what a report draws is what the rule saw.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fairtone.engine import Meaning
from fairtone.engine.explaining import compares
from fairtone.engine.meaning import Number, key_part
from fairtone.engine.reference import ReferenceWindow
from fairtone.events import FIELDS, SCHEMA, Event, Unit, Value
from fairtone.history.spool import Spool, event_of, quoted, same
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Let,
    Not,
    Or,
    Rule,
    Term,
    Window,
    WindowValue,
)

CAP = 20_000
"""How many events are read back for one window of one key; the newest are kept."""


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


def entered(
    spool: Spool, window: Window, asks: Iterable[Ask], meaning: Meaning
) -> dict[int, list[Entered]]:
    """The events that a window let in, oldest first, by the label of the ask."""
    keys = _keys_table(window, list(asks))
    if not keys.num_rows:
        return {}
    names = dict.fromkeys([*window.keys, *_looked_at(window)])
    columns = "".join(f", e.{quoted(name)}" for name in names)
    match = " and ".join(
        same(f"e.{quoted(name)}", f"k.k{place}", name) for place, name in enumerate(window.keys)
    )
    found = spool.rows(
        f"select k.label, e.sequence, e.kind, e.judged{columns} from events e join asked k "
        f"on {match or 'true'} and e.judged between k.since and k.until where e.kind = ? "
        f"qualify row_number() over (partition by k.label order by e.sequence desc) <= {CAP} "
        "order by e.sequence",
        [window.kind],
        asked=keys,
    )
    answer: dict[int, list[Entered]] = defaultdict(list)
    for row in found:
        event = event_of(row)
        if window.where is None or meaning.holds(window.where, event, _none):
            answer[row["label"]].append(Entered(row["sequence"], row["judged"], event))
    return answer


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


def fields_in(node: Condition | Any) -> list[str]:
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


def _keys_table(window: Window, asks: list[Ask]) -> pa.Table:
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
