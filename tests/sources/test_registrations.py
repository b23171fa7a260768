"""REGISTER and other requests outside calls: one event each, with the final response if it came."""

import pytest
from tests.sources.scene import Scene

EDGE = "192.0.2.1"
REGISTRAR = "203.0.113.9"


def register(*, cseq=1, branch="b1", call="r1", user="1001", via="", more=""):
    return (
        f"REGISTER sip:edge.test SIP/2.0\n{via}Via: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        f"From: <sip:{user}@edge.test>;tag=f1\nTo: <sip:{user}@edge.test>\n"
        f"Call-ID: {call}\nCSeq: {cseq} REGISTER\n{more}"
    )


def options(*, cseq=1, branch="b1", call="o1", method="OPTIONS", to="100"):
    return (
        f"{method} sip:{to}@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        f"From: <sip:probe@x>;tag=f1\nTo: <sip:{to}@x>\nCall-ID: {call}\nCSeq: {cseq} {method}\n"
        "User-Agent: friendly-scanner\n"
    )


def response(status, *, cseq=1, branch="b1", call="r1", method="REGISTER", via="", more=""):
    return (
        f"SIP/2.0 {status} Reason\n{via}Via: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        f"From: <sip:1001@edge.test>;tag=f1\nTo: <sip:1001@edge.test>;tag=t1\n"
        f"Call-ID: {call}\nCSeq: {cseq} {method}\n{more}"
    )


VIA = "Via: SIP/2.0/UDP 192.0.2.1;branch=e1\n"
DIGEST = 'Authorization: Digest username="ann", realm="edge.test", nonce="n", response="r"\n'
CONTACT = 'Contact: <sip:1001@10.0.0.4:5060>;expires=600;+sip.instance="<urn:uuid:7f>"\n'


def test_a_registration_is_told_with_its_final_response(scene):
    assert scene.see(10, register(more=DIGEST + CONTACT)) == []
    assert scene.back(10.1, response(100)) == []
    (event,) = scene.back(10.25, response(200))
    assert (event.kind, event.at) == ("registration", 10_250_000)
    assert event.values == {
        "account": "ann",
        "source.address": "198.51.100.7",
        "transport": "udp",
        "realm": "edge.test",
        "edge": "192.0.2.1",
        "signalling.encrypted": False,
        "status": 200,
        "credentials": True,
        "device": "urn:uuid:7f",
        "expires": 600_000,
    }


def test_the_challenge_of_a_greeting_is_an_event_without_credentials(scene):
    scene.see(10, register())
    (greeting,) = scene.back(10.1, response(401))
    assert (greeting.values["status"], greeting.values["credentials"]) == (401, False)
    assert greeting.values["account"] == "1001"
    scene.see(10.2, register(cseq=2, branch="b2", more=DIGEST))
    (guess,) = scene.back(10.3, response(401, cseq=2, branch="b2"))
    assert (guess.values["status"], guess.values["credentials"]) == (401, True)


def test_an_old_nonce_is_neither_a_greeting_nor_a_guess(scene):
    scene.see(10, register(more=DIGEST))
    (event,) = scene.back(
        10.1, response(401, more="WWW-Authenticate: Digest nonce=x, stale=true\n")
    )
    assert event.values["status"] == 401
    assert "credentials" not in event.values


def test_without_a_response_it_is_told_after_two_seconds_with_the_time_of_the_request(scene):
    scene.see(10, register())
    assert scene.see(11.9, options()) == []
    (event,) = scene.see(12.1, options(call="o2"))
    assert (event.kind, event.at) == ("registration", 10_000_000)
    assert "status" not in event.values
    assert scene.back(12.2, response(200)) == []
    assert scene.counts["requests without a response"] == 1


def test_on_two_legs_it_is_still_one_registration(scene):
    events = [
        *scene.see(10.000, register()),
        *scene.see(10.001, register(via=VIA), source=EDGE, destination=REGISTRAR),
        *scene.see(10.010, response(200, via=VIA), source=REGISTRAR, destination=EDGE),
        *scene.back(10.011, response(200)),
        *scene.finish(),
    ]
    assert [(event.at, event.values["source.address"]) for event in events] == [
        (10_011_000, "198.51.100.7")
    ]
    assert scene.counts["duplicate legs"] == 1


