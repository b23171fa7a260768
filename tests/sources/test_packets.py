"""Capture files as packets, packets as datagrams: formats, link layers, fragments, damage."""

import io
import struct
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.wire import Wire

from fairtone.sources.datagrams import TCP, UDP, DatagramError, Datagrams
from fairtone.sources.packets import Packet, read_packets
from fairtone.sources.unreadable import Unreadable

A, B = "198.51.100.7", "192.0.2.1"


def packets_of(octets, unreadable=None):
    return list(read_packets(io.BytesIO(octets), "x.pcap", unreadable or Unreadable()))


@pytest.fixture
def two(wire):
    return wire.udp(1_700_000_000.25, A, B, b"one").udp(1_700_000_001.123456, A, B, b"second")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_in_either_byte_order_and_resolution(two, order, nano):
    first, second = packets_of(two.pcap(order=order, nano=nano))
    assert (first.at, second.at) == (1_700_000_000_250_000, 1_700_000_001_123_456)
    assert (first.offset, second.offset) == (24, 24 + 16 + 31)
    assert first.data == two.packets[0][1]
    assert first.link == 101


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [3, 6, 9])
def test_pcapng_in_either_byte_order_and_any_resolution(two, order, resolution):
    first, second = packets_of(two.pcapng(order=order, resolution=resolution))
    assert first.at == 1_700_000_000_250_000
    assert second.at == pytest.approx(1_700_000_001_123_456, abs=10 ** (6 - min(resolution, 6)))
    assert second.data == two.packets[1][1]


def test_pcapng_with_a_resolution_in_powers_of_two(two):
    octets = bytearray(two.pcapng(resolution=6))
    at = octets.find(struct.pack("<HHB", 9, 1, 6))
    octets[at + 4] = 0x80 | 20  # 2^-20 of a second
    first, _ = packets_of(bytes(octets))
    assert first.at == 1_700_000_000_250_000 * 1_000_000 // 2**20


def test_pcapng_sections_may_follow_one_another_in_other_byte_orders(two):
    octets = two.pcapng(order="<") + two.pcapng(order=">", resolution=9)
    assert [packet.data for packet in packets_of(octets)] == [data for _, data in two.packets] * 2


def test_simple_packet_blocks_have_the_time_of_the_packet_before(two):
    data = two.packets[0][1]
    body = struct.pack("<I", len(data)) + data + bytes(-len(data) % 4)
    length = struct.pack("<I", len(body) + 12)
    *_, third = packets_of(two.pcapng() + struct.pack("<I", 3) + length + body + length)
    assert (third.data, third.at) == (data, 1_700_000_001_123_456)


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
def test_all_before_the_cut_is_read_and_the_cut_has_its_place(two, form):
    octets = getattr(two, form)()
    last = packets_of(octets)[-1].offset
    for end in (last + 3, last + 20, len(octets) - 1):
        unreadable = Unreadable()
        assert len(packets_of(octets[:end], unreadable)) == 1
        (reason,) = unreadable.by_reason()
        assert reason.startswith("the capture is cut off inside a")
        assert unreadable.examples(reason) == [f"x.pcap at byte {last}"]


def test_a_capture_cut_inside_its_header_gives_nothing_and_says_so(two):
    unreadable = Unreadable()
    assert packets_of(two.pcap()[:11], unreadable) == []
    assert unreadable.by_reason() == {"the capture is cut off inside its header": 1}


def test_after_a_length_that_cannot_be_reading_goes_on_at_the_next_packet(wire):
    for number in range(5):
        wire.udp(1_700_000_000 + number, A, B, b"number %d" % number)
    octets = bytearray(wire.pcap())
    third = packets_of(bytes(octets))[2].offset
    octets[third + 8 : third + 12] = b"\xff\xff\xff\x7f"
    unreadable = Unreadable()
    found = packets_of(bytes(octets), unreadable)
    assert [packet.data[-1:] for packet in found] == [b"0", b"1", b"3", b"4"]
    assert unreadable.examples("the packet length cannot be") == [f"x.pcap at byte {third}"]


def test_after_a_block_length_that_cannot_be_reading_goes_on_at_the_next_block(wire):
    for number in range(5):
        wire.udp(1_700_000_000 + number, A, B, b"number %d" % number)
    octets = bytearray(wire.pcapng())
    third = packets_of(bytes(octets))[2].offset
    octets[third + 4 : third + 8] = b"\xff\xff\xff\x7f"
    unreadable = Unreadable()
    found = packets_of(bytes(octets), unreadable)
    assert [packet.data[-1:] for packet in found] == [b"0", b"1", b"3", b"4"]
    assert unreadable.examples("the block length cannot be") == [f"x.pcap at byte {third}"]


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_damage_raises_anything(form, data):
    wire = Wire()
    for number in range(4):
        wire.udp(1_700_000_000 + number, A, B, b"number %d" % number)
    octets = bytearray(getattr(wire, form)())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(4, len(octets)))
        octets[at : at + 4] = data.draw(st.binary(max_size=6))
    datagrams = Datagrams(Counter())
    for packet in packets_of(bytes(octets)):
        with suppress(DatagramError):
            datagrams.read(packet)


