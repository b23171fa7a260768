"""The events that a test of a policy stands for: counted out line by line, or read from a file.

A file of events is `tests/NAME.csv` in the policy's folder. Its first line names `kind`, `at` and
fields; `at` is RFC 3339 with a zone, or a span since the test began. Empty cells are unknown.
"""

import csv
import io
import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from lark import Token

from fairtone.events import FIELDS, KINDS, Event, Unit, Value, address_words
from fairtone.policy.issue import Issue, PolicyErrors, listed, nearest
from fairtone.policy.issues import events as wrong
from fairtone.policy.lists import read_text
from fairtone.policy.literals import LiteralReader
from fairtone.policy.model import Given, Place, Policy, Test
from fairtone.policy.vocabulary import FORMS

SEPARATOR = "\n"
"""Between the values through which a field cycles."""

START = 1_767_366_000_000_000
"""When a test begins unless a file says otherwise: 2026-01-02 15:00 UTC, a Friday."""

_LITERALS = (
    ("NUMBER", r"\d+(\.\d+)?"),
    ("PERCENT", r"\d+(\.\d+)? ?%"),
    ("CLOCK", r"\d{1,2}:\d{2}"),
    ("MONEY", r"\d+(\.\d+)? ?[A-Z]{3}"),
    ("SIZE", r"\d+(\.\d+)? (B|kB|MB|GB|TB)"),
    ("QUANTITY", r"\d+(\.\d+)?(ms|s|m|h|d)"),
)
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def events_of_test(policy: Policy, test: Test) -> list[Event]:
    """The events of all `given` lines of a test, in order of time; of equal times, as they stand.

    Raises `PolicyErrors` if a file of events cannot be read.
    """
    issues: list[Issue] = []
    events: list[Event] = []
    for given in test.given:
        if not given.file:
            events += events_of_given(given)
        elif policy.folder is not None:
            name = f"tests/{given.file}"
            text = read_text(policy.folder / name, name, issues)
            if text is not None:
                events += read_events(text, name, policy.meta.currency, issues)
    if issues:
        raise PolicyErrors(issues)
    return sorted(events, key=lambda event: event.at)


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


def risen(text: str, unit: Unit, by: int) -> str:
    """A value that has counted up: numbers and addresses by one, names in their last digits.

    `ValueError` if there is no such address.
    """
    if unit is Unit.ADDRESS:
        return str(ipaddress.ip_address(text) + by)
    if unit in (Unit.TEXT, Unit.ACCOUNT):
        found = re.search(r"\d{1,18}$", text, re.ASCII)
        if not found:
            return f"{text}{by}" if by else text
        return text[: found.start()] + str(int(found[0]) + by).zfill(len(found[0]))
    return str(int(text) + by)


def _typed(text: str, unit: Unit) -> Value:
    if unit is Unit.FLAG:
        return text == "true"
    if unit.is_quantity or unit is Unit.NUMBER:
        return int(text)
    return text


def read_events(text: str, file: str, currency: str, issues: list[Issue]) -> list[Event]:
    """The events of a CSV file; what is wrong with it becomes issues, and is left out."""
    reader = csv.reader(io.StringIO(text.replace("\0", "")))
    try:
        rows = [(reader.line_num, row) for row in reader if row and row[0][:1] != "#"]
    except csv.Error:
        issues.append(wrong.MissingColumn(Place(file, reader.line_num), "kind"))
        return []
    header = [name.strip() for name in rows[0][1]] if rows else []
    line = rows[0][0] if rows else 1
    for name in ("kind", "at"):
        if name not in header:
            issues.append(wrong.MissingColumn(Place(file, line), name))
    for name in header:
        if name not in ("kind", "at", *FIELDS):
            near = nearest(name, FIELDS)
            issues.append(wrong.UnknownColumn(Place(file, line), name, near=near))
    if issues:
        return []
    cells = _Cells(file, currency, issues)
    return [
        event
        for number, row in rows[1:]
        if (event := cells.event(dict(zip(header, row, strict=False)), number)) is not None
    ]


class _Cells:
    """Reads the cells of one file of events."""

    def __init__(self, file: str, currency: str, issues: list[Issue]) -> None:
        self._file = file
        self._issues = issues
        self._literals = LiteralReader(file, currency, [])

    def event(self, row: Mapping[str, str], line: int) -> Event | None:
        """The event of a row, or `None` after an issue."""
        kind, moment = row["kind"].strip(), self._moment(row.get("at", "").strip())
        if kind not in KINDS:
            self._bad(line, kind, "kind", listed(KINDS))
            return None
        if moment is None:
            self._bad(line, row.get("at", ""), "at", "`2026-01-02T15:00:00Z`, or a span as `90s`")
            return None
        values: dict[str, Value] = {}
        for name, cell in row.items():
            text = cell.strip()
            if name in ("kind", "at") or not text:
                continue
            value = self._value(text, FIELDS[name].unit)
            if value is None or kind not in FIELDS[name].kinds:
                sample = FORMS[FIELDS[name].unit]
                self._bad(line, text, name, sample if value is None else f"nothing for `{kind}`")
                return None
            values[name] = value
        return Event(kind, moment, values)

    def _bad(self, line: int, text: str, column: str, sample: str) -> None:
        place = Place(self._file, line)
        self._issues.append(wrong.BadCell(place, text, column=column, sample=sample))

    def _moment(self, text: str) -> int | None:
        """Microseconds since 1970 of a time, or of a span since the test began."""
        if re.fullmatch(r"\d{1,9}(\.\d{1,6})?(ms|s|m|h|d)", text, re.ASCII):
            return START + self._literals.span(Token("QUANTITY", text), least=0)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (moment - _EPOCH) // timedelta(microseconds=1) if moment.tzinfo else None

    def _value(self, text: str, unit: Unit) -> Value | None:
        """A value as it is in an event; quantities with their unit, or in its smallest part."""
        if unit is Unit.FLAG:
            return _FLAGS.get(text.lower())
        if unit is Unit.NUMBER:
            digits = text.removeprefix("+").replace(" ", "")
            return int(digits) if re.fullmatch(r"\d{1,18}", digits, re.ASCII) else None
        if unit is Unit.ADDRESS:
            return text if address_words(text) is not None else None
        if not unit.is_quantity:
            return text
        if re.fullmatch(r"\d{1,15}", text, re.ASCII):
            return int(text)
        for name, form in _LITERALS:
            if re.fullmatch(form, text, re.ASCII):
                literal = self._literals.literal(Token(name, text))
                if literal is not None and literal.unit is unit and literal.value.denominator == 1:
                    return int(literal.value)
        return None