def test_a_leg_without_the_first_via_is_known_by_where_it_comes_from(scene):
    scene.see(10, register())
    scene.see(10.001, register(branch="e1"), source=EDGE, destination=REGISTRAR)
    scene.back(10.1, response(200))
    assert len(scene.events) == 1
    assert scene.finish() == []


def test_retransmissions_are_counted_and_not_told(scene):
    for at in (10, 10.5, 11.5):
        scene.see(at, register())
    scene.back(11.6, response(401))
    scene.see(11.7, register())
    assert scene.back(11.8, response(401)) == []
    assert scene.finish() == []
    assert (len(scene.events), scene.counts["retransmissions"]) == (1, 3)


def test_a_packet_that_is_sent_a_thousand_times_is_no_retransmission(scene):
    for number in range(1000):
        scene.see(10 + number / 1000, options())
    scene.finish()
    assert 900 < len(scene.events) < 1000
    assert {event.kind for event in scene.events} == {"sip.request"}


def test_ids_that_never_change_hide_no_guess(scene):
    """A tool may use one Call-ID, CSeq and branch for all its guesses; the octets differ."""
    for number in range(20):
        scene.see(10 + number / 10, register(user=f"{900 + number}"))
    scene.finish()
    assert [event.values["account"] for event in scene.events] == [str(900 + n) for n in range(20)]


@pytest.mark.parametrize(
    ("more", "device", "expires"),
    [
        ("", None, None),
        ("Contact: <sip:1001@10.0.0.4:5062;ob>\nExpires: 3600\n", "1001@10.0.0.4", 3_600_000),
        ("m: sip:1001@10.0.0.4;expires=60\nExpires: 3600\n", "1001@10.0.0.4", 60_000),
        ("Contact: *\nExpires: 0\n", None, 0),
        ("Contact: <sip:1001@10.0.0.4>\nExpires: soon\n", "1001@10.0.0.4", None),
        ("Contact: <sip:a@b>\nExpires: 99999999999999\n", "a@b", 4_294_967_295_000),
    ],
)
def test_the_device_and_how_long_it_is_to_last(scene, more, device, expires):
    scene.see(10, register(more=more))
    (event,) = scene.back(10.1, response(401))
    assert (event.values.get("device"), event.values.get("expires")) == (device, expires)


def test_what_is_granted_counts_more_than_what_was_asked(scene):
    scene.see(10, register(more=CONTACT))
    (event,) = scene.back(10.1, response(200, more="Contact: <sip:1001@10.0.0.4>;expires=60\n"))
    assert event.values["expires"] == 60_000


@pytest.mark.parametrize("method", ["OPTIONS", "SUBSCRIBE", "MESSAGE", "NOTIFY", "XYZZY"])
def test_any_other_request_is_told_with_its_method_and_the_extension_that_was_tried(scene, method):
    scene.see(10, options(method=method))
    (event,) = scene.back(10.1, response(404, call="o1", method=method))
    assert (event.kind, event.at) == ("sip.request", 10_000_000)
    told = ("method", "user", "status", "user_agent", "account", "credentials")
    assert [event.values[name] for name in told] == [
        method, "100", 404, "friendly-scanner", "probe", False,
    ]  # fmt: skip


def test_requests_of_the_edge_itself_are_no_customers():
    scene = Scene(edges=frozenset({EDGE}))
    scene.back(10, options())
    scene.see(11, options(call="o2"))
    scene.finish()
    assert [event.values["source.address"] for event in scene.events] == ["198.51.100.7"]
    assert scene.counts["requests of the edge itself"] == 1


def test_transactions_are_forgotten_in_time_and_for_lack_of_room():
    scene = Scene(capacity=100)
    for number in range(500):
        scene.see(10 + number / 1000, options(call=f"o{number}"))
    assert len(scene.signalling.requests._known) == 100
    assert len(scene.events) == 400
    scene.see(100, options(call="last"))
    assert len(scene.signalling.requests._known) == 1
    assert len(scene.signalling.requests._latest) == 1
    assert len(scene.events) == 500
