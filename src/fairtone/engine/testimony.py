"""From a rule that fired to a finding that a person can read and anyone can find again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fairtone.engine.finding import Answer, Evidence, Finding, Measured, Verdict
from fairtone.engine.meaning import Number
from fairtone.engine.wording import fill, worded
from fairtone.events import FIELDS, Unit, Value
from fairtone.policy.model import (
    Action,
    Block,
    Challenge,
    Hold,
    Let,
    Policy,
    Refuse,
    Rule,
    Throttle,
    Window,
)

Fields: TypeAlias = Callable[[str], Value | None]

PAIR = " → "
_SEVERITY: dict[Answer, int] = {"allow": 0, "throttle": 1, "challenge": 2, "refuse": 3}


@dataclass(frozen=True, slots=True)
class Moment:
    """Where in the stream an event stands: engine time, its own time (microseconds), its number."""

    at: int
    event_at: int
    sequence: int


@dataclass(frozen=True, slots=True)
class _Told:
    """What a finding of one rule has to say, worked out once."""

    fields: tuple[str, ...]
    spoken_fields: tuple[tuple[str, Unit], ...]
    spoken_lets: tuple[tuple[int, str, Unit], ...]
    clause_hash: str
    subject_kind: str


class Testimony:
    """Makes the findings of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        clauses = {clause.id: clause.hash for clause in policy.clauses}
        self._told = {
            rule.name: _Told(
                tuple(sorted(set(_names(rule)))),
                tuple((name, FIELDS[name].unit) for name in FIELDS if _speaks(rule, name)),
                tuple(
                    (number, let.name, let.unit)
                    for number, let in enumerate(rule.lets)
                    if _speaks(rule, let.name)
                ),
                clauses.get(rule.clause, ""),
                subject_kind(rule),
            )
            for rule in policy.rules
        }

    def finding(
        self, rule: Rule, moment: Moment, fields: Fields, values: Sequence[Number | None]
    ) -> Finding:
        """The finding of a rule that fired on an event with these fields and window values."""
        policy, told = self._policy, self._told[rule.name]
        currency = policy.meta.currency
        said = {name: fields(name) for name in told.fields}
        words = {name: worded(said[name], unit, currency) for name, unit in told.spoken_fields}
        for number, name, unit in told.spoken_lets:
            words[name] = worded(values[number], unit, currency)
        return Finding(
            rule=rule.name,
            clause=rule.clause,
            subject=subject_text(rule, said.get),
            subject_kind=told.subject_kind,
            subject_fields=rule.subject,
            at=moment.at,
            event_at=moment.event_at,
            sequence=moment.sequence,
            event=rule.kind,
            mode=rule.mode,
            severity=rule.severity,
            values=tuple(
                Measured(let.name, value, let.unit)
                for let, value in zip(rule.lets, values, strict=True)
            ),
            because=fill(rule.because, words),
            actions=rule.actions,
            evidence=tuple(_evidence(let, moment.at, said.get) for let in rule.lets),
            rule_hash=rule.hash,
            clause_hash=told.clause_hash,
            policy_version=policy.meta.version,
            policy_hash=policy.hash,
            facts=tuple((name, value) for name, value in said.items() if value is not None),
        )


def begins(window: Window, at: int) -> int:
    """The first microsecond of a window at engine time `at`."""
    return (at // window.step * window.step if window.step else at) - window.length


def _evidence(let: Let, at: int, fields: Fields) -> Evidence:
    window = let.window
    key = tuple(value if (value := fields(name)) is not None else "" for name in let.lookup)
    return Evidence(window.hash, let.name, window.kind, window.keys, key, begins(window, at), at)


def _names(rule: Rule) -> list[str]:
    """The fields that a finding of the rule has to remember."""
    targets = [
        name
        for action in rule.actions
        if isinstance(action, Throttle | Block | Hold)
        for name in action.target
    ]
    spoken = [name for name in FIELDS if _speaks(rule, name)]
    looked_up = [name for let in rule.lets for name in let.lookup]
    return [*rule.subject, *targets, *spoken, *looked_up]


def _speaks(rule: Rule, name: str) -> bool:
    """Whether the sentence of a rule has a place for a name."""
    return "{" + name + "}" in rule.because


def subject_text(rule: Rule, fields: Fields) -> str:
    """Whom a finding is about, as text: the values of the subject's fields, joined by an arrow."""
    return PAIR.join(worded(fields(name), FIELDS[name].unit) for name in rule.subject)


def subject_kind(rule: Rule) -> str:
    """`pair` for a subject of two fields, else the unit of its field."""
    return "pair" if len(rule.subject) > 1 else str(FIELDS[rule.subject[0]].unit)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """The strictest answer that an enforced finding asks for at once."""
    answer: Answer = "allow"
    strictest: Finding | None = None
    code = until = 0
    for finding in findings:
        if finding.mode != "enforce":
            continue
        for action in finding.actions:
            asked, asked_code, lasting = answer_of(action)
            if _SEVERITY[asked] > _SEVERITY[answer]:
                answer, strictest, code = asked, finding, asked_code
                until = finding.at + lasting if lasting else 0
    if strictest is None:
        return Verdict("allow", "no rule objects", findings=tuple(findings))
    return Verdict(answer, strictest.because, strictest.clause, code, until, tuple(findings))


def answer_of(action: Action) -> tuple[Answer, int, int]:
    """What an action says to the event at hand: the answer, the SIP code, how long it lasts."""
    match action:
        case Refuse(code):
            return "refuse", code, 0
        case Block(_, lasting):
            return "refuse", 603, lasting
        case Challenge():
            return "challenge", 0, 0
        case Hold(_, lasting):
            return "challenge", 0, lasting
        case Throttle(_, _, _, lasting):
            return "throttle", 0, lasting
        case _:
            return "allow", 0, 0
