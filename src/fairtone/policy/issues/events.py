"""What can be wrong with the events of a test: in a `given` line, or in a file of events."""

from fairtone.policy.issue import Issue

_TEST = (
    "policy.md: ## No spam {#A1}\nunenforced: an example\n\n```test quiet-day\n"
    'given calls from "day.csv"\nexpect no finding\n```\n== tests/day.csv: '
)


class TooManyEvents(Issue):
    """A test has so many events, or lasts so long, that nobody would wait for it."""

    id = "too-many-events"
    says = "`{text}` events of a test {what}"
    hint = "one `given` may make {most} events, and a test may last {days} days"
    shape = "test"
    example = "given 5000000 call.ended every 1s"


class NotRising(Issue):
    """A value cannot count up, or not as often as there are events."""

    id = "not-rising"
    says = "`{field}` cannot count up from `{text}`"
    hint = "begin lower, or say `cycling` and the values between `(` and `)`"
    shape = "test"
    example = 'given 5 call.ended with source.address "255.255.255.254" rising'


class MissingColumn(Issue):
    """A file of events does not say of what kind its events are, or when they happened."""

    id = "missing-column"
    says = "the file has no column `{text}`"
    hint = "its first line must name `kind`, `at` and the fields that are known"
    shape = "files"
    example = _TEST + "kind,duration\ncall.ended,6s"


class UnknownColumn(Issue):
    """A column of a file of events is no field of any event."""

    id = "unknown-column"
    says = "`{text}` is not a field of any event"
    hint = "did you mean `{near}`"
    otherwise = "the reference of the events lists the fields"
    shape = "files"
    example = _TEST + "kind,at,duraton\ncall.ended,0s,6s"


class BadCell(Issue):
    """A value in a file of events is not what its column holds."""

    id = "bad-cell"
    says = "`{text}` cannot be the `{column}` of an event"
    hint = "write {sample}"
    shape = "files"
    example = _TEST + "kind,at,duration\ncall.ended,0s,6 apples"
