"""What the events say about numbers, money and time is what the rest of the house would say."""

from zoneinfo import ZoneInfo

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from phonenumbers import timezone as phone_zones
from tests.simulate.conftest import Simulation

from fairtone.events import FIELDS, TYPES, DialPlan, world

CALLS = ("call.attempt", "call.answered", "call.ended")
# A simulated edge knows no display names; attempts have no status yet.
NEVER = {(kind, "caller.name") for kind in CALLS} | {("call.attempt", "status")}
NEVER |= {("sip.request", name) for name in FIELDS if name.startswith("account")}


@pytest.mark.parametrize("kind", [*CALLS, "registration", "sip.request"])
def test_each_kind_carries_its_fields_and_no_others(simulation: Simulation, kind: str) -> None:
    events = simulation.of(kind)
    carried = {name for name in FIELDS if events[name].null_count < len(events)}
    allowed = {name for name in FIELDS if kind in FIELDS[name].kinds}
    assert carried == {name for name in allowed if (kind, name) not in NEVER}


@pytest.mark.parametrize("side", ["caller", "callee"])
def test_countries_and_types_are_those_of_the_number_plans(
    simulation: Simulation, side: str
) -> None:
    calls = simulation.of("call.attempt")
    calls = calls.filter(pc.is_valid(calls[side]))
    country, kind = world().look(calls[side].to_numpy())
    countries = np.array(world().countries, object)[country]
    assert calls[f"{side}.country"].to_pylist() == countries.tolist()
    assert calls[f"{side}.type"].to_pylist() == np.array(TYPES, object)[kind].tolist()
    assert (calls[f"{side}.prefix"].to_numpy() == calls[side].to_numpy() // 10_000).all()


def test_called_numbers_are_valid(simulation: Simulation) -> None:
    called = pc.unique(simulation.of("call.attempt")["callee"].drop_null()).to_pylist()
    for number in called[:: max(len(called) // 500, 1)]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}")), number


def test_dialled_numbers_mean_what_is_called(simulation: Simulation) -> None:
    plan = DialPlan(country="US")
    calls = simulation.of("call.attempt")
    calls = calls.filter(
        pc.and_(pc.is_valid(calls["callee"]), pc.is_valid(calls["callee.dialled"]))
    )
    rows = calls.select(["callee", "callee.dialled", "callee.tail"]).to_pylist()
    for row in rows[:: max(len(rows) // 500, 1)]:
        number = plan.read(row["callee.dialled"])
        assert number.e164 == row["callee"], row
        assert number.tail == row["callee.tail"], row


def test_calls_cost_their_price_by_the_second(simulation: Simulation) -> None:
    ended = simulation.of("call.ended")
    ended = ended.filter(pc.is_valid(ended["cost"]))
    price, talk = ended["price"].to_numpy(), ended["duration"].to_numpy()
    assert (ended["cost"].to_numpy() == (price * talk + 30_000) // 60_000).all()


def test_the_clock_is_that_of_new_york(simulation: Simulation) -> None:
    events = simulation.events.slice(0, 200_000)
    there = pc.local_timestamp(pc.cast(events["at"], pa.timestamp("us", "America/New_York")))
    since = pc.subtract(there, pc.floor_temporal(there, unit="day")).cast(pa.int64()).to_numpy()
    assert (events["clock"].to_numpy() == since // 1000).all()
    weekend = pc.greater_equal(pc.day_of_week(there), 5)
    assert events["weekend"].equals(weekend)


def test_the_callees_clock_is_that_of_the_zones_of_the_number(simulation: Simulation) -> None:
    calls = simulation.of("call.attempt").filter(
        pc.is_valid(simulation.of("call.attempt")["callee"])
    )
    rows = calls.select(["at", "callee", "callee.clock"]).to_pylist()
    known = 0
    for row in rows[:: len(rows) // 400]:
        zones = phone_zones.time_zones_for_number(phonenumbers.parse(f"+{row['callee']}"))
        there = [row["at"].astimezone(ZoneInfo(zone)) for zone in zones if zone != "Etc/Unknown"]
        clocks = {
            (t.hour * 3600 + t.minute * 60 + t.second) * 1000 + t.microsecond // 1000 for t in there
        }
        # A block of numbers may lie in more zones than one number of it: then it is unknown.
        assert row["callee.clock"] is None or {row["callee.clock"]} == clocks, row
        known += row["callee.clock"] is not None
    assert known > 300


def test_signalling_is_encrypted_over_tls(simulation: Simulation) -> None:
    events = simulation.events
    tls = pc.is_in(events["transport"].cast(pa.string()), pa.array(["tls", "wss"]))
    assert events["signalling.encrypted"].equals(tls)
