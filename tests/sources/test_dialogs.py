"""Calls out of signalling: one attempt, perhaps one answer, exactly one end; whatever the legs."""

import pytest
from tests.sources.scene import Scene

CALLEE = "203.0.113.9"
EDGE = "192.0.2.1"
OUT = {"source": EDGE, "destination": CALLEE}
HOME = {"source": CALLEE, "destination": EDGE}


def invite(*, cseq=1, branch="b1", call="c1", tag="f1", to="+12125550100", via="", more="", sdp=""):
    return (
        f"INVITE sip:{to}@edge.test SIP/2.0\n{via}Via: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        f'From: "Ann" <sip:1001@edge.test>;tag={tag}\nTo: <sip:{to}@edge.test>\n'
        f"Call-ID: {call}\nCSeq: {cseq} INVITE\nUser-Agent: phone/1\n{more}\n{sdp}"
    )


def response(status, *, cseq=1, branch="b1", via="", method="INVITE", call="c1", more="", sdp=""):
    return (
        f"SIP/2.0 {status} Reason\n{via}Via: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        "From: <sip:1001@edge.test>;tag=f1\nTo: <sip:+12125550100@edge.test>;tag=t1\n"
        f"Call-ID: {call}\nCSeq: {cseq} {method}\n{more}\n{sdp}"
    )


def inside(method, *, cseq=2, by="caller", branch="x1", via=""):
    tags = ("f1", "t1") if by == "caller" else ("t1", "f1")
    return (
        f"{method} sip:x@edge.test SIP/2.0\n{via}Via: SIP/2.0/UDP 198.51.100.7;branch={branch}\n"
        f"From: <sip:a@e>;tag={tags[0]}\nTo: <sip:b@e>;tag={tags[1]}\n"
        f"Call-ID: c1\nCSeq: {cseq} {method}\n"
    )


def cancel(*, branch="b1"):
    return invite(branch=branch).replace("INVITE", "CANCEL")


VIA = "Via: SIP/2.0/UDP 192.0.2.1;branch=e1\n"
DIGEST = 'Proxy-Authorization: Digest username="ann", realm="edge.test", nonce="n", response="r"\n'
CHALLENGE = 'Proxy-Authenticate: Digest realm="edge.test", nonce="n"'


def test_an_invite_is_an_attempt_at_once_with_what_it_says(scene):
    (attempt,) = scene.see(10.5, invite())
    assert (attempt.kind, attempt.at) == ("call.attempt", 10_500_000)
    assert attempt.values == {
        "account": "1001",
        "source.address": "198.51.100.7",
        "transport": "udp",
        "user_agent": "phone/1",
        "realm": "edge.test",
        "edge": "192.0.2.1",
        "signalling.encrypted": False,
        "call": "c1",
        "caller.presented": "1001",
        "caller.name": "Ann",
        "callee.dialled": "+12125550100",
        "credentials": False,
    }


def test_a_call_that_is_answered_and_hung_up(scene):
    scene.see(10, invite())
    assert scene.back(11, response(180)) == []
    (answered,) = scene.back(13.5, response(200))
    assert (answered.kind, answered.at) == ("call.answered", 13_500_000)
    assert (answered.values["ring"], answered.values["status"]) == (3500, 200)
    (ended,) = scene.see(73.75, inside("BYE"))
    assert (ended.kind, ended.at) == ("call.ended", 73_750_000)
    told = ("answered", "ring", "duration", "status", "released", "account", "callee.dialled")
    assert [ended.values[name] for name in told] == [
        True, 3500, 60_250, 200, "caller", "1001", "+12125550100",
    ]  # fmt: skip
    assert scene.finish() == []


@pytest.mark.parametrize("by", ["caller", "callee"])
def test_who_says_bye_released_the_call(scene, by):
    scene.see(10, invite())
    scene.back(11, response(200))
    (ended,) = scene.see(12, inside("BYE", by=by))
    assert ended.values["released"] == by


