"""REGISTER and the other requests outside calls: each with its final response, or without.

A request and its response are one transaction (RFC 3261 section 17). It is known by Call-ID, CSeq
and the branch of the first Via: a proxy puts its own on top, so the branch of the first leg stands
below it on every further leg, and alone on the response that goes back.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable

from fairtone.events import Event, Value
from fairtone.sources.signal import Signal, credentials_of, is_stale, origin_of
from fairtone.sources.sip import SipMessage
from fairtone.sources.sip_uri import read_address, read_uri

SECOND = 1_000_000
RESPONSE_WAIT = 2 * SECOND
"""How long a request waits for its response before it is told without."""
REMEMBERED = 32 * SECOND
"""How long a transaction is known, so that its copies are not counted (64*T1)."""
COPIES = 32
"""A request that is sent more often than that is no retransmission (RFC 3261 section 17.1.2.2
allows ten), but a flood of one and the same packet: from then on each copy is an event."""

_Key = tuple[str, int, str, bytes]


class _Transaction:
    __slots__ = ("at", "copies", "destination", "digest", "source", "told", "values")

    def __init__(self, signal: Signal, values: dict[str, Value]) -> None:
        self.at = signal.at
        self.source, self.destination = signal.source, signal.destination
        self.digest = signal.digest
        self.values = values
        self.copies = 0
        self.told = False


class Requests:
    """Follows registrations and other requests; hands events to `emit`, counts in `counts`.

    Events of requests that are not answered come `RESPONSE_WAIT` after the request. At most
    `capacity` transactions are remembered.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        counts: Counter[str],
        *,
        capacity: int = 200_000,
    ) -> None:
        self.emit = emit
        self.counts = counts
        self._capacity = capacity
        self._known: OrderedDict[_Key, _Transaction] = OrderedDict()
        self._waiting: OrderedDict[_Key, _Transaction] = OrderedDict()
        self._latest: dict[tuple[str, int, str], _Transaction] = {}

    def request(self, signal: Signal) -> None:
        """Take a request outside a call."""
        message = signal.message
        branches = message.branches
        number = message.cseq[0]
        call_id, method = message.call_id, message.method
        key = (call_id, number, method, branches[0] if branches else signal.source.encode())
        known = self._known.get(key)
        if known is not None and (known.source != signal.source or known.digest == signal.digest):
            self._copy(signal, known)
            return
        if known is not None:  # the ids of another request, but not its octets: a new one
            self._tell(key, known, known.at, 0)
        elif self._is_forwarded(signal, branches, call_id, number):
            self.counts["duplicate legs"] += 1
            return
        transaction = _Transaction(signal, _fields(signal))
        self._known[key] = self._waiting[key] = transaction
        self._latest[call_id, number, method] = transaction
        if len(self._known) > self._capacity:
            self._forget(next(iter(self._known)))
            self.counts["transactions dropped for lack of room"] += 1

    def response(self, signal: Signal) -> None:
        """Take a response to a request outside a call."""
        message = signal.message
        number, method = message.cseq
        if message.status < 200:
            return
        branches = message.branches
        branch = branches[0] if branches else signal.destination.encode()
        key = (message.call_id, number, method, branch)
        transaction = self._known.get(key)
        if transaction is None:
            if (message.call_id, number, method) not in self._latest:
                self.counts["responses without their request"] += 1
            return
        if transaction.told:
            return
        if method == "REGISTER" and 200 <= message.status < 300:
            granted = _granted(message)
            if granted is not None:
                transaction.values["expires"] = granted
        if message.status in (401, 407) and is_stale(message):
            # Right password, old nonce: neither a greeting nor a guess.
            transaction.values.pop("credentials")
        at = signal.at if method == "REGISTER" else transaction.at
        self._tell(key, transaction, at, message.status)

    def tick(self, now: int) -> None:
        """Let time pass: tell of requests that were not answered, forget old ones."""
        waiting, known = self._waiting, self._known
        while waiting:
            key, transaction = next(iter(waiting.items()))
            if transaction.at + RESPONSE_WAIT > now:
                break
            self._tell(key, transaction, transaction.at, 0)
        while known:
            key, transaction = next(iter(known.items()))
            if transaction.at + REMEMBERED > now:
                break
            self._forget(key)

    def finish(self) -> None:
        """The input is over: tell of what was not answered."""
        for key, transaction in list(self._waiting.items()):
            self._tell(key, transaction, transaction.at, 0)

    def _is_forwarded(
        self, signal: Signal, branches: list[bytes], call_id: str, number: int
    ) -> bool:
        """True for the same request on another leg, by its Via or, if that is hidden, its place."""
        method = signal.message.method
        if any((call_id, number, method, branch) in self._known for branch in branches[1:]):
            return True
        latest = self._latest.get((call_id, number, method))
        return latest is not None and latest.destination == signal.source

    def _copy(self, signal: Signal, known: _Transaction) -> None:
        if known.source != signal.source:
            self.counts["duplicate legs"] += 1
            return
        self.counts["retransmissions"] += 1
        known.copies += 1
        if known.copies > COPIES:
            kind = _kind(signal.message)
            self.emit(Event(kind, signal.at, _fields(signal)))

    def _tell(self, key: _Key, transaction: _Transaction, at: int, status: int) -> None:
        self._waiting.pop(key, None)
        if transaction.told:
            return
        transaction.told = True
        values = transaction.values
        if status:
            values["status"] = status
        else:
            self.counts["requests without a response"] += 1
        self.emit(Event("registration" if key[2] == "REGISTER" else "sip.request", at, values))
        transaction.values = {}

    def _forget(self, key: _Key) -> None:
        transaction = self._known.pop(key)
        self._tell(key, transaction, transaction.at, 0)
        short = key[:3]
        if self._latest.get(short) is transaction:
            del self._latest[short]


def _kind(message: SipMessage) -> str:
    return "registration" if message.method == "REGISTER" else "sip.request"


def _fields(signal: Signal) -> dict[str, Value]:
    """What the request itself says."""
    message = signal.message
    given = credentials_of(message)
    values = origin_of(signal, given)
    values["credentials"] = given is not None
    if message.method == "REGISTER":
        contacts = message.headers("contact")
        contact = read_address(contacts[0]) if contacts else None
        if contact is not None:
            device = (contact.parameter("+sip.instance") or "").strip("<>")
            if not device and contact.uri.scheme:
                device = f"{contact.uri.user}@{contact.uri.host}"
            if device:
                values["device"] = device
        asked = contact.parameter("expires") if contact is not None else None
        expires = _seconds(asked if asked is not None else message.header("expires"))
        if expires is not None:
            values["expires"] = expires
    else:
        values["method"] = message.method
        user = read_uri(message.uri).user
        if user:
            values["user"] = user
    return values


def _granted(message: SipMessage) -> int | None:
    """How long a 2xx grants the registration: told by its only Contact (RFC 3261 section 10.3)."""
    contacts = message.headers("contact")
    if len(contacts) != 1:
        return None
    return _seconds(read_address(contacts[0]).parameter("expires"))


def _seconds(text: str | None) -> int | None:
    """Delta-seconds as milliseconds; at most 2^32-1 seconds (RFC 3261 section 20.19)."""
    text = (text or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        return None
    return min(int(text), 2**32 - 1) * 1000
