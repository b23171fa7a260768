"""The engine that runs: reserved memory, a compiled kernel, columns in and what fired out.

It says the same as `reference`, event by event; the tests hold the two together.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt

from fairtone.engine.columns import Columns, atom_field
from fairtone.engine.compiled import compiled
from fairtone.engine.guides import GUIDE, guide_of
from fairtone.engine.kernel import source_of
from fairtone.engine.kernel_tables import BUCKETS, HIGH, LIVE, MASK, SIZE
from fairtone.engine.layout import BLOCK, Layout, layout_of
from fairtone.engine.meaning import Meaning, Number
from fairtone.engine.memory import Reserved, aligned
from fairtone.engine.plan import KIND_CODES, Place, Plan, Ring, Table, Word
from fairtone.engine.planning import plan_of
from fairtone.engine.windows import (
    CHUNK,
    COUNT,
    DESCRIPTOR,
    EXTREME,
    FIRST,
    FORM,
    LAST,
    LENGTH,
    NULL,
    PAIR,
    SECOND,
    STEP,
    STEP_AT,
    SUM,
    TILED_COUNT,
    TILED_MAX,
    TILED_MIN,
    TILED_PAIR,
    TILES,
    WIDE,
)
from fairtone.events import FIELDS, Batch, Event, Unit, address_words
from fairtone.policy.model import Policy, Rule

FIRST_BUCKETS = 1024
BULK = 8192
"""Events in a batch from which on an engine is one for bulk, and works in large pages."""

_FAR = 1 << 62


class CapacityError(ValueError):
    """More events in one window than the engine was made for, or a capacity that cannot be."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired on the event in `row` of a batch, at engine time `at`, with its values."""

    row: int
    at: int
    rule: Rule
    values: tuple[Number | None, ...]