def test_each_message_on_two_legs_is_still_one_call(scene):
    """A proxy forwards everything: its own Via on top on the way out, taken off on the way back."""
    events = [
        *scene.see(10.000, invite()),
        *scene.see(10.001, invite(via=VIA), **OUT),
        *scene.see(10.100, response(180, via=VIA), **HOME),
        *scene.back(10.101, response(180)),
        *scene.see(12.000, response(200, via=VIA), **HOME),
        *scene.back(12.001, response(200)),
        *scene.see(20.000, inside("BYE", by="callee"), **HOME),
        *scene.back(20.001, inside("BYE", by="callee", via=VIA)),
    ]
    assert [(event.kind, event.at) for event in events] == [
        ("call.attempt", 10_000_000),
        ("call.answered", 12_000_000),
        ("call.ended", 20_000_000),
    ]
    assert {event.values["source.address"] for event in events} == {"198.51.100.7"}
    assert events[-1].values["released"] == "callee"
    assert scene.counts["duplicate legs"] == 1


def test_legs_are_recognised_even_if_the_edge_hides_the_vias(scene):
    hidden = invite(branch="other")
    assert len(scene.see(10, invite())) == 1
    assert scene.see(10.001, hidden, **OUT) == []


@pytest.mark.parametrize(
    ("status", "elsewhere", "released"),
    [(486, 486, "callee"), (404, 404, "callee"), (503, 486, "edge"), (603, None, "edge")],
)
def test_whose_refusal_it_was_shows_where_it_was_seen_first(scene, status, elsewhere, released):
    scene.see(10, invite())
    scene.see(10.001, invite(via=VIA), **OUT)
    if elsewhere:
        assert scene.see(11, response(elsewhere, via=VIA), **HOME) == []
    (ended,) = scene.back(11.5, response(status))
    assert (ended.values["status"], ended.values["released"]) == (status, released)
    assert (ended.values["answered"], ended.values["ring"], ended.values["duration"]) == (
        False,
        1500,
        0,
    )


@pytest.mark.parametrize(
    ("status", "released"), [(486, "callee"), (480, "callee"), (403, "edge"), (503, "edge")]
)
def test_with_one_leg_in_sight_the_status_says_whose_refusal_it_was(scene, status, released):
    scene.see(10, invite())
    (ended,) = scene.back(11, response(status))
    assert ended.values["released"] == released


def test_a_refusal_on_a_further_leg_ends_nothing_as_the_edge_may_try_elsewhere(scene):
    scene.see(10, invite())
    scene.see(10.001, invite(via=VIA), **OUT)
    assert scene.see(11, response(486, via=VIA), **HOME) == []
    (answered,) = scene.back(15, response(200))
    assert answered.kind == "call.answered"


def test_a_cancelled_call_ends_with_its_final_response_and_rang_until_the_cancel(scene):
    scene.see(10, invite())
    assert scene.see(10.2, cancel()) == []
    (ended,) = scene.back(10.3, response(487))
    assert (ended.values["released"], ended.values["status"]) == ("caller", 487)
    assert (ended.values["answered"], ended.values["ring"]) == (False, 200)


def test_a_cancel_whose_response_is_lost_ends_the_call_all_the_same(scene):
    scene.see(10, invite())
    scene.see(10.2, cancel())
    (ended,) = scene.see(30, "OPTIONS sip:e SIP/2.0\nCall-ID: other")
    assert (ended.at, ended.values["released"]) == (15_200_000, "caller")
    assert "status" not in ended.values


def test_an_answer_that_crosses_a_cancel_wins(scene):
    scene.see(10, invite())
    scene.see(10.2, cancel())
    (answered,) = scene.back(10.21, response(200))
    assert answered.kind == "call.answered"
    (ended,) = scene.see(11, inside("BYE", by="callee"))
    assert ended.values["released"] == "callee"


def test_an_invite_with_credentials_after_a_challenge_is_the_same_attempt(scene):
    scene.see(10, invite())
    assert scene.back(10.1, response(407, more=CHALLENGE)) == []
    assert scene.see(10.2, invite(cseq=2, branch="b2", more=DIGEST)) == []
    (answered,) = scene.back(12, response(200, cseq=2, branch="b2"))
    assert (answered.values["account"], answered.values["ring"]) == ("ann", 2000)
    (ended,) = scene.see(13, inside("BYE", cseq=3))
    assert (ended.values["account"], ended.values["status"]) == ("ann", 200)


