"""Captures and mirrored signalling as a source: pcap, pcapng, HEP3; compressed with gzip or not."""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from fairtone.events import Batch, Event, batch_of
from fairtone.sources.datagrams import UDP, Datagram, DatagramError, Datagrams
from fairtone.sources.hep import MAGICS, SIP, HepError, hep_packets, hep_records, read_hep
from fairtone.sources.packets import PCAP, PCAPNG, read_packets
from fairtone.sources.signal import Signal
from fairtone.sources.signalling import Signalling
from fairtone.sources.sip import SipError, read_message
from fairtone.sources.source import SourceError
from fairtone.sources.streams import Streams
from fairtone.sources.unreadable import Unreadable

ROWS = 4096
"""No batch has more rows."""
LATENESS = 2_000_000
"""An event that waits for a response comes at most that much later than it happened."""

_BLOCK = 1 << 20
_SIP_PORTS = frozenset({5060, 5061, 5080})
_GZIP = b"\x1f\x8b"
_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error)
_SECURE = frozenset({"tls", "ws", "wss"})
_WORDS = re.compile(rb"[A-Za-z]{3,20}[ \t]+[!-~]{3}")


class CaptureError(SourceError):
    """A file that is no capture: says what was expected and what the file begins with."""


class CaptureSource:
    """The calls, registrations and other requests in one capture.

    `name` is how the file is called in messages; `edges` are addresses of the provider's own, whose
    own requests (keep-alive OPTIONS, for example) are no customer's. `talking` and `ringing` are
    seconds of silence after which a call is taken for over.

    `unreadable` and `counts` grow while `batches` is read.
    """

    lateness = LATENESS

    def __init__(
        self,
        path: Path | str,
        *,
        edges: frozenset[str] = frozenset(),
        talking: int = 3 * 3600,
        ringing: int = 180,
    ) -> None:
        self.path = Path(path)
        self.name = self.path.name
        self.unreadable = Unreadable()
        self.counts: Counter[str] = Counter()
        self._total = self.path.stat().st_size
        self._read = 0
        self._events: list[Event] = []
        self._signalling = Signalling(
            self._events.append, self.counts, edges=edges, talking=talking, ringing=ringing
        )
        self._last = 0
        with self.path.open("rb") as raw:
            self._form = _recognise(raw, self.name)

    def progress(self) -> tuple[int, int]:
        """Octets of the file that are read, and its size."""
        return self._read, self._total

    def batches(self) -> Iterator[Batch]:
        """The events of the capture, at most `ROWS` at a time, in the order in which they arise."""
        with self.path.open("rb", buffering=_BLOCK) as raw:
            stream = raw if self._form[0] != "gzip" else cast(BinaryIO, gzip.GzipFile(fileobj=raw))
            form = self._form[-1]
            steps = self._packets(stream) if form == "capture" else self._mirrored(stream, form)
            try:
                for _ in steps:
                    if len(self._events) >= ROWS:
                        self._read = raw.tell()
                        yield from self._take()
            except _DAMAGED:
                where = f"{self.name} at byte {raw.tell()} of the compressed file"
                self.unreadable.add("the compressed file is damaged", where)
        self._signalling.finish()
        yield from self._take(everything=True)
        self._read = self._total

    def _take(self, *, everything: bool = False) -> Iterator[Batch]:
        while len(self._events) >= ROWS or (everything and self._events):
            rows = self._events[:ROWS]
            del self._events[:ROWS]
            yield batch_of(rows)

    def _packets(self, stream: BinaryIO) -> Iterator[None]:
        datagrams, streams = Datagrams(self.counts), Streams(self.counts)
        last: Datagram | None = None
        for packet in read_packets(stream, self.name, self.unreadable):
            self.counts["packets"] += 1
            if packet.cut:
                self.counts["packets cut by the snap length"] += 1
            try:
                datagram = datagrams.read(packet)
            except DatagramError as error:
                self.unreadable.add(error.reason, self._where(packet.offset))
                continue
            if datagram is None:
                continue
            last = datagram
            self._clock(datagram.at, packet.offset)
            if datagram.protocol == UDP:
                self._message(datagram, "udp", "", datagram.payload, packet.offset)
            else:
                for message in streams.feed(datagram):
                    self._message(datagram, "tcp", "", message, packet.offset)
            yield
        if last is not None:
            for ends, message in streams.finish():
                at = last._replace(
                    source=ends[0],
                    source_port=ends[1],
                    destination=ends[2],
                    destination_port=ends[3],
                )
                self._message(at, "tcp", "", message, 0)
                yield

    def _mirrored(self, stream: BinaryIO, form: str) -> Iterator[None]:
        records = hep_records if form == "records" else hep_packets
        for offset, arrival, data in records(stream, self.name, self.unreadable):
            self.counts["packets"] += 1
            self._hep(data, offset, arrival)
            yield

    def _hep(self, data: bytes, offset: int, arrival: int) -> None:
        try:
            packet = read_hep(data)
        except HepError as error:
            self.unreadable.add(error.reason, self._where(offset))
            return
        self.counts["HEP packets"] += 1
        if packet.kind != SIP:
            self.counts["HEP packets of other protocols"] += 1
            return
        at = packet.at or arrival
        self._clock(at, offset)
        transport = "udp" if packet.protocol == UDP else "tcp"
        datagram = Datagram(
            at,
            packet.protocol,
            packet.source,
            packet.source_port,
            packet.destination,
            packet.destination_port,
            b"",
        )
        self._message(datagram, transport, packet.node, packet.payload, offset, mirrored=True)

    def _message(
        self,
        datagram: Datagram,
        transport: str,
        node: str,
        payload: bytes,
        offset: int,
        *,
        mirrored: bool = False,
    ) -> None:
        if payload[:4] in MAGICS and not mirrored:
            self._hep(payload, offset, datagram.at)
            return
        if not payload.strip(b"\r\n\0"):
            self.counts["keep-alives"] += 1
            return
        if b"SIP/" not in payload[:8192] and not _looks_like_sip(datagram, payload):
            self.counts["datagrams that are not SIP"] += 1
            return
        try:
            message = read_message(payload)
        except SipError as error:
            self.unreadable.add(error.reason, self._where(offset))
            return
        if mirrored and transport == "tcp":
            # The edge took the encryption off before it mirrored: what is left is what Via says.
            transport = message.via_transport if message.via_transport in _SECURE else transport
        self._signalling.feed(
            Signal(
                datagram.at,
                datagram.source,
                datagram.source_port,
                datagram.destination,
                datagram.destination_port,
                transport,
                node,
                message,
                hash(payload),
            )
        )

    def _clock(self, at: int, offset: int) -> None:
        if at < self._last - LATENESS:
            self.unreadable.add(
                "the clock jumps back by more than two seconds", self._where(offset)
            )
            self._last = at
        self._last = max(self._last, at)

    def _where(self, offset: int) -> str:
        return f"{self.name} at byte {offset}"


