"""The blocks of a policy in one layout: words in one column, names and keys below each other.

Lines are never joined, split or moved, so every line keeps its number. Prose, comments, texts in
quotes and blocks with a mistake in them stay as they are.
"""

import re
from collections.abc import Sequence

from fairtone.policy.blocks import Statement, cut, read_statement
from fairtone.policy.document import Block, read_document
from fairtone.policy.issue import Issue

WIDTH = 100
"""Keys are put below each other only where no line gets longer than this."""

_MARGINS = {"rule": 9, "test": 7, "ladder": 12}
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_PIECES = re.compile(r'("(?:\\.|[^"\\])*")|(#.*)')
_COMPARATOR = re.compile(r"\s*(!=|<=|>=|=|<|>)\s*")
_LET = re.compile(r"let (?P<name>\S+) = (?P<counted>.*)")
_STEP = re.compile(r"(?P<strikes>\d+ strikes?) (?P<measure>.*)")


def format_text(text: str, file: str = "policy.md") -> str:
    """A policy's text with its blocks laid out. What is formatted already stays as it is."""
    pieces = _LINE_END.split(text)
    lines, ends = pieces[::2], [*pieces[1::2], ""]
    issues: list[Issue] = []
    for block in read_document(text, file, issues).blocks:
        first = block.first - 1
        # In a quotation or an item of a list the margin of a block belongs to what it is in.
        if lines[first - 1][:3] in ("```", "~~~"):
            lines[first : first + len(block.lines)] = format_block(block)
    return "".join(line + end for line, end in zip(lines, ends, strict=True))


def format_block(block: Block) -> list[str]:
    """The lines of a block, laid out; as they are if the block has a mistake in it."""
    issues: list[Issue] = []
    statements = cut(block)
    for statement in statements:
        read_statement(statement, block, issues)
    if issues:
        return list(block.lines)
    laid = dict(enumerate(block.lines))
    for statement in statements:
        for offset, line in enumerate(statement.lines):
            if line.strip() and not line.strip().startswith("#"):
                first = offset == 0 and _begins(statement)
                at = statement.first - block.first + offset
                laid[at] = _line(_spaced(line.strip()), block.kind, first)
    if block.kind == "rule":
        _align_lets(laid, statements, block)
    return [laid[at] for at in range(len(block.lines))]


def _begins(statement: Statement) -> bool:
    """False for an action on a line of its own, which goes on with the `then` above."""
    return statement.lines[0].split(None, 1)[0].split("#", 1)[0] == statement.word


def _line(text: str, kind: str, first: bool) -> str:
    margin = _MARGINS[kind]
    if not first:
        return " " * margin + text
    if kind == "ladder":
        step = _STEP.fullmatch(text)
        return f"{step['strikes']:<{margin}}{step['measure']}" if step else text
    word, _, rest = text.partition(" ")
    if word == "once" and rest.startswith("per "):
        word, rest = "once per", rest.removeprefix("per ")
    return f"{word:<{margin}}{rest}".rstrip() if len(word) < margin else text


def _spaced(text: str) -> str:
    """One space where there are several, and around comparisons; nothing changed in quotes."""
    done = []
    end = 0
    for piece in _PIECES.finditer(text):
        before = _plain(text[end : piece.start()])
        done += [f"{before} " if before.endswith(",") else before, piece[0]]
        end = piece.end()
    done.append(_plain(text[end:]))
    if len(done) > 2 and done[-2].startswith("#"):
        done[-3] = done[-3].rstrip() + "  "
    return "".join(done).strip()


def _plain(text: str) -> str:
    text = re.sub(r"\s+", " ", _COMPARATOR.sub(r" \1 ", text))
    return (
        re.sub(r" ?,(?=\S)", ", ", re.sub(r" ,", ",", text)).replace("( ", "(").replace(" )", ")")
    )


def _align_lets(laid: dict[int, str], statements: Sequence[Statement], block: Block) -> None:
    """Put `=` and, where the lines stay short, `per` of all lets of a rule below each other."""
    found = {}
    for statement in statements:
        at = statement.first - block.first
        if statement.word == "let" and (match := _LET.fullmatch(_spaced(laid[at].strip()))):
            found[at] = match
    if not found:
        return
    widest = max(len(match["name"]) for match in found.values())
    for at, match in found.items():
        laid[at] = f"{'let':<{_MARGINS['rule']}}{match['name']:<{widest}} = {match['counted']}"
    parts = {at: cut_at for at in found if (cut_at := _before_per(laid[at])) >= 0}
    if len(parts) < 2:
        return
    column = max(parts.values())
    column += len({*parts.values()}) > 1
    aligned = {
        at: f"{laid[at][:cut_at]:<{column}} {laid[at][cut_at:].lstrip()}"
        for at, cut_at in parts.items()
    }
    if max(map(len, aligned.values())) <= WIDTH:
        laid.update(aligned)


def _before_per(line: str) -> int:
    """Where the blank before `per` is, outside of quotes and comments; -1 if there is none."""
    hidden = _PIECES.sub(lambda piece: "." * len(piece[0]), line)
    found = re.search(r"\s+per\s", hidden)
    return found.start() if found else -1
