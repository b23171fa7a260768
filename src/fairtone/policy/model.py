"""A policy after it was read: clauses, rules, windows, conditions. Frozen, typed, comparable.

The parser makes these, the checker looks at them, the engine and every other way of running takes
them as they are. Spans are microseconds, durations milliseconds, money millionths, as in `events`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal as Choice
from typing import TypeAlias

from fairtone.events import Unit
from fairtone.policy.condition import (
    And,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Condition,
    FieldValue,
    Flag,
    InList,
    IsKnown,
    IsText,
    Literal,
    Not,
    Or,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)

Mode: TypeAlias = Choice["shadow", "review", "enforce"]
Severity: TypeAlias = Choice["low", "medium", "high", "critical"]
Aggregate: TypeAlias = Choice[
    "count", "sum", "mean", "min", "max", "distinct", "share", "last", "new"
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, and line and column counted from 1."""

    file: str
    line: int
    column: int = 1


# --- windows -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """What is added up: events of `kind` that satisfy `where`, per key, over `[t - length, t]`.

    `keys` are fields of the watched kind. `field` is what sum, mean, min, max, distinct, last and
    new look at; `of` the condition whose share is taken. `within` (new only) is how long a value
    must not have been seen for the key. `step` 0 means exact; otherwise the window begins at
    `t // step * step - length`. Spans in microseconds. `hash` is the identity of the window: what
    it counts, never what it is compared with.
    """

    kind: str
    aggregate: Aggregate
    field: str | None
    of: Condition | None
    where: Condition | None
    keys: tuple[str, ...]
    length: int
    step: int = 0
    within: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Let:
    """A window under a name. `lookup` are the fields of the rule's own event that find it."""

    name: str
    window: Window
    lookup: tuple[str, ...]
    unit: Unit
    place: Place


# --- what follows --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call, message, login or file does not pass. `code` is the SIP status, 603 unless said."""

    code: int = 603


@dataclass(frozen=True, slots=True)
class Challenge:
    """The caller must show that a person is there before the call passes."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """`target` (fields) may do `amount` calls per `per`, for `lasting`, both in microseconds."""

    target: tuple[str, ...]
    amount: int
    per: int
    lasting: int


@dataclass(frozen=True, slots=True)
class Block:
    """Nothing from or to `target` passes for `lasting` microseconds."""

    target: tuple[str, ...]
    lasting: int


@dataclass(frozen=True, slots=True)
class Hold:
    """What `target` sends waits for a person, for at most `lasting` microseconds."""

    target: tuple[str, ...]
    lasting: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell `whom`: a role (`compliance`, `engineer`, `analyst`) or `subject`."""

    whom: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a case, or add to the open one."""

    severity: Severity


Action: TypeAlias = Refuse | Challenge | Throttle | Block | Hold | Notify | OpenCase


@dataclass(frozen=True, slots=True)
class Rule:
    """Condition and consequence. `hash` changes with either, never with its place in the text.

    `subject` are the fields whose values say whom a finding is about; `once` (microseconds, 0 for
    always) is how long a subject is left alone by this rule after a finding; `because` has the
    names of lets and fields in braces; `why` is the reason for its thresholds.
    """

    name: str
    clause: str
    kind: str
    subject: tuple[str, ...]
    lets: tuple[Let, ...]
    when: Condition
    unless: Condition | None
    actions: tuple[Action, ...]
    because: str
    why: str
    once: int
    mode: Mode
    severity: Severity
    place: Place
    hash: str = ""

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows that the rule looks at, in the order of its lets."""
        return tuple(let.window for let in self.lets)


# --- the rest of the text ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """At so many strikes this measure, for `lasting` microseconds (0: open), by `people`."""

    strikes: int
    measure: str
    lasting: int
    people: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """The order of measures that people take for a clause, for some relations or (empty) all."""

    clause: str
    relations: tuple[str, ...]
    steps: tuple[Step, ...]
    expire: int
    place: Place


