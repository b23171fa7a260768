"""`fairtone replay FILE...`: try the policy on recorded traffic and write down what it finds."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from fairtone.cli.progress import Meter
from fairtone.cli.shipped import shipped_policy
from fairtone.cli.summary import WIDTH, print_summary
from fairtone.cli.traffic import Traffic, knowledge_of
from fairtone.engine import Engine
from fairtone.history import Replay, report_of, run
from fairtone.policy import Policy, load

DONE, UNREADABLE, USAGE = 0, 1, 2


def replay(
    files: Annotated[list[Path], Parameter(name="FILE", negative=())],
    /,
    *,
    policy: Path | None = None,
    mapping: Annotated[Path | None, Parameter(name="--map")] = None,
    out: Path = Path("out/replay"),
    accounts: Path | None = None,
    keep_events: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Try the policy on recorded traffic and write down what it finds.

    Exit status: 0 done, 1 if some input could not be read at all, 2 if nothing could be tried.

    Parameters
    ----------
    files
        Call records, captures or HEP files, in any order; read together, in order of time.
    policy
        The policy's folder; the shipped acceptable use policy if none is given.
    mapping
        A mapping (TOML) that says what the columns of the call records are.
    out
        Where findings and report are written.
    accounts
        A list of accounts (CSV) instead of the one that the policy names.
    keep_events
        Keep the judged events too, as events.parquet.
    """
    console = Console(width=WIDTH) if not Console().is_terminal else Console()
    errors = Console(stderr=True, soft_wrap=True)
    try:
        loaded = load(policy or shipped_policy())
        traffic = Traffic(files, loaded, knowledge_of(loaded, accounts), mapping)
        for problem in traffic.refused:
            errors.print(f"error: {escape(problem)}", highlight=False)
        if not traffic.sources:
            return UNREADABLE
        result = replayed(loaded, traffic, out, errors, keep_events=keep_events)
    except (OSError, ValueError) as problem:
        errors.print(f"error: {escape(str(problem))}", highlight=False)
        return USAGE
    print_summary(result, console)
    for name in traffic.empty():
        errors.print(f"error: nothing in {escape(name)} could be read", highlight=False)
    console.print(f"\nReport: [bold]{escape(str(out / 'report.html'))}[/]", soft_wrap=True)
    console.print(
        f"Findings: {escape(str(out / 'findings.jsonl'))}, findings.parquet", soft_wrap=True
    )
    return UNREADABLE if traffic.refused or traffic.empty() else DONE


def replayed(
    policy: Policy,
    traffic: Traffic,
    out: Path,
    errors: Console,
    *,
    keep_events: bool = False,
    clock: Callable[[], float] = time.time,
) -> Replay:
    """Judge the traffic, write findings and report into `out`, and show progress on the way."""
    with errors.status("compiling the policy's rules") if errors.is_terminal else nullcontext():
        engine = Engine(policy)
    with Meter(errors, traffic.progress, time.monotonic) as meter:
        result = run(
            policy,
            traffic.batches(),
            out,
            made=round(clock() * 1e6),
            source=traffic.input,
            judge=engine,
            keep_events=keep_events,
            progress=meter.show,
        )
    (out / "report.html").write_text(report_of(result), encoding="utf-8")
    return result
