"""Makes reference/simulator.md from the code: `python docs/simulator.py`."""

import inspect
from collections.abc import Iterable, Mapping
from pathlib import Path

from fairtone.cli.simulate import simulate
from fairtone.simulate import LABEL_COLUMNS, RECORD_COLUMNS, SCENARIOS, Scenario

PAGE = Path(__file__).parent / "reference" / "simulator.md"

FILES = {
    "events.parquet": "all events, in order of time, with every field of the"
    " [vocabulary](events.md) that its kind carries; display names are not simulated",
    "records.csv": "a call record for each call, in the order in which calls end; `fairtone replay`"
    " knows the format",
    "labels.csv": "who did what, and when: see below",
    "accounts.csv": "the accounts list: tier, relation, payer, country, minutes and channels of the"
    " plan, since when",
    "numbers.csv": "which account owns which number",
    "networks.csv": "the country of each network",
    "tariff.csv": "the price of a minute by prefix, in US dollars",
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterable[str]:
    yield "# Simulator"
    yield ""
    yield "<!-- Made by docs/simulator.py from the code; do not edit. -->"
    yield ""
    yield (
        "`fairtone simulate` writes some days of a provider: ordinary life, honest accounts that "
        "look like abuse, and every kind of abuse at three strengths, with labels that say which "
        "is which. The same options give the same files, byte for byte. How it is made, and what "
        "it can and cannot show, is [explained here](../explanation/simulator.md)."
    )
    yield ""
    yield "```sh"
    yield "fairtone simulate --seed 7 --accounts 2000 --days 3 --out night"
    yield "fairtone replay night/events.parquet --out report"
    yield "```"
    yield ""
    yield "## Options"
    yield ""
    yield "| option | what it says | unless given |"
    yield "|---|---|---|"
    for name, what, default in options():
        yield f"| `--{name}` | {what} | {default} |"
    yield ""
    yield "## Files"
    yield ""
    yield from _table(("file", "what is in it"), FILES)
    yield "## Labels"
    yield ""
    yield (
        "One line of `labels.csv` for each subject that a finding about a scene may name. A scene "
        "has several: an account, its address, a number. The labels of abuse begin when it becomes "
        "abuse: too many minutes are too many from the call that passes the plan."
    )
    yield ""
    yield from _table(("column", "what it holds"), LABEL_COLUMNS)
    yield "## Call records"
    yield ""
    yield from _table(("column", "what it holds"), RECORD_COLUMNS)
    yield "## Abuse"
    yield ""
    yield "Each is played once at each strength, by accounts or strangers of its own."
    yield ""
    yield from _scenarios(scenario for scenario in SCENARIOS.values() if scenario.clauses)
    yield "## Look-alikes"
    yield ""
    yield "Nobody here does anything wrong. Those without a pace of their own live so all the time."
    yield ""
    yield from _scenarios(scenario for scenario in SCENARIOS.values() if not scenario.clauses)


def options() -> list[tuple[str, str, str]]:
    """The options of the command: name, what it says, default."""
    said = inspect.getdoc(simulate) or ""
    lines = said.split("----------\n")[1].splitlines()
    words = dict(zip(lines[::2], (line.strip() for line in lines[1::2]), strict=True))
    found = []
    for name, parameter in inspect.signature(simulate).parameters.items():
        default = parameter.default
        given = "must be given" if default is parameter.empty else str(default).replace(" ", "T")
        found.append((name, words[name].rstrip("."), given))
    return found


def _scenarios(scenarios: Iterable[Scenario]) -> Iterable[str]:
    for scenario in scenarios:
        yield f"### {scenario.name}"
        yield ""
        yield f"{(scenario.__doc__ or '').strip()} For example: {scenario.example}."
        yield ""
        if scenario.clauses:
            yield f"Clauses: {', '.join(scenario.clauses)}."
            yield ""
        yield "| strength | how it is played |"
        yield "|---|---|"
        for name, strength in scenario.strengths.items():
            yield f"| {name} | {strength.says} |"
        yield ""


def _table(columns: tuple[str, str], rows: Mapping[str, str]) -> Iterable[str]:
    yield f"| {columns[0]} | {columns[1]} |"
    yield "|---|---|"
    for name, what in rows.items():
        yield f"| `{name}` | {what} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
