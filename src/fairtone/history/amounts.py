"""How moments, bytes and counts are written for people, on the terminal and in the report."""

from datetime import UTC, datetime, tzinfo
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fairtone.policy.model import Clause

_SIZES = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def zone_of(name: str) -> tzinfo:
    """The time zone of this name, or UTC where the system does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def moment(at: int, zone: tzinfo = UTC) -> datetime:
    """Microseconds since 1970 as a time in a zone; exact, where floating seconds are not."""
    seconds, rest = divmod(at, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).astimezone(zone)


def rfc3339(at: int) -> str:
    """Microseconds since 1970 as RFC 3339 in UTC, always with six decimals."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def size(count: int) -> str:
    """Bytes in the decimal unit that keeps the number short: `3.4 MB`."""
    for unit, name in _SIZES:
        if count >= unit:
            return f"{count / unit:,.1f} {name}"
    return number(count, "byte")


def number(value: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 call`, `1,200 calls`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def money(millionths: Fraction | int, currency: str) -> str:
    """An amount with thousands set apart and its currency: `1,234.50 USD`."""
    return f"{float(Fraction(millionths) / 1_000_000):,.2f} {currency}"


def percent(part: int, whole: int) -> str:
    """A part of a whole, never rounded to none or all when it is not: `<0.1%`."""
    if not whole or part in (0, whole):
        return "100%" if whole and part == whole else "0%"
    share = 100 * part / whole
    return "<0.1%" if share < 0.1 else ">99.9%" if share > 99.9 else f"{share:.3g}%"


def titled(clause: Clause) -> str:
    """A clause by its id and heading, without the number that the heading itself begins with."""
    head, _, rest = clause.title.partition(" ")
    numbered = rest and any(char.isdigit() for char in head)
    return f"{clause.id} {rest if numbered else clause.title}"
