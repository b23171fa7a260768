"""Test blocks: the examples that a policy carries with it."""

import re
from collections.abc import Mapping
from typing import Literal as Choice
from typing import TypeAlias

from lark import Token

from fairtone.events import FIELDS, KINDS, Unit, address_words
from fairtone.policy import statements as said
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.document import Block
from fairtone.policy.example_events import SEPARATOR, risen
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import events as wrong_events
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong_units
from fairtone.policy.literals import LiteralReader, text_in
from fairtone.policy.model import Expect, Given, Meta, Place, Test
from fairtone.policy.terms import field_unit
from fairtone.policy.vocabulary import CALLED, SAMPLES

Set: TypeAlias = tuple[str, Choice["is", "rising", "cycling"], str]

MOST_EVENTS = 100_000
MOST_DAYS = 366
DAY = 86_400_000_000
"""How many events a `given` line may make, and how long a test may last."""

COUNTED = ("event", "call")
"""What `before` can count; both count events, of whatever kind."""


class ExampleReader:
    """Reads the test blocks of one policy."""

    def __init__(self, file: str, meta: Meta, issues: list[Issue]) -> None:
        self._file = file
        self._issues = issues
        self._literals = LiteralReader(file, meta.currency or "USD", issues)

    def example(self, block: Block) -> tuple[Test, Mapping[str, Place]]:
        """The test of a block, and where it names the rules and files that must exist."""
        given: list[Given] = []
        expect: list[Expect] = []
        names: dict[str, Place] = {}
        statements = cut(block)
        for statement in statements:
            read = read_statement(statement, block, self._issues)
            match read:
                case said.GivenEvents():
                    made = self._events(read)
                    if made is not None:
                        given.append(made)
                case said.GivenFile(_, file):
                    given.append(Given(file=text_in(file)))
                    names[text_in(file)] = self._literals.place(file)
                case said.ExpectStatement():
                    expected = self._expect(read, statement.first)
                    expect.append(expected)
                    if read.rule is not None:
                        names[expected.rule] = self._literals.place(read.rule)
                case _:
                    continue
        if all(statement.word != "expect" for statement in statements):
            self._issues.append(wrong_meaning.TestProvesNothing(block.place, block.name))
        test = Test(block.name, block.clause, tuple(given), tuple(expect), block.place)
        return test, names

    def _events(self, read: said.GivenEvents) -> Given | None:
        kind, place = str(read.kind), self._literals.place(read.kind)
        if kind not in KINDS:
            facts = {"near": nearest(kind, KINDS), "known": listed(KINDS, "and")}
            self._issues.append(wrong_names.UnknownKind(place, kind, **facts))
            return None
        values: list[Set] = []
        for setting in read.values.settings if read.values else ():
            value = self._setting(setting, kind)
            if value is not None:
                values.append(value)
        count = self._literals.whole(read.count)
        start = self._literals.span(read.start, least=0) if read.start else 0
        every = self._literals.span(read.every, least=0) if read.every else 1_000_000
        long = start + every * count > MOST_DAYS * DAY
        if count > MOST_EVENTS or long:
            place = self._literals.place(read.count)
            facts = {"what": "last too long" if long else "are too many"}
            self._issues.append(
                wrong_events.TooManyEvents(
                    place, str(read.count), most=MOST_EVENTS, days=MOST_DAYS, **facts
                )
            )
            return None
        for name, how, text in values:
            if how == "rising" and not self._rises(name, text, count):
                place = self._literals.place(read.kind)
                self._issues.append(wrong_events.NotRising(place, text, field=name))
        return Given(kind=kind, count=count, start=start, every=every, values=tuple(values))

    def _rises(self, name: str, text: str, count: int) -> bool:
        try:
            risen(text, FIELDS[name].unit, count)
        except ValueError:
            return False
        return True

    def _setting(self, setting: said.Setting, kind: str) -> Set | None:
        name, place = str(setting.field), self._literals.place(setting.field)
        unit = field_unit(name, kind, place, self._issues)
        if unit is None:
            return None
        match setting:
            case said.SetTrue() | said.SetFalse():
                if unit is not Unit.FLAG:
                    facts = {"unit": CALLED[unit], "field": name, "sample": f"`{name} ...`"}
                    self._issues.append(wrong_units.BadValue(place, name, **facts))
                    return None
                return name, "is", "true" if isinstance(setting, said.SetTrue) else "false"
            case said.SetTo(_, value):
                text = self._value(name, unit, value.word)
                return None if text is None else (name, "is", text)
            case said.Rising(_, value):
                text = self._value(name, unit, value.word)
                return None if text is None else (name, "rising", text)
            case said.Cycling(_, base, number):
                first = self._value(name, unit, base.word) if base else _base(name, unit)
                if first is None:
                    return None
                # Through more values than there can be events it would be the same.
                count = min(self._literals.whole(number), MOST_EVENTS)
                if unit is Unit.FLAG or not self._rises(name, first, count):
                    self._issues.append(wrong_events.NotRising(place, first, field=name))
                    return None
                return name, "cycling", SEPARATOR.join(risen(first, unit, n) for n in range(count))
            case said.CyclingThrough(_, choices):
                texts = [self._value(name, unit, leaf.word) for leaf in choices.leaves]
                if None in texts:
                    return None
                return name, "cycling", SEPARATOR.join(text or "" for text in texts)

    def _value(self, name: str, unit: Unit, word: Token) -> str | None:
        """A value as text in the smallest part of its unit, or `None` after an issue."""
        if word.type == "STRING":
            text = text_in(word)
            if unit in (Unit.TEXT, Unit.ACCOUNT) or (
                unit is Unit.ADDRESS and address_words(text) is not None
            ):
                return text
        elif word.type == "PHONE":
            digits = str(word).replace(" ", "")
            if unit is Unit.NUMBER and re.fullmatch(r"\+[1-9]\d{1,16}", digits, re.ASCII):
                return digits.lstrip("+")
            if unit is Unit.TEXT:
                return digits
        else:
            literal = self._literals.literal(word)
            if literal is None:
                return None
            if literal.unit is unit and literal.value.denominator == 1:
                return str(literal.value)
            if unit is Unit.NUMBER and literal.unit is Unit.COUNT:
                return str(literal.value)
        sample = SAMPLES.get(unit, f'`{name} "..."`')
        facts = {"unit": CALLED[unit], "field": name, "sample": sample}
        self._issues.append(wrong_units.BadValue(self._literals.place(word), str(word), **facts))
        return None

    def _expect(self, read: said.ExpectStatement, line: int) -> Expect:
        kind = value = ""
        if read.subject is not None:
            for word in read.subject.names.words:
                self._subject(word)
            kind = " ".join(str(word) for word in read.subject.names.words)
            value = text_in(read.subject.value)
        if read.what is not None and read.what not in COUNTED:
            place, text = self._literals.place(read.what), str(read.what)
            facts = {"what": "thing to count", "near": "", "known": listed(COUNTED)}
            self._issues.append(wrong_names.UnknownWord(place, text, **facts))
        return Expect(
            found=read.no is None,
            rule=str(read.rule) if read.rule is not None else "",
            subject_kind=kind,
            subject=value,
            before=self._literals.whole(read.before) if read.before is not None else 0,
            within=self._literals.span(read.within) if read.within is not None else 0,
            line=line,
        )

    def _subject(self, word: Token) -> None:
        """A finding is about fields that something can be kept per."""
        name, place = str(word), self._literals.place(word)
        keys = [field.name for field in FIELDS.values() if field.unit.is_key]
        if name not in FIELDS:
            near = nearest(name, keys)
            self._issues.append(wrong_names.UnknownField(place, name, kind="any event", near=near))
        elif name not in keys:
            facts = {"unit": CALLED[FIELDS[name].unit], "known": listed(keys[:4])}
            self._issues.append(wrong_units.NotAKey(place, name, **facts))


def _base(name: str, unit: Unit) -> str:
    match unit:
        case Unit.ADDRESS:
            return "198.51.100.1"
        case Unit.NUMBER:
            return "12025550100"
        case Unit.TEXT | Unit.ACCOUNT:
            return f"{name}-1"
        case _:
            return "1"
