"""Comma-separated values as a table."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from fairtone.sources.lines import Lines
from fairtone.sources.source import SourceError
from fairtone.sources.tables import Chunk, Places
from fairtone.sources.unreadable import Unreadable

_NEWLINE, _QUOTE = b'\n"'


class CsvTable:
    """Comma-separated values (RFC 4180), with the names of the columns in the first line or given.

    A value in quotes does not go over the end of its line: one odd quote must not swallow the rest
    of the file.
    """

    def __init__(
        self, lines: Lines, name: str, unreadable: Unreadable, *,
        columns: Sequence[str] | None = None, delimiter: str = ",",
    ) -> None:  # fmt: skip
        self._lines = lines
        self._name = name
        self._unreadable = unreadable
        self._delimiter = delimiter
        self._header = columns is None
        first = next((line for line in lines.head().splitlines() if line.strip()), "")
        values = next(csv.reader([first], delimiter=delimiter), [])
        self.names: tuple[str, ...] = tuple(value.strip() for value in values)
        if columns is not None:
            # Files written with and without the last, optional columns are of one format.
            self.names = tuple(columns[: len(values)])
            if len(values) > len(columns):
                raise SourceError(
                    f"`{name}` has {len(values)} columns, expected at most {len(columns)}: "
                    f"{', '.join(columns)}"
                )
        elif len(set(self.names)) < len(self.names):
            twice = next(value for value, count in Counter(self.names).items() if count > 1)
            raise SourceError(f"`{name}`:1: there are two columns `{twice}`; rename one of them")

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        return self._lines.progress()

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All rows, with the wanted columns as text; an empty value is null."""
        header = self._header
        for number, block in self._lines.blocks():
            places, block = self._whole(number, block)
            if header and len(places):
                header = False
                cut = block.index(b"\n") + 1
                places, block = places[1:], block[cut:]
            if len(places):
                yield from self._parse(places, block, wanted).slices()

    def _whole(self, number: int, block: bytes) -> tuple[Places, bytes]:
        """The numbers of all lines that are rows, and the block without what is none."""
        if b"\r" in block:  # a lone one would be taken for the end of a line
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b" ")
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == _NEWLINE)
        starts = np.concatenate(([0], ends[:-1] + 1))
        blank = ends == starts
        quotes = np.flatnonzero(data == _QUOTE)
        if len(quotes):
            odd = np.diff(np.searchsorted(quotes, ends), prepend=0) % 2 == 1
            if odd.any():
                for line in np.flatnonzero(odd).tolist():
                    self._unreadable.add("quote not closed in its line", self._at(number + line))
                lines = block.splitlines(keepends=True)
                block = b"".join(lines[line] for line in np.flatnonzero(~odd).tolist())
                blank |= odd
        return number + np.flatnonzero(~blank), block.lstrip(b"\n")

    def _parse(self, places: Places, block: bytes, wanted: Sequence[str]) -> Chunk:
        bad: list[tuple[int, int]] = []  # row, and how many columns it has

        def skip(row: Any) -> str:
            bad.append((row.number - 1, row.actual_columns))
            return "skip"

        try:
            table = self._table(block, wanted, skip)
        except pa.ArrowInvalid:
            return self._one_by_one(places, block, wanted)
        if table.num_rows + len(bad) != len(places):
            # A quote within a value ran over the end of its line after all.
            return self._one_by_one(places, block, wanted)
        for row, count in bad:
            self._report(int(places[row]), count)
        columns = {name: table.column(name).combine_chunks() for name in table.column_names}
        kept = np.delete(places, [row for row, _ in bad]) if bad else places
        return Chunk(self._name, columns, kept)

    def _table(self, block: bytes, wanted: Sequence[str], skip: Callable[[Any], str]) -> Any:
        return pa_csv.read_csv(
            pa.py_buffer(block),
            read_options=pa_csv.ReadOptions(
                use_threads=False, column_names=list(self.names), block_size=len(block) + 1
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._delimiter, invalid_row_handler=skip, newlines_in_values=False
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self.names, pa.string()),
                include_columns=[name for name in self.names if name in wanted],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
            ),
        )

    def _one_by_one(self, places: Places, block: bytes, wanted: Sequence[str]) -> Chunk:
        """Each line on its own: slow, and no quote can reach out of its line."""
        lines = [line for line in block.decode("utf-8", "replace").split("\n") if line]
        rows, kept = [], []
        for place, line in zip(places.tolist(), lines, strict=True):
            try:
                values = next(csv.reader([line], delimiter=self._delimiter), [])
            except csv.Error:  # a value longer than the reader takes
                values = []
            if len(values) == len(self.names):
                rows.append(values)
                kept.append(place)
            else:
                self._report(place, len(values))
        columns = {
            name: pa.array([row[place] or None for row in rows], pa.string())
            for place, name in enumerate(self.names)
            if name in wanted
        }
        return Chunk(self._name, columns, np.array(kept, np.int64))

    def _report(self, line: int, columns: int) -> None:
        where = f"{self._at(line)}: {columns} columns, expected {len(self.names)}"
        self._unreadable.add("wrong number of columns", where)

    def _at(self, line: int) -> str:
        return f"{self._name}:{line}"
