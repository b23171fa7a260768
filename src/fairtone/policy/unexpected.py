"""What the grammar did not expect, said in the words of the language."""

from collections.abc import Collection, Sequence

from lark import UnexpectedCharacters, UnexpectedToken

from fairtone.policy.issue import Issue, listed, nearest
from fairtone.policy.issues import statements as wrong
from fairtone.policy.model import Place

_VALUES = {"NAME", "NUMBER", "STRING", "QUANTITY"}
_OPERATORS = {"COMPARATOR", "IS", "IN", "STARTS", "CONTAINS", "BETWEEN"}
_WORDS = {
    "NAME": "a name",
    "RULE": "a name",
    "NUMBER": "a number",
    "QUANTITY": "a span of time such as `10m`",
    "STRING": 'a text in `"..."`',
    "CLOCK": "a time such as `22:00`",
    "COMPARATOR": "a comparison such as `>=`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
    "EQUAL": "`=`",
    "PHONE": "a number such as `+33123456789`",
    "PERCENT": "a share such as `60%`",
    "MONEY": "an amount such as `25 USD`",
    "SIZE": "a size such as `2 GB`",
    "$END": "the end of the line",
}
_CALCULATIONS = {"PLUS", "MINUS", "TIMES", "OVER"}
_UNITS = {"ms", "s", "m", "h", "d"}


def syntax_problem(
    error: UnexpectedToken | UnexpectedCharacters, lines: Sequence[str], file: str, first: int
) -> Issue:
    """The issue for what Lark met; `lines` are those of the statement, `first` its number."""
    if isinstance(error, UnexpectedToken):
        ended = error.token.type == "$END"
        came = str(error.token)
        accepted: Collection[str] = error.accepts or error.expected
    else:
        ended, came = False, error.char
        accepted = error.allowed or ()
    expected = expectation(accepted)
    if ended:
        last = len(lines) - 1
        column = len(_without_comment(lines[last])) + 1
        place = Place(file, first + last, column)
        facts = {"came": "the statement ended", "expected": expected, "advice": ""}
        return wrong.SyntaxProblem(place, "", **facts)
    place = Place(file, max(error.line, first), max(error.column, 1))
    line = lines[min(max(place.line - first, 0), len(lines) - 1)]
    before = line[: place.column - 1].rstrip()
    facts = {
        "came": f"`{came}` came",
        "expected": expected,
        "advice": _advice(came, before, line[place.column - 1 + len(came) :], accepted),
    }
    return wrong.SyntaxProblem(place, came, **facts)


def expectation(accepted: Collection[str]) -> str:
    """What could have come, in words: `a value`, `and`, `or`, ..."""
    left = set(accepted) - {"NOT"} if len(accepted) > 4 else set(accepted)
    said: list[str] = []
    if left >= _VALUES:
        said.append("a name or a value")
        left -= {*_VALUES, "PHONE", "PERCENT", "MONEY", "SIZE", "CLOCK", "LPAR", "NOT"}
    if left >= _OPERATORS:
        said.append("a comparison such as `>=` or `is`")
        left -= {*_OPERATORS, *_CALCULATIONS}
    said += [_WORDS[name] for name in _WORDS if name in left]
    words = sorted(name.lower() for name in left if name not in _WORDS)
    quoted = [f"`{_symbol(word)}`" for word in words]
    said += [text for text in quoted if text not in said]
    if len(said) < 2:
        return "".join(said) or "nothing more"
    return f"{', '.join(said[:-1])} or {said[-1]}"


def _symbol(word: str) -> str:
    return {"plus": "+", "minus": "-", "times": "*", "over": "over"}.get(word, word)


def _without_comment(line: str) -> str:
    return line.split("#", 1)[0].rstrip()


def _advice(came: str, before: str, after: str, accepted: Collection[str]) -> str:
    """A word about mistakes that are easily made."""
    previous = before.rsplit(None, 1)[-1] if before else ""
    if came in _UNITS and previous.replace(".", "").isdigit():
        return f"write `{previous}{came}` without a space"
    following = after.split(None, 1)[0] if after.split() else ""
    if following in _UNITS and came.replace(".", "").isdigit():
        return f"write `{came}{following}` without a space"
    if came == "," and previous.isdigit():
        return "write a thousand as `1000`"
    if came in ('"', "“", "”", "'", "«"):
        return 'put a text between two `"` on one line'
    if came in ("=", "&", "|", "!", "<", ">") or came in ("==", "&&", "||"):
        return "write `=`, `!=`, `and`, `or`, `not`"
    words = [name.lower() for name in accepted if name.isalpha() and name not in _WORDS]
    near = nearest(came, words)
    return f"did you mean {listed([near])}" if near and near != came else ""
