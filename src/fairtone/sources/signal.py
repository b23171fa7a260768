"""One SIP message as an edge saw it: when, from where to where, over what.

And the fields of an event that any request can give: who is responsible, and where it came from.
"""

import re
from typing import NamedTuple

from fairtone.events import Value
from fairtone.sources.sip import SipMessage
from fairtone.sources.sip_uri import parameter, read_uri

_USERNAME = re.compile(r'\busername\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_REALM = re.compile(r'\brealm\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Signal(NamedTuple):
    """A message on the wire. `at` is in microseconds UTC; `transport` udp, tcp, tls, ws or wss.

    `edge` names who reported it, `""` if nobody did; `digest` is equal for equal octets.
    """

    at: int
    source: str
    source_port: int
    destination: str
    destination_port: int
    transport: str
    edge: str
    message: SipMessage
    digest: int

    @property
    def encrypted(self) -> bool:
        """True if this leg came over TLS."""
        return self.transport in ("tls", "wss")


class Credentials(NamedTuple):
    """The digest user name and realm that a request carries (RFC 3261 section 22)."""

    username: str
    realm: str


def credentials_of(message: SipMessage) -> Credentials | None:
    """The credentials of a request; `None` if it carries none."""
    for name in ("authorization", "proxy-authorization"):
        value = message.header(name)
        if value is not None:
            user, realm = _USERNAME.search(value), _REALM.search(value)
            return Credentials(
                _ESCAPE.sub(r"\1", user[1]) if user else "",
                _ESCAPE.sub(r"\1", realm[1]) if realm else "",
            )
    return None


def is_stale(message: SipMessage) -> bool:
    """True for a challenge that asks again only because the nonce is old (RFC 7616 section 3.3)."""
    challenge = message.raw("www-authenticate") + message.raw("proxy-authenticate")
    return b"stale=true" in challenge.lower().replace(b'"', b"").replace(b" ", b"")


def origin_of(signal: Signal, given: Credentials | None) -> dict[str, Value]:
    """The fields that every kind of event has: account, source, transport, user agent, realm, edge.

    The account is the digest user name, else the user part of the address of record: To for
    REGISTER (RFC 3261 section 10.2), From for the rest, P-Asserted-Identity where From names
    nobody.
    """
    message = signal.message
    account = given.username if given else ""
    if not account and message.method == "REGISTER":
        account = message.recipient.uri.user
    if not account:
        account = message.sender.uri.user
        if account.lower() in ("", "anonymous"):
            asserted = message.headers("p-asserted-identity")
            named = read_uri(asserted[0].rpartition("<")[2].partition(">")[0]) if asserted else None
            account = named.user if named and named.user else account
    found: dict[str, Value] = {
        "account": account,
        "source.address": signal.source,
        "transport": signal.transport,
        "user_agent": message.header("user-agent") or "",
        "realm": (given.realm if given else "") or read_uri(message.uri).host,
        "edge": signal.edge or signal.destination,
    }
    found = {name: value for name, value in found.items() if value}
    found["signalling.encrypted"] = signal.encrypted
    return found


def attestation_of(message: SipMessage) -> str | None:
    """How sure the provider before us is of the calling number: A, B, C, `failed`; `None` unknown.

    Only a *verified* attestation counts: a `verstat` parameter (3GPP TS 24.229 section 7.2A.20) in
    P-Asserted-Identity or From, set by the edge or by a provider that it trusts. Its letter
    comes from the parameter itself or from P-Attestation-Indicator. An Identity header alone is
    a claim that nobody has checked, and gives nothing.
    """
    for name in ("p-asserted-identity", "from"):
        value = message.raw(name)
        if b"verstat" not in value.lower():
            continue
        verdict = (parameter(value.decode("utf-8", "replace"), "verstat") or "").lower()
        verdict = verdict.partition(">")[0].partition("@")[0]
        if verdict.startswith("tn-validation-failed"):
            return "failed"
        if verdict.startswith("tn-validation-passed"):
            letter = verdict.removeprefix("tn-validation-passed").strip("-").upper()
            letter = letter or (message.header("p-attestation-indicator") or "").upper()
            return letter if letter in ("A", "B", "C") else None
    return None
