"""`fairtone explain`: what a rule does in plain words, what it shares and what it costs."""

from pathlib import Path

import pytest
from tests.cli.policies import BAD, GOOD, folder_of

from fairtone.cli import main
from fairtone.cli.shipped import shipped_policy
from fairtone.policy import load

Captured = pytest.CaptureFixture[str]


def explained(rule: str, clauses: str, folder: Path, capsys: Captured) -> str:
    assert main(["explain", rule, "--policy", str(folder_of(clauses, folder))]) == 0
    return capsys.readouterr().out


def test_a_rule_is_told_in_plain_words(tmp_path: Path, capsys: Captured) -> None:
    told = explained("short-calls", GOOD, tmp_path, capsys)
    assert (
        told.partition("\nShared windows")[0]
        == """\
short-calls, mode enforce: it acts
  It stands under clause A1, 1. No spam.

It looks at each ended call, and counts
  calls: how many ended calls with the same account in the last 1h
  short: how many ended calls where its duration is below 6s, with the same
    account in the last 1h

It finds the account if
  calls is at least 5 and
  short / calls is above 60%

but not if it is known that
  account.tier is "emergency-services"

Then it
  slows the account to 1 call per 10s, for 1h
  opens a case of high severity

and says
  "{short} of {calls} calls were short."

After that
  it leaves the account alone for 1h

Why so
  A busy day has one in ten.
"""
    )


def test_it_says_which_windows_are_shared_with_whom(tmp_path: Path, capsys: Captured) -> None:
    told = explained("short-calls", GOOD, tmp_path, capsys)
    calls, short = load(tmp_path).rule("short-calls").windows
    assert f"calls ({calls.hash}): also of many-calls\n" in told
    assert f"short ({short.hash}): of this rule alone\n" in told


def test_it_says_what_the_rule_costs(tmp_path: Path, capsys: Captured) -> None:
    told = explained("short-calls", GOOD, tmp_path, capsys).partition("What it costs\n")[2]
    assert told.startswith("  2 windows, of which 1 would not be there without it\n")
    assert "  per account: " in told
    assert "  per event within 1h: " in told


def test_different_values_are_kept_with_their_key(tmp_path: Path, capsys: Captured) -> None:
    joined = GOOD.replace("let      short = count where", "let      short = count of call.attempt "
                          "per callee as caller over 1h\nlet      other = count where")  # fmt: skip
    text = joined.replace("short / calls > 60%", "short / calls > 60% and other > 1").replace(
        "let      calls = count per account", "let      calls = distinct callee per account"
    )
    told = explained("many-calls", text, tmp_path, capsys).partition("What it costs\n")[2]
    keys = [line.strip().partition(":")[0] for line in told.splitlines()[1:]]
    assert keys == ["per account", "per account and callee", "per event within 1h"]


def test_a_rule_alone_bears_all_its_costs(tmp_path: Path, capsys: Captured) -> None:
    alone = GOOD.replace("let      calls = count per", "let      calls = count of call.attempt per")
    told = explained("short-calls", alone, tmp_path, capsys).partition("What it costs\n")[2]
    assert told.startswith("  2 windows, of which 2 would not be there without it\n")
    costs = [
        [int(word) for word in line.split() if word.isdigit()] for line in told.splitlines()[1:]
    ]
    assert all(together >= own for together, own in costs)
    assert any(own > 0 for _, own in costs)


def test_a_rule_without_windows_costs_next_to_nothing(tmp_path: Path, capsys: Captured) -> None:
    text = GOOD.replace(
        "let      calls = count per account over 1h\nwhen     calls > 1000",
        "when     duration > 9h",
    ).replace("{calls} calls in an hour", "a long call")
    told = explained("many-calls", text, tmp_path, capsys)
    assert "  next to nothing: no window, no memory\n" in told
    assert "It looks at each ended call, and counts\n  nothing" in told


def test_every_shipped_rule_can_be_explained(capsys: Captured) -> None:
    policy = load(shipped_policy())
    for rule in policy.rules:
        assert main(["explain", rule.name]) == 0
        told = capsys.readouterr().out
        assert told.startswith(f"{rule.name}, mode {rule.mode}: ")
        assert max(map(len, told.splitlines())) <= 80


def test_a_rule_that_is_not_there_brings_the_nearest_to_mind(
    tmp_path: Path, capsys: Captured
) -> None:
    folder = folder_of(GOOD, tmp_path)
    assert main(["explain", "shortcalls", "--policy", str(folder)]) == 2
    assert capsys.readouterr().err == (
        "error: the policy has no rule `shortcalls`\ndid you mean `short-calls`\n"
    )
    assert main(["explain", "zzz", "--policy", str(folder)]) == 2
    assert "`fairtone check` lists the rules" in capsys.readouterr().err


def test_a_policy_with_errors_is_not_explained(tmp_path: Path, capsys: Captured) -> None:
    assert main(["explain", "many-calls", "--policy", str(folder_of(BAD, tmp_path))]) == 2
    assert "did you mean `duration`" in capsys.readouterr().err
