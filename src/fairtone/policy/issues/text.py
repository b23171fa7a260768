"""What can be wrong with the text around the rules: front matter, clauses, blocks, lists."""

from fairtone.policy.issue import Issue


class UnreadableText(Issue):
    """A file of the policy is not text."""

    id = "unreadable-text"
    says = "this is not UTF-8: {reason}"
    hint = "save the file as UTF-8"
    shape = "files"
    example = "lists/vips.csv: number,note\n+33123456789,caf\\xe9"


class MissingFrontMatter(Issue):
    """The text does not begin with its front matter."""

    id = "missing-front-matter"
    says = "the policy does not say whose it is"
    hint = (
        "begin the file with `---`, lines for `organisation`, `contact` and `version`, "
        "and `---` again"
    )
    shape = "files"
    example = "policy.md: # Acceptable use {#A}\nunenforced: an example"


class BrokenFrontMatter(Issue):
    """The front matter is not YAML that can be read."""

    id = "broken-front-matter"
    says = "the front matter cannot be read: {reason}"
    hint = "write one `name: value` on each line, and quote a value that has `: ` or `#` in it"
    shape = "front matter"
    example = "country: [US"


class UnknownSetting(Issue):
    """The front matter has a line that means nothing."""

    id = "unknown-setting"
    says = "`{text}` is not a setting of a policy"
    hint = "did you mean `{near}`"
    otherwise = "the settings are {known}"
    shape = "front matter"
    example = "organization: Voipkonnec"


class MissingSetting(Issue):
    """The front matter lacks a line that every policy needs."""

    id = "missing-setting"
    says = "the front matter has no `{text}`"
    hint = "add a line `{text}: ...`"
    shape = "files"
    example = (
        "policy.md: ---\norganisation: Voipkonnec\ncontact: compliance@voipkonnec.com\n---\n"
        "# Acceptable use {#A}\nunenforced: an example"
    )


class BadSetting(Issue):
    """The front matter has a value that cannot be right."""

    id = "bad-setting"
    says = "`{text}` cannot be the `{setting}` of a policy"
    hint = "it must be {expected}"
    shape = "front matter"
    example = "timezone: Mars/Olympus"


class MissingFile(Issue):
    """The policy names a file that is not in its folder."""

    id = "missing-file"
    says = "there is no file `{text}` in the policy's folder"
    hint = "did you mean `{near}`"
    otherwise = "put it there, or correct the name"
    shape = "front matter"
    example = "tariff: lists/prices.csv"


class BrokenHeading(Issue):
    """The braces at the end of a heading do not name a clause."""

    id = "broken-heading"
    says = "`{text}` does not name a clause"
    hint = "write `{{#A1}}`, or `{{#A1 control=agreement}}`: the id begins with a letter or digit"
    shape = "clauses"
    example = "## No spam {#}"


class DuplicateClause(Issue):
    """Two clauses have the same id, so a finding could not say which was broken."""

    id = "duplicate-clause"
    says = "clause `{text}` is already at line {line}"
    hint = "give one of them another id"
    shape = "clauses"
    example = (
        "## No spam {#A1}\nunenforced: an example\n\n## No fraud {#A1}\nunenforced: an example"
    )


class RuleOutsideClause(Issue):
    """A block stands under no clause, so what it finds breaks nothing that anybody accepted."""

    id = "rule-outside-clause"
    says = "this {text} block does not stand under a clause"
    hint = "put it under a heading with an id, such as `## No spam {{#A1.4}}`"
    shape = "clauses"
    example = "## No spam\n\n```ladder\n1 strike warn\n```"


class NamelessBlock(Issue):
    """A rule or a test has no name, or one that cannot be a name."""

    id = "nameless-block"
    says = "`{text}` does not name the {block}"
    hint = "begin it with `{block} short-call-blast`: letters, digits and hyphens"
    shape = "clauses"
    example = (
        "## No spam {#A1}\n\n```rule two words\non call.ended\nwhen answered\nthen open case\n"
        'because "answered"\n```'
    )


class UnclosedBlock(Issue):
    """A block begins and never ends."""

    id = "unclosed-block"
    says = "this {text} block is not closed"
    hint = "end it with a line of three backticks"
    shape = "clauses"
    example = "## No spam {#A1}\nunenforced: an example\n\n```ladder\n1 strike warn"


class UnknownBlock(Issue):
    """A block is called almost like one that Fairtone reads, and would be taken for a sample."""

    id = "unknown-block"
    severity = "warning"
    says = "a block of `{text}` is not read"
    hint = "did you mean `{near}`"
    shape = "clauses"
    example = "## No spam {#A1}\nunenforced: an example\n\n```rules short-calls\n```"


class DuplicateRule(Issue):
    """Two rules have the same name."""

    id = "duplicate-rule"
    says = "rule `{text}` is already at line {line}"
    hint = "give one of them another name"
    shape = "clauses"
    example = (
        "## No spam {#A1}\n\n```rule blast\non call.attempt\nwhen callee.international\n"
        'then open case\nbecause "abroad"\n```\n\n```rule blast\non call.ended\nwhen answered\n'
        'then open case\nbecause "answered"\n```'
    )


class UnknownPlaceholder(Issue):
    """Braces in the prose that nothing fills; they would be published as they are."""

    id = "unknown-placeholder"
    severity = "warning"
    says = "`{{{text}}}` in the prose is not filled from the front matter"
    hint = "did you mean `{{{near}}}`"
    otherwise = "what can be filled in is {known}"
    shape = "clauses"
    example = "## No spam {#A1}\nunenforced: an example\n\nWrite to {contcat}."


class ClauseNotKept(Issue):
    """A clause promises something, and nothing says how the promise is kept."""

    id = "clause-not-kept"
    severity = "warning"
    says = "nothing watches over clause `{text}`, and nothing says why not"
    hint = (
        "add a rule, or say how it is honoured (`control=agreement` in the heading), or that it is "
        "not (a line `unenforced: reason`)"
    )
    shape = "clauses"
    example = "## No spam {#A1}\n\nDo not."


class BadList(Issue):
    """A list does not say what its entries are."""

    id = "bad-list"
    says = "the list begins with `{text}`, which does not say what is on it"
    hint = "the first line must be `{near},note`"
    otherwise = "the first line must be one of {known}, then `,note`"
    shape = "files"
    example = "lists/vips.csv: numbers,note\n+33123456789,the mayor"


class BadEntry(Issue):
    """An entry of a list is not what the list holds."""

    id = "bad-entry"
    says = "`{text}` is not {expected}"
    hint = "correct the entry, or write a list of another type"
    shape = "files"
    example = "lists/vips.csv: number,note\nthe mayor,+33123456789"


class DuplicateEntry(Issue):
    """An entry stands on a list twice."""

    id = "duplicate-entry"
    severity = "warning"
    says = "`{text}` is already on the list at line {line}"
    hint = "take one of them out"
    shape = "files"
    example = (
        "policy.md: ## No spam {#A1}\n\n```rule blast\non call.attempt\n"
        'when callee.country in "places"\nthen open case\nbecause "{caller} called"\n```\n'
        "== lists/places.csv: country,note\nFR,France\nfr,France"
    )


class UnusedList(Issue):
    """No rule looks at a list."""

    id = "unused-list"
    severity = "warning"
    says = "no rule looks at the list `{text}`"
    hint = 'use it, as in `callee in "{text}"`, or delete the file'
    shape = "files"
    example = "lists/vips.csv: number,note\n+33123456789,the mayor"
