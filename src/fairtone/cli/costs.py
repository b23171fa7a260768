"""What a rule costs: the windows, the memory per key and per event, with and without it."""

from dataclasses import replace

from fairtone.cli.counting import counted
from fairtone.engine import Plan, plan_of
from fairtone.policy import Policy, span_text
from fairtone.policy.model import Rule


def costs_of(policy: Policy, rule: Rule) -> list[str]:
    """Sentences about what the compiled engine keeps for a rule, and what of it is its own."""
    others = replace(policy, rules=tuple(other for other in policy.rules if other is not rule))
    known = {window.hash for window in others.windows()}
    windows = list(dict.fromkeys(window.hash for window in rule.windows))
    own = sum(window not in known for window in windows)
    if not windows and not rule.once:
        return ["next to nothing: no window, no memory"]
    said = [f"{counted(len(windows), 'window')}, of which {own} would not be there without it"]
    plan, without = plan_of(policy), plan_of(others)
    rows, rows_without = _rows(plan), _rows(without)
    for fields in _tables(plan, rule):
        size = rows[fields]
        added = size - rows_without.get(fields, 0)
        said.append(
            f"per {' and '.join(fields)}: {size} bytes for all rules together, {added} for this one"
        )
    records, records_without = _records(plan), _records(without)
    for length in dict.fromkeys(window.length for window in rule.windows if not window.step):
        size = records[length]
        added = size - records_without.get(length, 0)
        said.append(
            f"per event within {span_text(length)}: {size} bytes for all rules together, "
            f"{added} for this one"
        )
    return said


def _tables(plan: Plan, rule: Rule) -> list[tuple[str, ...]]:
    """The keys of the tables that a rule's windows live in, each once."""
    places = [plan.places[window.hash] for window in rule.windows]
    numbers = []
    for place in places:
        numbers.append(place.table)
        if place.pair >= 0:
            numbers.append(plan.lookups[place.pair].table)
    return list(dict.fromkeys(plan.tables[number].fields for number in numbers))


def _rows(plan: Plan) -> dict[tuple[str, ...], int]:
    """Bytes of a row by its key."""
    return {table.fields: table.size for table in plan.tables}


def _records(plan: Plan) -> dict[int, int]:
    """Bytes of the record of an event by the length of the windows that it is in."""
    return {ring.length: ring.size for ring in plan.rings}
