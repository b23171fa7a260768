"""Lines of a log that hold `name=value` pairs, as a table."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from fairtone.sources.lines import Lines
from fairtone.sources.tables import ROWS, Chunk, chunk_of


class LogTable:
    """Lines in which `name=value` pairs follow a marker, as Kamailio's `acc` writes them."""

    def __init__(
        self, lines: Lines, name: str, counts: Counter[str], *,
        markers: Sequence[str], separator: str = ";",
    ) -> None:  # fmt: skip
        self._lines = lines
        self._name = name
        self._counts = counts
        self._marker = re.compile("|".join(re.escape(marker) for marker in markers).encode())
        self._separator = separator.strip().encode()
        found = self._marker.search(lines.head().encode())
        self.names: tuple[str, ...] = ()
        if found:
            line = lines.head().encode()[found.end() :].partition(b"\n")[0]
            self.names = tuple(self._pairs(line))

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and in all."""
        return self._lines.progress()

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """All lines with the marker, with the wanted names as text."""
        rows: list[Any] = []
        places: list[int] = []
        for first, block in self._lines.blocks():
            for number, line in enumerate(block.split(b"\n")[:-1], first):
                found = self._marker.search(line)
                if found is None:
                    self._counts["lines of the log about something else"] += bool(line.strip())
                    continue
                rows.append(self._pairs(line[found.end() :]))
                places.append(number)
            for start in range(0, len(rows), ROWS):
                end = start + ROWS
                yield chunk_of(self._name, rows[start:end], places[start:end], wanted)
            rows, places = [], []

    def _pairs(self, text: bytes) -> dict[str, str]:
        pairs = (part.partition(b"=") for part in text.split(self._separator))
        return {
            name.strip().decode("utf-8", "replace"): value.strip().decode("utf-8", "replace")
            for name, equals, value in pairs
            if equals
        }
