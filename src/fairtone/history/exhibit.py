"""What is shown of one subject under one rule: the finding, and what speaks for and against it.

Plain frozen data, made by `evidence` and `similar`, drawn by `report`.
"""

from dataclasses import dataclass

from fairtone.engine import Finding, Side
from fairtone.events import Event, Unit


@dataclass(frozen=True, slots=True)
class Panel:
    """One comparison over time, `left op right` at each moment (microseconds); `None`: unknown."""

    text: str
    op: str
    unit: Unit
    moments: tuple[int, ...]
    left: tuple[float | None, ...]
    right: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Destination:
    """A country that was called, ISO 3166 alpha-2: how often, and for how much (millionths)."""

    country: str
    calls: int
    cost: int | None


@dataclass(frozen=True, slots=True)
class Similar:
    """A subject that the rule did not find, at the moment when it came nearest.

    `lacking` are the other parts of the rule's condition that did not hold, in the policy's words.
    `exempt` is true if everything held and the rule's `unless` spared it.
    """

    subject: str
    at: int
    sides: tuple[Side, ...]
    exempt: bool
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exhibit:
    """The first finding of a rule on a subject, and all that a reader needs to judge it.

    `findings` counts all findings of the rule on the subject, the last at `last`. `events` are some
    of the `total` events in the windows, oldest first; `skipped` were left out after the first
    `head` of them. `money` is what the subject's calls cost from the start of the windows until
    the end of the input (millionths, `None` if no cost is known); `until_detected` how many events
    of the rule's kind it took.
    """

    finding: Finding
    findings: int
    last: int
    money: int | None
    until_detected: int
    panels: tuple[Panel, ...] = ()
    events: tuple[Event, ...] = ()
    head: int = 0
    skipped: int = 0
    total: int = 0
    destinations: tuple[Destination, ...] = ()
