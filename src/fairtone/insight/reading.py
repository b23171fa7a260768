"""A column of numbers as they were dialled, read with the provider's dial plan.

Plain digits, with or without `+`, are read by arithmetic on the whole column; whatever is left is
read one by one with `DialPlan.read`, which is the slow twin and decides all doubtful cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fairtone.events import DialPlan, world
from fairtone.events.numbers import SHORTEST, TAIL
from fairtone.events.plans import LONGEST
from fairtone.insight.columns import NONE, Column, Flags, Integers


@dataclass(frozen=True, slots=True)
class Read:
    """Numbers as columns of the same length: `DialPlan.read`, field by field.

    `e164` is 0 for none; `tail` is -1 for none; `invalid` is true for numbers of the type invalid.
    """

    e164: Integers
    tail: Integers
    emergency: Flags
    invalid: Flags


def read_column(plan: DialPlan, dialled: Column) -> Read:
    """Read distinct texts without nulls."""
    count = len(dialled)
    e164 = np.zeros(count, np.int64)
    tail = np.full(count, NONE, np.int64)
    emergency = np.zeros(count, np.bool_)
    invalid = np.zeros(count, np.bool_)
    rows, digits, lengths, plus = _plain(plan, dialled)
    settled, valid = _settled(plan, digits, lengths, plus)
    fast = settled > 0
    e164[rows[fast]] = settled[fast]
    tail[rows[fast]] = digits[fast] % TAIL
    invalid[rows[fast]] = ~valid[fast]
    slow = np.ones(count, np.bool_)
    slow[rows[fast]] = False
    left = np.flatnonzero(slow)
    for row, text in zip(left.tolist(), dialled.take(pa.array(left)).to_pylist(), strict=True):
        number = plan.read(text)
        e164[row] = number.e164 or 0
        tail[row] = NONE if number.tail is None else number.tail
        emergency[row] = number.emergency
        invalid[row] = number.type == "invalid"
    return Read(e164, tail, emergency, invalid)


def _plain(plan: DialPlan, dialled: Column) -> tuple[Integers, Integers, Integers, Flags]:
    """Where plain numbers stand that are too long for an emergency call, and their digits."""
    longest_prefix = max(len(prefix) for prefix in (str(plan.code), "0", *plan.strip))
    shortest = SHORTEST + longest_prefix
    text = dialled.cast(pa.string())
    plain = pc.match_substring_regex(text, f"^\\+?[0-9]{{{shortest},18}}$")
    rows = np.flatnonzero(plain.to_numpy(zero_copy_only=False))
    chosen = text.take(pa.array(rows))
    plus = pc.starts_with(chosen, "+").to_numpy(zero_copy_only=False)
    bare = pc.utf8_ltrim(chosen, "+")
    digits = bare.cast(pa.int64()).to_numpy(zero_copy_only=False)
    lengths = pc.binary_length(bare).to_numpy(zero_copy_only=False).astype(np.int64)
    return rows, digits, lengths, plus


def _settled(
    plan: DialPlan, digits: Integers, lengths: Integers, plus: Flags
) -> tuple[Integers, Flags]:
    """The E.164 number that each text means beyond doubt, and whether it is valid.

    0 where that takes a closer look.
    """
    found = np.zeros(len(digits), np.int64)
    valid = np.zeros(len(digits), np.bool_)
    doubtful = np.zeros(len(digits), np.bool_)
    plus = plus & (digits >= _power(lengths - 1))  # +00 44 is taken without its plus
    for candidates, closer in _candidates(plan, digits, lengths, plus):
        open_ = np.flatnonzero((candidates > 0) & (found == 0) & ~doubtful)
        numbers = candidates[open_]
        _, types = world().look(numbers)
        hit = open_[types > 0]
        found[hit], valid[hit] = candidates[hit], True
        if closer:
            doubtful[open_[types == 0]] = True
    # What was written with a plus means one number only, unless a national prefix was left in it.
    sure = np.flatnonzero(plus & (found == 0) & (lengths <= LONGEST))
    sure = sure[~world().may_hold_trunk(digits[sure])]
    found[sure] = digits[sure]
    return found, valid


def _candidates(
    plan: DialPlan, digits: Integers, lengths: Integers, plus: Flags
) -> Iterator[tuple[Integers, bool]]:
    """What the digits could mean, in the order of `DialPlan.read`; 0 where nothing.

    The flag says that a candidate that is not valid needs a closer look before the next is tried.
    """
    yield np.where(plus, digits, 0), True
    readings = [(digits, np.where(plus, 0, lengths))]
    for prefix in plan.strip:
        if prefix.isdigit():
            readings.append(_behind(prefix, *readings[0]))
        else:  # such a prefix is no plain number, so it is not here
            continue
    for rest, length in readings:
        for prefix in plan.abroad:
            abroad, left = _behind(prefix, rest, length)
            yield np.where((left > 0) & (abroad >= _power(left - 1)), abroad, 0), True
        national = (length >= SHORTEST) & (length <= LONGEST)
        if plan.trunk is None:
            yield np.where(national, 1, 0), True
            continue
        for prefix in plan.trunk:
            behind, left = _behind(prefix, rest, length)
            yield np.where(national & (left > 0), _ahead(plan.code, behind, left), 0), False
        yield np.where(national, _ahead(plan.code, rest, length), 0), False
    for rest, length in readings:
        whole = (length >= SHORTEST) & (length <= LONGEST) & (rest >= _power(length - 1))
        yield np.where(whole, rest, 0), False


def _behind(prefix: str, digits: Integers, lengths: Integers) -> tuple[Integers, Integers]:
    """What follows a prefix, and its length; 0 and 0 where the digits do not begin with it."""
    left = lengths - len(prefix)
    room = _power(np.maximum(left, 0))
    begins = (left > 0) & (digits // room == int(prefix))
    return np.where(begins, digits % room, 0), np.where(begins, left, 0)


def _ahead(code: int, digits: Integers, lengths: Integers) -> Integers:
    fits = lengths + len(str(code)) <= LONGEST
    found: Integers = np.where(fits, code * _power(np.where(fits, lengths, 0)) + digits, 0)
    return found


def _power(exponents: Integers) -> Integers:
    return _POWERS[np.clip(exponents, 0, len(_POWERS) - 1)]


_POWERS = np.array([10**power for power in range(19)], np.int64)
