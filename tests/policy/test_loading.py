"""No text, however mangled, gives anything but issues with their places."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy.specimens import ONLY_CLAUSE, front, policy, rule_policy

from fairtone.policy import PolicyErrors, Report, check, load, parse
from fairtone.policy.loading import check_text

PIECES = [
    "```rule x\n", "```\n", "---\n", "let ", "when ", "(", ")", "not ", "and ", "per ", "over ", "{", "}",
    '"', "\\", "+", "99999999999999999999999", "1e400", "0.0000000000000000001", "%", "25 EUR", "25:99",
    "\x00", "\u2028", "\ufeff", "\ud800", "é", "²", "٣", "#", "\t", "\r", "\n\n", "    ", "> ", "- ", "{#", "```",
    "<!--", "&#0;", "[a]: b", "unenforced: ", "given 999999999 call.ended every 0s\n", "expect ", "1 strike ",
]  # fmt: skip


def located(report: Report, text: str) -> bool:
    lines = text.count("\n") + text.count("\r") + 1
    return all(
        1 <= issue.place.line <= lines and issue.place.column >= 1 and issue.message
        for issue in report.issues
    )


def mangled(text: str, chance: random.Random) -> str:
    """The text with a few pieces cut out, doubled, moved or put in."""
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + int(chance.expovariate(1 / 20)))
        match chance.randrange(5):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + chance.choice(PIECES) + text[start:]
            case 2:
                text = text[:end] + text[start:]
            case 3:
                cut = text[start:end]
                rest = text[:start] + text[end:]
                place = chance.randrange(len(rest) + 1)
                text = rest[:place] + cut + rest[place:]
            case _:
                text = text[:start] + chance.choice(PIECES) * chance.randint(2, 300) + text[start:]
    return text


@pytest.mark.parametrize("seed", range(60))
def test_a_mangled_policy_gives_issues_with_places(seed: int, shipped_folder: Path) -> None:
    chance = random.Random(seed)
    whole = (shipped_folder / "policy.md").read_text(encoding="utf-8")
    lines = whole.split("\n")
    # A part of it is as good as all of it, and quicker: the front matter and a few clauses.
    start = chance.randrange(20, len(lines))
    part = "\n".join(lines[:14] + lines[start : start + 120])
    text = mangled(part, chance)
    assert located(check_text(text), text)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=25).map("".join))
def test_any_statement_gives_issues_with_places(line: str) -> None:
    text = rule_policy(f"when {line}")
    assert located(check_text(text), text)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_any_front_matter_gives_issues_with_places(lines: str) -> None:
    text = f"---\n{lines}\n---\n{ONLY_CLAUSE}"
    assert located(check_text(text), text)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300), entries=st.binary(max_size=200))
def test_any_bytes_give_issues(
    content: bytes, entries: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "lists").mkdir()
    (folder / "policy.md").write_bytes(content)
    (folder / "lists" / "vips.csv").write_bytes(entries)
    assert check(folder).issues


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "calls" + ")" * 5_000 + " > 3",
        "not " * 5_000 + "answered",
        " and ".join(["answered"] * 5_000),
        " + ".join(["calls"] * 5_000) + " > 3",
        "calls > " + "9" * 10_000,
        "calls > 0." + "1" * 10_000,
    ],
)
def test_a_statement_without_measure_is_told_so(text: str) -> None:
    ids = {issue.id for issue in check_text(rule_policy(f"when {text}")).issues}
    assert ids & {"too-deep", "number-too-large"}


def test_yaml_without_end_is_told_so() -> None:
    ids = {issue.id for issue in check_text("---\na: " + "[" * 5_000 + "\n---\n").issues}
    assert "broken-front-matter" in ids


def test_errors_are_raised_with_all_issues() -> None:
    with pytest.raises(PolicyErrors) as raised:
        parse(rule_policy("when calls > 3 and dration > 6s and cost > 25 EUR"))
    assert [issue.id for issue in raised.value.issues] == ["unknown-field", "foreign-currency"]
    assert "policy.md:15:20: error: `dration`" in str(raised.value)


def test_warnings_do_not_keep_a_policy_from_being_used() -> None:
    read = parse(policy("# No spam {#A1}\n\nDo not."))
    assert read.clause("A1").text == "Do not."


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.md")


def test_the_prose_is_filled_from_the_front_matter() -> None:
    text = (
        front() + "# The policy of {organisation} {#A1}\n\nWrite to {contact}.\n\nunenforced: yet\n"
    )
    read = parse(text)
    assert read.clause("A1").title == "The policy of Voipkonnec"
    assert read.clause("A1").text == "Write to compliance@voipkonnec.com."
    assert read.clause("A1").unenforced == "yet"


def test_the_shipped_policy_has_no_errors(shipped_folder: Path) -> None:
    report = check(shipped_folder)
    assert report.errors == ()
    assert report.policy is not None