def _looks_like_sip(datagram: Datagram, payload: bytes) -> bool:
    """True for text on a SIP port: what is not readable there should be seen."""
    if datagram.source_port not in _SIP_PORTS and datagram.destination_port not in _SIP_PORTS:
        return False
    return _WORDS.match(payload) is not None


def _recognise(raw: BinaryIO, name: str) -> tuple[str, str]:
    """(compression, form) by the first octets. Raises `CaptureError`."""
    start = raw.read(32)
    compression = ""
    if start.startswith(_GZIP):
        compression = "gzip"
        raw.seek(0)
        try:
            start = gzip.GzipFile(fileobj=raw).read(32)
        except _DAMAGED:
            raise CaptureError(
                f"`{name}` is damaged: it begins as gzip, but cannot be unpacked"
            ) from None
    if start[:4] in PCAP or start[:4] == PCAPNG:
        return compression, "capture"
    if start[:4] in MAGICS:
        return compression, "packets"
    if start[12:16] in MAGICS or (_is_old_hep(start[12:14]) and start[8:10] == b"\0\0"):
        return compression, "records"
    if _is_old_hep(start[:2]):
        raise CaptureError(f"`{name}` is HEP version 1 or 2: let the edge send version 3")
    if not start:
        raise CaptureError(f"`{name}` is empty, expected a pcap, pcapng or HEP3 file")
    raise CaptureError(
        f"`{name}` is no capture: expected pcap, pcapng or HEP3, it begins with {start[:8]!r}"
    )


def _is_old_hep(start: bytes) -> bool:
    return len(start) == 2 and start[0] in (1, 2) and start[1] in (16, 28, 32, 40)
