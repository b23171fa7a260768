"""What a condition looks like before anybody knows what its names mean: words and how they hang
together, one class for each rule of grammar.lark. Words are tokens, which know line and column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lark import Token
from lark.ast_utils import AsList, Ast


@dataclass(frozen=True)
class Leaf(Ast):
    """A name or a literal where a condition or a value can stand."""

    word: Token


@dataclass(frozen=True)
class Calculation(Ast):
    """`left + right`, and `-`, `*`, `/`."""

    left: Expression
    op: Token
    right: Expression


@dataclass(frozen=True)
class Either(Ast, AsList):
    """`... or ...`."""

    parts: list[Expression]


@dataclass(frozen=True)
class Both(Ast, AsList):
    """`... and ...`."""

    parts: list[Expression]


@dataclass(frozen=True)
class Negated(Ast):
    """`not ...`."""

    part: Expression


@dataclass(frozen=True)
class Comparison(Ast):
    """`left < right` and its like."""

    left: Expression
    op: Token
    right: Expression


@dataclass(frozen=True)
class IsValue(Ast):
    """`left is right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class IsNotValue(Ast):
    """`left is not right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True)
class Known(Ast):
    """`part is known`."""

    part: Expression


@dataclass(frozen=True)
class Unknown(Ast):
    """`part is unknown`."""

    part: Expression


@dataclass(frozen=True)
class OnList(Ast):
    """`part in "list"`."""

    part: Expression
    name: Token


@dataclass(frozen=True)
class OffList(Ast):
    """`part not in "list"`."""

    part: Expression
    name: Token


@dataclass(frozen=True)
class Choices(Ast, AsList):
    """`("FR", "DE")`."""

    leaves: list[Leaf]


@dataclass(frozen=True)
class OneOf(Ast):
    """`part in (...)`."""

    part: Expression
    choices: Choices


@dataclass(frozen=True)
class NoneOf(Ast):
    """`part not in (...)`."""

    part: Expression
    choices: Choices


@dataclass(frozen=True)
class StartsWith(Ast):
    """`part starts with "text"`."""

    part: Expression
    text: Token


@dataclass(frozen=True)
class Contains(Ast):
    """`part contains "text"`."""

    part: Expression
    text: Token


@dataclass(frozen=True)
class BetweenTimes(Ast):
    """`part between 22:00 and 06:00`."""

    part: Expression
    start: Token
    end: Token


Expression: TypeAlias = (
    Leaf
    | Calculation
    | Either
    | Both
    | Negated
    | Comparison
    | IsValue
    | IsNotValue
    | Known
    | Unknown
    | OnList
    | OffList
    | OneOf
    | NoneOf
    | StartsWith
    | Contains
    | BetweenTimes
)
