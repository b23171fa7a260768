"""Values as people read them."""

from fractions import Fraction

import pytest

from fairtone.engine import duration, worded
from fairtone.engine.wording import fill
from fairtone.events import Unit

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, Unit.COUNT, "unknown"),
        (None, Unit.TEXT, "unknown"),
        (0, Unit.COUNT, "0"),
        (200, Unit.COUNT, "200"),
        (Fraction(5, 2), Unit.COUNT, "2.5"),
        (Fraction(2, 3), Unit.COUNT, "0.67"),
        (Fraction(3, 5), Unit.SHARE, "60%"),
        (Fraction(123, 200), Unit.SHARE, "61.5%"),
        (1, Unit.SHARE, "100%"),
        (Fraction(1, 3), Unit.SHARE, "33.3%"),
        (25_400_000, Unit.MONEY, "25.40 USD"),
        (-40_000, Unit.MONEY, "-0.04 USD"),
        (12_000, Unit.DURATION, "12s"),
        (0, Unit.CLOCK, "00:00"),
        (79_260_000, Unit.CLOCK, "22:01"),
        (999, Unit.SIZE, "999 B"),
        (2_000_000_000, Unit.SIZE, "2 GB"),
        (3_500_000_000_000, Unit.SIZE, "3.5 TB"),
        (33123456789, Unit.NUMBER, "+33123456789"),
        ("10.0.0.1", Unit.ADDRESS, "10.0.0.1"),
        ("", Unit.ACCOUNT, ""),
        (True, Unit.FLAG, "yes"),
        (False, Unit.FLAG, "no"),
    ],
)
def test_a_value_in_words(value: Fraction | int | str | None, unit: Unit, words: str) -> None:
    assert worded(value, unit, "USD") == words


def test_money_without_a_currency_is_a_plain_amount() -> None:
    assert worded(25_000_000, Unit.MONEY) == "25.00"


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0ms"),
        (200, "200ms"),
        (SECOND, "1s"),
        (6_500, "6.5s"),
        (MINUTE, "1m"),
        (MINUTE + SECOND, "1m 1s"),
        (2 * HOUR + 5 * MINUTE + 30 * SECOND, "2h 5m"),
        (DAY, "1d"),
        (DAY + MINUTE, "1d 1m"),
        (30 * DAY + 12 * HOUR, "30d 12h"),
        (-MINUTE, "-1m"),
    ],
)
def test_a_duration_by_its_two_largest_parts(milliseconds: int, words: str) -> None:
    assert duration(milliseconds) == words


def test_a_sentence_is_filled_with_words() -> None:
    words = {"short": "180", "callee.country": "FR"}
    sentence = "{short} calls to {callee.country}, {unheard of} and {}."
    assert fill(sentence, words) == "180 calls to FR, {unheard of} and {}."


def test_a_name_that_is_not_known_stays_as_it_is() -> None:
    assert fill("{calls} of {all}", {"calls": "3"}) == "3 of {all}"


def test_words_are_not_filled_a_second_time() -> None:
    assert fill("{a}", {"a": "{b}", "b": "wrong"}) == "{b}"
