"""Whole captures: what is in them, counted a second time by a few lines that share no code."""

import gzip
import re
import struct
from collections import Counter
from pathlib import Path

import pytest

from fairtone.events import check_batch, events_of
from fairtone.sources.captures import CaptureError, CaptureSource

A, B = "198.51.100.7", "192.0.2.1"


def read(path, **settings):
    """The source, and its events, once it has been read."""
    source = CaptureSource(path, **settings)
    events = []
    for batch in source.batches():
        check_batch(batch)
        assert batch.num_rows <= 4096
        events += events_of(batch)
    return source, events


def kinds(events):
    return Counter(event.kind for event in events)


def outcomes(events):
    """Ended calls by status."""
    return Counter(event.values.get("status") for event in events if event.kind == "call.ended")


# --- a second count, of the octets of the file and nothing else -------------------

REQUEST = re.compile(
    rb"(INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|SUBSCRIBE|NOTIFY|MESSAGE|INFO|UPDATE|PRACK|REFER)"
    rb" (?:sip|sips|tel):?[^\r\n ]* SIP/2\.0\r\n"
)
RESPONSE = re.compile(rb"SIP/2\.0 (\d{3}) [^\r\n]*\r\n")
BLOCK = re.compile(
    rb"(?:INVITE|BYE) [^\r\n]+ SIP/2\.0\r\n(?:[^\r\n]+\r\n)+|SIP/2\.0 \d{3}[^\r\n]*\r\n(?:[^\r\n]+\r\n)+"
)
CALL_ID = re.compile(rb"(?:^|\n)(?:call-id|i)[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE)


def second_count(path):
    """Requests by method, responses by status, calls, answered and ended calls by Call-ID."""
    octets = path.read_bytes()
    methods = Counter(found.decode() for found in REQUEST.findall(octets))
    statuses = Counter(int(found) for found in RESPONSE.findall(octets))
    calls, answered, hung_up = set(), set(), set()
    for block in BLOCK.findall(octets):
        (call,) = CALL_ID.findall(block)[:1] or [b""]
        if block.startswith(b"INVITE"):
            calls.add(call)
        elif block.startswith(b"BYE"):
            hung_up.add(call)
        elif re.match(rb"SIP/2\.0 2", block) and re.search(rb"\nCSeq: *\d+ INVITE", block, re.I):
            answered.add(call)
    return methods, statuses, calls, answered, hung_up


LAB = [
    "irsf", "normal", "robocall", "wangiri", "invite_flood", "register_flood", "svmap", "svwar_leak",
    "svwar_noleak", "svwar_guarded", "svcrack", "svcrack_brute", "sipsak", "baresip_register",
]  # fmt: skip


@pytest.mark.parametrize("name", LAB)
@pytest.mark.parametrize("form", ["pcap", "hepraw"])
def test_every_lab_capture_agrees_with_the_second_count(shared_sip, name, form):
    path = shared_sip / "lab" / f"{name}.{form}"
    if not path.exists():
        assert form == "hepraw"  # floods and the soft phone were recorded as packets only
        return
    source, events = read(path)
    methods, statuses, calls, answered, hung_up = second_count(path)
    assert source.unreadable.total == 0
    assert source.counts["sip requests"] == methods.total()
    assert source.counts["sip responses"] == statuses.total()
    assert {
        event.values["call"].encode() for event in events if event.kind == "call.attempt"
    } == calls
    assert kinds(events)["call.attempt"] == len(calls)
    assert kinds(events)["call.answered"] == len(answered)
    ended = [event for event in events if event.kind == "call.ended"]
    assert len(ended) == len({event.values["call"] for event in ended})
    assert sum(event.values["answered"] for event in ended) == len(hung_up)
    assert len(ended) + source.counts["calls still open"] == len(calls)
    times = [event.at for event in events]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("normal", {200: 115, 486: 16, 480: 15, 404: 14}),
        ("robocall", {200: 422, 486: 75, 480: 62, 404: 41}),
        ("irsf", {200: 120}),
        ("wangiri", {487: 200}),
        ("invite_flood", {407: 3000}),
    ],
)
def test_the_outcomes_are_those_that_were_written_down_when_they_were_recorded(
    shared_sip, name, expected
):
    _, events = read(shared_sip / "lab" / f"{name}.pcap")
    assert outcomes(events) == expected


