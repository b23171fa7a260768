"""Rules that can never fire and exemptions that can never apply are found; others are let be."""

import pytest
from tests.policy.specimens import rule_policy

from fairtone.policy.loading import check_text

LETS = """
let calls = count per account over 1h
let short = count where duration < 6s per account over 1h
let reached = distinct callee per account over 1h
let day = count per account over 24h
let part = share where duration < 6s per account over 1h
let spent = sum cost per account over 1h
because "{calls} {short} {reached} {day} {part} {spent}"
""".strip()


def found(statements: str) -> tuple[list[str], str]:
    issues = check_text(rule_policy(f"{LETS}\n{statements}")).errors
    return [issue.id for issue in issues], " ".join(issue.message for issue in issues)


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("calls < 0", "`calls < 0` is never true"),
        ("calls >= 5 and calls < 3", "`calls >= 5` and `calls < 3` exclude each other"),
        ("calls > 5 and calls <= 5", "exclude each other"),
        ("5 < calls and 4 >= calls", "exclude each other"),
        ("calls = 3 and calls = 4", "exclude each other"),
        ("duration < 6s and duration > 10s", "exclude each other"),
        ("part > 100%", "`part > 100%` is never true"),
        ("part >= 1.5", "never true"),
        ("calls >= 1 and short / calls > 100%", "is a part of `calls`"),
        ("calls >= 20 and reached / calls >= 150%", "is a part of `calls`"),
        ("reached > calls", "is a part of `calls`"),
        ("calls < short", "is a part of `calls`"),
        ("calls > day", "is a part of `day`"),
        ("answered and not answered", "exclude each other"),
        ('transport is "udp" and transport is "tls"', "exclude each other"),
        ('transport in ("udp", "tcp") and transport is "tls"', "exclude each other"),
        ('transport is "udp" and transport is not "udp"', "exclude each other"),
        ("(calls < 3 or calls < 2) and calls > 5", "exclude each other"),
        ("not (calls < 3 or calls > 1)", "exclude each other"),
        ("calls < 0 or part > 100%", "never true"),
    ],
)
def test_a_condition_that_contradicts_itself_never_fires(when: str, reason: str) -> None:
    ids, message = found(f"when {when}")
    assert ids == ["never-fires"]
    assert reason in message


@pytest.mark.parametrize(
    "when",
    [
        "calls >= 5 and calls <= 5",
        "calls >= 5 or calls < 3",
        "calls >= 5 and short < 3",
        "part >= 100%",
        "calls >= 20 and short / calls >= 100%",
        "calls >= 20 and calls / short > 150%",
        "calls >= 20 and day / calls > 150%",
        "calls < 0 or calls > 3",
        "short >= calls",
        "day > calls",
        "short > reached",
        "not (answered and not answered)",
        'transport in ("udp", "tcp") and transport is not "udp"',
        'transport is "udp" or transport is "tls"',
        'callee.country is "FR" and caller.country is "DE"',
        "spent < 0 USD",
        "clock >= 22:00 or clock < 06:00",
    ],
)
def test_a_condition_that_may_hold_is_let_be(when: str) -> None:
    assert found(f"when {when}") == ([], "")


@pytest.mark.parametrize(
    "unless",
    ["calls < 3", "calls >= 5 and calls < 3", "calls < 0", "calls < 4 or calls < 3"],
)
def test_an_exemption_that_the_condition_excludes_never_applies(unless: str) -> None:
    assert found(f"when calls >= 5\nunless {unless}")[0] == ["never-exempts"]


@pytest.mark.parametrize("unless", ["calls >= 3", "calls >= 5", "calls > 4 or answered"])
def test_an_exemption_that_always_applies_is_one_too_many(unless: str) -> None:
    assert found(f"when calls >= 5\nunless {unless}")[0] == ["always-exempts"]


@pytest.mark.parametrize(
    "unless", ['account.tier is "school"', "calls > 5", "calls >= 6 and answered", "short < 3"]
)
def test_an_exemption_that_may_apply_is_let_be(unless: str) -> None:
    assert found(f"when calls >= 5\nunless {unless}") == ([], "")


@pytest.mark.parametrize(
    "where",
    ["duration < 6s and duration > 10s", "answered and not answered", "duration < 0s"],
)
def test_a_window_that_nothing_can_enter_is_told(where: str) -> None:
    statements = f"let none = count where {where} per account over 1h\nwhen none > 3"
    ids = [issue.id for issue in check_text(rule_policy(statements)).errors]
    assert ids == ["window-stays-empty"]


def test_a_condition_with_very_many_alternatives_is_let_be() -> None:
    many = " and ".join(f"(calls > {n} or short > {n})" for n in range(1, 13))
    assert found(f"when {many}") == ([], "")
