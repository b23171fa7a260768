"""The page on commands says what the command line says."""

import re
import runpy
from pathlib import Path

from fairtone.cli import COMMANDS

MAKER = runpy.run_path(str(Path(__file__).parents[1] / "docs" / "commands.py"))


def test_the_page_is_what_the_command_line_makes_it() -> None:
    assert MAKER["PAGE"].read_text(encoding="utf-8") == MAKER["page"](), (
        "run `python docs/commands.py`"
    )


def test_every_command_has_a_part_of_its_own_and_says_what_its_words_mean() -> None:
    parts = re.split(r"^## fairtone ", MAKER["page"](), flags=re.MULTILINE)[1:]
    assert [part.split()[0] for part in parts] == list(COMMANDS)
    for part in parts:
        for line in part.splitlines():
            if line.startswith("* `"):
                assert re.match(r"\* `[^`]+`: \S", line), line