@pytest.mark.parametrize("name", ["irsf", "normal", "robocall", "wangiri", "svcrack", "svwar_leak"])
def test_packets_and_mirrored_signalling_give_the_same_events(shared_sip, name):
    def told(form):
        _, events = read(shared_sip / "lab" / f"{name}.{form}")
        hidden = ("edge", "ring", "duration")  # the node's name; the two clocks differ a little
        return sorted(
            (event.kind, sorted((k, str(v)) for k, v in event.values.items() if k not in hidden))
            for event in events
        )

    assert told("pcap") == told("hepraw")


def test_the_caller_is_the_first_sender_and_never_the_edge(shared_sip):
    for name in ("normal", "irsf", "wangiri", "robocall"):
        _, events = read(shared_sip / "lab" / f"{name}.pcap")
        assert "127.0.1.60" not in {event.values["source.address"] for event in events}
        assert {event.values["edge"] for event in events} == {"127.0.1.60"}


def test_the_recorded_wangiri_rings_shortly_and_is_given_up_by_the_caller(shared_sip):
    _, events = read(shared_sip / "lab/wangiri.pcap")
    ended = [event.values for event in events if event.kind == "call.ended"]
    assert {values["released"] for values in ended} == {"caller"}
    assert all(150 <= values["ring"] <= 1000 for values in ended)


def test_the_register_flood_is_three_thousand_refused_greetings(shared_sip):
    _, events = read(shared_sip / "lab/register_flood.pcap")
    assert kinds(events) == {"registration": 3000}
    assert {event.values["status"] for event in events} == {401}
    assert {event.values["credentials"] for event in events} == {False}
    assert len({event.values["source.address"] for event in events}) == 3


