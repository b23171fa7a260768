"""Call records as a source: CSV, JSON lines, Parquet or a log, in any format that has a mapping."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import SCHEMA, Batch
from fairtone.sources.calls import Calls
from fairtone.sources.csv_table import CsvTable
from fairtone.sources.formats import PARQUET, Sample, check_columns, recognise, sample_of
from fairtone.sources.json_table import JsonTable
from fairtone.sources.lines import Lines
from fairtone.sources.log_table import LogTable
from fairtone.sources.mapping import Mapping
from fairtone.sources.observed import Observed
from fairtone.sources.parquet_table import ParquetTable
from fairtone.sources.source import SourceError
from fairtone.sources.tables import Chunk, Table
from fairtone.sources.transactions import Transactions
from fairtone.sources.unreadable import Unreadable

LATENESS: Final = 2 * 3600 * 1_000_000
"""A record is written when its call ends: attempts come late by as much as calls last."""


class RecordSource:
    """The events in one file of call records.

    Without a `mapping` the format is recognised. `zone` is the time zone of times that name none
    (a mapping's own `zone` goes before); a cost in another currency than `currency` is left out.
    """

    def __init__(
        self,
        path: Path | str,
        mapping: Mapping | None = None,
        *,
        zone: str = "UTC",
        currency: str = "USD",
        lateness: int = LATENESS,
    ) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.lateness = lateness
        self.unreadable = Unreadable()
        self.counts: Counter[str] = Counter()
        self._table, self.mapping = self._opened(mapping)
        check_columns(self.name, self.mapping, self._table.names)
        self._zone = self.mapping.zone or zone
        self._currency = currency.upper()

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        return self._table.progress()

    def batches(self) -> Iterator[Batch]:
        """The events, in the order of the records; `in_order` puts them in the order of time."""
        maker: Calls | Transactions | Observed
        if self.mapping.rows == "events":
            maker = Observed(self._zone, self.unreadable, self.counts)
            wanted: tuple[str, ...] = SCHEMA.names
        elif self.mapping.rows == "transactions":
            maker = Transactions(self.mapping, self._zone, self.unreadable, self.counts)
            wanted = self.mapping.wanted
        else:
            maker = Calls(self.mapping, self._zone, self._currency, self.unreadable, self.counts)
            wanted = self.mapping.wanted
        for chunk in self._table.chunks(wanted):
            self.counts["rows"] += len(chunk)
            chosen = self._chosen(chunk)
            if len(chosen):
                batch = maker.batch(chosen)
                if batch.num_rows:
                    yield batch
        if isinstance(maker, Transactions):
            maker.finish()

    def _chosen(self, chunk: Chunk) -> Chunk:
        """The rows that `[only]` lets through."""
        for name, values in self.mapping.only.items():
            if name in chunk.columns:
                keep = pc.is_in(chunk.columns[name].cast(pa.string()), pa.array(values))
                kept = chunk.filtered(keep.to_numpy(zero_copy_only=False))
                if len(kept) < len(chunk):
                    self.counts["rows that are no calls of this format"] += len(chunk) - len(kept)
                chunk = kept
        return chunk

    def _opened(self, mapping: Mapping | None) -> tuple[Table, Mapping]:
        with self.path.open("rb") as file:
            packed = file.read(4) == PARQUET
        if packed:
            table = ParquetTable(self.path)
            return table, mapping or recognise(self.name, Sample("parquet", table.names, ()))
        lines = Lines(
            self.path, self.unreadable, self.counts, mapping.encoding if mapping else None
        )
        sample = sample_of(lines.head())
        if sample.table == "json" and mapping is None:
            names = JsonTable(lines, self.name, Unreadable()).names
            mapping = recognise(self.name, Sample("json", names, sample.lines))
        mapping = mapping or recognise(self.name, sample)
        if mapping.table == "parquet":
            raise SourceError(f"`{self.name}` is no Parquet file, but its mapping is for one")
        return self._text_table(mapping, lines), mapping

    def _text_table(self, mapping: Mapping, lines: Lines) -> Table:
        if mapping.table == "json":
            return JsonTable(lines, self.name, self.unreadable)
        if mapping.table == "log":
            return LogTable(
                lines,
                self.name,
                self.counts,
                markers=mapping.markers,
                separator=mapping.separator,
            )
        return CsvTable(
            lines,
            self.name,
            self.unreadable,
            columns=mapping.columns,
            delimiter=mapping.delimiter,
        )
