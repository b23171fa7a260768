"""The parts of a rule in plain English, for people who decide about it and do not write it.

`wording.py` gives the language back; this says what it means.
"""

from fractions import Fraction
from typing import Any

from fairtone.events import Unit
from fairtone.policy.model import (
    Action,
    And,
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
    Not,
    Notify,
    OpenCase,
    Or,
    Refuse,
    Rule,
    SameAs,
    Term,
    TextTest,
    Throttle,
    Window,
)
from fairtone.policy.wording import literal_text, quote, span_text, text_of

MODES = {
    "shadow": "it records what it would have done, and touches nothing",
    "review": "it opens a case, and touches nothing",
    "enforce": "it acts",
}

EVENTS = {
    "call.attempt": ("call attempt", "call attempts"),
    "call.answered": ("answer", "answers"),
    "call.ended": ("ended call", "ended calls"),
    "registration": ("registration", "registrations"),
    "sip.request": ("SIP request", "SIP requests"),
}
"""A kind of event in a sentence, one and many."""

_IS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
}


def plain_of(node: Any, currency: str = "USD") -> str:
    """A condition, `let` or action as a piece of an English sentence."""
    match node:
        case Let():
            return _let(node, currency)
        case Refuse() | Challenge() | Throttle() | Block() | Hold() | Notify() | OpenCase():
            return _action(node)
        case _:
            return _condition(node, currency)


def parts_of(condition: Condition, currency: str = "USD") -> list[str]:
    """What must all be true for a condition to be, one piece each."""
    parts = condition.conditions if isinstance(condition, And) else (condition,)
    return [_inside(part, currency) for part in parts]


def happening(rule: Rule) -> str:
    """What makes a rule look: `each ended call`."""
    return f"each {EVENTS[rule.kind][0]}"


def whom(fields: tuple[str, ...]) -> str:
    """The fields of a subject or a target: `account`, or `the pair of caller and callee`."""
    if len(fields) == 1:
        return f"the {fields[0]}"
    return f"the pair of {', '.join(fields[:-1])} and {fields[-1]}"


def _let(let: Let, currency: str) -> str:
    window = let.window
    pairs = zip(let.lookup, window.keys, strict=True)
    keys = [f"same {own}" if own == key else f"{key} that is this {own}" for own, key in pairs]
    said = [_counted(window, currency), f"with the {' and the '.join(keys)}"]
    said.append(f"in the last {span_text(window.length)}")
    if window.step:
        said.append(f"(which moves on every {span_text(window.step)})")
    return " ".join(said)


def _counted(window: Window, currency: str) -> str:
    many = EVENTS[window.kind][1]
    of = many
    if window.where is not None:
        of = f"{many} where {_condition(window.where, currency)},"
    field = window.field or ""
    match window.aggregate:
        case "count":
            return f"how many {of}"
        case "distinct":
            return f"how many different values of {field} in {of}"
        case "new":
            since = span_text(window.within)
            return f"how many values of {field} that were not seen for {since} before, in {of}"
        case "share":
            assert window.of is not None
            return f"the share where {_condition(window.of, currency)}, of {of}"
        case "last":
            return f"the last {field} of {of}"
        case _:
            words = {"sum": "total", "mean": "mean", "min": "smallest", "max": "largest"}
            return f"the {words[window.aggregate]} {field} of {of}"


def _condition(node: Condition, currency: str) -> str:
    match node:
        case And(parts):
            return " and ".join(_inside(part, currency) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, currency) for part in parts)
        case Not(inner):
            return _negated(inner, currency)
        case Compare(op, left, right):
            return f"{_term(left, currency)} {_IS[op]} {_term(right, currency)}"
        case Between(name, start, end):
            first, last = (literal_text(Fraction(at), Unit.CLOCK) for at in (start, end))
            return f"{name} lies between {first} and {last}"
        case Flag(name):
            return f"{name} is true"
        case IsText(name, (value,)):
            return f"{name} is {quote(value)}"
        case IsText(name, values):
            return f"{name} is one of {', '.join(quote(value) for value in values)}"
        case SameAs(name, other):
            return f"{name} is the same as {other}"
        case TextTest(name, test, text):
            return f"{name} {test} {quote(text)}"
        case InList(name, listed):
            return f"{name} is on the list {quote(listed)}"
        case IsKnown(asked):
            return f"{asked.name} is known"


def _negated(node: Condition, currency: str) -> str:
    match node:
        case Flag(name):
            return f"{name} is false"
        case IsKnown(asked):
            return f"{asked.name} is not known"
        case IsText() | SameAs() | InList() | Between():
            return (
                _condition(node, currency)
                .replace(" is ", " is not ", 1)
                .replace(" lies ", " does not lie ", 1)
            )
        case _:
            return f"it is not so that {_inside(node, currency)}"


def _inside(node: Condition, currency: str) -> str:
    text = _condition(node, currency)
    return f"({text})" if isinstance(node, And | Or) else text


def _term(node: Term, currency: str) -> str:
    match node:
        case FieldValue(name):
            return f"its {name}"
        case _:
            return text_of(node, currency)


def _action(action: Action) -> str:
    match action:
        case Refuse(code):
            return f"refuses it with SIP status {code}"
        case Challenge():
            return "asks for a sign that a person is there"
        case Throttle(target, amount, per, lasting):
            calls = "1 call" if amount == 1 else f"{amount} calls"
            return f"slows {whom(target)} to {calls} per {span_text(per)}, for {span_text(lasting)}"
        case Block(target, lasting):
            return f"lets nothing pass from or to {whom(target)} for {span_text(lasting)}"
        case Hold(target, lasting):
            return f"holds what {whom(target)} sends for a person, at most {span_text(lasting)}"
        case Notify("subject"):
            return "tells the one it is about"
        case Notify(role):
            return f"tells {role}"
        case OpenCase(severity):
            return f"opens a case of {severity} severity"
