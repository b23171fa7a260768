"""Is a value on a list? One example for each kind of list, and for each way to be nearly on it."""

import pytest

from fairtone.engine.lists import fold, matcher_of
from fairtone.events import Value
from fairtone.policy.model import NamedList


def on(holds: str, *entries: str) -> NamedList:
    return NamedList("l", holds, tuple((entry, "a note") for entry in entries), "l.csv")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listed", "inside", "outside"),
    [
        (on("number", "+33 1 23 45 67 89"), [33123456789], [3312345678, 331234567890]),
        (on("prefix", "+33", "1900"), [33, 33123456789, 19005550100], [3, 1905550100, 133]),
        (on("prefix", ""), [1, 33], []),
        (on("account", "A1", ""), ["A1", ""], ["a1", "A1 "]),
        (on("country", "fr", "GB"), ["FR", "fr", "gb"], ["US", "F"]),
        (on("text", "Zoiper"), ["zoiper", "ZOIPER"], ["Zoiper 5", ""]),
        (on("pattern", "Scan"), ["friendly-scanner", "SCAN"], ["sca n", ""]),
        (on("pattern", "a.c"), ["xa.cx"], ["abc"]),
        (on("pattern", "(", "["), ["a(b", "["], ["a"]),
        (on("address", "10.0.0.0/31"), ["10.0.0.0", "10.0.0.1"], ["10.0.0.2", "9.255.255.255"]),
        (on("address", "10.0.0.7/24"), ["10.0.0.255"], ["10.0.1.0"]),
        (on("address", "2001:db8::/32"), ["2001:DB8:ffff::"], ["2001:db9::", "10.0.0.1"]),
        (on("address", "192.0.2.1"), ["192.0.2.1", "::ffff:192.0.2.1"], ["192.0.2.2"]),
        (on("address", "::/0"), ["::", "10.0.0.1", "ffff::"], ["10.0.0", ""]),
        (on("address", "10.0.0.0/25", "10.0.0.128/25", "10.0.0.0/24"), ["10.0.0.200"], ["10.0.1.0"]),
    ],
)  # fmt: skip
def test_what_is_on_a_list(listed: NamedList, inside: list[Value], outside: list[Value]) -> None:
    on_list = matcher_of(listed)
    assert [value for value in inside if not on_list(value)] == []
    assert [value for value in outside if on_list(value)] == []


@pytest.mark.parametrize(
    "holds", ["number", "prefix", "account", "country", "text", "pattern", "address"]
)
def test_nothing_is_on_an_empty_list(holds: str) -> None:
    value = 33 if holds in ("number", "prefix") else "::1"
    assert not matcher_of(on(holds))(value)


def test_only_ascii_capitals_are_folded() -> None:
    assert fold("ABC xyz 123 ÉİẞK\N{KELVIN SIGN}") == "abc xyz 123 Éİẞk\N{KELVIN SIGN}"
