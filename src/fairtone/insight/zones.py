"""Time zones: how far local time is from UTC at each moment, for columns of moments.

Offsets are asked of `zoneinfo` (the IANA time zone database) once for each zone and day; only a
day on which the clocks change is asked again by the quarter of an hour.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from fairtone.insight.columns import Flags, Integers

DAY = 86_400_000_000
QUARTER = 900_000_000
"""All changes of clocks since 1970 fall on a quarter of an hour UTC, in microseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ZoneError(ValueError):
    """A time zone that is not known: says which, and what is expected."""


def zone_of(name: str) -> ZoneInfo:
    """The time zone of this IANA name; `ZoneError` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ZoneError(
            f"`{name}` is not a time zone here; expected an IANA name such as `America/New_York`, "
            "and the package `tzdata` if the system has no time zones"
        ) from problem


class Zones:
    """The UTC offset that all of some zones share, at each of many moments."""

    def __init__(self, names: Sequence[str]) -> None:
        self._zones = tuple(zone_of(name) for name in names)
        self._days: dict[int, tuple[int, ...] | None] = {}  # None: a clock changes on that day
        self._quarters: dict[int, tuple[int, ...]] = {}

    def offsets(self, moments: Integers) -> tuple[Integers, Flags]:
        """Offsets in microseconds for moments in microseconds UTC, and where the zones agree."""
        found = np.zeros(len(moments), np.int64)
        agreed = np.zeros(len(moments), np.bool_)
        days = moments // DAY
        for day in _values(days):
            rows = np.flatnonzero(days == day)
            offsets = self._on(day)
            if offsets is not None:
                found[rows], agreed[rows] = offsets[0], len(offsets) == 1
                continue
            quarters = moments[rows] // QUARTER
            for quarter in _values(quarters):
                offsets = self._in(quarter)
                chosen = rows[quarters == quarter]
                found[chosen], agreed[chosen] = offsets[0], len(offsets) == 1
        return found, agreed

    def _on(self, day: int) -> tuple[int, ...] | None:
        if day not in self._days:
            first = self._at(day * DAY)
            self._days[day] = first if first == self._at((day + 1) * DAY - QUARTER) else None
        return self._days[day]

    def _in(self, quarter: int) -> tuple[int, ...]:
        if quarter not in self._quarters:
            self._quarters[quarter] = self._at(quarter * QUARTER)
        return self._quarters[quarter]

    def _at(self, moment: int) -> tuple[int, ...]:
        """The different offsets of the zones at a moment, in the order of the zones."""
        try:
            when = _EPOCH + timedelta(microseconds=moment)
            offsets = [zone.utcoffset(when.astimezone(zone)) for zone in self._zones]
        except OverflowError:  # before the year 1 or after 9999: no clock shows it
            return (0, 1)
        return tuple(
            dict.fromkeys(int(offset / _MICROSECOND) for offset in offsets if offset is not None)
        )


_MICROSECOND = timedelta(microseconds=1)


def _values(column: Integers) -> list[int]:
    if not len(column):
        return []
    low, high = int(column.min()), int(column.max())
    return [low] if low == high else np.unique(column).tolist()
