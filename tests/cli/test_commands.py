"""The command line as a whole: its commands, its exit statuses, and no traceback ever."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.policies import GOOD, folder_of

import fairtone
from fairtone.cli import COMMANDS, main

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_one_function_in_a_file_of_its_name(name: str) -> None:
    command = getattr(importlib.import_module(f"fairtone.cli.{name}"), name)
    assert callable(command)
    assert command.__doc__


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_takes_on_eighty_columns(name: str, capsys: Captured) -> None:
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"Usage: fairtone {name}")
    assert max(map(len, told.splitlines())) <= 80


def test_without_a_command_it_says_which_there_are(capsys: Captured) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert all(f" {name} " in told for name in COMMANDS)


def test_it_says_its_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == fairtone.__version__


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chekc"], "chekc"),
        (["check", "--jsn"], "--jsn"),
        (["explain"], "RULE"),
        (["simulate", "--out", "x", "--accounts", "0"], "accounts"),
    ],
)
def test_what_cannot_be_asked_is_a_line_and_status_2(
    arguments: list[str], said: str, capsys: Captured
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert said in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("command", ["check", "test", "fmt"])
def test_a_policy_that_is_not_there_is_a_line_and_status_2(
    command: str, tmp_path: Path, capsys: Captured
) -> None:
    assert main([command, str(tmp_path / "nowhere")]) == 2
    assert "no such file or directory" in capsys.readouterr().err


def test_an_interrupt_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fairtone.cli.check.check_policy", interrupted)
    assert main(["check"]) == 130


def run(arguments: list[str], **options: object) -> "subprocess.CompletedProcess[str]":
    program = "import sys; from fairtone.cli import main; sys.exit(main())"
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", program, *arguments], text=True, timeout=60, **options
    )


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_reader_who_has_seen_enough_is_no_traceback(tmp_path: Path, more: list[str]) -> None:
    folder = folder_of(GOOD, tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    done = run(["check", str(folder), *more], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_look_at_a_policy_waits_for_no_engine(tmp_path: Path) -> None:
    folder = folder_of(GOOD, tmp_path)
    program = (
        "import sys; from fairtone.cli import main; "
        f"main(['check', {str(folder)!r}]); main(['fmt', {str(folder)!r}]); "
        "sys.exit('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
