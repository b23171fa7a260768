"""A filter may let too much through, never too little: `Meaning` has the last word."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.history.provider import NIGHT

from fairtone.engine import Meaning
from fairtone.events import FIELDS, Event, Unit, batch_of
from fairtone.history.filters import Filters
from fairtone.history.retrace import fields_in
from fairtone.history.spool import Spool
from fairtone.policy import load
from fairtone.policy.model import Condition, Policy

POLICY = Path(__file__).parents[2] / "policies" / "acceptable-use"


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return load(POLICY)


def conditions(policy: Policy) -> Iterator[tuple[str, Condition]]:
    """Every distinct condition of a window, with the kind of event that it is asked about."""
    seen = set()
    for rule in policy.rules:
        for window in rule.windows:
            for node in (window.where, window.of):
                if node is not None and (window.kind, node) not in seen:
                    seen.add((window.kind, node))
                    yield window.kind, node


def value(name: str, policy: Policy, chance: random.Random) -> object:
    """A value near what conditions look for, or nothing."""
    if chance.random() < 0.15:
        return None
    listed = [entry for each in policy.lists for entry, _ in each.entries]
    match FIELDS[name].unit:
        case Unit.FLAG:
            return chance.random() < 0.5
        case Unit.NUMBER:
            digits = "".join(char for char in chance.choice(listed) if char.isdigit())
            return int((digits or "33") + str(chance.randrange(10**4)))
        case Unit.ADDRESS:
            return chance.choice(["127.0.0.1", "2001:db8::1", "10.0.0.7"])
        case Unit.TEXT | Unit.ACCOUNT:
            words = ["caller", "Callee", "US", "us", "failed", "interconnect", "404", "x", *listed]
            return chance.choice(words)
        case Unit.CLOCK:
            return chance.randrange(24) * 3_600_000
        case _:
            return chance.choice(
                [0, 1, 3999, 4000, 6000, 150_000, 299_999, 300_000, 401, 200, 10**8]
            )


def test_no_event_that_a_window_lets_in_is_filtered_out(shipped: Policy, tmp_path: Path) -> None:
    chance, meaning, filters = random.Random(7), Meaning(shipped), Filters(shipped)
    asked = list(conditions(shipped))
    names = {name for _, node in asked for name in fields_in(node)}
    assert len(asked) > 10
    events = []
    for step in range(400):
        kind = asked[step % len(asked)][0]
        drawn = {
            name: value(name, shipped, chance)
            for name in sorted(names)
            if kind in FIELDS[name].kinds
        }
        known = {name: each for name, each in drawn.items() if each is not None}
        events.append(Event(kind, NIGHT + step * 1_000_000, known))  # type: ignore[arg-type]
    held = narrowed = 0
    with Spool(tmp_path / "events.parquet") as spool:
        spool.add(batch_of(events))
        spool.close()
        for kind, node in asked:
            passed = {
                row["sequence"]
                for row in spool.rows(
                    f"select sequence from events e where e.kind = ? and {filters.passing(node, 'e')}",
                    [kind],
                )
            }
            rows = {number + 1 for number, event in enumerate(events) if event.kind == kind}
            let_in = {
                number
                for number in rows
                if meaning.holds(node, events[number - 1], lambda name: None)
            }
            assert let_in <= passed, node
            held += len(let_in)
            narrowed += len(passed) < len(rows)
    assert held > 100
    assert narrowed > len(asked) / 2  # it does filter


def test_no_condition_lets_everything_through(shipped: Policy) -> None:
    assert Filters(shipped).passing(None, "e") == "true"
