"""What can be wrong with how a statement is written, before its names are looked at."""

from fairtone.policy.issue import Issue


class SyntaxProblem(Issue):
    """A statement is not a sentence of the language."""

    id = "syntax"
    says = "{came} where {expected} was expected"
    hint = "{advice}"
    example = "when calls >= and calls > 3"


class UnknownStatement(Issue):
    """A line of a block begins with a word that begins nothing."""

    id = "unknown-statement"
    says = "a line of a {block} block does not begin with `{text}`"
    hint = "did you mean `{near}`"
    otherwise = "the words are {known}; indent a line that continues the one above"
    example = "wen calls > 3"


class DuplicateStatement(Issue):
    """A statement that a block can have only once stands there twice."""

    id = "duplicate-statement"
    says = "this block already has a `{text}` at line {line}"
    hint = "delete one of the two"
    example = "mode shadow\nmode review"


class MissingStatement(Issue):
    """A block lacks a statement that it cannot do without."""

    id = "missing-statement"
    says = "{block} says no `{text}`"
    hint = "add a line {sample}"
    shape = "clauses"
    example = (
        '## No spam {#A1}\n\n```rule blast\non call.ended\nthen open case\nbecause "because"\n```'
    )


class MissingBecause(Issue):
    """A rule has no sentence that says what it found. Every refusal says why: so must it."""

    id = "missing-because"
    says = "`{text}` has no sentence for the person it concerns"
    hint = 'add a line `because "..."`; names of lets and fields can stand in it in braces'
    shape = "clauses"
    example = "## No spam {#A1}\n\n```rule blast\non call.ended\nwhen answered\nthen open case\n```"


class TooDeep(Issue):
    """A statement has so many parts that nobody could say what it means."""

    id = "too-deep"
    says = "this statement has {parts} parts"
    hint = "a statement may have {limit}; use a list, or write several rules"
    example = "when " + "not " * 200 + "answered"


class UnknownUnit(Issue):
    """A number is followed by something that is not a unit."""

    id = "unknown-unit"
    says = "`{unit}` in `{text}` is not a unit"
    hint = "did you mean `{near}`"
    otherwise = "units are {known}, and currencies such as `25 USD`"
    example = "when duration > 6sec"


class NumberTooLarge(Issue):
    """A number is larger than anything that can be counted."""

    id = "number-too-large"
    says = "`{text}` is too large or too fine to be counted"
    hint = "numbers may have {digits} digits"
    example = "when calls > 99999999999999999999"


class NotWhole(Issue):
    """A number must be whole here."""

    id = "not-whole"
    says = "`{text}` must be a whole number, and at least {least}"
    example = "then throttle account to 1.5 calls per 10s for 1h"


class BadTime(Issue):
    """A time of day that no clock shows."""

    id = "bad-time"
    says = "`{text}` is not a time of day"
    hint = "write hours from 00 to 23 and minutes from 00 to 59, such as `08:30`"
    example = "when clock between 22:00 and 25:00"


class NotASpan(Issue):
    """A span of time was expected."""

    id = "not-a-span"
    says = "`{text}` is not a span of time"
    hint = "write a number and `s`, `m`, `h` or `d` without a space, such as `10m`"
    example = "once per 5GB"
