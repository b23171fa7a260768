"""The world's number plans: the country and the line type of an E.164 number, for columns of them.

The `phonenumbers` package keeps, for each country and line type, a pattern of its numbers. Here
all of them are read into one automaton over digits, so that a column of a million distinct numbers
is looked up in one pass of fifteen steps. A state is built when a number first reaches it; what
never occurs costs nothing. `phonenumbers` itself is the slow twin, and a test holds them together.
"""

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.phonemetadata import PhoneMetadata

from fairtone.events.patterns import Patterns, States, first_digits

TYPES = (
    "invalid",
    "fixed",
    "mobile",
    "fixed-or-mobile",
    "toll-free",
    "premium",
    "shared-cost",
    "voip",
    "personal",
    "pager",
    "uan",
    "voicemail",
    "satellite",
)
"""The line types, as the field `callee.type` has them; `look` answers with their positions."""

LONGEST = 15
"""The most digits that an E.164 number has (ITU-T E.164 section 6)."""

_TYPE_CODE = {name: code for code, name in enumerate(TYPES)}

CODES = frozenset(COUNTRY_CODE_TO_REGION_CODE)
"""All country codes in use; none is the beginning of another."""

_NOWHERE = "001"
_DEAD = 0
_UNBUILT = -1

_Integers: TypeAlias = npt.NDArray[np.int64]


