"""From words to conditions: names are looked up, units are checked, values are read.

Every mistake becomes an issue with its place; a part that could not be understood is left out, and
what contains it comes out as `None`.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from lark import Token
from phonenumbers import SUPPORTED_REGIONS

from fairtone.events import FIELDS, Unit, address_words, fields_of
from fairtone.policy import syntax
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong
from fairtone.policy.literals import LiteralReader, text_in
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
    NamedList,
    Not,
    Or,
    Place,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)
from fairtone.policy.vocabulary import CALLED, KNOWN_VALUES, LISTS, SAMPLES

Typed: TypeAlias = tuple[Term, Unit]

_FORMS = {
    Unit.NUMBER: "it with `+` and the country code, such as `+33123456789`",
    Unit.ADDRESS: 'an address, such as `"192.0.2.7"` or `"2001:db8::1"`',
    Unit.TEXT: 'it between two `"`',
    Unit.ACCOUNT: 'it between two `"`',
}


class ConditionReader:
    """Reads conditions about events of one kind, with the lets of one rule in sight."""

    def __init__(
        self,
        kind: str,
        lets: Mapping[str, Unit],
        lists: Mapping[str, NamedList],
        literals: LiteralReader,
        issues: list[Issue],
        *,
        in_window: bool = False,
    ) -> None:
        self._kind = kind
        self._lets = lets
        self._lists = lists
        self._literals = literals
        self._issues = issues
        self._in_window = in_window

    # --- conditions ------------------------------------------------------------------------------

    def condition(self, node: syntax.Expression) -> Condition | None:
        """What a piece of a condition means, or `None` after an issue."""
        match node:
            case syntax.Both(parts):
                return self._join(And, parts)
            case syntax.Either(parts):
                return self._join(Or, parts)
            case syntax.Negated(part):
                inner = self.condition(part)
                return None if inner is None else Not(inner)
            case syntax.Comparison(left, op, right):
                return self._compare(left, str(op), right, op)
            case syntax.IsValue(left, right):
                return self._is(left, right)
            case syntax.IsNotValue(left, right):
                inner = self._is(left, right)
                return None if inner is None else Not(inner)
            case syntax.Known(part):
                return self._known(part)
            case syntax.Unknown(part):
                known = self._known(part)
                return None if known is None else Not(known)
            case syntax.OnList(part, name):
                return self._on_list(part, name)
            case syntax.OffList(part, name):
                on_list = self._on_list(part, name)
                return None if on_list is None else Not(on_list)
            case syntax.OneOf(part, choices):
                return self._one_of(part, choices)
            case syntax.NoneOf(part, choices):
                one = self._one_of(part, choices)
                return None if one is None else Not(one)
            case syntax.StartsWith(part, text):
                return self._text_test(part, "starts with", text)
            case syntax.Contains(part, text):
                return self._text_test(part, "contains", text)
            case syntax.BetweenTimes(part, start, end):
                return self._between(part, start, end)
            case syntax.Leaf(word):
                return self._flag(word)
            case syntax.Calculation():
                typed = self.term(node)
                if typed is not None:
                    self._not_a_condition(_first(node), _said(node), typed[1])
                return None

    def _join(self, made: Any, parts: list[syntax.Expression]) -> Condition | None:
        found = [self.condition(part) for part in parts]
        if None in found:
            return None
        flat: list[Condition] = []
        for part in found:
            assert part is not None
            flat += part.conditions if isinstance(part, made) else [part]
        joined: Condition = made(tuple(flat))
        return joined

    def _flag(self, word: Token) -> Condition | None:
        if word.type in ("STRING", "PHONE"):
            self._not_a_condition(word, str(word), Unit.TEXT)
            return None
        if word.type != "NAME":
            literal = self._literals.literal(word)
            if literal is not None:
                self._not_a_condition(word, str(word), literal.unit)
            return None
        unit = self._unit(word)
        if unit is Unit.FLAG:
            return Flag(str(word))
        if unit is not None:
            self._not_a_condition(word, str(word), unit)
        return None

    def _not_a_condition(self, word: Token, text: str, unit: Unit) -> None:
        self._issues.append(wrong.NotACondition(self._place(word), text, unit=CALLED[unit]))

    def _compare(
        self, left: syntax.Expression, op: str, right: syntax.Expression, at: Token
    ) -> Condition | None:
        same = self._same(left, right) if op in ("=", "!=") else None
        if same is not None:
            return Not(same) if op == "!=" else same
        # `=` between a text field and a value means `is`.
        if op in ("=", "!=") and self._is_key(left) and isinstance(right, syntax.Leaf):
            said = self._is(left, right)
            return Not(said) if said is not None and op == "!=" else said
        first, second = self.term(left), self.term(right)
        if first is None or second is None:
            return None
        if not self._match(left, first, right, second):
            return None
        return Compare(op, first[0], second[0])  # type: ignore[arg-type]

    def _match(
        self, left: syntax.Expression, first: Typed, right: syntax.Expression, second: Typed
    ) -> bool:
        """True if two sides have the same unit; a plain number may be compared with a share."""
        units = {first[1], second[1]}
        if len(units) == 1 or units == {Unit.COUNT, Unit.SHARE}:
            return True
        word = _first(right)
        facts = {
            "unit": CALLED[first[1]],
            "other": _said(right),
            "other_unit": CALLED[second[1]],
            "sample": SAMPLES.get(first[1], ""),
        }
        self._issues.append(wrong.WrongUnit(self._place(word), _said(left), **facts))
        return False

    def _is(self, left: syntax.Expression, right: syntax.Expression) -> Condition | None:
        same = self._same(left, right)
        if same is not None:
            return same
        if not self._is_key(left):
            if not isinstance(right, syntax.Leaf) or right.word.type == "STRING":
                field = self._field(left, "a text")
                if field is None:
                    return None
            return self._compare_quantities(left, right)
        field = self._field(left, "a text")
        if field is None or not isinstance(right, syntax.Leaf):
            if field is not None:
                self.term(right)
            return None
        value = self._value(field, right.word)
        return None if value is None else IsText(field, (value,))

    def _compare_quantities(
        self, left: syntax.Expression, right: syntax.Expression
    ) -> Condition | None:
        first, second = self.term(left), self.term(right)
        if first is None or second is None or not self._match(left, first, right, second):
            return None
        return Compare("=", first[0], second[0])

    def _same(self, left: syntax.Expression, right: syntax.Expression) -> Condition | None:
        """`field is field`, if both are fields that are no quantities and of one unit."""
        names = [self._plain(side) for side in (left, right)]
        if None in names:
            return None
        first, second = (str(name) for name in names)
        if first in self._lets or second in self._lets:
            return None
        if any(name not in FIELDS or self._kind not in FIELDS[name].kinds for name in names):
            return None
        unit, other = FIELDS[first].unit, FIELDS[second].unit
        if unit is not other or unit.is_quantity or unit is Unit.FLAG:
            return None
        return SameAs(first, second)

    def _is_key(self, node: syntax.Expression) -> bool:
        name = self._plain(node)
        return name is not None and name in FIELDS and FIELDS[name].unit.is_key

    def _plain(self, node: syntax.Expression) -> str | None:
        if isinstance(node, syntax.Leaf) and node.word.type == "NAME":
            return str(node.word)
        return None

    def _known(self, node: syntax.Expression) -> Condition | None:
        name = self._plain(node)
        if name is None:
            word = _first(node)
            advice = "name a field or a `let`"
            self._issues.append(
                wrong.NotAField(self._place(word), _said(node), what="known", advice=advice)
            )
            return None
        assert isinstance(node, syntax.Leaf)
        if self._unit(node.word) is None:
            return None
        return IsKnown(WindowValue(name) if name in self._lets else FieldValue(name))

    def _on_list(self, node: syntax.Expression, token: Token) -> Condition | None:
        field = self._field(node, "on a list")
        name = text_in(token)
        listed_here = self._lists.get(name)
        if listed_here is None:
            near = nearest(name, self._lists)
            self._issues.append(wrong_names.UnknownList(self._place(token), name, near=near))
            return None
        if field is None:
            return None
        unit = FIELDS[field].unit
        if unit not in LISTS[listed_here.holds]:
            fitting = [holds for holds, units in LISTS.items() if unit in units]
            facts = {
                "holds": f"`{listed_here.holds}`",
                "field": field,
                "unit": CALLED[unit],
                "expected": listed(fitting) or "another kind",
            }
            self._issues.append(wrong_names.WrongList(self._place(token), name, **facts))
            return None
        return InList(field, name)

    def _one_of(self, node: syntax.Expression, choices: syntax.Choices) -> Condition | None:
        if not self._is_key(node):
            typed = self.term(node)
            values = [self.term(leaf) for leaf in choices.leaves]
            if typed is None or None in values:
                return None
            made = []
            for leaf, value in zip(choices.leaves, values, strict=True):
                assert value is not None
                if not self._match(node, typed, leaf, value):
                    return None
                made.append(Compare("=", typed[0], value[0]))
            return Or(tuple(made)) if len(made) > 1 else made[0]
        field = self._field(node, "one of several values")
        if field is None:
            return None
        texts = [self._value(field, leaf.word) for leaf in choices.leaves]
        return None if None in texts else IsText(field, tuple(text for text in texts if text))

    def _text_test(self, node: syntax.Expression, test: str, token: Token) -> Condition | None:
        field = self._field(node, "a text")
        if field is None:
            return None
        if FIELDS[field].unit is not Unit.TEXT:
            advice = "numbers and addresses go on a list of prefixes or networks"
            facts = {"what": "a text", "advice": advice}
            self._issues.append(wrong.NotAField(self._place(_first(node)), field, **facts))
            return None
        return TextTest(field, test, text_in(token))  # type: ignore[arg-type]

    def _between(self, node: syntax.Expression, start: Token, end: Token) -> Condition | None:
        field = self._field(node, "between two times")
        first, last = self._literals.literal(start), self._literals.literal(end)
        if field is None or first is None or last is None:
            return None
        unit = FIELDS[field].unit
        if unit is not Unit.CLOCK:
            facts = {
                "unit": CALLED[unit],
                "other": str(start),
                "other_unit": CALLED[Unit.CLOCK],
                "sample": SAMPLES.get(unit, ""),
            }
            self._issues.append(wrong.WrongUnit(self._place(_first(node)), field, **facts))
            return None
        return Between(field, int(first.value), int(last.value))

    def _value(self, field: str, word: Token) -> str | None:
        """A value in the form that the model has it, if the field can be written so."""
        unit = FIELDS[field].unit
        text = text_in(word) if word.type == "STRING" else str(word)
        if unit is Unit.NUMBER:
            digits = text.replace(" ", "")
            if re.fullmatch(r"\+[1-9]\d{1,17}", digits, re.ASCII):
                return digits
        elif unit is Unit.ADDRESS:
            if word.type == "STRING" and address_words(text) is not None:
                return text
        elif word.type == "STRING":
            known = KNOWN_VALUES.get(field)
            if known and text.lower() not in [value.lower() for value in known]:
                near = nearest(text, known)
                facts = {"field": field, "near": near, "known": listed(known)}
                self._issues.append(wrong.ImpossibleValue(self._place(word), text, **facts))
                return None
            if field.endswith(".country") and text.upper() not in SUPPORTED_REGIONS:
                country = "two letters (ISO 3166), such as `FR`"
                facts = {"field": field, "near": "", "known": country}
                self._issues.append(wrong.ImpossibleValue(self._place(word), text, **facts))
                return None
            return text
        facts = {"unit": CALLED[unit], "field": field, "sample": _FORMS[unit]}
        self._issues.append(wrong.BadValue(self._place(word), str(word), **facts))
        return None

    def _field(self, node: syntax.Expression, what: str) -> str | None:
        name = self._plain(node)
        if name is None or name in self._lets:
            advice = "a window is compared with `=`, `<` or `>`" if name else "name a field"
            facts = {"what": what, "advice": advice}
            self._issues.append(wrong.NotAField(self._place(_first(node)), _said(node), **facts))
            return None
        assert isinstance(node, syntax.Leaf)
        return name if self._unit(node.word) is not None else None

    # --- terms -----------------------------------------------------------------------------------

    def term(self, node: syntax.Expression) -> Typed | None:
        """One side of a comparison and its unit, or `None` after an issue."""
        typed = self._term(node)
        if typed is not None and _divisions(typed[0]) > 1:
            self._issues.append(wrong.TwoDivisions(self._place(_first(node)), _said(node)))
            return None
        return typed

    def _term(self, node: syntax.Expression) -> Typed | None:
        match node:
            case syntax.Leaf(word) if word.type == "NAME":
                unit = self._unit(word)
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
                    self._issues.append(wrong.NotAQuantity(self._place(word), name, **facts))
                    return None
                return FieldValue(name), unit
            case syntax.Leaf(word) if word.type in ("STRING", "PHONE"):
                facts = {
                    "unit": CALLED[Unit.TEXT if word.type == "STRING" else Unit.NUMBER],
                    "what": "compared so",
                    "advice": "compare it with a field, as in `field is ...`",
                }
                self._issues.append(wrong.NotAQuantity(self._place(word), str(word), **facts))
                return None
            case syntax.Leaf(word):
                literal = self._literals.literal(word)
                return None if literal is None else (literal, literal.unit)
            case syntax.Calculation(left, op, right):
                return self._calculate(node, left, str(op), right)
            case _:
                advice = "a comparison joins two values"
                place = self._place(_first(node))
                self._issues.append(wrong.NotAValue(place, _said(node), advice=advice))
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
        place = self._place(_first(node))
        if op in ("+", "-"):
            if not self._match(left, first, right, second):
                return None
            if _divisions(a) + _divisions(b) > 0:
                self._issues.append(wrong.TwoDivisions(place, _said(node)))
                return None
            return Arithmetic(op, a, b), unit  # type: ignore[arg-type]
        plain = (Unit.COUNT, Unit.SHARE)
        if op == "*":
            if not isinstance(a, Literal) and not isinstance(b, Literal):
                self._issues.append(wrong.ProductOfWindows(place, _said(node)))
                return None
            if unit in plain:
                made = other if unit is Unit.COUNT or other not in plain else unit
                return Arithmetic("*", a, b), made
            if other in plain:
                return Arithmetic("*", a, b), unit
        else:
            if isinstance(b, Literal) and b.value == 0:
                self._issues.append(wrong.DivisionByZero(place, _said(node)))
                return None
            if unit is other:
                return Arithmetic("/", a, b), Unit.SHARE
            if other in plain:
                return Arithmetic("/", a, b), unit
        facts = {"unit": CALLED[unit], "op": op, "other": CALLED[other]}
        self._issues.append(wrong.NoSuchUnit(place, _said(node), **facts))
        return None

    # --- names -----------------------------------------------------------------------------------

    def _unit(self, word: Token) -> Unit | None:
        """The unit of a name, or `None` after an issue."""
        name = str(word)
        if name in self._lets:
            if self._in_window:
                self._issues.append(wrong_names.UnknownLet(self._place(word), name))
                return None
            return self._lets[name]
        return field_unit(name, self._kind, self._place(word), self._issues, self._lets)

    def _place(self, word: Token) -> Place:
        return self._literals.place(word)


def field_unit(
    name: str, kind: str, place: Place, issues: list[Issue], lets: Mapping[str, Unit] | None = None
) -> Unit | None:
    """The unit of a field of a kind of event, or `None` after an issue."""
    field = FIELDS.get(name)
    if field is None:
        known = [found.name for found in fields_of(kind)] + list(lets or ())
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


def _first(node: Any) -> Token:
    """The first word of a piece of a condition."""
    match node:
        case Token():
            return node
        case syntax.Leaf(word):
            return word
        case syntax.Calculation(left) | syntax.Comparison(left):
            return _first(left)
        case syntax.Both(parts) | syntax.Either(parts):
            return _first(parts[0])
        case syntax.Negated(part):
            return _first(part)
        case syntax.IsValue(left) | syntax.IsNotValue(left):
            return _first(left)
        case _:
            return _first(node.part)


def _said(node: Any) -> str:
    """A piece of a condition as it could be written."""
    match node:
        case syntax.Leaf(word):
            return str(word)
        case syntax.Calculation(left, op, right) | syntax.Comparison(left, op, right):
            return f"{_said(left)} {op} {_said(right)}"
        case syntax.Negated(part):
            return f"not {_said(part)}"
        case _:
            return str(_first(node))
