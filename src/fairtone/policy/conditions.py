"""From words to conditions: names are looked up, units are checked, values are read.

Every mistake becomes an issue with its place; a part that could not be understood is left out, and
what contains it comes out as `None`.
"""

import re
from collections.abc import Mapping
from typing import Any

from lark import Token
from phonenumbers import SUPPORTED_REGIONS

from fairtone.events import FIELDS, Unit, address_words
from fairtone.policy import syntax
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong
from fairtone.policy.literals import LiteralReader, text_in
from fairtone.policy.model import (
    And,
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
from fairtone.policy.terms import TermReader, first_word, named, said
from fairtone.policy.vocabulary import CALLED, KNOWN_VALUES, LISTS, SAMPLES

_TEXTS = ("STRING", "PHONE")

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
        lets: Mapping[str, Unit | None],
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
        self._terms = TermReader(kind, lets, literals, issues, in_window=in_window)

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
                typed = self._terms.term(node)
                if typed is not None:
                    self._not_a_condition(first_word(node), said(node), typed[1])
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
        unit = self._terms.unit(word)
        if unit is Unit.FLAG:
            return Flag(str(word))
        if unit is not None:
            self._not_a_condition(word, str(word), unit)
        return None

    def _not_a_condition(self, word: Token, text: str, unit: Unit) -> None:
        self._issues.append(wrong.NotACondition(self._terms.place(word), text, unit=CALLED[unit]))

    def _compare(
        self, left: syntax.Expression, op: str, right: syntax.Expression, at: Token
    ) -> Condition | None:
        same = self._same(left, right) if op in ("=", "!=") else None
        if same is not None:
            return Not(same) if op == "!=" else same
        # `=` between a text field and a value means `is`.
        if op in ("=", "!=") and self._is_key(left) and isinstance(right, syntax.Leaf):
            found = self._is(left, right)
            return Not(found) if found is not None and op == "!=" else found
        sides = self._sides(left, right)
        return None if sides is None else Compare(op, *sides)  # type: ignore[arg-type]

    def _sides(self, left: syntax.Expression, right: syntax.Expression) -> tuple[Term, Term] | None:
        """Both sides of a comparison, if they can be compared."""
        first = self._terms.term(left)
        if first is None and isinstance(right, syntax.Leaf) and right.word.type in _TEXTS:
            return None  # what is wrong with the left side is what is wrong
        second = self._terms.term(right)
        if first is None or second is None or not self._terms.match(left, first, right, second):
            return None
        # A count is no share, though a number may be written for one: `0.5` for `50%`.
        for (mine, unit), (_, other) in ((first, second), (second, first)):
            if unit is Unit.COUNT and other is Unit.SHARE and not isinstance(mine, Literal):
                self._terms.wrong_unit(left, first, right, second)
                return None
        return first[0], second[0]

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
                self._terms.term(right)
            return None
        value = self._value(field, right.word)
        return None if value is None else IsText(field, (value,))

    def _compare_quantities(
        self, left: syntax.Expression, right: syntax.Expression
    ) -> Condition | None:
        sides = self._sides(left, right)
        return None if sides is None else Compare("=", *sides)

    def _same(self, left: syntax.Expression, right: syntax.Expression) -> Condition | None:
        """`field is field`, if both are fields that are no quantities and of one unit."""
        names = [named(side) for side in (left, right)]
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
        name = named(node)
        return name is not None and name in FIELDS and FIELDS[name].unit.is_key

    def _known(self, node: syntax.Expression) -> Condition | None:
        name = named(node)
        if name is None:
            word = first_word(node)
            advice = "name a field or a `let`"
            self._issues.append(
                wrong.NotAField(self._terms.place(word), said(node), what="known", advice=advice)
            )
            return None
        assert isinstance(node, syntax.Leaf)
        if self._terms.unit(node.word) is None:
            return None
        return IsKnown(WindowValue(name) if name in self._lets else FieldValue(name))

    def _on_list(self, node: syntax.Expression, token: Token) -> Condition | None:
        field = self._field(node, "on a list")
        name = text_in(token)
        listed_here = self._lists.get(name)
        if listed_here is None:
            near = nearest(name, self._lists)
            self._issues.append(wrong_names.UnknownList(self._terms.place(token), name, near=near))
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
            self._issues.append(wrong_names.WrongList(self._terms.place(token), name, **facts))
            return None
        return InList(field, name)

    def _one_of(self, node: syntax.Expression, choices: syntax.Choices) -> Condition | None:
        if not self._is_key(node):
            typed = self._terms.term(node)
            values = [self._terms.term(leaf) for leaf in choices.leaves]
            if typed is None or None in values:
                return None
            made = []
            for leaf, value in zip(choices.leaves, values, strict=True):
                assert value is not None
                if not self._terms.match(node, typed, leaf, value):
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
            self._issues.append(wrong.NotAField(self._at(node), field, **facts))
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
            self._issues.append(wrong.WrongUnit(self._at(node), field, **facts))
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
                self._issues.append(wrong.ImpossibleValue(self._terms.place(word), text, **facts))
                return None
            if field.endswith(".country") and text.upper() not in SUPPORTED_REGIONS:
                country = "two letters (ISO 3166), such as `FR`"
                facts = {"field": field, "near": "", "known": country}
                self._issues.append(wrong.ImpossibleValue(self._terms.place(word), text, **facts))
                return None
            return text
        facts = {"unit": CALLED[unit], "field": field, "sample": _FORMS[unit]}
        self._issues.append(wrong.BadValue(self._terms.place(word), str(word), **facts))
        return None

    def _field(self, node: syntax.Expression, what: str) -> str | None:
        name = named(node)
        if name is None or name in self._lets:
            advice = "a window is compared with `=`, `<` or `>`" if name else "name a field"
            facts = {"what": what, "advice": advice}
            self._issues.append(wrong.NotAField(self._at(node), said(node), **facts))
            return None
        assert isinstance(node, syntax.Leaf)
        return name if self._terms.unit(node.word) is not None else None

    def _at(self, node: syntax.Expression) -> Place:
        return self._terms.place(first_word(node))
