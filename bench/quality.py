"""How well a policy tells abuse from life: recall, cost until found, and false findings.

    python -m bench.quality [--policy DIR] [--accounts N] [--days N] [--seed N ...]

Simulates a provider, runs the engine over its traffic, holds the findings against the labels, and
writes docs/benchmarks/quality.md. Several seeds are several simulations, judged together.
"""

import argparse
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from bench.outcomes import Outcome, Outcomes, outcomes
from bench.page import Bar, table
from fairtone.engine import Engine, Finding
from fairtone.policy import Policy, PolicyErrors, load
from fairtone.simulate import SCENARIOS, simulate

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks" / "quality.md"
START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
WITHIN_CALLS, WITHIN_SECONDS = 20, 60
BATCH = 1 << 15


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write. Exit status 1 if a bar is missed, 2 if the policy cannot be run."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--policy", type=Path, default=ROOT / "policies" / "acceptable-use")
    parser.add_argument("--accounts", type=int, default=2000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--seed", type=int, nargs="+", default=[7])
    parser.add_argument("--data", type=Path, help="keep the simulations here, and use them again")
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    console = Console(width=None if Console().is_terminal else 140)
    try:
        policy = load(asked.policy)
    except (OSError, PolicyErrors) as problem:
        console.print(f"the policy in `{asked.policy.name}` cannot be run: {problem}", markup=False)
        return 2
    runs = []
    with ExitStack() as stack:
        data = asked.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for seed in asked.seed:
            folder = data / f"{asked.accounts}-{asked.days}-{seed}"
            if not (folder / "labels.csv").exists():
                simulate(seed, asked.accounts, asked.days, folder, start=START)
            runs.append(outcomes(folder, judged(policy, folder), asked.days))
    how = (
        f"{asked.accounts} ordinary accounts over {asked.days} days, "
        f"seed {', '.join(map(str, asked.seed))}; {len(policy.rules)} rules."
    )
    show(console, runs)
    asked.page.parent.mkdir(parents=True, exist_ok=True)
    asked.page.write_text(page(runs, how), encoding="utf-8")
    return 0 if all(bar.held for bar in promised(runs)) else 1


def judged(policy: Policy, folder: Path) -> Iterator[Finding]:
    """The findings on a simulation, in order."""
    engine = Engine(policy)
    for batch in pq.ParquetFile(folder / "events.parquet").iter_batches(BATCH):
        yield from engine.feed(batch)


def promised(runs: Sequence[Outcomes]) -> list[Bar]:
    """The bars of the issue, measured."""
    strong, weak = of(runs, "strong"), of(runs, "weak")
    return [
        Bar("kinds whose strongest is always found", 100 * share(strong), 100, "%", most=False),
        Bar(
            "calls until the strongest of a kind is found, the median over the kinds",
            middle(strong, lambda outcome: outcome.calls), WITHIN_CALLS, "",
        ),
        Bar(
            "seconds until then, the median over the kinds",
            middle(strong, lambda outcome: outcome.seconds), WITHIN_SECONDS, "s",
        ),
        Bar("kinds whose weakest is always found", 100 * share(weak), 50, "%", most=False),
        Bar("false findings per 1,000 innocent accounts per day", rate(runs), 1, ""),
        Bar(
            "false findings on look-alikes per 1,000 of their accounts per day",
            rate(runs, alike=True), 1, "",
        ),
    ]  # fmt: skip


def middle(by_kind: dict[str, list[Outcome]], cost: Callable[[Outcome], float]) -> float:
    """The median over kinds of the median over runs; what was not found costs without end."""
    each = [median(cost(o) if o.found else math.inf for o in kind) for kind in by_kind.values()]
    return median(each) if each else math.inf


def of(runs: Sequence[Outcomes], strength: str) -> dict[str, list[Outcome]]:
    """The outcomes of one strength by kind, over all runs."""
    by_kind: dict[str, list[Outcome]] = {}
    for run in runs:
        for outcome in run.abuse:
            if outcome.scene.strength == strength:
                by_kind.setdefault(outcome.scene.kind, []).append(outcome)
    return by_kind


def share(by_kind: dict[str, list[Outcome]]) -> float:
    """The share of kinds that were found in every run."""
    return sum(all(o.found for o in each) for each in by_kind.values()) / max(len(by_kind), 1)


def rate(runs: Sequence[Outcomes], *, alike: bool = False, shadow: bool = False) -> float:
    """False findings per 1,000 innocent accounts, or `alike` look-alikes, and day.

    Those of rules that act or ask a person, or only those in `shadow`.
    """
    wrong = [m for run in runs for m in run.mistakes if (m.mode == "shadow") == shadow]
    if alike:
        wrong = [mistake for mistake in wrong if mistake.lookalike]
    days = sum((run.alike if alike else run.innocent) * run.days for run in runs)
    return 1000 * len(wrong) / max(days, 1)


# --- what is said about it --------------------------------------------------------------------

_KINDS = ("kind", "strength", "found", "calls", "seconds", "money", "by")
_WRONG = ("who", "false findings", "by")


def kinds(runs: Sequence[Outcomes]) -> list[tuple[str, ...]]:
    """A row for each kind and strength of abuse."""
    rows: list[tuple[str, ...]] = []
    for name, scenario in SCENARIOS.items():
        for strength in scenario.strengths if scenario.clauses else ():
            each = of(runs, strength).get(name, [])
            found = [outcome for outcome in each if outcome.found]
            by = Counter(rule for outcome in found for rule in outcome.by)
            shadow = sorted({rule for o in each for rule in o.shadow} - set(by))
            rules = [rule for rule, _ in by.most_common()] + [f"({rule})" for rule in shadow]
            rows.append((
                name, strength, f"{len(found)}/{len(each)}",
                f"{median(o.calls for o in found):.0f}" if found else "–",
                f"{median(o.seconds for o in found):.0f}" if found else "–",
                f"{median(o.money for o in found):.2f}" if found else "–",
                ", ".join(rules) or "–",
            ))  # fmt: skip
    return rows


def misses(runs: Sequence[Outcomes]) -> str:
    """What was not found in every simulation, and how it was played."""
    lines = []
    for name, scenario in SCENARIOS.items():
        for grade, strength in scenario.strengths.items() if scenario.clauses else ():
            each = of(runs, grade).get(name, [])
            lost = sum(not outcome.found for outcome in each)
            if lost:
                lines.append(f"- `{name}`, {grade}, {strength.says}: missed {lost} of {len(each)}")
    return "\n".join(lines) or "Nothing."


def wrongs(runs: Sequence[Outcomes]) -> list[tuple[str, ...]]:
    """A row for each look-alike, and one for everybody else: false findings by rule."""
    alike = [
        f"{name} {size}"
        for name, scenario in SCENARIOS.items()
        if not scenario.clauses
        for size in scenario.strengths
    ]
    rows: list[tuple[str, ...]] = []
    for who in [*alike, ""]:
        mine = [m for run in runs for m in run.mistakes if m.lookalike == who]
        loud = Counter(m.rule for m in mine if m.mode != "shadow")
        quiet = Counter(m.rule for m in mine if m.mode == "shadow")
        told = [f"{rule} × {n}" for rule, n in loud.most_common()]
        told += [f"({rule} × {n})" for rule, n in quiet.most_common()]
        rows.append((who or "everybody else", str(loud.total()), ", ".join(told) or "–"))
    return rows


def show(console: Console, runs: Sequence[Outcomes]) -> None:
    """The whole result on the terminal."""
    for columns, rows in ((_KINDS, kinds(runs)), (_WRONG, wrongs(runs))):
        shown = Table(*columns)
        for row in rows:
            missed = row[2].startswith("0/") or (columns is _WRONG and row[1] != "0")
            shown.add_row(*row, style="red" if missed else None)
        console.print(shown)
    for bar in promised(runs):
        console.print(" · ".join(bar.row()), highlight=False, markup=False)


def page(runs: Sequence[Outcomes], how: str) -> str:
    """The whole result in Markdown."""
    meaning = (
        "A finding is true if its subject belongs to a scene of abuse, from the scene's start to an "
        f"hour after its end. {sum(run.after for run in runs)} findings came later on the same "
        "subjects and count neither way. Rules in shadow mode are in brackets and are not counted; "
        f"they would add {rate(runs, shadow=True):.2f} false findings per 1,000 innocent accounts "
        f"per day. {sum(run.innocent for run in runs)} accounts were innocent."
    )
    costs = (
        "Calls (or other requests), seconds and US dollars until the first finding, the median over "
        "the simulations. The money is what the calls that had begun by then came to cost."
    )
    parts = [
        "# Quality on the simulator",
        f"Made by `python -m bench.quality`. {how}",
        table(("what", "measured", "promised", ""), tuple(bar.row() for bar in promised(runs))),
        meaning,
        "## Abuse",
        costs,
        table(_KINDS, tuple(kinds(runs))),
        "## Missed",
        misses(runs),
        "## Innocent accounts",
        table(_WRONG, tuple(wrongs(runs))),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
