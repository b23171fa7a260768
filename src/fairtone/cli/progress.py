"""How far a replay is: one line that moves on a terminal, a line now and then in a log."""

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from fairtone.history import Progress as Reached
from fairtone.history.amounts import percent, size

EVERY = 5.0
"""Seconds between lines where there is no terminal."""


class Meter:
    """Shows bytes, events a second and findings while a replay runs. `clock` gives seconds."""

    def __init__(
        self,
        console: Console,
        bytes_read: Callable[[], tuple[int, int]],
        clock: Callable[[], float],
    ) -> None:
        self._console = console
        self._bytes = bytes_read
        self._clock = clock
        self._began = self._told = clock()
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> "Meter":
        if self._console.is_terminal:
            self._bar = Progress(
                BarColumn(bar_width=20),
                TextColumn("{task.description}"),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("reading", total=self._bytes()[1] or None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, reached: Reached) -> None:
        """Say how far it is."""
        done, total = self._bytes()
        now = self._clock()
        rate = reached.events / max(now - self._began, 1e-6)
        words = f"{reached.events:,} events, {rate:,.0f}/s, {reached.findings:,} findings"
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=words)
        elif now - self._told >= EVERY:
            self._told = now
            self._console.print(
                f"{percent(done, total)} of {size(total)}: {words}", highlight=False
            )
