"""Tables in files: rows in chunks of columns, each row with the number of its line.

So whatever is wrong with a value can be said with its place. A line that cannot be read is counted
and left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

ROWS = 20_000
"""No chunk has more rows: three events for each of them still fit into one batch."""

Places: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows as columns; `places` holds the number of each row's line in the file."""

    file: str
    columns: Mapping[str, Any]
    places: Places

    def where(self, row: int) -> str:
        """The place of a row, for a message."""
        return f"{self.file}:{self.places[row]}"

    def __len__(self) -> int:
        return len(self.places)

    def filtered(self, keep: npt.NDArray[np.bool_]) -> "Chunk":
        """Only the rows where `keep` is true."""
        if keep.all():
            return self
        mask = pa.array(keep)
        columns = {name: column.filter(mask) for name, column in self.columns.items()}
        return Chunk(self.file, columns, self.places[keep])

    def slices(self) -> Iterator["Chunk"]:
        """The same rows in chunks of at most `ROWS`."""
        for start in range(0, len(self), ROWS):
            columns = {name: column.slice(start, ROWS) for name, column in self.columns.items()}
            yield Chunk(self.file, columns, self.places[start : start + ROWS])


class Table(Protocol):
    """A file of rows. `names` are its columns, as far as they are known before it is read."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        ...

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All rows, with the wanted columns."""
        ...

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        ...


def chunk_of(
    file: str, rows: Sequence[Mapping[str, Any]], places: Sequence[int], wanted: Sequence[str]
) -> Chunk:
    """Rows as a chunk of texts. A dot in a wanted name reaches into an object or a list."""
    columns = {}
    for path in wanted:
        steps = path.split(".")
        values = [_text(row[path] if path in row else _inside(row, steps)) for row in rows]
        columns[path] = pa.array(values, pa.string())
    return Chunk(file, columns, np.array(places, np.int64))


def _inside(row: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(row, dict):
            row = row.get(step)
        elif isinstance(row, list) and step.isdigit() and int(step) < len(row):
            row = row[int(step)]
        else:
            return None
    return row


def _text(value: Any) -> str | None:
    if value is None or value == "" or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)
