"""Lines of a text file in large blocks, decompressed and in UTF-8, whatever the file's encoding."""

import codecs
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fairtone.sources.source import SourceError
from fairtone.sources.unreadable import Unreadable

BLOCK = 1 << 22
LONGEST_LINE = 1 << 24
LATIN = "lines that are not UTF-8, read as Latin-1"

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: the largest window, with a gzip header
_LEFT_OUT = b"\xff"  # never in UTF-8: it marks a line that is left out
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Lines:
    """A text file, block by block.

    Without an `encoding`, the file is UTF-8 (or what its byte order mark says); a block that is not
    UTF-8 is read as Latin-1 and its lines are counted in `counts`. Memory does not grow with the
    file: a line longer than 16 MB is counted as unreadable and left out.
    """

    def __init__(
        self, path: Path, unreadable: Unreadable, counts: Counter[str], encoding: str | None = None
    ) -> None:
        self._path = path
        self._name = path.name
        self._unreadable = unreadable
        self._counts = counts
        self._encoding = encoding
        if encoding is not None:
            try:
                codecs.lookup(encoding)
            except LookupError as problem:
                raise SourceError(
                    f"`{encoding}` is not an encoding; expected a name such as utf-8, latin-1, "
                    "cp1252 or utf-16"
                ) from problem
        self._total = path.stat().st_size
        self._raw: BinaryIO | None = None

    def progress(self) -> tuple[int, int]:
        """Bytes of the file read so far, and in all."""
        if self._raw is None:
            return 0, self._total
        return (self._total if self._raw.closed else self._raw.tell()), self._total

    def head(self, most: int = 1 << 16) -> str:
        """The beginning of the text, for a look at what it is; nothing is counted."""
        twin = Lines(self._path, Unreadable(), Counter(), self._encoding)
        with self._path.open("rb") as raw:
            try:
                start = next(_pieces(raw, most), b"")
            except (EOFError, zlib.error):
                start = b""
        return b"".join(twin._recode([start])).decode("utf-8", "replace")

    def blocks(self) -> Iterator[tuple[int, bytes]]:
        """Whole lines as UTF-8, each block with the number of its first line, from 1 on."""
        number = 1
        rest = b""
        with self._path.open("rb") as self._raw:
            for piece in self._recode(self._read(self._raw)):
                whole = rest + piece
                cut = whole.rfind(b"\n") + 1
                rest = whole[cut:]
                if len(rest) > LONGEST_LINE:
                    if not rest.startswith(_LEFT_OUT):
                        place = f"{self._name}:{number + whole.count(10, 0, cut)}"
                        self._unreadable.add("line longer than 16 MB", place)
                    rest = _LEFT_OUT
                if cut:
                    block = whole[:cut]
                    if block.startswith(_LEFT_OUT):
                        block = b"\n" + block.partition(b"\n")[2]
                    yield number, block
                    number += block.count(b"\n")
        if rest and not rest.startswith(_LEFT_OUT):
            yield number, rest + b"\n"

    def _read(self, raw: BinaryIO) -> Iterator[bytes]:
        try:
            yield from _pieces(raw, BLOCK)
        except (EOFError, zlib.error):
            place = f"{self._name} at byte {raw.tell()}"
            self._unreadable.add("compressed data is cut off or damaged", place)

    def _recode(self, pieces: "Iterator[bytes] | list[bytes]") -> Iterator[bytes]:
        """The pieces in UTF-8, without a byte order mark, with whole lines in each."""
        encoding = self._encoding
        decoder: codecs.IncrementalDecoder | None = None
        rest = b""
        for place, piece in enumerate(pieces):
            if place == 0:
                mark, said = next(
                    ((mark, said) for mark, said in _MARKS if piece.startswith(mark)), (b"", None)
                )
                encoding = encoding or said
                if said == "utf-8":
                    piece = piece[len(mark) :]
                if encoding is None and b"\0" in piece[:1024]:
                    raise SourceError(
                        f"`{self._name}` is no text in UTF-8: it holds zero bytes; if it is UTF-16 "
                        'without a byte order mark, say so with `encoding = "utf-16-le"`'
                    )
                if encoding is not None and codecs.lookup(encoding).name != "utf-8":
                    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            if decoder is not None:
                yield decoder.decode(piece).encode()
                continue
            whole = rest + piece
            cut = whole.rfind(b"\n") + 1
            rest = whole[cut:] if cut else b""
            yield self._as_utf8(whole[:cut] if cut else whole)
        yield self._as_utf8(rest)

    def _as_utf8(self, block: bytes) -> bytes:
        if block.isascii():
            return block
        try:
            block.decode()
            return block
        except UnicodeDecodeError:
            return b"".join(map(self._line_as_utf8, io.BytesIO(block)))

    def _line_as_utf8(self, line: bytes) -> bytes:
        try:
            line.decode()
            return line
        except UnicodeDecodeError:
            self._counts[LATIN] += 1
            return line.decode("latin-1").encode()


def _pieces(raw: BinaryIO, size: int) -> Iterator[bytes]:
    """The bytes of a file, decompressed if it is a gzip file (RFC 1952) of one or more members.

    Gives what there is before `EOFError` or `zlib.error` says that the rest is missing or damaged.
    """
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    if not packed:
        yield from iter(lambda: raw.read(size), b"")
        return
    unpack = zlib.decompressobj(_GZIP_WINDOW)
    while True:
        data = unpack.unconsumed_tail or unpack.unused_data or raw.read(size)
        if not data:
            if not unpack.eof:
                raise EOFError
            return
        if unpack.eof:
            if not data.strip(b"\0"):  # some tapes and disks fill up with zeros
                return
            unpack = zlib.decompressobj(_GZIP_WINDOW)
        piece = unpack.decompress(data, size)
        if piece:
            yield piece
