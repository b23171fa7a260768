"""From a policy to a layout: which columns are read, which rows are kept, which rings expire them.

The plan is pure data; the kernel is generated from it, the columns are filled by it, and the same
plan always gives the same kernel. Three things hold the state:

- a *table* has one row per key (account; caller; account and callee; ...), found by linear hashing;
- a row has *slots*, four or eight bytes each, for the aggregates of the windows kept by that key;
- a *ring* per exact window length has one record per event that is in some window of that length,
  in order of time, with the rows that it touched, so that its effect can be taken back on expiry.

Windows with a step keep their tiles in the row instead and need no ring.
"""

from dataclasses import dataclass, field

from fairtone.events import FIELDS, KINDS, Unit
from fairtone.policy.model import (
    And,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Condition,
    FieldValue,
    Flag,
    InList,
    IsKnown,
    IsText,
    Let,
    Literal,
    Not,
    Or,
    Policy,
    Rule,
    SameAs,
    Term,
    TextTest,
    Window,
    WindowValue,
)

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
LARGEST_TILES = 1_000
MOST_BITS = 56


class PlanError(ValueError):
    """A policy that cannot be laid out: says which window and why."""


@dataclass(frozen=True, slots=True)
class Word:
    """One 64-bit input word of an event: a field, and which of its words (addresses have two)."""

    field: str
    part: int = 0


@dataclass(slots=True)
class Table:
    """Rows by key. `fields` of the watched events make the key; `slots` has offsets by name."""

    index: int
    fields: tuple[str, ...]
    words: int
    slots: dict[str, int] = field(default_factory=dict)
    size: int = 0
    keep: int = 0
    inserted: bool = True

    @property
    def header(self) -> int:
        """Bytes before the first slot: the key, the bucket's next row, when it was last used."""
        return 8 * self.words + 8

    def slot(self, name: str, width: int) -> int:
        """The offset of a named slot of 4 or 8 bytes (or 8 times many), made on first use."""
        if name not in self.slots:
            self.size = max(self.size, self.header)
            if width >= 8:
                self.size += -self.size % 8
            self.slots[name] = self.size
            self.size += width
        return self.slots[name]

    def close(self) -> None:
        """No more slots: round the row up to whole words."""
        self.size = max(self.size, self.header)
        self.size += -self.size % 8


@dataclass(frozen=True, slots=True)
class Lookup:
    """The row of `table` for the values of `fields` in an event."""

    index: int
    table: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """When an event is in a window: the row is known, the filter holds, and the value is known."""

    lookup: int
    kind: int
    filter: int
    value: Word | None


@dataclass(slots=True)
class Place:
    """Where one window lives: its table, its slots, and for an exact one its ring and mask bits."""

    window: Window
    lookup: int
    table: int
    entry: Entry
    slots: dict[str, int]
    pair: int = -1
    ring: int = -1
    bit: int = 0
    of: int = -1
    of_not: int = -1
    of_bits: tuple[int, int] = (0, 0)
    new_bit: int = 0
    tiles: int = 0
    row_at: int = 0
    pair_at: int = 0
    value_at: int = 0
    link_at: int = 0


@dataclass(slots=True)
class Ring:
    """The records of one window length (microseconds). Offsets are bytes in a record of `size`."""

    index: int
    length: int
    bits: dict[object, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    values: dict[Word, int] = field(default_factory=dict)
    size: int = 0
    mask_bytes: int = 4

    def bit(self, name: object) -> int:
        """The number of a mask bit for a condition of entry, shared by all windows that have it."""
        return self.bits.setdefault(name, len(self.bits))


@dataclass(slots=True)
class Plan:
    """Everything the kernel generator and the column filler need to know about a policy."""

    policy: Policy
    words: dict[Word, int] = field(default_factory=dict)
    atoms: dict[Atom, int] = field(default_factory=dict)
    filters: dict[tuple[int, Condition], int] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    onces: dict[str, tuple[int, int]] = field(default_factory=dict)

    def word(self, name: str, part: int = 0) -> int:
        """The number of an input word, made on first use."""
        return self.words.setdefault(Word(name, part), len(self.words))

    def atom(self, condition: Atom) -> int:
        """The number of an input atom: a condition that is evaluated before the kernel runs."""
        return self.atoms.setdefault(condition, len(self.atoms))

    def filter(self, kind: int, condition: Condition | None) -> int:
        """The number of a filter bit for events of a kind; -1 where everything passes."""
        if condition is None:
            return -1
        self.read(condition)
        return self.filters.setdefault((kind, condition), len(self.filters))

    def read(self, condition: Condition) -> None:
        """Note the words and atoms that a condition looks at."""
        match condition:
            case And(parts) | Or(parts):
                for part in parts:
                    self.read(part)
            case Not(inner):
                self.read(inner)
            case Compare(_, left, right):
                self._read_term(left)
                self._read_term(right)
            case Between(name, _, _):
                self.word(name)
            case IsKnown(WindowValue()):
                pass
            case IsKnown(FieldValue(name)) if FIELDS[name].unit.is_quantity:
                self.word(name)
            case SameAs(name, other):
                for asked in (name, other):
                    for half in range(words_of(asked)):
                        self.word(asked, half)
                self.atom(condition)
            case IsKnown() | Flag() | IsText() | TextTest() | InList():
                if isinstance(condition, InList) and FIELDS[condition.field].unit is Unit.NUMBER:
                    self.word(condition.field)
                self.atom(condition)

    def _read_term(self, term: Term) -> None:
        match term:
            case FieldValue(name):
                self.word(name)
            case Arithmetic(_, left, right):
                self._read_term(left)
                self._read_term(right)
            case Literal() | WindowValue():
                pass

    def table(self, fields: tuple[str, ...]) -> Table:
        """The table with this key, made on first use."""
        for table in self.tables:
            if table.fields == fields:
                return table
        table = Table(len(self.tables), fields, sum(words_of(name) for name in fields))
        self.tables.append(table)
        return table

    def lookup(self, table: Table, fields: tuple[str, ...]) -> int:
        """The number of a lookup, made on first use."""
        for lookup in self.lookups:
            if lookup.table == table.index and lookup.fields == fields:
                return lookup.index
        for name in fields:
            for part in range(words_of(name)):
                self.word(name, part)
        self.lookups.append(Lookup(len(self.lookups), table.index, fields))
        return len(self.lookups) - 1

    def ring(self, length: int) -> Ring:
        """A ring of a window length with room for more conditions, made where there is none."""
        for ring in self.rings:
            if ring.length == length and len(ring.bits) < MOST_BITS:
                return ring
        self.rings.append(Ring(len(self.rings), length))
        return self.rings[-1]

    def reads(self, kind: int) -> set[int]:
        """The lookups that rules for this kind of event look at."""
        return {
            self.lookup(self.tables[self.places[let.window.hash].table], let.lookup)
            for rule in self.policy.rules
            if KIND_CODES[rule.kind] == kind
            for let in rule.lets
        }

    def find(self, let: Let) -> int:
        """The lookup that finds the row of a let in its rule's own event."""
        return self.lookup(self.tables[self.places[let.window.hash].table], let.lookup)


def words_of(name: str) -> int:
    """How many 64-bit words a field has as a part of a key."""
    return 2 if FIELDS[name].unit is Unit.ADDRESS else 1


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
