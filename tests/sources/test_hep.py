"""HEP version 3: the golden vector of its specification, what edges send, and damage."""

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairtone.sources.hep import HepError, HepPacket, hep_packets, hep_records, read_hep
from fairtone.sources.unreadable import Unreadable

# The example at the end of the HEP3 specification (sipcapture), 113 octets.
GOLDEN = bytes.fromhex(
    "48455033 0071"
    "0000 0001 0007 02"
    "0000 0002 0007 11"
    "0000 0003 000a d4ca0001"
    "0000 0004 000a 527400d3"
    "0000 0007 0008 2eea"
    "0000 0008 0008 13c4"
    "0000 0009 000a 4e4982cb"
    "0000 000a 000a 0001d4c0"
    "0000 000b 0007 01"
    "0000 000c 000a 000000e4"
    "0000 000f 0014 494e56495445207369703a626f62"
)


def packet_of(*chunks):
    body = b"".join(
        struct.pack("!HHH", vendor, kind, len(value) + 6) + value for vendor, kind, value in chunks
    )
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


def test_the_golden_vector():
    assert len(GOLDEN) == 113
    assert read_hep(GOLDEN) == HepPacket(
        at=1_313_440_459_120_000,
        protocol=17,
        source="212.202.0.1",
        source_port=12010,
        destination="82.116.0.211",
        destination_port=5060,
        kind=1,
        node="228",
        payload=b"INVITE sip:bob",
    )


def test_ipv6_a_named_node_and_chunks_of_vendors():
    packet = read_hep(
        packet_of(
            (2, 3, b"of Kamailio's own"),
            (0, 1, b"\x0a"),
            (0, 5, bytes(15) + b"\x01"),
            (0, 6, bytes(15) + b"\x02"),
            (0, 999, b"of the future"),
            (0, 14, b"secret"),
            (0, 19, b"edge-1"),
            (0, 15, b"x"),
        )
    )
    assert (packet.source, packet.destination, packet.node) == ("::1", "::2", "edge-1")
    assert "secret" not in str(packet)


def test_a_compressed_payload_is_unpacked_and_cannot_blow_up():
    assert read_hep(packet_of((0, 3, bytes(4)), (0, 16, zlib.compress(b"sip")))).payload == b"sip"
    bomb = read_hep(packet_of((0, 3, bytes(4)), (0, 16, zlib.compress(bytes(10_000_000)))))
    assert len(bomb.payload) == 65535


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "the packet does not begin with HEP3"),
        (b"INVITE sip:bob", "the packet does not begin with HEP3"),
        (b"\x02\x10\x02\x11" + bytes(30), "HEP version 1 and 2 are not read: let the edge send version 3"),
        (GOLDEN[:-1], "the HEP packet is shorter than it says"),
        (GOLDEN[:10] + b"\xff\xff" + GOLDEN[12:], "a HEP chunk is longer than its packet"),
        (packet_of((0, 3, b"abc")), "a HEP chunk does not have the length of its type"),
        (packet_of((0, 16, b"not zlib")), "a HEP chunk does not have the length of its type"),
    ],
)  # fmt: skip
def test_what_is_no_packet_is_refused_with_its_reason(octets, reason):
    with pytest.raises(HepError) as caught:
        read_hep(octets)
    assert caught.value.reason == reason


@given(st.binary(max_size=60), st.integers(0, 112), st.binary(max_size=4))
def test_no_octets_raise_anything_but_a_hep_error(noise, at, patch):
    for octets in (b"HEP3" + noise, GOLDEN[:at] + patch + GOLDEN[at + len(patch) :]):
        try:
            read_hep(octets)
        except HepError as error:
            assert error.reason  # noqa: PT017


def test_records_have_a_time_of_arrival_and_their_place():
    octets = b"".join(struct.pack("!dI", at, 113) + GOLDEN for at in (1.5, float("nan"), 3.25))
    unreadable = Unreadable()
    found = list(hep_records(io.BytesIO(octets), "x.hepraw", unreadable))
    assert found == [(12, 1_500_000, GOLDEN), (137, 0, GOLDEN), (262, 3_250_000, GOLDEN)]
    assert unreadable.total == 0


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (struct.pack("!dI", 1.5, 113) + GOLDEN[:50], "the file is cut off inside a record"),
        (b"abc", "the file is cut off inside a record"),
        (struct.pack("!dI", 1.5, 70_000) + GOLDEN, "the record length cannot be"),
    ],
)
def test_a_damaged_file_gives_what_comes_before_and_the_place(octets, reason):
    unreadable = Unreadable()
    whole = struct.pack("!dI", 1.5, 113) + GOLDEN
    assert len(list(hep_records(io.BytesIO(whole + octets), "x.hepraw", unreadable))) == 1
    assert unreadable.by_reason() == {reason: 1}
    assert unreadable.examples(reason) == ["x.hepraw at byte 125"]


def test_packets_may_follow_one_another_without_records():
    unreadable = Unreadable()
    found = list(hep_packets(io.BytesIO(GOLDEN * 2 + GOLDEN[:30]), "x.hep", unreadable))
    assert found == [(0, 0, GOLDEN), (113, 0, GOLDEN)]
    assert unreadable.examples("the file is cut off inside a record") == ["x.hep at byte 226"]
