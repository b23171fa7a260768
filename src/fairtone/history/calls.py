"""The table of events that made a finding so: which columns say something, and what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from fairtone.engine import duration
from fairtone.events import Event
from fairtone.history.amounts import moment, money
from fairtone.history.atlas import atlas

WIDEST = 7
"""How many columns fit beside each other."""

_SAID_ONCE = frozenset(
    "Account,From,To,Country,Method,Status,Password,Source,User agent,Transport".split(",")  # noqa: SIM905
)

_KINDS = {
    "call.attempt": "asks",
    "call.answered": "answered",
    "call.ended": "ended",
    "registration": "registers",
    "sip.request": "request",
}


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of text; `right` says which columns hold quantities.

    `common` is what all rows have in common, as (heading, text): it need not be said in each.
    """

    headings: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]
    common: tuple[tuple[str, str], ...]


def table_of(events: Sequence[Event], subject: Sequence[str], currency: str, zone: tzinfo) -> Table:
    """The events as a table without empty columns and without what the subject says already."""
    columns: list[tuple[str, bool, Callable[[Event], str]]] = [
        ("Time", False, lambda event: clock_of(event.at, zone)),
        ("Event", False, lambda event: _KINDS.get(event.kind, event.kind)),
        ("Account", False, _text("account") if "account" not in subject else _nothing),
        (
            "From",
            False,
            _number("caller", "caller.presented") if "caller" not in subject else _nothing,
        ),
        ("To", False, _number("callee", "callee.dialled") if "callee" not in subject else _nothing),
        ("Country", False, _country),
        ("Extension", False, _text("user")),
        ("Method", False, _text("method")),
        ("Talk", True, _talk),
        ("Cost", True, lambda event: _money(event, currency)),
        ("Status", True, _text("status")),
        ("Password", False, _credentials),
        ("Source", False, _source if "source.address" not in subject else _nothing),
        ("User agent", False, _text("user_agent")),
        ("Transport", False, _text("transport")),
    ]
    same_kind = len({event.kind for event in events}) == 1
    kept = [
        (heading, right, [said(event) for event in events])
        for heading, right, said in columns
        if not (heading == "Event" and same_kind)
    ]
    common = [
        (heading, cells[0])
        for heading, _, cells in kept
        if heading in _SAID_ONCE and len(cells) > 1 and cells[0] and len(set(cells)) == 1
    ]
    once = {heading for heading, _ in common}
    shown = [column for column in kept if any(column[2]) and column[0] not in once][:WIDEST]
    return Table(
        headings=tuple(heading for heading, _, _ in shown),
        right=tuple(right for _, right, _ in shown),
        rows=tuple(zip(*(cells for _, _, cells in shown), strict=True)),
        common=tuple(common),
    )


def clock_of(at: int, zone: tzinfo) -> str:
    """The time of day to the millisecond, with the day before it."""
    when = moment(at, zone)
    return f"{when.day} {when:%b %H:%M:%S}.{when.microsecond // 1000:03}"


def _nothing(event: Event) -> str:
    return ""


def _text(name: str) -> Callable[[Event], str]:
    return lambda event: str(event.values.get(name, ""))


def _number(name: str, written: str) -> Callable[[Event], str]:
    def said(event: Event) -> str:
        value = event.values.get(name)
        return str(event.values.get(written, "")) if value is None else f"+{value}"

    return said


def _country(event: Event) -> str:
    code = event.values.get("callee.country")
    return "" if code is None else atlas().name(str(code))


def _talk(event: Event) -> str:
    if "duration" not in event.values:
        return ""
    return duration(int(event.values["duration"])) if event.values.get("answered", True) else "–"


def _money(event: Event, currency: str) -> str:
    if "cost" in event.values:
        return money(int(event.values["cost"]), currency)
    price = event.values.get("price")
    return "" if price is None else money(int(price), currency) + "/min"


def _source(event: Event) -> str:
    address, country = event.values.get("source.address"), event.values.get("source.country")
    return f"{address} ({country})" if address and country else str(address or "")


def _credentials(event: Event) -> str:
    known = event.values.get("credentials")
    if known is None or event.kind == "call.attempt":
        return ""
    return "sent" if known else "none"
