"""One side of a comparison: names looked up, units worked out, at most one division.

Every mistake becomes an issue with its place; what could not be understood comes out as `None`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from lark import Token

from fairtone.events import FIELDS, Unit, fields_of
from fairtone.policy import syntax
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong
from fairtone.policy.literals import LiteralReader
from fairtone.policy.model import Arithmetic, FieldValue, Literal, Place, Term, WindowValue
from fairtone.policy.vocabulary import CALLED, SAMPLES

Typed: TypeAlias = tuple[Term, Unit]


class TermReader:
    """Reads the terms of conditions about events of one kind, with the lets of one rule in sight.

    `in_window` if the condition is that of a window, which cannot look at other windows.
    """

    def __init__(
        self,
        kind: str,
        lets: Mapping[str, Unit | None],
        literals: LiteralReader,
        issues: list[Issue],
        *,
        in_window: bool = False,
    ) -> None:
        self._kind = kind
        self._lets = lets
        self._literals = literals
        self._issues = issues
        self._in_window = in_window

    def term(self, node: syntax.Expression) -> Typed | None:
        """One side of a comparison and its unit, or `None` after an issue."""
        typed = self._term(node)
        if typed is not None and _divisions(typed[0]) > 1:
            self._issues.append(wrong.TwoDivisions(self.place(first_word(node)), said(node)))
            return None
        return typed

    def _term(self, node: syntax.Expression) -> Typed | None:
        match node:
            case syntax.Leaf(word) if word.type == "NAME":
                unit = self.unit(word)
                if unit is None:
                    return None
                name = str(word)
                if name in self._lets:
                    return WindowValue(name), unit
                if not unit.is_quantity:
                    sample = "+33123456789" if unit is Unit.NUMBER else '"..."'
                    advice = f"write `{name} is {sample}`, or put it on a list"
                    if unit is Unit.FLAG:
                        advice = f"write `{name}` or `not {name}`"
                    facts = {"unit": CALLED[unit], "what": "compared so", "advice": advice}
                    self._issues.append(wrong.NotAQuantity(self.place(word), name, **facts))
                    return None
                return FieldValue(name), unit
            case syntax.Leaf(word) if word.type in ("STRING", "PHONE"):
                facts = {
                    "unit": CALLED[Unit.TEXT if word.type == "STRING" else Unit.NUMBER],
                    "what": "compared so",
                    "advice": "compare it with a field, as in `field is ...`",
                }
                self._issues.append(wrong.NotAQuantity(self.place(word), str(word), **facts))
                return None
            case syntax.Leaf(word):
                literal = self._literals.literal(word)
                return None if literal is None else (literal, literal.unit)
            case syntax.Calculation(left, op, right):
                return self._calculate(node, left, str(op), right)
            case _:
                advice = "a comparison joins two values"
                place = self.place(first_word(node))
                self._issues.append(wrong.NotAValue(place, said(node), advice=advice))
                return None

    def _calculate(
        self,
        node: syntax.Expression,
        left: syntax.Expression,
        op: str,
        right: syntax.Expression,
    ) -> Typed | None:
        first, second = self._term(left), self._term(right)
        if first is None or second is None:
            return None
        (a, unit), (b, other) = first, second
        place = self.place(first_word(node))
        if op in ("+", "-"):
            if not self.match(left, first, right, second):
                return None
            if _divisions(a) + _divisions(b) > 0:
                self._issues.append(wrong.TwoDivisions(place, said(node)))
                return None
            return Arithmetic(op, a, b), unit  # type: ignore[arg-type]
        plain = (Unit.COUNT, Unit.SHARE)
        if op == "*":
            both = not isinstance(a, Literal) and not isinstance(b, Literal)
            if both and (unit in plain or other in plain):
                self._issues.append(wrong.ProductOfWindows(place, said(node)))
                return None
            if unit in plain:
                made = other if unit is Unit.COUNT or other not in plain else unit
                return Arithmetic("*", a, b), made
            if other in plain:
                return Arithmetic("*", a, b), unit
        else:
            if isinstance(b, Literal) and b.value == 0:
                self._issues.append(wrong.DivisionByZero(place, said(node)))
                return None
            if unit is other:
                return Arithmetic("/", a, b), Unit.SHARE
            if other in plain:
                return Arithmetic("/", a, b), unit
        facts = {"unit": CALLED[unit], "op": op, "other": CALLED[other]}
        self._issues.append(wrong.NoSuchUnit(place, said(node), **facts))
        return None

    # --- names -----------------------------------------------------------------------------------

    def unit(self, word: Token) -> Unit | None:
        """The unit of a name, or `None` after an issue."""
        name = str(word)
        if name in self._lets:
            if self._in_window:
                self._issues.append(wrong_names.UnknownLet(self.place(word), name))
                return None
            return self._lets[name]
        return field_unit(name, self._kind, self.place(word), self._issues, self._lets)

    def place(self, word: Token) -> Place:
        """Where a word stands."""
        return self._literals.place(word)

    def match(
        self, left: syntax.Expression, first: Typed, right: syntax.Expression, second: Typed
    ) -> bool:
        """True if two sides have the same unit; a plain number may be compared with a share."""
        units = {first[1], second[1]}
        if len(units) == 1 or units == {Unit.COUNT, Unit.SHARE}:
            return True
        self.wrong_unit(left, first, right, second)
        return False

    def wrong_unit(
        self, left: syntax.Expression, first: Typed, right: syntax.Expression, second: Typed
    ) -> None:
        """Say that two sides are not of one unit."""
        facts = {
            "unit": CALLED[first[1]],
            "other": said(right),
            "other_unit": CALLED[second[1]],
            "sample": SAMPLES.get(first[1], ""),
        }
        self._issues.append(wrong.WrongUnit(self.place(first_word(right)), said(left), **facts))


def field_unit(
    name: str, kind: str, place: Place, issues: list[Issue], lets: Iterable[str] = ()
) -> Unit | None:
    """The unit of a field of a kind of event, or `None` after an issue."""
    field = FIELDS.get(name)
    if field is None:
        known = [*(found.name for found in fields_of(kind)), *lets]
        near = nearest(name, known)
        issues.append(wrong_names.UnknownField(place, name, kind=kind, near=near))
        return None
    if kind not in field.kinds:
        kinds = listed(sorted(field.kinds), "and")
        issues.append(wrong_names.FieldOfOtherKind(place, name, kind=kind, kinds=kinds))
        return None
    return field.unit


def _divisions(term: Term) -> int:
    match term:
        case Arithmetic(op, left, right):
            inner = _divisions(left) + _divisions(right)
            # A division by a plain number is a fixed scale, and makes no number larger.
            return inner + (op == "/" and not isinstance(right, Literal))
        case _:
            return 0


def first_word(node: Any) -> Token:
    """The first word of a piece of a condition."""
    match node:
        case Token():
            return node
        case syntax.Leaf(word):
            return word
        case syntax.Calculation(left) | syntax.Comparison(left):
            return first_word(left)
        case syntax.Both(parts) | syntax.Either(parts):
            return first_word(parts[0])
        case syntax.Negated(part):
            return first_word(part)
        case syntax.IsValue(left) | syntax.IsNotValue(left):
            return first_word(left)
        case _:
            return first_word(node.part)


def said(node: Any) -> str:
    """A piece of a condition as it could be written."""
    match node:
        case syntax.Leaf(word):
            return str(word)
        case syntax.Calculation(left, op, right) | syntax.Comparison(left, op, right):
            return f"{said(left)} {op} {said(right)}"
        case syntax.Negated(part):
            return f"not {said(part)}"
        case _:
            return str(first_word(node))


def named(node: syntax.Expression) -> str | None:
    """The name that a piece of a condition is, if it is one and nothing more."""
    if isinstance(node, syntax.Leaf) and node.word.type == "NAME":
        return str(node.word)
    return None