def test_a_challenge_that_nobody_answers_ends_the_attempt_after_five_seconds(scene):
    scene.see(10, invite())
    scene.back(10.1, response(407, more=CHALLENGE))
    assert scene.see(15.0, invite(call="c2", tag="f2"))[0].kind == "call.attempt"
    ended, _ = scene.see(15.2, invite(call="c3", tag="f3"))
    assert (ended.kind, ended.at) == ("call.ended", 15_100_000)
    assert (ended.values["status"], ended.values["released"]) == (407, "edge")
    assert ended.values["ring"] == 100


def test_each_guess_of_a_password_over_invite_is_an_attempt_of_its_own(scene):
    kinds = [event.kind for event in scene.see(10, invite())]
    for guess in range(2, 6):
        scene.back(
            10 + guess, response(407, cseq=guess - 1, branch=f"b{guess - 1}", more=CHALLENGE)
        )
        found = scene.see(10.1 + guess, invite(cseq=guess, branch=f"b{guess}", more=DIGEST))
        kinds += [event.kind for event in found]
    assert kinds == ["call.attempt"] * 4  # the first guess belongs to the greeting


def test_a_stale_nonce_is_no_wrong_password(scene):
    scene.see(10, invite(more=DIGEST))
    assert scene.back(10.1, response(407, more=CHALLENGE + ", stale=TRUE")) == []
    assert scene.see(10.2, invite(cseq=2, branch="b2", more=DIGEST)) == []
    assert scene.back(11, response(200, cseq=2, branch="b2"))[0].kind == "call.answered"


def test_retransmissions_are_counted_and_change_nothing(scene):
    scene.see(10, invite())
    for at in (10.5, 11.5, 13.5):
        assert scene.see(at, invite()) == []
    scene.back(14, response(486))
    assert scene.see(14.1, invite()) == []
    assert scene.back(14.2, response(486)) == []
    assert scene.counts["retransmissions"] == 4


def test_one_call_id_for_all_calls_hides_none_of_them(scene):
    """A scanner may use the same Call-ID, tag, even CSeq and branch again and again."""
    seen = []
    for number in range(5):
        seen += scene.see(10 + number, invite(to=f"9{number}", cseq=number))
        seen += scene.see(10.5 + number, invite(to=f"8{number}", cseq=number, branch=f"n{number}"))
        seen += scene.see(10.7 + number, invite(to=f"7{number}", cseq=number, branch=f"n{number}"))
    attempts = [event for event in seen if event.kind == "call.attempt"]
    assert [event.values["callee.dialled"] for event in attempts] == [
        f"{first}{number}" for number in range(5) for first in (9, 8, 7)
    ]
    assert len([event for event in seen if event.kind == "call.ended"]) == 14


def test_a_re_invite_and_what_follows_it_belong_to_the_call(scene):
    scene.see(10, invite())
    scene.back(11, response(200))
    assert scene.see(20, inside("INVITE", cseq=5)) == []
    assert scene.back(20.1, response(488, cseq=5)) == []
    assert scene.see(21, inside("OPTIONS", cseq=6)) == []
    assert scene.see(22, inside("BYE", cseq=7))[0].values["duration"] == 11_000


def test_what_belongs_to_no_known_call_is_counted(scene):
    assert scene.see(1, inside("BYE")) == scene.see(2, inside("INVITE")) == []
    assert scene.back(3, response(200)) == []
    assert scene.counts["requests inside an unknown dialog"] == 2
    assert scene.counts["responses without their request"] == 1


def test_a_call_that_falls_silent_ends_by_time_out_without_a_guessed_length():
    scene = Scene(talking=3600, ringing=60)
    scene.see(10, invite())
    scene.back(11, response(200))
    scene.see(20, invite(call="c2", tag="f2"))
    (rang,) = scene.see(100, "OPTIONS sip:e SIP/2.0\nCall-ID: other")
    assert (rang.kind, rang.at, rang.values["answered"]) == ("call.ended", 80_000_000, False)
    assert not {"ring", "released", "status"} & set(rang.values)
    scene.see(3000, inside("UPDATE"))  # a sign of life
    assert scene.see(6000, "OPTIONS sip:f SIP/2.0\nCall-ID: p") == []
    found = scene.see(6601, "OPTIONS sip:g SIP/2.0\nCall-ID: q")
    (talked,) = [event for event in found if event.kind == "call.ended"]
    assert (talked.at, talked.values["answered"]) == (6_600_000_000, True)
    assert not {"duration", "released"} & set(talked.values)
    assert scene.counts["calls ended by time-out"] == 2


