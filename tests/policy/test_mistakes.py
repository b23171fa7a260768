"""A policy with more than twenty mistakes: each has its own message, in the order of the text.

To change a message on purpose: `python -m tests.policy.test_mistakes` writes the messages anew, and
the difference is for a person to read.
"""

from pathlib import Path

from fairtone.policy.loading import check_text

DATA = Path(__file__).parent / "data"
POLICY = DATA / "mistakes.md"
MESSAGES = DATA / "mistakes.txt"


def said() -> str:
    issues = check_text(POLICY.read_text(encoding="utf-8")).issues
    return "".join(f"{issue}\n" for issue in issues)


def test_every_mistake_has_its_message() -> None:
    assert said() == MESSAGES.read_text(encoding="utf-8")


def test_no_two_mistakes_have_the_same_message() -> None:
    issues = check_text(POLICY.read_text(encoding="utf-8")).issues
    assert len(issues) > 20
    assert len({issue.message for issue in issues}) == len(issues)
    assert len({issue.id for issue in issues}) > 20


def test_messages_are_in_the_order_of_the_text() -> None:
    issues = check_text(POLICY.read_text(encoding="utf-8")).issues
    places = [(issue.place.line, issue.place.column) for issue in issues]
    assert places == sorted(places)


if __name__ == "__main__":
    MESSAGES.write_text(said(), encoding="utf-8")
