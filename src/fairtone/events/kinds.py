"""The kinds of event: what can be observed, and the moment that its time stamps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event; `moment` says, in words, what its time is the time of."""

    name: str
    doc: str
    moment: str


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "call.attempt",
            "Somebody asks for a call: the first INVITE of a dialog (RFC 3261 section 13). A "
            "second INVITE that only answers a 401 or 407 challenge is the same attempt.",
            "when the INVITE arrives",
        ),
        Kind(
            "call.answered",
            "The callee picks up: a 2xx final response to the INVITE.",
            "when the 2xx passes",
        ),
        Kind(
            "call.ended",
            "The call is over: BYE, CANCEL, a final response above 299, or a time-out. Every "
            "attempt ends exactly once.",
            "when the call ends",
        ),
        Kind(
            "registration",
            "One REGISTER and its final response (RFC 3261 section 10).",
            "when the response passes, or the REGISTER if there is none",
        ),
        Kind(
            "sip.request",
            "Any other SIP request outside a dialog, OPTIONS and SUBSCRIBE for example: what "
            "scanners send.",
            "when the request arrives",
        ),
    )
}
