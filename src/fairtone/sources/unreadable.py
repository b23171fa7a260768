"""Input that could not be read: how much, why, and where the first of each kind lies.

A source never stops at bad input and never swallows it in silence: it counts it here, by reason.
"""

from collections import Counter

EXAMPLES = 5
"""How many places are remembered for each reason."""


class Unreadable:
    """Counts of unreadable input by reason, with the place of the first few.

    A reason is a short sentence that is the same for all input of its kind, so that it can be
    counted; a place says file and offset or line, such as `lab/normal.pcap at byte 1024`.
    Memory is bounded by the number of reasons, which are written in the code.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, reason: str, where: str, count: int = 1) -> None:
        """Count `count` pieces of input that could not be read for `reason`, found at `where`."""
        self._counts[reason] += count
        places = self._examples.setdefault(reason, [])
        if len(places) < EXAMPLES:
            places.append(where)

    @property
    def total(self) -> int:
        """How many pieces of input could not be read, for any reason."""
        return self._counts.total()

    def by_reason(self) -> dict[str, int]:
        """How many for each reason, the commonest first."""
        return dict(self._counts.most_common())

    def examples(self, reason: str) -> list[str]:
        """Where the first of them lie, at most five, in the order in which they were met."""
        return list(self._examples.get(reason, ()))
