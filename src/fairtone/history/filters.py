"""A window's `where` as an SQL filter that lets at least the right events through.

It saves reading what cannot matter; `Meaning` then decides. What SQL cannot say in the engine's own
way is left open, and so passes: a filter that is too wide costs time, never truth.
"""

from collections.abc import Mapping
from fractions import Fraction

from fairtone.events import FIELDS, Unit
from fairtone.history.spool import quoted
from fairtone.policy.model import (
    And,
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
    Policy,
    Term,
    TextTest,
)

_OPEN = "null"
_LONGEST = 5_000
"""Longer lists are left to `Meaning`."""


class Filters:
    """Conditions of one policy as SQL, with its lists written out."""

    def __init__(self, policy: Policy) -> None:
        self._lists: Mapping[str, NamedList] = {listed.name: listed for listed in policy.lists}

    def passing(self, condition: Condition | None, table: str) -> str:
        """SQL that is true for every event that satisfies the condition, and for few others."""
        return "true" if condition is None else f"({self._sql(condition, table)}) is not false"

    def _sql(self, node: Condition, table: str) -> str:
        match node:
            case And(parts):
                return "(" + " and ".join(self._sql(part, table) for part in parts) + ")"
            case Or(parts):
                return "(" + " or ".join(self._sql(part, table) for part in parts) + ")"
            case Not(inner):
                return f"(not {self._sql(inner, table)})"
            case Compare(op, left, right):
                first, second = _term(left, table), _term(right, table)
                return f"{first} {op} {second}" if first and second else _OPEN
            case Between(name, start, end):
                column = _column(name, table)
                inside = f"{column} >= {start}", f"{column} < {end}"
                return "(" + (" and " if start <= end else " or ").join(inside) + ")"
            case Flag(name):
                return _column(name, table)
            case IsText(name, values):
                return _among(name, values, table)
            case TextTest(name, "contains", text):
                return f"contains(lower({_column(name, table)}), {_text(text.lower())})"
            case TextTest(name, _, text):
                return f"starts_with(lower({_column(name, table)}), {_text(text.lower())})"
            case InList(name, listed):
                return self._listed(name, self._lists[listed], table)
            case IsKnown(FieldValue(name)) if FIELDS[name].unit is not Unit.ADDRESS:
                return f"({_column(name, table)} is not null)"
            case _:
                return _OPEN

    def _listed(self, name: str, listed: NamedList, table: str) -> str:
        entries = [entry for entry, _ in listed.entries]
        if not entries or len(entries) > _LONGEST or listed.holds in ("address", "pattern"):
            return _OPEN
        if listed.holds != "prefix":
            return _among(name, entries, table)
        column = f"cast({_column(name, table)} as varchar)"
        by_length: dict[int, list[str]] = {}
        for entry in entries:
            digits = "".join(char for char in entry if char.isdigit())
            by_length.setdefault(len(digits), []).append(digits)
        parts = (
            f"left({column}, {length}) in ({', '.join(map(_text, sorted(digits)))})"
            for length, digits in sorted(by_length.items())
        )
        return "(" + " or ".join(parts) + ")"


def _among(name: str, values: "list[str] | tuple[str, ...]", table: str) -> str:
    column = _column(name, table)
    match FIELDS[name].unit:
        case Unit.NUMBER:
            digits = ("".join(char for char in value if char.isdigit()) for value in values)
            return f"{column} in ({', '.join(digits)})"
        case Unit.TEXT:
            return f"lower({column}) in ({', '.join(_text(value.lower()) for value in values)})"
        case Unit.ACCOUNT:
            return f"{column} in ({', '.join(map(_text, values))})"
        case _:
            return _OPEN


def _term(node: Term, table: str) -> str:
    """A field or a whole number; nothing for what SQL might round."""
    match node:
        case FieldValue(name):
            return _column(name, table)
        case Literal(value, _) if Fraction(value).denominator == 1:
            return str(int(value))
        case _:
            return ""


def _column(name: str, table: str) -> str:
    return f"{table}.{quoted(name)}"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
