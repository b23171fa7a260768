"""A finding is shown with the events that made it so, and with windows as the rule saw them."""

from tests.history.conftest import Night
from tests.history.provider import NIGHT, night

from fairtone.history import Exhibit
from fairtone.history.evidence import HEAD, TAIL, destinations_of


def exhibit(replayed: Night, rule: str) -> Exhibit:
    return next(fired for fired in replayed.replay.fired if fired.rule.name == rule).exhibits[0]


def test_the_events_are_those_of_the_windows(replayed: Night) -> None:
    shown = exhibit(replayed, "high-risk-burst")
    made = [
        event
        for event in night()
        if event.kind == "call.attempt" and event.values["account"] == "thief"
    ]
    assert [event.at for event in shown.events] == [event.at for event in made[:6]]
    assert (shown.total, shown.skipped) == (6, 0)
    assert shown.events[-1].values == made[5].values


def test_of_many_events_the_first_and_the_last_are_shown_and_the_rest_is_counted(
    replayed: Night,
) -> None:
    shown = exhibit(replayed, "short-call-blast")
    assert shown.total == 40
    assert len(shown.events) == HEAD + TAIL
    assert shown.skipped == 40 - HEAD - TAIL


def test_only_events_that_satisfy_the_window_are_evidence(replayed: Night) -> None:
    shown = exhibit(replayed, "password-guessing")
    assert shown.total == 20
    assert all(event.values["status"] == 401 for event in shown.events)


def test_what_is_drawn_at_the_finding_is_what_the_rule_saw(replayed: Night) -> None:
    for fired in replayed.replay.fired:
        for shown in fired.exhibits:
            values = {item.name: item.value for item in shown.finding.values}
            for panel in shown.panels:
                place = panel.moments.index(shown.finding.at)
                name = panel.text.split()[0]
                if " / " not in panel.text:
                    assert panel.left[place] == values[name]
                else:
                    assert panel.left[place] == values["short"] / values["calls"]


def test_a_panel_shows_before_and_after_and_where_the_line_is(replayed: Night) -> None:
    shown = exhibit(replayed, "high-risk-burst")
    assert [panel.op for panel in shown.panels] == [">=", ">="]
    dear = shown.panels[0]
    at = shown.finding.at
    assert dear.moments[0] < at < dear.moments[-1]
    assert set(dear.right) == {6.0}
    # The window grows call by call, and goes on growing after the finding.
    assert dear.left[0] == 0
    assert dear.left[-1] > 6
    assert [value for moment, value in zip(dear.moments, dear.left, strict=True) if moment < at][
        -1
    ] == 5


def test_a_comparison_of_the_event_itself_is_not_drawn(replayed: Night) -> None:
    texts = [panel.text for panel in exhibit(replayed, "high-risk-burst").panels]
    assert not any("price" in text for text in texts)


def test_a_call_counts_once_however_many_events_tell_of_it() -> None:
    thief = [
        event
        for event in night()
        if event.values.get("account") == "thief" and event.at < NIGHT + 650_000_000
    ]
    found = destinations_of(thief)
    assert [(each.country, each.calls) for each in found] == [("CU", 30)]
    ended = sum(event.kind == "call.ended" for event in thief)
    assert found[0].cost == ended * 900_000 * 5


def test_destinations_are_in_order_of_calls(replayed: Night) -> None:
    for fired in replayed.replay.fired:
        for shown in fired.exhibits:
            calls = [each.calls for each in shown.destinations]
            assert calls == sorted(calls, reverse=True)
            assert len({each.country for each in shown.destinations}) == len(calls)
