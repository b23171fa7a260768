"""Many events as columns: the form in which they travel, rest and are judged.

A batch is an Arrow record batch. `kind` and `at` (microseconds, UTC) are always there; every other
column is a field of `KINDS`, null where it is unknown; a column that is left out is unknown
throughout. Quantities, numbers and flags are typed; account, text and address are strings and may
be dictionary-encoded.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import pyarrow as pa

from fairtone.events.event import Event
from fairtone.events.fields import FIELDS
from fairtone.events.kinds import KINDS
from fairtone.events.units import Unit

Batch: TypeAlias = pa.RecordBatch

AT = pa.timestamp("us", tz="UTC")


def arrow_type(unit: Unit) -> pa.DataType:
    """The Arrow type that a field of this unit has in a batch."""
    if unit is Unit.FLAG:
        return pa.bool_()
    return pa.int64() if unit.is_quantity or unit is Unit.NUMBER else pa.string()


SCHEMA: pa.Schema = pa.schema(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("at", AT, nullable=False),
        *(pa.field(name, arrow_type(field.unit)) for name, field in FIELDS.items()),
    ]
)


class BatchError(ValueError):
    """A batch without the shape of `SCHEMA`: says which column, and what was expected."""


def batch_of(events: Iterable[Event]) -> Batch:
    """Events as one batch, in the order given, with a column for every field that occurs."""
    listed = list(events)
    for event in listed:
        for name in event.values:
            if name not in FIELDS:
                raise BatchError(f"`{name}` is not a field of `{event.kind}`")
    names = [name for name in FIELDS if any(name in event.values for event in listed)]
    columns: dict[str, Any] = {
        "kind": pa.array([event.kind for event in listed], pa.string()),
        "at": pa.array([event.at for event in listed], AT),
    }
    for name in names:
        columns[name] = pa.array(
            [event.values.get(name) for event in listed], SCHEMA.field(name).type
        )
    return pa.record_batch(columns)


def events_of(batch: Batch) -> Iterator[Event]:
    """The events of a batch, one by one: for people, tests and small inputs."""
    names = [name for name in batch.schema.names if name not in ("kind", "at")]
    columns = {name: batch.column(name).to_pylist() for name in names}
    times = batch.column("at").cast(pa.int64()).to_pylist()
    for row, (kind, at) in enumerate(zip(batch.column("kind").to_pylist(), times, strict=True)):
        values = {name: columns[name][row] for name in names if columns[name][row] is not None}
        yield Event(kind, at, values)


def check_batch(batch: Batch) -> None:
    """Raise `BatchError` unless every column is one of `SCHEMA`, with its type."""
    for column in batch.schema:
        if column.name not in SCHEMA.names:
            raise BatchError(f"`{column.name}` is not a field of any kind of event")
        want, have = SCHEMA.field(column.name).type, column.type
        if pa.types.is_dictionary(have):
            have = have.value_type
        if pa.types.is_large_string(have):
            have = pa.string()
        if have != want:
            raise BatchError(f"column `{column.name}` holds {column.type}, expected {want}")
    for name in ("kind", "at"):
        if name not in batch.schema.names:
            raise BatchError(f"column `{name}` is missing")
        if batch.column(name).null_count:
            row = batch.column(name).is_null().index(True).as_py()
            raise BatchError(f"column `{name}` has no value in row {row}")
    for kind in batch.column("kind").unique().to_pylist():
        if kind not in KINDS:
            raise BatchError(f"`{kind}` is not a kind of event")
