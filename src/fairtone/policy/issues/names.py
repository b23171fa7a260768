"""What can be wrong with a name: nothing is called so, or something else is."""

from fairtone.policy.issue import Issue


class UnknownKind(Issue):
    """No event is of this kind."""

    id = "unknown-kind"
    says = "`{text}` is not a kind of event"
    hint = "did you mean `{near}`"
    otherwise = "the kinds are {known}"
    example = "on call.end"


class UnknownField(Issue):
    """No event has a field of this name, and no `let` is called so."""

    id = "unknown-field"
    says = "`{text}` is neither a field of `{kind}` nor a `let` of this rule"
    hint = "did you mean `{near}`"
    otherwise = "the reference of the events lists the fields"
    example = "when duraton > 6s"


class FieldOfOtherKind(Issue):
    """The field exists, but events of this kind do not carry it: it would always be unknown."""

    id = "field-of-other-kind"
    says = "`{kind}` has no `{text}`"
    hint = "only {kinds} has it"
    example = "on call.attempt\nwhen duration < 6s"


class UnknownLet(Issue):
    """A name in the condition of a window is a `let`: a window cannot look at another window."""

    id = "let-in-window"
    says = "`{text}` is a `let`, and a window can only look at fields"
    hint = "move the comparison to `when`"
    example = (
        "let calls = count per account over 1h\n"
        "let short = count where calls > 3 per account over 1h\nwhen short > 3"
    )


class DuplicateLet(Issue):
    """Two lets of a rule have the same name."""

    id = "duplicate-let"
    says = "`{text}` is already a `let` at line {line}"
    hint = "give one of them another name"
    example = "let calls = count per account over 1h\nlet calls = count per account over 2h"


class LetHidesField(Issue):
    """A `let` is called like a field, so nobody could tell which of the two is meant."""

    id = "let-hides-field"
    says = "`{text}` is already a field of `{kind}`"
    hint = "give the `let` another name"
    example = "let duration = sum duration per account over 1h\nwhen duration > 1h"


class BadName(Issue):
    """A word of the language, or something with a dot in it, cannot name a `let`."""

    id = "bad-name"
    says = "`{text}` cannot be the name of a `let`"
    hint = "use letters, digits and `_`, and none of the words of the language"
    example = "let not = count per account over 1h\nwhen answered"


class UnusedLet(Issue):
    """A window is counted and never looked at."""

    id = "unused-let"
    severity = "warning"
    says = "nothing looks at `{text}`"
    hint = "use it in `when`, `unless` or `because`, or delete the line: each window costs memory"
    example = "let calls = count per account over 1h\nwhen answered"


class UnknownAggregate(Issue):
    """There is no such way of adding up."""

    id = "unknown-aggregate"
    says = "`{text}` is not a way to add up"
    hint = "did you mean `{near}`"
    otherwise = "there are {known}"
    example = "let calls = cuont per account over 1h"


class UnknownList(Issue):
    """The policy has no list of this name."""

    id = "unknown-list"
    says = "the policy has no list `{text}`"
    hint = "did you mean `{near}`"
    otherwise = "add the file `lists/{text}.csv`"
    example = 'unless callee in "school-alerts"'


class WrongList(Issue):
    """The list holds something else than the field."""

    id = "wrong-list"
    says = "`{text}` is a list of {holds}, and `{field}` is {unit}"
    hint = "use a field that such a list can hold, or a list of {expected}"
    shape = "files"
    example = (
        "policy.md: ## No spam {#A1}\n\n```rule blast\non call.attempt\n"
        'when caller in "places"\nthen open case\nbecause "{caller} called"\n```\n'
        "== lists/places.csv: country,note\nFR,France"
    )


class UnknownInBecause(Issue):
    """The sentence of a rule has braces around something that has no value."""

    id = "unknown-in-because"
    says = "`{{{text}}}` in the sentence is neither a field of `{kind}` nor a `let` of this rule"
    hint = "did you mean `{{{near}}}`"
    otherwise = "write `{{{{` for a brace that is meant"
    example = 'because "{cals} calls in the last hour"'


class UnknownWord(Issue):
    """One of a few words was expected, and another came."""

    id = "unknown-word"
    says = "`{text}` is not a {what}"
    hint = "did you mean `{near}`"
    otherwise = "it can be {known}"
    example = "mode enforced"


class UnknownRule(Issue):
    """A test expects a finding of a rule that the policy does not have."""

    id = "unknown-rule"
    says = "the policy has no rule `{text}`"
    hint = "did you mean `{near}`"
    otherwise = "its rules are {known}"
    shape = "test"
    example = "expect finding of short-cals"
