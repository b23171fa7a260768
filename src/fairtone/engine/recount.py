"""What a window would say if one more event came, counted again from the records: changes nothing.

Slow where the kernel is fast, and independent of its running totals: it walks the ring (or the
tiles) of the window with numpy and adds the event in hand.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from fairtone.engine.fast import FastCore
from fairtone.engine.kernel_tables import HIGH
from fairtone.engine.meaning import Meaning, Number
from fairtone.engine.plan import KIND_CODES, Place, Table, Word, words_of
from fairtone.engine.testimony import begins
from fairtone.engine.windows import CHUNK, NULL
from fairtone.events import Event
from fairtone.policy.model import Let, Rule

_Rows = npt.NDArray[np.int64]


class Recount:
    """Values of windows for an event that has not come. One for a core; follows its state."""

    def __init__(self, core: FastCore) -> None:
        self._core = core
        self._meaning: Meaning = core.meaning
        self._makers: dict[Word, Callable[[Any], int]] = {}

    def last_found(self, rule: Rule, event: Event) -> int:
        """When the rule last found the subject of an event; 0 for never."""
        plan = self._core.plan
        if rule.name not in plan.onces:
            return 0
        index, offset = plan.onces[rule.name]
        key = self._key(event, rule.subject)
        row = None if key is None else self._row(plan.tables[index], key)
        return 0 if row is None else int(row[offset // 8])

    def value(self, let: Let, event: Event, now: int) -> Number | None:
        """The value of a let for an event at engine time `now`, the event included."""
        core = self._core
        place = core.plan.places[let.window.hash]
        key = self._key(event, let.lookup)
        if key is None:
            return None
        table = core.plan.tables[place.table]
        number = self._row_number(table, key)
        row = self._rows(table)[number] if number else None
        mine = self._own(place, event, key)
        if let.window.aggregate == "last":
            return self._last(place, row, mine, now)
        if place.tiles:
            return self._tiled(place, row, mine, now)
        return self._exact(place, number, mine, now)

    # --- the event in hand -----------------------------------------------------------------------

    def _own(self, place: Place, event: Event, key: tuple[int, ...]) -> "_Own | None":
        """The event as an entry of the window, if it is in it under this key."""
        window = place.window
        if KIND_CODES[event.kind] != place.entry.kind or self._key(event, window.keys) != key:
            return None
        if window.where is not None and not self._meaning.holds(window.where, event, _no_window):
            return None
        of = None if window.of is None else self._meaning.holds(window.of, event, _no_window)
        value = None if window.field is None else self._key(event, (window.field,))
        return _Own(value, of, self._pair(place, key, value))

    def _pair(self, place: Place, key: tuple[int, ...], value: tuple[int, ...] | None) -> int:
        """The row number of the pair of key and value; 0 if it is not kept."""
        if place.pair < 0 or value is None:
            return 0
        table = self._core.plan.tables[self._core.plan.lookups[place.pair].table]
        return self._row_number(table, (*key, *value))

    # --- the records -----------------------------------------------------------------------------

    def _exact(self, place: Place, number: int, own: "_Own | None", now: int) -> Number | None:
        window, ring = place.window, self._core.plan.rings[place.ring]
        records = self._records(place, now)
        narrow = records.view(np.int32)
        same = narrow[:, place.row_at // 4] == number if number else np.zeros(len(records), bool)
        records, narrow = records[same], narrow[same]
        mask = narrow[:, 2].astype(np.int64) if ring.mask_bytes == 4 else records[:, 1]
        match window.aggregate:
            case "share":
                is_true, known = (int(_with(mask, bit).sum()) for bit in place.of_bits)
                if own is not None and own.of is not None:
                    is_true, known = is_true + own.of, known + 1
                return Fraction(is_true, known) if known else None
            case "count":
                return int(_with(mask, place.bit).sum()) + (own is not None)
            case "new":
                fresh = own is not None and own.value is not None and self._is_new(place, own, now)
                return int(_with(mask, place.bit).sum()) + fresh
            case "distinct":
                pairs = set(narrow[_with(mask, place.bit)][:, place.pair_at // 4].tolist())
                added = own is not None and own.value is not None and own.pair not in (pairs - {0})
                return len(pairs) + added
        values = records[_with(mask, place.bit)][:, place.value_at // 8].tolist()
        if own is not None and own.value is not None:
            values.append(own.value[0])
        return _of_values(window.aggregate, values)

    def _records(self, place: Place, now: int) -> _Rows:
        core, ring = self._core, self._core.plan.rings[place.ring]
        head = int(core.vars[core.layout.head(ring.index) // 8])
        tail = int(core.vars[core.layout.tail(ring.index) // 8])
        width = ring.size // 8
        directory = core.directories[ring.index].words.view(np.int32)
        numbers = np.arange(tail, head)
        chunks = directory[(numbers // CHUNK) & int(core.ring_controls[ring.index][4])]
        numbers = chunks.astype(np.int64) * CHUNK + numbers % CHUNK
        whole = core.rings[ring.index].words[: core.layout.ring_records * width]
        records = np.ascontiguousarray(whole.reshape(-1, width)[numbers])
        return records[records[:, 0] >= begins(place.window, now)]

    def _is_new(self, place: Place, own: "_Own", now: int) -> bool:
        if not own.pair:
            return True
        table = self._core.plan.tables[self._core.plan.lookups[place.pair].table]
        seen = int(self._rows(table)[own.pair][place.slots["seen"] // 8])
        return seen == 0 or seen < now - place.window.within

    # --- tiles and last values -------------------------------------------------------------------

    def _last(self, place: Place, row: Any, own: "_Own | None", now: int) -> Number | None:
        if own is not None and own.value is not None:
            return own.value[0]
        if row is None:
            return None
        at = int(row[place.slots["at"] // 8])
        known = at != 0 and at >= begins(place.window, now)
        return int(row[place.slots["value"] // 8]) if known else None

    def _tiled(self, place: Place, row: Any, own: "_Own | None", now: int) -> Number | None:
        window, tiles, slots = place.window, place.tiles, place.slots
        step = now // window.step
        if window.aggregate in ("min", "max"):
            pairs = (
                []
                if row is None
                else row[slots["tiles"] // 8 :][: 2 * tiles].reshape(-1, 2).tolist()
            )
            values = [value for stood, value in pairs if step - tiles < stood - 1 <= step and stood]
            if own is not None and own.value is not None:
                values.append(own.value[0])
            return _of_values(window.aggregate, values)

        def total(name: str) -> int:
            return 0 if row is None else _tile_total(row, slots[name], slots["step"], tiles, step)

        value = own.value[0] if own is not None and own.value is not None else None
        match window.aggregate:
            case "count":
                return total("count") + (own is not None)
            case "sum":
                return total("sum") + (value or 0)
            case "mean":
                over, under = total("sum") + (value or 0), total("count") + (value is not None)
                return Fraction(over, under) if under else None
            case "share":
                is_true, known = total("true"), total("count")
                if own is not None and own.of is not None:
                    is_true, known = is_true + own.of, known + 1
                return Fraction(is_true, known) if known else None
            case "new":
                fresh = own is not None and own.value is not None and self._is_new(place, own, now)
                return total("count") + fresh
            case _:
                added = False
                if own is not None and own.value is not None:
                    table = self._core.plan.tables[self._core.plan.lookups[place.pair].table]
                    kept = self._rows(table)[own.pair] if own.pair else None
                    stood = -1 if kept is None else int(kept[slots["pair"] // 8]) - 1
                    added = not step - tiles < stood <= step
                return total("count") + added

    # --- keys and rows ---------------------------------------------------------------------------

    def _key(self, event: Event, names: tuple[str, ...]) -> tuple[int, ...] | None:
        words: list[int] = []
        for name in names:
            value = event.values.get(name)
            if value is None:
                return None
            parts = [self._maker(Word(name, part))(value) for part in range(words_of(name))]
            if all(part == NULL for part in parts):
                return None
            words += parts
        return tuple(words)

    def _maker(self, word: Word) -> Callable[[Any], int]:
        if word not in self._makers:
            self._makers[word] = self._core.columns.word_maker(word)
        return self._makers[word]

    def _rows(self, table: Table) -> _Rows:
        high = int(self._core.controls[table.index][HIGH // 8])
        width = table.size // 8
        return self._core.rows[table.index].words[: (high + 1) * width].reshape(-1, width)

    def _row_number(self, table: Table, key: tuple[int, ...]) -> int:
        rows = self._rows(table)
        same = rows.view(np.int32)[:, 2 * table.words + 1] != 0
        for position, word in enumerate(key):
            same = same & (rows[:, position] == word)
        found = np.nonzero(same)[0]
        return int(found[0]) if len(found) else 0

    def _row(self, table: Table, key: tuple[int, ...]) -> Any:
        number = self._row_number(table, key)
        return self._rows(table)[number] if number else None


class _Own:
    """The event in hand as an entry: its value, whether `of` holds, the row of its pair."""

    __slots__ = ("of", "pair", "value")

    def __init__(self, value: tuple[int, ...] | None, of: bool | None, pair: int) -> None:
        self.value, self.of, self.pair = value, of, pair


def _tile_total(row: Any, region: int, step_at: int, tiles: int, step: int) -> int:
    stood = int(row[step_at // 8]) - 1
    if stood < 0:
        return 0
    cells = row[region // 8 + 1 :][:tiles].tolist()
    return sum(cells[number % tiles] for number in range(max(stood, step) - tiles + 1, stood + 1))


def _with(mask: Any, bit: int) -> Any:
    return (mask >> bit) & 1 == 1


def _of_values(aggregate: str, values: list[int]) -> Number | None:
    match aggregate:
        case "sum":
            return sum(values)
        case "mean":
            return Fraction(sum(values), len(values)) if values else None
        case "min":
            return min(values, default=None)
        case _:
            return max(values, default=None)


def _no_window(name: str) -> None:
    raise AssertionError(f"a `where` looked at the window `{name}`")
