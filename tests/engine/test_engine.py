"""The engine as others use it: feed, ask, explain, snapshot; and what it says to bad input."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from tests.engine.agreement import reference
from tests.engine.examples import ended
from tests.engine.interpreted import uncompiled
from tests.engine.policies import always, let, policy, rule, window
from tests.engine.streams import batches

from fairtone.engine import Engine, snapshot
from fairtone.engine.fast import CapacityError
from fairtone.events import AT, BatchError, Event, Unit, batch_of
from fairtone.policy.model import (
    And,
    Block,
    Challenge,
    Compare,
    Flag,
    IsText,
    Literal,
    Policy,
    Refuse,
    Throttle,
    WindowValue,
)

pytestmark = pytest.mark.usefixtures("small_rooms")

HOUR = 3_600_000_000
NOW = 1_760_000_000_000_000

CALLS = let("calls", window("count", per="account", over=HOUR))
SPENT = let("spent", window("sum", "cost", per="account", over=HOUR))


def at_least(count: int, name: str = "calls") -> Compare:
    return Compare(">=", WindowValue(name), Literal(Fraction(count), Unit.COUNT))


THIRD_CALL = policy(
    rule("third", [CALLS], at_least(3), actions=(Refuse(),), because="{calls} calls in an hour"),
)


Maker = Callable[[Policy], Engine]


@pytest.fixture(params=["reference", "fast"])
def engine_of(request: pytest.FixtureRequest) -> Maker:
    """Makes an engine of either kind."""
    return reference if request.param == "reference" else uncompiled


def calls(count: int, account: str = "a", start: int = NOW) -> list[Event]:
    return [ended(start + number, account=account, edge="e") for number in range(count)]


# --- feed ----------------------------------------------------------------------------------------


def test_feeding_gives_findings_in_order_numbered_from_1_over_all_batches(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    assert engine.feed(batch_of(calls(2))) == []
    found = engine.feed(batch_of(calls(2, start=NOW + 10)))
    assert [(one.sequence, one.at - NOW, one.because) for one in found] == [
        (3, 10, "3 calls in an hour"),
        (4, 11, "4 calls in an hour"),
    ]


def test_an_empty_batch_is_nothing(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    assert engine.feed(batch_of([])) == []
    assert engine.statistics()["events"] == 0


def test_events_of_kinds_that_no_rule_knows_pass(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    others = [Event("registration", NOW, {"account": "a"}), Event("sip.request", NOW, {})]
    assert engine.feed(batch_of(others * 3)) == []
    assert engine.statistics()["events"] == 6


def test_a_policy_without_rules_finds_nothing(engine_of: Maker) -> None:
    engine = engine_of(policy())
    assert engine.feed(batch_of(calls(3))) == []
    assert engine.ask(calls(1)[0]).answer == "allow"
    assert engine.explain(calls(1)[0]).rules == ()


def test_rules_of_one_event_are_found_in_the_order_of_the_policy(engine_of: Maker) -> None:
    made = policy(*(rule(name, [CALLS], always("calls")) for name in ("z", "a", "m")))
    assert [one.rule for one in engine_of(made).feed(batch_of(calls(1)))] == ["z", "a", "m"]


def test_time_is_said_twice_as_claimed_and_as_taken(engine_of: Maker) -> None:
    engine = engine_of(policy(rule("r", [CALLS], always("calls"))))
    found = engine.feed(batch_of([*calls(1), *calls(1, start=NOW - 500)]))
    assert [(one.event_at - NOW, one.at - NOW) for one in found] == [(0, 0), (-500, 1)]
    assert engine.statistics()["late"] == 1


def test_statistics_count_what_could_not_be_judged(engine_of: Maker) -> None:
    both = And((at_least(1), Flag("answered")))
    engine = engine_of(policy(rule("r", [CALLS], both), rule("s", [CALLS], always("calls"))))
    engine.feed(batch_of([*calls(3), ended(NOW + 9, edge="e")]))
    counts = engine.statistics()
    assert (counts["events"], counts["findings"]) == (4, 3)
    assert counts["unknown"] == {"r": 4, "s": 1}


def test_the_secret_changes_no_finding() -> None:
    events = [*calls(4), *calls(4, "b", NOW + 9)]
    assert uncompiled(THIRD_CALL).feed(batch_of(events)) == reference(THIRD_CALL).feed(
        batch_of(events)
    )


# --- ask -----------------------------------------------------------------------------------------


def test_asking_answers_with_clause_code_and_reason(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    answers = [engine.ask(event) for event in calls(3)]
    assert [verdict.answer for verdict in answers] == ["allow", "allow", "refuse"]
    assert (answers[2].clause, answers[2].code) == ("C1", 603)
    assert answers[2].reason == "3 calls in an hour"
    assert [one.rule for one in answers[2].findings] == ["third"]


def test_feeding_and_asking_are_one_stream(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    engine.feed(batch_of(calls(2)))
    assert engine.ask(calls(1, start=NOW + 5)[0]).findings[0].sequence == 3
    assert engine.feed(batch_of(calls(1, start=NOW + 6)))[0].sequence == 4


def test_the_strictest_enforced_rule_decides(engine_of: Maker) -> None:
    made = policy(
        rule("slow", [CALLS], always("calls"), actions=(Throttle(("account",), 1, 10, 60),)),
        rule("stop", [CALLS], always("calls"), actions=(Block(("account",), 100),)),
        rule("step-up", [CALLS], always("calls"), actions=(Challenge(),)),
        rule("mute", [CALLS], always("calls"), actions=(Refuse(404),), mode="shadow"),
    )
    verdict = engine_of(made).ask(calls(1)[0])
    assert (verdict.answer, verdict.code, verdict.until) == ("refuse", 603, NOW + 100)
    assert len(verdict.findings) == 4


@pytest.mark.parametrize("mode", ["shadow", "review", "enforce"])
@pytest.mark.parametrize("action", [Refuse(), Block(("account",), HOUR), Challenge()])
def test_an_emergency_call_always_passes(engine_of: Maker, action: object, mode: str) -> None:
    made = policy(rule("r", [CALLS], always("calls"), actions=(action,), mode=mode))  # type: ignore[arg-type]
    engine = engine_of(made)
    for number in range(3):
        event = ended(NOW + number, account="a", callee__emergency=True)
        verdict = engine.ask(event)
        assert (verdict.answer, verdict.code) == ("allow", 0)
        assert len(verdict.findings) == 1  # it is counted and found, and passes
    assert engine.ask(ended(NOW + 9, account="a", callee__emergency=False)).findings


def test_a_fault_does_not_stop_an_emergency_call(
    engine_of: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(THIRD_CALL)
    core = engine._fast or engine._slow
    for name in ("judge", "judge_one"):
        monkeypatch.setattr(type(core), name, lambda *given: 1 // 0, raising=False)
    with pytest.raises(ZeroDivisionError):
        engine.ask(calls(1)[0])
    assert engine.ask(ended(NOW, account="a", callee__emergency=True)).answer == "allow"


def test_a_kind_that_is_none_is_said(engine_of: Maker) -> None:
    with pytest.raises(ValueError, match=r"`call\.endet` is not a kind of event"):
        engine_of(THIRD_CALL).ask(Event("call.endet", NOW, {}))


# --- explain -------------------------------------------------------------------------------------


def test_explaining_says_each_value_and_how_near_it_is(engine_of: Maker) -> None:
    engine = engine_of(policy(rule("r", [CALLS], at_least(10))))
    engine.feed(batch_of(calls(6)))
    explained = engine.explain(calls(1, start=NOW + 100)[0])
    (view,) = explained.rules
    assert (explained.at, explained.kind) == (NOW + 100, "call.ended")
    assert (view.rule, view.clause, view.subject, view.outcome) == ("r", "C1", "a", "clear")
    (side,) = view.sides
    assert (side.left, side.right, side.holds, side.nearness) == (7, 10, False, 0.7)
    assert [(one.name, one.value) for one in view.values] == [("calls", 7)]


def test_near_misses_are_said(engine_of: Maker) -> None:
    engine = engine_of(policy(rule("r", [CALLS], at_least(10))))
    engine.feed(batch_of(calls(7)))
    assert [view.outcome for view in engine.explain(calls(1)[0]).rules] == ["near"]


def test_every_outcome_has_its_word(engine_of: Maker) -> None:
    tier = IsText("account.tier", ("school",))
    made = policy(
        rule("found", [CALLS], always("calls")),
        rule("exempt", [CALLS], always("calls"), unless=tier),
        rule("unknown", [CALLS], Flag("answered")),
        rule("quiet", [CALLS], always("calls"), once=HOUR),
        rule("clear", [CALLS], at_least(100)),
    )
    engine = engine_of(made)
    event = ended(NOW, account="a", account__tier="School")
    engine.ask(event)
    views = engine.explain(event).rules
    assert [view.outcome for view in views] == [view.rule for view in views]


def test_explaining_leaves_no_trace(engine_of: Maker) -> None:
    engine = engine_of(THIRD_CALL)
    for _ in range(5):
        assert engine.explain(calls(1)[0]).rules[0].values[0].value == 1
    assert engine.statistics()["events"] == 0
    assert engine.feed(batch_of(calls(2))) == []


# --- bad input -----------------------------------------------------------------------------------

GOOD = {"kind": pa.array(["call.ended"]), "at": pa.array([NOW], AT)}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"kind": GOOD["kind"]}, "column `at` is missing"),
        ({"at": GOOD["at"]}, "column `kind` is missing"),
        (GOOD | {"colour": pa.array(["red"])}, "`colour` is not a field of any kind of event"),
        (GOOD | {"cost": pa.array(["5"])}, "column `cost` holds string, expected int64"),
        (GOOD | {"cost": pa.array([5.0])}, "column `cost` holds double, expected int64"),
        (GOOD | {"account": pa.array([5])}, "column `account` holds int64, expected string"),
        (GOOD | {"at": pa.array([NOW])}, "column `at` holds int64"),
        (GOOD | {"at": pa.array([NOW // 1000], pa.timestamp("ms", "UTC"))}, "column `at` holds"),
        (GOOD | {"at": pa.array([NOW], pa.timestamp("us"))}, "column `at` holds"),
        (GOOD | {"kind": pa.array(["call.endet"])}, "`call.endet` is not a kind of event"),
    ],
)
def test_a_batch_of_another_shape_is_refused_whole(
    engine_of: Maker, columns: dict[str, pa.Array], message: str
) -> None:
    engine = engine_of(THIRD_CALL)
    with pytest.raises(BatchError) as raised:
        engine.feed(pa.record_batch(columns))
    assert message in str(raised.value)
    assert engine.statistics()["events"] == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": pa.array(["call.ended", None]), "at": pa.array([NOW, NOW], AT)},
        {"kind": pa.array(["call.ended"] * 2), "at": pa.array([NOW, None], AT)},
    ],
)
def test_an_event_without_kind_or_time_is_refused(
    engine_of: Maker, columns: dict[str, pa.Array]
) -> None:
    with pytest.raises(BatchError):
        engine_of(THIRD_CALL).feed(pa.record_batch(columns))


def test_the_room_for_records_is_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of two"):
        uncompiled(THIRD_CALL, capacity=1000)


def test_more_events_than_there_is_room_for_are_refused_not_forgotten() -> None:
    engine = uncompiled(THIRD_CALL, capacity=128)
    first, *more = batches(calls(300), 80)
    engine.feed(first)
    with pytest.raises(CapacityError, match="capacity"):
        _ = [engine.feed(batch) for batch in more]


# --- snapshots -----------------------------------------------------------------------------------


def test_a_snapshot_remembers_everything(tmp_path: Path) -> None:
    before, after = uncompiled(THIRD_CALL), uncompiled(THIRD_CALL)
    before.feed(batch_of(calls(2)))
    before.snapshot(tmp_path / "state")
    after.restore(tmp_path / "state")
    assert after.statistics() == before.statistics()
    assert after.now == before.now
    (found,) = after.feed(batch_of(calls(1, start=NOW + 5)))
    assert (found.sequence, found.values[0].value) == (3, 3)


def test_a_snapshot_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    engine = uncompiled(THIRD_CALL)
    engine.snapshot(tmp_path / "state")
    engine.feed(batch_of(calls(2)))
    engine.snapshot(tmp_path / "state")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


SPENDING = policy(rule("third", [SPENT], at_least(3, "spent")))


@pytest.mark.parametrize("damage", ["another policy", "cut short", "no snapshot", "missing"])
def test_a_snapshot_that_does_not_fit_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "state"
    made = uncompiled(SPENDING if damage == "another policy" else THIRD_CALL)
    made.feed(batch_of(calls(3)))
    made.snapshot(path)
    if damage == "cut short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "no snapshot":
        path.write_text("something else")
    elif damage == "missing":
        path.unlink()
    with pytest.raises(snapshot.SnapshotError, match="`state`"):
        uncompiled(THIRD_CALL).restore(path)
