"""Times as call records write them, read into microseconds UTC, whole columns at once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = 31_536_000_000_000
"""Before 1971 lies what programs write for no time at all, such as 0 or 0001-01-01."""

_JULIAN_EPOCH = 2_440_587.5  # the Julian day on which 1970 began
_DAY = 86_400_000_000
_SCALES = {"epoch": 1_000_000, "epoch-ms": 1_000, "epoch-us": 1}
_NUMBER = r"^[+-]?[0-9]{1,18}(\.[0-9]*)?$"


@dataclass(frozen=True, slots=True)
class Whole:
    """A column of whole numbers: `values` where `known`; `bad` where there is something else."""

    values: Integers
    known: Flags
    bad: Flags

    @classmethod
    def unknown(cls, rows: int) -> "Whole":
        """Nothing is known of any row."""
        return cls(np.zeros(rows, np.int64), np.zeros(rows, np.bool_), np.zeros(rows, np.bool_))


def read_moments(column: Any, how: str, zone: str) -> Whole:
    """Times in microseconds UTC; what has no zone of its own is local time in `zone`.

    `how` is one of `mapping.HOW_MOMENTS`, or a form of strptime. A time before 1971 is none.
    """
    if pa.types.is_timestamp(column.type):
        found = _of_timestamps(column, zone)
    elif how == "any":
        found = _any(column, zone)
    elif how == "iso":
        found = _iso(_texts(column), zone)
    elif how == "julian":
        found = _julian(column)
    elif how in _SCALES:
        found = read_numbers(column, _SCALES[how])
    else:
        naive = pc.strptime(_texts(column), format=how, unit="us", error_is_null=True)
        found = _from(_utc(naive, zone), column)
    real = found.known & (found.values >= NEVER)
    return Whole(np.where(real, found.values, 0), real, found.bad)


def read_numbers(column: Any, scale: float) -> Whole:
    """Decimal numbers times `scale`, rounded to whole ones."""
    if pa.types.is_integer(column.type) and scale == int(scale):
        return _from(pc.multiply(column.cast(pa.int64()), int(scale)), column)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        try:
            return _scaled(column.cast(pa.float64()), scale, column)
        except pa.ArrowInvalid:
            text = _texts(column)
            plain = pc.match_substring_regex(text, _NUMBER)
            return _scaled(pc.if_else(plain, text, None).cast(pa.float64()), scale, column)
    return _scaled(column.cast(pa.float64()), scale, column)


def _scaled(floats: Any, scale: float, column: Any) -> Whole:
    values = pc.fill_null(floats, 0.0).to_numpy(zero_copy_only=False) * scale
    given = column.is_valid().to_numpy(zero_copy_only=False)
    sound = floats.is_valid().to_numpy(zero_copy_only=False) & (np.abs(values) < 2.0**62)
    whole = np.rint(np.where(sound, values, 0)).astype(np.int64)
    return Whole(whole, sound, given & ~sound)


def _texts(column: Any) -> Any:
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _from(integers: Any, column: Any) -> Whole:
    known = integers.is_valid().to_numpy(zero_copy_only=False)
    given = column.is_valid().to_numpy(zero_copy_only=False)
    values = pc.fill_null(integers, 0).to_numpy(zero_copy_only=False)
    return Whole(values.astype(np.int64, copy=False), known, given & ~known)


def _of_timestamps(column: Any, zone: str) -> Whole:
    micro = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return _from(micro.cast(pa.int64()) if column.type.tz else _utc(micro, zone), column)


def _utc(naive: Any, zone: str) -> Any:
    """Local time as microseconds UTC. Of an hour that comes twice, the first is meant."""
    if zone != "UTC":
        naive = pc.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="latest")
    return naive.cast(pa.int64())


def _iso(text: Any, zone: str) -> Whole:
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            moments = text.cast(kind)
        except pa.ArrowInvalid:
            continue
        return _from(moments.cast(pa.int64()) if kind.tz else _utc(moments, zone), text)
    place = ZoneInfo(zone)
    return _from(pa.array([_one(value, place) for value in text.to_pylist()], pa.int64()), text)


def _one(value: str | None, zone: ZoneInfo) -> int | None:
    try:
        when = datetime.fromisoformat(value.strip() if value else "")
        when = when if when.tzinfo else when.replace(tzinfo=zone)
        since = when.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return 0 if value and value.startswith("0000-00-00") else None
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _julian(column: Any) -> Whole:
    days = read_numbers(column, 1_000_000_000)  # a day in 1e9 parts: 86 microseconds each
    sound = days.known & (np.abs(days.values) < 10**16)  # ten million days
    micro = np.rint((np.where(sound, days.values, 0) / 1e9 - _JULIAN_EPOCH) * _DAY)
    return Whole(np.where(sound, micro, 0).astype(np.int64), sound, days.bad | days.known & ~sound)


def _any(column: Any, zone: str) -> Whole:
    """ISO 8601, or a number that by its size is a Julian day or seconds, ms or µs since 1970."""
    text = _texts(column)
    numeric = pc.match_substring_regex(text, _NUMBER)
    if not pc.any(numeric).as_py():
        return _iso(text, zone)
    numbers = pc.if_else(numeric, text, None)
    size = read_numbers(numbers, 1).values
    iso = _iso(pc.if_else(numeric, None, text), zone)
    values, known, bad = iso.values.copy(), iso.known.copy(), iso.bad.copy()
    for low, high, found in (
        (1, 10_000_000, _julian(numbers)),
        (10_000_000, 10**11, read_numbers(numbers, 1_000_000)),
        (10**11, 10**14, read_numbers(numbers, 1_000)),
        (10**14, 10**18, read_numbers(numbers, 1)),
    ):
        rows = found.known & (size >= low) & (size < high)
        values[rows], known[rows] = found.values[rows], True
    number = numeric.fill_null(False).to_numpy(zero_copy_only=False)
    return Whole(values, known, (bad & ~number) | (number & ~known & (size != 0)))
