"""Values as people read them: `12s`, `61.5%`, `25.40 USD`, `+33123456789`."""

import re
from collections.abc import Mapping
from fractions import Fraction

from fairtone.events import Unit, Value

_SPANS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))
_NAME = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")
UNKNOWN = "unknown"


def worded(value: Value | Fraction | None, unit: Unit, currency: str = "") -> str:
    """A value of a field or a window in words; `unknown` if it is not known."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    match unit:
        case Unit.NUMBER:
            return f"+{value}"
        case Unit.SHARE:
            return f"{_decimal(Fraction(value) * 100, 1)}%"
        case Unit.DURATION:
            return duration(value)
        case Unit.MONEY:
            return f"{float(value) / 1e6:.2f} {currency}".rstrip()
        case Unit.SIZE:
            return _size(value)
        case Unit.CLOCK:
            minutes = int(value) // 60_000
            return f"{minutes // 60:02d}:{minutes % 60:02d}"
        case _:
            return _decimal(Fraction(value), 2)


def duration(milliseconds: Fraction | int) -> str:
    """A duration by its two largest parts: `2h 5m`, `6.5s`, `200ms`."""
    if milliseconds < 0:
        return "-" + duration(-milliseconds)
    if milliseconds < 1_000:
        return f"{_decimal(Fraction(milliseconds), 0)}ms"
    if milliseconds < 60_000:
        return f"{_decimal(Fraction(milliseconds, 1_000), 1)}s"
    parts, rest = [], int(milliseconds)
    for name, size in _SPANS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{name}")
    return " ".join(parts[:2])


def fill(sentence: str, words: Mapping[str, str]) -> str:
    """The sentence of a rule with its names replaced by words, where there are words."""
    return _NAME.sub(lambda found: words.get(found[1], found[0]), sentence)


def _decimal(value: Fraction, places: int) -> str:
    text = f"{float(value):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _size(value: Fraction | int) -> str:
    amount = float(value)
    for name in ("B", "kB", "MB", "GB"):
        if abs(amount) < 1000:
            return f"{amount:.4g} {name}"
        amount /= 1000
    return f"{amount:.4g} TB"