class FastCore:
    """State and kernel of one policy. `records` bounds the events in one window length."""

    def __init__(
        self,
        policy: Policy,
        *,
        secret: bytes = b"",
        records: int = 1 << 28,
        rows: int = 1 << 28,
        cache: Path | None = None,
    ) -> None:
        if records & (records - 1) or records < 4 * CHUNK:
            raise CapacityError(
                f"`capacity` is a power of two and at least {4 * CHUNK}, not {records}"
            )
        self.policy = policy
        self.plan: Plan = plan_of(policy)
        self.layout: Layout = layout_of(self.plan, records)
        self.meaning = Meaning(policy)
        self.columns = Columns(self.plan, self.meaning, secret)
        self.source = source_of(self.plan, self.layout)
        self._process = compiled(self.source, cache)
        self._allocate(rows)
        self._context = self._new_context()
        self._singles = {kind: Single(self, kind) for kind in KIND_CODES}
        self._flat = memoryview(self.vars)  # type: ignore[arg-type]
        self._lets = [len(rule.lets) for rule in policy.rules]
        # Between two looks at the room that is left, no ring can fill up.
        self._stretch = records // 8
        self._alone = 0
        self._bulk = False

    def _allocate(self, rows: int) -> None:
        plan, layout = self.plan, self.layout
        self.vars = aligned(layout.vars_size)
        self.filters = aligned(BLOCK * layout.filter_words)
        self.times = aligned(BLOCK)
        self.slots = aligned(BLOCK * (len(plan.lookups) + 1) // 2 + 1)
        self.scratch = aligned(2 * BLOCK + 8)
        self.out = aligned(layout.found_most * layout.out_size // 8)
        self.descriptors = aligned(DESCRIPTOR * max(1, len(plan.places)))
        for number, place in enumerate(plan.places.values()):
            self.descriptors[DESCRIPTOR * number :][:DESCRIPTOR] = _descriptor(plan, place)
        self.testimonies = aligned(layout.testimony_words)
        self.guides = aligned(GUIDE * max(1, len(plan.lookups)))
        self.rows = [Reserved(table.size * rows) for table in plan.tables]
        self.buckets = [Reserved(8 * rows) for table in plan.tables]
        self.controls = [self._control(table) for table in plan.tables]
        self.rings = [Reserved(ring.size * layout.ring_records) for ring in plan.rings]
        self.directories = [Reserved(4 * layout.ring_records // CHUNK) for ring in plan.rings]
        self.ring_controls = [self._ring_control(ring) for ring in plan.rings]
        for ring in plan.rings:
            self.vars[layout.due(ring.index) // 8] = _FAR
        for lookup in plan.lookups:
            self.guides[GUIDE * lookup.index :][:GUIDE] = guide_of(plan, layout, lookup)
        self._write_testimonies()

    def _write_testimonies(self) -> None:
        """Tell the kernel, for each rule, the windows whose values belong in a finding."""
        numbers = {window: number for number, window in enumerate(self.plan.places)}
        for index, rule in enumerate(self.policy.rules):
            words = [len(rule.lets)]
            for let in rule.lets:
                lookup = self.plan.find(let)
                table = self.plan.lookups[lookup].table
                number = numbers[let.window.hash]
                words += [
                    4 * BLOCK * lookup,
                    int(self.controls[table].ctypes.data),
                    int(self.descriptors[DESCRIPTOR * number :].ctypes.data),
                ]
            start = self.layout.testimony(index) // 8
            self.testimonies[start : start + len(words)] = words

    def _ring_control(self, ring: Ring) -> npt.NDArray[np.int64]:
        control = aligned(8)
        control[0] = self.rings[ring.index].address
        control[1] = self.directories[ring.index].address
        control[3] = 1  # the first chunk is open
        control[4] = self.layout.ring_records // CHUNK - 1
        return control

    def _control(self, table: Table) -> npt.NDArray[np.int64]:
        control = aligned(16)
        control[0] = self.rows[table.index].address
        control[1] = self.buckets[table.index].address
        control[BUCKETS // 8] = FIRST_BUCKETS
        control[MASK // 8] = 2 * FIRST_BUCKETS - 1
        control[SIZE // 8] = table.size
        return control

    def _new_context(self) -> npt.NDArray[np.int64]:
        layout, context = self.layout, aligned(self.layout.context_size)
        for offset, array in (
            (layout.vars, self.vars),
            (layout.filters, self.filters),
            (layout.times, self.times),
            (layout.slots, self.slots),
            (layout.scratch, self.scratch),
            (layout.out, self.out),
            (layout.descriptors, self.descriptors),
            (layout.testimonies, self.testimonies),
            (layout.guides, self.guides),
        ):
            context[offset // 8] = array.ctypes.data
        for index, control in enumerate(self.controls):
            context[layout.table(index) // 8] = control.ctypes.data
        for index, control in enumerate(self.ring_controls):
            context[layout.ring(index) // 8] = control.ctypes.data
        return context

    def expect_bulk(self) -> None:
        """Work in large pages from now on: more events a second, and a rare event that waits."""
        if not self._bulk:
            self._bulk = True
            for memory in (*self.rows, *self.buckets, *self.rings):
                memory.prefer_large_pages()

    def judge(self, batch: Batch) -> Iterator[Fired]:
        """Let a batch in; what fired, in order."""
        if batch.num_rows >= BULK:
            self.expect_bulk()
        columns, layout, context = self.columns, self.layout, self._context
        kinds, at = columns.kinds(batch), columns.times(batch)
        words = columns.words(batch)
        atoms = columns.atoms(batch, words)
        context[layout.kinds // 8] = kinds.ctypes.data
        context[layout.at // 8] = at.ctypes.data
        for index, column in enumerate(words):
            context[layout.word(index) // 8] = column.ctypes.data
        for index, trits in enumerate(atoms):
            context[layout.atom(index) // 8] = trits.ctypes.data
        done = 0
        address = int(context.ctypes.data)
        while done < batch.num_rows:
            self._check_room()
            context[layout.start // 8] = done
            context[layout.count // 8] = min(batch.num_rows, done + self._stretch)
            done = self._process(address)
            yield from self._collect()

    def judge_one(self, event: Event) -> list[Fired]:
        """Let one event in; what fired."""
        self._alone += 1
        if self._alone >= self._stretch:
            self._check_room()
            self._alone = 0
        self._process(self._singles[event.kind].load(event))
        return list(self._collect()) if self._flat[2] else []

    def _collect(self) -> Iterator[Fired]:
        found = int(self.vars[2])
        if not found:
            return
        width = self.layout.out_size // 8
        records = self.out[: found * width].reshape(found, width).tolist()
        self.vars[2] = 0
        for record in records:
            row, index, at = record[:3]
            rule = self.policy.rules[index]
            values = tuple(
                _number(record[3 + 2 * let], record[4 + 2 * let])
                for let in range(self._lets[index])
            )
            yield Fired(row, at, rule, values)

    def tick(self, now: int, budget: int = 20_000) -> int:
        """Let time pass without an event; at most `budget` records expire. What is left of it."""
        context = self._context
        context[0], context[1] = -budget, now
        return self._process(int(context.ctypes.data))

    def _check_room(self) -> None:
        """Refuse to go on before a window holds more records than its directory can tell apart."""
        layout = self.layout
        most = layout.ring_records - layout.ring_records // 4 - CHUNK
        for ring in self.plan.rings:
            held = self._held(ring.index)
            if held > most:
                raise CapacityError(
                    f"{held} events in a window of {ring.length // 1_000_000}s are more than this "
                    f"engine was made for; give it a `capacity` above {layout.ring_records}"
                )

    def _held(self, ring: int) -> int:
        head, tail = self.layout.head(ring) // 8, self.layout.tail(ring) // 8
        return int(self.vars[head] - self.vars[tail])

    def sizes(self) -> dict[str, int]:
        """How many rows and records are held, and their bytes with those of the buckets."""
        rows = records = held = 0
        for table, control in zip(self.plan.tables, self.controls, strict=True):
            rows += int(control[LIVE // 8])
            held += int(control[HIGH // 8]) * table.size + 4 * int(control[BUCKETS // 8])
        for ring in self.plan.rings:
            records += self._held(ring.index)
            held += int(self.ring_controls[ring.index][3]) * CHUNK * ring.size
        return {"rows": rows, "records": records, "bytes": held}

    @property
    def now(self) -> int:
        """Engine time: that of the last event or tick."""
        return int(self.vars[0])

    @property
    def late(self) -> int:
        """How many events claimed a time that was over already."""
        return int(self.vars[1])

    @property
    def unknown(self) -> dict[str, int]:
        """How often each rule could not be judged because something needed was not known."""
        return {
            rule.name: int(self.vars[self.layout.unknown(number) // 8])
            for number, rule in enumerate(self.policy.rules)
        }


class Single:
    """A context for one event of one kind at a time, whose words are packed from Python values."""

    def __init__(self, core: FastCore, kind: str) -> None:
        layout, plan, columns = core.layout, core.plan, core.columns
        self._context = core._new_context()
        self._words = aligned(len(plan.words) + 2)
        self._words[:] = NULL
        self._trits = np.full(max(1, len(plan.atoms)), 1, np.int8)
        self._kind = np.full(1, KIND_CODES[kind], np.int8)
        context = self._context
        context[layout.count // 8] = 1
        context[layout.kinds // 8] = self._kind.ctypes.data
        mine = [word for word in plan.words if kind in FIELDS[word.field].kinds]
        order = {word: place + 1 for place, word in enumerate(mine)}
        spare = len(plan.words) + 1
        context[layout.at // 8] = self._words.ctypes.data
        for word, index in plan.words.items():
            place = order.get(word, spare)
            context[layout.word(index) // 8] = self._words.ctypes.data + 8 * place
        for index in range(len(plan.atoms)):
            context[layout.atom(index) // 8] = self._trits.ctypes.data + index
        self._pack = Struct(f"={1 + len(mine)}q").pack_into
        self._buffer = self._words.data.cast("B")
        self._words_of = _reader([(word, columns.word_maker(word)) for word in mine])
        # Atoms of other kinds' fields are unknown here, once and for all.
        settled = [
            (index, columns.trit_maker(atom))
            for atom, index in plan.atoms.items()
            if kind in FIELDS[atom_field(atom)].kinds
        ]
        for index, make in enumerate(columns.trit_maker(atom) for atom in plan.atoms):
            self._trits[index] = make(Event(kind, 0, {}))
        self._settle = [(index, make) for index, make in settled]
        self._address = int(context.ctypes.data)

    def load(self, event: Event) -> int:
        """Write an event where the kernel reads it; the address of the context."""
        self._pack(self._buffer, 0, event.at, *self._words_of(event.values.get))
        trits = self._trits
        for index, settle in self._settle:
            trits[index] = settle(event)
        return self._address


def _reader(
    makers: list[tuple[Word, Callable[[Any], int]]],
) -> Callable[[Callable[[str], Any]], tuple[int, ...]]:
    """A function that makes the words of an event: written out, it takes half as long."""
    names: dict[str, Any] = {"UNKNOWN": _UNKNOWN, "NEITHER": _NEITHER, "address": address_words}
    parts = []
    for number, (word, make) in enumerate(makers):
        names[f"m{number}"] = make
        known = f"(v := known({word.field!r}))"
        made = "v" if make is int else f"m{number}(v)"
        if FIELDS[word.field].unit is Unit.ADDRESS and word.part == 0:
            made = "(a := address(v) or NEITHER)[0]"
        elif number and makers[number - 1][0] == Word(word.field, word.part - 1):
            known, made = "v", "a[1]"  # the other half of the address before it
        parts.append(f"UNKNOWN if {known} is None else {made}")
    exec(f"def words(known): return ({', '.join(parts)}{',' if parts else ''})", names)
    words: Callable[[Callable[[str], Any]], tuple[int, ...]] = names["words"]
    return words


_UNKNOWN = int(NULL)
_NEITHER = (_UNKNOWN, _UNKNOWN)


def _number(over: int, under: int) -> Number | None:
    if under == 0:
        return None
    return over if under == 1 else Fraction(over, under)


def _descriptor(plan: Plan, place: Place) -> npt.NDArray[np.int64]:
    """What `measure` needs to know of a window."""
    window, slots = place.window, place.slots
    words = np.zeros(DESCRIPTOR, np.int64)
    words[TILES], words[STEP], words[LENGTH] = place.tiles, window.step, window.length
    words[STEP_AT] = slots.get("step", 0)
    match window.aggregate:
        case "last":
            form, first, second = LAST, slots["value"], slots["at"]
        case "min" | "max" if place.tiles:
            form = TILED_MIN if window.aggregate == "min" else TILED_MAX
            first, second = slots["tiles"], 0
        case "min" | "max":
            form, first, second = EXTREME, slots["head"], slots["best"]
        case "mean" | "share":
            form = TILED_PAIR if place.tiles else PAIR
            first, second = slots.get("sum", slots.get("true", 0)), slots["count"]
            words[WIDE] = int("sum" in slots)
        case "sum":
            form, first, second = (TILED_COUNT if place.tiles else SUM), slots["sum"], 0
        case _:
            form, first, second = (TILED_COUNT if place.tiles else COUNT), slots["count"], 0
    words[FORM], words[FIRST], words[SECOND] = form, first, second
    return words
