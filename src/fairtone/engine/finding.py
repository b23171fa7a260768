"""What the engine says: a finding, a verdict, an explanation. Plain frozen data.

A finding carries all that is needed to show it to a person and to find it again: which text and
which rule, every value in the condition, and which events made it so (design, section 2.5).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal as Choice
from typing import TypeAlias

from fairtone.events import Unit, Value
from fairtone.policy.model import Action, Mode, Severity


@dataclass(frozen=True, slots=True)
class Measured:
    """The value of a window when a rule looked at it; `None` is unknown. Shares are fractions."""

    name: str
    value: Fraction | int | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which events one window of a finding had in it.

    Events of `kind` from `since` to `until` (microseconds, both included, engine time) whose
    `keys` fields have the values `key`, and that satisfy the window's condition. `window` is the
    hash of the window.
    """

    window: str
    name: str
    kind: str
    keys: tuple[str, ...]
    key: tuple[Value, ...]
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule was broken.

    `at` is engine time: the event's time in microseconds, made unique; `event_at` is the time that
    the event itself claims, earlier than `at` if it came late. `sequence` counts the events that
    the engine was fed, from 1. `subject` is text: the account, `+` and the digits of a number, an
    address; the parts of a pair are joined by ` → `. `subject_kind` is `account`, `number`,
    `address`, `pair` or the unit of the field.
    """

    rule: str
    clause: str
    subject: str
    subject_kind: str
    subject_fields: tuple[str, ...]
    at: int
    event_at: int
    sequence: int
    event: str
    mode: Mode
    severity: Severity
    values: tuple[Measured, ...]
    because: str
    actions: tuple[Action, ...]
    evidence: tuple[Evidence, ...]
    rule_hash: str
    clause_hash: str
    policy_version: str
    policy_hash: str
    facts: tuple[tuple[str, Value], ...] = ()

    @property
    def key(self) -> tuple[int, str, str]:
        """What tells findings of one run apart: engine time, rule, subject."""
        return (self.at, self.rule, self.subject)


Answer: TypeAlias = Choice["allow", "challenge", "throttle", "refuse"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to "may this pass?", the strictest that an enforced rule gave, with its reason.

    `code` is the SIP status of a refusal, else 0. `until` is how long it holds (microseconds), 0 if
    it is for this event only. `findings` are all that the event led to, of every mode.
    """

    answer: Answer
    reason: str
    clause: str = ""
    code: int = 0
    until: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One comparison of a rule: its two values, whether it holds, and how far it was from turning.

    `nearness` is the value as a part of the threshold, 1.0 at it; `None` if a side is unknown.
    """

    text: str
    left: Fraction | int | None
    right: Fraction | int | None
    unit: Unit
    holds: bool | None
    nearness: float | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """What one rule made of an event. `outcome` says it in a word.

    `found`: it fires; `near`: every comparison that does not hold is within a fifth of its
    threshold; `exempt`; `unknown`: something needed is not known; `quiet`: a finding on the subject
    is younger than `once per`; `clear`: none of these.
    """

    rule: str
    clause: str
    outcome: Choice["found", "near", "exempt", "unknown", "quiet", "clear"]
    subject: str
    sides: tuple[Side, ...]
    values: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What every rule for this kind of event would say if the event came now."""

    at: int
    kind: str
    rules: tuple[RuleView, ...]
