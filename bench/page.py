"""What a measurement says: bars that are held or missed, tables, and the machine it was made on.

One text for the terminal and for the documentation.
"""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bar:
    """What was promised and what was measured. `most`: the limit is an upper one."""

    what: str
    measured: float
    limit: float
    unit: str
    most: bool = True

    @property
    def held(self) -> bool:
        """Whether the promise is kept."""
        return self.measured <= self.limit if self.most else self.measured >= self.limit

    def row(self) -> tuple[str, ...]:
        """The bar as a row of a table."""
        sign = "at most" if self.most else "at least"
        unit = f" {self.unit}" if self.unit else ""
        return (
            self.what,
            f"{self.measured:.3g}{unit}",
            f"{sign} {self.limit:g}{unit}",
            "held" if self.held else "**missed**",
        )


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: what was done, the figures, the bars. `skipped` says why there are none."""

    title: str
    how: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[Bar, ...] = ()
    notes: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    skipped: str = ""

    def text(self) -> str:
        """The section in Markdown."""
        parts = [f"## {self.title}", self.how]
        if self.skipped:
            parts.append(f"Skipped: {self.skipped}.")
        if self.rows:
            parts.append(table(self.columns, self.rows))
        parts += self.notes
        parts += [f"**Wrong:** {fault}." for fault in self.wrong]
        return "\n\n".join(parts)


def table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """A Markdown table: the first column is text, the others are figures."""
    widths = [max(len(row[place]) for row in (columns, *rows)) for place in range(len(columns))]

    def line(cells: tuple[str, ...]) -> str:
        padded = [
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if place == 0 else "-" * (width - 1) + ":" for place, width in enumerate(widths)
    ]
    return "\n".join([line(columns), f"| {' | '.join(rule)} |", *map(line, rows)])


def bars(sections: list[Section]) -> str:
    """All the bars of a run as one table."""
    rows = tuple(bar.row() for section in sections for bar in section.bars)
    return table(("what", "measured", "promised", ""), rows) if rows else "No bar was measured."


def machine() -> str:
    """The machine and the libraries, in a paragraph; nothing that tells whose machine it is."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")), model
        )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("numba", "numpy", "pyarrow", "duckdb")
    )
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, {libraries}."
    )


def load() -> float:
    """How many processes wanted a core during the last minute."""
    return os.getloadavg()[0]
