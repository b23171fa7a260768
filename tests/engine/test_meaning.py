"""What a condition means, node by node: true, false, or unknown."""

from fractions import Fraction
from itertools import product
from typing import Literal as Choice

import pytest
from tests.engine.policies import always, let, policy, rule, window

from fairtone.engine import Meaning
from fairtone.engine.meaning import Number, key_part, term, value_of
from fairtone.events import Event, Unit, Value
from fairtone.policy.model import (
    And,
    Arithmetic,
    Between,
    Compare,
    Condition,
    FieldValue,
    Flag,
    InList,
    IsKnown,
    IsText,
    Literal,
    Not,
    Or,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)

MEANING = Meaning(policy(rule("r", [let("all", window("count", per="edge", over=1))], always())))
TRI = (True, False, None)


def event(**values: Value) -> Event:
    return Event("call.ended", 1, {name.replace("__", "."): v for name, v in values.items()})


def holds(condition: Condition, given: Event, **windows: Number | None) -> bool | None:
    return MEANING.holds(condition, given, windows.__getitem__)


def number(value: Fraction | int, unit: Unit = Unit.COUNT) -> Literal:
    return Literal(Fraction(value), unit)


# --- three values --------------------------------------------------------------------------------

FLAGS = ("answered", "weekend", "callee.international")


def flags(*values: bool | None) -> Event:
    pairs = zip(FLAGS, values, strict=False)
    return Event("call.ended", 1, {name: value for name, value in pairs if value is not None})


@pytest.mark.parametrize("values", list(product(TRI, repeat=3)))
def test_and_is_false_if_one_is_else_unknown_if_one_is(values: tuple[bool | None, ...]) -> None:
    expected = False if False in values else None if None in values else True
    assert holds(And(tuple(map(Flag, FLAGS))), flags(*values)) is expected


@pytest.mark.parametrize("values", list(product(TRI, repeat=3)))
def test_or_is_true_if_one_is_else_unknown_if_one_is(values: tuple[bool | None, ...]) -> None:
    expected = True if True in values else None if None in values else False
    assert holds(Or(tuple(map(Flag, FLAGS))), flags(*values)) is expected


def test_not_unknown_is_unknown() -> None:
    assert [holds(Not(Flag("answered")), flags(value)) for value in TRI] == [False, True, None]


def test_nothing_is_known_of_a_missing_field_but_that_it_is_missing() -> None:
    conditions = [
        Flag("answered"),
        Between("clock", 0, 1),
        IsText("account", ("a",)),
        SameAs("account", "account.payer"),
        TextTest("user_agent", "contains", ""),
        InList("user_agent", "nobody"),
        Compare("=", FieldValue("duration"), FieldValue("duration")),
    ]
    assert [holds(condition, event()) for condition in conditions] == [None] * len(conditions)
    assert holds(IsKnown(FieldValue("duration")), event()) is False


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "below", "equal", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        ("=", False, True, False),
        ("!=", True, False, True),
        (">=", False, True, True),
        (">", False, False, True),
    ],
)
def test_comparisons(
    op: Choice["=", "!=", "<", "<=", ">", ">="], below: bool, equal: bool, above: bool
) -> None:
    condition = Compare(op, FieldValue("status"), number(5))
    assert [holds(condition, event(status=value)) for value in (4, 5, 6)] == [below, equal, above]


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (Arithmetic("+", number(2), number(3)), 5),
        (Arithmetic("-", number(2), number(3)), -1),
        (Arithmetic("*", number(2), number(Fraction(1, 3))), Fraction(2, 3)),
        (Arithmetic("/", number(2), number(3)), Fraction(2, 3)),
        (Arithmetic("/", number(2), number(-3)), Fraction(-2, 3)),
        (Arithmetic("/", number(2), number(0)), None),
        (Arithmetic("/", number(0), number(0)), None),
        (Arithmetic("+", number(2), FieldValue("status")), None),
        (Arithmetic("*", number(0), FieldValue("status")), None),
        (Arithmetic("+", WindowValue("w"), number(1)), 8),
    ],
)
def test_arithmetic_is_exact_and_unknown_spreads(made: Term, value: Fraction | int | None) -> None:
    assert term(made, event(), {"w": 7}.__getitem__) == value


