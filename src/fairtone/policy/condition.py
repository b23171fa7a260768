"""What is true of one event and of the windows around it: conditions and the terms in them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal as Choice
from typing import TypeAlias

from fairtone.events import Unit


@dataclass(frozen=True, slots=True)
class Literal:
    """A number with its unit, in the unit's smallest part: `6s` is 6000 durations, `60%` is 3/5."""

    value: Fraction
    unit: Unit


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of a field of the event at hand."""

    name: str


@dataclass(frozen=True, slots=True)
class WindowValue:
    """The value of a `let` of the rule."""

    name: str


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left op right`, op one of `+ - * /`. At most one division on each side of a comparison."""

    op: Choice["+", "-", "*", "/"]
    left: "Term"
    right: "Term"


Term: TypeAlias = Literal | FieldValue | WindowValue | Arithmetic


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right` for two terms of the same unit; unknown if a side is unknown."""

    op: Choice["=", "!=", "<", "<=", ">", ">="]
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Between:
    """A clock field lies in `[start, end)`, which may pass midnight. Milliseconds of the day."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag field is true."""

    field: str


@dataclass(frozen=True, slots=True)
class IsText:
    """A text, account, number or address field is one of `values`; texts without regard to case.

    Values are as written in the policy: numbers as E.164 (`+33...`), addresses in their own form.
    """

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SameAs:
    """Two fields of the event have the same value."""

    field: str
    other: str


@dataclass(frozen=True, slots=True)
class TextTest:
    """A text field `starts with` or `contains` a text, without regard to case."""

    field: str
    test: Choice["starts with", "contains"]
    text: str


@dataclass(frozen=True, slots=True)
class InList:
    """A field's value is on one of the policy's lists."""

    field: str
    list: str


@dataclass(frozen=True, slots=True)
class IsKnown:
    """A field or a window has a value. Never unknown itself."""

    term: FieldValue | WindowValue


@dataclass(frozen=True, slots=True)
class Not:
    """Three-valued: not unknown is unknown."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """Three-valued (Kleene): false if one is false, else unknown if one is unknown."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Three-valued (Kleene): true if one is true, else unknown if one is unknown."""

    conditions: tuple["Condition", ...]


Atom: TypeAlias = Compare | Between | Flag | IsText | SameAs | TextTest | InList | IsKnown
Condition: TypeAlias = Atom | Not | And | Or
