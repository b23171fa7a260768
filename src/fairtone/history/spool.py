"""The events of a replay, kept on disk in the order in which they were judged.

A finding names its evidence by window, key and time; this is where the events are read back from.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairtone.events import FIELDS, SCHEMA, Batch, Event, Unit

ROWS = 65_536
"""How many events are gathered before they are written."""

MEMORY = "1GB"
"""What reading back may hold in memory; more than that goes through the disk."""

FITTING = 1_000_000
"""Up to how many events are read back into memory at once."""

_ORDER = [
    pa.field("sequence", pa.int64(), nullable=False),
    pa.field("judged", pa.int64(), nullable=False),
]


def quoted(name: str) -> str:
    """A column's name as SQL writes it: field names have dots."""
    return '"' + name.replace('"', '""') + '"'


def same(left: str, right: str, field: str) -> str:
    """SQL for two values of a field being one: texts and addresses without regard to case."""
    if FIELDS[field].unit in (Unit.TEXT, Unit.ADDRESS):
        return f"lower({left}) = lower({right})"
    return f"{left} = {right}"


class Spool:
    """Events on disk, numbered as the engine numbers them and with engine time as `judged`,
    in microseconds.

    Engine time is the event's time, or the microsecond after the event before it if that is later
    (design, section 2, "Meaning, stated once", 2). Write with `add`, then `close`, then read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.events = 0
        self._now = 0
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._schema = pa.schema([*_ORDER, *SCHEMA])
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=1,
            write_statistics=["sequence", "judged"],
        )
        self._sql: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()
        if self._sql is not None:
            self._sql.close()

    def add(self, batch: Batch) -> None:
        """Append events in the order in which the engine takes them."""
        rows = batch.num_rows
        if not rows:
            return
        times = batch.column("at").cast(pa.int64()).to_numpy(zero_copy_only=False)
        steps = np.arange(rows, dtype=np.int64)
        judged = np.maximum.accumulate(np.maximum(times - steps, self._now + 1)) + steps
        self._now = int(judged[-1])
        columns: dict[str, pa.Array] = {
            "sequence": pa.array(steps + self.events + 1),
            "judged": pa.array(judged),
        }
        for name in batch.schema.names:
            column = batch.column(name)
            columns[name] = (
                column
                if column.type == SCHEMA.field(name).type
                else column.cast(SCHEMA.field(name).type)
            )
        for field in SCHEMA:
            if field.name not in columns:
                columns[field.name] = pa.nulls(rows, field.type)
        arranged = [columns[field.name] for field in self._schema]
        self._waiting.append(pa.RecordBatch.from_arrays(arranged, schema=self._schema))
        self.events += rows
        self._rows += rows
        if self._rows >= ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is waiting; the events can be read from now on."""
        if self._writer.is_open:
            self._flush()
            self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._rows = [], 0

    # --- reading back -----------------------------------------------------------------------------

    @property
    def sql(self) -> duckdb.DuckDBPyConnection:
        """A database in which the events are the view `events`. Never reaches for the network."""
        if self._sql is None:
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": MEMORY,
                "threads": 2,
                "temp_directory": str(self.path.parent / "sort"),
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
            self._sql = duckdb.connect(config=settings)
            # Hundreds of small questions are asked: a table that fits into memory answers faster.
            events = self._sql.read_parquet(str(self.path))
            (events.create if self.events <= FITTING else events.create_view)("events")
        return self._sql

    def rows(
        self, query: str, values: Sequence[Any] = (), **tables: pa.Table
    ) -> list[dict[str, Any]]:
        """The answer to a query as dictionaries. `tables` can be used in it by their names."""
        for name, table in tables.items():
            self.sql.register(name, table)
        try:
            answer = self.sql.sql(query, params=list(values)).to_arrow_table()
        finally:
            for name in tables:
                self.sql.unregister(name)
        listed: list[dict[str, Any]] = answer.to_pylist()
        return listed

    def by_sequence(
        self, wanted: Iterable[int], names: Iterable[str] = tuple(FIELDS)
    ) -> dict[int, Event]:
        """Events by their number, whole or with some fields only."""
        table = pa.table({"sequence": pa.array(sorted(set(wanted)), pa.int64())})
        if not table.num_rows:
            return {}
        columns = "".join(f", {quoted(name)}" for name in names)
        found = self.rows(
            f'select sequence, kind, epoch_us("at") as "at"{columns} '
            "from events semi join wanted using (sequence)",
            wanted=table,
        )
        return {row["sequence"]: event_of(row) for row in found}


def event_of(row: Mapping[str, Any]) -> Event:
    """A row as an event; its time is the event's own if the row has `at`, else engine time."""
    values = {name: row[name] for name in row if name in FIELDS and row[name] is not None}
    return Event(row["kind"], row.get("at", row.get("judged", 0)), values)
