"""Why similar subjects were not found: who came nearest to a rule, and what held it back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fairtone.engine import Number, compares, view
from fairtone.events import FIELDS, SCHEMA, Event, Unit
from fairtone.history.exhibit import Similar
from fairtone.history.retrace import Ask, Past, comparisons, fields_in, lookback, retraced
from fairtone.history.spool import event_of, quoted
from fairtone.policy import text_of
from fairtone.policy.model import And, Condition, Let, Rule, Window

BUSIEST = 6
"""For each window of the rule, how many of the busiest subjects are looked at."""

MOMENTS = 10
"""At how many of its own events a subject is looked at."""

ENOUGH = 4_000
"""A subject with more events than that in a window is not looked at."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A subject that was busy by one of the rule's windows, and around when."""

    subject: tuple[Any, ...]
    since: int
    until: int


def similar_to(rule: Rule, past: Past, limit: int = 4) -> tuple[Similar, ...]:
    """The subjects without a finding of the rule that came nearest to one, the nearest first.

    Needs the table `broken` of `summary`. Nearness: how many of the rule's comparisons held, then
    how near the furthest of the others was.
    """
    nearest: dict[str, Similar] = {}
    if not any(comparisons(rule)):
        return ()
    candidates = _candidates(rule, past)
    found = _own_events(rule, candidates, past)
    for item in _judged(rule, found, past):
        best = nearest.get(item.subject)
        if best is None or rank(item) > rank(best):
            nearest[item.subject] = item
    ordered = sorted(nearest.values(), key=rank, reverse=True)
    return tuple(item for item in ordered if max(rank(item)) > 0.05)[:limit]


def rank(item: Similar) -> tuple[float, float]:
    """How near a subject came: the part of the comparisons that held, then the nearest miss."""
    holding = sum(side.holds is True for side in item.sides)
    missing = [min(side.nearness or 0.0, 1.0) for side in item.sides if not side.holds]
    missing += [0.0] * len(item.lacking)
    return holding / (len(item.sides) + len(item.lacking)), min(missing, default=1.0)


def _candidates(rule: Rule, past: Past) -> list[_Candidate]:
    chosen: dict[tuple[Any, ...], _Candidate] = {}
    for let in rule.lets:
        # Only a window that is kept by the subject itself says which subjects are busy.
        if set(rule.subject) <= set(let.lookup):
            for candidate in _busiest(rule, let, past):
                chosen.setdefault(candidate.subject, candidate)
    return list(chosen.values())


def _busiest(rule: Rule, let: Let, past: Past) -> list[_Candidate]:
    """The subjects with the most in the window, roughly: by windows that stand side by side."""
    window = let.window
    own = dict(zip(let.lookup, window.keys, strict=True))
    names = [own[name] for name in rule.subject]
    subject = ", ".join(f"e.{quoted(name)} as s{place}" for place, name in enumerate(names))
    group = ", ".join(f"s{place}" for place in range(len(names)))
    text = subject_sql(names, "e")
    known = " and ".join(f"e.{quoted(name)} is not null" for name in names)
    rows = past.spool.rows(
        f"select {group}, arg_max(bucket, much) as bucket from ("
        f"select {subject}, e.judged // {window.length} as bucket, {_roughly(window)} as much "
        f"from events e where e.kind = ? and {past.filters.passing(window.where, 'e')} "
        f"and {known} and {text} not in "
        "(select subject from broken where rule = ?) group by all) "
        f"where much > 0 group by {group} order by max(much) desc, {group} limit {BUSIEST}",
        [window.kind, rule.name],
    )
    return [
        _Candidate(
            tuple(row[f"s{place}"] for place in range(len(names))),
            row["bucket"] * window.length,
            (row["bucket"] + 1) * window.length + window.length // 2,
        )
        for row in rows
    ]


def subject_sql(names: Sequence[str], table: str) -> str:
    """SQL for a subject's text as a finding has it, from the fields that name it."""
    parts = []
    for name in names:
        column = f"{table}.{quoted(name)}"
        sign = "'+' || " if FIELDS[name].unit is Unit.NUMBER else ""
        parts.append(f"{sign}cast({column} as varchar)")
    return "(" + " || ' → ' || ".join(parts) + ")"


