"""The table of events says what differs in rows, and what is the same once."""

from datetime import UTC

from tests.history.provider import NIGHT

from fairtone.events import Event
from fairtone.history.calls import WIDEST, table_of


def call(step: int, **values: object) -> Event:
    return Event("call.attempt", NIGHT + step * 1_000_000, {"caller": 12125550100, **values})  # type: ignore[arg-type]


def test_what_all_have_in_common_is_said_once() -> None:
    table = table_of([call(1, callee=331), call(2, callee=332)], ("account",), "USD", UTC)
    assert table.headings == ("Time", "To")
    assert table.rows == (("21 Nov 22:26:41.000", "+331"), ("21 Nov 22:26:42.000", "+332"))
    assert table.common == (("From", "+12125550100"),)


def test_a_single_event_is_told_whole() -> None:
    table = table_of([call(1, callee=331)], ("account",), "USD", UTC)
    assert table.headings == ("Time", "From", "To")
    assert table.common == ()


def test_what_the_subject_says_and_what_nobody_knows_is_left_out() -> None:
    table = table_of([call(1, account="a"), call(2, account="a")], ("caller",), "USD", UTC)
    assert table.headings == ("Time",)
    assert table.common == (("Account", "a"),)


def test_kinds_are_told_apart_where_there_are_several() -> None:
    events = [
        call(1),
        Event("call.ended", NIGHT, {"answered": True, "duration": 65_000, "cost": 1_250_000}),
    ]
    table = table_of(events, ("account",), "USD", UTC)
    assert table.headings == ("Time", "Event", "From", "Talk", "Cost")
    assert table.rows[1][1:] == ("ended", "", "1m 5s", "1.25 USD")
    assert table.right == (False, False, False, True, True)


def test_a_price_is_by_the_minute_and_an_unanswered_call_has_no_talk() -> None:
    events = [
        call(1, price=900_000),
        Event("call.ended", NIGHT, {"answered": False, "duration": 0}),
    ]
    rows = table_of(events, ("account",), "USD", UTC).rows
    assert rows[0][-1] == "0.90 USD/min"
    assert "–" in rows[1]


def test_a_table_is_never_too_wide() -> None:
    many = {
        "user": "1",
        "method": "OPTIONS",
        "status": 404,
        "source.address": "127.0.0.1",
        "user_agent": "x",
        "transport": "udp",
        "callee": 331,
        "callee.country": "FR",
        "account": "a",
    }
    events = [
        call(1, **many),
        call(
            2,
            **{name: 2 if isinstance(value, int) else value + "2" for name, value in many.items()},
        ),
    ]
    assert len(table_of(events, (), "USD", UTC).headings) == WIDEST
