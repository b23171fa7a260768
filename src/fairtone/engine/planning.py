"""Laying a policy out: each window gets its table, its slots, and its ring or its tiles."""

from fairtone.engine.plan import (
    KIND_CODES,
    LARGEST_TILES,
    Entry,
    Place,
    Plan,
    PlanError,
    Ring,
    Table,
    Word,
    words_of,
)
from fairtone.policy.model import Not, Policy, Rule, Window


def plan_of(policy: Policy) -> Plan:
    """Lay a policy out."""
    plan = Plan(policy)
    for window in policy.windows():
        plan.places[window.hash] = _place(plan, window)
    for rule in policy.rules:
        _rule(plan, rule)
    for ring in plan.rings:
        _close_ring(plan, ring)
    for table in plan.tables:
        table.close()
    return plan


def _place(plan: Plan, window: Window) -> Place:
    table = plan.table(window.keys)
    kind = KIND_CODES[window.kind]
    lookup = plan.lookup(table, window.keys)
    value = Word(window.field) if window.field else None
    if value is not None and window.aggregate not in ("distinct", "new"):
        plan.word(value.field)
    entry = Entry(lookup, kind, plan.filter(kind, window.where), value)
    place = Place(window, lookup, table.index, entry, {})
    if window.of is not None:
        place.of = plan.filter(kind, window.of)
        place.of_not = plan.filter(kind, Not(window.of))
    if window.step:
        if window.length % window.step:
            raise PlanError(f"a window of {window.length} us in steps of {window.step}: not whole")
        place.tiles = window.length // window.step + 1
        if place.tiles > LARGEST_TILES:
            raise PlanError(f"a window of {place.tiles} steps: at most {LARGEST_TILES} are kept")
    if window.aggregate in ("distinct", "new"):
        assert window.field is not None
        pair = plan.table((*window.keys, window.field))
        place.pair = plan.lookup(pair, (*window.keys, window.field))
    _slots(plan, place)
    span = window.length + window.step
    table.keep = max(table.keep, span)
    if place.pair >= 0:
        pair = plan.tables[plan.lookups[place.pair].table]
        pair.keep = max(pair.keep, span, window.within)
    return place


def _slots(plan: Plan, place: Place) -> None:
    window, table = place.window, plan.tables[place.table]
    name, tiles = window.hash, place.tiles
    pair = plan.tables[plan.lookups[place.pair].table] if place.pair >= 0 else None
    slots = place.slots
    if tiles:
        slots["step"] = table.slot(f"{name}.step", 8)
    match window.aggregate:
        case "count":
            slots["count"] = table.slot(f"{name}.count", 8 * (tiles + 1) if tiles else 4)
        case "sum":
            slots["sum"] = table.slot(f"{name}.sum", 8 * (tiles + 1) if tiles else 8)
        case "mean":
            slots["sum"] = table.slot(f"{name}.sum", 8 * (tiles + 1) if tiles else 8)
            slots["count"] = table.slot(f"{name}.count", 8 * (tiles + 1) if tiles else 4)
        case "share":
            slots["true"] = table.slot(f"{name}.true", 8 * (tiles + 1) if tiles else 4)
            slots["count"] = table.slot(f"{name}.count", 8 * (tiles + 1) if tiles else 4)
        case "last":
            slots["value"] = table.slot(f"{name}.value", 8)
            slots["at"] = table.slot(f"{name}.at", 8)
        case "distinct":
            assert pair is not None
            slots["count"] = table.slot(f"{name}.count", 8 * (tiles + 1) if tiles else 4)
            slots["pair"] = pair.slot(f"{name}.pair", 8 if tiles else 4)
        case "new":
            assert pair is not None
            slots["count"] = table.slot(f"{name}.count", 8 * (tiles + 1) if tiles else 4)
            slots["seen"] = pair.slot(f"{name}.seen", 8)
        case "min" | "max":
            if tiles:
                slots["tiles"] = table.slot(f"{name}.tiles", 16 * tiles)
            else:
                slots["head"] = table.slot(f"{name}.head", 4)
                slots["tail"] = table.slot(f"{name}.tail", 4)
                slots["best"] = table.slot(f"{name}.best", 8)
                slots["youngest"] = table.slot(f"{name}.youngest", 8)
    if not tiles and window.aggregate != "last":
        _ring_place(plan, place)


def _ring_place(plan: Plan, place: Place) -> None:
    window, entry = place.window, place.entry
    ring = plan.ring(window.length)
    place.ring = ring.index
    inside = (entry.kind, entry.filter, entry.lookup)
    match window.aggregate:
        case "share":
            place.of_bits = (
                ring.bit((*inside, "of", place.of)),
                ring.bit((*inside, "known", place.of)),
            )
        case "distinct":
            place.bit = ring.bit((*inside, "pair", place.pair))
        case "new":
            place.new_bit = place.bit = ring.bit((window.hash, "new"))
        case "count":
            place.bit = ring.bit(inside)
        case _:
            place.bit = ring.bit((*inside, entry.value))
    ring.rows.setdefault(place.lookup, 0)
    if window.aggregate == "distinct":
        ring.rows.setdefault(place.pair, 0)
    if window.aggregate in ("sum", "mean", "min", "max"):
        assert entry.value is not None
        ring.values.setdefault(entry.value, 0)


def _rule(plan: Plan, rule: Rule) -> None:
    plan.read(rule.when)
    if rule.unless is not None:
        plan.read(rule.unless)
    for let in rule.lets:
        plan.find(let)
    for name in rule.subject:
        for part in range(words_of(name)):
            plan.word(name, part)
    if rule.once:
        # A table of its own: its rows live by findings, not by events.
        key = tuple(f"once:{name}" for name in rule.subject)
        table = next((table for table in plan.tables if table.fields == key), None)
        if table is None:
            words = sum(words_of(name) for name in rule.subject)
            table = Table(len(plan.tables), key, words, inserted=False)
            plan.tables.append(table)
        table.keep = max(table.keep, rule.once)
        plan.onces[rule.name] = (table.index, table.slot(rule.name, 8))


def _close_ring(plan: Plan, ring: Ring) -> None:
    """Lay out a record: time, mask, rows, values, links."""
    ring.mask_bytes = 4 if len(ring.bits) <= 31 else 8
    at = 8 + ring.mask_bytes
    for lookup in ring.rows:
        ring.rows[lookup] = at
        at += 4
    at += -at % 8
    for word in ring.values:
        ring.values[word] = at
        at += 8
    for place in plan.places.values():
        if place.ring != ring.index:
            continue
        place.row_at = ring.rows[place.lookup]
        if place.window.aggregate == "distinct":
            place.pair_at = ring.rows[place.pair]
        if place.window.aggregate in ("sum", "mean", "min", "max"):
            assert place.entry.value is not None
            place.value_at = ring.values[place.entry.value]
        if place.window.aggregate in ("min", "max"):
            place.link_at = at
            at += 8
    ring.size = at + -at % 8
