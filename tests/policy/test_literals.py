"""Numbers with their units: exact, in the smallest part of their unit."""

from fractions import Fraction

import pytest
from tests.policy.specimens import rule_policy

from fairtone.events import Unit
from fairtone.policy import parse
from fairtone.policy.loading import check_text
from fairtone.policy.model import Compare, Literal


def literal(field: str, text: str) -> Literal:
    when = parse(rule_policy(f"when {field} >= {text}")).rules[0].when
    assert isinstance(when, Compare)
    assert isinstance(when.right, Literal)
    return when.right


@pytest.mark.parametrize(
    ("field", "text", "value", "unit"),
    [
        ("status", "200", 200, Unit.COUNT),
        ("status", "0.5", Fraction(1, 2), Unit.COUNT),
        ("duration", "250ms", 250, Unit.DURATION),
        ("duration", "6s", 6_000, Unit.DURATION),
        ("duration", "1.5m", 90_000, Unit.DURATION),
        ("duration", "2h", 7_200_000, Unit.DURATION),
        ("duration", "1d", 86_400_000, Unit.DURATION),
        ("cost", "25 USD", 25_000_000, Unit.MONEY),
        ("cost", "25USD", 25_000_000, Unit.MONEY),
        ("cost", "0.015 USD", 15_000, Unit.MONEY),
        ("clock", "08:30", 8 * 3_600_000 + 30 * 60_000, Unit.CLOCK),
        ("clock", "8:05", 8 * 3_600_000 + 5 * 60_000, Unit.CLOCK),
        ("duration / ring", "60%", Fraction(3, 5), Unit.SHARE),
        ("duration / ring", "12.5 %", Fraction(1, 8), Unit.SHARE),
    ],
)
def test_a_literal_is_exact(field: str, text: str, value: Fraction, unit: Unit) -> None:
    assert literal(field, text) == Literal(Fraction(value), unit)


@pytest.mark.parametrize(
    ("condition", "issue"),
    [
        ("duration > 6sec", "unknown-unit"),
        ("duration > 6S", "unknown-unit"),
        ("duration > 6h30m", "syntax"),
        ("clock > 24:00", "bad-time"),
        ("clock > 12:60", "bad-time"),
        ("cost > 25 EUR", "foreign-currency"),
        ("status > 1000000000000000000", "number-too-large"),
        ("duration > 0.0000000001ms", "number-too-large"),
        ("duration > 6", "wrong-unit"),
        ("duration > 6 GB", "wrong-unit"),
        ("duration > 25 USD", "wrong-unit"),
        ("duration > 60%", "wrong-unit"),
        ("status > 6s", "wrong-unit"),
    ],
)
def test_a_literal_that_fits_nothing_is_told(condition: str, issue: str) -> None:
    report = check_text(rule_policy(f"when {condition}"))
    assert [found.id for found in report.issues] == [issue]


def test_the_currency_is_the_one_of_the_front_matter() -> None:
    text = rule_policy("when cost > 25 EUR and calls > 3").replace(
        "version:", "currency: EUR\nversion:"
    )
    assert check_text(text).issues == ()
