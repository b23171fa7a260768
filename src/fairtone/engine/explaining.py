"""Why a rule does, or does not, find an event: its values, their thresholds, how near they are."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from fairtone.engine.finding import Measured, RuleView, Side
from fairtone.engine.meaning import Meaning, Number, key_part, term
from fairtone.engine.testimony import subject_text
from fairtone.events import Event, Unit
from fairtone.policy import text_of
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    Condition,
    Literal,
    Not,
    Or,
    Rule,
    Term,
    WindowValue,
)

NEAR = 0.8
"""A comparison is near if its value is at least this part of what would turn it."""


def view(
    rule: Rule,
    meaning: Meaning,
    event: Event,
    windows: Callable[[str], Number | None],
    *,
    quiet: bool,
) -> RuleView:
    """What a rule makes of an event, given the values of its windows; `quiet` as `once` has it."""
    sides = tuple(_side(node, rule, meaning, event, windows) for node in compares(rule.when))
    holds = meaning.holds(rule.when, event, windows)
    if holds and any(key_part(event, name) is None for name in rule.subject):
        holds = None
    exempt = rule.unless is not None and meaning.holds(rule.unless, event, windows)
    outcome = "clear"
    if holds is None:
        outcome = "unknown"
    elif holds:
        outcome = "exempt" if exempt else "quiet" if quiet else "found"
    elif sides and all(
        side.holds or (side.nearness is not None and side.nearness >= NEAR) for side in sides
    ):
        outcome = "near"
    return RuleView(
        rule.name,
        rule.clause,
        outcome,  # type: ignore[arg-type]
        subject_text(rule, event.values.get),
        sides,
        tuple(Measured(let.name, windows(let.name), let.unit) for let in rule.lets),
    )


def compares(condition: Condition) -> Iterator[Compare]:
    """The comparisons in a condition, from left to right."""
    match condition:
        case Compare():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from compares(part)
        case Not(inner):
            yield from compares(inner)
        case _:
            return


def _side(
    node: Compare,
    rule: Rule,
    meaning: Meaning,
    event: Event,
    windows: Callable[[str], Number | None],
) -> Side:
    left, right = term(node.left, event, windows), term(node.right, event, windows)
    nearness = None
    if left is not None and right is not None:
        value, bound = (right, left) if node.op in ("<", "<=") else (left, right)
        nearness = float(Fraction(value) / bound) if bound > 0 else None
    return Side(
        text_of(node, meaning.currency),
        left,
        right,
        _unit(node.left, rule) or _unit(node.right, rule) or Unit.COUNT,
        meaning.holds(node, event, windows),
        nearness,
    )


def _unit(node: Term, rule: Rule) -> Unit | None:
    match node:
        case Literal(_, unit):
            return unit
        case WindowValue(name):
            return next(let.unit for let in rule.lets if let.name == name)
        case Arithmetic("/", left, right):
            same = _unit(left, rule) == _unit(right, rule)
            return Unit.SHARE if same else _unit(left, rule)
        case Arithmetic(_, left, _):
            return _unit(left, rule)
        case _:
            return None
