"""The parts of a policy back as the text of the language, for reports and for hashes."""

from fractions import Fraction
from typing import Any

from fairtone.events import FIELDS, Unit
from fairtone.policy.literals import SIZES, SPANS
from fairtone.policy.model import (
    Action,
    And,
    Arithmetic,
    Between,
    Block,
    Challenge,
    Compare,
    Condition,
    FieldValue,
    Flag,
    Hold,
    InList,
    IsKnown,
    IsText,
    Let,
    Literal,
    Not,
    Notify,
    OpenCase,
    Or,
    Refuse,
    SameAs,
    Term,
    TextTest,
    Throttle,
    Window,
    WindowValue,
)


def text_of(node: Any, currency: str = "USD") -> str:
    """A condition, term, window, let or action as text that parses to the same thing again."""
    match node:
        case Literal() | FieldValue() | WindowValue() | Arithmetic():
            return _term(node, currency)
        case Window():
            return _window(node, node.keys, currency)
        case Let():
            return f"{node.name} = {_window(node.window, node.lookup, currency)}"
        case Refuse() | Challenge() | Throttle() | Block() | Hold() | Notify() | OpenCase():
            return _action(node)
        case _:
            return _condition(node, currency)


def span_text(microseconds: int) -> str:
    """A span by the largest unit that it is a whole number of: `90s`, `48h`, `30d`."""
    return _span(Fraction(microseconds, 1_000))


def _span(milliseconds: Fraction) -> str:
    for name, size in sorted(SPANS.items(), key=lambda item: -item[1]):
        if milliseconds % size == 0 and (name != "d" or milliseconds > 2 * size):
            return f"{milliseconds // size}{name}"
    return f"{_decimal(milliseconds)}ms"


def quote(text: str) -> str:
    """A text between quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal_text(value: Fraction, unit: Unit, currency: str = "USD") -> str:
    """A literal as it is written."""
    match unit:
        case Unit.SHARE:
            return f"{_decimal(value * 100)}%"
        case Unit.DURATION:
            return _span(value)
        case Unit.MONEY:
            return f"{_decimal(value / 10**6)} {currency}"
        case Unit.SIZE:
            for name, size in sorted(SIZES.items(), key=lambda item: -item[1]):
                if value >= size:
                    return f"{_decimal(value / size)} {name}"
            return f"{_decimal(value)} B"
        case Unit.CLOCK:
            minutes = int(value) // 60_000
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return _decimal(value)


def _decimal(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while (value * 10**digits).denominator != 1 and digits < 18:
        digits += 1
    whole = round(value * 10**digits)
    return f"{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def _term(node: Term, currency: str) -> str:
    match node:
        case Literal(value, unit):
            return literal_text(value, unit, currency)
        case FieldValue(name) | WindowValue(name):
            return name
        case Arithmetic(op, left, right):
            first, second = _term(left, currency), _term(right, currency)
            if isinstance(left, Arithmetic) and op in "*/" and left.op in "+-":
                first = f"({first})"
            if isinstance(right, Arithmetic) and (op in "*/" or right.op in "+-"):
                second = f"({second})"
            return f"{first} {op} {second}"


def _condition(node: Condition, currency: str) -> str:
    match node:
        case And(parts):
            return " and ".join(_inside(part, currency, Or) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, currency, ()) for part in parts)
        case Not(IsText() | InList() | IsKnown() as inner):
            return _negated(inner)
        case Not(inner):
            tight = isinstance(inner, Flag | Not)
            text = _condition(inner, currency)
            return f"not {text}" if tight else f"not ({text})"
        case Compare(op, left, right):
            return f"{_term(left, currency)} {op} {_term(right, currency)}"
        case Between(name, start, end):
            first, last = (literal_text(Fraction(at), Unit.CLOCK) for at in (start, end))
            return f"{name} between {first} and {last}"
        case Flag(name):
            return name
        case IsText(name, (value,)):
            return f"{name} is {_value(name, value)}"
        case IsText(name, values):
            return f"{name} in ({', '.join(_value(name, value) for value in values)})"
        case SameAs(name, other):
            return f"{name} is {other}"
        case TextTest(name, test, text):
            return f"{name} {test} {quote(text)}"
        case InList(name, listed):
            return f"{name} in {quote(listed)}"
        case IsKnown(asked):
            return f"{asked.name} is known"


def _inside(node: Condition, currency: str, loose: Any) -> str:
    text = _condition(node, currency)
    return f"({text})" if loose and isinstance(node, loose) else text


def _negated(node: IsText | InList | IsKnown) -> str:
    match node:
        case IsText(name, (value,)):
            return f"{name} is not {_value(name, value)}"
        case IsText(name, values):
            return f"{name} not in ({', '.join(_value(name, value) for value in values)})"
        case InList(name, listed):
            return f"{name} not in {quote(listed)}"
        case IsKnown(asked):
            return f"{asked.name} is unknown"


def _value(field: str, value: str) -> str:
    return value if FIELDS[field].unit is Unit.NUMBER else quote(value)


def _window(window: Window, lookup: tuple[str, ...], currency: str) -> str:
    parts: list[str] = [window.aggregate]
    if window.field:
        parts.append(window.field)
    parts.append(f"of {window.kind}")
    if window.within:
        parts.append(f"within {span_text(window.within)}")
    where, among = window.where, None
    if window.aggregate == "share":
        where, among = window.of, window.where
    if where is not None:
        parts.append(f"where {_condition(where, currency)}")
    if among is not None:
        parts.append(f"among {_condition(among, currency)}")
    keys = [
        name if name == watched else f"{name} as {watched}"
        for name, watched in zip(lookup, window.keys, strict=True)
    ]
    parts.append(f"per {', '.join(keys)} over {span_text(window.length)}")
    if window.step:
        parts.append(f"by {span_text(window.step)}")
    return " ".join(parts)


def _action(action: Action) -> str:
    match action:
        case Refuse(code):
            return f"refuse with {code}"
        case Challenge():
            return "challenge"
        case Throttle(target, amount, per, lasting):
            calls = "call" if amount == 1 else "calls"
            return (
                f"throttle {', '.join(target)} to {amount} {calls} per {span_text(per)} "
                f"for {span_text(lasting)}"
            )
        case Block(target, lasting):
            return f"block {', '.join(target)} for {span_text(lasting)}"
        case Hold(target, lasting):
            return f"hold {', '.join(target)} for {span_text(lasting)}"
        case Notify(whom):
            return f"notify {whom}"
        case OpenCase(severity):
            return f"open case severity {severity}"
