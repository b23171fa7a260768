"""How an issue is said: where, what, what to do, and never more of the text than one can read."""

from fairtone.policy import ISSUES
from fairtone.policy.issue import clipped, listed, nearest
from fairtone.policy.model import Place

HERE = Place("policy.md", 4, 7)


def test_an_issue_says_place_severity_message_advice_and_id() -> None:
    issue = ISSUES["unknown-kind"](HERE, "call.end", near="call.ended", known="")
    assert str(issue) == (
        "policy.md:4:7: error: `call.end` is not a kind of event; did you mean `call.ended` "
        "[unknown-kind]"
    )


def test_what_the_policy_says_is_never_taken_for_a_template() -> None:
    issue = ISSUES["unknown-kind"](HERE, "{near} {0} {x}", near="", known="`a` or `b`")
    assert issue.message == "`{near} {0} {x}` is not a kind of event"
    assert issue.advice == "the kinds are `a` or `b`"


def test_a_long_text_is_cut_and_a_broken_one_joined() -> None:
    assert clipped("x" * 80) == "x" * 80
    assert clipped("x" * 81) == "x" * 77 + "..."
    assert clipped("a\n  b") == "a b"
    assert clipped(7) == 7


def test_issues_are_equal_if_they_say_the_same_of_the_same_place() -> None:
    kind = ISSUES["unused-list"]
    assert kind(HERE, "vips") == kind(HERE, "vips")
    assert kind(HERE, "vips") != kind(Place("policy.md", 5), "vips")
    assert len({kind(HERE, "vips"), kind(HERE, "vips")}) == 1


def test_the_nearest_word_is_one_that_may_have_been_meant() -> None:
    assert nearest("Duraton", ["duration", "callee"]) == "duration"
    assert nearest("zzz", ["duration", "callee"]) == ""
    assert nearest("x", []) == ""


def test_words_are_listed_as_one_reads_them() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b"]) == "`a` or `b`"
    assert listed(["a", "b", "c"], "and") == "`a`, `b` and `c`"