def test_at_the_end_what_is_decided_is_told_and_the_rest_counted(scene):
    scene.see(10, invite())
    scene.back(10.1, response(407, more=CHALLENGE))
    scene.see(11, invite(call="c2", tag="f2"))
    scene.see(12, invite(call="c3", tag="f1"))
    scene.back(13, response(200, call="c3"))
    (ended,) = scene.finish()
    assert (ended.values["call"], ended.values["status"]) == ("c1", 407)
    assert scene.counts["calls still open"] == 2


def test_no_more_calls_are_open_than_there_is_room_for():
    scene = Scene(capacity=100)
    events = []
    for number in range(1000):
        events += scene.see(10 + number / 1000, invite(call=f"c{number}"))
    assert scene.signalling.calls.open == 100
    assert scene.counts["calls dropped for lack of room"] == 900
    assert [event.values["call"] for event in events if event.kind == "call.ended"] == [
        f"c{number}" for number in range(900)
    ]


def test_calls_are_forgotten_after_their_end():
    scene = Scene()
    for number in range(2000):
        scene.see(number, invite(call=f"c{number}"))
        scene.back(number + 0.5, response(486, call=f"c{number}"))
    assert len(scene.signalling.calls._calls) <= 34


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", None),
        ("Identity: eyJhbGciOiJFUzI1NiJ9.e30.x;info=<https://a>;alg=ES256", None),
        (
            "P-Asserted-Identity: <sip:+1@e;verstat=TN-Validation-Passed>\nP-Attestation-Indicator: A",
            "A",
        ),
        ("P-Asserted-Identity: <tel:+1;verstat=TN-Validation-Passed-B>", "B"),
        ("P-Asserted-Identity: <sip:+1;verstat=TN-Validation-Failed@e;user=phone>", "failed"),
        ("P-Asserted-Identity: <sip:+1;verstat=No-TN-Validation@e;user=phone>", None),
        ("P-Asserted-Identity: <sip:+1;verstat=TN-Validation-Passed@e>", None),
    ],
)
def test_only_a_verified_attestation_counts(scene, more, expected):
    (attempt,) = scene.see(10, invite(more=more + "\n" if more else ""))
    assert attempt.values.get("attestation") == expected


def test_an_attestation_that_the_edge_adds_when_it_forwards_is_known_from_then_on(scene):
    scene.see(10, invite())
    checked = "P-Asserted-Identity: <tel:+1;verstat=TN-Validation-Passed-C>\n"
    scene.see(10.1, invite(via=VIA, more=checked), **OUT)
    assert scene.back(11, response(486))[0].values["attestation"] == "C"


def test_media_and_signalling_say_whether_they_are_encrypted(scene):
    sdp = "v=0\nm=audio 6000 RTP/SAVP 0"
    (attempt,) = scene.see(10, invite(sdp=sdp), transport="tls")
    assert attempt.values["media.encrypted"] is True
    assert attempt.values["signalling.encrypted"] is True
    assert attempt.values["transport"] == "tls"


def test_an_offer_that_comes_late_is_read_from_the_answer(scene):
    assert "media.encrypted" not in scene.see(10, invite())[0].values
    answer = response(200, sdp="v=0\nm=audio 6000 RTP/AVP 0")
    assert scene.back(11, answer)[0].values["media.encrypted"] is False


def test_the_account_of_an_anonymous_caller_is_the_asserted_one(scene):
    text = invite(more="P-Asserted-Identity: <sip:+12025550123@e>\n").replace(
        "sip:1001", "sip:anonymous"
    )
    assert scene.see(10, text)[0].values["account"] == "+12025550123"


def test_a_message_without_anything_is_still_a_call(scene):
    """RFC 2543 messages have neither branch nor tag, broken ones nothing at all."""
    assert [event.kind for event in scene.see(1, "INVITE sip:e SIP/2.0")] == ["call.attempt"]
    assert scene.see(1.5, "INVITE sip:e SIP/2.0") == []
    (ended,) = scene.back(2, "SIP/2.0 486 Busy\nCSeq: 1 INVITE") or scene.finish() or [None]
    assert ended is None or ended.kind == "call.ended"
