"""What the shipped policy finds in recordings of real tools, and that it finds nothing in honest
ones.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairtone.cli.traffic import Traffic, knowledge_of
from fairtone.engine import Engine, Finding
from fairtone.policy import Policy, load

HOUSE = Path(__file__).parents[2]
PLACES = (
    HOUSE / "tests" / "data" / "captures",
    HOUSE / "demo" / "captures",
    HOUSE.parent / "shared" / "data" / "sip" / "lab",
)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(HOUSE / "policies" / "acceptable-use")


def capture(name: str) -> Path:
    for place in PLACES:
        if (place / name).is_file():
            return place / name
    if os.environ.get("CI") == "true":
        pytest.fail(f"the capture {name} is missing, and CI must have it")
    pytest.skip(f"the capture {name} is not carried, and not beside this repository")


def findings(policy: Policy, name: str) -> Iterator[Finding]:
    engine = Engine(policy, reference=True)
    for batch in Traffic([capture(name)], policy, knowledge_of(policy)).batches():
        for start in range(0, batch.num_rows, 100):
            yield from engine.feed(batch.slice(start, 100))


@pytest.mark.parametrize(
    ("name", "rule", "clause", "subject"),
    [
        ("svmap.pcap", "scanner-probes", "B4b.1", "127.0.66.6"),
        ("svmap.pcap", "scanner-calls", "B4b.1", "127.0.66.6"),
        ("svwar_leak.pcap", "extension-enumeration", "B4b.1", "127.0.66.6"),
        ("svwar_leak.pcap", "extension-sweep", "B4b.1", "127.0.66.6"),
        ("svcrack_brute.pcap", "password-guessing", "B4b.1", "127.0.66.6"),
        ("irsf.pcap", "high-risk-burst", "A1.1", "12025550100"),
        ("irsf.pcap", "toll-fraud-spend", "A1.1", "12025550100"),
        ("wangiri.pcap", "one-ring-calls-trunk", "A1.1", "127.0.2.40"),
        ("robocall.pcap", "robocall-trunk", "A1.4", "127.0.2.20"),
        ("robocall.pcap", "sequential-dialling-trunk", "B4e.1", "127.0.2.20"),
        ("robocall.pcap", "neighbour-spoofing", "B4f.2", "127.0.2.20"),
        ("invite_flood.pcap", "invite-flood", "A1.5", "127.0.66.7"),
        ("register_flood.pcap", "register-flood", "A1.5", "127.0.66.12"),
    ],
)
def test_an_attack_is_found_under_its_clause(
    policy: Policy, name: str, rule: str, clause: str, subject: str
) -> None:
    found = (one for one in findings(policy, name) if one.rule == rule)
    assert any((one.clause, one.subject) == (clause, subject) for one in found)


@pytest.mark.parametrize("name", ["normal.pcap", "baresip_register.pcap"])
def test_honest_traffic_stays_without_findings(policy: Policy, name: str) -> None:
    assert list(findings(policy, name)) == []


@pytest.mark.parametrize("name", ["robocall.pcap", "wangiri.pcap", "irsf.pcap"])
def test_strong_abuse_is_found_within_twenty_calls(policy: Policy, name: str) -> None:
    first = next(findings(policy, name))
    # An attempt, an answer and an end are three events of one call.
    assert first.sequence <= 20 * 3 + 20
