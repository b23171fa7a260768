"""Which kind of source a file is, by what it begins with."""

import gzip
import zlib
from pathlib import Path
from typing import Final

from fairtone.sources.captures import CaptureSource
from fairtone.sources.hep import MAGICS
from fairtone.sources.mapping import Mapping
from fairtone.sources.packets import PCAP, PCAPNG
from fairtone.sources.records import LATENESS, RecordSource
from fairtone.sources.source import Source, SourceError

_CAPTURES: Final = (*PCAP, PCAPNG, *MAGICS)
_GZIP: Final = b"\x1f\x8b"


def open_source(
    path: Path | str,
    *,
    mapping: Mapping | Path | None = None,
    zone: str = "UTC",
    currency: str = "USD",
    lateness: int = LATENESS,
) -> Source:
    """The source for a file: a capture, or call records whose format is recognised.

    With a `mapping` (or the path of one) the file is call records, however it looks. `zone`,
    `currency` and `lateness` (microseconds) are for call records. Raises `SourceError` if the file
    cannot be read or is nothing that is known here.
    """
    path = Path(path)
    if isinstance(mapping, Path):
        mapping = Mapping.from_file(mapping)
    if path.is_dir():
        raise SourceError(f"`{path}` is a folder, expected a file; name the files in it")
    try:
        if mapping is None and _head(path).startswith(_CAPTURES):
            return CaptureSource(path)
        return RecordSource(path, mapping, zone=zone, currency=currency, lateness=lateness)
    except OSError as problem:
        raise SourceError(f"`{path}` cannot be read: {problem.strerror or problem}") from problem


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(16)
        if head.startswith(_GZIP):
            file.seek(0)
            try:
                head = gzip.GzipFile(fileobj=file).read(16)
            except (EOFError, OSError, zlib.error):
                return b""
    return head
