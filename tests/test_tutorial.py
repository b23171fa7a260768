"""The tutorial is true: its commands run, one after another, and have the effect it tells of."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
TUTORIAL = (HOUSE / "docs" / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"(?:<!-- exit status (\d) -->\n)?```console\n(.*?)```\n", re.DOTALL)


def commands() -> list[tuple[str, int]]:
    """Every command of the tutorial with the exit status that it must have."""
    found = []
    for status, block in BLOCK.findall(TUTORIAL):
        lines = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
        assert lines, block
        found += [(line, int(status or 0)) for line in lines]
    return found


def rules(folder: Path) -> Counter[str]:
    lines = (folder / "findings.jsonl").read_text("utf-8").splitlines()
    return Counter(json.loads(line)["rule"] for line in lines)


def test_every_file_that_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([\w./-]+\.md)\)", TUTORIAL):
        assert (HOUSE / "docs" / target).is_file(), target


@pytest.mark.slow
def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "policies").symlink_to(HOUSE / "policies")
    programs = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "80",
    }
    shell = shutil.which("bash")
    assert shell
    for command, status in commands():
        done = subprocess.run(
            [shell, "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == status, f"$ {command}\n{done.stdout}{done.stderr}"
    before, after = rules(tmp_path / "out" / "before"), rules(tmp_path / "out" / "after")
    assert 0 < after["high-risk-burst"] < before["high-risk-burst"]
    del before["high-risk-burst"], after["high-risk-burst"]
    assert before == after  # a threshold moves its own rule and no other
    changed = (tmp_path / "out" / "policy" / "policy.md").read_text("utf-8")
    assert changed.count("dear >= 20") == 1
