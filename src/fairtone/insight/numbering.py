"""What the number plans know of caller and callee: country, line type, block, local time."""

from functools import cache

import numpy as np
import pyarrow as pa
from phonenumbers.phonenumberutil import PhoneNumberType, is_number_type_geographical
from phonenumbers.tzdata import TIMEZONE_DATA

from fairtone.events import TYPES, Batch, DialPlan, world
from fairtone.events.numbers import BLOCK
from fairtone.events.plans import CODES
from fairtone.insight.clocks import moments_of, time_of_day
from fairtone.insight.columns import (
    NONE,
    Column,
    Flags,
    Integers,
    column_of,
    distinct,
    flags,
    integers,
    integers_of,
    names_at,
    with_fields,
)
from fairtone.insight.prefixes import Prefixes
from fairtone.insight.reading import read_column
from fairtone.insight.zones import Zones

_CALLER = ("caller", "caller.country", "caller.type", "caller.prefix")
_CALLEE = ("callee", "callee.country", "callee.type", "callee.prefix")
_MORE = ("callee.tail", "callee.emergency", "callee.international", "callee.clock")


class Numbering:
    """Adds what the number of caller and callee says, read with the provider's dial plan.

    Where a source gives the E.164 number itself, that number is taken as it is.
    """

    name = "numbering"
    fields = (*_CALLER, *_CALLEE, *_MORE)

    def __init__(self, plan: DialPlan | None = None) -> None:
        self._plan = plan or DialPlan()
        self._countries = pa.array(world().countries, pa.string())
        self._types = pa.array(TYPES, pa.string())
        self._home = world().countries.index(self._plan.country)

    def add(self, batch: Batch) -> Batch:
        """The batch with all `caller.*` and `callee.*` fields that follow from the numbers."""
        caller = self._side(batch, "caller", "caller.presented")
        callee = self._side(batch, "callee", "callee.dialled")
        columns = {}
        for names, side in ((_CALLER, caller), (_CALLEE, callee)):
            known = side.e164 > 0
            columns[names[0]] = integers(side.e164, known)
            columns[names[1]] = names_at(
                self._countries, np.where(side.country, side.country, NONE)
            )
            columns[names[2]] = names_at(self._types, side.type)
            columns[names[3]] = integers(side.e164 // BLOCK, known)
        columns["callee.tail"] = integers(callee.tail, callee.tail != NONE)
        columns["callee.emergency"] = flags(callee.emergency, callee.read)
        elsewhere = np.not_equal(world().code_of(callee.e164), self._plan.code)
        abroad = np.where(callee.country > 0, callee.country != self._home, elsewhere)
        # A number on a code that several countries share may be one of the provider's own.
        sure = (callee.country > 0) | (abroad & (callee.e164 > 0))
        columns["callee.international"] = flags(abroad, sure)
        columns["callee.clock"] = self._clock(callee, moments_of(batch))
        return with_fields(batch, columns)

    def _side(self, batch: Batch, number: str, text: str) -> "_Side":
        side = _Side(batch.num_rows)
        dialled = column_of(batch, text)
        if dialled is not None:
            values, positions = distinct(dialled)
            read = read_column(self._plan, values)
            rows = np.flatnonzero(positions != NONE)
            at = positions[rows]
            side.e164[rows], side.tail[rows] = read.e164[at], read.tail[at]
            side.emergency[rows], side.read[rows] = read.emergency[at], True
            side.type[rows] = np.where(read.invalid[at], 0, NONE)
        given = column_of(batch, number)
        if given is not None:
            numbers, known = integers_of(given)
            side.e164[known], side.read[known] = numbers[known], True
        rows = np.flatnonzero(side.e164 > 0)
        values, inverse = np.unique(side.e164[rows], return_inverse=True)
        countries, types = world().look(values)
        side.country[rows], side.type[rows] = countries[inverse], types[inverse]
        side.zones[rows] = _zones_of(values, types)[inverse]
        return side

    @staticmethod
    def _clock(side: "_Side", moments: Integers) -> Column:
        clock: Integers = np.zeros(len(moments), np.int64)
        known: Flags = np.zeros(len(moments), np.bool_)
        for zones in np.unique(side.zones[side.zones != NONE]).tolist():
            rows = np.flatnonzero(side.zones == zones)
            offsets, known[rows] = _zones(zones).offsets(moments[rows])
            clock[rows] = time_of_day(moments[rows], offsets)
        return integers(clock, known)


class _Side:
    """What is known of caller or callee, row by row."""

    def __init__(self, rows: int) -> None:
        self.e164: Integers = np.zeros(rows, np.int64)
        self.tail: Integers = np.full(rows, NONE, np.int64)
        self.country: Integers = np.zeros(rows, np.int64)
        self.type: Integers = np.full(rows, NONE, np.int64)
        self.zones: Integers = np.full(rows, NONE, np.int64)
        self.emergency: Flags = np.zeros(rows, np.bool_)
        self.read: Flags = np.zeros(rows, np.bool_)


# Which types lie in one place; on some country codes mobile numbers do too.
_PLACED = [TYPES.index("fixed"), TYPES.index("fixed-or-mobile")]
_MOBILE = TYPES.index("mobile")
_PLACED_MOBILE = np.array(
    [code for code in CODES if is_number_type_geographical(PhoneNumberType.MOBILE, code)], np.int64
)
_ZONE_SETS = tuple(dict.fromkeys(TIMEZONE_DATA.values()))
_ZONE_SET_AT = np.array([_ZONE_SETS.index(zones) for zones in TIMEZONE_DATA.values()], np.int64)
_ZONE_PREFIXES = Prefixes(int(prefix) for prefix in TIMEZONE_DATA)


@cache
def _zones(position: int) -> Zones:
    return Zones(_ZONE_SETS[position])


def _zones_of(numbers: Integers, types: Integers) -> Integers:
    """Positions in `_ZONE_SETS`: those of the number's area, or of its whole country code."""
    codes = world().code_of(numbers)
    placed = np.isin(types, _PLACED) | ((types == _MOBILE) & np.isin(codes, _PLACED_MOBILE))
    entry = _ZONE_PREFIXES.longest(np.where(placed, numbers, codes))
    return np.where((entry == NONE) | (types <= 0), NONE, _ZONE_SET_AT[entry])
