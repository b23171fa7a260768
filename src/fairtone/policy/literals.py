"""Numbers with their units as they are written: `6s`, `60%`, `25 USD`, `2 GB`, `08:30`."""

import re
from fractions import Fraction

from lark import Token

from fairtone.events import Unit
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import statements as wrong
from fairtone.policy.issues import units as wrong_units
from fairtone.policy.model import Literal, Place

SPANS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
"""Milliseconds in a unit of time."""

SIZES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
"""Bytes in a unit of size."""

MOST = 10**15
"""The largest literal, in its smallest part: sums of such values still fit in 63 bits."""

DIGITS = 15

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)([A-Za-z]+)")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?) ?([A-Za-z]+|%)")


class LiteralReader:
    """Reads the literals of one file; what is wrong with them goes to `issues`."""

    def __init__(self, file: str, currency: str, issues: list[Issue]) -> None:
        self._file = file
        self._currency = currency
        self._issues = issues

    def literal(self, token: Token) -> Literal | None:
        """A number, share, duration, amount, size or time of day."""
        text = str(token)
        match token.type:
            case "NUMBER":
                return self._bounded(token, _number(text), Unit.COUNT)
            case "PERCENT":
                return self._bounded(token, _number(text.rstrip("% ")) / 100, Unit.SHARE)
            case "QUANTITY":
                return self._duration(token)
            case "SIZE":
                found = _AMOUNT.fullmatch(text)
                assert found
                size = _number(found[1]) * SIZES[found[2]]
                return self._bounded(token, size, Unit.SIZE)
            case "MONEY":
                return self._money(token)
            case "CLOCK":
                return self._clock(token)
            case _:
                return None

    def span(self, token: Token, *, least: int = 1) -> int:
        """A span of time in microseconds; 0 (and an issue) if it is none, or too short."""
        text = str(token)
        found = _QUANTITY.fullmatch(text)
        if not found or found[2] not in SPANS:
            self._issues.append(wrong.NotASpan(self.place(token), text))
            return 0
        span = _number(found[1]) * SPANS[found[2]] * 1_000
        if span.denominator != 1 or span > MOST * 1000:
            self._too_large(token)
            return 0
        return int(span) if span >= least else 0

    def whole(self, token: Token, *, least: int = 1) -> int:
        """A whole number that is at least `least`; that and an issue if it is not."""
        value = _number(str(token))
        if value.denominator != 1 or value < least or value > MOST:
            self._issues.append(wrong.NotWhole(self.place(token), str(token), least=least))
            return least
        return int(value)

    def place(self, token: Token) -> Place:
        """Where a word stands."""
        return Place(self._file, token.line or 1, token.column or 1)

    def _duration(self, token: Token) -> Literal | None:
        found = _QUANTITY.fullmatch(str(token))
        assert found
        if found[2] not in SPANS:
            known = (*SPANS, "%", *SIZES)
            facts = {"unit": found[2], "near": nearest(found[2], known), "known": listed(known)}
            self._issues.append(wrong.UnknownUnit(self.place(token), str(token), **facts))
            return None
        return self._bounded(token, _number(found[1]) * SPANS[found[2]], Unit.DURATION)

    def _money(self, token: Token) -> Literal | None:
        found = _AMOUNT.fullmatch(str(token))
        assert found
        if found[2] != self._currency:
            place = self.place(token)
            self._issues.append(
                wrong_units.ForeignCurrency(place, str(token), currency=self._currency)
            )
            return None
        return self._bounded(token, _number(found[1]) * 10**6, Unit.MONEY)

    def _clock(self, token: Token) -> Literal | None:
        hours, _, minutes = str(token).partition(":")
        if int(hours) > 23 or int(minutes) > 59:
            self._issues.append(wrong.BadTime(self.place(token), str(token)))
            return None
        return Literal(Fraction((int(hours) * 60 + int(minutes)) * 60_000), Unit.CLOCK)

    def _bounded(self, token: Token, value: Fraction, unit: Unit) -> Literal | None:
        if value > MOST or value.denominator > 10**6:
            self._too_large(token)
            return None
        return Literal(value, unit)

    def _too_large(self, token: Token) -> None:
        self._issues.append(wrong.NumberTooLarge(self.place(token), str(token), digits=DIGITS))


def _number(text: str) -> Fraction:
    """A number as written; one with more digits than any that is allowed is only known as large."""
    return Fraction(text) if len(text) <= 2 * DIGITS else Fraction(MOST * MOST)


def text_in(token: Token) -> str:
    """What stands between the quotes of a text; a backslash before a character is taken off."""
    return re.sub(r"\\(.)", r"\1", str(token)[1:-1])