# What is in the captures of others: events by kind, and what was counted or unreadable.
FOREIGN = {
    "sip_pcaps_zeek/wireshark.pcap": {"registration": 18, "call.attempt": 7, "call.ended": 7},
    "sip_pcaps_zeek/invalid-content-length.pcap": {"call.attempt": 1, "call.answered": 1},
    "sip_pcaps_zeek/sip-junk-before-request.pcap": {"registration": 1},
    "sip_pcaps_zeek/sip-long-request-response-paths.pcap": {"sip.request": 1},
    "sip_pcaps_suricata/sip-body-frames__public-cloudshark-sip-s0.pcap": {
        "call.attempt": 2, "call.answered": 1, "registration": 1,
    },
    "sip_pcaps_suricata/sip-body-large__sip-body-large.pcap": {"call.attempt": 1},
    "sip_pcaps_suricata/sip-compact-form__sip_compact_form.pcap": {"call.attempt": 1},
    "sip_pcaps_suricata/sip-header-multi-value__sip_header_multi_val.pcap": {"call.attempt": 1},
    "sip_pcaps_suricata/sip-method__sip.pcap": {
        "registration": 18, "call.attempt": 7, "call.ended": 7,
    },
    "sip_pcaps_suricata/sip-options-method__input.pcap": {"sip.request": 1},
    "sip_pcaps_suricata/sip-pattern-matching__sip.pcap": {"registration": 1},
    "sip_pcaps_suricata/sip-sdp__sdp.pcap": {"call.attempt": 1, "call.answered": 1},
    "sip_pcaps_suricata/sip-ssdp-pm__ssdp.pcap": {},
    "sip_pcaps_suricata/sip-tcp-method__sip-tcp.pcap": {"registration": 1},
    "sip_pcaps_suricata/sip-tcp-pattern-matching__sip.pcap": {"registration": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_the_captures_of_others_are_read(shared_sip, name):
    source, events = read(shared_sip / name)
    assert kinds(events) == FOREIGN[name]
    assert source.unreadable.total == 0
    methods, statuses, *_ = second_count(shared_sip / name)
    if "tcp" not in name and "large" not in name:  # a message over several segments is cut up
        assert source.counts["sip requests"] >= methods.total()
        assert source.counts["sip responses"] == statuses.total()


def test_no_shared_capture_is_left_out(shared_sip):
    found = {str(path.relative_to(shared_sip)) for path in shared_sip.glob("sip_pcaps_*/*.pcap")}
    assert found == set(FOREIGN)
    assert {path.stem for path in shared_sip.glob("lab/*.pcap")} == set(LAB)


def test_a_registration_over_a_real_phone(carried):
    _, events = read(carried / "baresip_register.pcap")
    greeting, registered = events
    assert (greeting.values["status"], greeting.values["credentials"]) == (401, False)
    assert (registered.values["status"], registered.values["credentials"]) == (200, True)
    assert registered.values["account"] == "1000"
    assert registered.values["realm"] == "edge.test"
    assert registered.values["user_agent"] == "baresip v1.0.0 (x86_64/linux)"
    assert registered.values["device"] == "1000-0x563b10504550@127.0.5.1"
    assert registered.values["expires"] == 60_000


def test_a_real_scanner_and_a_real_guesser(carried):
    _, probes = read(carried / "svmap.pcap")
    assert kinds(probes) == {"sip.request": 1, "call.attempt": 7, "call.ended": 1}
    assert {event.values["user_agent"] for event in probes} == {"friendly-scanner"}
    _, guesses = read(carried / "svcrack.pcap")
    wrong = [e for e in guesses if e.values["credentials"] and e.values["status"] == 401]
    right = [e for e in guesses if e.values["status"] == 200]
    assert (len(wrong), len(right)) == (4, 2)


# --- forms of files ----------------------------------------------------------------


def invite(number, *, transport="UDP"):
    return (
        f"INVITE sip:9{number}@e SIP/2.0\r\nVia: SIP/2.0/{transport} {A};branch=b{number}\r\n"
        f"From: <sip:1001@e>;tag={number}\r\nCall-ID: c{number}\r\nCSeq: 1 INVITE\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


def written(tmp_path, name, octets):
    path = Path(tmp_path / name)
    path.write_bytes(octets)
    return path


def hep(at, payload, *, protocol=17):
    chunks = [
        (2, bytes([protocol])), (3, bytes([198, 51, 100, 7])), (4, bytes([192, 0, 2, 1])),
        (9, struct.pack("!I", int(at))), (10, bytes(4)), (11, b"\x01"), (19, b"edge-1"), (15, payload),
    ]  # fmt: skip
    body = b"".join(struct.pack("!HHH", 0, kind, len(v) + 6) + v for kind, v in chunks)
    return b"HEP3" + struct.pack("!H", len(body) + 6) + body


def test_the_same_traffic_in_every_form_gives_the_same_attempts(tmp_path, wire):
    for number in range(5):
        wire.udp(1_700_000_000 + number, A, B, invite(number))
    mirrored = [hep(1_700_000_000 + number, invite(number)) for number in range(5)]
    forms = {
        "a.pcap": wire.pcap(),
        "b.pcap": wire.pcap(order=">", nano=True),
        "c.pcapng": wire.pcapng(),
        "d.pcap.gz": gzip.compress(wire.pcap()),
        "e.hep": b"".join(mirrored),
        "f.hepraw": b"".join(struct.pack("!dI", 0, len(data)) + data for data in mirrored),
        "g": gzip.compress(wire.pcapng(order=">", resolution=9)),
    }
    for name, octets in forms.items():
        source, events = read(written(tmp_path, name, octets))
        assert [(event.kind, event.at, event.values["call"]) for event in events] == [
            ("call.attempt", (1_700_000_000 + number) * 1_000_000, f"c{number}")
            for number in range(5)
        ], name
        assert source.name == name
        assert source.progress() == (len(octets), len(octets))


def test_sip_over_tcp_and_websocket(tmp_path, wire):
    octets = invite(1) + invite(2) + invite(3)
    wire.tcp(1, A, B, 99, b"", flags=2).tcp(2, A, B, 100, octets[:100]).tcp(
        4, A, B, 300, octets[200:]
    )
    wire.tcp(5, A, B, 200, octets[100:200])
    upgrade = b"GET / HTTP/1.1\r\nUpgrade: WebSocket\r\n\r\n\x81\x03abc\x81\x02de"
    wire.tcp(6, B, A, 1, b"", flags=2).tcp(7, B, A, 2, upgrade)
    source, events = read(written(tmp_path, "x.pcap", wire.pcap()))
    assert [(event.values["call"], event.values["transport"]) for event in events] == [
        ("c1", "tcp"), ("c2", "tcp"), ("c3", "tcp"),
    ]  # fmt: skip
    assert source.counts["websocket frames skipped"] == 2


def test_mirrored_tls_is_encrypted_and_a_udp_packet_that_says_tls_is_not(tmp_path, wire):
    wire.udp(1, A, B, invite(1, transport="TLS"))
    (plain,) = read(written(tmp_path, "x.pcap", wire.pcap()))[1]
    assert (plain.values["transport"], plain.values["signalling.encrypted"]) == ("udp", False)
    mirrored = hep(1, invite(1, transport="TLS"), protocol=6)
    (secure,) = read(written(tmp_path, "x.hep", mirrored))[1]
    assert (secure.values["transport"], secure.values["signalling.encrypted"]) == ("tls", True)
    assert secure.values["edge"] == "edge-1"


def test_hep_inside_a_capture_is_unpacked(tmp_path, wire):
    wire.udp(9, "203.0.113.1", "203.0.113.2", hep(1_700_000_000, invite(1)))
    (attempt,) = read(written(tmp_path, "x.pcap", wire.pcap()))[1]
    assert (attempt.at, attempt.values["source.address"]) == (1_700_000_000_000_000, A)


# --- what cannot be read ----------------------------------------------------------


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "`x.pcap` is empty, expected a pcap, pcapng or HEP3 file"),
        (b"calldate,src,dst\n2026,1,2\n", "`x.pcap` is no capture: expected pcap, pcapng or HEP3"),
        (b"\x02\x10\x02\x11" + bytes(40), "HEP version 1 or 2: let the edge send version 3"),
    ],
)
def test_a_file_that_is_no_capture_is_refused_before_it_is_read(tmp_path, octets, said):
    with pytest.raises(CaptureError, match=said):
        CaptureSource(written(tmp_path, "x.pcap", octets))


