"""What a statement looks like before anybody knows what its names mean: one class for each
statement of grammar.lark, made of words and of the conditions of syntax.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from lark import Token
from lark.ast_utils import AsList, Ast

from fairtone.policy.syntax import Choices, Expression, Leaf

# --- rule blocks ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names(Ast, AsList):
    """`account, callee`."""

    words: list[Token]


@dataclass(frozen=True)
class Key(Ast):
    """`account`, or `callee as caller`: a field of the rule's event, and of the watched one."""

    lookup: Token
    watched: Token | None


@dataclass(frozen=True)
class Keys(Ast, AsList):
    """`per key, key`."""

    keys: list[Key]


@dataclass(frozen=True)
class OnStatement(Ast):
    """`on kind`."""

    kind: Token


@dataclass(frozen=True)
class SubjectStatement(Ast):
    """`subject field, field`."""

    names: Names


@dataclass(frozen=True)
class LetStatement(Ast):
    """`let name = aggregate field of kind within .. where .. among .. per .. over .. by ..`."""

    name: Token
    aggregate: Token
    field: Token | None
    kind: Token | None
    within: Token | None
    where: Expression | None
    among: Expression | None
    keys: Keys
    over: Token
    by: Token | None


@dataclass(frozen=True)
class WhenStatement(Ast):
    """`when condition`."""

    condition: Expression


@dataclass(frozen=True)
class UnlessStatement(Ast):
    """`unless condition`."""

    condition: Expression


@dataclass(frozen=True)
class RefuseLine(Ast):
    """`refuse with code`."""

    code: Token | None


@dataclass(frozen=True)
class ChallengeLine(Ast):
    """`challenge`."""


@dataclass(frozen=True)
class ThrottleLine(Ast):
    """`throttle target to amount calls per span for span`."""

    target: Names
    amount: Token
    what: Token
    per: Token
    lasting: Token | None


@dataclass(frozen=True)
class BlockLine(Ast):
    """`block target for span`."""

    target: Names
    lasting: Token | None


@dataclass(frozen=True)
class HoldLine(Ast):
    """`hold target for span`."""

    target: Names
    lasting: Token | None


@dataclass(frozen=True)
class NotifyLine(Ast):
    """`notify whom`."""

    whom: Token


@dataclass(frozen=True)
class OpenCaseLine(Ast):
    """`open case severity word`."""

    severity: Token | None


ActionLine: TypeAlias = (
    RefuseLine | ChallengeLine | ThrottleLine | BlockLine | HoldLine | NotifyLine | OpenCaseLine
)


@dataclass(frozen=True)
class ThenStatement(Ast):
    """`then action`, one for each line."""

    action: ActionLine


@dataclass(frozen=True)
class BecauseStatement(Ast, AsList):
    """`because "sentence"`."""

    strings: list[Token]


@dataclass(frozen=True)
class WhyStatement(Ast, AsList):
    """`why "reason"`."""

    strings: list[Token]


@dataclass(frozen=True)
class OnceStatement(Ast):
    """`once per span`."""

    per: Token


@dataclass(frozen=True)
class ModeStatement(Ast):
    """`mode word`."""

    mode: Token


# --- test blocks -----------------------------------------------------------------------------


@dataclass(frozen=True)
class SetTo(Ast):
    """`account "1001"`."""

    field: Token
    value: Leaf


@dataclass(frozen=True)
class SetTrue(Ast):
    """`answered`."""

    field: Token


@dataclass(frozen=True)
class SetFalse(Ast):
    """`not answered`."""

    field: Token


@dataclass(frozen=True)
class Rising(Ast):
    """`callee +33123450000 rising`."""

    field: Token
    value: Leaf


@dataclass(frozen=True)
class Cycling(Ast):
    """`callee +33123450000 cycling 20`."""

    field: Token
    value: Leaf | None
    number: Token


@dataclass(frozen=True)
class CyclingThrough(Ast):
    """`callee.country cycling ("FR", "DE")`."""

    field: Token
    choices: Choices


Setting: TypeAlias = SetTo | SetTrue | SetFalse | Rising | Cycling | CyclingThrough


@dataclass(frozen=True)
class Values(Ast, AsList):
    """`with ..., ...`."""

    settings: list[Setting]


@dataclass(frozen=True)
class GivenEvents(Ast):
    """`given count kind from span every span with values`."""

    count: Token
    kind: Token
    start: Token | None
    every: Token | None
    values: Values | None


@dataclass(frozen=True)
class GivenFile(Ast):
    """`given calls from "file.csv"`."""

    what: Token
    file: Token


@dataclass(frozen=True)
class Subject(Ast):
    """`on account "1001"`."""

    names: Names
    value: Token


@dataclass(frozen=True)
class ExpectStatement(Ast):
    """`expect [no] finding of rule on subject before event number within span`."""

    no: Token | None
    rule: Token | None
    subject: Subject | None
    what: Token | None
    before: Token | None
    within: Token | None


# --- ladder blocks ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ForStatement(Ast, AsList):
    """`for clients, partners`."""

    relations: list[Token]


@dataclass(frozen=True)
class StepStatement(Ast):
    """`3 strikes suspend for 30d by 1 person`."""

    strikes: Token
    measure: Token
    lasting: Token | None
    people: Token | None


@dataclass(frozen=True)
class ExpireStatement(Ast):
    """`strikes expire after 180d`."""

    after: Token


Statement: TypeAlias = (
    OnStatement
    | SubjectStatement
    | LetStatement
    | WhenStatement
    | UnlessStatement
    | ThenStatement
    | BecauseStatement
    | WhyStatement
    | OnceStatement
    | ModeStatement
    | GivenEvents
    | GivenFile
    | ExpectStatement
    | ForStatement
    | StepStatement
    | ExpireStatement
)
