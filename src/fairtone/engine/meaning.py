"""What a condition means: three-valued logic over the fields of one event and its windows.

This is the definition. It is exact (fractions, never floats), it is slow, and every faster way of
running must agree with it. `None` is unknown: what needs an unknown value is unknown, `a / 0` is
unknown, and Kleene's tables join them (design, section 2, "Meaning, stated once").
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from fairtone.engine.lists import Matcher, fold, matcher_of
from fairtone.events import FIELDS, Event, Unit, Value, address_words
from fairtone.policy.model import (
    And,
    Arithmetic,
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
    Policy,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)

Number: TypeAlias = Fraction | int
Windows: TypeAlias = Callable[[str], Number | None]


def value_of(event: Event, name: str) -> Value | None:
    """A field as it is compared: texts folded, addresses that are not addresses unknown."""
    value = event.values.get(name)
    if value is None:
        return None
    unit = FIELDS[name].unit
    if unit is Unit.TEXT:
        return fold(str(value))
    if unit is Unit.ADDRESS and address_words(str(value)) is None:
        return None
    return value


def key_part(event: Event, name: str) -> Value | tuple[int, int] | None:
    """A field as a part of a key: as `value_of`, but an address is the same in every spelling."""
    value = value_of(event, name)
    if value is not None and FIELDS[name].unit is Unit.ADDRESS:
        return address_words(str(value))
    return value


def same_value(written: str, unit: Unit) -> object:
    """A value written in the policy in the form that `key_part` gives."""
    match unit:
        case Unit.TEXT:
            return fold(written)
        case Unit.NUMBER:
            return int(written.lstrip("+"))
        case Unit.ADDRESS:
            return address_words(written)
        case _:
            return written


class Meaning:
    """Conditions of one policy, with its lists at hand."""

    def __init__(self, policy: Policy) -> None:
        self.currency = policy.meta.currency
        self._lists: Mapping[str, Matcher] = {
            listed.name: matcher_of(listed) for listed in policy.lists
        }

    def holds(self, condition: Condition, event: Event, windows: Windows) -> bool | None:
        """True, false or unknown (`None`) for this event and these window values."""
        match condition:
            case And(conditions):
                found = [self.holds(part, event, windows) for part in conditions]
                if False in found:
                    return False
                return None if None in found else True
            case Or(conditions):
                found = [self.holds(part, event, windows) for part in conditions]
                if True in found:
                    return True
                return None if None in found else False
            case Not(inner):
                inside = self.holds(inner, event, windows)
                return None if inside is None else not inside
            case Compare(op, left, right):
                return _compare(op, term(left, event, windows), term(right, event, windows))
            case IsKnown(asked):
                return (
                    term(asked, event, windows) is not None
                    if isinstance(asked, WindowValue)
                    else value_of(event, asked.name) is not None
                )
            case _:
                return self._atom(condition, event)

    def _atom(self, condition: Condition, event: Event) -> bool | None:
        assert isinstance(condition, Between | Flag | IsText | SameAs | TextTest | InList)
        value = value_of(event, condition.field)
        if value is None:
            return None
        match condition:
            case Flag():
                return bool(value)
            case Between(_, start, end):
                clock = int(value)
                return start <= clock < end if start <= end else clock >= start or clock < end
            case IsText(name, values):
                unit = FIELDS[name].unit
                mine = key_part(event, name)
                return any(same_value(written, unit) == mine for written in values)
            case SameAs(name, other):
                theirs = key_part(event, other)
                return None if theirs is None else key_part(event, name) == theirs
            case TextTest(_, "starts with", text):
                return str(value).startswith(fold(text))
            case TextTest(_, _, text):
                return fold(text) in str(value)
            case InList(_, name):
                return self._lists[name](value)


def term(node: Term, event: Event, windows: Windows) -> Number | None:
    """The value of one side of a comparison, exactly; `None` if it is unknown."""
    match node:
        case Literal(number, _):
            return number
        case FieldValue(name):
            value = event.values.get(name)
            return None if value is None else int(value)
        case WindowValue(name):
            return windows(name)
        case Arithmetic(op, left, right):
            a, b = term(left, event, windows), term(right, event, windows)
            if a is None or b is None:
                return None
            match op:
                case "+":
                    return a + b
                case "-":
                    return a - b
                case "*":
                    return a * b
                case "/":
                    return None if b == 0 else Fraction(a) / Fraction(b)


def _compare(op: str, left: Number | None, right: Number | None) -> bool | None:
    if left is None or right is None:
        return None
    match op:
        case "=":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right
