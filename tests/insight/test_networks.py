"""What an address says: its network, and its country by the list."""

from pathlib import Path

import pytest

from fairtone.events import Event, batch_of, events_of
from fairtone.insight import ListError, Networks, check_insight

LIST = [
    ("192.0.2.0/24", "US"),
    ("192.0.2.128/25", "CA"),
    ("192.0.2.200/32", "CU"),
    ("2001:db8::/32", "FR"),
    ("192.0.3.0/24", "GB"),
]


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("192.0.1.255", None),
        ("192.0.2.0", "US"),
        ("192.0.2.127", "US"),
        ("192.0.2.128", "CA"),
        ("192.0.2.200", "CU"),
        ("192.0.2.201", "CA"),
        ("192.0.2.255", "CA"),
        ("192.0.3.0", "GB"),
        ("192.0.4.0", None),
        ("::ffff:192.0.2.1", "US"),
        ("2001:db8::1", "FR"),
        ("2001:db9::1", None),
        ("edge.example", None),
    ],
)
def test_the_smallest_network_says_the_country(address: str, country: str | None) -> None:
    assert Networks(LIST).country_of(address) == country
    assert Networks(reversed(LIST)).country_of(address) == country


def test_an_event_gets_network_and_country() -> None:
    events = [
        Event("registration", 0, {"source.address": "192.0.2.129"}),
        Event("registration", 0, {"source.address": "2001:db8:1:2::3", "source.country": "DE"}),
        Event("registration", 0, {"source.address": "nowhere"}),
    ]
    found = [dict(event.values) for event in events_of(Networks(LIST).add(batch_of(events)))]
    assert found[0]["source.network"] == "192.0.2.0"
    assert found[0]["source.country"] == "CA"
    assert found[1]["source.network"] == "2001:db8:1:2::"
    assert found[1]["source.country"] == "DE"
    assert found[2] == {"source.address": "nowhere"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("network,country\n192.0.2.1/24,US\n", ":2: `network` is `192.0.2.1/24`, expected a net"),
        ("network,country\n192.0.2.0/24,\n", ":2: `country` is empty"),
        ("network,land\n", ":1: there is no column `land`"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "networks.csv"
    path.write_text(text)
    with pytest.raises(ListError) as raised:
        Networks.from_file(path)
    assert message in str(raised.value)


def test_a_list_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "networks.csv"
    path.write_text("network,country\n# ours\n192.0.2.0/24,us\n")
    assert Networks.from_file(path).country_of("192.0.2.7") == "US"


def test_it_keeps_the_contract() -> None:
    events = [
        Event("registration", 0, {"source.address": "192.0.2.129", "source.country": "MX"}),
        Event("call.attempt", 1, {"source.address": "192.0.2.1"}),
        Event("call.attempt", 2, {}),
    ]
    check_insight(Networks(LIST), batch_of(events))