class NumberPlans:
    """Country and line type of E.164 numbers, from the number plans of the whole world.

    >>> NumberPlans().country_and_type(442079460000)
    ('GB', 'fixed')
    """

    def __init__(self) -> None:
        regions = {region for listed in COUNTRY_CODE_TO_REGION_CODE.values() for region in listed}
        self.countries: tuple[str | None, ...] = (None, *sorted(regions - {_NOWHERE}))
        """ISO 3166 alpha-2 codes; `look` answers with their positions, 0 for none."""
        self._country_code = {name: code for code, name in enumerate(self.countries)}
        self._patterns = Patterns()
        self._code_length = np.zeros(1000, np.int64)  # by the first three digits
        for code in COUNTRY_CODE_TO_REGION_CODE:
            room = 10 ** (3 - len(str(code)))
            self._code_length[code * room : (code + 1) * room] = len(str(code))
        self._trunk = np.full(1000, _UNBUILT, np.int64)  # by country code: a bit for each digit
        self._starts = np.full(1000, _UNBUILT, np.int64)  # by country code
        self._sets: list[tuple[int, States]] = [(0, frozenset())]
        self._ids: dict[tuple[int, States], int] = {self._sets[_DEAD]: _DEAD}
        self._next = np.full((1024, 10), _UNBUILT, np.int64)
        self._next[_DEAD] = _DEAD
        self._answer = np.full((1024, LONGEST + 1), _UNBUILT, np.int64)
        self._answer[_DEAD] = 0

    def code_of(self, numbers: _Integers) -> _Integers:
        """The country code that each number begins with; 0 if it begins with none, or is no number.

        A number is taken as digits without leading zeros, as E.164 numbers are.
        """
        lengths = digits_in(numbers)
        first = numbers // 10 ** np.maximum(lengths - 3, 0)
        first *= 10 ** np.maximum(3 - lengths, 0)
        possible = (lengths > 3) & (lengths <= LONGEST) & (numbers > 0)
        code_length = np.where(possible, self._code_length[np.where(possible, first, 0)], 0)
        return np.where(code_length > 0, first // 10 ** (3 - code_length), 0)

    def look(self, numbers: _Integers) -> tuple[_Integers, _Integers]:
        """Positions in `countries` and in `TYPES` for E.164 numbers.

        An invalid number keeps the country of its code where the code belongs to one country only.
        """
        codes = self.code_of(numbers)
        national = digits_in(numbers) - digits_in(codes)
        national[codes == 0] = 0
        for code in np.unique(codes[self._starts[codes] == _UNBUILT]).tolist():
            self._starts[code] = self._start_of(code)
        states = self._starts[codes]
        for step in range(int(national.max(initial=0))):
            walking = np.flatnonzero((national > step) & (states != _DEAD))
            digits = numbers[walking] // 10 ** (national[walking] - 1 - step) % 10
            states[walking] = self._step(states[walking], digits)
        answers = self._answers(states, national)
        # A number that left every pattern is invalid, but its code may still say where it leads.
        answers[answers == 0] = self._lone_country(codes[answers == 0])
        return answers // len(TYPES), answers % len(TYPES)

    def country_and_type(self, number: int) -> tuple[str | None, str]:
        """The country and the line type of one E.164 number, digit by digit."""
        text = str(number)
        if number <= 0 or not 3 < len(text) <= LONGEST:
            return None, TYPES[0]
        code = next((int(text[:n]) for n in (1, 2, 3) if int(text[:n]) in CODES), 0)
        if not code:
            return None, TYPES[0]
        if self._starts[code] == _UNBUILT:
            self._starts[code] = self._start_of(code)
        state = int(self._starts[code])
        national = text[len(str(code)) :]
        for digit in map(int, national):
            after = int(self._next[state, digit])
            if after == _UNBUILT:
                after = int(self._step(np.array([state]), np.array([digit]))[0])
            state = after
        answer = int(self._answer[state, len(national)])
        if answer == _UNBUILT:
            answer = int(self._answers(np.array([state]), np.array([len(national)]))[0])
        if answer == 0:
            answer = int(self._lone_country(np.array([code]))[0])
        return self.countries[answer // len(TYPES)], TYPES[answer % len(TYPES)]

    def may_hold_trunk(self, numbers: _Integers) -> npt.NDArray[np.bool_]:
        """Where the digits behind the country code could begin with a national prefix.

        People leave it in, as in +44 (0)20 7946 0000; such a number needs a closer look.
        """
        codes = self.code_of(numbers)
        national = np.maximum(digits_in(numbers) - digits_in(codes), 1)
        first = numbers // 10 ** (national - 1) % 10
        for code in np.unique(codes[self._trunk[codes] == _UNBUILT]).tolist():
            self._trunk[code] = _trunk_digits(code)
        possible: npt.NDArray[np.bool_] = (self._trunk[codes] >> first & 1) == 1
        return possible

    def _start_of(self, code: int) -> int:
        return self._id((code, self._patterns.start(code))) if code else _DEAD

    def _id(self, key: tuple[int, States]) -> int:
        if not key[1]:
            return _DEAD
        if key not in self._ids:
            self._ids[key] = len(self._sets)
            self._sets.append(key)
            if len(self._sets) > len(self._next):
                self._next = np.pad(
                    self._next, ((0, len(self._next)), (0, 0)), constant_values=_UNBUILT
                )
                self._answer = np.pad(
                    self._answer, ((0, len(self._answer)), (0, 0)), constant_values=_UNBUILT
                )
        return self._ids[key]

    def _step(self, states: _Integers, digits: _Integers) -> _Integers:
        after = self._next[states, digits]
        if (after == _UNBUILT).any():
            missing = np.unique(states[after == _UNBUILT] * 10 + digits[after == _UNBUILT])
            for state, digit in zip((missing // 10).tolist(), (missing % 10).tolist(), strict=True):
                code, members = self._sets[state]
                built = self._id((code, self._patterns.step(members, digit)))
                self._next[state, digit] = built
            after = self._next[states, digits]
        return after

    def _answers(self, states: _Integers, lengths: _Integers) -> _Integers:
        answers = self._answer[states, lengths]
        if (answers == _UNBUILT).any():
            place = states * (LONGEST + 1) + lengths
            for missing in np.unique(place[answers == _UNBUILT]).tolist():
                state, length = divmod(missing, LONGEST + 1)
                code, members = self._sets[state]
                region, kind = self._patterns.verdict(code, members, length)
                country = self._country_code.get(region, 0)
                self._answer[state, length] = country * len(TYPES) + _TYPE_CODE[kind]
            answers = self._answer[states, lengths]
        return answers

    def _lone_country(self, codes: _Integers) -> _Integers:
        found = np.zeros(len(codes), np.int64)
        for code in np.unique(codes).tolist():
            regions = COUNTRY_CODE_TO_REGION_CODE.get(code, ())
            if len(regions) == 1:
                found[codes == code] = self._country_code.get(regions[0], 0) * len(TYPES)
        return found


def _trunk_digits(code: int) -> int:
    if code not in CODES:
        return 0
    region = phonenumbers.region_code_for_country_code(code)
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    rule = metadata.national_prefix_for_parsing if metadata else None
    return first_digits(rule) if rule else 0


def digits_in(numbers: _Integers) -> _Integers:
    """How many decimal digits each number has; 0 has none."""
    return np.searchsorted(_POWERS, numbers, side="right")


_POWERS = np.array([10**power for power in range(19)], np.int64)


@cache
def world() -> NumberPlans:
    """The number plans, shared: what one caller's numbers built is there for the next."""
    return NumberPlans()
