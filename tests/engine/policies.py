"""Policies for the tests of the engine, made from the model without its parser: by hand, and random.

A random policy has rules that always fire and show their windows on every event, and rules with
conditions of every form.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from tests.engine.conditions import Conditions
from tests.engine.pools import ALWAYS_KNOWN, DAY, HOUR, MINUTE, SECOND, keys, quantities

from fairtone.events import FIELDS, Unit
from fairtone.policy.model import (
    Action,
    Aggregate,
    And,
    Clause,
    Compare,
    Condition,
    Let,
    Literal,
    Meta,
    Mode,
    NamedList,
    OpenCase,
    Or,
    Place,
    Policy,
    Refuse,
    Rule,
    Window,
    WindowValue,
)

HERE = Place("policy.md", 1)
AGGREGATES: tuple[Aggregate, ...] = (
    "count",
    "sum",
    "mean",
    "min",
    "max",
    "distinct",
    "share",
    "last",
    "new",
)
KINDS = ("call.ended", "call.attempt", "registration", "sip.request", "call.answered")
LENGTHS = (SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, HOUR, 24 * HOUR, 48 * HOUR)
STEPPED = ((9 * SECOND, 3 * SECOND), (2 * HOUR, 8 * MINUTE), (30 * DAY, DAY), (7 * DAY, HOUR))
TINY = (1, 3, 5, 20, 60)
TINY_STEPPED = ((6, 2), (9, 3), (100, 10))

LISTS = (
    NamedList("numbers", "number", (("+33123450001", ""), ("+1", "short")), "numbers.csv"),
    NamedList("prefixes", "prefix", (("+3312", "Paris"), ("44", ""), ("9", "")), "prefixes.csv"),
    NamedList(
        "networks",
        "address",
        (("10.0.0.0/31", ""), ("2001:db8::/32", ""), ("::1/128", ""), ("::ffff:192.0.2.0/120", "")),
        "networks.csv",
    ),
    NamedList("countries", "country", (("fr", ""), ("GB", "")), "countries.csv"),
    NamedList("accounts", "account", (("A1", ""), ("", ""), ("c3", "")), "accounts.csv"),
    NamedList("agents", "text", (("ZOIPER", ""), ("Élan", ""), ("", "")), "agents.csv"),
    NamedList("scanners", "pattern", (("SCANNER", ""), ("a.c", "")), "scanners.csv"),
    NamedList("nobody", "text", (), "nobody.csv"),
)


def named(window: Window) -> Window:
    """A window with its identity: a hash of everything it says."""
    text = repr(replace(window, hash=""))
    return replace(window, hash=hashlib.sha256(text.encode()).hexdigest()[:16])


def window(
    aggregate: Aggregate,
    field: str | None = None,
    *,
    per: str | Sequence[str],
    over: int,
    kind: str = "call.ended",
    of: Condition | None = None,
    where: Condition | None = None,
    by: int = 0,
    within: int = 0,
) -> Window:
    """`aggregate field of kind where ... per ... over ... by ...`, as the language would say it."""
    parts = (per,) if isinstance(per, str) else tuple(per)
    return named(Window(kind, aggregate, field, of, where, parts, over, by, within))


def let(name: str, watched: Window, *, by: str | Sequence[str] = ()) -> Let:
    """`let name = window`, looked up by the window's own keys unless others are given."""
    lookup = ((by,) if isinstance(by, str) else tuple(by)) or watched.keys
    return Let(name, watched, lookup, unit_of(watched), HERE)


def unit_of(watched: Window) -> Unit:
    """The unit of a window's value."""
    if watched.aggregate == "share":
        return Unit.SHARE
    if watched.aggregate in ("count", "distinct", "new") or watched.field is None:
        return Unit.COUNT
    return FIELDS[watched.field].unit


def always(name: str = "all") -> Compare:
    """A condition that every event with a known key satisfies: a count is never below 0."""
    return Compare(">=", WindowValue(name), Literal(Fraction(0), Unit.COUNT))


def rule(
    name: str,
    lets: Sequence[Let],
    when: Condition,
    *,
    on: str = "call.ended",
    subject: str | Sequence[str] = "account",
    unless: Condition | None = None,
    once: int = 0,
    mode: Mode = "enforce",
    actions: tuple[Action, ...] = (Refuse(), OpenCase("high")),
    because: str = "",
) -> Rule:
    """A rule of clause `C1`."""
    subjects = (subject,) if isinstance(subject, str) else tuple(subject)
    made = Rule(
        name, "C1", on, subjects, tuple(lets), when, unless, actions,
        because or f"{name}: {{{lets[0].name}}}", "", once, mode, "high", HERE,
    )  # fmt: skip
    return replace(made, hash=hashlib.sha256(repr(made).encode()).hexdigest()[:16])


