"""JSON objects, one a line, as a table; also an array of them, or one document."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from fairtone.sources.lines import Lines
from fairtone.sources.source import SourceError
from fairtone.sources.tables import ROWS, Chunk, chunk_of
from fairtone.sources.unreadable import Unreadable


class JsonTable:
    """One JSON object a line (or an array of them, or one document); dots reach into objects."""

    def __init__(self, lines: Lines, name: str, unreadable: Unreadable) -> None:
        self._lines = lines
        self._name = name
        self._unreadable = unreadable
        self._document = False
        self.names: tuple[str, ...] = ()
        for line in lines.head(1 << 20).splitlines():
            if line.strip(" \t\r[],"):
                try:
                    self.names = tuple(_paths(msgspec.json.decode(_bare(line.encode()))))
                except msgspec.DecodeError:
                    self._document = True
                    self.names = tuple(_paths(next(self._objects(), {})))
                break

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        return self._lines.progress()

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All rows, with the wanted paths as text."""
        rows: list[Any] = []
        places: list[int] = []
        for place, row in enumerate(self._objects(), 1) if self._document else self._rows():
            rows.append(row)
            places.append(place)
            if len(rows) == ROWS:
                yield chunk_of(self._name, rows, places, wanted)
                rows, places = [], []
        if rows:
            yield chunk_of(self._name, rows, places, wanted)

    def _rows(self) -> Iterator[tuple[int, Any]]:
        decoder = msgspec.json.Decoder()
        for first, block in self._lines.blocks():
            for number, line in enumerate(block.split(b"\n")[:-1], first):
                line = _bare(line)
                if not line:
                    continue
                try:
                    row = decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    self._unreadable.add("not JSON", f"{self._name}:{number}")
                    continue
                if not isinstance(row, dict):
                    self._unreadable.add("JSON, but no object", f"{self._name}:{number}")
                    continue
                yield number, row

    def _objects(self) -> Iterator[Any]:
        total = self._lines.progress()[1]
        if total > 1 << 26:
            raise SourceError(
                f"`{self._name}` is one JSON document of {total} bytes, expected one a line; "
                "turn it with `jq -c '.[]'`"
            )
        text = b"".join(block for _, block in self._lines.blocks())
        try:
            document = msgspec.json.decode(text)
        except msgspec.DecodeError as problem:
            raise SourceError(f"`{self._name}` is not JSON: {str(problem).lower()}") from problem
        yield from (row for row in (document if isinstance(document, list) else [document])
                    if isinstance(row, dict))  # fmt: skip


def _bare(line: bytes) -> bytes:
    """A line of an array of objects, without what belongs to the array."""
    line = line.strip()
    if line[:1] == b"[" or line[:1] == b",":
        line = line[1:].strip()
    return line.rstrip(b",").strip() if line[-1:] in b"," else _unclosed(line)


def _unclosed(line: bytes) -> bytes:
    return line[:-1].strip() if line[-1:] == b"]" and line[:1] in (b"{", b"]", b"") else line


def _paths(value: Any, before: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (
                _paths(inner, f"{before}{name}.")
                if isinstance(inner, dict)
                else (f"{before}{name}",)
            )