# --- datagrams -----------------------------------------------------------------


def datagram_of(data, link=101, at=0):
    return Datagrams(Counter()).read(Packet(at, link, data, 0, False))


ETHERNET = bytes(12) + b"\x08\x00"


@pytest.mark.parametrize(
    ("link", "before"),
    [
        (101, b""),
        (228, b""),
        (1, ETHERNET),
        (1, bytes(12) + b"\x81\x00\x00\x05\x08\x00"),
        (1, bytes(12) + b"\x88\xa8\x00\x05\x81\x00\x00\x06\x08\x00"),
        (1, bytes(12) + b"\x88\x64" + b"\x11\x00\x00\x01\x00\x20\x00\x21"),
        (0, b"\x02\x00\x00\x00"),
        (108, b"\x00\x00\x00\x02"),
        (113, bytes(14) + b"\x08\x00"),
        (276, b"\x08\x00" + bytes(18)),
    ],
)
def test_every_link_layer_leads_to_the_same_datagram(wire, link, before):
    found = datagram_of(
        before + wire.ip(A, B, 17, struct.pack("!HHHH", 5062, 5060, 11, 0) + b"abc"), link
    )
    assert found is not None
    assert found[1:7] == (UDP, A, 5062, B, 5060, b"abc")


def test_ipv6_with_extension_headers(wire):
    options = bytes([17, 0]) + bytes(6)  # hop-by-hop, then UDP
    payload = options + struct.pack("!HHHH", 5062, 5060, 11, 0) + b"abc"
    found = datagram_of(wire.ip("2001:db8::7", "2001:db8::1", 0, payload))
    assert found is not None
    assert (found.source, found.destination, found.payload) == (
        "2001:db8::7",
        "2001:db8::1",
        b"abc",
    )


def test_padding_behind_the_ip_packet_is_not_payload(wire):
    data = ETHERNET + wire.ip(A, B, 17, struct.pack("!HHHH", 1, 2, 9, 0) + b"a") + bytes(17)
    assert datagram_of(data, 1).payload == b"a"


def test_a_tcp_segment_has_its_number_and_flags(wire):
    wire.tcp(1, A, B, 4_294_967_290, b"abc", flags=0x18)
    found = datagram_of(wire.packets[0][1])
    assert (found.protocol, found.sequence, found.flags, found.payload) == (
        TCP,
        4_294_967_290,
        0x18,
        b"abc",
    )


def test_fragments_are_put_together_in_any_order(wire):
    whole = struct.pack("!HHHH", 5060, 5060, 8 + 3000, 0) + bytes(range(250)) * 12
    pieces = [(0, whole[:1480], 0x2000), (185, whole[1480:2960], 0x2000), (370, whole[2960:], 0)]
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        datagrams = Datagrams(Counter())
        found = [
            datagrams.read(
                Packet(0, 101, wire.ip(A, B, 17, data, fragment=flags | offset), 0, False)
            )
            for offset, data, flags in (pieces[number] for number in order)
        ]
        assert found[:2] == [None, None]
        assert found[2].payload == whole[8:]


def test_ipv6_fragments_are_put_together(wire):
    whole = struct.pack("!HHHH", 5060, 5060, 8 + 2000, 0) + bytes(2000)
    datagrams = Datagrams(Counter())
    for offset, data, more in ((0, whole[:1000], 1), (1000, whole[1000:], 0)):
        head = struct.pack("!BBHI", 17, 0, offset | more, 77)
        found = datagrams.read(Packet(0, 101, wire.ip("::1", "::2", 44, head + data), 0, False))
    assert found.payload == whole[8:]


def test_fragments_that_never_end_do_not_fill_the_memory(wire):
    counts = Counter()
    datagrams = Datagrams(counts, limit=10, patience=30_000_000)
    for ident in range(100):
        data = wire.ip(A, B, 17, bytes(8), ident=ident, fragment=0x2000)
        assert datagrams.read(Packet(ident, 101, data, 0, False)) is None
    assert counts["fragmented datagrams never completed"] == 89
    late = wire.ip(A, B, 17, bytes(8), ident=200, fragment=0x2000)
    datagrams.read(Packet(60_000_000, 101, late, 0, False))
    assert counts["fragmented datagrams never completed"] == 100


@pytest.mark.parametrize("end", range(45))
def test_a_packet_shorter_than_its_headers_is_an_error_with_a_reason(wire, end):
    wire.tcp(1, A, B, 1, b"")
    data = (ETHERNET + wire.packets[0][1])[:end]
    with pytest.raises(DatagramError, match="shorter than its headers"):
        datagram_of(data, 1)


def test_other_traffic_is_counted_and_left(wire):
    counts = Counter()
    datagrams = Datagrams(counts)
    arp = bytes(12) + b"\x08\x06" + bytes(28)
    assert datagrams.read(Packet(0, 1, arp, 0, False)) is None
    assert datagrams.read(Packet(0, 101, wire.ip(A, B, 1, b"ping"), 0, False)) is None
    assert counts == {"packets that are not IP": 1, "packets that are neither UDP nor TCP": 1}
    with pytest.raises(DatagramError, match="link type 147 is not known"):
        datagrams.read(Packet(0, 147, arp, 0, False))
