"""What the accounts list adds to an event, and how a wrong list is refused."""

from pathlib import Path

import pytest

from fairtone.events import Event, batch_of, events_of
from fairtone.insight import Accounts, ListError, check_insight

DAY = 86_400_000_000
LIST = """\ufeff# The accounts of a small provider.
account,tier,relation,payer,country,minutes,channels,since
1001,residential,client,P1,us,3000,2,1970-01-02
1002,call-centre,Client,P1,,,60,
1003,,,,,,,
"""


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    path = tmp_path / "accounts.csv"
    path.write_text(LIST, "utf-8")
    return Accounts.from_file(path)


def test_an_account_is_described(accounts: Accounts) -> None:
    [event] = events_of(accounts.add(batch_of([Event("call.ended", 3 * DAY, {"account": "1001"})])))
    assert event.values == {
        "account": "1001",
        "account.tier": "residential",
        "account.relation": "client",
        "account.payer": "P1",
        "account.country": "US",
        "account.minutes": 3000 * 60_000,
        "account.channels": 2,
        "account.age": 2 * DAY // 1000,
    }


def test_what_the_list_does_not_say_is_unknown(accounts: Accounts) -> None:
    events = [Event("call.ended", DAY, {"account": name}) for name in ("1002", "1003", "9999")]
    found = [dict(event.values) for event in events_of(accounts.add(batch_of(events)))]
    assert found[0]["account.channels"] == 60
    assert "account.minutes" not in found[0]
    assert found[1] == {"account": "1003"}
    assert found[2] == {"account": "9999"}


def test_an_account_has_no_age_before_it_exists(accounts: Accounts) -> None:
    [event] = events_of(accounts.add(batch_of([Event("call.ended", 0, {"account": "1001"})])))
    assert "account.age" not in event.values


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("account,relation\n1,freind\n", ":2: `relation` is `freind`, expected one of employee"),
        ("account,minutes\n1,many\n", ":2: `minutes` is `many`, expected a whole number"),
        ("account,since\n1,yesterday\n", ":2: `since` is `yesterday`, expected a date"),
        ("account,country\n1,USA\n", ":2: `country` is `USA`, expected a country of two letters"),
        ("account\n1\n1\n", ":3: the account `1` is there twice"),
        ("account,teir\n", ":1: there is no column `teir`; did you mean `tier`"),
        ("tier\n", ":1: the column `account` is missing"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(line)
    with pytest.raises(ListError) as raised:
        Accounts.from_file(path)
    assert message in str(raised.value)


def test_a_list_that_is_not_utf_8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes("account,payer\n1,Søren\n".encode("latin-1"))
    with pytest.raises(ListError, match="not UTF-8 at byte"):
        Accounts.from_file(path)


def test_it_keeps_the_contract(accounts: Accounts) -> None:
    events = [
        Event("call.ended", DAY, {"account": "1001", "account.tier": "gold"}),
        Event("registration", DAY + 1, {"account": "1002"}),
        Event("sip.request", DAY + 2, {}),
        Event("call.attempt", DAY + 3, {"account": "nobody"}),
    ]
    check_insight(accounts, batch_of(events))
