"""`fairtone test [PATH]`: run the examples that a policy carries with it."""

# ruff: noqa: PT028 - a command called test, not a test

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from fairtone.cli.complaint import complain
from fairtone.cli.counting import counted
from fairtone.cli.shipped import shipped_policy
from fairtone.cli.traffic import knowledge_of
from fairtone.history.proving import Failure, Proof, prove
from fairtone.policy import load

DONE, FAILED, UNREADABLE = 0, 1, 2


def test(
    path: Annotated[Path | None, Parameter(name="PATH")] = None,
    /,
    *,
    only: str = "",
    verbose: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run the examples that a policy carries with it.

    Exit status: 0 if every test holds, 1 if one does not, 2 if they cannot be run.

    Parameters
    ----------
    path
        The policy's folder, or its text; the shipped acceptable use policy if none is given.
    only
        Run the tests about this rule or clause and no others.
    verbose
        Name the tests that hold, too.
    """
    console = Console(soft_wrap=True)
    began = time.monotonic()
    total = broken = 0
    try:
        policy = load(path or shipped_policy())
        for proof in prove(policy, knowledge_of(policy).add, only):
            total += 1
            broken += not proof.holds
            if verbose or not proof.holds:
                _tell(proof, console)
    except (OSError, ValueError) as problem:
        complain(problem)
        return UNREADABLE
    if not total:
        what = f"about `{only}`" if only else "in this policy"
        complain(f"there is no test {what}", "write one as ```` ```test NAME ```` under a clause")
        return UNREADABLE
    taken = f"{time.monotonic() - began:.1f} s"
    if broken:
        said = f"[bold red]{broken} of {counted(total, 'test')} failed[/], {taken}"
    else:
        said = f"[bold]{counted(total, 'test')} passed[/], {taken}"
    console.print(said, highlight=False)
    return FAILED if broken else DONE


def _tell(proof: Proof, console: Console) -> None:
    place = proof.test.place
    word = "[green]passed[/]" if proof.holds else "[bold red]failed[/]"
    console.print(
        f"{word}  {escape(proof.test.name)} ({place.file}:{place.line}), "
        f"{counted(proof.events, 'event')}, {counted(proof.findings, 'finding')}",
        highlight=False,
    )
    for failure in proof.failures:
        _tell_failure(failure, place.file, console)


def _tell_failure(failure: Failure, file: str, console: Console) -> None:
    console.print(f"       {file}:{failure.line}", highlight=False, style="dim")
    console.print(f"       expected  {escape(failure.expected)}", highlight=False)
    console.print(f"       came      {escape(failure.came)}", highlight=False)
    for line in failure.near:
        console.print(f"                 {escape(line)}", highlight=False, style="dim")
