"""Test blocks: the examples that a policy carries with it, and the events that they stand for."""

import ipaddress
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal as Choice
from typing import TypeAlias

from lark import Token

from fairtone.events import FIELDS, KINDS, Event, Unit, Value
from fairtone.policy import statements as said
from fairtone.policy.blocks import cut, read_statement
from fairtone.policy.conditions import field_unit
from fairtone.policy.document import Block
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import meaning as wrong_meaning
from fairtone.policy.issues import names as wrong_names
from fairtone.policy.issues import units as wrong_units
from fairtone.policy.literals import LiteralReader, text_in
from fairtone.policy.model import Expect, Given, Meta, Place, Test
from fairtone.policy.vocabulary import CALLED, SAMPLES

SEPARATOR = "\n"
"""Between the values through which a field cycles."""

Set: TypeAlias = tuple[str, Choice["is", "rising", "cycling"], str]

MOST_EVENTS = 100_000
START = 1_767_366_000_000_000
"""When the events of a test begin unless a file says otherwise: 2026-01-02 15:00 UTC."""


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
        for statement in cut(block):
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
                    expected = self._expect(read)
                    expect.append(expected)
                    if read.rule is not None:
                        names[expected.rule] = self._literals.place(read.rule)
                case _:
                    continue
        if not expect:
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
        return Given(
            kind=kind,
            count=min(self._literals.whole(read.count), MOST_EVENTS),
            start=self._literals.span(read.start, least=0) if read.start else 0,
            every=self._literals.span(read.every, least=0) if read.every else 1_000_000,
            values=tuple(values),
        )

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
                count = min(self._literals.whole(number), 10_000)
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
            if unit in (Unit.TEXT, Unit.ACCOUNT, Unit.ADDRESS):
                return text
        elif word.type == "PHONE":
            digits = str(word).replace(" ", "")
            if unit is Unit.NUMBER:
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

    def _expect(self, read: said.ExpectStatement) -> Expect:
        kind = value = ""
        if read.subject is not None:
            kind = " ".join(str(word) for word in read.subject.names.words)
            value = text_in(read.subject.value)
        return Expect(
            found=read.no is None,
            rule=str(read.rule) if read.rule is not None else "",
            subject_kind=kind,
            subject=value,
            before=self._literals.whole(read.before) if read.before is not None else 0,
            within=self._literals.span(read.within) if read.within is not None else 0,
        )


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


def risen(text: str, unit: Unit, by: int) -> str:
    """A value that has counted up: numbers and addresses by one, names in their last digits."""
    if unit is Unit.ADDRESS:
        return str(ipaddress.ip_address(text) + by)
    if unit in (Unit.TEXT, Unit.ACCOUNT):
        found = re.search(r"\d+$", text, re.ASCII)
        if not found:
            return f"{text}{by}" if by else text
        return text[: found.start()] + str(int(found[0]) + by).zfill(len(found[0]))
    return str(int(Fraction(text)) + by)


def events_of_given(given: Given) -> list[Event]:
    """The events that a `given` line stands for, in order of time."""
    made = []
    for number in range(given.count):
        values: dict[str, Value] = {}
        for name, how, text in given.values:
            unit = FIELDS[name].unit
            if how == "cycling":
                options = text.split(SEPARATOR)
                text = options[number % len(options)]
            elif how == "rising":
                text = risen(text, unit, number)
            values[name] = _typed(text, unit)
        made.append(Event(given.kind, START + given.start + number * given.every, values))
    return made


def _typed(text: str, unit: Unit) -> Value:
    if unit is Unit.FLAG:
        return text == "true"
    if unit.is_quantity or unit is Unit.NUMBER:
        return int(text)
    return text
