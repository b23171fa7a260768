"""The events that made a finding so, and its windows against their thresholds over time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fairtone.engine import Finding, Number, view
from fairtone.events import Event
from fairtone.history.exhibit import Destination, Exhibit, Panel
from fairtone.history.retrace import Ask, Entered, Past, comparisons, lookback, retraced
from fairtone.policy.model import Rule

HEAD, TAIL = 3, 9
"""How many of the first and of the last events of a finding are shown."""

SAMPLES = 56
"""At how many moments a window is drawn, evenly in time, and again evenly in events."""

AFTER = Fraction(2, 5)
"""How much is drawn after the finding, as a part of what is drawn before it."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is drawn: from, until, and the moments in between; microseconds of engine time."""

    start: int
    end: int
    moments: tuple[int, ...]


def with_evidence(exhibits: Sequence[Exhibit], past: Past) -> list[Exhibit]:
    """The exhibits of one rule with their panels, events and destinations."""
    if not exhibits:
        return []
    rule = past.policy.rule(exhibits[0].finding.rule)
    by_let = [
        past.entered(let.window, _asks(exhibits, place)) for place, let in enumerate(rule.lets)
    ]
    entries = [[found.get(label) for found in by_let] for label in range(len(exhibits))]
    numbers = [_within(item.finding, found) for item, found in zip(exhibits, entries, strict=True)]
    whole = past.spool.by_sequence(number for each in numbers for number in _few(each))
    called = past.spool.by_sequence(
        (number for each in numbers for number in each), ("call", "callee.country", "cost")
    )
    complete = []
    for item, found, within in zip(exhibits, entries, numbers, strict=True):
        few = _few(within)
        complete.append(
            replace(
                item,
                panels=_panels(item.finding, rule, whole[item.finding.sequence], found, past),
                events=tuple(whole[number] for number in few),
                head=HEAD,
                skipped=len(within) - len(few),
                total=len(within),
                destinations=destinations_of(called[number] for number in within),
            )
        )
    return complete


def _within(finding: Finding, entries: Sequence[list[Entered] | None]) -> list[int]:
    """The numbers of the events in the windows of a finding, its own among them."""
    found = {
        entry.sequence
        for evidence, entered in zip(finding.evidence, entries, strict=True)
        for entry in entered or ()
        if evidence.since <= entry.judged <= evidence.until
    }
    return sorted(found | {finding.sequence})


def _few(numbers: Sequence[int]) -> list[int]:
    """The first and the last of many."""
    shown = list(numbers)
    return shown if len(shown) <= HEAD + TAIL else shown[:HEAD] + shown[-TAIL:]


def _asks(exhibits: Sequence[Exhibit], place: int) -> list[Ask]:
    asks = []
    for label, item in enumerate(exhibits):
        finding = item.finding
        longest = max((each.until - each.since for each in finding.evidence), default=0)
        evidence = finding.evidence[place]
        # Twice the window, so that it is whole at the left edge of the drawing too.
        since = evidence.since - longest - (evidence.until - evidence.since)
        until = finding.at + round(longest * AFTER)
        asks.append(Ask(label, evidence.key, since, until))
    return asks


def destinations_of(events: Iterable[Event]) -> tuple[Destination, ...]:
    """The countries that were called, the most called first; each call counts once."""
    calls: dict[str, set[object]] = {}
    costs: dict[str, int] = {}
    for number, event in enumerate(events):
        country = event.values.get("callee.country")
        if isinstance(country, str):
            calls.setdefault(country, set()).add(event.values.get("call", number))
            if "cost" in event.values:
                costs[country] = costs.get(country, 0) + int(event.values["cost"])
    found = [Destination(name, len(made), costs.get(name)) for name, made in calls.items()]
    return tuple(sorted(found, key=lambda each: (-each.calls, each.country)))


def _panels(
    finding: Finding,
    rule: Rule,
    trigger: Event,
    entries: Sequence[list[Entered] | None],
    past: Past,
) -> tuple[Panel, ...]:
    asked = comparisons(rule)
    known = [found for found in entries if found is not None]
    if not any(asked) or len(known) < len(entries):
        return ()
    frame = _frame(finding, rule, known)
    values = {
        let.name: retraced(let, found, frame.moments, past.meaning)
        for let, found in zip(rule.lets, known, strict=True)
    }
    sides = [
        view(rule, past.meaning, trigger, _at(values, place), quiet=False).sides
        for place in range(len(frame.moments))
    ]
    return tuple(
        Panel(
            text=sides[0][number].text,
            op=compare.op,
            unit=sides[0][number].unit,
            moments=frame.moments,
            left=tuple(_decimal(each[number].left) for each in sides),
            right=tuple(_decimal(each[number].right) for each in sides),
        )
        for number, compare in enumerate(asked)
        if compare is not None
    )


def _at(values: dict[str, list[Number | None]], place: int) -> Callable[[str], Number | None]:
    return lambda name: values[name][place]


def _decimal(value: Number | None) -> float | None:
    return None if value is None else float(value)


def _frame(finding: Finding, rule: Rule, entries: Sequence[list[Entered]]) -> _Frame:
    at = finding.at
    longest = max((lookback(let.window) for let in rule.lets), default=0)
    before = [entry.judged for found in entries for entry in found if entry.judged <= at]
    first = max(min(before, default=at), at - longest)
    start = first - max((at - first) // 12, 1_000_000)
    after = round((at - start) * AFTER)
    seen = sorted({entry.judged for found in entries for entry in found})
    end = at + after
    inside = [moment for moment in seen if start <= moment <= end]
    # A large window is expensive to add up again: fewer moments then.
    samples = max(12, min(SAMPLES, 400_000 // (len(inside) + 1)))
    even = {start + (end - start) * step // samples for step in range(samples + 1)}
    busy = {inside[len(inside) * step // samples] for step in range(samples)} if inside else set()
    return _Frame(start, end, tuple(sorted(even | busy | {at})))
