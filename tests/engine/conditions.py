"""Random conditions: every node of the model, over the fields of an event and the windows of a rule."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random

from tests.engine.pools import FIELDS_OF, POOLS, fields_with, keys, quantities

from fairtone.events import FIELDS, Unit
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
    Let,
    Literal,
    NamedList,
    Not,
    Or,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)

OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_HOLDS = {
    "number": Unit.NUMBER,
    "prefix": Unit.NUMBER,
    "address": Unit.ADDRESS,
    "account": Unit.ACCOUNT,
}
_TEXTS = ("friendly", "ZOI", "É", "k", "a.c", "", "10")


class Conditions:
    """Draws conditions; `lists` are those that they may ask."""

    def __init__(self, dice: Random, lists: Sequence[NamedList]) -> None:
        self._dice = dice
        self._lists = lists

    def over(self, kind: str, lets: Sequence[Let]) -> Callable[[int], Condition]:
        """What draws a condition of a given depth over events of `kind` and these windows."""

        def draw(depth: int) -> Condition:
            turn = self._dice.randrange(8)
            if depth and turn < 6:
                parts = (draw(depth - 1), draw(depth - 1))
                return (And, Or, And, Or)[turn](parts) if turn < 4 else Not(parts[0])
            if lets and self._dice.random() < 0.7:
                return self._about_windows(kind, lets)
            return self._atom(kind)

        return draw

    def _about_windows(self, kind: str, lets: Sequence[Let]) -> Condition:
        dice = self._dice
        if dice.random() < 0.1:
            return IsKnown(WindowValue(dice.choice(lets).name))
        left, right = self._sides(kind, lets)
        return Compare(dice.choice(OPERATORS), left, right)

    def _sides(self, kind: str, lets: Sequence[Let]) -> tuple[Term, Term]:
        """Two terms of one unit, neither with more than one division."""
        dice = self._dice
        one = dice.choice(lets)
        same = [other for other in lets if other.unit is one.unit]
        value, other = WindowValue(one.name), WindowValue(dice.choice(same).name)
        alike = [name for name in quantities(kind) if FIELDS[name].unit is one.unit]
        threshold = self._literal(one)
        match dice.randrange(8):
            case 0:
                return Arithmetic(dice.choice("+-"), value, other), threshold
            case 1:
                return value, Arithmetic("*", other, self._number())
            case 2 | 3:
                return Arithmetic("/", value, other), self._share()
            case 4:
                total = Arithmetic("+", value, Arithmetic("*", other, self._number()))
                return Arithmetic("/", total, other), self._share()
            case 5:
                return Arithmetic("/", value, other), Arithmetic("/", other, value)
            case 6 if alike:
                return Arithmetic("-", value, FieldValue(dice.choice(alike))), threshold
            case _:
                return value, threshold

    def _literal(self, one: Let) -> Literal:
        dice = self._dice
        if one.unit is Unit.SHARE:
            return self._share()
        if one.window.aggregate in ("count", "distinct", "new") or one.window.field is None:
            return Literal(Fraction(dice.choice((0, 1, 2, 3, 5))), one.unit)
        near = int(dice.choice(POOLS[one.window.field]))
        return Literal(Fraction(near * dice.choice((1, 1, 2))), one.unit)

    def _share(self) -> Literal:
        return Literal(
            self._dice.choice((Fraction(0), Fraction(1, 2), Fraction(2, 3), Fraction(1))),
            Unit.SHARE,
        )

    def _number(self) -> Literal:
        return Literal(self._dice.choice((Fraction(2), Fraction(3, 2), Fraction(1, 3))), Unit.COUNT)

    def _atom(self, kind: str) -> Condition:
        dice = self._dice
        texts = fields_with(kind, Unit.TEXT)
        match dice.randrange(9):
            case 0 | 1:
                return self._compare(kind)
            case 2:
                start, end = dice.sample((0, 21_600_000, 43_200_000, 79_200_000, 86_399_999), 2)
                return Between("clock", start, end)
            case 3:
                return Flag(dice.choice(fields_with(kind, Unit.FLAG)))
            case 4:
                name = dice.choice(keys(kind))
                return IsText(name, tuple(self._written(name) for _ in range(dice.choice((1, 3)))))
            case 5:
                name = dice.choice(keys(kind))
                like = fields_with(kind, FIELDS[name].unit)
                return SameAs(name, dice.choice(like))
            case 6:
                test = dice.choice(("starts with", "contains"))
                return TextTest(dice.choice(texts), test, dice.choice(_TEXTS))
            case 7:
                listed = dice.choice(self._lists)
                like = fields_with(kind, _HOLDS.get(listed.holds, Unit.TEXT))
                return InList(dice.choice(like), listed.name) if like else self._compare(kind)
            case _:
                return IsKnown(FieldValue(dice.choice(FIELDS_OF[kind])))

    def _compare(self, kind: str) -> Compare:
        dice = self._dice
        name = dice.choice(quantities(kind))
        unit = FIELDS[name].unit
        bound = Literal(Fraction(int(dice.choice(POOLS[name]))), unit)
        alike = [other for other in quantities(kind) if FIELDS[other].unit is unit]
        left: Term = FieldValue(name)
        right: Term = dice.choice((bound, bound, FieldValue(dice.choice(alike))))
        if dice.random() < 0.2:
            left = Arithmetic(dice.choice("+-"), left, FieldValue(dice.choice(alike)))
        elif dice.random() < 0.1:
            left, right = Arithmetic("/", left, FieldValue(dice.choice(alike))), self._share()
        return Compare(dice.choice(OPERATORS), left, right)

    def _written(self, name: str) -> str:
        """A value as the policy would write it: an address that is one, a number with its plus."""
        if FIELDS[name].unit is Unit.NUMBER:
            return f"+{self._dice.choice(POOLS[name])}"
        if FIELDS[name].unit is Unit.ADDRESS:
            return self._dice.choice(("10.0.0.1", "2001:DB8::1", "::ffff:10.0.0.2"))
        return str(self._dice.choice(POOLS[name]))
