"""Conditions as SQL, whose NULL is Kleene's unknown; shares and quotients as pairs of integers.

Texts in the tables are folded and addresses in one form already; here only what the policy says has
to be brought into the same form.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from fairtone.events import FIELDS, Unit
from fairtone.policy.model import (
    And,
    Arithmetic,
    Between,
    Compare,
    Condition,
    FieldValue,
    Flag,
    InList,
    IsKnown,
    IsText,
    Literal,
    NamedList,
    Not,
    Or,
    SameAs,
    Term,
    TextTest,
    WindowValue,
)

Pair: TypeAlias = tuple[str, str]
"""SQL for a number as numerator and denominator; the denominator is above 0 or NULL."""

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def column(name: str) -> str:
    """A field as a column."""
    return f'"{name}"'


def text(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def fold(sql: str) -> str:
    """A text with its ASCII capitals as small letters. SQL's own `lower` knows too many letters."""
    return f"translate({sql}, '{_UPPER}', '{_UPPER.lower()}')"


def address(written: str | None) -> str | None:
    """An address as 32 hexadecimal digits, IPv4 as IPv4-mapped; `None` for what is none."""
    try:
        parsed = ipaddress.ip_address(written or "")
    except ValueError:
        return None
    mapped = parsed if parsed.version == 6 else ipaddress.IPv6Address(f"::ffff:{parsed}")
    return mapped.packed.hex()


class SqlConditions:
    """Conditions of one policy, with its lists."""

    def __init__(self, lists: Sequence[NamedList]) -> None:
        self._lists = {listed.name: listed for listed in lists}

    def holds(self, condition: Condition, windows: Mapping[str, Pair]) -> str:
        """A condition over a row of `ev`, with windows as these pairs."""
        match condition:
            case And(parts):
                return "(" + " AND ".join(self.holds(part, windows) for part in parts) + ")"
            case Or(parts):
                return "(" + " OR ".join(self.holds(part, windows) for part in parts) + ")"
            case Not(inner):
                return f"(NOT {self.holds(inner, windows)})"
            case Compare(op, left, right):
                (a, b), (c, d) = _pair(left, windows), _pair(right, windows)
                return f"({a} * {d} {'<>' if op == '!=' else op} {c} * {b})"
            case IsKnown(FieldValue(name)):
                return f"({column(name)} IS NOT NULL)"
            case IsKnown(WindowValue(name)):
                num, den = windows[name]
                return f"({num} IS NOT NULL AND {den} IS NOT NULL)"
            case Flag(name):
                return column(name)
            case Between(name, start, end):
                joint = "AND" if start <= end else "OR"
                return f"({column(name)} >= {start} {joint} {column(name)} < {end})"
            case SameAs(name, other):
                return f"({column(name)} = {column(other)})"
            case TextTest(name, "starts with", wanted):
                return f"starts_with({column(name)}, {fold(text(wanted))})"
            case TextTest(name, _, wanted):
                return f"contains({column(name)}, {fold(text(wanted))})"
            case IsText(name, values):
                return f"({column(name)} IN ({', '.join(_literal(name, one) for one in values)}))"
            case InList(name, listed):
                return self._on_list(name, self._lists[listed])

    def _on_list(self, name: str, listed: NamedList) -> str:
        field = column(name)
        tests = [_entry(field, listed.holds, entry) for entry, _ in listed.entries]
        # Whatever the list, nothing is known of a value that is not known.
        return f"({field} IS NOT NULL AND ({' OR '.join(tests) or 'FALSE'}) OR {field} <> {field})"


def _entry(field: str, holds: str, entry: str) -> str:
    match holds:
        case "number":
            return f"{field} = {entry.lstrip('+')}"
        case "prefix":
            return f"starts_with({field}::VARCHAR, {text(entry.lstrip('+'))})"
        case "account":
            return f"{field} = {text(entry)}"
        case "pattern":
            return f"contains({field}, {fold(text(entry))})"
        case "address":
            network = ipaddress.ip_network(entry)
            first, last = network.network_address, network.broadcast_address
            return f"{field} BETWEEN '{address(str(first))}' AND '{address(str(last))}'"
        case _:
            return f"{field} = {fold(text(entry))}"


def _literal(name: str, written: str) -> str:
    match FIELDS[name].unit:
        case Unit.NUMBER:
            return written.lstrip("+")
        case Unit.ADDRESS:
            return text(address(written) or "")
        case Unit.TEXT:
            return fold(text(written))
        case _:
            return text(written)


def _pair(term: Term, windows: Mapping[str, Pair]) -> Pair:
    match term:
        case Literal(value, _):
            return f"{value.numerator}::HUGEINT", f"{value.denominator}::HUGEINT"
        case FieldValue(name):
            return f"{column(name)}::HUGEINT", "1::HUGEINT"
        case WindowValue(name):
            return windows[name]
        case Arithmetic(op, left, right):
            (a, b), (c, d) = _pair(left, windows), _pair(right, windows)
            match op:
                case "*":
                    return f"({a} * {c})", f"({b} * {d})"
                case "/":
                    # A divisor below 0 turns both signs, a divisor of 0 makes it unknown.
                    return f"({a} * {d} * sign({c}))", f"nullif({b} * abs({c}), 0)"
                case _:
                    return f"({a} * {d} {op} {c} * {b})", f"({b} * {d})"
