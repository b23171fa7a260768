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
