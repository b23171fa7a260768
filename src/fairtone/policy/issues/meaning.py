"""What can be wrong with what a rule means: it never fires, it never exempts, it comes too late."""

from fairtone.policy.issue import Issue


class NeverFires(Issue):
    """The condition contradicts itself, so the rule watches over nothing."""

    id = "never-fires"
    says = "`{text}` can never fire: {reason}"
    hint = "change one of the bounds"
    example = "when calls >= 5 and calls < 3"


class NeverExempts(Issue):
    """The exemption contradicts itself or the condition, so nobody is ever exempt."""

    id = "never-exempts"
    says = "the exemption of `{text}` can never apply: {reason}"
    hint = "correct it, or delete the `unless`"
    example = "when calls >= 5\nunless calls < 3"


class AlwaysExempts(Issue):
    """Whenever the condition holds the exemption does, so the rule never fires."""

    id = "always-exempts"
    says = "`{text}` can never fire: whenever its condition holds, its exemption does"
    hint = "narrow the `unless`"
    example = "when calls >= 5\nunless calls >= 3"


class TooLate(Issue):
    """What is already over can be neither refused nor challenged."""

    id = "too-late"
    says = "`{text}` comes too late: `{kind}` is {moment}"
    hint = "watch `call.attempt` instead, or `throttle` or `block` what comes next"
    example = "on call.ended\nthen refuse with 603"


class BlockWithoutEnd(Issue):
    """A machine may restrain for a limited time only; what lasts is decided by people."""

    id = "restraint-without-end"
    says = "`{text}` does not say for how long"
    hint = "add `for 1h`: a machine restrains for a time, and only people punish"
    example = "then block source.address"


class BadStatus(Issue):
    """A refusal is a final SIP response that is not a success (RFC 3261 section 21)."""

    id = "bad-status"
    says = "`{text}` is not the code of a refusal"
    hint = "use a code from 400 to 699; 603 says that the network refused, 607 that it was unwanted"
    example = "on call.attempt\nlet calls = count per account over 1h\nthen refuse with 200"


class DuplicateAction(Issue):
    """A rule says the same consequence twice."""

    id = "duplicate-action"
    says = "`{text}` stands here twice"
    hint = "delete one of the two"
    example = "then open case severity low\n     open case severity low"


class EnforcedWithoutAction(Issue):
    """A rule in force does nothing to the traffic."""

    id = "enforced-without-action"
    severity = "warning"
    says = "`{text}` is in force but touches nothing"
    hint = "add what to do, such as `refuse` or `throttle`, or set `mode review`"
    shape = "clauses"
    example = (
        "## No spam {#A1}\n\n```rule blast\non call.ended\nwhen answered\nthen open case\n"
        'because "answered"\nmode enforce\n```\n\n```test blast\n'
        "given 1 call.ended with answered\nexpect finding\n```"
    )


class EnforcedWithoutTest(Issue):
    """A rule is in force, and the policy does not show what it finds and what it leaves alone."""

    id = "enforced-without-test"
    severity = "warning"
    says = "`{text}` is in force without a test"
    hint = "add a block `test {text}` with what must be found, and what must not"
    example = "then throttle account to 1 call per 10s for 1h\nmode enforce"


class LadderOrder(Issue):
    """The rungs of a ladder go up: more strikes, stronger measures."""

    id = "ladder-order"
    says = "`{text}` does not come after `{before}`"
    hint = "each rung needs more strikes than the one before, and a measure at least as strong"
    shape = "ladder"
    example = "2 strikes warn\n1 strike throttle for 1d"


class LadderPeople(Issue):
    """Machines restrain, people punish: suspension needs a person, ending and referral two."""

    id = "ladder-people"
    says = "`{text}` needs the decision of {needed}"
    hint = "write `{text} ... by {needed}`"
    shape = "ladder"
    example = "1 strike suspend for 7d"


class DuplicateLadder(Issue):
    """Two ladders of a clause are for the same people."""

    id = "duplicate-ladder"
    says = "clause `{text}` already has a ladder for {whom} at line {line}"
    hint = "join the two, or say for whom each is"
    shape = "clauses"
    example = (
        "## No spam {#A1}\nunenforced: an example\n\n```ladder\n1 strike warn\n```\n\n"
        "```ladder\n1 strike warn\n```"
    )


class OpenRestraint(Issue):
    """A rung says for how long, or that its measure is final."""

    id = "open-restraint"
    says = "`{text}` does not say for how long"
    hint = "add `for 7d`; only `warn`, `terminate` and `refer` have no end"
    shape = "ladder"
    example = "1 strike throttle"


class TestProvesNothing(Issue):
    """A test lets things happen and expects nothing."""

    id = "test-expects-nothing"
    says = "test `{text}` expects nothing"
    hint = "add a line `expect finding` or `expect no finding`"
    shape = "clauses"
    example = (
        "## No spam {#A1}\nunenforced: an example\n\n```test quiet-day\n"
        "given 10 call.ended every 1m\n```"
    )
