"""What can be wrong with a window: how long, in which steps, of what, per what."""

from fairtone.policy.issue import Issue


class WindowNeedsStep(Issue):
    """Windows up to 48 h are exact; a longer one must say in which steps it moves."""

    id = "window-needs-step"
    says = "a window over {text} needs a step"
    hint = "write `over {text} by 1d`, or `by 1h`"
    example = "let calls = count per account over 30d"


class StepDoesNotDivide(Issue):
    """The step must go into the length a whole number of times, and at most 4,096 times."""

    id = "step-does-not-divide"
    says = "a step of {text} does not divide a window over {length} into 2 to 4096 parts"
    hint = "use a step such as `1h` or `1d` that goes into {length} without a rest"
    example = "let calls = count per account over 30d by 7d"


class StepNotNeeded(Issue):
    """A window up to 48 h is exact, and a step would only make it coarser."""

    id = "step-not-needed"
    severity = "warning"
    says = "a window over {length} is exact, and `by {text}` makes it coarser"
    hint = "delete `by {text}`"
    example = "let calls = count per account over 24h by 1h"


class EmptyWindow(Issue):
    """A window of no length."""

    id = "empty-window"
    says = "`{text}` is no time at all"
    hint = "write a span such as `10m`"
    example = "let calls = count per account over 0s"


class AggregateNeedsField(Issue):
    """The aggregate looks at a field, and none is named."""

    id = "aggregate-needs-field"
    says = "`{text}` needs a field"
    hint = "write `{text} {sample}`"
    example = "let spent = sum per account over 1h\nwhen spent is known"


class AggregateTakesNoField(Issue):
    """The aggregate counts events, whatever their fields."""

    id = "aggregate-takes-no-field"
    says = "`{aggregate}` counts events, and takes no field `{text}`"
    hint = "for different values write `distinct {text}`; for another kind of event `of {text}`"
    example = "let calls = count callee per account over 1h"


class NewNeedsWithin(Issue):
    """`new` must say for how long a value must not have been seen."""

    id = "new-needs-within"
    says = "`new {text}` does not say for how long it must not have been seen"
    hint = "write `new {text} within 30d`"
    example = "let fresh = new callee.country per account over 24h\nwhen fresh > 3"


class WithinIsForNew(Issue):
    """Only `new` looks back further than its window."""

    id = "within-is-for-new"
    says = "`within {text}` means nothing to `{aggregate}`"
    hint = "delete it; `over` says how long the window is"
    example = "let calls = count within 30d per account over 1h"


class WithinShorterThanWindow(Issue):
    """A value is new if it was not seen for longer than the window."""

    id = "within-too-short"
    says = "`within {text}` is shorter than the window, which is over {length}"
    hint = "look back at least as far as the window is long"
    example = "let fresh = new callee within 1h per account over 24h\nwhen fresh > 3"


class ShareNeedsWhere(Issue):
    """`share` must say which part it is the share of."""

    id = "share-needs-where"
    says = "`share` does not say what it is the share of"
    hint = "write `share where duration < 6s`, and `among answered` for a share of some events only"
    example = "let part = share per account over 1h\nwhen part > 60%"


class AmongIsForShare(Issue):
    """Only `share` has a whole besides its part."""

    id = "among-is-for-share"
    says = "`among` means nothing to `{text}`"
    hint = "write `where ... and ...`"
    example = "let calls = count among answered per account over 1h"


class TooManyKeys(Issue):
    """A window is kept per one field, or per pair."""

    id = "too-many-keys"
    says = "a window cannot be kept per {number} fields"
    hint = "use one or two"
    example = "let calls = count per account, callee, caller over 1h"


class DuplicateKey(Issue):
    """The same field stands twice where each can stand once."""

    id = "duplicate-key"
    says = "`{text}` stands twice"
    hint = "delete one of the two"
    example = "let calls = count per account, account over 1h"


class JoinOfDifferent(Issue):
    """`per a as b` finds the events whose b is this event's a: both must be of one sort."""

    id = "join-of-different"
    says = "`{text}` is {unit}, and `{other}` is {other_unit}: they are never the same"
    hint = "join a number with a number, an account with an account"
    example = "let calls = count per callee as account over 1h"


class WindowCannotFill(Issue):
    """No event satisfies the condition of a window, so it counts nothing."""

    id = "window-stays-empty"
    says = "no event can satisfy `{text}`, so `{name}` counts nothing"
    hint = "{advice}"
    example = "let calls = count where duration < 6s and duration > 10s per account over 1h"
