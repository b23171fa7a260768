"""Ladders: machines restrain, people punish, and every rung is higher than the one before."""

import pytest
from tests.policy.specimens import ONLY_CLAUSE, policy

from fairtone.policy.loading import check_text
from fairtone.policy.model import Ladder, Step

DAY = 86_400_000_000


def ladder(lines: str) -> tuple[list[str], Ladder | None]:
    report = check_text(policy(f"{ONLY_CLAUSE}\n```ladder\n{lines}\n```"))
    found = report.policy.ladders[0] if report.policy else None
    return [issue.id for issue in report.issues], found


def test_a_ladder_is_read() -> None:
    ids, found = ladder(
        "for clients, third-party\n"
        "1 strike warn\n2 strikes throttle for 7d\n3 strikes suspend for 30d by 1 person\n"
        "5 strikes terminate by 2 people\nstrikes expire after 180d"
    )
    assert ids == []
    assert found is not None
    assert (found.clause, found.relations, found.expire) == (
        "A",
        ("clients", "third-party"),
        180 * DAY,
    )
    assert found.steps == (
        Step(1, "warn", 0, 0),
        Step(2, "throttle", 7 * DAY, 0),
        Step(3, "suspend", 30 * DAY, 1),
        Step(5, "terminate", 0, 2),
    )


@pytest.mark.parametrize(
    ("lines", "issue"),
    [
        ("1 strike suspend for 7d", "ladder-people"),
        ("1 strike suspend for 7d by 0 people", "not-whole"),
        ("1 strike terminate", "ladder-people"),
        ("1 strike terminate by 1 person", "ladder-people"),
        ("1 strike refer by 1 person", "ladder-people"),
        ("1 strike suspend by 1 person", "open-restraint"),
        ("1 strike throttle", "open-restraint"),
        ("2 strikes warn\n2 strikes throttle for 1d", "ladder-order"),
        ("2 strikes warn\n1 strike throttle for 1d", "ladder-order"),
        ("1 strike throttle for 1d\n2 strikes warn", "ladder-order"),
        ("1 strike banish", "unknown-word"),
        ("for customers\n1 strike warn", "unknown-word"),
        ("0 strikes warn", "not-whole"),
        ("strikes expire after 5GB", "not-a-span"),
        ("wran", "unknown-statement"),
    ],
)
def test_a_ladder_that_cannot_stand_is_told(lines: str, issue: str) -> None:
    assert issue in ladder(lines)[0]


def ladders(first: str, second: str) -> list[str]:
    blocks = "\n\n".join(f"```ladder\n{lines}\n```" for lines in (first, second))
    return [issue.id for issue in check_text(policy(f"{ONLY_CLAUSE}\n{blocks}")).issues]


def test_each_relation_climbs_one_ladder() -> None:
    assert ladders("for clients\n1 strike warn", "for partners\n1 strike warn") == []
    assert ladders("1 strike warn", "for partners\n1 strike warn") == []
    assert ladders("1 strike warn", "1 strike warn") == ["duplicate-ladder"]
    assert ladders("for clients, partners\n1 strike warn", "for partners\n1 strike warn") == [
        "duplicate-ladder"
    ]
