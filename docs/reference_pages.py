"""Makes docs/reference/language.md and docs/reference/events.md from the code.

    python -m docs.reference_pages

What can be read from the code is read from it; the words for people are in reference_words.py.
tests/test_reference_pages.py fails if a page is not what this makes, or a word is missing.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from docs import reference_words as words
from tests.policy.specimens import check_specimen

from fairtone.events import FIELDS, KINDS, fields_of
from fairtone.policy import ISSUES, Issue
from fairtone.policy.example_events import START
from fairtone.policy.examples import MOST_DAYS, MOST_EVENTS
from fairtone.policy.front_matter import SETTINGS
from fairtone.policy.issues import meaning, names, statements, text, units, windows
from fairtone.policy.vocabulary import KNOWN_VALUES

REFERENCE = Path(__file__).parent / "reference"

MADE = "<!-- Made by `python -m docs.reference_pages`: change that, not this. -->"

EXAMPLE = """---
organisation: Voipkonnec
contact: compliance@voipkonnec.com
version: 2026-11
---

# Acceptable use

## No unsolicited calls {#A1.4}

You may not place bulk calls to people who have not agreed to them.

```rule short-call-blast
on       call.ended
let      calls   = count                      per account over 1h
let      short   = count where duration < 6s  per account over 1h
let      reached = distinct callee            per account over 1h
when     calls >= 200 and short / calls > 60% and reached / calls > 90%
unless   account.tier is "emergency-services"
then     throttle account to 1 call per 10s for 1h
         open case severity high
because  "{short} of {calls} calls in the last hour lasted under six seconds."
why      "Carriers publish 15 % of short calls as their limit; this is four times that."
once per 1h
mode     enforce
```

```test short-call-blast
given  260 call.ended every 10s with account "1001", callee +33123450000 rising, duration 3s
given  260 call.ended every 10s with account "1002", callee +33123450000, duration 3m
expect finding of short-call-blast on account "1001" before event 210
expect no finding on account "1002"
```

