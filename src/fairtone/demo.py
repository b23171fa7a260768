"""`make demo`: real attacks and a simulated night through the shipped policy, and where to look.

With `--check` the outcome is held against what must be found, and the exit status says so.
"""

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape

import fairtone
from fairtone.cli.replay import replayed
from fairtone.cli.shipped import shipped_policy
from fairtone.cli.summary import WIDTH, print_summary
from fairtone.cli.traffic import Traffic, knowledge_of
from fairtone.history import RECORD, Replay
from fairtone.history.amounts import number
from fairtone.policy import Policy, load
from fairtone.simulate import simulate

CAPTURES = Path(fairtone.__file__).parents[2] / "demo" / "captures"
SEED, ACCOUNTS, DAYS = 7, 500, 1
EVENING = datetime(2026, 11, 20, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that is replayed: what it is, and rules of which at least one must find something.

    No rules: nothing at all may be found.
    """

    name: str
    story: str
    rules: frozenset[str]


SCENES = (
    Scene(
        "irsf",
        "A stolen account calls 120 costly numbers",
        frozenset({"high-risk-burst", "toll-fraud-spend"}),
    ),
    Scene(
        "wangiri",
        "200 calls ring once, so that people call back",
        frozenset({"one-ring-calls", "one-ring-bait", "one-ring-calls-trunk"}),
    ),
    Scene(
        "svcrack_brute",
        "A tool tries 200 passwords for one extension",
        frozenset({"password-guessing", "password-guessing-many", "distributed-guessing"}),
    ),
    Scene("normal", "160 ordinary calls", frozenset()),
)
NIGHT = Scene(
    "night",
    "A simulated day and night of a provider with 500 accounts",
    frozenset({"high-risk-burst", "toll-fraud-spend"}),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo. Exit status 1 if `--check` was asked and something is not as it must be."""
    parser = argparse.ArgumentParser(prog="python -m fairtone.demo", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="hold the outcome to what must be found"
    )
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="where it is written")
    parser.add_argument("--open", action="store_true", help="open the report in a browser")
    asked = parser.parse_args(arguments)
    console = Console() if Console().is_terminal else Console(width=WIDTH)
    began = time.monotonic()
    problems = play(asked.out, console)
    console.print(f"\nDone in {time.monotonic() - began:.0f} s. Start with the night:")
    console.print(f"  [bold]{escape(str(asked.out / 'night' / 'report.html'))}[/]", soft_wrap=True)
    if asked.open:
        import webbrowser

        webbrowser.open((asked.out / "night" / "report.html").resolve().as_uri())
    if asked.check:
        for problem in problems:
            console.print(f"[bold red]not as it must be:[/] {escape(problem)}", highlight=False)
        console.print("The check failed." if problems else "The check passed.")
    return 1 if asked.check and problems else 0


def play(out: Path, console: Console) -> list[str]:
    """Replay every scene into a folder of its own; what is not as it must be."""
    policy = load(shipped_policy())
    console.print(
        f"[bold]{escape(policy.meta.organisation)}[/]: {number(len(policy.rules), 'rule')} under "
        f"{number(len(policy.clauses), 'clause')}; compiling them takes a moment the first time."
    )
    problems = []
    for scene in SCENES:
        capture = CAPTURES / f"{scene.name}.pcap"
        traffic = Traffic([capture], policy, knowledge_of(policy))
        problems += _scene(scene, policy, traffic, out / scene.name, console, brief=True)
    console.print(f"\n[bold]{NIGHT.story}[/]")
    lived = out / "simulated"
    simulate(SEED, ACCOUNTS, DAYS, lived, start=EVENING)
    policy = _with_lists_of(policy, lived)
    traffic = Traffic([lived / "events.parquet"], policy, knowledge_of(policy))
    return problems + _scene(NIGHT, policy, traffic, out / NIGHT.name, console, brief=False)


def _with_lists_of(policy: Policy, lived: Path) -> Policy:
    """The policy with the accounts, networks and tariff of a simulated provider."""
    lists = {
        name: str((lived / f"{name}.csv").resolve()) for name in ("accounts", "networks", "tariff")
    }
    meta = dataclasses.replace(policy.meta, **lists)  # type: ignore[arg-type]
    return dataclasses.replace(policy, meta=meta)


def _scene(
    scene: Scene, policy: Policy, traffic: Traffic, out: Path, console: Console, *, brief: bool
) -> list[str]:
    if traffic.refused:
        return list(traffic.refused)
    replay = replayed(policy, traffic, out, Console(stderr=True))
    if brief:
        console.print(f"\n[bold]{scene.story}[/] [dim]({scene.name}.pcap)[/]")
        if not replay.fired:
            console.print(f"  nothing found in {number(replay.events, 'event')}, as it should be")
        for fired in replay.fired:
            first = fired.exhibits[0]
            console.print(
                f"  [bold]{fired.rule.clause}[/] {fired.rule.name} after "
                f"{number(first.until_detected, 'event')}: {escape(first.finding.because)}",
                highlight=False,
            )
    else:
        print_summary(replay, console)
    return [f"{scene.name}: {problem}" for problem in problems_of(scene, replay, out)]


def problems_of(scene: Scene, replay: Replay, out: Path) -> list[str]:
    """What of a scene's outcome is not as it must be."""
    problems = []
    found = {fired.rule.name for fired in replay.fired}
    if not replay.events:
        problems.append("no event could be read")
    if scene.rules and not found & scene.rules:
        wanted = ", ".join(sorted(scene.rules))
        problems.append(
            f"none of {wanted} found anything; found: {', '.join(sorted(found)) or 'nothing'}"
        )
    if not scene.rules and found:
        problems.append(f"innocent, but found by {', '.join(sorted(found))}")
    try:
        lines = (out / "findings.jsonl").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
    except (OSError, ValueError) as problem:
        return [*problems, f"findings.jsonl cannot be read: {problem}"]
    if len(rows) != replay.findings:
        problems.append(f"findings.jsonl has {len(rows)} lines, expected {replay.findings}")
    if any(list(row) != list(RECORD) for row in rows):
        problems.append("a line of findings.jsonl lacks a field")
    report = out / "report.html"
    if not report.is_file() or not report.read_text("utf-8").rstrip().endswith("</html>"):
        problems.append("report.html is missing or not whole")
    return problems


if __name__ == "__main__":
    sys.exit(main())
