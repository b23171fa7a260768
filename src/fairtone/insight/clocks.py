"""What time it is for the provider: `clock` and `weekend`, from the time zone of the policy."""

import pyarrow as pa

from fairtone.events import Batch
from fairtone.insight.columns import Integers, flags, integers, integers_of, with_fields
from fairtone.insight.zones import DAY, Zones

_FRIDAY = 4  # Monday is 0; 1970-01-01 was a Thursday
_THURSDAY = 3


class Clocks:
    """Adds the time of day and the weekend, where the provider is."""

    name = "clocks"
    fields = ("clock", "weekend")

    def __init__(self, timezone: str = "UTC") -> None:
        self._zones = Zones((timezone,))

    def add(self, batch: Batch) -> Batch:
        """The batch with `clock` (milliseconds since local midnight) and `weekend`."""
        moments = moments_of(batch)
        offsets, known = self._zones.offsets(moments)
        weekday = ((moments + offsets) // DAY + _THURSDAY) % 7
        return with_fields(
            batch,
            {
                "clock": integers(time_of_day(moments, offsets), known),
                "weekend": flags(weekday > _FRIDAY, known),
            },
        )


def moments_of(batch: Batch) -> Integers:
    """The time of each event in microseconds UTC."""
    return integers_of(batch.column("at").cast(pa.int64()))[0]


def time_of_day(moments: Integers, offsets: Integers) -> Integers:
    """Milliseconds since midnight, at an offset from UTC in microseconds."""
    found: Integers = (moments + offsets) % DAY // 1000
    return found
