"""A tolerant reader of SIP messages (RFC 3261 section 7): bytes in, a frozen message out.

It reads what is on the wire, not what should be: any case, compact forms, folded lines, repeated
headers, junk before the start line, a Content-Length that lies. Header values are decoded when
somebody asks for them. What cannot be read at all raises `SipError`, and nothing else does.
"""

import re

import msgspec

from fairtone.sources.sip_uri import Address, read_address

COMPACT = {
    "a": "accept-contact",
    "b": "referred-by",
    "c": "content-type",
    "d": "request-disposition",
    "e": "content-encoding",
    "f": "from",
    "i": "call-id",
    "j": "reject-contact",
    "k": "supported",
    "l": "content-length",
    "m": "contact",
    "n": "identity-info",
    "o": "event",
    "r": "refer-to",
    "s": "subject",
    "t": "to",
    "u": "allow-events",
    "v": "via",
    "x": "session-expires",
    "y": "identity",
}
"""Compact header names (RFC 3261 section 7.3.3 and the IANA registry of SIP header fields)."""

# Spelling on the wire -> name. Other spellings work too; these cost one look-up.
_SPELLINGS: dict[bytes, str] = {
    spelling: name
    for name, long in (
        *((name.lower(), name) for name in (
            "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "User-Agent",
            "Content-Type", "Content-Length", "Route", "Record-Route", "Authorization",
            "Proxy-Authorization", "WWW-Authenticate", "Proxy-Authenticate", "Expires", "Allow",
            "Supported", "P-Asserted-Identity", "Identity", "Server", "Accept", "Require",
        )),
        *((long, short) for short, long in COMPACT.items()),
    )
    for spelling in {long.encode(), long.lower().encode(), long.upper().encode()}
}  # fmt: skip

_TOKEN = re.compile(rb"[A-Za-z0-9\-.!%*_+`'~]+")
_VERSION = re.compile(rb"SIP/\d+\.\d+", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_TAG = re.compile(rb";[ \t]*tag[ \t]*=[ \t]*([^\s;,>]*)", re.IGNORECASE)
_BRANCH = re.compile(rb";[ \t]*branch[ \t]*=[ \t]*([^\s;,]+)", re.IGNORECASE)
_VIA = re.compile(rb"SIP[ \t]*/[ \t]*2\.0[ \t]*/[ \t]*([A-Za-z\-]+)", re.IGNORECASE)
_CSEQ = re.compile(rb"[ \t]*(\d{1,12})[ \t]+(\S+)")
_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,"<]|["<])+')
# Where a message begins inside junk: a whole start line, of a method that we know by name.
_BURIED = re.compile(
    rb"(?:INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|SUBSCRIBE|NOTIFY|MESSAGE|INFO|UPDATE|PRACK|REFER"
    rb"|PUBLISH)[ \t]+[^\s]{1,2048}[ \t]+SIP/2\.0[ \t]*\r?\n|SIP/2\.0[ \t]+[1-6]\d\d[ \t\r\n]"
)
SEARCHED = 4096
"""How many octets of junk before a start line are searched."""


class SipError(ValueError):
    """Bytes that are not a SIP message.

    `reason` is the same for all messages with that fault; `offset` is where in the bytes it lies.
    """

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(f"{reason}, at byte {offset}")
        self.reason = reason
        self.offset = offset


