"""The contract of a source: what gives events as batches of columns, and says what it missed."""

from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from fairtone.events import Batch
from fairtone.sources.unreadable import Unreadable


class SourceError(ValueError):
    """Input that cannot be used at all: says which, what came, what was expected, what to do."""


class Source(Protocol):
    """Events from one place, in the order in which the place gives them.

    `unreadable` and `counts` grow while `batches` is read. A source is read once.
    """

    @property
    def name(self) -> str:
        """How messages call it, such as the name of its file."""
        ...

    @property
    def lateness(self) -> int:
        """No event comes later than that behind a younger one: microseconds."""
        ...

    @property
    def unreadable(self) -> Unreadable:
        """What could not be read, by reason."""
        ...

    @property
    def counts(self) -> Counter[str]:
        """What was read, by what it is."""
        ...

    def batches(self) -> Iterator[Batch]:
        """The events, at most 65,536 in a batch."""
        ...

    def progress(self) -> tuple[int, int]:
        """Bytes read so far, and bytes in all."""
        ...
