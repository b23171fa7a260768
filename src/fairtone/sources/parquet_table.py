"""A Parquet file as a table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fairtone.sources.source import SourceError
from fairtone.sources.tables import ROWS, Chunk


class ParquetTable:
    """A Parquet file; columns keep their types."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as problem:
            raise SourceError(f"`{path.name}` is no whole Parquet file: {problem}") from problem
        self._name = path.name
        self._total = path.stat().st_size
        self._rows = 0
        self.schema: pa.Schema = self._file.schema_arrow
        self.names: tuple[str, ...] = tuple(self.schema.names)

    def progress(self) -> tuple[int, int]:
        """Bytes read so far (by the share of the rows), and in all."""
        return self._total * self._rows // max(self._file.metadata.num_rows, 1), self._total

    def chunks(self, wanted: Sequence[str], rows: int = ROWS) -> Iterator[Chunk]:
        """All rows, with the wanted columns."""
        chosen = [name for name in self.names if name in wanted]
        for batch in self._file.iter_batches(batch_size=rows, columns=chosen):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            places = np.arange(self._rows + 1, self._rows + 1 + batch.num_rows, dtype=np.int64)
            self._rows += batch.num_rows
            yield Chunk(f"{self._name} row", columns, places)
