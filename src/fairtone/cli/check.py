"""`fairtone check [PATH]`: what is wrong with a policy, and what watches over each clause."""

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter
from rich.console import Console

from fairtone.cli.complaint import complain
from fairtone.cli.counting import counted
from fairtone.cli.coverage import coverage_rows, print_coverage
from fairtone.cli.shipped import shipped_policy
from fairtone.cli.spots import print_issue
from fairtone.policy import Issue, Report
from fairtone.policy import check as check_policy

FINE, WRONG, UNREADABLE = 0, 1, 2
WIDTH = 80


def check(
    path: Annotated[Path | None, Parameter(name="PATH")] = None,
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Say what is wrong with a policy, and what watches over each clause.

    Exit status: 0 if the policy can be used, 1 if it has errors, 2 if it cannot be read.

    Parameters
    ----------
    path
        The policy's folder, or its text; the shipped acceptable use policy if none is given.
    json
        Say it as one JSON object.
    """
    policy = path or shipped_policy()
    try:
        report = check_policy(policy)
    except OSError as problem:
        complain(problem, "name a folder with a `policy.md` in it, or a Markdown file")
        return UNREADABLE
    if json:
        print(msgspec.json.format(msgspec.json.encode(as_data(report)), indent=2).decode())
    else:
        console = Console() if Console().is_terminal else Console(width=WIDTH)
        _tell(report, policy if policy.is_dir() else policy.parent, console)
    return WRONG if report.errors else FINE


def _tell(report: Report, folder: Path, console: Console) -> None:
    for issue in report.issues:
        print_issue(issue, folder, console)
    if report.policy is not None:
        print_coverage(report.policy, console)
    errors = len(report.errors)
    warnings = len(report.issues) - errors
    style = "bold red" if errors else "bold"
    said = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    console.print(f"[{style}]{said}[/]", highlight=False)
    if errors:
        console.print("What watches over each clause is told when there are no errors.")


def as_data(report: Report) -> dict[str, object]:
    """A report as plain data: `policy`, `issues`, `coverage` (`null` while there are errors)."""
    policy = report.policy
    about = None
    if policy is not None:
        about = {
            "organisation": policy.meta.organisation,
            "version": policy.meta.version,
            "hash": policy.hash,
            "rules": len(policy.rules),
            "tests": len(policy.tests),
        }
    return {
        "policy": about,
        "errors": len(report.errors),
        "warnings": len(report.issues) - len(report.errors),
        "issues": [_issue(issue) for issue in report.issues],
        "coverage": None if policy is None else coverage_rows(policy),
    }


def _issue(issue: Issue) -> dict[str, object]:
    return {
        "id": issue.id,
        "severity": issue.severity,
        "file": issue.place.file,
        "line": issue.place.line,
        "column": issue.place.column,
        "text": issue.text,
        "message": issue.message,
        "advice": issue.advice,
    }
