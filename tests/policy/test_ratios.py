"""A part of a whole is worth looking at only when the whole is more than one."""

import pytest
from tests.policy.specimens import rule_policy

from fairtone.policy.loading import check_text

LETS = """
let calls = count per account over 1h
let short = count where duration < 6s per account over 1h
let talks = count where answered per account over 1h
let other = count per source.address over 1h
let longer = count per account over 24h
"""
USED = 'because "{calls} {short} {talks} {other} {longer}"'


def warned(when: str) -> list[str]:
    report = check_text(rule_policy(f"{LETS}\nwhen {when}\n{USED}".strip()))
    assert report.policy is not None, report.issues
    return [issue.id for issue in report.issues]


@pytest.mark.parametrize(
    "when",
    [
        "short / calls > 60%",
        "short / calls > 60% and calls >= 1",
        "short / calls > 60% and calls > 0",
        "short / calls > 60% and other >= 20",
        "short / calls > 60% and longer >= 20",
        "short / calls > 60% and calls < 20",
        "calls >= 20 or short / calls > 60%",
    ],
)
def test_one_of_one_is_warned_of(when: str) -> None:
    assert warned(when) == ["unguarded-ratio"]


@pytest.mark.parametrize(
    "when",
    [
        "short / calls > 60% and calls >= 20",
        "short / calls > 60% and calls > 1",
        "short / calls > 60% and short >= 5",
        "short / calls > 60% and talks >= 5",
        "calls >= 20 and (short / calls > 60% or talks / calls > 90%)",
        "short / calls < 60%",
    ],
)
def test_a_whole_that_must_be_large_is_not(when: str) -> None:
    assert warned(when) == []
