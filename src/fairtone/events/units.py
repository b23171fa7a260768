"""What a value is, and so what it may be compared with.

Every field has one unit. Quantities are whole numbers of the smallest part that the field of
telephony knows, so that every way of running the policy adds and compares exactly.
"""

from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = int | str | bool
"""A field's value in Python: `int` for quantities and numbers, else `str` or `bool`."""


class Unit(StrEnum):
    """The unit of a field, a window or a literal."""

    COUNT = "count"  # a plain number: 200, a SIP status
    SHARE = "share"  # a part of a whole: 60%
    DURATION = "duration"  # milliseconds: 6s, 2h
    MONEY = "money"  # millionths of the policy's currency: 25 USD
    SIZE = "size"  # bytes: 2 GB
    CLOCK = "clock"  # milliseconds since local midnight: 22:00
    FLAG = "flag"  # true or false
    TEXT = "text"  # compared whole, without regard to case
    ACCOUNT = "account"  # who is responsible; compared whole, exactly
    NUMBER = "number"  # E.164 digits as an integer: +33 1 23 45 67 89 is 33123456789
    ADDRESS = "address"  # an IP address, v4 or v6

    @property
    def is_quantity(self) -> bool:
        """True if values can be added, averaged and ordered."""
        return self in _QUANTITIES

    @property
    def is_key(self) -> bool:
        """True if windows can be kept per value of it."""
        return self in _KEYS


_QUANTITIES = {Unit.COUNT, Unit.SHARE, Unit.DURATION, Unit.MONEY, Unit.SIZE, Unit.CLOCK}
_KEYS = {Unit.TEXT, Unit.ACCOUNT, Unit.NUMBER, Unit.ADDRESS}
