"""What can be observed: the kinds of event, and the fields that each of them carries.

This table is the whole vocabulary that a rule can use. The reference page of the events is made
from it. A field that a source cannot know is left out of the event: it is unknown, never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fairtone.events.units import Unit


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event. `bound` names the moment that its time stamps, in words."""

    name: str
    doc: str
    moment: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of one or more kinds: its unit, the kinds that carry it, and what it means."""

    name: str
    unit: Unit
    kinds: frozenset[str]
    doc: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "call.attempt",
            "Somebody asks for a call: the first INVITE of a dialog (RFC 3261 section 13). A second "
            "INVITE that only answers a 401 or 407 challenge is the same attempt.",
            "when the INVITE arrives",
        ),
        Kind(
            "call.answered",
            "The callee picks up: a 2xx final response to the INVITE.",
            "when the 2xx passes",
        ),
        Kind(
            "call.ended",
            "The call is over: BYE, CANCEL, a final response above 299, or a time-out. Every attempt "
            "ends exactly once.",
            "when the call ends",
        ),
        Kind(
            "registration",
            "One REGISTER and its final response (RFC 3261 section 10).",
            "when the response passes, or the REGISTER if there is none",
        ),
        Kind(
            "sip.request",
            "Any other SIP request outside a dialog, OPTIONS and SUBSCRIBE for example: what scanners send.",
            "when the request arrives",
        ),
    )
}

_ALL = frozenset(KINDS)
_CALLS = frozenset({"call.attempt", "call.answered", "call.ended"})
_SIGNALS = frozenset({"call.attempt", "registration", "sip.request"})
_CONNECTED = frozenset({"call.answered", "call.ended"})
_ENDED = frozenset({"call.ended"})
_REGISTRATION = frozenset({"registration"})
_REQUEST = frozenset({"sip.request"})


def _field(name: str, unit: Unit, kinds: frozenset[str], doc: str) -> Field:
    return Field(name, unit, kinds, doc)


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        # Who is responsible.
        _field("account", Unit.ACCOUNT, _ALL, "Who is responsible: the digest user name, else the user part of From, the trunk's name, or the account code of a call record."),
        _field("account.tier", Unit.TEXT, _ALL, "The kind of service bought, as the accounts list says it, such as `residential`, `call-centre`, `emergency-services`."),
        _field("account.relation", Unit.TEXT, _ALL, "employee, contractor, client, partner or third-party (clause B2)."),
        _field("account.payer", Unit.ACCOUNT, _ALL, "Who pays: the same for all accounts of one customer."),
        _field("account.country", Unit.TEXT, _ALL, "Where the account is at home, ISO 3166 alpha-2."),
        _field("account.minutes", Unit.DURATION, _ALL, "Talk time that the plan includes in 30 days."),
        _field("account.channels", Unit.COUNT, _ALL, "Simultaneous calls that the plan includes."),
        _field("account.age", Unit.DURATION, _ALL, "How long the account has existed."),
        # Where it came from.
        _field("source.address", Unit.ADDRESS, _ALL, "The IP address that the edge saw."),
        _field("source.network", Unit.ADDRESS, _ALL, "The first address of its /24 (IPv4) or /64 (IPv6)."),
        _field("source.country", Unit.TEXT, _ALL, "The country of the source address, ISO 3166 alpha-2, where the source or a networks list knows it."),
        _field("transport", Unit.TEXT, _ALL, "udp, tcp, tls, ws or wss."),
        _field("user_agent", Unit.TEXT, _ALL, "The User-Agent header (RFC 3261 section 20.41)."),
        _field("realm", Unit.TEXT, _ALL, "The digest realm or the SIP domain asked for."),
        _field("edge", Unit.TEXT, _ALL, "The name or address of the edge that reported the event."),
        _field("signalling.encrypted", Unit.FLAG, _ALL, "True if the SIP leg came over TLS or WSS."),
        # When, where the provider is.
        _field("clock", Unit.CLOCK, _ALL, "The time of day in the provider's time zone."),
        _field("weekend", Unit.FLAG, _ALL, "True on Saturday and Sunday in the provider's time zone."),
        # The call.
        _field("call", Unit.TEXT, _CALLS, "The Call-ID, or the call record's unique id."),
        _field("caller", Unit.NUMBER, _CALLS, "The calling number, E.164."),
        _field("caller.presented", Unit.TEXT, _CALLS, "The calling number as it was presented."),
        _field("caller.name", Unit.TEXT, _CALLS, "The display name that was presented."),
        _field("caller.country", Unit.TEXT, _CALLS, "The country of the calling number."),
        _field("caller.type", Unit.TEXT, _CALLS, "The line type of the calling number: fixed, mobile, fixed-or-mobile, toll-free, premium, shared-cost, voip, personal, pager, uan, voicemail, satellite or invalid."),
        _field("caller.prefix", Unit.NUMBER, _CALLS, "The calling number without its last four digits: the block of ten thousand that it lies in."),
        _field("callee", Unit.NUMBER, _CALLS, "The called number, E.164."),
        _field("callee.dialled", Unit.TEXT, _CALLS, "The called number as it was dialled."),
        _field("callee.country", Unit.TEXT, _CALLS, "The country of the called number."),
        _field("callee.type", Unit.TEXT, _CALLS, "The line type of the called number, as for `caller.type`."),
        _field("callee.prefix", Unit.NUMBER, _CALLS, "The called number without its last four digits."),
        _field("callee.tail", Unit.NUMBER, _CALLS, "The last nine digits as dialled: what stays the same while a dial-out prefix is guessed."),
        _field("callee.emergency", Unit.FLAG, _CALLS, "True for an emergency number: such a call passes, whatever the rules say."),
        _field("callee.international", Unit.FLAG, _CALLS, "True if the called number lies in another country than the provider."),
        _field("callee.clock", Unit.CLOCK, _CALLS, "The time of day where the called number is; unknown where its area has several time zones that differ."),
        _field("attestation", Unit.TEXT, _CALLS, "The caller-ID attestation (ATIS-1000074): A, B, C; `failed` if the PASSporT did not verify; unknown if there is none."),
        _field("media.encrypted", Unit.FLAG, _CALLS, "True if every media stream offered in SDP is SRTP (RFC 3711) or DTLS-SRTP."),
        _field("price", Unit.MONEY, _CALLS, "What a minute to the called number costs, by the policy's tariff."),
        _field("answered", Unit.FLAG, _ENDED, "True if the call was answered."),
        _field("ring", Unit.DURATION, _CONNECTED, "From the INVITE to the answer, or to the end of a call that was not answered."),
        _field("duration", Unit.DURATION, _ENDED, "Talk time; 0 if the call was not answered."),
        _field("released", Unit.TEXT, _ENDED, "Who ended it: caller, callee or edge."),
        _field("cost", Unit.MONEY, _ENDED, "What the call cost, in the policy's currency: from the record, else by the tariff."),
        # SIP.
        _field("status", Unit.COUNT, _ALL, "The final SIP status (RFC 3261 section 21); for an attempt, unknown."),
        _field("credentials", Unit.FLAG, _SIGNALS, "True if the request carried digest credentials: a 401 to it is a wrong password, not a greeting."),
        _field("device", Unit.TEXT, _REGISTRATION, "The device that registers: the instance id (RFC 5626), else the Contact's user and address."),
        _field("expires", Unit.DURATION, _REGISTRATION, "How long the registration is to last."),
        _field("method", Unit.TEXT, _REQUEST, "The SIP method."),
        _field("user", Unit.TEXT, _REQUEST, "The user part of the request URI: the extension that was tried."),
    )
}


def fields_of(kind: str) -> Iterator[Field]:
    """The fields that events of `kind` can carry, in the order of the table."""
    return (field for field in FIELDS.values() if kind in field.kinds)
