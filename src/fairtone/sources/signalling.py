"""Where SIP messages become events: each message goes to the calls or to the other requests."""

from collections import Counter
from collections.abc import Callable

from fairtone.events import Event
from fairtone.sources.dialogs import Calls
from fairtone.sources.registrations import Requests
from fairtone.sources.signal import Signal

_SECOND = 1_000_000
# Requests that make sense only inside a dialog (RFC 3261, 3262, 3311, 6086).
_INSIDE = frozenset({"ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "INFO"})
# Requests that have a dialog of their own, which a To tag names (RFC 6665, 3515).
_SUBSCRIBED = frozenset({"INVITE", "NOTIFY", "REFER", "SUBSCRIBE"})


class Signalling:
    """Takes SIP messages in the order in which they were seen; hands events to `emit`.

    `edges` are the provider's own addresses: requests that begin there are counted and give no
    event. `talking` and `ringing` are in seconds, see `Calls`.
    """

    def __init__(
        self,
        emit: Callable[[Event], None],
        counts: Counter[str],
        *,
        edges: frozenset[str] = frozenset(),
        talking: int = 3 * 3600,
        ringing: int = 180,
        capacity: int = 200_000,
    ) -> None:
        self.counts = counts
        self._edges = edges
        self._now = 0
        self.calls = Calls(
            emit, counts, talking=talking * _SECOND, ringing=ringing * _SECOND, capacity=capacity
        )
        self.requests = Requests(emit, counts, capacity=capacity)

    def feed(self, signal: Signal) -> None:
        """Take one message."""
        message = signal.message
        if signal.at > self._now:
            self._now = signal.at
            self.calls.tick(self._now)
            self.requests.tick(self._now)
        if message.junk:
            self.counts["messages behind junk"] += 1
        if message.is_request:
            self.counts["sip requests"] += 1
            self._request(signal)
            return
        self.counts["sip responses"] += 1
        method = message.cseq[1]
        if method == "INVITE":
            self.calls.response(signal)
        elif method not in _INSIDE:
            self.requests.response(signal)

    def finish(self) -> None:
        """The input is over."""
        self.calls.finish(self._now)
        self.requests.finish()

    def _request(self, signal: Signal) -> None:
        message = signal.message
        method = message.method
        inside = method in _INSIDE or (method in _SUBSCRIBED and message.to_tag)
        if method == "INVITE" or inside:
            if method == "INVITE" and not inside and self._is_own(signal):
                return
            self.calls.request(signal)
        elif message.to_tag and self.calls.knows(message):
            self.calls.request(signal)
        elif not self._is_own(signal):
            self.requests.request(signal)

    def _is_own(self, signal: Signal) -> bool:
        """True for a request that begins at one of the edges, rather than passing through it."""
        if signal.source not in self._edges or signal.message.hops > 1:
            return False
        self.counts["requests of the edge itself"] += 1
        return True
