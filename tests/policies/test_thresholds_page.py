"""The page on thresholds says what the shipped policy says."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKER = runpy.run_path(str(ROOT / "docs" / "thresholds.py"))


def test_the_page_is_what_the_policy_makes_it() -> None:
    text = MAKER["PAGE"].read_text(encoding="utf-8")
    policy = MAKER["POLICY"].read_text(encoding="utf-8")
    assert text == MAKER["page"](text, policy), "run `python docs/thresholds.py`"


def test_a_changed_threshold_changes_the_page() -> None:
    text = MAKER["PAGE"].read_text(encoding="utf-8")
    policy = MAKER["POLICY"].read_text(encoding="utf-8")
    assert "dear >= 6" in policy
    assert MAKER["page"](text, policy.replace("dear >= 6", "dear >= 7", 1)) != text
