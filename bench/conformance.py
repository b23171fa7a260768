"""Does every way of running a policy give the same answer? Millions of random events say so.

    python -m bench.conformance [--events N] [--policies N] [--seed N]

Draws policies and streams as the tests do, runs each stream through the definition, the compiled
engine and DuckDB, compares every value of every window on every event, plants the faults of the
tests, and writes docs/benchmarks/conformance.md.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import pytest
from rich.console import Console
from tests.engine import faults_of_rules, faults_of_windows
from tests.engine.agreement import Difference, Outcome, differences, fast, outcome, reference
from tests.engine.duckdb_oracle import sql_outcome
from tests.engine.faults import FAULTS
from tests.engine.faults_of_kernels import KERNEL_FAULTS, planted
from tests.engine.interpreted import EndlessError, small_rooms, uncompiled
from tests.engine.policies import AGGREGATES, random_policy
from tests.engine.streams import batches, random_events

from bench.page import Bar, machine, table
from fairtone.events import Batch
from fairtone.policy.model import Policy

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks" / "conformance.md"
LISTED = (faults_of_rules, faults_of_windows)
COST = (
    "CPU time; that of the compiled engine is mostly compiling, and making findings by the event, as "
    "nobody would: every value on every event is asked for here."
)
FAULT_CASES, FAULT_EVENTS = 13, 400


@dataclass(frozen=True, slots=True)
class Style:
    """A way to draw a stream: its words, its numbers, and the size of its batches."""

    words: str
    null: float
    skew: float
    wide: int
    batch: int


STYLES = (
    Style("few keys, one field in ten unknown", 0.1, 1.2, 0, 512),
    Style("thousands of keys, skewed", 0.1, 0.8, 5000, 4096),
    Style("one field in three unknown", 0.33, 1.2, 300, 7),
    Style("everything known, keys drawn equally", 0.0, 0.0, 200, 1),
    Style("one account does most of it", 0.05, 2.5, 1000, 1000),
)


WAYS: dict[str, Callable[[Policy, list[Batch]], Outcome]] = {
    "definition": lambda policy, fed: outcome(reference(policy), fed),
    "compiled": lambda policy, fed: outcome(fast(policy), fed),
    "DuckDB": sql_outcome,
}


@dataclass(slots=True)
class Tally:
    """What was compared so far, and where the ways of running differ."""

    events: int = 0
    values: int = 0
    unknown: int = 0
    findings: int = 0
    aggregates: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str, Difference]] = field(default_factory=list)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare and write. Exit status 1 if anything differs or a fault is not seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.conformance", description=__doc__)
    parser.add_argument("--events", type=int, default=300_000)
    parser.add_argument("--policies", type=int, default=6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    console = Console(width=None if Console().is_terminal else 120)
    tally = Tally()
    for number in range(asked.policies):
        share = asked.events // asked.policies
        compare(random_policy(asked.seed + number), asked.seed + number, share, tally)
        console.print(
            f"policy {number + 1}/{asked.policies}: {tally.events:,} events, "
            f"{tally.values:,} values, {len(tally.wrong)} differences",
            highlight=False,
        )
    missed = list(unseen())
    asked.page.parent.mkdir(parents=True, exist_ok=True)
    asked.page.write_text(page(tally, asked.policies, missed))
    for seed, which, difference in tally.wrong[:10]:
        console.print(f"policy {seed}, {which}: {difference}", markup=False)
    for bar in bars(tally, missed):
        console.print(" · ".join(bar.row()), highlight=False, markup=False)
    return 0 if all(bar.held for bar in bars(tally, missed)) else 1


def compare(policy: Policy, seed: int, count: int, tally: Tally, each: int = 20_000) -> None:
    """Run streams of at most `each` events, `count` together, through the three."""
    for number, style in enumerate(cycle(STYLES)):
        size = min(each, count - number * each)
        if size <= 0:
            return
        events = random_events(
            policy, seed * 1000 + number, size, null=style.null, skew=style.skew, wide=style.wide
        )
        fed = batches(events, style.batch)
        said = {name: timed(name, run, policy, fed, tally) for name, run in WAYS.items()}
        for name in ("compiled", "DuckDB"):
            differ = differences(said["definition"], said[name])
            tally.wrong += [(seed, name, difference) for difference in differ]
        count_in(policy, said["definition"], tally)
        tally.events += size
        tally.styles[style.words] += size


def timed(
    name: str,
    run: Callable[[Policy, list[Batch]], Outcome],
    policy: Policy,
    fed: list[Batch],
    tally: Tally,
) -> Outcome:
    """What one way of running says, its CPU time noted."""
    began = time.process_time()
    said = run(policy, fed)
    tally.seconds[name] += time.process_time() - began
    return said


def count_in(policy: Policy, said: Outcome, tally: Tally) -> None:
    """Note what an outcome had in it."""
    aggregates = {rule.name: [let.window.aggregate for let in rule.lets] for rule in policy.rules}
    shows = {rule.name for rule in policy.rules if rule.name.startswith("show-")}
    tally.values += said.values
    tally.unknown += sum(said.unknown.values())
    tally.findings += sum(found.rule not in shows for found in said.found)
    for found in said.found:
        tally.aggregates.update(aggregates[found.rule])


# --- faults --------------------------------------------------------------------------------------


def unseen() -> Iterator[str]:
    """The planted faults that no stream tells; those of the tests, with the streams of the tests."""
    with small_rooms():
        cases = []
        for seed in range(FAULT_CASES):
            policy = random_policy(seed)
            fed = batches(random_events(policy, seed, FAULT_EVENTS, wide=100 * seed), 100)
            cases.append((policy, fed, outcome(uncompiled(policy), fed)))
        for name, plant in FAULTS.items():
            with pytest.MonkeyPatch.context() as patch:
                plant(patch)
                if not any(differences(outcome(reference(p), fed), good) for p, fed, good in cases):
                    yield f"in the definition: {name}"
        for name in KERNEL_FAULTS:
            if not any(_tells(name, p, fed, good) for p, fed, good in cases):
                yield f"in the kernel: {name}"


def _tells(name: str, policy: Policy, fed: list[Batch], good: Outcome) -> bool:
    try:
        return bool(differences(outcome(uncompiled(policy, planted(name)), fed), good))
    except EndlessError:
        return True


# --- the page ------------------------------------------------------------------------------------


def bars(tally: Tally, missed: list[str]) -> list[Bar]:
    """What is promised."""
    every = len(FAULTS) + len(KERNEL_FAULTS)
    return [
        Bar("values, findings or counts that differ", len(tally.wrong), 0, ""),
        Bar("planted faults that are seen", every - len(missed), every, "", most=False),
    ]


def page(tally: Tally, policies: int, missed: list[str]) -> str:
    """The whole result in Markdown."""
    counts = (
        ("events", f"{tally.events:,}"),
        ("random policies", f"{policies:,}"),
        ("values of windows compared, each with two others", f"{tally.values:,}"),
        ("findings of rules with conditions", f"{tally.findings:,}"),
        ("times that a rule could not be judged", f"{tally.unknown:,}"),
    )
    kept = sorted(tally.aggregates, key=AGGREGATES.index)
    speeds = [
        (name, f"{tally.events / spent:,.0f}", f"{spent:,.0f} s")
        for name, spent in tally.seconds.items()
    ]
    parts = [
        "# Conformance",
        f"Made by `python -m bench.conformance`. {machine()}",
        "[What is compared, and why it may be believed](../explanation/equality.md).",
        table(("what", "measured", "promised", ""), tuple(b.row() for b in bars(tally, missed))),
        table(("compared", "number"), counts),
        "## Windows",
        table(("aggregate", "values"), tuple((a, f"{tally.aggregates[a]:,}") for a in kept)),
        "## Streams",
        table(("stream", "events"), tuple((s, f"{n:,}") for s, n in tally.styles.items())),
        "## Cost",
        COST,
        table(("way of running", "events/s", "CPU"), tuple(speeds)),
        "## Faults",
        f"{len(FAULTS)} faults are planted in the definition, {len(KERNEL_FAULTS)} in the text of "
        f"the kernel. {len(missed)} go unseen." + "".join(f"\n- {name}" for name in missed),
        "".join(f"- {name}\n" for name in (*FAULTS, *KERNEL_FAULTS)).rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
