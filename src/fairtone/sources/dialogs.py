"""Calls out of signalling: each gives one attempt, perhaps one answer, and exactly one end.

A call is a Call-ID and From tag (RFC 3261 section 12), whatever leg a message was seen on. The
first leg seen says where the call came from. A final response counts when it comes back on that
leg, which its Via branch tells (section 17.1.3): one on a further leg does not end a call, as the
edge may try elsewhere.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable
from enum import Enum

from fairtone.events import Event, Value
from fairtone.sources.sdp import media_encrypted
from fairtone.sources.signal import (
    Credentials,
    Signal,
    attestation_of,
    credentials_of,
    is_stale,
    origin_of,
)
from fairtone.sources.sip import SipMessage
from fairtone.sources.sip_uri import read_uri

SECOND = 1_000_000
REMEMBERED = 32 * SECOND
"""How long an ended call is known, so that late copies do not begin it again (64*T1)."""
CHALLENGE_WAIT = 5 * SECOND
"""How long a challenged or cancelled call waits for what must come next."""

# Final responses that come from a callee, when the leg to the callee was not seen.
_FROM_CALLEE = frozenset({480, 486, 487, 488, 600, 603, 604, 606})

_Key = tuple[str, bytes]


class _State(Enum):
    RINGING = 0  # no final response yet
    WAITING = 1  # challenged or cancelled: the end is near
    TALKING = 2  # answered
    ENDED = 3  # remembered for a while


class _Call:
    __slots__ = (
        "answered_at",
        "at",
        "branch",
        "credentials",
        "cseq",
        "destination",
        "digest",
        "elsewhere",
        "forwarded",
        "key",
        "last",
        "released",
        "source",
        "state",
        "status",
        "values",
    )

    def __init__(self, key: _Key, signal: Signal, given: Credentials | None) -> None:
        self.key = key
        self.at = self.last = signal.at
        self.source, self.destination = signal.source, signal.destination
        self.state = _State.RINGING
        self.status = 0  # of the first leg
        self.elsewhere = 0  # a final status seen on another leg
        self.forwarded = False  # another leg was seen
        self.released = ""
        self.answered_at = 0
        self.values: dict[str, Value] = {}
        self.follow(signal, given)

    def follow(self, signal: Signal, given: Credentials | None) -> None:
        """Take this INVITE for the one whose responses count."""
        branches = signal.message.branches
        self.branch = branches[0] if branches else b""
        self.cseq = signal.message.cseq[0]
        self.digest = signal.digest
        self.credentials = given is not None


class Calls:
    """Follows calls; hands events to `emit`, and counts in `counts` what gave none.

    `talking` and `ringing` are how long, in microseconds, an answered and an unanswered call may be
    silent before it is taken for over; at most `capacity` calls are open at a time.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        counts: Counter[str],
        *,
        talking: int = 3 * 3600 * SECOND,
        ringing: int = 180 * SECOND,
        capacity: int = 200_000,
    ) -> None:
        self.emit = emit
        self.counts = counts
        self._capacity = capacity
        self._calls: dict[_Key, _Call] = {}
        self._queues: dict[_State, OrderedDict[_Key, _Call]] = {s: OrderedDict() for s in _State}
        patience = {
            _State.RINGING: ringing,
            _State.WAITING: CHALLENGE_WAIT,
            _State.TALKING: talking,
            _State.ENDED: REMEMBERED,
        }
        self._clocks = [(state, self._queues[state], patience[state]) for state in _State]

    @property
    def open(self) -> int:
        """How many calls are not over."""
        return len(self._calls) - len(self._queues[_State.ENDED])

    def knows(self, message: SipMessage) -> bool:
        """True if a message belongs to a call that is being followed."""
        call_id = message.call_id
        return (call_id, message.from_tag) in self._calls or (
            call_id,
            message.to_tag,
        ) in self._calls

    def request(self, signal: Signal) -> None:
        """Take an INVITE, CANCEL, BYE or another request of a call."""
        message = signal.message
        key = (message.call_id, message.from_tag)
        call = self._calls.get(key)
        if message.method == "INVITE" and not message.to_tag:
            self._invite(signal, key, call)
            return
        by_caller = call is not None
        call = call or self._calls.get((message.call_id, message.to_tag))
        if call is None:
            self.counts["requests inside an unknown dialog"] += 1
        elif message.method == "CANCEL":
            self._cancel(signal, call)
        elif message.method == "BYE":
            self._bye(signal, call, by_caller=by_caller)
        else:
            self._touch(call, signal.at)

    def response(self, signal: Signal) -> None:
        """Take a response to an INVITE."""
        message = signal.message
        call = self._calls.get((message.call_id, message.from_tag))
        if call is None:
            if (message.call_id, message.to_tag) not in self._calls:
                self.counts["responses without their request"] += 1
            return
        if message.cseq[0] != call.cseq or call.state is _State.ENDED:
            return
        branches = message.branches
        first_leg = branches[0] == call.branch if branches else signal.destination == call.source
        status = message.status
        if 200 <= status < 300:
            self._answer(signal, call)
        elif call.state is _State.TALKING:
            return
        elif status < 200:
            call.elsewhere = 0  # it still rings somewhere
        elif not first_leg:
            call.forwarded = True
            call.elsewhere = status
        elif status in (401, 407):
            call.status = status
            if call.credentials and not is_stale(message):
                self._end(call, signal.at)
            else:
                self._move(call, _State.WAITING, signal.at)
        else:
            call.status = status
            self._end(call, signal.at)

    def tick(self, now: int) -> None:
        """Let time pass: end calls whose time is up, forget calls that ended long ago."""
        for state, queue, patience in self._clocks:
            while queue:
                call = next(iter(queue.values()))
                deadline = call.last + patience
                if deadline > now:
                    break
                if state is _State.ENDED:
                    queue.popitem(last=False)
                    del self._calls[call.key]
                    continue
                if state is not _State.WAITING:
                    self.counts["calls ended by time-out"] += 1
                self._end(call, deadline, timed_out=state is not _State.WAITING)

    def finish(self, now: int) -> None:
        """The input is over: end the calls whose outcome is known, count the rest."""
        for state in (_State.RINGING, _State.WAITING, _State.TALKING):
            for call in list(self._queues[state].values()):
                if state is _State.WAITING or call.elsewhere:
                    self._end(call, now)
                else:
                    self.counts["calls still open"] += 1

    def _invite(self, signal: Signal, key: _Key, call: _Call | None) -> None:
        if call is not None and self._is_copy(signal, call):
            return
        given = credentials_of(signal.message)
        if call is not None:
            if call.state is _State.WAITING and not call.released and given:
                call.follow(signal, given)  # the answer to a challenge
                call.status = 0
                self._name(call, given)
                self._move(call, _State.RINGING, signal.at)
                self.counts["calls tried again with credentials"] += 1
                return
            if call.state is not _State.ENDED:
                self._end(call, signal.at, timed_out=call.state is not _State.WAITING)
            self._queues[_State.ENDED].pop(key)
        elif self.open >= self._capacity:
            oldest = self._oldest()
            self._end(oldest, signal.at, timed_out=True)
            self.counts["calls dropped for lack of room"] += 1
        call = self._calls[key] = _Call(key, signal, given)
        call.values = _call_fields(signal, given)
        self._queues[_State.RINGING][key] = call
        self.emit(
            Event("call.attempt", signal.at, {**call.values, "credentials": given is not None})
        )

    def _is_copy(self, signal: Signal, call: _Call) -> bool:
        """True for a retransmission, or the same INVITE on another leg."""
        branches = signal.message.branches
        top = branches[0] if branches else b""
        if top == call.branch and signal.message.cseq[0] == call.cseq:
            if signal.source != call.source:
                self._leg(signal, call)
            elif signal.digest == call.digest:
                self.counts["retransmissions"] += 1
            else:
                return False
            return True
        if call.branch in branches[1:] or signal.source != call.source:
            self._leg(signal, call)
            return True
        return signal.message.cseq[0] < call.cseq

    def _leg(self, signal: Signal, call: _Call) -> None:
        self.counts["duplicate legs"] += 1
        call.forwarded = True
        call.elsewhere = 0
        if "attestation" not in call.values:  # the edge checks before it forwards
            attestation = attestation_of(signal.message)
            if attestation:
                call.values["attestation"] = attestation

    def _answer(self, signal: Signal, call: _Call) -> None:
        if call.state is _State.TALKING:
            return
        call.answered_at = signal.at
        call.status = signal.message.status
        call.released = ""
        if "media.encrypted" not in call.values:  # a late offer stands in the answer
            encrypted = media_encrypted(signal.message.body)
            if encrypted is not None:
                call.values["media.encrypted"] = encrypted
        self._move(call, _State.TALKING, signal.at)
        values = {**call.values, "status": call.status, "ring": (signal.at - call.at) // 1000}
        self.emit(Event("call.answered", signal.at, values))

    def _cancel(self, signal: Signal, call: _Call) -> None:
        if call.state in (_State.TALKING, _State.ENDED) or signal.source != call.source:
            return
        if not call.released:
            call.released = "caller"
            self._move(call, _State.WAITING, signal.at)

    def _bye(self, signal: Signal, call: _Call, *, by_caller: bool) -> None:
        if call.state is _State.ENDED:
            return
        if call.forwarded and signal.source == call.destination and signal.message.hops == 1:
            released = "edge"
        else:
            released = "caller" if by_caller else "callee"
        if call.state is _State.TALKING:
            call.released = released
            self._end(call, signal.at)
        elif not call.released:  # RFC 3261 section 15: a caller may end an early dialog
            call.released = released
            self._move(call, _State.WAITING, signal.at)

    def _end(self, call: _Call, at: int, *, timed_out: bool = False) -> None:
        """Emit the end. What ended out of sight has no length, rather than a wrong one."""
        values = dict(call.values)
        answered = call.answered_at > 0
        values["answered"] = answered
        if answered:
            values["ring"] = (call.answered_at - call.at) // 1000
            if not timed_out:
                values["duration"] = max(at - call.answered_at, 0) // 1000
        else:
            values["duration"] = 0
            if not timed_out:  # a challenged or cancelled call rang until then
                until = call.last if call.state is _State.WAITING else at
                values["ring"] = max(until - call.at, 0) // 1000
        status = call.status or call.elsewhere
        if status:
            values["status"] = status
        released = call.released or ("" if answered else _who(call, status))
        if released:
            values["released"] = released
        self._move(call, _State.ENDED, at)
        self.emit(Event("call.ended", at, values))

    def _name(self, call: _Call, given: Credentials) -> None:
        if given.username:
            call.values["account"] = given.username
        if given.realm:
            call.values["realm"] = given.realm

    def _oldest(self) -> _Call:
        for state in (_State.WAITING, _State.RINGING, _State.TALKING):
            if self._queues[state]:
                return next(iter(self._queues[state].values()))
        raise AssertionError("no call is open")

    def _move(self, call: _Call, state: _State, at: int) -> None:
        self._queues[call.state].pop(call.key)
        call.state = state
        call.last = at
        self._queues[state][call.key] = call

    def _touch(self, call: _Call, at: int) -> None:
        if call.state is _State.TALKING:
            self._move(call, call.state, at)


def _who(call: _Call, status: int) -> str:
    """Whose final response it was: the callee's if it was seen coming from there."""
    if not status:
        return ""
    if call.forwarded:
        return "callee" if call.elsewhere == status else "edge"
    return "callee" if status in _FROM_CALLEE else "edge"


def _call_fields(signal: Signal, given: Credentials | None) -> dict[str, Value]:
    """What an INVITE says about a call."""
    message = signal.message
    sender = message.sender
    values = origin_of(signal, given)
    dialled = read_uri(message.uri).user or message.recipient.uri.user
    texts = {
        "call": message.call_id,
        "caller.presented": sender.uri.user,
        "caller.name": sender.name,
        "callee.dialled": dialled,
        "attestation": attestation_of(message),
    }
    values.update({name: text for name, text in texts.items() if text})
    encrypted = media_encrypted(message.body)
    if encrypted is not None:
        values["media.encrypted"] = encrypted
    return values
