"""The checks that every insight must pass, whatever it knows."""

import pyarrow as pa

from fairtone.events import AT, FIELDS, SCHEMA, Batch, check_batch
from fairtone.insight.knowledge import Knowledge


def check_insight(insight: Knowledge, batch: Batch) -> None:
    """Raise `AssertionError` unless the insight keeps its contract on this batch.

    Rows and their order stay; only its fields are added; what was known stays; an empty batch, a
    batch of nothing but `kind` and `at`, null columns and dictionary columns are all taken; the
    same batch has the same answer; slices have the answer of the whole.
    """
    assert insight.fields, "an insight adds at least one field"
    assert set(insight.fields) <= set(FIELDS), "an insight adds fields of the vocabulary only"
    added = insight.add(batch)
    _check_shape(insight, batch, added)
    for name in set(insight.fields) & set(batch.schema.names):
        for before, after in _pairs(batch, added, name):
            assert before is None or before == after, f"`{name}` was known as {before}"
    assert insight.add(batch).to_pylist() == added.to_pylist(), "the same batch, another answer"
    assert insight.add(added).to_pylist() == added.to_pylist(), "a second time changes something"
    middle = batch.num_rows // 2
    parts = [*insight.add(batch.slice(0, middle)).to_pylist()]
    parts += insight.add(batch.slice(middle)).to_pylist()
    assert parts == added.to_pylist(), "two halves are not the whole"
    _check_shape(insight, batch.slice(0, 0), insight.add(batch.slice(0, 0)))
    bare = batch.select(["kind", "at"])
    _check_shape(insight, bare, insight.add(bare))
    _check_shape(insight, _of_nulls(batch), insight.add(_of_nulls(batch)))
    encoded = _encoded(batch)
    assert insight.add(encoded).to_pylist() == added.to_pylist(), "dictionaries change the answer"


def _check_shape(insight: Knowledge, before: Batch, after: Batch) -> None:
    check_batch(after)
    assert after.num_rows == before.num_rows, "rows were added or lost"
    assert set(after.schema.names) <= set(before.schema.names) | set(insight.fields)
    assert set(after.schema.names) >= set(before.schema.names) | set(insight.fields)
    for name in before.schema.names:
        if name not in insight.fields:
            assert after.column(name).equals(before.column(name)), f"`{name}` was touched"


def _pairs(before: Batch, after: Batch, name: str) -> list[tuple[object, object]]:
    return list(zip(before.column(name).to_pylist(), after.column(name).to_pylist(), strict=True))


def _of_nulls(batch: Batch) -> Batch:
    columns = {"kind": batch.column("kind"), "at": batch.column("at").cast(AT)}
    for name in FIELDS:
        columns[name] = pa.nulls(batch.num_rows, SCHEMA.field(name).type)
    return pa.record_batch(columns)


def _encoded(batch: Batch) -> Batch:
    return pa.record_batch(
        {
            name: column.dictionary_encode() if pa.types.is_string(column.type) else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
    )
