"""What a replay found, on a terminal of eighty columns."""

from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from fairtone.history import Replay
from fairtone.history.amounts import moment, number, percent, titled, zone_of

WIDTH = 80
"""The summary is never wider, and is legible at this width."""

MOST = 8
"""How many rules and reasons are listed; the report has all of them."""


def print_summary(replay: Replay, console: Console) -> None:
    """Print clause by clause what was found, then what was unknown and what was unreadable."""
    zone = zone_of(replay.policy.meta.timezone)
    start, end = (moment(at, zone) for at in (replay.overview.start, replay.overview.end))
    console.print()
    console.print(
        f"[bold]{number(replay.findings, 'finding')}[/] on {number(replay.subjects, 'subject')}, "
        f"{len(replay.clauses)} of {replay.watched} watched clauses broken"
    )
    if replay.events:
        console.print(
            f"{number(replay.events, 'event')}, "
            f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {zone}",
            style="dim",
            highlight=False,
        )
    if replay.clauses:
        console.print(_clauses(replay))
    _unknown(replay, console)
    _unreadable(replay, console)


def _clauses(replay: Replay) -> Table:
    policy = replay.policy
    zone = zone_of(policy.meta.timezone)
    table = Table(box=box.SIMPLE, width=WIDTH, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Clause", ratio=1, min_width=16)
    table.add_column("Findings", justify="right", no_wrap=True)
    table.add_column("On", max_width=13)
    table.add_column(f"At risk {policy.meta.currency}", justify="right", no_wrap=True)
    table.add_column("First seen", no_wrap=True)
    table.add_column("Calls until found", justify="right", width=7)
    for row in replay.clauses:
        names = {"address": "addresses"}
        kinds = [number(count, kind, names.get(kind, "")) for kind, count in row.subjects.items()]
        table.add_row(
            escape(titled(policy.clause(row.clause))),
            f"{row.findings:,}",
            "\n".join(kinds),
            "–" if row.money is None else _amount(row.money),
            f"{moment(row.first, zone):%m-%d %H:%M}",
            f"{row.until_detected:,.0f}",
        )
    return table


def _amount(millionths: int) -> str:
    """An amount to the hundredth, or whole where it is so large that nobody looks at that."""
    large = millionths >= 100_000_000_000
    return f"{millionths / 1_000_000:,.{0 if large else 2}f}"


def _unknown(replay: Replay, console: Console) -> None:
    if not replay.unknown:
        return
    console.print("Unknown: rules that often could not say yes or no for want of a field")
    for row in replay.unknown[:MOST]:
        share = percent(row.events, row.of)
        console.print(f"  {share:>6}  {escape(row.rule)}", highlight=False)
    if len(replay.unknown) > MOST:
        console.print(
            f"          and {len(replay.unknown) - MOST} more, in the report", style="dim"
        )
    console.print()


def _unreadable(replay: Replay, console: Console) -> None:
    read = replay.input
    if not read.unread:
        console.print("All input could be read.")
        return
    console.print(f"Unreadable: {number(read.unread, 'piece')} of input; the rest was judged")
    for each in read.unreadable[:MOST]:
        place = f", first at {Path(each.places[0]).name}" if each.places else ""
        console.print(f"  {each.count:>6,}  {escape(each.reason + place)}", highlight=False)
    if len(read.unreadable) > MOST:
        console.print(
            f"          and {number(len(read.unreadable) - MOST, 'more reason')}", style="dim"
        )