@dataclass(frozen=True, slots=True)
class Given:
    """Events of a test: `count` of `kind`, the first `start` microseconds in, then every `every`.

    `values` are (field, how, value): how is `is`, `rising` (numbers and accounts count up) or
    `cycling` (value is then how many different ones). With `file`, the events of that CSV instead.
    """

    kind: str = ""
    count: int = 0
    start: int = 0
    every: int = 0
    values: tuple[tuple[str, Choice["is", "rising", "cycling"], str], ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """A finding, or none, of `rule` on a subject (each empty: any), before an event or a time.

    `subject_kind` are the fields of the subject, with a space between. `before` counts from 1 the
    events of the test that carry the subject; `within` is microseconds from the first of them; 0
    is none. `line` is where it stands.
    """

    found: bool
    rule: str = ""
    subject_kind: str = ""
    subject: str = ""
    before: int = 0
    within: int = 0
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Test:
    """An example that the policy carries with it: given these events, expect these findings."""

    name: str
    clause: str
    given: tuple[Given, ...]
    expect: tuple[Expect, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list of the policy: what its entries are, and the entries with their notes.

    `holds` is one of `number` (E.164), `prefix` (leading digits of E.164), `address` (CIDR),
    `country`, `account`, `text` (whole, any case) or `pattern` (contained in the text, any case).
    """

    name: str
    holds: Choice["number", "prefix", "address", "country", "account", "text", "pattern"]
    entries: tuple[tuple[str, str], ...]
    file: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading with an id: the prose a person reads, and what is known of how it is kept.

    `control` names how the clause is honoured where no rule can watch it; `unenforced` says why it
    is not. `text` is the prose without blocks; `hash` is of the text.
    """

    id: str
    title: str
    level: int
    text: str
    hash: str
    control: str
    unenforced: str
    place: Place


@dataclass(frozen=True, slots=True)
class Meta:
    """The front matter: whose policy, which version, for whom, in which country and money."""

    organisation: str
    contact: str
    version: str
    applies_to: tuple[str, ...] = ()
    country: str = "US"
    currency: str = "USD"
    timezone: str = "UTC"
    dial_plan: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tariff: str = ""
    accounts: str = ""
    networks: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole policy, ready to run."""

    meta: Meta
    clauses: tuple[Clause, ...]
    rules: tuple[Rule, ...]
    ladders: tuple[Ladder, ...]
    tests: tuple[Test, ...]
    lists: tuple[NamedList, ...]
    folder: Path | None = None
    hash: str = ""
    prose: str = field(default="", repr=False)

    def clause(self, name: str) -> Clause:
        """The clause with this id; `KeyError` if there is none."""
        for clause in self.clauses:
            if clause.id == name:
                return clause
        raise KeyError(name)

    def rule(self, name: str) -> Rule:
        """The rule with this name; `KeyError` if there is none."""
        for rule in self.rules:
            if rule.name == name:
                return rule
        raise KeyError(name)

    def list(self, name: str) -> NamedList:
        """The list with this name; `KeyError` if there is none."""
        for listed in self.lists:
            if listed.name == name:
                return listed
        raise KeyError(name)

    def windows(self) -> Iterator[Window]:
        """Every distinct window, in order of first use: rules that use the same one share it."""
        seen: set[str] = set()
        for rule in self.rules:
            for window in rule.windows:
                if window.hash not in seen:
                    seen.add(window.hash)
                    yield window


__all__ = [
    "Action",
    "Aggregate",
    "And",
    "Arithmetic",
    "Atom",
    "Between",
    "Block",
    "Challenge",
    "Clause",
    "Compare",
    "Condition",
    "Expect",
    "FieldValue",
    "Flag",
    "Given",
    "Hold",
    "InList",
    "IsKnown",
    "IsText",
    "Ladder",
    "Let",
    "Literal",
    "Meta",
    "Mode",
    "NamedList",
    "Not",
    "Notify",
    "OpenCase",
    "Or",
    "Place",
    "Policy",
    "Refuse",
    "Rule",
    "SameAs",
    "Severity",
    "Step",
    "Term",
    "Test",
    "TextTest",
    "Throttle",
    "Window",
    "WindowValue",
]
