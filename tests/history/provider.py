"""A small provider for the tests of this room: a policy of three rules, and a night of traffic.

The policy is put together by hand, so that these tests stand without the language.
"""

from collections.abc import Iterator
from fractions import Fraction

from fairtone.events import Batch, Event, Unit, batch_of
from fairtone.policy.model import (
    And,
    Arithmetic,
    Block,
    Clause,
    Compare,
    Condition,
    FieldValue,
    IsText,
    Let,
    Literal,
    Meta,
    OpenCase,
    Place,
    Policy,
    Refuse,
    Rule,
    Throttle,
    Window,
    WindowValue,
)

MINUTE = 60_000_000
HOUR = 60 * MINUTE
NIGHT = 1_795_300_000_000_000  # 2026-11-22 01:46:40 UTC
HERE = Place("policy.md", 1)
DEAR = Compare(">=", FieldValue("price"), Literal(Fraction(300_000), Unit.MONEY))
SHORT = Compare("<", FieldValue("duration"), Literal(Fraction(6000), Unit.DURATION))
HOSTILE = '<script>alert("1")</script>'


def window(
    name: str,
    kind: str,
    where: Condition | None,
    aggregate: str,
    field: str | None,
    keys: tuple[str, ...],
    length: int,
) -> Let:
    unit = Unit.MONEY if aggregate == "sum" else Unit.COUNT
    what = Window(kind, aggregate, field, None, where, keys, length, hash=f"w-{name}")  # type: ignore[arg-type]
    return Let(name, what, keys, unit, HERE)


def at_least(name: str, value: int, unit: Unit = Unit.COUNT) -> Compare:
    return Compare(">=", WindowValue(name), Literal(Fraction(value), unit))


def share(part: str, whole: str, percent: int) -> Compare:
    left = Arithmetic("/", WindowValue(part), WindowValue(whole))
    return Compare(">", left, Literal(Fraction(percent, 100), Unit.SHARE))


def policy(burst: int = 6) -> Policy:
    """The policy; `burst` is how many costly calls in ten minutes are too many."""
    account = ("account",)
    costly = Rule(
        name="high-risk-burst",
        clause="A1.1",
        kind="call.attempt",
        subject=account,
        lets=(
            window("dear", "call.attempt", DEAR, "count", None, account, 10 * MINUTE),
            window("reached", "call.attempt", DEAR, "distinct", "callee", account, 10 * MINUTE),
        ),
        when=And((DEAR, at_least("dear", burst), at_least("reached", 4))),
        unless=IsText("account.tier", ("interconnect",)),
        actions=(Refuse(603), Block(account, HOUR), OpenCase("critical")),
        because="{dear} calls to {reached} costly numbers within ten minutes.",
        why="A person reaches four different costly numbers in ten minutes hardly ever.",
        once=HOUR,
        mode="enforce",
        severity="critical",
        place=HERE,
        hash="r-burst",
    )
    blast = Rule(
        name="short-call-blast",
        clause="B4e.1",
        kind="call.ended",
        subject=account,
        lets=(
            window("calls", "call.ended", None, "count", None, account, HOUR),
            window("short", "call.ended", SHORT, "count", None, account, HOUR),
        ),
        when=And((at_least("calls", 40), share("short", "calls", 60))),
        unless=None,
        actions=(Throttle(account, 1, 10_000_000, HOUR), OpenCase("high")),
        because="{short} of {calls} calls in the last hour lasted under six seconds.",
        why="People who want to be heard talk longer.",
        once=HOUR,
        mode="review",
        severity="high",
        place=HERE,
        hash="r-blast",
    )
    guess = Rule(
        name="password-guessing",
        clause="B4b.1",
        kind="registration",
        subject=("source.address",),
        lets=(
            window(
                "refused",
                "registration",
                Compare(">=", FieldValue("status"), Literal(Fraction(400), Unit.COUNT)),
                "count",
                None,
                ("source.address",),
                5 * MINUTE,
            ),
        ),
        when=at_least("refused", 20),
        unless=None,
        actions=(Block(("source.address",), HOUR),),
        because="{refused} refused registrations within five minutes from {source.address}.",
        why="A telephone with a wrong password tries a few times a minute.",
        once=HOUR,
        mode="shadow",
        severity="medium",
        place=HERE,
        hash="r-guess",
    )
    silent = Rule(
        name="midnight-fax", clause="A1.1", kind="call.attempt", subject=account, lets=costly.lets[:1],
        when=at_least("dear", 1_000_000), unless=None, actions=(), because="{dear}", why="", once=0,
        mode="shadow", severity="low", place=HERE, hash="r-fax",
    )  # fmt: skip
    return Policy(
        meta=Meta(
            "Voipkonnec", "compliance@voipkonnec.com", "2026-11-21", timezone="America/New_York"
        ),
        clauses=(
            _clause(
                "A1.1",
                "1.1 Unlawful or unethical use",
                "You may not use the service to **cheat** anyone. Questions go to {contact}.\n\n"
                + HOSTILE,
            ),
            _clause("B4b.1", "4b. Unauthorised access", "Guessing passwords is forbidden."),
            _clause(
                "B4e.1",
                "4e. Bulk communication",
                "You may not place bulk calls to people who have not agreed to it.",
            ),
        ),
        rules=(costly, blast, guess, silent),
        ladders=(),
        tests=(),
        lists=(),
        hash="p-1",
    )


