"""An edge that is watched: SIP messages go in as text, events come out."""

from collections import Counter

from fairtone.events import Event
from fairtone.sources.signal import Signal
from fairtone.sources.signalling import Signalling
from fairtone.sources.sip import read_message


class Scene:
    """An edge at 192.0.2.1 that is watched: messages go in, events come out. Times in seconds."""

    def __init__(self, **settings: object) -> None:
        self.events: list[Event] = []
        self.counts: Counter[str] = Counter()
        self.signalling = Signalling(self.events.append, self.counts, **settings)  # type: ignore[arg-type]

    def see(
        self, at: float, text: str, *, source: str = "198.51.100.7", destination: str = "192.0.2.1",
        transport: str = "udp",
    ) -> list[Event]:  # fmt: skip
        """What comes of one message: a start line, headers, and after an empty line a body."""
        before = len(self.events)
        octets = text.strip("\n").replace("\n", "\r\n").encode()
        if b"\r\n\r\n" not in octets:
            octets += b"\r\n\r\n"
        self.signalling.feed(
            Signal(
                round(at * 1_000_000), source, 5060, destination, 5060, transport, "",
                read_message(octets), hash(octets),
            )
        )  # fmt: skip
        return self.events[before:]

    def back(self, at: float, text: str, **ends: str) -> list[Event]:
        """A message from the edge to the caller."""
        return self.see(at, text, **{"source": "192.0.2.1", "destination": "198.51.100.7", **ends})

    def finish(self) -> list[Event]:
        before = len(self.events)
        self.signalling.finish()
        return self.events[before:]