def _roughly(window: Window) -> str:
    field = "null" if window.field is None else f"e.{quoted(window.field)}"
    return {
        "sum": f"sum({field})",
        "min": f"min({field})",
        "max": f"max({field})",
        "mean": f"avg({field})",
        "last": f"max({field})",
        "distinct": f"count(distinct {field})",
        "new": f"count(distinct {field})",
    }.get(window.aggregate, "count(*)")


def _own_events(
    rule: Rule, candidates: Sequence[_Candidate], past: Past
) -> list[list[tuple[int, Event]]]:
    """For each candidate some of its events of the rule's kind: engine time and event."""
    columns: dict[str, pa.Array] = {
        "label": pa.array(range(len(candidates)), pa.int64()),
        "since": pa.array([each.since for each in candidates], pa.int64()),
        "until": pa.array([each.until for each in candidates], pa.int64()),
    }
    for place, name in enumerate(rule.subject):
        columns[f"s{place}"] = pa.array(
            [each.subject[place] for each in candidates], SCHEMA.field(name).type
        )
    match = " and ".join(
        f"e.{quoted(name)} = c.s{place}" for place, name in enumerate(rule.subject)
    )
    looked_at = [*rule.subject, *fields_in(rule.when), *fields_in(rule.unless)]
    looked_at += [name for let in rule.lets for name in let.lookup]
    fields = ", ".join(f"e.{quoted(name)}" for name in dict.fromkeys(looked_at))
    rows = past.spool.rows(
        f"select label, kind, judged, {fields} from ("
        f"select c.label, ntile({MOMENTS}) over (partition by c.label order by e.sequence) "
        "as part, e.* from events e join candidates c on "
        f"{match} and e.judged between c.since and c.until where e.kind = ?) e "
        "qualify row_number() over (partition by label, part order by sequence desc) = 1 "
        "order by sequence",
        [rule.kind],
        candidates=pa.table(columns),
    )
    found: dict[int, list[tuple[int, Event]]] = defaultdict(list)
    for row in rows:
        found[row["label"]].append((row["judged"], event_of(row)))
    return [found[label] for label in range(len(candidates))]


def _judged(rule: Rule, found: Sequence[list[tuple[int, Event]]], past: Past) -> list[Similar]:
    """What the rule would have made of each candidate at each of its events, exactly."""
    moments = [(at, event) for events in found for at, event in events]
    values: list[dict[str, Number | None]] = [{} for _ in moments]
    for let in rule.lets:
        for place, value in _values(let, moments, past).items():
            values[place][let.name] = value
    judged = []
    for (at, event), windows in zip(moments, values, strict=True):
        said = view(rule, past.meaning, event, windows.get, quiet=False)
        lacking = tuple(
            text_of(part)
            for part in _parts(rule.when)
            if not any(compares(part)) and past.meaning.holds(part, event, windows.get) is not True
        )
        exempt = said.outcome == "exempt"
        judged.append(Similar(said.subject, at, said.sides, exempt, lacking))
    return judged


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, And) else (condition,)


def _values(let: Let, moments: Sequence[tuple[int, Event]], past: Past) -> dict[int, Number | None]:
    keys: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for place, (_, event) in enumerate(moments):
        known = [event.values.get(name) for name in let.lookup]
        key = tuple(value for value in known if value is not None)
        if len(key) == len(known):  # a key that is not known has no window
            keys[key].append(place)
    asks = []
    for label, (key, places) in enumerate(keys.items()):
        times = [moments[place][0] for place in places]
        asks.append(Ask(label, key, min(times) - lookback(let.window), max(times)))
    entries = past.entered(let.window, asks, ENOUGH)
    values: dict[int, Number | None] = {}
    for label, places in enumerate(keys.values()):
        if label not in entries:  # too many events to be added up again
            continue
        ordered = sorted(places, key=lambda place: moments[place][0])
        times = [moments[place][0] for place in ordered]
        for place, value in zip(
            ordered, retraced(let, entries[label], times, past.meaning), strict=True
        ):
            values[place] = value
    return values
