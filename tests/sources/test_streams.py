"""SIP messages out of TCP segments: order, loss, framing, WebSocket, and bounded memory."""

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairtone.sources.datagrams import TCP, Datagram
from fairtone.sources.streams import Streams

A, B = "198.51.100.7", "192.0.2.1"
SYN, ACK, FIN, RST = 2, 16, 1, 4


def message(number, body=b""):
    return (
        b"MESSAGE sip:%d@edge.test SIP/2.0\r\nCSeq: %d MESSAGE\r\nContent-Length: %d\r\n\r\n"
        % (number, number, len(body))
    ) + body


def segment(sequence, payload=b"", flags=ACK, *, port=40000):
    return Datagram(0, TCP, A, port, B, 5060, payload, sequence % 2**32, flags)


def feed(streams, *segments):
    return [found for each in segments for found in streams.feed(each)]


@pytest.fixture
def counts():
    return Counter()


@pytest.fixture
def streams(counts):
    return Streams(counts)


def test_a_message_may_span_segments_and_a_segment_hold_messages(streams):
    octets = message(1, b"one") + message(2) + message(3, b"three")
    found = feed(
        streams, segment(99, flags=SYN), segment(100, octets[:40]), segment(140, octets[40:])
    )
    assert found == [message(1, b"one"), message(2), message(3, b"three")]


def test_segments_out_of_order_or_sent_again_make_no_difference(streams, counts):
    octets = message(1, b"a" * 3000)
    cut = [(100 + at, octets[at : at + 1000]) for at in range(0, len(octets), 1000)]
    found = feed(
        streams,
        segment(99, flags=SYN),
        *(segment(*cut[number]) for number in (0, 2, 0, 3, 1, 2)),
    )
    assert found == [octets]
    assert counts["tcp retransmissions"] == 2
    assert streams.held == 0


def test_overlapping_segments_are_laid_on_one_another(streams):
    octets = message(1, b"a" * 100)
    found = feed(
        streams, segment(100, octets[:80]), segment(130, octets[30:120]), segment(160, octets[60:])
    )
    assert found == [octets]


def test_sequence_numbers_wrap(streams):
    octets = message(1, b"a" * 500)
    start = 2**32 - 200
    found = feed(
        streams, segment(start, octets[:150]), segment(start + 300, octets[300:]),
        segment(start + 150, octets[150:300]),
    )  # fmt: skip
    assert found == [octets]


def test_a_stream_that_was_already_going_is_entered_at_the_next_start_line(streams, counts):
    found = feed(streams, segment(7000, b"=1\r\n\r\n" + message(1) + message(2)))
    assert found == [message(1), message(2)]
    assert counts["tcp resynchronisations"] == 1


def test_a_stream_that_is_entered_inside_a_long_body_is_not_given_up(streams):
    body = (b"a=rtpmap:%d nothing/8000\r\n" * 400) % tuple(range(400))
    found = feed(
        streams,
        *(segment(7000 + at, body[at : at + 1000]) for at in range(0, len(body), 1000)),
        segment(7000 + len(body), message(1)),
    )
    assert found == [message(1)]


def test_behind_a_gap_reading_goes_on_and_the_gap_is_counted(counts):
    streams = Streams(counts, limit=2000)
    octets = b"".join(message(number, b"x" * 400) for number in range(20))
    found = feed(
        streams,
        segment(100, octets[:600]),
        *(segment(100 + at, octets[at : at + 600]) for at in range(1200, len(octets), 600)),
    )
    assert counts["tcp gaps"] == 1
    assert found[0] == message(0, b"x" * 400)
    assert found[-1] == message(19, b"x" * 400)
    assert len(found) >= 16


def test_at_the_end_what_lies_behind_a_gap_is_still_read(streams, counts):
    assert feed(streams, segment(100, message(1)), segment(900, message(2))) == [message(1)]
    assert [found for _, found in streams.finish()] == [message(2)]
    assert counts["tcp gaps"] == 1


@pytest.mark.parametrize("flag", [FIN, RST])
def test_a_closed_connection_is_forgotten_and_a_message_cut_off_by_it_counted(
    streams, counts, flag
):
    feed(streams, segment(100, message(1, b"abc")[:-1]), segment(100, b"", flag))
    assert streams.held == 0
    assert counts["tcp streams that end inside a message"] == 1
    assert feed(streams, segment(5, message(2))) == [message(2)]


