"""Who was not found is told with the reason: how near it came, and what held it back."""

from tests.history.conftest import Night

from fairtone.engine import Side
from fairtone.events import Unit
from fairtone.history import Similar
from fairtone.history.similar import rank


def similar(replayed: Night, rule: str) -> dict[str, Similar]:
    fired = next(fired for fired in replayed.replay.fired if fired.rule.name == rule)
    return {each.subject: each for each in fired.similar}


def test_the_trader_made_one_costly_call_too_few(replayed: Night) -> None:
    trader = similar(replayed, "high-risk-burst")["trader"]
    held_back = [side for side in trader.sides if not side.holds]
    assert [(side.text.split()[0], side.left, side.right) for side in held_back] == [("dear", 5, 6)]
    assert not trader.exempt


def test_the_carrier_passed_every_line_and_is_exempt(replayed: Night) -> None:
    carrier = similar(replayed, "high-risk-burst")["carrier"]
    assert carrier.exempt
    assert all(side.holds for side in carrier.sides)


def test_the_call_centre_calls_as_much_but_people_talk(replayed: Night) -> None:
    centre = similar(replayed, "short-call-blast")["centre"]
    calls, share = centre.sides
    assert calls.holds is True
    assert (share.holds, share.left) == (False, 0)


def test_who_was_found_is_not_similar(replayed: Night) -> None:
    for fired in replayed.replay.fired:
        found = {item.finding.subject for item in fired.exhibits}
        assert not found & {each.subject for each in fired.similar}


def test_the_nearest_comes_first() -> None:
    def subject(*nearness: float) -> Similar:
        sides = (Side("x", 1, 1, Unit.COUNT, near >= 1, near) for near in nearness)
        return Similar("s", 0, tuple(sides), False)

    assert rank(subject(1, 0.1)) > rank(subject(0.9, 0.9)) > rank(subject(0.9, 0.2))
    assert rank(subject(1, 0.9)) > rank(subject(1, 0.1))


def test_a_part_of_the_condition_that_is_no_comparison_holds_back_too() -> None:
    held = Side("x", 1, 1, Unit.COUNT, True, 1.0)
    by_day = Similar("s", 0, (held,), False, ("clock between 22:00 and 06:00",))
    assert rank(Similar("s", 0, (held,), True)) > rank(by_day)