def showing(*lets: Let, on: str = "call.ended", name: str = "") -> Rule:
    """A rule that fires on every event of its kind, whatever is unknown: its values can be read."""
    counted = let("all", window("count", per=ALWAYS_KNOWN, over=SECOND, kind=on))
    return rule(name or f"show-{on}", (counted, *lets), always(), on=on, subject=ALWAYS_KNOWN)


def policy(*rules: Rule, lists: Sequence[NamedList] = LISTS) -> Policy:
    """A policy with one clause and these rules."""
    clause = Clause("C1", "Be fair", 2, "Be fair.", "c1c1", "", "", HERE)
    meta = Meta("Voipkonnec", "compliance@voipkonnec.com", "1.0")
    made = Policy(meta, (clause,), tuple(rules), (), (), tuple(lists))
    return replace(made, hash=hashlib.sha256(repr(made).encode()).hexdigest()[:16])


def random_policy(seed: int, *, shown: int = 4, judged: int = 2) -> Policy:
    """A policy drawn with `seed`: for three kinds `shown` windows and `judged` rules each.

    Every third has windows of a few microseconds, in which almost every event is at an edge.
    """
    return _Draw(Random(seed), tiny=seed % 3 == 2).policy(shown, judged)


class _Draw:
    def __init__(self, dice: Random, *, tiny: bool) -> None:
        self._dice = dice
        self._conditions = Conditions(dice, LISTS)
        self._kinds = dice.sample(KINDS, 3)
        # Few lengths to a policy, so that its cursors and its stream's edges meet often.
        self._spans = [(length, 0) for length in dice.sample(TINY if tiny else LENGTHS, 3)]
        self._spans += dice.sample(TINY_STEPPED if tiny else STEPPED, 1)
        # Every aggregate before any comes twice.
        self._aggregates = [*dice.sample(AGGREGATES, len(AGGREGATES))]

    def policy(self, shown: int, judged: int) -> Policy:
        rules = []
        for kind in self._kinds:
            lets = [self._let(f"w{number}", kind) for number in range(shown)]
            rules.append(showing(*lets, on=kind))
            for number in range(judged):
                # Half of the windows are shared with the rule that shows them.
                own = [self._let("own", kind), *self._dice.sample(lets, min(2, len(lets)))]
                rules.append(self._judging(f"judge-{kind}-{number}", kind, own))
        return policy(*rules)

    def _judging(self, name: str, kind: str, lets: list[Let]) -> Rule:
        dice = self._dice
        whens = self._conditions.over(kind, lets)
        when = dice.choice((And, Or))((whens(2), whens(1)))
        return rule(
            name,
            lets,
            when,
            on=kind,
            subject=dice.sample(keys(kind), dice.choice((1, 1, 2))),
            unless=whens(1) if dice.random() < 0.6 else None,
            once=dice.choice((0, 0, 1, SECOND, MINUTE, self._spans[0][0])),
            mode=dice.choice(("shadow", "review", "enforce")),
        )

    def _let(self, name: str, kind: str) -> Let:
        dice = self._dice
        watched = kind if dice.random() < 0.6 else dice.choice(self._kinds)
        if not self._aggregates:
            self._aggregates = [*dice.sample(AGGREGATES, len(AGGREGATES))]
        made = self._window(self._aggregates.pop(), watched, kind)
        return let(name, made, by=[self._lookup(part, kind) for part in made.keys])

    def _window(self, aggregate: Aggregate, watched: str, kind: str) -> Window:
        dice = self._dice
        condition = self._conditions.over(watched, ())
        length, step = dice.choice(self._spans)
        units = {FIELDS[name].unit for name in keys(kind)}
        parts = [name for name in keys(watched) if FIELDS[name].unit in units]
        field = None
        if aggregate in ("sum", "mean", "min", "max", "last"):
            field = dice.choice(quantities(watched))
        elif aggregate in ("distinct", "new"):
            field = dice.choice(keys(watched))
        return window(
            aggregate,
            field,
            per=dice.sample(parts, dice.choice((1, 1, 1, 2, 3))),
            over=length,
            kind=watched,
            of=condition(1) if aggregate == "share" else None,
            where=condition(dice.choice((0, 1))) if dice.random() < 0.5 else None,
            by=step,
            within=dice.choice((3, length, 2 * length, MINUTE)) if aggregate == "new" else 0,
        )

    def _lookup(self, part: str, kind: str) -> str:
        """The field that finds a key: itself where there is one, sometimes another like it."""
        like = [name for name in keys(kind) if FIELDS[name].unit is FIELDS[part].unit]
        return part if part in like and self._dice.random() < 0.7 else self._dice.choice(like)