def test_a_content_length_that_is_too_short_costs_the_body_and_no_more(streams):
    wrong = message(1, b"abcdef").replace(b"Length: 6", b"Length: 2")
    assert feed(streams, segment(100, wrong + message(2))) == [wrong[:-4], message(2)]


def test_keep_alives_between_messages_are_stepped_over(streams, counts):
    octets = b"\r\n\r\n" + message(1) + b"\r\n" + message(2)
    assert feed(streams, segment(100, octets)) == [message(1), message(2)]
    assert counts["tcp resynchronisations"] == 0


def frame(payload, *, masked):
    size = len(payload)
    head = bytes([0x81])
    mask = 0x80 if masked else 0
    head += bytes([mask | size]) if size < 126 else bytes([mask | 126]) + size.to_bytes(2, "big")
    return head + (bytes(4) if masked else b"") + payload


def test_websocket_frames_are_skipped_with_a_count(streams, counts):
    upgrade = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n"
    octets = upgrade + frame(message(1), masked=True) + frame(message(2, b"x" * 400), masked=True)
    found = feed(
        streams, *(segment(100 + at, octets[at : at + 90]) for at in range(0, len(octets), 90))
    )
    assert found == []
    assert counts["websocket frames skipped"] == 2
    assert counts["websocket streams"] == 1


def test_tls_and_other_protocols_are_counted_and_left_alone(streams, counts):
    feed(streams, segment(1, b"\x16\x03\x01\x02\x00" + bytes(900), port=1))
    feed(streams, segment(1, b"GET /index.html HTTP/1.1\r\nHost: x\r\n\r\n", port=2))
    feed(streams, segment(0, flags=SYN, port=3), segment(1, bytes(range(200)), port=3))
    assert streams.held == 0
    assert counts["tls streams that cannot be read"] == 1
    assert counts["tcp streams that are not SIP"] == 2


def test_hep_over_tcp_is_framed_by_its_own_length(streams):
    packet = b"HEP3" + (16).to_bytes(2, "big") + bytes(10)
    assert feed(streams, segment(1, packet + packet[:9]), segment(26, packet[9:])) == [packet] * 2


def test_memory_is_bounded_for_a_stream_and_for_all(counts):
    streams = Streams(counts, limit=10_000, total=50_000, streams=100)
    endless = b"MESSAGE sip:a@b SIP/2.0\r\nX: "
    for port in range(1, 200):
        for part in range(30):
            payload = endless if part == 0 else b"y" * 1000
            feed(
                streams,
                segment(100 + (0 if part == 0 else 29 + (part - 1) * 1000), payload, port=port),
            )
            assert streams.held <= 50_000 + 11_000
    assert counts["tcp streams dropped for lack of room"] > 100
    for hole in range(20_000):
        feed(streams, segment(2_000_000 + hole * 3, b"z", port=9999))
    assert streams.held <= 61_000


@given(st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_however_segments_are_cut_doubled_and_shuffled_the_messages_are_the_same(source):
    messages = [message(number, b"b" * source.randrange(300)) for number in range(6)]
    octets = b"".join(messages)
    base = source.randrange(2**32)
    cuts = sorted({0, len(octets), *(source.randrange(len(octets)) for _ in range(12))})
    segments = [
        segment(base + start, octets[start : min(end + source.randrange(9), len(octets))])
        for start, end in pairwise(cuts)
    ]
    segments += source.choices(segments, k=4)
    source.shuffle(segments)
    found = feed(Streams(Counter()), segment(base - 1, flags=SYN), *segments)
    assert found == messages


def test_noise_raises_nothing(streams):
    source = random.Random(7)
    words = [
        b"SIP/2.0 200 OK\r\n",
        b"\r\n\r\n",
        b"Content-Length: 9\r\n",
        b"GET / HTTP/1.1\r\n",
        b"\0",
    ]
    for _ in range(3000):
        payload = b"".join(source.choices(words, k=3)) + source.randbytes(source.randrange(20))
        flags = source.choice([ACK, ACK, ACK, SYN, FIN, RST])
        feed(streams, segment(source.randrange(2000), payload, flags, port=source.randrange(4)))
    list(streams.finish())
    assert streams.held == 0
