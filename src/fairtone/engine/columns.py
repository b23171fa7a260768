"""From a batch to what the kernel reads: 64-bit words, and conditions that are settled beforehand.

Numbers and quantities are words as they are; texts and accounts are hashed; addresses are two
words. Conditions on texts and lists ("atoms") are evaluated on distinct values, by their
definition in `meaning`, and reach the kernel as 0 (false), 1 (unknown) or 2 (true).
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.engine.hashing import Hasher, ipv4_words
from fairtone.engine.meaning import Meaning
from fairtone.engine.plan import KIND_CODES, Plan, Word
from fairtone.engine.windows import NULL
from fairtone.events import FIELDS, Batch, Event, Unit, address_words
from fairtone.policy.model import (
    Atom,
    FieldValue,
    Flag,
    InList,
    IsKnown,
    NamedList,
    SameAs,
)

Words: TypeAlias = npt.NDArray[np.int64]
Trits: TypeAlias = npt.NDArray[np.int8]

_FALSE, _UNKNOWN, _TRUE = (pa.scalar(trit, pa.int8()) for trit in range(3))
_REMEMBERED = 1 << 17
_TRIT = {False: 0, None: 1, True: 2}


class Columns:
    """Fills the kernel's input for one plan. `secret` keys the hashes."""

    def __init__(self, plan: Plan, meaning: Meaning, secret: bytes) -> None:
        self._plan = plan
        self._meaning = meaning
        self._hasher = Hasher(secret)
        self._answers: dict[Atom, dict[object, int]] = {atom: {} for atom in plan.atoms}

    def probe(self) -> int:
        """A word that tells one secret from another."""
        return self._hasher.word("fairtone")

    def kinds(self, batch: Batch) -> npt.NDArray[np.int8]:
        """The kind of each event, by its code."""
        encoded = batch.column("kind")
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode()
        codes = np.array([KIND_CODES[kind] for kind in encoded.dictionary.to_pylist()], np.int8)
        return codes[encoded.indices.to_numpy()] if len(codes) else np.zeros(0, np.int8)

    def times(self, batch: Batch) -> Words:
        """The time that each event claims, in microseconds."""
        return _contiguous(batch.column("at").cast(pa.int64()).to_numpy())

    def words(self, batch: Batch) -> list[Words]:
        """The input words, in the order of the plan."""
        made: dict[Word, Words] = {}
        for word in self._plan.words:
            if word not in made:
                made.update(self._field_words(batch, word.field))
        return [made[word] for word in self._plan.words]

    def _field_words(self, batch: Batch, name: str) -> dict[Word, Words]:
        unit = FIELDS[name].unit
        if name not in batch.schema.names:
            nothing = np.full(batch.num_rows, NULL, np.int64)
            return {Word(name, part): nothing for part in range(2)}
        column = batch.column(name)
        if unit is Unit.FLAG:
            column = column.cast(pa.int64())
        if unit.is_quantity or unit in (Unit.NUMBER, Unit.FLAG):
            return {Word(name): _contiguous(column.fill_null(int(NULL)).to_numpy())}
        values, indices = _values(column)
        if unit is Unit.ADDRESS:
            high, low, others = ipv4_words(values)
            if others:
                self._other_addresses(values, high, low)
            return {
                Word(name, 0): _spread(high, indices, column),
                Word(name, 1): _spread(low, indices, column),
            }
        if unit is Unit.TEXT:
            values = pc.ascii_lower(values)
        return {Word(name): _spread(self._hasher.words(values), indices, column)}

    def _other_addresses(self, values: pa.StringArray, high: Words, low: Words) -> None:
        for row in np.nonzero(low == NULL)[0].tolist():
            text = values[row].as_py()
            words = address_words(text) if text is not None else None
            if words is not None:
                high[row], low[row] = words

    def atoms(self, batch: Batch, words: list[Words]) -> list[Trits]:
        """The settled conditions, in the order of the plan."""
        return [self._trits(batch, atom, words) for atom in self._plan.atoms]

    def _trits(self, batch: Batch, atom: Atom, words: list[Words]) -> Trits:
        if isinstance(atom, SameAs):
            return self._same(atom, words)
        name = atom_field(atom)
        if name not in batch.schema.names:
            return np.full(batch.num_rows, self._settle(atom, None), np.int8)
        column = batch.column(name)
        if isinstance(atom, Flag):
            filled = pc.if_else(column, _TRUE, _FALSE).fill_null(_UNKNOWN)
            return np.ascontiguousarray(filled.to_numpy(zero_copy_only=False))
        if isinstance(atom, InList) and FIELDS[name].unit is Unit.NUMBER:
            listed = self._plan.policy.list(atom.list)
            if listed.holds in ("number", "prefix"):
                return _numbers_on_list(words[self._plan.words[Word(name)]], listed)
        values, indices = _values(column) if pa.types.is_string(_inner(column)) else (None, None)
        if values is None:
            encoded = column.dictionary_encode()
            values, indices = encoded.dictionary, encoded.indices
        elif indices is None:
            encoded = values.dictionary_encode()
            values, indices = encoded.dictionary, encoded.indices
        settled: Trits = np.array(
            [self._settle(atom, value) for value in values.to_pylist()]
            + [self._settle(atom, None)],
            np.int8,
        )
        places: Words = indices.fill_null(len(values)).to_numpy()
        return np.ascontiguousarray(settled[places])

    def _same(self, atom: SameAs, words: list[Words]) -> Trits:
        parts = 2 if FIELDS[atom.field].unit is Unit.ADDRESS else 1
        equal: Any = True
        # A value is unknown only if all of its words are: an address may begin like one.
        left_unknown: Any = True
        right_unknown: Any = True
        for part in range(parts):
            left = words[self._plan.words[Word(atom.field, part)]]
            right = words[self._plan.words[Word(atom.other, part)]]
            equal = equal & (left == right)
            left_unknown = left_unknown & (left == NULL)
            right_unknown = right_unknown & (right == NULL)
        return np.where(left_unknown | right_unknown, 1, 2 * equal).astype(np.int8)

    def _settle(self, atom: Atom, value: Any) -> int:
        answers = self._answers[atom]
        found = answers.get(value)
        if found is None:
            event = Event("", 0, {} if value is None else {atom_field(atom): value})
            found = _TRIT[self._meaning.holds(atom, event, _no_window)]
            if len(answers) >= _REMEMBERED:
                answers.clear()
            answers[value] = found
        return found

    def word_maker(self, word: Word) -> Callable[[Any], int]:
        """What turns the known value of a field into its word, for one event at a time."""
        unit = FIELDS[word.field].unit
        if unit.is_quantity or unit in (Unit.NUMBER, Unit.FLAG):
            return int
        if unit is Unit.ADDRESS:
            return lambda text: (address_words(text) or (int(NULL), int(NULL)))[word.part]
        return self._remembered(unit)

    def _remembered(self, unit: Unit) -> Callable[[Any], int]:
        known: dict[str, int] = {}
        hasher = self._hasher

        def make(text: str) -> int:
            found = known.get(text)
            if found is None:
                folded = text
                if unit is Unit.TEXT:
                    folded = pc.ascii_lower(pa.scalar(text)).as_py()
                found = hasher.word(folded)
                if len(known) >= _REMEMBERED:
                    known.clear()
                known[text] = found
            return found

        return make

    def trit_maker(self, atom: Atom) -> Callable[[Event], int]:
        """What settles an atom for one event."""
        if isinstance(atom, SameAs):
            return lambda event: _TRIT[self._meaning.holds(atom, event, _no_window)]
        name = atom_field(atom)
        return lambda event: self._settle(atom, event.values.get(name))


