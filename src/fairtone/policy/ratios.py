"""Parts of a whole that are compared however small the whole is: one of one is 100 %."""

from collections.abc import Iterator

from fairtone.events import Unit
from fairtone.policy.contradictions import against_literal, alternatives, part_of
from fairtone.policy.issue import Issue
from fairtone.policy.issues import units as wrong
from fairtone.policy.model import Arithmetic, Compare, Condition, Rule, WindowValue
from fairtone.policy.wording import text_of


def unguarded_ratios(rule: Rule) -> Iterator[Issue]:
    """A warning for each quotient of counts that nothing keeps from being one of one.

    A lower bound above 1 on the part, on the whole, or on another part of the same whole is enough,
    in every alternative of the condition that has the quotient.
    """
    lets = {let.name: let for let in rule.lets}
    told: set[str] = set()
    for parts in alternatives(rule.when):
        many = {name for part in parts for name in _at_least_two(part)}
        for part in parts:
            quotient = _quotient(part)
            if quotient is None:
                continue
            a, b = quotient
            text = text_of(part)
            kept = any(name in (a, b) or part_of(lets[name], lets[b]) for name in many)
            if lets[b].unit is Unit.COUNT and not kept and text not in told:
                told.add(text)
                yield wrong.UnguardedRatio(rule.place, text, whole=b)


def _quotient(part: Condition) -> tuple[str, str] | None:
    """The windows of `a / b > share`; a quotient that must be small is no worse for a small b."""
    found = against_literal(part) if isinstance(part, Compare) else None
    match found:
        case (Arithmetic("/", WindowValue(a), WindowValue(b)), ">" | ">=" | "=", _):
            return a, b
        case _:
            return None


def _at_least_two(part: Condition) -> Iterator[str]:
    found = against_literal(part) if isinstance(part, Compare) else None
    match found:
        case (WindowValue(name), op, value) if (op == ">" and value >= 1) or (
            op in (">=", "=") and value > 1
        ):
            yield name
        case _:
            return
