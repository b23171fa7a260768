"""The provider's clock, over midnight, weekends and the change to summer time."""

from datetime import UTC, datetime

import pytest

from fairtone.events import Event, batch_of, events_of
from fairtone.insight import Clocks, ZoneError, check_insight

HOUR = 3_600_000


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def clock(zone: str, *moments: str) -> list[tuple[object, object]]:
    batch = batch_of(Event("call.attempt", at(moment), {}) for moment in moments)
    found = events_of(Clocks(zone).add(batch))
    return [(event.values["clock"], event.values["weekend"]) for event in found]


def test_the_clock_is_the_provider_s() -> None:
    moments = ("2026-11-20 12:00", "2026-11-21 03:00", "2026-11-21 05:00", "2026-11-23 04:59")
    assert clock("America/New_York", *moments) == [
        (7 * HOUR, False),
        (22 * HOUR, False),
        (0, True),
        (23 * HOUR + 59 * 60_000, True),
    ]


def test_the_clock_jumps_in_spring_and_goes_twice_through_an_hour_in_autumn() -> None:
    spring = clock("America/New_York", "2026-03-08 06:59", "2026-03-08 07:00")
    assert [time for time, _ in spring] == [HOUR + 59 * 60_000, 3 * HOUR]
    autumn = clock("America/New_York", "2026-11-01 05:30", "2026-11-01 06:30")
    assert [time for time, _ in autumn] == [HOUR + HOUR // 2, HOUR + HOUR // 2]


def test_half_hours_are_kept() -> None:
    assert clock("Asia/Kathmandu", "2026-11-20 00:00") == [(5 * HOUR + 45 * 60_000, False)]


def test_before_1970_the_day_is_still_right() -> None:
    assert clock("UTC", "1969-12-28 23:00") == [(23 * HOUR, True)]


def test_every_quarter_of_two_years_agrees_with_zoneinfo() -> None:
    from zoneinfo import ZoneInfo

    for name in ("Australia/Lord_Howe", "America/New_York", "Africa/Casablanca"):
        zone = ZoneInfo(name)
        moments = range(at("2025-01-01 00:00"), at("2027-01-01 00:00"), 900_000_000 * 3)
        batch = batch_of(Event("call.attempt", moment, {}) for moment in moments)
        found = Clocks(name).add(batch).column("clock").to_pylist()
        for moment, clock_ in zip(moments, found, strict=True):
            local = datetime.fromtimestamp(moment / 1_000_000, zone)
            assert clock_ == ((local.hour * 60 + local.minute) * 60 + local.second) * 1000


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ZoneError, match="`Mars/Olympus` is not a time zone here"):
        Clocks("Mars/Olympus")


def test_it_keeps_the_contract() -> None:
    moments = ("2026-03-08 06:59", "2026-03-08 07:00", "2026-11-21 05:00")
    events = [Event("call.attempt", at(moment), {}) for moment in moments]
    events.append(Event("registration", at("2026-11-20 12:00"), {"clock": 5, "weekend": True}))
    check_insight(Clocks("America/New_York"), batch_of(events))
