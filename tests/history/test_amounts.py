"""Moments, bytes and counts in words."""

from dataclasses import replace
from datetime import UTC

import pytest
from tests.history.provider import policy

from fairtone.history.amounts import moment, money, number, percent, rfc3339, size, titled, zone_of


def test_a_moment_keeps_its_microsecond() -> None:
    assert rfc3339(1_795_300_000_000_001) == "2026-11-21T22:26:40.000001Z"
    assert rfc3339(0) == "1970-01-01T00:00:00.000000Z"
    assert moment(1_795_300_000_000_001).microsecond == 1


def test_a_zone_that_is_not_known_is_utc() -> None:
    assert str(zone_of("Europe/Paris")) == "Europe/Paris"
    assert zone_of("Mars/Olympus") is UTC


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 10, "0%"),
        (10, 10, "100%"),
        (0, 0, "0%"),
        (1, 100_000, "<0.1%"),
        (99_999, 100_000, ">99.9%"),
        (1, 3, "33.3%"),
    ],
)
def test_a_part_is_never_rounded_to_none_or_all(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_counts_have_their_noun() -> None:
    assert number(1, "call") == "1 call"
    assert number(1200, "call") == "1,200 calls"
    assert number(2, "country", "countries") == "2 countries"


def test_bytes_and_money() -> None:
    assert size(1) == "1 byte"
    assert size(3_400_000) == "3.4 MB"
    assert money(1_234_500_000, "USD") == "1,234.50 USD"


def test_a_clause_is_called_by_its_id_once() -> None:
    clauses = {clause.id: clause for clause in policy().clauses}
    assert titled(clauses["A1.1"]) == "A1.1 Unlawful or unethical use"
    assert titled(replace(clauses["A1.1"], title="Fraud and theft")) == "A1.1 Fraud and theft"
    assert titled(replace(clauses["A1.1"], title="4e.")) == "A1.1 4e."
