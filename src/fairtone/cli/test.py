"""`fairtone test [PATH]`: run the examples that a policy carries with it."""

# ruff: noqa: PT028 - a command called test, not a test

import time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from fairtone.cli.shipped import shipped_policy
from fairtone.cli.traffic import knowledge_of
from fairtone.history.amounts import number
from fairtone.history.proving import Failure, Proof, prove
from fairtone.policy import PolicyErrors, load

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
    console, errors = Console(soft_wrap=True), Console(stderr=True, soft_wrap=True)
    began = time.monotonic()
    total = broken = 0
    try:
        policy = load(path or shipped_policy())
        for proof in prove(policy, knowledge_of(policy).add, only):
            total += 1
            broken += not proof.holds
            if verbose or not proof.holds:
                _tell(proof, console)
    except PolicyErrors as problem:
        for issue in problem.issues:
            errors.print(f"error: {escape(str(issue))}", highlight=False)
        errors.print("the policy has errors; `fairtone check` says more", highlight=False)
        return UNREADABLE
    except (OSError, ValueError) as problem:
        errors.print(f"error: {escape(str(problem))}", highlight=False)
        return UNREADABLE
    if not total:
        what = f"about `{only}`" if only else "in this policy"
        errors.print(f"error: there is no test {escape(what)}", highlight=False)
        return UNREADABLE
    held = f"{total - broken} of {number(total, 'test')} hold"
    style = "bold red" if broken else "bold"
    console.print(f"[{style}]{held}[/], {time.monotonic() - began:.1f} s", highlight=False)
    return FAILED if broken else DONE


def _tell(proof: Proof, console: Console) -> None:
    place = proof.test.place
    word = "[green]holds[/]" if proof.holds else "[bold red]fails[/]"
    console.print(
        f"{word}  {escape(proof.test.name)} ({place.file}:{place.line}), "
        f"{number(proof.events, 'event')}, {number(proof.findings, 'finding')}",
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
