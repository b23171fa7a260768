"""One replay of the small provider's night, for all tests that only look at what came of it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.history.provider import NIGHT, batches, night, policy

from fairtone.engine import Engine
from fairtone.history import Input, Replay, Unread, run

UNREAD = Unread("the frame is cut short", 3, ("night.pcap at byte 1024",))


@dataclass(frozen=True)
class Night:
    """What was replayed, what came of it, and where it was written."""

    replay: Replay
    out: Path


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Night:
    out = tmp_path_factory.mktemp("night")
    rules = policy()
    replay = run(
        rules,
        batches(night()),
        out,
        made=NIGHT + 86_400_000_000,
        source=lambda: Input(("night.csv", "night.pcap"), 123_456, (UNREAD,)),
        judge=Engine(rules, reference=True),
        keep_events=True,
    )
    return Night(replay, out)