def test_large_quotients_are_not_rounded() -> None:
    """A third of 2**60 + 1 is not a third of 2**60, though a float takes it for one."""
    near = Arithmetic("/", WindowValue("a"), WindowValue("b"))
    condition = Compare("=", near, number(Fraction(2**60, 3)))
    assert holds(condition, event(), a=2**60, b=3) is True
    assert holds(condition, event(), a=2**60 + 1, b=3) is False


def test_a_window_may_be_asked_whether_it_is_known() -> None:
    asked = IsKnown(WindowValue("w"))
    assert [holds(asked, event(), w=value) for value in (None, 0, Fraction(1, 2))] == [
        False,
        True,
        True,
    ]


def test_an_interval_of_the_day_holds_its_start_and_not_its_end() -> None:
    office = Between("clock", 28_800_000, 61_200_000)
    clocks = (28_799_999, 28_800_000, 61_199_999, 61_200_000)
    assert [holds(office, event(clock=clock)) for clock in clocks] == [False, True, True, False]


def test_an_interval_may_pass_midnight() -> None:
    night = Between("clock", 79_200_000, 21_600_000)
    clocks = (79_199_999, 79_200_000, 86_399_999, 0, 21_599_999, 21_600_000)
    assert [holds(night, event(clock=clock)) for clock in clocks] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]


# --- texts, numbers, accounts, addresses ---------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (IsText("user_agent", ("Zoiper", "x")), {"user_agent": "ZOIPER"}, {"user_agent": "zoip"}),
        (IsText("account", ("Bob",)), {"account": "Bob"}, {"account": "bob"}),
        (IsText("callee", ("+331",)), {"callee": 331}, {"callee": 33}),
        (IsText("source.address", ("::1",)), {"source.address": "0::1"}, {"source.address": "::2"}),
        (IsText("account", ("",)), {"account": ""}, {"account": " "}),
        (SameAs("account", "account.payer"), {"account": "a", "account.payer": "a"}, {"account": "a", "account.payer": "A"}),
        (SameAs("caller", "callee"), {"caller": 1, "callee": 1}, {"caller": 1, "callee": 2}),
        (SameAs("caller.country", "callee.country"), {"caller.country": "fr", "callee.country": "FR"}, {"caller.country": "FR", "callee.country": "GB"}),
        (SameAs("source.address", "source.network"), {"source.address": "::1", "source.network": "0::1"}, {"source.address": "8000::", "source.network": "::"}),
        (TextTest("user_agent", "starts with", "Fri"), {"user_agent": "friendly"}, {"user_agent": "a friend"}),
        (TextTest("user_agent", "contains", "SCAN"), {"user_agent": "Friendly-Scanner"}, {"user_agent": "can"}),
        (TextTest("user_agent", "contains", ""), {"user_agent": ""}, None),
        (InList("user_agent", "scanners"), {"user_agent": "my scanner"}, {"user_agent": "Zoiper"}),
        (InList("callee", "prefixes"), {"callee": 33123450001}, {"callee": 33223450001}),
        (InList("source.address", "networks"), {"source.address": "10.0.0.1"}, {"source.address": "10.0.0.2"}),
    ],
)  # fmt: skip
def test_atoms(condition: Condition, yes: dict[str, Value], no: dict[str, Value] | None) -> None:
    assert holds(condition, Event("call.ended", 1, yes)) is True
    assert no is None or holds(condition, Event("call.ended", 1, no)) is False


def test_what_is_no_address_is_unknown() -> None:
    broken = event(source__address="10.0.0.256", source__network="10.0.0.256")
    assert holds(SameAs("source.address", "source.network"), broken) is None
    assert holds(InList("source.address", "networks"), broken) is None
    assert holds(IsKnown(FieldValue("source.address")), broken) is False
    assert value_of(broken, "source.address") is None


def test_a_key_is_the_value_in_the_form_in_which_it_is_compared() -> None:
    given = event(user_agent="Zoiper É", account="Bob", callee=33, source__address="10.0.0.1")
    names = ("user_agent", "account", "callee", "source.address", "caller")
    assert [key_part(given, name) for name in names] == [
        "zoiper É",
        "Bob",
        33,
        (0, 0xFFFF_0A00_0001),
        None,
    ]
