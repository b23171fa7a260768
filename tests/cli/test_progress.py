"""Where there is no terminal, progress is a line now and then, not a moving picture."""

import io

from rich.console import Console

from fairtone.cli.progress import EVERY, Meter
from fairtone.history import Progress


def test_a_log_gets_a_line_every_few_seconds() -> None:
    file = io.StringIO()
    times = iter([0.0, 1.0, EVERY + 1, EVERY + 2, 3 * EVERY])
    console = Console(file=file, width=80, force_terminal=False)
    with Meter(console, lambda: (50, 200), lambda: next(times)) as meter:
        for events in (10, 60_000, 60_001, 90_000):
            meter.show(Progress(events, 3))
    lines = file.getvalue().splitlines()
    assert [line.split(":")[0] for line in lines] == ["25% of 200 bytes"] * 2
    assert "60,000 events, 10,000/s, 3 findings" in lines[0]
    assert "\x1b" not in file.getvalue()


def test_a_terminal_gets_one_line_that_goes_away() -> None:
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True)
    with Meter(console, lambda: (50, 200), lambda: 1.0) as meter:
        meter.show(Progress(1234, 1))
    assert "\x1b[" in file.getvalue()
