"""A tolerant reader of SIP messages: what RFC 3261 allows, RFC 4475 tortures and scanners send."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairtone.sources.sdp import media_encrypted
from fairtone.sources.sip import SipError, SipMessage, read_message
from fairtone.sources.sip_uri import read_address, read_uri

INVITE = b"""INVITE sip:+12125550100@edge.test SIP/2.0\r
Via: SIP/2.0/TLS 198.51.100.7:5061;branch=z9hG4bKa1;rport\r
Via: SIP/2.0/UDP 10.0.0.4;branch=z9hG4bKa0\r
From: "Ann \\"A\\" Smith" <sip:1001@edge.test>;tag=f1\r
To: <sip:+12125550100@edge.test>\r
Call-ID: c1@198.51.100.7\r
CSeq: 7 INVITE\r
Contact: <sip:1001@10.0.0.4>, "Desk, 2nd" <sip:1001@10.0.0.5>\r
Content-Length: 5\r
\r
v=0\r
trailing"""


def test_a_request_gives_its_start_line_and_its_headers():
    message = read_message(INVITE)
    assert message.is_request
    assert (message.method, message.uri) == ("INVITE", "sip:+12125550100@edge.test")
    assert message.call_id == "c1@198.51.100.7"
    assert message.cseq == (7, "INVITE")
    assert (message.from_tag, message.to_tag) == (b"f1", b"")
    assert message.branches == [b"z9hG4bKa1", b"z9hG4bKa0"]
    assert (message.hops, message.via_transport) == (2, "tls")
    assert message.sender.name == 'Ann "A" Smith'
    assert message.sender.uri.user == "1001"
    assert message.body == b"v=0\r\n"


def test_a_response_gives_its_status():
    message = read_message(b"SIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n\r\n")
    assert not message.is_request
    assert (message.status, message.method) == (486, "")


def test_a_list_is_taken_apart_at_its_commas_but_not_inside_quotes_or_brackets():
    message = read_message(INVITE)
    assert message.headers("contact") == [
        "<sip:1001@10.0.0.4>",
        '"Desk, 2nd" <sip:1001@10.0.0.5>',
    ]
    assert len(message.headers("via")) == 2
    assert message.headers("route") == []


@pytest.mark.parametrize(
    "line",
    ["f: <sip:1001@e>;tag=f1", "F : <sip:1001@e>;tag=f1", "FROM:<sip:1001@e>;tag=f1", "from  :\t<sip:1001@e> ; TAG = f1",
     "From:\n <sip:1001@e>\n\t;tag=f1", "From: sip:1001@e;tag=f1"],
)  # fmt: skip
def test_compact_forms_any_case_and_folded_lines_are_the_same_header(line):
    octets = f"OPTIONS sip:e SIP/2.0\nMax-Forwards: 70\n{line}\nCSeq: 1 OPTIONS\n\n"
    for end in ("\r\n", "\n"):
        message = read_message(octets.replace("\n", end).encode())
        assert message.sender.uri.user == "1001"
        assert message.from_tag == b"f1"
        assert message.cseq == (1, "OPTIONS")


def test_a_tag_inside_the_display_name_or_the_uri_is_not_the_tag():
    message = read_message(
        b'OPTIONS sip:e SIP/2.0\r\nFrom: "x;tag=no" <sip:a@e;tag=neither>;tag=yes\r\n\r\n'
    )
    assert message.from_tag == b"yes"


@pytest.mark.parametrize(
    "junk", [b"\r\n\r\n", b"\0\0", b"\xff\x00junk\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]
)
def test_junk_before_the_start_line_is_skipped_and_counted(junk):
    message = read_message(junk + INVITE)
    assert message.method == "INVITE"
    assert message.junk == len(junk)
    assert message.call_id == "c1@198.51.100.7"


@pytest.mark.parametrize(
    ("length", "body"),
    [(b"3", b"abc"), (b"0", b""), (b"99999", b"abcdef"), (b"-7", b"abcdef"), (b"many", b"abcdef")],
)
def test_a_content_length_that_lies_leaves_what_is_there(length, body):
    message = read_message(b"MESSAGE sip:e SIP/2.0\r\nl: " + length + b"\r\n\r\nabcdef")
    assert message.body == body


def test_without_content_length_the_datagram_is_the_length():
    assert read_message(b"MESSAGE sip:e SIP/2.0\r\n\r\nall of it").body == b"all of it"


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "the message is empty"),
        (b"\r\n\r\n", "the message is empty"),
        (b"M-SEARCH * HTTP/1.1\r\n\r\n", "the first line is not a SIP start line"),
        (b"OPTIONS sip:e SIP/7.0\r\n\r\n", "the SIP version is not 2.0"),
        (b"SIP/3.0 200 OK\r\n\r\n", "the SIP version is not 2.0"),
        (b"SIP/2.0 4294967301 no\r\n\r\n", "the status code is not between 100 and 699"),
        (b"SIP/2.0 \r\n\r\n", "the status code is not between 100 and 699"),
        (b"IN\xffVITE sip:e SIP/2.0\r\n\r\n", "the method is not a token"),
        (b"INVITE SIP/2.0\r\n\r\n", "the request has no URI"),
    ],
)
def test_what_is_no_message_is_refused_with_its_reason(octets, reason):
    with pytest.raises(SipError) as caught:
        read_message(octets)
    assert caught.value.reason == reason
    assert str(caught.value).endswith(f", at byte {caught.value.offset}")


@pytest.mark.parametrize(
    ("text", "user", "host"),
    [
        ("sip:1001@edge.test", "1001", "edge.test"),
        ("SIPS:1001:secret@Edge.Test:5061;transport=tls", "1001", "edge.test"),
        ("sip:edge.test", "", "edge.test"),
        ("sip:a@[2001:db8::7]:5060", "a", "2001:db8::7"),
        ("tel:+1-201-555-0123;phone-context=example.com", "+1-201-555-0123", ""),
        ("sip:+12015550123;isub=7@gw.test;user=phone", "+12015550123", "gw.test"),
        ("sip:user;par=u%40example.net@example.com", "user;par=u@example.net", "example.com"),
        ("sip:sips%3Auser%40example.com@example.net", "sips:user@example.com", "example.net"),
        ("sip:I%20have%20spaces@example.net", "I have spaces", "example.net"),
        ("sip:null-%00-null@example.com", "null-%00-null", "example.com"),
        ("sip:user@example.com?Route=%3Csip:evil@example.com%3E", "user", "example.com"),
        ("soap.beep://192.0.2.103:3002", "", "soap.beep://192.0.2.103:3002"),
        ("", "", ""),
    ],
)
def test_a_uri_is_read_as_far_as_it_goes(text, user, host):
    uri = read_uri(text)
    assert (uri.user, uri.host) == (user, host)


@pytest.mark.parametrize(
    ("text", "name", "user"),
    [
        ("<sip:a@e>", "", "a"),
        ("Bell, Alexander <sip:a@e>", "Bell, Alexander", "a"),
        ('"Mr. J. User <sip:a@e>', "Mr. J. User", "a"),
        ("caller<sip:a@e>;tag=1", "caller", "a"),
        ('"<sip:evil@e>" <sip:a@e>', "<sip:evil@e>", "a"),
        ("sip:a@e;tag=1", "", "a"),
    ],
)
def test_an_address_has_a_name_and_a_uri(text, name, user):
    address = read_address(text)
    assert (address.name, address.uri.user) == (name, user)


def test_parameters_of_an_address_are_those_behind_the_bracket():
    address = read_address('<sip:a@e;expires=1>;expires=60;+sip.instance="<urn:uuid:7>"')
    assert address.parameter("expires") == "60"
    assert address.parameter("+sip.instance") == "<urn:uuid:7>"
    assert address.parameter("q") is None


def sdp(*lines):
    return "\r\n".join(("v=0", "o=- 1 1 IN IP4 192.0.2.9", "s=-", "t=0 0", *lines, "")).encode()


CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"


@pytest.mark.parametrize(
    ("body", "encrypted"),
    [
        (b"", None),
        (b"no description", None),
        (sdp(), None),
        (sdp("m=audio 6000 RTP/AVP 0"), False),
        (sdp("m=audio 6000 RTP/SAVP 0"), True),
        (sdp("m=audio 6000 RTP/SAVPF 0"), True),
        (sdp("m=audio 6000 UDP/TLS/RTP/SAVPF 111"), True),
        (sdp("m=audio 6000 RTP/AVP 0", CRYPTO), True),
        (sdp("m=audio 6000 RTP/AVP 0", CRYPTO + " UNENCRYPTED_SRTP"), False),
        (sdp("m=audio 6000 RTP/SAVP 0", "m=video 6002 RTP/AVP 96"), False),
        (sdp("m=audio 6000 RTP/SAVP 0", "m=video 0 RTP/AVP 96"), True),
        (b"--b\r\nContent-Type: application/sdp\r\n\r\n" + sdp("m=audio 9 RTP/SAVP 0") + b"--b--", True),
    ],
)  # fmt: skip
def test_media_is_encrypted_if_every_wanted_stream_is(body, encrypted):
    assert media_encrypted(body) is encrypted


# The torture messages of RFC 4475: start line and user of From, or why they are refused.
TORTURE = {
    "valid/dblreq": ("REGISTER", "j.user"),
    "valid/esc01": ("INVITE", "I have spaces"),
    "valid/esc02": ("RE%47IST%45R", "resource"),
    "valid/escnull": ("REGISTER", "null-%00-null"),
    "valid/intmeth": ("!interesting-Method0123456789_*+`.%indeed'~", "mundane"),
    "valid/longreq": ("INVITE", "amazinglylongcallername" * 5),
    "valid/lwsdisp": ("OPTIONS", "caller"),
    "valid/mpart01": ("MESSAGE", "fluffy"),
    "valid/noreason": (100, "user"),
    "valid/semiuri": ("OPTIONS", "caller"),
    "valid/transports": ("OPTIONS", "caller"),
    "valid/unreason": (200, "user"),
    "valid/wsinv": ("INVITE", "jdrosen"),
    "invalid/badaspec": ("OPTIONS", "a.g.bell"),
    "invalid/badbranch": ("OPTIONS", "caller"),
    "invalid/baddate": ("INVITE", "caller"),
    "invalid/baddn": ("OPTIONS", "a.g.bell"),
    "invalid/badinv01": ("INVITE", "caller"),
    "invalid/badvers": "the SIP version is not 2.0",
    "invalid/bcast": (200, "user"),
    "invalid/bext01": ("OPTIONS", "caller"),
    "invalid/bigcode": "the status code is not between 100 and 699",
    "invalid/clerr": ("INVITE", "caller"),
    "invalid/cparam01": ("REGISTER", "watson"),
    "invalid/cparam02": ("REGISTER", "watson"),
    "invalid/escruri": ("INVITE", "caller"),
    "invalid/insuf": ("INVITE", ""),
    "invalid/inv2543": ("INVITE", "+13035551111"),
    "invalid/invut": ("INVITE", "caller"),
    "invalid/ltgtruri": ("INVITE", "caller"),
    "invalid/lwsruri": ("INVITE", "caller"),
    "invalid/lwsstart": ("INVITE", "caller"),
    "invalid/mcl01": ("OPTIONS", "other"),
    "invalid/mismatch01": ("OPTIONS", "caller"),
    "invalid/mismatch02": ("NEWMETHOD", "caller"),
    "invalid/multi01": ("INVITE", "caller"),
    "invalid/ncl": ("INVITE", "caller"),
    "invalid/novelsc": ("OPTIONS", "caller"),
    "invalid/quotbal": ("INVITE", "caller"),
    "invalid/regaut01": ("REGISTER", "j.user"),
    "invalid/regbadct": ("REGISTER", "user"),
    "invalid/regescrt": ("REGISTER", "user"),
    "invalid/scalar02": ("REGISTER", "user"),
    "invalid/scalarlg": (503, "other"),
    "invalid/sdp01": ("INVITE", "caller"),
    "invalid/test": "the first line is not a SIP start line",
    "invalid/trws": ("OPTIONS", "local-resource"),
    "invalid/unkscm": ("OPTIONS", "caller"),
    "invalid/unksm2": ("REGISTER", ""),
    "invalid/zeromf": ("OPTIONS", "caller"),
}


@pytest.mark.parametrize("name", TORTURE)
def test_the_torture_messages_are_read_or_refused_with_a_reason(shared_sip, name):
    octets = (shared_sip / "sip_rfc4475" / f"{name}.dat").read_bytes()
    expected = TORTURE[name]
    if isinstance(expected, str):
        with pytest.raises(SipError, match=expected):
            read_message(octets)
    else:
        message = read_message(octets)
        assert (message.method or message.status, message.sender.uri.user) == expected


def test_every_torture_message_is_expected(shared_sip):
    found = shared_sip.glob("sip_rfc4475/*/*.dat")
    assert {f"{file.parent.name}/{file.stem}" for file in found} == set(TORTURE)


def test_the_worst_of_the_valid_ones_is_read_to_the_last_header(shared_sip):
    """RFC 4475 section 3.1.1.1: folding, white space, escapes and compact forms all at once."""
    message = read_message((shared_sip / "sip_rfc4475/valid/wsinv.dat").read_bytes())
    assert message.sender.name == 'J Rosenberg \\"'
    assert message.from_tag == b"98asjd8"
    assert message.to_tag == b"1918181833n"
    assert message.recipient.uri.user == "vivekg"
    assert message.cseq == (9, "INVITE")
    assert message.call_id == "wsinv.ndaksdj@192.0.2.1"
    assert message.hops == 3
    assert message.header("newfangledheader") is not None
    assert media_encrypted(message.body) is False


def everything(message: SipMessage) -> None:
    message.call_id, message.cseq, message.from_tag, message.to_tag, message.branches
    message.hops, message.via_transport, message.body, message.sender, message.recipient
    media_encrypted(message.body)
    for name in message.fields:
        message.header(name)
        for value in message.headers(name):
            read_address(value).parameter("tag")


def read_whatever(octets: bytes) -> None:
    with suppress(SipError):
        everything(read_message(octets))


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_octets_raise_anything_but_a_located_error(octets):
    read_whatever(octets)
    read_whatever(b"SIP/2.0 200 OK\r\n" + octets)
    read_whatever(b"INVITE sip:" + octets + b" SIP/2.0\r\nf:" + octets + b"\r\nv:" + octets)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_mangled_message_raises_anything_but_a_located_error(data):
    octets = bytearray(INVITE)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(octets)))
        end = data.draw(st.integers(at, min(at + 20, len(octets))))
        octets[at:end] = data.draw(
            st.binary(max_size=4)
            | st.sampled_from([b"\r\n", b" ", b"<", b'"', b"%", b";tag=", b":"])
        )
    read_whatever(bytes(octets))