```ladder
for clients, partners
1 strike    warn
2 strikes   throttle for 7d
3 strikes   suspend for 30d by 1 person
5 strikes   terminate by 2 people
strikes expire after 180d
```
"""


def language() -> str:
    """The page of the language."""
    return _page(_language())


def events() -> str:
    """The page of the events."""
    return _page(_events())


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join([MADE, *parts]) + "\n"


def _language() -> Iterator[str]:
    yield "# The policy language"
    yield (
        "A policy is a folder: `policy.md`, lists in `lists/`, events for tests in `tests/`. Or it "
        "is one Markdown file. `fairtone check` says what is wrong with it and which clause is "
        "watched by what; `fairtone fmt` lays its blocks out; `fairtone explain RULE` says in "
        "plain words what a rule does; `fairtone test` runs its tests."
    )
    yield f"````markdown\n{EXAMPLE}````"
    yield "## Front matter"
    yield (
        "The lines between the first two `---`. `organisation`, `contact` and `version` are "
        "needed. Values are texts: `00` stays `00`. In the prose and in titles `{organisation}`, "
        "`{contact}` and `{version}` are filled in."
    )
    yield _table(("setting", "what it says"), ((f"`{n}`", t) for n, t in SETTINGS.items()))
    yield "## Clauses"
    yield (
        "A heading with an id is a clause: `## No spam {#A1.4}`. What stands under it belongs to "
        "it, deeper headings without an id too. Blocks of `rule`, `test` and `ladder` must stand "
        "under a clause; other blocks are samples, and prose."
    )
    yield (
        "A clause that no rule watches says how it is honoured, `## Acceptance {#B9 "
        "control=agreement}`, or names the clauses whose rules keep it, `control=A1.5`. Or it says "
        "that it is not, in a line of its own: `unenforced: needs the mail source`. A clause with "
        "rules may have such a line too, for what they leave out. Both may also be lines in the "
        "prose or words in the braces."
    )
    yield "## Rules"
    yield (
        "A block ```` ```rule NAME ````. A statement begins with its word, and goes on in lines "
        "that are indented or begin with `and` or `or`. `#` begins a comment. The order is free; "
        "`on`, `when`, `then` and `because` are needed."
    )
    yield _forms(words.RULE)
    yield _table(("mode", "what it does"), ((f"`{n}`", t) for n, t in words.MODES.items()))
    yield "## Windows"
    yield (
        "`let name = aggregate [field] [of kind] [within span] [where condition] [among condition] "
        "per key[, key] over span [by span]`, in this order. Rules that count the same thing share "
        "one window, whatever they call it and compare it with."
    )
    rows = ((f"`{n}`", f"`{form}`", says) for n, (form, says) in words.AGGREGATES.items())
    yield _table(("aggregate", "example", "what it is"), rows)
    yield _forms(words.WINDOW)
    yield "## Conditions"
    yield (
        "A name is a field of the event or a `let` of the rule. A side of a comparison is a name, "
        "a value, or a calculation of them; brackets may stand anywhere. Windows are not "
        "multiplied with each other, and each side divides at most once."
    )
    rows = ((f"`{op}`", f"`{form}`", need, says) for op, form, need, says in words.OPERATORS)
    yield _table(("operator", "example", "of what", "what it says"), rows)
    yield "## Values"
    rows = ((unit, f"`{form}`", says) for unit, (form, says) in words.UNITS.items())
    yield _table(("unit", "written", ""), rows)
    yield (
        "Only what has the same unit is compared or added. Quantities are counts, shares, "
        "durations, money, sizes and times of day."
    )
    yield "## Actions"
    rows = ((f"`{n}`", f"`{form}`", says) for n, (form, says) in words.ACTIONS.items())
    yield _table(("action", "example", "what it does"), rows)
    roles = ", ".join(f"`{name}` ({says})" for name, says in words.ROLES.items())
    yield (
        f"Those who can be notified are {roles}. Severities are "
        f"{', '.join(f'`{name}`' for name in words.SEVERITIES)}. A machine restrains for a limited "
        "time: `throttle`, `block` and `hold` say for how long. A call to an emergency number "
        "passes whatever the rules say."
    )
    yield "## Lists"
    yield (
        "`lists/NAME.csv` is the list `NAME`. Its first line says what is on it, as in "
        "`number,note`; every other line is an entry and a note. Lines that begin with `#` are "
        "comments. A list may be empty."
    )
    rows = ((f"`{n}`", says, f'`{field} in "..."`') for n, (field, says) in words.LISTS.items())
    yield _table(("type", "entries", "for fields such as"), rows)
    yield "## Tests"
    yield (
        "A block ```` ```test NAME ````, best called like the rule that it proves. The events of "
        "its `given` lines happen in the order of their times."
    )
    yield _forms(words.TEST)
    yield _forms(words.SETTINGS_OF_EVENTS)
    yield (
        f"`fairtone test` runs each with an engine of its own from {_moment(START)} on, after "
        "what is known of numbers, clocks and prices was added; a value that the test states "
        "itself stays. `before event 260` counts from 1 the events that carry the subject, or all "
        "if none is named; `before call 260` is the same. `within` begins with the first of them. "
        "An expectation about somebody whom no event carries fails, so that a slip of the pen "
        f"proves nothing. One `given` makes at most {MOST_EVENTS:,} events, and a test lasts at "
        f"most {MOST_DAYS} days."
    )
    yield (
        "In a file of events, `at` is a time with its zone as in RFC 3339, or a span since the "
        "beginning such as `90s`. Values are written as in the language, without quotes; an empty "
        "cell is unknown; a line that begins with `#` is a comment."
    )
    yield "```text\nkind,at,account,callee,duration\ncall.ended,0s,1001,+33123450001,3s\n```"
    yield "## Ladders"
    yield (
        "A block ```` ```ladder ````: the measures that people take for a clause, each rung with "
        "more strikes and a measure at least as strong. Machines restrain, people punish."
    )
    yield _forms(words.LADDER)
    yield _table(("measure", "what it is"), ((f"`{n}`", t) for n, t in words.MEASURES.items()))
    yield "## What it means"
    yield "\n".join(f"{number}. {line}" for number, line in enumerate(words.MEANING, start=1))
    yield "## Issues"
    yield (
        "What `fairtone check` can say, each with an example that has the mistake and the message "
        "for it. An error keeps the policy from being used; a warning does not."
    )
    families = {
        "The text": text,
        "Statements": statements,
        "Names": names,
        "Units and values": units,
        "Windows": windows,
        "Meaning and consequence": meaning,
    }
    told: set[str] = set()
    for title, family in families.items():
        yield f"### {title}"
        for issue in ISSUES.values():
            if issue.__module__ == family.__name__:
                told.add(issue.id)
                yield _issue(issue)
    others = [issue for name, issue in ISSUES.items() if name not in told]
    if others:
        yield "### Events of tests"
        yield from map(_issue, others)


def _issue(issue: type[Issue]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        found = check_specimen(issue, Path(folder)).issues[0]
    about = " ".join((issue.__doc__ or "").split())
    shown = issue.example if len(issue.example) < 300 else issue.example[:60] + " ..."
    sentence = found.message + (f"; {found.advice}" if found.advice else "")
    return (
        f"**{issue.id}** ({issue.severity}). {about}\n\n"
        f"````text\n{shown}\n\n{issue.severity}: {sentence}\n````"
    )


def _events() -> Iterator[str]:
    yield "# The events"
    yield (
        "What can be observed, and so what a [rule](language.md) can look at. Every event has a "
        "kind, a time in microseconds (UTC) and those of its fields that are known. A field that a "
        "source cannot know is left out: it is unknown, never guessed."
    )
    yield "## Kinds"
    rows: Iterable[Sequence[str]]
    rows = ((f"[`{k.name}`](#{_anchor(k.name)})", k.doc, k.moment) for k in KINDS.values())
    yield _table(("kind", "what happened", "its time is"), rows)
    yield "## Fields"
    yield (
        "How values of each unit are written in a policy is said under "
        "[values](language.md#values). Numbers are E.164, quantities are whole numbers of "
        "the smallest part: milliseconds, millionths of the policy's currency, bytes."
    )
    rows = (
        (
            f"`{field.name}`",
            str(field.unit),
            "all"
            if len(field.kinds) == len(KINDS)
            else ", ".join(f"`{kind}`" for kind in KINDS if kind in field.kinds),
            field.doc + _values(field.name),
        )
        for field in FIELDS.values()
    )
    yield _table(("field", "unit", "of which kinds", "what it is"), rows)
    yield "## Fields of each kind"
    yield "Every kind has the fields that all have, and these."
    for kind in KINDS.values():
        yield f"### {kind.name}"
        own = [field.name for field in fields_of(kind.name) if len(field.kinds) < len(KINDS)]
        yield ", ".join(f"`{name}`" for name in own) + "."


def _values(name: str) -> str:
    known = KNOWN_VALUES.get(name, ())
    if all(value in FIELDS[name].doc for value in known):
        return ""
    return f" One of {', '.join(f'`{value}`' for value in known)}."


def _anchor(title: str) -> str:
    return title.lower().replace(".", "")


def _forms(rows: Iterable[tuple[str, str, str]]) -> str:
    made = ((f"`{word}`", f"`{form}`", says) for word, form, says in rows)
    return _table(("word", "example", "what it says"), made)


def _moment(microseconds: int) -> str:
    return f"{datetime.fromtimestamp(microseconds / 1e6, UTC):%Y-%m-%d %H:%M} UTC"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_row(head), _row(["---"] * len(head)), *map(_row, rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    (REFERENCE / "language.md").write_text(language(), encoding="utf-8")
    (REFERENCE / "events.md").write_text(events(), encoding="utf-8")
