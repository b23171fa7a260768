"""The values of a chunk, field by field, as a mapping says they are written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import FIELDS, Unit
from fairtone.sources.causes import status_of
from fairtone.sources.mapping import Mapping, Rule
from fairtone.sources.moments import Whole, read_moments, read_numbers
from fairtone.sources.tables import Chunk
from fairtone.sources.unreadable import Unreadable

_FLAGS = {
    **dict.fromkeys(("true", "yes", "y", "t", "1", "on"), True),
    **dict.fromkeys(("false", "no", "n", "f", "0", "off"), False),
}
_SCALES = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6, "min": 6e4}
_GO = re.compile(r"([0-9]+(?:\.[0-9]*)?)(h|ms|us|µs|ns|m|s)")
_GO_MS = {"h": 3.6e6, "m": 6e4, "s": 1e3, "ms": 1.0, "us": 1e-3, "µs": 1e-3, "ns": 1e-6}
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Values:
    """Reads the fields of one chunk; what cannot be read is unknown, and counted with its place."""

    chunk: Chunk
    mapping: Mapping
    zone: str
    unreadable: Unreadable

    def has(self, name: str) -> bool:
        """True if the mapping names this field and the file has a column for it."""
        rule = self.mapping.fields.get(name)
        return rule is not None and any(source in self.chunk.columns for source in rule.sources)

    def moments(self, name: str) -> Whole:
        """A time in microseconds UTC."""
        if not self.has(name):
            return Whole.unknown(len(self.chunk))
        rule = self.mapping.fields[name]
        column = self._column(rule)
        found = read_moments(column, rule.how, self.zone)
        self._report(f"`{name}` is no time", column, found.bad)
        return found

    def durations(self, name: str) -> Whole:
        """A duration in milliseconds."""
        if not self.has(name):
            return Whole.unknown(len(self.chunk))
        rule = self.mapping.fields[name]
        column = self._column(rule)
        if rule.how in _SCALES:
            found = read_numbers(column, _SCALES[rule.how])
        else:
            found = _each(column, _hms if rule.how == "hms" else _go)
        self._report(f"`{name}` is no duration", column, found.bad)
        return found

    def statuses(self) -> Whole:
        """The SIP status, from its own column."""
        return self._numbers("status") if self.has("status") else Whole.unknown(len(self.chunk))

    def causes(self) -> Whole:
        """The SIP status that says the same as the release cause; unknown if none does."""
        if not self.has("cause"):
            return Whole.unknown(len(self.chunk))
        column = self._column(self.mapping.fields["cause"])
        found = _each(column, _cause)
        self._report("`cause` is no release cause", column, found.bad)
        return Whole(found.values, found.known & (found.values > 0), found.bad)

    def field(self, name: str) -> Any:
        """A field as the column that events carry."""
        unit = FIELDS[name].unit
        if unit is Unit.DURATION:
            return _array(self.durations(name))
        if unit in (Unit.COUNT, Unit.MONEY):
            return _array(self._numbers(name, 1_000_000 if unit is Unit.MONEY else 1))
        column = self._column(self.mapping.fields[name])
        if unit is Unit.FLAG:
            found = _each(column, lambda text: _FLAGS.get(text.strip().lower()))
            self._report(f"`{name}` is neither true nor false", column, found.bad)
            return pa.array(found.values == 1, pa.bool_(), mask=~found.known)
        if unit is Unit.NUMBER:
            bare = pc.utf8_ltrim(_text(column), "+ ")
            plain = pc.fill_null(pc.match_substring_regex(bare, "^[1-9][0-9]{6,14}$"), False)
            bad = pc.and_(column.is_valid(), pc.invert(plain)).to_numpy(zero_copy_only=False)
            self._report(f"`{name}` is no E.164 number", column, bad)
            return pc.if_else(plain, bare, None).cast(pa.int64())
        return _text(column)

    def text(self, name: str) -> Any:
        """A field as text."""
        return _text(self._column(self.mapping.fields[name]))

    def _numbers(self, name: str, scale: float = 1) -> Whole:
        column = self._column(self.mapping.fields[name])
        found = read_numbers(column, scale)
        self._report(f"`{name}` is no number", column, found.bad)
        return found

    def _column(self, rule: Rule) -> Any:
        """The first source that holds something, row by row."""
        columns = [self.chunk.columns[name] for name in rule.sources if name in self.chunk.columns]
        shaped = [self._shaped(column, rule) for column in columns]
        if len(shaped) == 1:
            return shaped[0]
        return pc.coalesce(*(_text(column) for column in shaped))

    def _shaped(self, column: Any, rule: Rule) -> Any:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_null(column.type):
            column = column.cast(pa.string())
        textual = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        if textual:
            column = pc.utf8_trim_whitespace(_text(column))
            column = pc.if_else(pc.equal(column, ""), None, column)
        if rule.decode:
            column = _by_value(column, unquote)
        if rule.take:
            pattern = re.compile(rule.take)
            column = _by_value(column, lambda text: _taken(pattern, text))
        if rule.values:
            known = dict(rule.values)
            other = known.get("*")
            before = column
            column = _by_value(column, lambda text: known.get(text, other))
            lost = before.is_valid().to_numpy(zero_copy_only=False)
            lost &= column.is_null().to_numpy(zero_copy_only=False)
            self._report("value that `values` does not list", before, lost)
            column = pc.if_else(pc.equal(column, ""), None, column)
        return column

    def _report(self, reason: str, column: Any, bad: Any) -> None:
        if not bad.any():
            return
        rows = np.flatnonzero(bad)
        for row in rows[:5].tolist():
            value = str(column[row].as_py())[:_SHOWN]
            self.unreadable.add(reason, f"{self.chunk.where(row)}: `{value}`")
        if len(rows) > 5:
            self.unreadable.add(reason, self.chunk.where(int(rows[5])), len(rows) - 5)


def _text(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _array(found: Whole) -> Any:
    return pa.array(found.values, pa.int64(), mask=~found.known)


def _by_value(column: Any, reader: Callable[[str], str | None]) -> Any:
    """The texts of a column, each distinct one read once."""
    encoded = _text(column).dictionary_encode()
    values = [None if text is None else reader(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(values, pa.string()).take(encoded.indices)


def _each(column: Any, reader: Callable[[str], float | None]) -> Whole:
    """Whole numbers for the texts of a column, each distinct one read once."""
    encoded = _text(column).dictionary_encode()
    read = [reader(text) for text in encoded.dictionary.to_pylist()]
    numbers = pa.array([None if value is None else round(value) for value in read], pa.int64())
    taken = numbers.take(encoded.indices)
    known = taken.is_valid().to_numpy(zero_copy_only=False)
    given = column.is_valid().to_numpy(zero_copy_only=False)
    values = pc.fill_null(taken, 0).to_numpy(zero_copy_only=False)
    return Whole(values.astype(np.int64, copy=False), known, given & ~known)


def _taken(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] or None if found else None


def _cause(text: str) -> int | None:
    known, status = status_of(text)
    return (status or 0) if known else None


def _hms(text: str) -> float | None:
    parts = re.fullmatch(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?)", text)
    if parts is None:
        return None
    return (int(parts[1] or 0) * 3600 + int(parts[2] or 0) * 60 + float(parts[3])) * 1000


def _go(text: str) -> float | None:
    """A duration as Go prints it, such as 1m30.5s; a bare number is nanoseconds."""
    sign = -1 if text.startswith("-") else 1
    text = text.removeprefix("-")
    if text.isascii() and text.isdigit():
        return sign * int(text) / 1e6
    parts = _GO.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sign * sum(float(number) * _GO_MS[unit] for number, unit in parts)
