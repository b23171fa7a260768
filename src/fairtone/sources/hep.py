"""HEP version 3, in which an edge mirrors its signalling (sipcapture HEP3 specification, rev. 37).

A packet is a magic, a total length, and chunks of (vendor, type, length, value); chunks that are
not known are stepped over. The authentication key is read by nobody and kept nowhere.
"""

import socket
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from fairtone.sources.unreadable import Unreadable

MAGICS = (b"HEP3", b"EEP3")
SIP = 1
"""The protocol type of SIP (chunk 0x0b)."""

_CHUNK = struct.Struct("!HHH")
_RECORD = struct.Struct("!dI")
_LARGEST = 65535
_LATEST = float(1 << 32)  # seconds


class HepError(ValueError):
    """Bytes that are not a HEP3 packet: `reason`, the same for all of its kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HepPacket(NamedTuple):
    """What one HEP packet says. `at` is in microseconds UTC; `protocol` is that of IP, 6 or 17.

    `kind` is the protocol type, `SIP` for SIP; `node` the capture agent's name, or its number.
    """

    at: int
    protocol: int
    source: str
    source_port: int
    destination: str
    destination_port: int
    kind: int
    node: str
    payload: bytes


def read_hep(data: bytes) -> HepPacket:
    """The HEP3 packet that `data` begins with. Raises `HepError`."""
    if data[:4] not in MAGICS:
        if data[:1] in (b"\x01", b"\x02") and len(data) > 1 and data[1] in (16, 28, 32, 40):
            raise HepError("HEP version 1 and 2 are not read: let the edge send version 3")
        raise HepError("the packet does not begin with HEP3")
    total = int.from_bytes(data[4:6], "big")
    if not 6 <= total <= len(data):
        raise HepError("the HEP packet is shorter than it says")
    chunks: dict[int, bytes] = {}
    at = 6
    while at + 6 <= total:
        vendor, kind, length = _CHUNK.unpack_from(data, at)
        if length < 6 or at + length > total:
            raise HepError("a HEP chunk is longer than its packet")
        if vendor == 0:
            chunks[kind] = data[at + 6 : at + length]
        at += length
    try:
        return _packet(chunks)
    except (struct.error, ValueError, IndexError, zlib.error):
        raise HepError("a HEP chunk does not have the length of its type") from None


def _packet(chunks: dict[int, bytes]) -> HepPacket:
    number = int.from_bytes
    if 3 in chunks:
        family, source, destination = socket.AF_INET, chunks[3], chunks.get(4, bytes(4))
    else:
        family, source, destination = (
            socket.AF_INET6, chunks.get(5, bytes(16)), chunks.get(6, bytes(16)),
        )  # fmt: skip
    payload = chunks.get(15)
    if payload is None:
        payload = b""
        if 16 in chunks:
            payload = zlib.decompressobj().decompress(chunks[16], _LARGEST)
    node = chunks[19].decode("utf-8", "replace") if chunks.get(19) else ""
    if not node and 12 in chunks:
        node = str(number(chunks[12], "big"))
    return HepPacket(
        number(chunks.get(9, b""), "big") * 1_000_000 + number(chunks.get(10, b""), "big"),
        number(chunks.get(2, b""), "big"),
        socket.inet_ntop(family, source),
        number(chunks.get(7, b""), "big"),
        socket.inet_ntop(family, destination),
        number(chunks.get(8, b""), "big"),
        number(chunks.get(11, b""), "big"),
        node,
        payload,
    )


def hep_records(
    stream: BinaryIO, name: str, unreadable: Unreadable
) -> Iterator[tuple[int, int, bytes]]:
    """(offset, arrival in microseconds, datagram) of a `.hepraw` file.

    Its records: time of arrival as a big-endian double, length as uint32, the datagram.
    """
    offset = 0
    while head := stream.read(_RECORD.size):
        where = f"{name} at byte {offset}"
        if len(head) < _RECORD.size:
            unreadable.add("the file is cut off inside a record", where)
            return
        arrival, length = _RECORD.unpack(head)
        if not 0 <= arrival < _LATEST:
            arrival = 0.0
        if length > _LARGEST:
            unreadable.add("the record length cannot be", where)
            return
        data = stream.read(length)
        if len(data) < length:
            unreadable.add("the file is cut off inside a record", where)
            return
        yield offset + _RECORD.size, round(arrival * 1_000_000), data
        offset += _RECORD.size + length


def hep_packets(
    stream: BinaryIO, name: str, unreadable: Unreadable
) -> Iterator[tuple[int, int, bytes]]:
    """(offset, 0, packet) of HEP3 packets that follow one another, as on a TCP connection."""
    offset = 0
    while head := stream.read(6):
        where = f"{name} at byte {offset}"
        if head[:4] not in MAGICS or len(head) < 6:
            unreadable.add("the packet does not begin with HEP3", where)
            return
        length = int.from_bytes(head[4:6], "big")
        data = head + stream.read(max(length - 6, 0))
        if len(data) < length:
            unreadable.add("the file is cut off inside a record", where)
            return
        yield offset, 0, data
        offset += len(data)
