"""`fairtone test`: how many examples hold, and what came where one does not."""

import re
from pathlib import Path

import pytest
from tests.cli.policies import BAD, GOOD, folder_of

from fairtone.cli import main

Captured = pytest.CaptureFixture[str]


def told(capsys: Captured) -> str:
    return re.sub(r"\d+\.\d s", "0.0 s", capsys.readouterr().out)


def test_tests_that_hold_are_counted(tmp_path: Path, capsys: Captured) -> None:
    assert main(["test", str(folder_of(GOOD, tmp_path))]) == 0
    assert told(capsys) == "1 test passed, 0.0 s\n"


def test_they_are_named_if_asked(tmp_path: Path, capsys: Captured) -> None:
    assert main(["test", "--verbose", str(folder_of(GOOD, tmp_path))]) == 0
    assert told(capsys).startswith("passed  short-calls (policy.md:34), 16 events, 1 finding\n")


def test_one_that_does_not_hold_says_what_came(tmp_path: Path, capsys: Captured) -> None:
    folder = folder_of(GOOD.replace("before event 6", "before event 5"), tmp_path)
    assert main(["test", str(folder)]) == 1
    assert told(capsys) == (
        "failed  short-calls (policy.md:34), 16 events, 1 finding\n"
        "       policy.md:37\n"
        '       expected  finding of short-calls on account "fast" before event 5\n'
        "       came      short-calls on `fast` at event 5, after 8s\n"
        "                 at the last event the rule is `quiet`\n"
        "                 calls >= 5: holds, the value is 8\n"
        "                 short / calls > 60%: holds, the value is 100%\n"
        "1 of 1 test failed, 0.0 s\n"
    )


def test_only_some_are_run(tmp_path: Path, capsys: Captured) -> None:
    folder = folder_of(GOOD, tmp_path)
    assert main(["test", str(folder), "--only", "A1"]) == 0
    assert main(["test", str(folder), "--only", "many-calls"]) == 2
    assert "there is no test about `many-calls`" in capsys.readouterr().err


def test_a_policy_without_tests_proves_nothing(tmp_path: Path, capsys: Captured) -> None:
    text = re.sub(r"```test.*?```", "", GOOD, flags=re.DOTALL)
    assert main(["test", str(folder_of(text, tmp_path))]) == 2
    assert "there is no test in this policy" in capsys.readouterr().err


def test_a_policy_with_errors_is_not_run(tmp_path: Path, capsys: Captured) -> None:
    assert main(["test", str(folder_of(BAD, tmp_path))]) == 2
    errors = capsys.readouterr().err
    assert "error: policy.md:14:30: error: `duraton` is neither" in errors
    assert "`fairtone check` shows" in errors


def test_what_is_known_of_numbers_is_known_in_tests(tmp_path: Path) -> None:
    text = GOOD.replace(
        "when     calls > 1000", 'when     calls >= 1 and callee.country is "FR"'
    ).replace(
        "expect no finding on",
        'given  1 call.ended with account "french", callee +33123456789, duration 3m\n'
        'expect finding of many-calls on account "french"\nexpect no finding on',
    )
    assert main(["test", str(folder_of(text, tmp_path))]) == 0
