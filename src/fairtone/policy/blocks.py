"""A block cut into its statements, and each statement read by the grammar.

A statement begins with one of its block's words; any other line goes on with the one above. So one
mistake costs one statement, and every other statement still tells its own.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, ast_utils

from fairtone.policy import statements, syntax
from fairtone.policy.document import Block
from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import statements as wrong
from fairtone.policy.model import Place
from fairtone.policy.unexpected import syntax_problem

KEYWORDS = {
    "rule": (
        "on",
        "subject",
        "let",
        "when",
        "unless",
        "then",
        "because",
        "why",
        "once",
        "mode",
    ),
    "test": ("given", "expect"),
    "ladder": ("for", "strikes"),
}
"""What a statement of each kind of block begins with; rungs of a ladder begin with a number."""

PARTS = 200
"""How many words and signs a statement may have: more is a list, or several rules."""

_TEXT = re.compile(r'"(\\.|[^"\\\n])*"|#.*')
_PART = re.compile(r"[^\s()+*/<>=!,-]+|[()+*/-]")


@dataclass(frozen=True, slots=True)
class Statement:
    """The source lines of one statement; `first` is the number of its first line."""

    word: str
    lines: tuple[str, ...]
    first: int
    column: int


def cut(block: Block) -> list[Statement]:
    """The statements of a block, in order; a first line that begins none has the word it has."""
    found: list[Statement] = []
    margin: int | None = None
    for number, line in enumerate(block.lines, start=block.first):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        column = len(line) - len(line.lstrip()) + 1
        margin = column if margin is None else margin
        word = _first_word(text)
        begins = _begins(word, block.kind) or (
            column <= margin and word not in ("and", "or") and word[:1] not in '"('
        )
        if begins or not found:
            found.append(Statement(word, (line,), number, column))
        elif found[-1].word == "then":
            # Every line of `then` is an action, and a statement for the grammar.
            found.append(Statement("then", (line,), number, column))
        else:
            last = found[-1]
            gap = ("",) * (number - last.first - len(last.lines))
            found[-1] = Statement(last.word, (*last.lines, *gap, line), last.first, last.column)
    return found


def read_statement(
    statement: Statement, block: Block, issues: list[Issue]
) -> statements.Statement | None:
    """What a statement says, or an issue that says why it says nothing."""
    place = Place(block.place.file, statement.first, statement.column)
    start = _start(statement.word, block.kind)
    if start is None:
        known = KEYWORDS[block.kind]
        near = nearest(statement.word, known)
        facts = {"block": block.kind, "near": near, "known": listed(known)}
        issues.append(wrong.UnknownStatement(place, statement.word, **facts))
        return None
    text = "\n".join(statement.lines)
    if start == "then_statement" and _first_word(text.strip()) != "then":
        text = _with_then(text)
    parts = _parts(text)
    if parts > PARTS:
        issues.append(wrong.TooDeep(place, parts=parts, limit=PARTS))
        return None
    try:
        # Lines above are added as empty ones, so that tokens know their line in the file.
        read: object = _grammar().parse("\n" * (statement.first - 1) + text, start=start)
    except (UnexpectedToken, UnexpectedCharacters) as error:
        issues.append(syntax_problem(error, statement.lines, block.place.file, statement.first))
        return None
    # Lark does not know what the transformer makes of its tree.
    return cast(statements.Statement, read)


def at(token: Token, file: str) -> Place:
    """Where a word stands."""
    return Place(file, token.line or 1, token.column or 1)


@cache
def _grammar() -> Lark:
    transformer: Transformer[Token, object] = Transformer()
    ast_utils.create_transformer(syntax, transformer)
    ast_utils.create_transformer(statements, transformer)
    return Lark(
        (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
        parser="lalr",
        start=sorted({f"{word}_statement" for word in _STARTS}),
        maybe_placeholders=True,
        transformer=transformer,
    )


_STARTS = (*KEYWORDS["rule"], "given", "expect", "for", "step", "expire")


def _parts(text: str) -> int:
    """Words and signs, a text as one; a bracket is two more, since it can be taken into itself."""
    return len(_PART.findall(_TEXT.sub(" T ", text))) + 2 * text.count("(")


def _first_word(text: str) -> str:
    return text.split(None, 1)[0].split("#", 1)[0] if text else ""


def _begins(word: str, kind: str) -> bool:
    return word in KEYWORDS[kind] or (kind == "ladder" and word[:1].isdigit())


def _start(word: str, kind: str) -> str | None:
    if kind == "ladder":
        if word[:1].isdigit():
            return "step_statement"
        return {"for": "for_statement", "strikes": "expire_statement"}.get(word)
    return f"{word}_statement" if word in KEYWORDS[kind] else None


def _with_then(text: str) -> str:
    """An action on a line of its own as if `then` stood in the space before it."""
    indent = len(text) - len(text.lstrip())
    if indent >= 5:
        return " " * (indent - 5) + "then " + text.lstrip()
    return "then " + text.lstrip()
