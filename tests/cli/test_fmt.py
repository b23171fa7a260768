"""`fairtone fmt`: it writes what is laid out, and with `--check` only says so."""

from pathlib import Path

import pytest
from tests.cli.policies import GOOD, folder_of

from fairtone.cli import main

Captured = pytest.CaptureFixture[str]
RAGGED = GOOD.replace("on       call.ended", "on call.ended")


def test_what_is_laid_out_is_said_with_silence(tmp_path: Path, capsys: Captured) -> None:
    assert main(["fmt", str(folder_of(GOOD, tmp_path))]) == 0
    assert capsys.readouterr().out == ""


def test_it_lays_out_and_says_how_much(tmp_path: Path, capsys: Captured) -> None:
    file = folder_of(RAGGED, tmp_path) / "policy.md"
    assert main(["fmt", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"2 lines aligned, the first at {file}:12\n"
    assert file.read_text(encoding="utf-8").endswith(GOOD + "\n")


def test_a_check_writes_nothing(tmp_path: Path, capsys: Captured) -> None:
    file = folder_of(RAGGED, tmp_path) / "policy.md"
    before = file.read_bytes()
    assert main(["fmt", "--check", str(file)]) == 1
    assert capsys.readouterr().out == f"2 lines to align, the first at {file}:12\n"
    assert file.read_bytes() == before


def test_line_ends_stay_what_they_are(tmp_path: Path) -> None:
    file = folder_of(RAGGED, tmp_path) / "policy.md"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["fmt", str(file)]) == 0
    assert file.read_bytes().count(b"\r\n") == file.read_bytes().count(b"\n")


def test_a_strange_blank_does_not_stop_it(tmp_path: Path) -> None:
    file = folder_of(RAGGED.replace("on call", "on \x0c call"), tmp_path) / "policy.md"
    assert main(["fmt", str(file)]) == 0
    assert "\x0c" not in file.read_text(encoding="utf-8")


def test_what_is_no_text_is_left_alone(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "policy.md"
    file.write_bytes(b"caf\xe9\n")
    assert main(["fmt", str(file)]) == 2
    assert "is not UTF-8: octet 0xe9 at offset 3" in capsys.readouterr().err
    assert file.read_bytes() == b"caf\xe9\n"
