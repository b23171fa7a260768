"""An issue with the line that it is about, and a caret under the spot."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from fairtone.policy import Issue

_STYLES = {"error": "bold red", "warning": "yellow"}
_BEFORE = 48
"""How much of a long line is shown before the spot."""


def print_issue(issue: Issue, folder: Path, console: Console) -> None:
    """Print where it is, the line, what is wrong with it and what to do. `folder` has the file."""
    place = issue.place
    where = f"{place.file}:{place.line}:{place.column}"
    style = _STYLES[issue.severity]
    console.print(
        f"[bold]{escape(where)}[/] [{style}]{issue.severity}[/] [dim]{issue.id}[/]",
        highlight=False,
        soft_wrap=True,
    )
    shown = spot(issue, folder, console.width - 4)
    if shown:
        for line in shown:
            console.print(f"    {escape(line)}", highlight=False, no_wrap=True, overflow="crop")
    console.print(f"  {escape(issue.message)}", highlight=False)
    if issue.advice:
        console.print(f"  [dim]{escape(issue.advice)}[/]", highlight=False)
    console.print()


def spot(issue: Issue, folder: Path, width: int) -> tuple[str, str] | None:
    """The line of an issue and the carets under it, at most `width` long; `None` without it."""
    place = issue.place
    try:
        text = (folder / place.file).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not 1 <= place.line <= len(lines):
        return None
    line = "".join(char if char.isprintable() else " " for char in lines[place.line - 1])
    column = min(place.column - 1, len(line))
    if not line.strip():
        return None
    length = len(issue.text) if issue.text and line.startswith(issue.text, column) else 1
    cut = max(column - _BEFORE, 0) if column + length > width else 0
    if cut:
        line = "…" + line[cut + 1 :]
    if len(line) > width:
        line = line[: width - 1] + "…"
    start = column - cut
    return line, " " * start + "^" * max(min(length, width - start), 1)
