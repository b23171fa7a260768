"""Rules that can never fire, exemptions that can never apply: bounds with nothing between them.

What is found is certain; what is not found may still be impossible. Each simple comparison of a
window or a field with a literal narrows an interval; values that a unit cannot have narrow it too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from fairtone.events import FIELDS, Unit
from fairtone.policy.issue import Issue
from fairtone.policy.issues import meaning as wrong
from fairtone.policy.issues import windows as wrong_windows
from fairtone.policy.model import (
    And,
    Arithmetic,
    Compare,
    Condition,
    FieldValue,
    Flag,
    InList,
    IsText,
    Let,
    Literal,
    Not,
    Or,
    Rule,
    Term,
    WindowValue,
)
from fairtone.policy.wording import text_of

_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}


@dataclass(frozen=True, slots=True)
class _Bounds:
    """An interval; a bound that is open does not belong to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def meet(self, op: str, value: Fraction) -> "_Bounds":
        low, high, low_open, high_open = self.low, self.high, self.low_open, self.high_open
        if op in (">", ">=", "=") and (low is None or value > low or (value == low and op == ">")):
            low, low_open = value, op == ">"
        if op in ("<", "<=", "=") and (
            high is None or value < high or (value == high and op == "<")
        ):
            high, high_open = value, op == "<"
        return _Bounds(low, high, low_open, high_open)

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))


def contradictions(rule: Rule) -> Iterator[Issue]:
    """Issues about a rule whose condition or exemption contradicts itself."""
    units = {let.name: let.unit for let in rule.lets}
    for let in rule.lets:
        for part in (let.window.where, let.window.of):
            if part is not None and _impossible(part, {}):
                facts = {"name": let.name, "advice": "change one of the bounds"}
                yield wrong_windows.WindowCannotFill(let.place, text_of(part), **facts)
    reason = _impossible(rule.when, units) or _more_than_all(rule)
    if reason:
        yield wrong.NeverFires(rule.place, rule.name, reason=reason)
        return
    if rule.unless is None:
        return
    alone = _impossible(rule.unless, units)
    both = alone or _impossible(And((rule.when, rule.unless)), units)
    if both:
        yield wrong.NeverExempts(rule.place, rule.name, reason=both)
    elif _impossible(And((rule.when, Not(rule.unless))), units):
        yield wrong.AlwaysExempts(rule.place, rule.name)


def _impossible(condition: Condition, units: dict[str, Unit]) -> str:
    """Why a condition can never be true; empty if it may be."""
    reasons = [_clash(parts, units) for parts in alternatives(condition)]
    return reasons[0] if reasons and all(reasons) else ""


_LIMIT = 64


def alternatives(condition: Condition) -> list[list[Condition]]:
    """The condition as alternatives of things that hold together; few, or one that says nothing."""
    match condition:
        case Or(parts):
            found = [line for part in parts for line in alternatives(part)]
        case And(parts):
            found = [[]]
            for part in parts:
                found = [[*line, *more] for line in found for more in alternatives(part)]
                if len(found) > _LIMIT:
                    return [[]]
        case Not(And(parts)):
            found = [line for part in parts for line in alternatives(Not(part))]
        case Not(Or(parts)):
            return alternatives(And(tuple(Not(part) for part in parts)))
        case Not(Not(inner)):
            return alternatives(inner)
        case Not(Compare(op, left, right)):
            return [[Compare(_OPPOSITE[op], left, right)]]  # type: ignore[arg-type]
        case _:
            found = [[condition]]
    return found if len(found) <= _LIMIT else [[]]


def _clash(parts: list[Condition], units: dict[str, Unit]) -> str:
    bounds: dict[str, _Bounds] = {}
    said: dict[str, str] = {}
    texts: dict[str, tuple[set[str], str]] = {}
    for part in parts:
        opposite = part.condition if isinstance(part, Not) else Not(part)
        if isinstance(part, Flag | InList | IsText) and opposite in parts:
            return f"`{text_of(part)}` and `{text_of(opposite)}` exclude each other"
        if isinstance(part, IsText):
            values = {value.lower() for value in part.values}
            before, earlier = texts.get(part.field, (values, ""))
            if not before & values:
                return f"`{earlier}` and `{text_of(part)}` exclude each other"
            texts[part.field] = (before & values, text_of(part))
        if not isinstance(part, Compare):
            continue
        bound = against_literal(part)
        if bound is None:
            continue
        left, op, value = bound
        name = text_of(left)
        start = bounds.get(name, _natural(left, units))
        now = start.meet(op, value)
        if now.empty:
            if name in said:
                return f"`{said[name]}` and `{text_of(part)}` exclude each other"
            return f"`{text_of(part)}` is never true"
        bounds[name], said[name] = now, text_of(part)
    return ""


def against_literal(part: Compare) -> tuple[Term, str, Fraction] | None:
    """A comparison of something with a literal, the literal on the right."""
    if isinstance(part.right, Literal) and not isinstance(part.left, Literal):
        return part.left, part.op, part.right.value
    if isinstance(part.left, Literal) and not isinstance(part.right, Literal):
        return part.right, _MIRRORED[part.op], part.left.value
    return None


def _natural(term: Term, units: dict[str, Unit]) -> _Bounds:
    """What a value can be at all: counts are not negative, shares lie between 0 and 100 %."""
    match term:
        case FieldValue(name):
            unit = FIELDS[name].unit
            return _Bounds(Fraction(0)) if unit is not Unit.MONEY else _Bounds()
        case WindowValue(name):
            unit = units.get(name, Unit.COUNT)
            if unit is Unit.SHARE:
                return _Bounds(Fraction(0), Fraction(1))
            return _Bounds(Fraction(0)) if unit is not Unit.MONEY else _Bounds()
        case _:
            return _Bounds()


def part_of(part: Let, whole: Let) -> bool:
    """True if every event that one window counts is certainly counted by the other one too."""
    inner, outer = part.window, whole.window
    # A window with a step begins earlier than its length says: then both must have it.
    within = inner.length <= outer.length and inner.step in (0, outer.step)
    return (
        inner.aggregate in ("count", "distinct", "new")
        and outer.aggregate == "count"
        and (inner.kind, inner.keys, part.lookup) == (outer.kind, outer.keys, whole.lookup)
        and within
        and outer.where in (None, inner.where)
    )


def _more_than_all(rule: Rule) -> str:
    """Why a part would have to be more than its whole in every alternative; empty if in none."""
    lets = {let.name: let for let in rule.lets}
    found = ""
    for parts in alternatives(rule.when):
        clashes = (_part_above_whole(part, lets) for part in parts if isinstance(part, Compare))
        found = next(filter(None, clashes), "")
        if not found:
            return ""
    return found


def _part_above_whole(said: Compare, lets: dict[str, Let]) -> str:
    asked = against_literal(said)
    match asked:
        case (Arithmetic("/", WindowValue(a), WindowValue(b)), op, value):
            more = op in (">", ">=", "=") and (value > 1 or (value == 1 and op == ">"))
        case _:
            match said:
                case Compare(">", WindowValue(a), WindowValue(b)):
                    more = True
                case Compare("<", WindowValue(b), WindowValue(a)):
                    more = True
                case _:
                    return ""
    if more and part_of(lets[a], lets[b]):
        return f"`{a}` is a part of `{b}`, and `{text_of(said)}` asks for more"
    return ""
