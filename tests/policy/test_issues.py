"""Every check of a policy: its example has the mistake, only that one, and the message says it."""

import re
from pathlib import Path

import pytest
from tests.policy.specimens import check_specimen, files_of

from fairtone.policy import ISSUES, Issue

EVERY = pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)


@EVERY
def test_an_example_has_its_issue_and_no_other(issue: type[Issue], tmp_path: Path) -> None:
    report = check_specimen(issue, tmp_path)
    assert [found.id for found in report.issues] == [issue.id]
    assert type(report.issues[0]) is issue
    assert (report.policy is None) == (issue.severity == "error")


@EVERY
def test_an_issue_points_at_what_is_wrong(issue: type[Issue], tmp_path: Path) -> None:
    (found,) = check_specimen(issue, tmp_path).issues
    content = files_of(issue)[found.place.file].decode(errors="replace")
    lines = content.split("\n")
    assert 1 <= found.place.line <= len(lines)
    line = lines[found.place.line - 1]
    assert 1 <= found.place.column <= len(line) + 1


@EVERY
def test_a_message_is_written_as_the_house_writes(issue: type[Issue], tmp_path: Path) -> None:
    (found,) = check_specimen(issue, tmp_path).issues
    for sentence in (found.message, found.advice):
        assert not sentence.endswith((".", "!", " ")), sentence
        assert not re.match("[A-Z]", sentence), sentence
        assert "None" not in sentence
        assert sentence.count("`") % 2 == 0, sentence
        assert "  " not in sentence
    assert found.message
    assert str(found).endswith(f"[{issue.id}]")


@EVERY
def test_an_issue_documents_itself(issue: type[Issue]) -> None:
    assert issue.__doc__
    assert issue.__doc__ != Issue.__doc__
    assert issue.__doc__.strip().endswith(".")
    assert issue.says
    assert re.fullmatch("[a-z]+(-[a-z]+)*", issue.id)


def test_an_advice_that_lacks_a_fact_gives_way_to_the_other_one(tmp_path: Path) -> None:
    unknown = ISSUES["unknown-field"]
    (near,) = check_specimen(unknown, tmp_path).issues
    assert near.advice == "did you mean `duration`"
    far = unknown(near.place, "zzz", kind="call.ended", near="")
    assert far.advice == "the reference of the events lists the fields"
