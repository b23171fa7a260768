"""SIP messages out of TCP segments: reassembly and framing (RFC 3261 section 18.3).

Segments may come late, twice or never. A stream that loses a part goes on at the next start line.
WebSocket connections (RFC 7118) are recognised and their frames counted, TLS is counted, and what
is neither is left alone. Memory is bounded for a stream and for all of them.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator
from enum import Enum

from fairtone.sources.datagrams import Datagram

_FIN, _SYN, _RST = 1, 2, 4
_HALF = 1 << 31
_WHOLE = (1 << 32) - 1
_LENGTH = re.compile(rb"\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?(?=\n)", re.IGNORECASE)
_START = re.compile(
    rb"(?:[A-Za-z0-9\-.!%*_+`'~]{2,32}[ \t]+[^\s]{3,4096}[ \t]+SIP/2\.0[ \t]*\r?\n"
    rb"|SIP/2\.0[ \t]+[1-6]\d\d[ \t\r\n])"
)
_LINE = 4096
"""No start line is longer."""
_GLUED = re.compile(
    rb"[A-Za-z0-9\-.!%*_+`'~]+?(INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|SUBSCRIBE|NOTIFY|MESSAGE|INFO"
    rb"|UPDATE|PRACK|REFER|PUBLISH|SIP/2\.0)[ \t]"
)
_BEGINNING = re.compile(rb"[A-Za-z0-9\-.!%*_+`'~]{1,32}(?:[ \t/][^\r\n]*)?\r?")


class _Mode(Enum):
    NEW = 0
    SIP = 1
    HEP = 2
    WEBSOCKET = 3
    OTHER = 4


class _Stream:
    """One direction of one connection."""

    __slots__ = (
        "buffer",
        "frame_left",
        "held",
        "mode",
        "opened",
        "pending",
        "place",
        "searched",
        "weight",
    )

    def __init__(self, place: int, *, opened: bool) -> None:
        self.place = place  # the sequence number that comes next
        self.buffer = bytearray()
        self.pending: dict[int, bytes] = {}
        self.held = 0  # octets in pending
        self.weight = 0  # octets in memory, as they were last added up
        self.mode = _Mode.NEW
        self.opened = opened  # its first octet was seen
        self.searched = 0  # octets in which no start line was found
        self.frame_left = 0  # octets of the WebSocket frame that are still to come


class Streams:
    """Takes TCP segments, gives whole messages, in order for each direction.

    `limit` is what one stream may hold, `total` what all may, in octets, and `streams` how many
    there may be; beyond it the one that was silent longest is forgotten.
    """

    def __init__(
        self,
        counts: Counter[str],
        *,
        limit: int = 256 << 10,
        total: int = 64 << 20,
        streams: int = 1 << 16,
    ) -> None:
        self.counts = counts
        self._limit = limit
        self._total = total
        self._most = streams
        self._held = 0
        self._streams: OrderedDict[tuple[str, int, str, int], _Stream] = OrderedDict()

    @property
    def held(self) -> int:
        """Octets that wait in memory."""
        return self._held

    def feed(self, segment: Datagram) -> Iterator[bytes]:
        """The messages that this segment completes."""
        key = segment[2:6]
        stream = self._streams.get(key)
        if segment.flags & _SYN:
            if stream is not None and not segment.payload and stream.place == segment.sequence + 1:
                return  # the SYN once more
            self._forget(key)
            stream = self._open(key, (segment.sequence + 1) & _WHOLE, opened=True)
        elif stream is None:
            if not segment.payload:
                return
            stream = self._open(key, segment.sequence, opened=False)
        self._streams.move_to_end(key)
        if segment.payload:
            self._take(stream, segment.sequence, segment.payload)
            yield from self._messages(stream)
            self._weigh(stream)
        if segment.flags & (_FIN | _RST):
            if stream.pending:
                self._skip(stream)
                yield from self._messages(stream)
            self._forget(key)
        while self._held > self._total and len(self._streams) > 1:
            self._forget(next(iter(self._streams)))
            self.counts["tcp streams dropped for lack of room"] += 1

    def finish(self) -> Iterator[tuple[tuple[str, int, str, int], bytes]]:
        """The messages that lie behind a gap, at the end of the input."""
        for key in list(self._streams):
            stream = self._streams[key]
            while stream.pending:
                self._skip(stream)
                for message in self._messages(stream):
                    yield key, message
            self._forget(key)

    def _open(self, key: tuple[str, int, str, int], place: int, *, opened: bool) -> _Stream:
        if len(self._streams) >= self._most:
            self._forget(next(iter(self._streams)))
            self.counts["tcp streams dropped for lack of room"] += 1
        stream = self._streams[key] = _Stream(place, opened=opened)
        self.counts["tcp streams"] += 1
        return stream

    def _forget(self, key: tuple[str, int, str, int]) -> None:
        stream = self._streams.pop(key, None)
        if stream is None:
            return
        self._held -= stream.weight
        if stream.buffer.strip(b"\r\n\0") and stream.mode is _Mode.SIP:
            self.counts["tcp streams that end inside a message"] += 1

    def _weigh(self, stream: _Stream) -> None:
        weight = len(stream.buffer) + stream.held
        self._held += weight - stream.weight
        stream.weight = weight

    def _take(self, stream: _Stream, sequence: int, payload: bytes) -> None:
        """Put a segment in its place (RFC 9293 section 3.4: numbers wrap)."""
        ahead = (sequence - stream.place) & _WHOLE
        if ahead >= _HALF:
            known = _WHOLE + 1 - ahead
            if known >= len(payload):
                self.counts["tcp retransmissions"] += 1
                return
            payload, ahead = payload[known:], 0
        if ahead:
            self.counts["tcp segments out of order"] += 1
            if len(payload) > len(stream.pending.get(sequence, b"")):
                stream.held += len(payload) - len(stream.pending.get(sequence, b""))
                stream.pending[sequence] = payload
            if stream.held > self._limit or len(stream.pending) > 256:
                self._skip(stream)
            return
        self._append(stream, payload)
        self._drain(stream)

    def _append(self, stream: _Stream, payload: bytes) -> None:
        stream.place = (stream.place + len(payload)) & _WHOLE
        if stream.mode is not _Mode.OTHER:
            stream.buffer += payload

    def _drain(self, stream: _Stream) -> None:
        """Append what waited and now fits."""
        behind = sorted(stream.pending, key=lambda number: (number - stream.place + _HALF) & _WHOLE)
        for sequence in behind:
            ahead = (sequence - stream.place) & _WHOLE
            if 0 < ahead < _HALF:
                return
            payload = stream.pending.pop(sequence)
            stream.held -= len(payload)
            known = (stream.place - sequence) & _WHOLE
            if known < len(payload):
                self._append(stream, payload[known:])

    def _skip(self, stream: _Stream) -> None:
        """Give up a gap: go on at the first segment behind it."""
        self.counts["tcp gaps"] += 1
        stream.buffer.clear()
        stream.frame_left = 0
        stream.place = min(
            stream.pending,
            key=lambda number: (number - stream.place) & _WHOLE,
            default=stream.place,
        )
        if stream.mode is _Mode.WEBSOCKET:
            stream.mode = _Mode.OTHER  # where a frame begins can no longer be told
        self._drain(stream)

    def _messages(self, stream: _Stream) -> Iterator[bytes]:
        while stream.buffer:
            if stream.mode is _Mode.NEW:
                stream.mode = self._recognise(stream)
                if stream.mode is _Mode.NEW:
                    return
            if stream.mode is _Mode.WEBSOCKET:
                self._count_frames(stream)
                return
            if stream.mode is _Mode.OTHER:
                stream.buffer.clear()
                return
            length = (
                _hep_length(stream.buffer) if stream.mode is _Mode.HEP else self._sip_length(stream)
            )
            if not length or len(stream.buffer) < length:
                return
            message = bytes(stream.buffer[:length])
            del stream.buffer[:length]
            yield message

    def _recognise(self, stream: _Stream) -> _Mode:
        buffer = stream.buffer
        start = bytes(buffer[:4096]).lstrip(b"\r\n\0")
        if start[:4] in (b"HEP3", b"EEP3"):
            return _Mode.HEP
        if start[:5] == b"GET /" or start[:8] == b"HTTP/1.1":
            if b"\r\n\r\n" not in buffer:
                return _Mode.NEW if len(buffer) < self._limit else _Mode.OTHER
            if b"upgrade: websocket" in bytes(buffer).lower():
                del buffer[: buffer.find(b"\r\n\r\n") + 4]
                self.counts["websocket streams"] += 1
                return _Mode.WEBSOCKET
            return self._other()
        if start[:2] == b"\x16\x03":
            self.counts["tls streams that cannot be read"] += 1
            return _Mode.OTHER
        if _start_in(buffer) >= 0:
            return _Mode.SIP
        if stream.opened:  # from its first octet: what it is must show in its first line
            hopeless = start and not _BEGINNING.fullmatch(start.partition(b"\n")[0])
            return self._other() if hopeless or len(buffer) > _LINE else _Mode.NEW
        stream.searched += max(len(buffer) - _LINE, 0)
        del buffer[:-_LINE]
        return self._other() if stream.searched > self._limit else _Mode.NEW

    def _other(self) -> _Mode:
        self.counts["tcp streams that are not SIP"] += 1
        return _Mode.OTHER

    def _sip_length(self, stream: _Stream) -> int:
        """Octets of the message at the front of the buffer; 0 as long as that is not known."""
        buffer = stream.buffer
        blank = len(buffer) - len(buffer.lstrip(b"\r\n\0"))  # keep-alives (RFC 5626 section 3.5.1)
        del buffer[:blank]
        first = _start_in(buffer)
        if first < 0:
            del buffer[:-_LINE]
            return 0
        if first:
            del buffer[:first]
            self.counts["tcp resynchronisations"] += 1
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(buffer) > self._limit:
                del buffer[:4]  # no head is that long: look for the next one
            return 0
        # Content-Length is a must on streams; where it is missing, there is no body.
        found = _LENGTH.search(buffer, 0, end + 3)
        length = int(found[1]) if found else 0
        return end + 4 + (length if length <= self._limit else 0)

    def _count_frames(self, stream: _Stream) -> None:
        """Walk over WebSocket frames (RFC 6455 section 5.2)."""
        buffer = stream.buffer
        while buffer:
            if stream.frame_left:
                step = min(stream.frame_left, len(buffer))
                del buffer[:step]
                stream.frame_left -= step
                continue
            if len(buffer) < 2:
                return
            length, head = buffer[1] & 0x7F, 2
            wide = {126: 2, 127: 8}.get(length, 0)
            if len(buffer) < head + wide:
                return
            if wide:
                length = int.from_bytes(buffer[2 : 2 + wide], "big")
                head += wide
            stream.frame_left = head + length + (4 if buffer[1] & 0x80 else 0)
            self.counts["websocket frames skipped"] += 1


def _start_in(buffer: bytearray) -> int:
    """Where the first start line begins; -1 if there is none."""
    at = buffer.find(b"SIP/2.0")
    while at >= 0:
        end = buffer.find(b"\n", at) + 1 or len(buffer)
        line = max(buffer.rfind(b"\n", 0, at) + 1, at - _LINE)
        if bytes(buffer[at + 7 : at + 8]).isspace():
            start = _START.search(buffer, line, end)
            if start:
                glued = _GLUED.match(buffer, start.start())  # the rest of a body, then a method
                return glued.start(1) if glued else start.start()
        at = buffer.find(b"SIP/2.0", at + 7)
    return -1


def _hep_length(buffer: bytearray) -> int:
    return max(int.from_bytes(buffer[4:6], "big"), 6) if len(buffer) >= 6 else 0
