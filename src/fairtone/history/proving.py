"""The examples that a policy carries with it, run: what each expects, and what came instead.

Every example has an engine of its own, the slow one that is obviously right; nothing that happened
in another example is known in it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from fairtone.engine import Engine, Finding, RuleView, worded
from fairtone.events import FIELDS, Batch, Event, batch_of, events_of
from fairtone.policy import Policy, events_of_test, span_text
from fairtone.policy.model import Expect, Test

SHOWN = 3
"""How many findings are named where another one was expected."""

_SEPARATOR = " → "


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not hold: `line` in the policy, what was expected and what came.

    `near` says how far the rule was from a finding at the last event of the subject, comparison by
    comparison; it is empty where nothing was to be found.
    """

    line: int
    expected: str
    came: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What an example came to: how many events it had, and the expectations that did not hold."""

    test: Test
    events: int
    findings: int
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        """True if everything came as expected."""
        return not self.failures


def prove(
    policy: Policy, know: Callable[[Batch], Batch] = lambda batch: batch, only: str = ""
) -> Iterator[Proof]:
    """Run the tests of a policy, in order; those about the rule or clause `only`, if one is named.

    `know` adds what is known of each event, as insights do; what a test says itself stays. Raises
    `PolicyErrors` if a file of events cannot be read.
    """
    for test in policy.tests:
        rules = {expect.rule for expect in test.expect}
        if not only or only in (test.name, test.clause) or only in rules:
            yield _proof(policy, test, know)


def _proof(policy: Policy, test: Test, know: Callable[[Batch], Batch]) -> Proof:
    events = events_of_test(policy, test)
    if events:
        events = list(events_of(know(batch_of(events))))
    kinds = {event.kind for event in events}
    # A rule that no event of the test makes look cannot find anything; its windows cost time.
    awake = replace(policy, rules=tuple(rule for rule in policy.rules if rule.kind in kinds))
    findings = Engine(awake, reference=True).feed(batch_of(events)) if events else []
    trial = _Trial(policy, events, findings)
    failures = tuple(
        failure for expect in test.expect if (failure := trial.failure(expect)) is not None
    )
    return Proof(test, len(events), len(findings), failures)


class _Trial:
    """The events of one example and what was found in them, held against what is expected."""

    def __init__(self, policy: Policy, events: list[Event], findings: list[Finding]) -> None:
        self._policy = policy
        self._events = events
        self._findings = findings

    def failure(self, expect: Expect) -> Failure | None:
        """Why an expectation does not hold; `None` if it does."""
        numbers = self._numbers(expect)
        wanted = expected_text(expect)
        if not numbers:
            whom = f" carries {expect.subject_kind} `{expect.subject}`" if expect.subject else ""
            return Failure(expect.line, wanted, f"no event of this test{whom}")
        about = [finding for finding in self._findings if _about(finding, expect)]
        timely = [finding for finding in about if self._timely(finding, expect, numbers)]
        if expect.found and not timely:
            came = self._told(about, numbers) if about else self._nothing(expect, numbers)
            return Failure(expect.line, wanted, came, self._near(expect, numbers))
        if not expect.found and timely:
            return Failure(expect.line, wanted, self._told(timely, numbers))
        return None

    def _numbers(self, expect: Expect) -> list[int]:
        """Which events of the test carry the subject, counted from 1; all if none is named."""
        return [
            number
            for number, event in enumerate(self._events, start=1)
            if not expect.subject or _carries(event, expect)
        ]

    def _timely(self, finding: Finding, expect: Expect, numbers: Sequence[int]) -> bool:
        number = sum(other <= finding.sequence for other in numbers)
        since = finding.event_at - self._events[numbers[0] - 1].at
        return not (expect.before and number >= expect.before) and not (
            expect.within and since > expect.within
        )

    def _told(self, findings: Sequence[Finding], numbers: Sequence[int]) -> str:
        """Findings by rule, subject, event and time, the first few of them."""
        said = []
        for finding in findings[:SHOWN]:
            number = sum(other <= finding.sequence for other in numbers)
            since = span_text(finding.event_at - self._events[numbers[0] - 1].at)
            said.append(f"{finding.rule} on `{finding.subject}` at event {number}, after {since}")
        more = len(findings) - SHOWN
        return "; ".join(said) + (f"; and {more} more" if more > 0 else "")

    def _nothing(self, expect: Expect, numbers: Sequence[int]) -> str:
        here = [one for one in self._findings if one.sequence in set(numbers)]
        if not here:
            return f"nothing was found in {_count(len(numbers), 'event')}"
        return f"only others: {self._told(here, numbers)}"

    def _near(self, expect: Expect, numbers: Sequence[int]) -> tuple[str, ...]:
        """The comparisons of the rule at the last event of the subject that it looks at."""
        names = [rule.name for rule in self._policy.rules]
        if expect.rule not in names:
            return ()
        kind = self._policy.rule(expect.rule).kind
        watched = [number for number in numbers if self._events[number - 1].kind == kind]
        if not watched:
            return (f"the rule watches `{kind}`, and there is none",)
        engine = Engine(self._policy, reference=True)
        before = self._events[: watched[-1] - 1]
        if before:
            engine.feed(batch_of(before))
        explanation = engine.explain(self._events[watched[-1] - 1])
        view = next(view for view in explanation.rules if view.rule == expect.rule)
        return tuple(self._sides(view))

    def _sides(self, view: RuleView) -> Iterator[str]:
        currency = self._policy.meta.currency
        yield f"at the last event the rule is `{view.outcome}`"
        for side in view.sides:
            holds = "unknown" if side.holds is None else "holds" if side.holds else "does not hold"
            value = worded(side.left, side.unit, currency)
            yield f"{side.text}: {holds}, the value is {value}"


def expected_text(expect: Expect) -> str:
    """An expectation in the words of the language."""
    parts = ["finding" if expect.found else "no finding"]
    if expect.rule:
        parts.append(f"of {expect.rule}")
    if expect.subject:
        names = ", ".join(expect.subject_kind.split())
        parts.append(f'on {names} "{expect.subject}"')
    if expect.before:
        parts.append(f"before event {expect.before}")
    if expect.within:
        parts.append(f"within {span_text(expect.within)}")
    return " ".join(parts)


def _about(finding: Finding, expect: Expect) -> bool:
    if expect.rule and finding.rule != expect.rule:
        return False
    if not expect.subject:
        return True
    fields = tuple(expect.subject_kind.split())
    return finding.subject_fields == fields and _same(finding.subject, expect.subject)


def _carries(event: Event, expect: Expect) -> bool:
    """True if the fields of an event have the values that the expectation names."""
    fields = expect.subject_kind.split()
    values = [worded(event.values.get(name), FIELDS[name].unit) for name in fields]
    return _same(_SEPARATOR.join(values), expect.subject)


def _same(one: str, other: str) -> bool:
    return one.replace("->", "→").casefold() == other.replace("->", "→").casefold()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