def atom_field(atom: Atom) -> str:
    """The field that an atom looks at."""
    if isinstance(atom, IsKnown):
        assert isinstance(atom.term, FieldValue)
        return atom.term.name
    name = getattr(atom, "field", None)
    assert isinstance(name, str)
    return name


def _no_window(name: str) -> None:
    raise AssertionError(f"an atom looked at the window `{name}`")


def _inner(column: pa.Array) -> pa.DataType:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return pa.string() if pa.types.is_large_string(kind) else kind


def _values(column: pa.Array) -> tuple[Any, Any]:
    """A string column as its values and, where it is dictionary-encoded, the indices into them."""
    indices = None
    if pa.types.is_dictionary(column.type):
        indices, column = column.indices, column.dictionary
    if pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    return column, indices


def _spread(words: Words, indices: Any, column: pa.Array) -> Words:
    if indices is not None:
        words = (
            words[indices.fill_null(0).to_numpy()]
            if len(words)
            else np.full(len(indices), NULL, np.int64)
        )
    if column.null_count:
        words[np.asarray(column.is_null())] = NULL
    return _contiguous(words)


def _contiguous(values: Any) -> Words:
    return np.ascontiguousarray(values, np.int64)


def _numbers_on_list(numbers: Words, listed: NamedList) -> Trits:
    """Which numbers are on a list of numbers or of leading digits, a column at a time."""
    entries = ["".join(c for c in entry if c.isdigit()) for entry, _ in listed.entries]
    known = numbers != NULL
    if listed.holds == "number":
        on = np.isin(numbers, np.array(sorted(map(int, entries)), np.int64))
        return np.where(known, 2 * on, 1).astype(np.int8)
    digits = np.searchsorted(_POWERS, numbers, side="right") + 1
    on = np.zeros(len(numbers), np.bool_)
    for length in sorted({len(entry) for entry in entries}):
        heads = np.array(sorted(int(e) for e in entries if len(e) == length), np.int64)
        shift = digits - length
        long_enough = known & (shift >= 0)
        leading = np.where(long_enough, numbers // _POWERS[np.clip(shift, 0, 18) - 1], -1)
        leading = np.where(shift == 0, numbers, leading)
        on |= long_enough & np.isin(leading, heads)
    return np.where(known, 2 * on, 1).astype(np.int8)


_POWERS = 10 ** np.arange(1, 19, dtype=np.int64)
