"""Capture files as packets: pcap and pcapng, either byte order, micro- or nanoseconds, streamed.

pcap after draft-ietf-opsawg-pcap, pcapng after draft-ietf-opsawg-pcapng. One packet is in memory
at a time. What comes before damage is used; the damage is counted with its place.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from fairtone.sources.damage import Rereadable, next_block, next_record
from fairtone.sources.unreadable import Unreadable

PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1),
    b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1000),
}
"""Magic number of a pcap file -> byte order, and parts of its clock in a microsecond."""
PCAPNG = b"\x0a\x0d\x0d\x0a"
"""The first block of a pcapng file is a section header."""
LARGEST = 16 << 20
"""No packet or block is longer; a longer length is damage."""

_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_CUT = "the capture is cut off inside a packet"


class Packet(NamedTuple):
    """One packet: `at` in microseconds UTC, its link type, its octets, its place in the file.

    `cut` is true if the capture holds only the beginning of it (snap length).
    """

    at: int
    link: int
    data: bytes
    offset: int
    cut: bool


class _Interface(NamedTuple):
    link: int
    per_second: int
    base: int  # microseconds added to every time stamp (if_tsoffset)


def read_packets(stream: BinaryIO, name: str, unreadable: Unreadable) -> Iterator[Packet]:
    """The packets of a capture, in the order of the file.

    `stream` stands at the magic number. Damage is added to `unreadable`; reading goes on at the
    next place that looks like a packet, if there is one nearby.
    """
    magic = stream.read(4)
    rest = Rereadable(stream, 4)
    if magic in PCAP:
        yield from _pcap(rest, magic, name, unreadable)
    elif magic == PCAPNG:
        yield from _pcapng(rest, name, unreadable)
    else:
        unreadable.add("the file is neither pcap nor pcapng", f"{name} at byte 0")


def _pcap(stream: Rereadable, magic: bytes, name: str, unreadable: Unreadable) -> Iterator[Packet]:
    order, parts = PCAP[magic]
    header = stream.read(20)
    if len(header) < 20:
        unreadable.add("the capture is cut off inside its header", f"{name} at byte 4")
        return
    *_, snap, link = struct.unpack(order + "HHiIII", header)
    link &= 0xFFFF  # the upper bits tell of frame check sequences
    longest = min(max(snap, 1 << 18), LARGEST)
    record = struct.Struct(order + "IIII")
    last = 0
    while True:
        offset = stream.offset
        head = stream.read(16)
        if not head:
            return
        if len(head) < 16:
            unreadable.add(_CUT, f"{name} at byte {offset}")
            return
        seconds, fraction, held, length = record.unpack(head)
        if held > longest:
            unreadable.add("the packet length cannot be", f"{name} at byte {offset}")
            if not next_record(stream, order, longest, last):
                return
            continue
        data = stream.read(held)
        if len(data) < held:
            unreadable.add(_CUT, f"{name} at byte {offset}")
            return
        last = seconds
        yield Packet(seconds * 1_000_000 + fraction // parts, link, data, offset, held < length)


def _pcapng(stream: Rereadable, name: str, unreadable: Unreadable) -> Iterator[Packet]:
    order = "<"
    interfaces: list[_Interface] = []
    last = 0
    stream.back(PCAPNG)
    while True:
        offset = stream.offset
        head = stream.read(8)
        if not head:
            return
        where = f"{name} at byte {offset}"
        if len(head) < 8:
            unreadable.add("the capture is cut off inside a block", where)
            return
        kind, length = struct.unpack(order + "II", head)
        start = b""
        if kind == _SECTION:  # the same in both byte orders
            start = stream.read(4)
            if start not in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
                unreadable.add("the section has no byte order", where)
                return
            order = "<" if start == b"\x4d\x3c\x2b\x1a" else ">"
            length = struct.unpack(order + "I", head[4:])[0]
            interfaces = []
        if length < 12 or length % 4 or length > LARGEST:
            unreadable.add("the block length cannot be", where)
            if not next_block(stream, order, LARGEST):
                return
            continue
        block = start + stream.read(length - 8 - len(start))
        if len(block) < length - 8:
            unreadable.add("the capture is cut off inside a block", where)
            return
        body = block[:-4]
        try:
            if kind == _INTERFACE:
                interfaces.append(_interface(body, order))
            elif kind == _ENHANCED:
                number, high, low, held, size = struct.unpack_from(order + "IIIII", body)
                face = interfaces[number]
                last = face.base + (high << 32 | low) * 1_000_000 // face.per_second
                if held > len(body) - 20:
                    raise IndexError
                yield Packet(last, face.link, body[20 : 20 + held], offset, held < size)
            elif kind == _SIMPLE:  # has no time of its own: that of the packet before
                size = struct.unpack_from(order + "I", body)[0]
                data = body[4 : 4 + size]
                yield Packet(last, interfaces[0].link, data, offset, len(data) < size)
        except (struct.error, IndexError):
            unreadable.add("the block contradicts itself", where)


def _interface(body: bytes, order: str) -> _Interface:
    """Link type and clock of an interface description block (section 4.2)."""
    link = int(struct.unpack_from(order + "H", body)[0])
    per_second, base = 1_000_000, 0
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        value = body[at + 4 : at + 4 + length]
        if code == 0:
            break
        if code == 9 and value:  # if_tsresol
            part = value[0] & 0x7F
            if part < 64:
                per_second = 2**part if value[0] & 0x80 else 10**part
        elif code == 14 and length == 8:  # if_tsoffset
            base = struct.unpack(order + "q", value)[0] * 1_000_000
        at += 4 + (length + 3) // 4 * 4
    return _Interface(link, per_second, base)