def test_a_truncated_capture_gives_what_it_has_and_says_where_it_ends(tmp_path, wire):
    for number in range(5):
        wire.udp(1_700_000_000 + number, A, B, invite(number))
    source, events = read(written(tmp_path, "x.pcap", wire.pcap()[:-5]))
    assert kinds(events) == {"call.attempt": 4}
    assert source.unreadable.by_reason() == {"the capture is cut off inside a packet": 1}


def test_a_truncated_gzip_gives_what_it_has_and_says_so(tmp_path, wire):
    for number in range(200):
        wire.udp(1_700_000_000 + number, A, B, invite(number))
    source, events = read(written(tmp_path, "x.pcap.gz", gzip.compress(wire.pcap())[:-60]))
    assert 0 < kinds(events)["call.attempt"] < 200
    assert source.unreadable.by_reason() == {"the compressed file is damaged": 1}


def test_messages_that_cannot_be_read_are_counted_by_reason_with_their_place(tmp_path, wire):
    wire.udp(1, A, B, invite(1))
    for _ in range(9):
        wire.udp(2, A, B, b"OPTIONS sip:e SIP/7.0\r\n\r\n")
    wire.udp(3, A, B, b"INVITE sip:alan@jasomi.com\r\nTO : alan\r\n\r\n")
    wire.udp(4, A, B, b"\x80\x00\x12\x34" + bytes(160))  # RTP
    wire.udp(5, A, B, b"\r\n\r\n")
    source, events = read(written(tmp_path, "x.pcap", wire.pcap()))
    assert len(events) == 1
    assert source.unreadable.by_reason() == {
        "the SIP version is not 2.0": 9,
        "the first line is not a SIP start line": 1,
    }
    assert len(source.unreadable.examples("the SIP version is not 2.0")) == 5
    assert source.unreadable.examples("the SIP version is not 2.0")[0].startswith("x.pcap at byte ")
    assert source.counts["datagrams that are not SIP"] == 1
    assert source.counts["keep-alives"] == 1


def test_a_clock_that_jumps_back_is_said_once_and_stops_nothing(tmp_path, wire):
    for number, at in enumerate((100, 101, 50, 51, 52)):
        wire.udp(at, A, B, invite(number))
    source, events = read(written(tmp_path, "x.pcap", wire.pcap()))
    assert kinds(events) == {"call.attempt": 5}
    assert source.unreadable.by_reason() == {"the clock jumps back by more than two seconds": 1}


def test_memory_does_not_grow_with_the_file(tmp_path, wire):
    """Ten times the traffic, the same number of things remembered."""

    def remembered(calls):
        wire.packets.clear()
        for number in range(calls):
            wire.udp(number / 10, A, B, invite(number))
            busy = invite(number).replace(
                f"INVITE sip:9{number}@e SIP/2.0".encode(), b"SIP/2.0 486 No"
            )
            wire.udp(number / 10 + 0.05, B, A, busy)
        source, events = read(written(tmp_path, "x.pcap", wire.pcap()))
        assert kinds(events) == {"call.attempt": calls, "call.ended": calls}
        return len(source._signalling.calls._calls)

    assert remembered(5000) <= remembered(500) + 10


def test_every_reason_is_in_the_manual():
    house = Path(__file__).parent.parent.parent
    manual = " ".join((house / "docs/howto/captures.md").read_text().split())
    sources = house / "src/fairtone/sources"
    named = re.compile(r'(?:unreadable\.add|DatagramError|HepError|SipError)\(\s*f?"([^"{]+)')
    reasons = {
        reason.strip()
        for name in ("captures", "packets", "datagrams", "hep", "sip")
        for reason in named.findall((sources / f"{name}.py").read_text())
    }
    assert len(reasons) > 20
    for reason in reasons - {"the capture is cut off inside a block"}:
        assert reason in manual, reason
