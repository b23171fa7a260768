"""The contract of an insight, and several insights as one.

An insight is any object with the shape of `Knowledge`: it adds fields to a batch before the batch
is judged, and touches nothing else. `check_insight` holds every one of them to that.
"""

from dataclasses import dataclass
from typing import Protocol

from fairtone.events import Batch


class Knowledge(Protocol):
    """Adds what is known of each event: same rows, same order, only `fields` are added.

    What a source knew already stays; what cannot be known is null.
    """

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of `fairtone.events.FIELDS` that it can add."""
        ...

    def add(self, batch: Batch) -> Batch:
        """The batch with the fields added."""
        ...


@dataclass(frozen=True, slots=True)
class Insight:
    """Several insights, one after another; a later one sees what an earlier one added."""

    parts: tuple[Knowledge, ...]

    @classmethod
    def of(cls, *parts: Knowledge) -> "Insight":
        """These insights, in this order."""
        return cls(parts)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields that one of them can add."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.fields))

    def add(self, batch: Batch) -> Batch:
        """The batch with the fields of all insights added."""
        for part in self.parts:
            batch = part.add(batch)
        return batch