class SipMessage(msgspec.Struct, frozen=True, gc=False):
    """One SIP request or response.

    A request has a `method` and a `uri`, a response a `status`; the others are `""` and 0. `fields`
    holds the first value of each header under its long name in lower case, raw; `repeats` the
    further ones. `rest` is whatever follows the head.
    """

    method: str
    uri: str
    status: int
    fields: dict[str, bytes]
    repeats: tuple[tuple[str, bytes], ...]
    rest: bytes
    junk: int = 0

    @property
    def is_request(self) -> bool:
        """True for a request, false for a response."""
        return self.status == 0

    def raw(self, name: str) -> bytes:
        """The first value of a header as it came, without the space around it; `b""` if absent."""
        return self.fields.get(name, b"").strip()

    def header(self, name: str) -> str | None:
        """The first value of a header as text; `None` if the header is not there."""
        value = self.fields.get(name)
        return None if value is None else _text(value)

    def headers(self, name: str) -> list[str]:
        """All values of a header, lists at the comma taken apart (RFC 3261 section 7.3.1)."""
        if name not in self.fields:
            return []
        found = [self.fields[name], *(value for other, value in self.repeats if other == name)]
        return [part.strip() for value in found for part in _ELEMENT.findall(_text(value))]

    @property
    def call_id(self) -> str:
        """The Call-ID; `""` if there is none."""
        return _text(self.fields.get("call-id", b""))

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of CSeq; (-1, "") if it cannot be read."""
        found = _CSEQ.match(self.fields.get("cseq", b""))
        return (int(found[1]), _text(found[2]).upper()) if found else (-1, "")

    @property
    def from_tag(self) -> bytes:
        """The tag of From; `b""` if there is none (RFC 2543)."""
        return _tag(self.fields.get("from", b""))

    @property
    def to_tag(self) -> bytes:
        """The tag of To; `b""` outside a dialog."""
        return _tag(self.fields.get("to", b""))

    @property
    def sender(self) -> Address:
        """The From header, read."""
        return read_address(self.header("from") or "")

    @property
    def recipient(self) -> Address:
        """The To header, read."""
        return read_address(self.header("to") or "")

    @property
    def branches(self) -> list[bytes]:
        """The branch of every Via, topmost first; empty for RFC 2543 messages."""
        value = self.fields.get("via", b"")
        if self.repeats:
            value = b",".join((value, *(v for name, v in self.repeats if name == "via")))
        return _BRANCH.findall(value)

    @property
    def hops(self) -> int:
        """How many Via headers there are: 1 from a user agent, more from behind a proxy."""
        values = [self.fields.get("via", b""), *(v for name, v in self.repeats if name == "via")]
        return sum(len(_VIA.findall(value)) for value in values)

    @property
    def via_transport(self) -> str:
        """The transport that the topmost Via names, in lower case; `""` if none."""
        found = _VIA.match(self.raw("via"))
        return found[1].decode().lower() if found else ""

    @property
    def body(self) -> bytes:
        """The body: as long as Content-Length says if that can be, else all there is."""
        length = self.raw("content-length")
        if length.isdigit() and len(length) < 10:
            return self.rest[: int(length)]
        return self.rest


def read_message(data: bytes) -> SipMessage:
    """The SIP message that `data` holds, from its start line on.

    Octets before the start line are skipped (`junk` says how many), octets after the body are left
    out. Raises `SipError` if there is no start line, or one of another version.
    """
    junk = 0
    if data[:1] in b"\r\n\0 \t":
        junk = len(data) - len(data.lstrip(b"\r\n\0 \t"))
    try:
        method, uri, status, start = _start_line(data, junk)
    except SipError:
        buried = _BURIED.search(data, junk, junk + SEARCHED)
        if buried is None:
            raise
        junk = buried.start()
        method, uri, status, start = _start_line(data, junk)
    stop = data.find(b"\r\n\r\n", start - 2)
    body = stop + 4
    if stop < 0 or b"\n\n" in data[start:stop]:
        blank = _BLANK.search(data, start - 1)
        stop, body = blank.span() if blank else (len(data), len(data))
    head = data[start:stop]
    if b"\n " in head or b"\n\t" in head:
        head = _FOLD.sub(b" ", head)
    fields: dict[str, bytes] = {}
    repeats: list[tuple[str, bytes]] = []
    for line in head.split(b"\n"):
        name, colon, value = line.partition(b":")
        known = _SPELLINGS.get(name)
        if known is None:
            if not colon:
                continue
            known = name.strip().lower().decode("ascii", "replace")
            known = COMPACT.get(known, known)
        if known in fields:
            repeats.append((known, value))
        else:
            fields[known] = value
    return SipMessage(method, uri, status, fields, tuple(repeats), data[body:], junk)


def _start_line(data: bytes, at: int) -> tuple[str, str, int, int]:
    """Method, request URI, status, and where the headers begin (RFC 3261 sections 7.1 and 7.2)."""
    end = data.find(b"\n", at)
    if end < 0:
        end = len(data)
    line = data[at:end].strip()
    if not line:
        raise SipError("the message is empty", at)
    first, _, after = line.partition(b" ")
    if _VERSION.fullmatch(first):
        code = after.split(None, 1)[0] if after.strip() else b""
        if first.upper() != b"SIP/2.0":
            raise SipError("the SIP version is not 2.0", at)
        if len(code) != 3 or not code.isdigit() or not b"100" <= code <= b"699":
            raise SipError("the status code is not between 100 and 699", at)
        return "", "", int(code), end + 1
    uri, _, version = after.strip().rpartition(b" ")
    if not _VERSION.fullmatch(version):
        raise SipError("the first line is not a SIP start line", at)
    if version.upper() != b"SIP/2.0":
        raise SipError("the SIP version is not 2.0", at)
    if not _TOKEN.fullmatch(first):
        raise SipError("the method is not a token", at)
    if not uri.strip():
        raise SipError("the request has no URI", at)
    return first.decode(), _text(uri).strip("<>"), 0, end + 1


def _tag(value: bytes) -> bytes:
    found = _TAG.search(value, value.rfind(b">") + 1)
    return found[1] if found else b""


def _text(value: bytes) -> str:
    return value.strip().decode("utf-8", "replace")
