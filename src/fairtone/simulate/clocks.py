"""What the clocks say in the time zones of the world, at every hour of the simulation."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from fairtone.simulate.rows import Ints

_HOUR: Final = 3_600_000_000
_DAY: Final = 86_400_000
_TAIL: Final = 72  # hours after the end in which the last calls finish

NO_ZONE: Final = np.iinfo(np.int64).min


class Clocks:
    """Offsets from UTC by group of zones and hour.

    A group is what a number may lie in; where its zones differ, what the clock says is unknown.
    """

    def __init__(self, groups: Sequence[Sequence[str]], start: int, days: int) -> None:
        # A call may start a moment before the first full hour that the table knows.
        self.start = start - start % _HOUR - _HOUR
        hours = days * 24 + _TAIL
        moments = [
            datetime.fromtimestamp((self.start + h * _HOUR) / 1e6, UTC) for h in range(hours)
        ]
        by_zone = {
            zone: [_milliseconds(moment, ZoneInfo(zone)) for moment in moments]
            for zone in sorted({zone for group in groups for zone in group})
        }
        self._offset: npt.NDArray[np.int64] = np.full((len(groups) + 1, hours), NO_ZONE, np.int64)
        for index, group in enumerate(groups):
            if group:
                zones = np.array([by_zone[zone] for zone in group])
                same = (zones == zones[0]).all(axis=0)
                self._offset[index] = np.where(same, zones[0], NO_ZONE)

    def offset(self, at: Ints, group: Ints | int) -> Ints:
        """Milliseconds ahead of UTC at each moment (microseconds); `NO_ZONE` where unknown."""
        hour = np.minimum((at - self.start) // _HOUR, self._offset.shape[1] - 1)
        offset: Ints = self._offset[group, hour]
        return offset

    def of_day(self, at: Ints, group: Ints | int) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Milliseconds since local midnight, and where they are known."""
        offset = self.offset(at, group)
        return (at // 1000 + offset) % _DAY, offset != NO_ZONE

    def weekend(self, at: Ints, group: int) -> npt.NDArray[np.bool_]:
        """True on Saturday and Sunday. 1970-01-01 was a Thursday."""
        return ((at // 1000 + self.offset(at, group)) // _DAY + 3) % 7 >= 5


def _milliseconds(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1000)