def _clause(name: str, title: str, text: str) -> Clause:
    return Clause(name, title, 2, text, f"c-{name}", "", "", HERE)


def night() -> list[Event]:
    """A thief, a robocaller, a guesser, a trader who comes near, a call centre, a carrier, and a family."""
    events = [
        *_calls("thief", 1, 30, 20, country="CU", callee=5352000000, price=900_000, seconds=300),
        *_calls(
            "thief", 700, 20, 20, country="MV", callee=9607000000, price=1_400_000, seconds=300
        ),
        *_calls("trader", 300, 5, 50, country="LR", callee=231770000000, price=450_000, seconds=90),
        *_calls(
            "carrier",
            100,
            40,
            6,
            country="CU",
            callee=5352900000,
            price=900_000,
            seconds=60,
            tier="interconnect",
        ),
        *_calls("robot", 0, 120, 20, country="US", callee=12025550000, price=9_000, seconds=4),
        *_calls("centre", 30, 110, 25, country="US", callee=13035550000, price=9_000, seconds=140),
        *_calls("family", 60, 4, 900, country="FR", callee=33142000000, price=20_000, seconds=600),
    ]
    for step in range(60):
        values = {
            "account": f"10{step % 7}",
            "source.address": "127.0.66.1",
            "status": 401,
            "user_agent": HOSTILE,
            "credentials": True,
        }
        events.append(Event("registration", NIGHT + 1_000_000 * (900 + step), values))
    events.append(Event("registration", NIGHT, {"account": "1", "status": 200}))
    return sorted(events, key=lambda event: event.at)


def _calls(
    account: str,
    start: int,
    count: int,
    every: int,
    *,
    country: str,
    callee: int,
    price: int,
    seconds: int,
    tier: str = "residential",
) -> Iterator[Event]:
    for step in range(count):
        at = NIGHT + (start + step * every) * 1_000_000
        common = {
            "account": account, "account.tier": tier, "call": f"{account}-{start}-{step}", "caller": 12125550100,
            "callee": callee + step, "callee.country": country, "price": price, "source.address": "127.0.2.9",
        }  # fmt: skip
        yield Event("call.attempt", at, common)
        ended = {
            "duration": seconds * 1000,
            "answered": True,
            "cost": price * seconds // 60,
            "status": 200,
        }
        yield Event("call.ended", at + seconds * 1_000_000, common | ended)


def batches(events: list[Event], size: int = 100) -> Iterator[Batch]:
    for start in range(0, len(events), size):
        yield batch_of(events[start : start + size])
