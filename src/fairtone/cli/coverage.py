"""What watches over each clause: as a table of eighty columns, and as rows of plain data."""

from collections import Counter

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from fairtone.cli.counting import counted
from fairtone.policy import Policy, coverage_of

STATES = {
    "enforced": "a rule acts",
    "reviewed": "a rule opens cases",
    "shadow": "rules only watch",
    "control": "kept otherwise",
    "unenforced": "not enforced",
    "open": "nothing is said",
}
"""What each state of a clause means, as `ClauseCoverage.state` has them."""

WIDEST = 100
"""How wide the table is on a wide terminal: longer lines are hard to follow."""

_STYLES = {"enforced": "green", "reviewed": "green", "unenforced": "yellow", "open": "bold red"}


def print_coverage(policy: Policy, console: Console) -> None:
    """Print every clause: its state, its rules with modes and tests, or how else it is kept."""
    covered = coverage_of(policy)
    meta = policy.meta
    console.print(
        f"[bold]{escape(meta.organisation)}[/], version {escape(meta.version)}: "
        f"{counted(len(covered), 'clause')}, {counted(len(policy.rules), 'rule')}, "
        f"{counted(len(policy.tests), 'test')}",
        highlight=False,
    )
    table = Table(
        box=box.SIMPLE, pad_edge=False, padding=(0, 1, 0, 0), width=min(console.width, WIDEST)
    )
    table.add_column("Clause", no_wrap=True)
    table.add_column("and its rules", ratio=1)
    table.add_column("Mode", no_wrap=True)
    table.add_column("Tests", no_wrap=True, justify="right")
    for row in covered:
        style = _STYLES.get(row.state, "")
        state = f"partly {row.state}" if row.partly else row.state
        table.add_row(
            escape(row.clause.id),
            f"[bold]{escape(row.clause.title)}[/]",
            f"[{style}]{state}[/]" if style else state,
        )
        for rule in row.rules:
            of = f" [dim](of {escape(rule.clause)})[/]" if rule.clause != row.clause.id else ""
            tests = sum(_tests(rule.name, policy))
            table.add_row("", f"  {escape(rule.name)}{of}", f"  {rule.mode}", f"{tests}")
        if row.clause.control and not row.rules:
            table.add_row("", Padding(escape(row.clause.control), (0, 0, 0, 2)))
        if row.clause.unenforced:
            table.add_row("", Padding(escape(row.clause.unenforced), (0, 0, 0, 2), style="yellow"))
    console.print(table)
    counts = Counter[str](row.state for row in covered)
    for state, meaning in STATES.items():
        if counts[state]:
            console.print(f"  {counts[state]:>4} {state}: {meaning}", highlight=False)


def _tests(rule: str, policy: Policy) -> list[bool]:
    """Which tests are about a rule, in the order of the policy."""
    return [
        test.name == rule or any(expect.rule == rule for expect in test.expect)
        for test in policy.tests
    ]


def coverage_rows(policy: Policy) -> list[dict[str, object]]:
    """The coverage of every clause as plain data, in the order of the text."""
    return [
        {
            "clause": row.clause.id,
            "title": row.clause.title,
            "state": row.state,
            "partly": row.partly,
            "control": row.clause.control,
            "unenforced": row.clause.unenforced,
            "rules": [
                {
                    "name": rule.name,
                    "clause": rule.clause,
                    "mode": rule.mode,
                    "hash": rule.hash,
                    "tests": [
                        test.name
                        for test, about in zip(policy.tests, _tests(rule.name, policy), strict=True)
                        if about
                    ],
                }
                for rule in row.rules
            ],
        }
        for row in coverage_of(policy)
    ]
