"""Packets as UDP datagrams and TCP segments: link layers, IPv4, IPv6, fragments.

Ethernet with VLAN tags and PPPoE, Linux cooked (SLL, SLL2), BSD loopback and raw IP. What carries
neither UDP nor TCP is counted and left.
"""

import socket
import struct
from collections import Counter, OrderedDict
from functools import lru_cache
from typing import NamedTuple

from fairtone.sources.packets import Packet

UDP, TCP = 17, 6

_ETHERNET, _NULL, _LOOP, _SLL, _SLL2 = 1, 0, 108, 113, 276
_RAW = frozenset({12, 14, 101, 228, 229})
_TAGS = frozenset({0x8100, 0x88A8, 0x9100})
_EXTENSIONS = frozenset({0, 43, 60, 135, 139, 140})  # IPv6 headers that name the next one
_FRAGMENT = 44


class DatagramError(ValueError):
    """A packet that contradicts its own lengths: `reason`, the same for all of its kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Datagram(NamedTuple):
    """The transport layer of one packet.

    `protocol` is `UDP` or `TCP`; `sequence` and `flags` are those of TCP.
    """

    at: int
    protocol: int
    source: str
    source_port: int
    destination: str
    destination_port: int
    payload: bytes
    sequence: int = 0
    flags: int = 0


class _Fragments(NamedTuple):
    first_seen: int
    pieces: dict[int, bytes]
    whole: list[int]  # its length, once the last fragment is known


class Datagrams:
    """Takes packets, gives datagrams; `counts` says what else went by.

    Fragments wait for the rest for `patience` microseconds, at most `limit` datagrams at a time.
    """

    def __init__(
        self, counts: Counter[str], *, limit: int = 1024, patience: int = 30_000_000
    ) -> None:
        self.counts = counts
        self._limit = limit
        self._patience = patience
        self._waiting: OrderedDict[tuple[bytes, bytes, int, int], _Fragments] = OrderedDict()

    def read(self, packet: Packet) -> Datagram | None:
        """The datagram in a packet; `None` if it has none, or not yet all of it.

        Raises `DatagramError` if headers and lengths do not fit together.
        """
        data = packet.data
        try:
            at, kind = _network(packet.link, data)
            if kind == 0x0800:
                return self._ipv4(packet.at, data, at)
            if kind == 0x86DD:
                return self._ipv6(packet.at, data, at)
        except (struct.error, IndexError):
            raise DatagramError("the packet is shorter than its headers") from None
        if kind < 0:
            raise DatagramError(f"link type {packet.link} is not known")
        self.counts["packets that are not IP"] += 1
        return None

    def _ipv4(self, at: int, data: bytes, start: int) -> Datagram | None:
        first, _, length, ident, fragment, _, protocol = struct.unpack_from("!BBHHHBB", data, start)
        header = (first & 15) * 4
        if first >> 4 == 6:
            return self._ipv6(at, data, start)
        if first >> 4 != 4 or header < 20:
            raise DatagramError("the IP header cannot be")
        # A length of 0 is left for the network card to fill in.
        end = start + length if length else len(data)
        source, destination = data[start + 12 : start + 16], data[start + 16 : start + 20]
        payload = data[start + header : end]
        if fragment & 0x3FFF:
            whole = self._defragment(
                at, (source, destination, ident, protocol),
                (fragment & 0x1FFF) * 8, payload, last=not fragment & 0x2000,
            )  # fmt: skip
            if whole is None:
                return None
            payload = whole
        return self._transport(at, protocol, source, destination, payload)

    def _ipv6(self, at: int, data: bytes, start: int) -> Datagram | None:
        first, length, following = struct.unpack_from("!IHB", data, start)
        if first >> 28 != 6:
            raise DatagramError("the IP header cannot be")
        source, destination = data[start + 8 : start + 24], data[start + 24 : start + 40]
        if len(destination) < 16:
            raise DatagramError("the packet is shorter than its headers")
        payload = data[start + 40 : start + 40 + length] if length else data[start + 40 :]
        while following in _EXTENSIONS:
            size = (payload[1] + 1) * 8
            following, payload = payload[0], payload[size:]
        if following == _FRAGMENT:
            following, _, fragment, ident = struct.unpack_from("!BBHI", payload)
            if fragment & 0xFFF9:
                whole = self._defragment(
                    at, (source, destination, ident, following),
                    fragment & 0xFFF8, payload[8:], last=not fragment & 1,
                )  # fmt: skip
                if whole is None:
                    return None
                payload = whole
            else:
                payload = payload[8:]
        return self._transport(at, following, source, destination, payload)

    def _transport(
        self, at: int, protocol: int, source: bytes, destination: bytes, payload: bytes
    ) -> Datagram | None:
        if protocol == UDP:
            source_port, destination_port, length = struct.unpack_from("!HHH", payload)
            content = payload[8:length] if length >= 8 else payload[8:]
            return Datagram(
                at, UDP, _address(source), source_port, _address(destination), destination_port,
                content,
            )  # fmt: skip
        if protocol == TCP:
            source_port, destination_port, sequence = struct.unpack_from("!HHI", payload)
            header = (payload[12] >> 4) * 4
            if header < 20:
                raise DatagramError("the TCP header cannot be")
            return Datagram(
                at, TCP, _address(source), source_port, _address(destination), destination_port,
                payload[header:], sequence, payload[13],
            )  # fmt: skip
        self.counts["packets that are neither UDP nor TCP"] += 1
        return None

    def _defragment(
        self, at: int, key: tuple[bytes, bytes, int, int], offset: int, piece: bytes, *, last: bool
    ) -> bytes | None:
        """The whole payload once its last piece has come (RFC 791 section 3.2, RFC 8200 4.5)."""
        self.counts["fragments"] += 1
        waiting = self._waiting
        while waiting and (
            len(waiting) > self._limit
            or at - next(iter(waiting.values())).first_seen > self._patience
        ):
            waiting.popitem(last=False)
            self.counts["fragmented datagrams never completed"] += 1
        held = waiting.get(key)
        if held is None:
            held = waiting[key] = _Fragments(at, {}, [])
        if offset + len(piece) > 65535 or len(held.pieces) > 128:
            del waiting[key]
            raise DatagramError("the fragments do not fit together")
        held.pieces.setdefault(offset, piece)  # the first copy wins
        if last:
            held.whole[:] = [offset + len(piece)]
        if not held.whole:
            return None
        whole = bytearray()
        for begin in sorted(held.pieces):
            if begin > len(whole):
                return None
            whole += held.pieces[begin][len(whole) - begin :]
        if len(whole) < held.whole[0]:
            return None
        del waiting[key]
        return bytes(whole[: held.whole[0]])


def _network(link: int, data: bytes) -> tuple[int, int]:
    """Where the network layer begins, and its EtherType; -1 for an unknown link type."""
    if link == _ETHERNET:
        at = 14
        kind = data[12] << 8 | data[13]
        while kind in _TAGS:
            kind = data[at + 2] << 8 | data[at + 3]
            at += 4
        if kind == 0x8864:  # PPPoE session, RFC 2516: protocol 0x21 is IPv4, 0x57 IPv6
            protocol = data[at + 6] << 8 | data[at + 7]
            return at + 8, {0x21: 0x0800, 0x57: 0x86DD}.get(protocol, 0)
        return at, kind
    if link == _SLL:
        return 16, data[14] << 8 | data[15]
    if link == _SLL2:
        return 20, data[0] << 8 | data[1]
    if link in _RAW:
        return 0, 0x86DD if data[0] >> 4 == 6 else 0x0800
    if link in (_NULL, _LOOP):  # the address family's number differs from system to system
        return 4, 0x86DD if data[4] >> 4 == 6 else 0x0800
    return 0, -1


@lru_cache(maxsize=1 << 16)
def _address(packed: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
