"""Do two ways of running a policy say the same? What each says, and where they differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol, TypeAlias

from fairtone.engine import Engine, Finding
from fairtone.events import Batch, Event
from fairtone.policy.model import Policy


class Judge(Protocol):
    """Whatever takes batches and answers with findings, as `Engine` does."""

    def feed(self, batch: Batch) -> list[Finding]: ...

    def statistics(self) -> dict[str, object]: ...


Maker: TypeAlias = Callable[[Policy], Judge]


def reference(policy: Policy) -> Engine:
    """The slow engine: the definition."""
    return Engine(policy, reference=True)


def fast(policy: Policy) -> Engine:
    """The compiled engine, with room for what a test feeds it."""
    return Engine(policy, capacity=1 << 20)


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as far as every way of running must agree on it."""

    sequence: int
    at: int
    rule: str
    subject: str
    values: tuple[Fraction | int | None, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that was found, in order, and how often each rule could not tell."""

    found: tuple[Found, ...]
    unknown: dict[str, int]

    @property
    def values(self) -> int:
        """How many values of windows it contains."""
        return sum(len(one.values) for one in self.found)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two outcomes part: what each says there."""

    where: str
    one: object = field(compare=False)
    other: object = field(compare=False)


def outcome(engine: Judge, batches: Iterable[Batch]) -> Outcome:
    """What an engine finds in the events."""
    found = tuple(told(finding) for batch in batches for finding in engine.feed(batch))
    unknown = engine.statistics()["unknown"]
    assert isinstance(unknown, dict)
    return Outcome(found, dict(unknown))


def outcome_of_asking(engine: Engine, events: Iterable[Event]) -> Outcome:
    """What an engine finds when it is asked about one event at a time."""
    found = tuple(told(finding) for event in events for finding in engine.ask(event).findings)
    return Outcome(found, dict(engine.statistics()["unknown"]))


def told(finding: Finding) -> Found:
    """The part of a finding that is compared."""
    values = tuple(measured.value for measured in finding.values)
    return Found(finding.sequence, finding.at, finding.rule, finding.subject, values)


def differences(one: Outcome, other: Outcome, *, most: int = 10) -> list[Difference]:
    """Where two outcomes differ, event by event; empty if they agree."""
    ours = {(found.sequence, found.rule): found for found in one.found}
    theirs = {(found.sequence, found.rule): found for found in other.found}
    differ = [
        Difference(f"event {sequence}, rule {rule}", ours.get(key), theirs.get(key))
        for key in sorted(ours | theirs)
        if ours.get(key) != theirs.get(key)
        for sequence, rule in [key]
    ]
    if not differ and one.found != other.found:
        differ = [Difference("the order of the findings", one.found, other.found)]
    differ += [
        Difference(f"unknown of {rule}", one.unknown.get(rule), other.unknown.get(rule))
        for rule in sorted(one.unknown | other.unknown)
        if one.unknown.get(rule) != other.unknown.get(rule)
    ]
    return differ[:most]


def agree(
    policy: Policy, batches: Sequence[Batch], engine_a: Maker, engine_b: Maker
) -> list[Difference]:
    """Run the events through two engines: where they differ, empty if nowhere."""
    return differences(outcome(engine_a(policy), batches), outcome(engine_b(policy), batches))
