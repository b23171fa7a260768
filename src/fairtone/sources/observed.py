"""Events that are already events: files whose columns are the fields of the vocabulary."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import AT, KINDS, SCHEMA, Batch
from fairtone.sources.moments import Whole, read_moments, read_numbers
from fairtone.sources.tables import Chunk
from fairtone.sources.unreadable import Unreadable

_FLAGS = pa.array(["true", "false", "1", "0"])


@dataclass(frozen=True, slots=True)
class Observed:
    """Takes the rows of a table for events: `kind`, `at` and fields, in the units of the fields."""

    zone: str
    unreadable: Unreadable
    counts: Counter[str]

    def batch(self, chunk: Chunk) -> Batch:
        """The events of a chunk; a row without a known kind or time is counted and left out."""
        kinds = _text(chunk.columns["kind"])
        known = pc.fill_null(pc.is_in(kinds, pa.array(list(KINDS))), False)
        moments = read_moments(chunk.columns["at"], "any", self.zone)
        timed = moments.known
        keep = known.to_numpy(zero_copy_only=False) & timed
        self._note(chunk, "`kind` is no kind of event; row left out", ~keep & timed)
        self._note(chunk, "`at` is no time; row left out", ~timed)
        whole = bool(keep.all())
        columns: dict[str, Any] = {"kind": kinds, "at": pa.array(moments.values).cast(AT)}
        for name, column in chunk.columns.items():
            if name not in columns:
                columns[name] = self._column(chunk, name, column)
        batch = pa.record_batch(columns)
        if not whole:
            batch = batch.filter(pa.array(keep))
        for kind, count in zip(*_counted(batch.column("kind")), strict=True):
            self.counts[kind] += count
        return batch

    def _column(self, chunk: Chunk, name: str, column: Any) -> Any:
        wanted = SCHEMA.field(name).type
        if column.type == wanted or (pa.types.is_dictionary(column.type) and wanted == pa.string()):
            return column
        if wanted == pa.string():
            return column.cast(wanted)
        if wanted == pa.int64():
            numbers = read_numbers(column, 1)
            self._note(chunk, f"`{name}` is no whole number", numbers.bad)
            return _integers(numbers)
        flags = pc.utf8_lower(_text(column))
        bad = pc.and_(flags.is_valid(), pc.invert(pc.is_in(flags, _FLAGS)))
        self._note(chunk, f"`{name}` is neither true nor false", bad.to_numpy(zero_copy_only=False))
        true = pc.is_in(flags, pa.array(["true", "1"]))
        return pc.if_else(pc.is_in(flags, _FLAGS), true, pa.scalar(None, pa.bool_()))

    def _note(self, chunk: Chunk, reason: str, rows: Any) -> None:
        places = np.flatnonzero(rows).tolist()
        for row in places[:5]:
            self.unreadable.add(reason, chunk.where(row))
        if len(places) > 5:
            self.unreadable.add(reason, chunk.where(places[5]), len(places) - 5)


def _text(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _integers(found: Whole) -> Any:
    return pa.array(found.values, pa.int64(), mask=~found.known)


def _counted(kinds: Any) -> tuple[list[str], list[int]]:
    found = kinds.value_counts()
    return found.field("values").to_pylist(), found.field("counts").to_pylist()
