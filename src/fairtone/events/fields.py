"""The fields of the events: the whole vocabulary that a rule can use.

The reference page of the events is made from this table. A field that a source cannot know is left
out of the event: it is unknown, never guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fairtone.events.kinds import KINDS
from fairtone.events.units import Unit


@dataclass(frozen=True, slots=True)
class Field:
    """A field of one or more kinds: its unit, the kinds that carry it, and what it means."""

    name: str
    unit: Unit
    kinds: frozenset[str]
    doc: str


_ALL = frozenset(KINDS)
_CALLS = frozenset({"call.attempt", "call.answered", "call.ended"})
_SIGNALS = frozenset({"call.attempt", "registration", "sip.request"})
_CONNECTED = frozenset({"call.answered", "call.ended"})
_ENDED = frozenset({"call.ended"})
_REGISTRATION = frozenset({"registration"})
_REQUEST = frozenset({"sip.request"})

_TABLE = (
    Field(
        "account",
        Unit.ACCOUNT,
        _ALL,
        "Who is responsible: the digest user name, else the user part of From, the trunk's name, "
        "or the account code of a call record.",
    ),
    Field(
        "account.tier",
        Unit.TEXT,
        _ALL,
        "The kind of service bought, as the accounts list says it, such as `residential`, `call-"
        "centre`, `emergency-services`.",
    ),
    Field(
        "account.relation",
        Unit.TEXT,
        _ALL,
        "employee, contractor, client, partner or third-party (clause B2).",
    ),
    Field(
        "account.payer", Unit.ACCOUNT, _ALL, "Who pays: the same for all accounts of one customer."
    ),
    Field("account.country", Unit.TEXT, _ALL, "Where the account is at home, ISO 3166 alpha-2."),
    Field("account.minutes", Unit.DURATION, _ALL, "Talk time that the plan includes in 30 days."),
    Field("account.channels", Unit.COUNT, _ALL, "Simultaneous calls that the plan includes."),
    Field("account.age", Unit.DURATION, _ALL, "How long the account has existed."),
    Field("source.address", Unit.ADDRESS, _ALL, "The IP address that the edge saw."),
    Field(
        "source.network", Unit.ADDRESS, _ALL, "The first address of its /24 (IPv4) or /64 (IPv6)."
    ),
    Field(
        "source.country",
        Unit.TEXT,
        _ALL,
        "The country of the source address, ISO 3166 alpha-2, where the source or a networks list"
        " knows it.",
    ),
    Field("transport", Unit.TEXT, _ALL, "udp, tcp, tls, ws or wss."),
    Field("user_agent", Unit.TEXT, _ALL, "The User-Agent header (RFC 3261 section 20.41)."),
    Field("realm", Unit.TEXT, _ALL, "The digest realm or the SIP domain asked for."),
    Field("edge", Unit.TEXT, _ALL, "The name or address of the edge that reported the event."),
    Field("signalling.encrypted", Unit.FLAG, _ALL, "True if the SIP leg came over TLS or WSS."),
    Field("clock", Unit.CLOCK, _ALL, "The time of day in the provider's time zone."),
    Field("weekend", Unit.FLAG, _ALL, "True on Saturday and Sunday in the provider's time zone."),
    Field("call", Unit.TEXT, _CALLS, "The Call-ID, or the call record's unique id."),
    Field("caller", Unit.NUMBER, _CALLS, "The calling number, E.164."),
    Field("caller.presented", Unit.TEXT, _CALLS, "The calling number as it was presented."),
    Field("caller.name", Unit.TEXT, _CALLS, "The display name that was presented."),
    Field("caller.country", Unit.TEXT, _CALLS, "The country of the calling number."),
    Field(
        "caller.type",
        Unit.TEXT,
        _CALLS,
        "The line type of the calling number: fixed, mobile, fixed-or-mobile, toll-free, premium,"
        " shared-cost, voip, personal, pager, uan, voicemail, satellite or invalid.",
    ),
    Field(
        "caller.prefix",
        Unit.NUMBER,
        _CALLS,
        "The calling number without its last four digits: the block of ten thousand that it lies "
        "in.",
    ),
    Field("callee", Unit.NUMBER, _CALLS, "The called number, E.164."),
    Field("callee.dialled", Unit.TEXT, _CALLS, "The called number as it was dialled."),
    Field("callee.country", Unit.TEXT, _CALLS, "The country of the called number."),
    Field(
        "callee.type",
        Unit.TEXT,
        _CALLS,
        "The line type of the called number, as for `caller.type`.",
    ),
    Field("callee.prefix", Unit.NUMBER, _CALLS, "The called number without its last four digits."),
    Field(
        "callee.tail",
        Unit.NUMBER,
        _CALLS,
        "The last nine digits as dialled: what stays the same while a dial-out prefix is guessed.",
    ),
    Field(
        "callee.emergency",
        Unit.FLAG,
        _CALLS,
        "True for an emergency number: such a call passes, whatever the rules say.",
    ),
    Field(
        "callee.international",
        Unit.FLAG,
        _CALLS,
        "True if the called number lies in another country than the provider.",
    ),
    Field(
        "callee.clock",
        Unit.CLOCK,
        _CALLS,
        "The time of day where the called number is; unknown where its area has several time "
        "zones that differ.",
    ),
    Field(
        "attestation",
        Unit.TEXT,
        _CALLS,
        "The caller-ID attestation (ATIS-1000074): A, B, C; `failed` if the PASSporT did not "
        "verify; unknown if there is none.",
    ),
    Field(
        "media.encrypted",
        Unit.FLAG,
        _CALLS,
        "True if every media stream offered in SDP is SRTP (RFC 3711) or DTLS-SRTP.",
    ),
    Field(
        "price",
        Unit.MONEY,
        _CALLS,
        "What a minute to the called number costs, by the policy's tariff.",
    ),
    Field("answered", Unit.FLAG, _ENDED, "True if the call was answered."),
    Field(
        "ring",
        Unit.DURATION,
        _CONNECTED,
        "From the INVITE to the answer, or to the end of a call that was not answered.",
    ),
    Field("duration", Unit.DURATION, _ENDED, "Talk time; 0 if the call was not answered."),
    Field("released", Unit.TEXT, _ENDED, "Who ended it: caller, callee or edge."),
    Field(
        "cost",
        Unit.MONEY,
        _ENDED,
        "What the call cost, in the policy's currency: from the record, else by the tariff.",
    ),
    Field(
        "status",
        Unit.COUNT,
        _ALL,
        "The final SIP status (RFC 3261 section 21); for an attempt, unknown.",
    ),
    Field(
        "credentials",
        Unit.FLAG,
        _SIGNALS,
        "True if the request carried digest credentials: a 401 to it is a wrong password, not a "
        "greeting.",
    ),
    Field(
        "device",
        Unit.TEXT,
        _REGISTRATION,
        "The device that registers: the instance id (RFC 5626), else the Contact's user and "
        "address.",
    ),
    Field("expires", Unit.DURATION, _REGISTRATION, "How long the registration is to last."),
    Field("method", Unit.TEXT, _REQUEST, "The SIP method."),
    Field(
        "user",
        Unit.TEXT,
        _REQUEST,
        "The user part of the request URI: the extension that was tried.",
    ),
)

FIELDS: dict[str, Field] = {field.name: field for field in _TABLE}


def fields_of(kind: str) -> Iterator[Field]:
    """The fields that events of `kind` can carry, in the order of the table."""
    return (field for field in FIELDS.values() if kind in field.kinds)
