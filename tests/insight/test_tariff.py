"""What a call costs by the tariff, and where that cannot be known."""

from pathlib import Path

import pytest

from fairtone.events import Event, batch_of, events_of
from fairtone.insight import ListError, Rate, Tariff, check_insight
from fairtone.insight.tariff import NO_PRICE, OTHER_CURRENCY

LONDON = 442079460000
CUBA = 5371234567


def ended(callee: int, duration: int | None, **more: int | str) -> Event:
    values: dict[str, int | str] = {"callee": callee, **more}
    if duration is not None:
        values["duration"] = duration
    return Event("call.ended", 0, values)


def tariff(text: str, folder: Path, currency: str = "USD") -> Tariff:
    path = folder / "tariff.csv"
    path.write_text(text)
    return Tariff.from_file(path, currency)


def costs(of: Tariff, *events: Event) -> list[object]:
    return [event.values.get("cost") for event in events_of(of.add(batch_of(events)))]


def test_the_longest_prefix_sets_the_price(tmp_path: Path) -> None:
    found = tariff("prefix,price\n44,0.02\n4420,0.01\n53,0.90\n", tmp_path)
    attempts = [Event("call.attempt", 0, {"callee": n}) for n in (LONDON, 441212345678, CUBA, 1)]
    prices = [event.values.get("price") for event in events_of(found.add(batch_of(attempts)))]
    assert prices == [10_000, 20_000, 900_000, None]
    assert found.unknown[NO_PRICE] == 1


@pytest.mark.parametrize(
    ("increment", "seconds", "cost"),
    [("", 90, 90_000), ("60", 61, 120_000), ("30/6", 31, 36_000), ("30/6", 10, 30_000)],
)
def test_a_call_costs_its_talk_time_in_whole_steps(
    tmp_path: Path, increment: str, seconds: int, cost: int
) -> None:
    found = tariff(f"prefix,price,increment\n44,0.06,{increment}\n", tmp_path)
    assert costs(found, ended(LONDON, seconds * 1000)) == [cost]


def test_a_connection_is_charged_only_if_it_was_made(tmp_path: Path) -> None:
    found = tariff("prefix,price,connect\n44,0,0.05\n", tmp_path)
    assert costs(found, ended(LONDON, 1000), ended(LONDON, 0)) == [50_000, 0]


def test_the_record_s_own_cost_stays(tmp_path: Path) -> None:
    found = tariff("prefix,price\n44,1\n", tmp_path)
    assert costs(found, ended(LONDON, 60_000, cost=7), ended(LONDON, None)) == [7, None]


def test_another_currency_is_unknown_and_counted(tmp_path: Path) -> None:
    found = tariff("prefix,price,currency\n44,1,EUR\n53,2,USD\n", tmp_path)
    assert costs(found, ended(LONDON, 60_000), ended(CUBA, 60_000)) == [None, 2_000_000]
    assert found.unknown[OTHER_CURRENCY] == 1


def test_only_the_end_of_a_call_has_a_cost(tmp_path: Path) -> None:
    found = tariff("prefix,price\n44,1\n", tmp_path)
    assert costs(found, Event("call.answered", 0, {"callee": LONDON})) == [None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prefix,cost\n44,1\n", "tariff.csv:1: there is no column `cost`"),
        ("prefix,prise\n", "did you mean `price`"),
        ("prefix\n44\n", "tariff.csv:1: the column `price` is missing"),
        ("prefix,price\n44,cheap\n", "tariff.csv:2: `price` is `cheap`, expected the price"),
        ("prefix,price\n# a note\n0044,1\n", "tariff.csv:3: `prefix` is `0044`, expected"),
        ("prefix,price\n44,-1\n", "tariff.csv:2: `price` is `-1`"),
        ("prefix,price\n44,nan\n", "tariff.csv:2: `price` is `nan`"),
        ("prefix,price\n44,1\n44,2\n", "tariff.csv:3: the prefix `44` is there twice"),
        ("prefix,price\n44,1,2\n", "tariff.csv:2: has 3 values, expected 2"),
        ("prefix,price\n,1\n", "tariff.csv:2: `prefix` is empty"),
        ("", "tariff.csv: is empty, expected a header with prefix, price"),
    ],
)
def test_a_tariff_that_cannot_be_read_says_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ListError) as raised:
        tariff(text, tmp_path)
    assert message in str(raised.value)


def test_it_keeps_the_contract() -> None:
    events = [
        ended(LONDON, 61_000, cost=5),
        ended(LONDON, 61_000),
        ended(CUBA, 0),
        Event("call.attempt", 1, {"callee": LONDON}),
        Event("registration", 2, {"account": "a"}),
    ]
    check_insight(
        Tariff([Rate(44, 10_000), Rate(53, 900_000, first=60_000, step=60_000)]), batch_of(events)
    )
