"""What a replay came to: everything that its summary and its report say, as plain frozen data."""

from collections.abc import Mapping
from dataclasses import dataclass

from fairtone.history.exhibit import Exhibit, Similar
from fairtone.history.summary import Broken, Overview
from fairtone.policy.model import Policy, Rule


@dataclass(frozen=True, slots=True)
class Unread:
    """Input that could not be read: the reason, how much, and where some of it lies."""

    reason: str
    count: int
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """What was read: names of files, bytes in all, and what could not be read of them."""

    names: tuple[str, ...]
    bytes: int = 0
    unreadable: tuple[Unread, ...] = ()

    @property
    def unread(self) -> int:
        """How many pieces of input could not be read."""
        return sum(each.count for each in self.unreadable)


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that found something: its worst subjects as exhibits, out of `subjects` in all."""

    rule: Rule
    exhibits: tuple[Exhibit, ...]
    subjects: int
    findings: int
    similar: tuple[Similar, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """How often a rule could not say yes or no for want of a field, of how many events."""

    rule: str
    events: int
    of: int


@dataclass(frozen=True, slots=True)
class Replay:
    """A policy and the traffic that it was tried on.

    `made` is when (microseconds), by the clock of whoever asked. `money` counts each call once,
    whatever number of rules found it; `None` if no cost is known. `kinds` counts events by kind.
    """

    policy: Policy
    made: int
    input: Input
    events: int
    late: int
    kinds: Mapping[str, int]
    findings: int
    subjects: int
    money: int | None
    overview: Overview
    clauses: tuple[Broken, ...]
    fired: tuple[Fired, ...]
    unknown: tuple[Unknown, ...]

    def of_clause(self, clause: str) -> tuple[Fired, ...]:
        """The rules of a clause that found something, in the order of the policy's text."""
        return tuple(each for each in self.fired if each.rule.clause == clause)

    @property
    def watched(self) -> int:
        """How many clauses have a rule."""
        return len({rule.clause for rule in self.policy.rules})
