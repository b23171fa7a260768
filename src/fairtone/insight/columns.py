"""Columns of a batch: reading them by distinct value, adding to them without losing anything."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import SCHEMA, Batch

Integers: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Column: TypeAlias = Any
"""An Arrow array; the package that makes them has no types."""

NONE = -1
"""What stands for null in a column of positions."""


def with_fields(batch: Batch, columns: Mapping[str, Column]) -> Batch:
    """The batch with these columns; where the batch has a value already, that value stays."""
    for name, column in columns.items():
        place = batch.schema.get_field_index(name)
        if place < 0:
            batch = batch.append_column(name, column)
            continue
        known = batch.column(place)
        if known.null_count == 0:
            continue
        wanted = SCHEMA.field(name).type
        merged = pc.coalesce(_plain(known, wanted), _plain(column, wanted))
        batch = batch.set_column(place, name, merged)
    return batch


def column_of(batch: Batch, name: str) -> Column | None:
    """The column of this name, or `None` if the batch has none or knows nothing in it."""
    place = batch.schema.get_field_index(name)
    if place < 0 or batch.column(place).null_count == batch.num_rows:
        return None
    return batch.column(place)


def distinct(column: Column) -> tuple[Column, Integers]:
    """The distinct values of a column, and for each row the position of its value, -1 for null."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    elif column.dictionary.null_count:
        column = column.cast(column.type.value_type).dictionary_encode()
    positions = pc.fill_null(column.indices.cast(pa.int64()), NONE)
    return column.dictionary, positions.to_numpy(zero_copy_only=False)


def names_at(names: Column, positions: Integers) -> Column:
    """Texts by their position in `names`, as a dictionary column; null where it is negative."""
    indices = pa.array(positions.astype(np.int32), mask=positions < 0)
    return pa.DictionaryArray.from_arrays(indices, names)


def integers(values: Integers, known: Flags) -> Column:
    """Integers as a column, null where they are not known."""
    return pa.array(values, pa.int64(), mask=~known)


def flags(values: Flags, known: Flags) -> Column:
    """Flags as a column, null where they are not known."""
    return pa.array(values, pa.bool_(), mask=~known)


def integers_of(column: Column) -> tuple[Integers, Flags]:
    """The integers of a column, 0 where null, and where they are not null."""
    filled = pc.fill_null(column.cast(pa.int64()), 0)
    known = column.is_valid().to_numpy(zero_copy_only=False)
    return filled.to_numpy(zero_copy_only=False), known


def _plain(column: Column, wanted: pa.DataType) -> Column:
    return column if column.type == wanted else column.cast(wanted)
