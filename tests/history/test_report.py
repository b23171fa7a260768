"""The report: one file, complete, safe to mail, legible to machines and people."""

import re
from html.parser import HTMLParser

import pytest
from tests.history.conftest import Night
from tests.history.provider import HOSTILE

from fairtone.history import report_of

VOID = {"meta", "link", "br", "path", "use", "circle", "hr", "img", "input"}


class Page(HTMLParser):
    """Tags, attributes and text; complains about tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


@pytest.fixture(scope="module")
def html(replayed: Night) -> str:
    return report_of(replayed.replay)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_nothing_is_fetched_from_anywhere(html: str, page: Page) -> None:
    for tag, attributes in page.tags:
        assert tag not in {"script", "iframe", "img", "object", "embed", "base", "form"}
        for name in ("src", "href", "action", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,", (tag, value)
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_hostile_text_stays_text(html: str, page: Page) -> None:
    assert "<script" not in html
    assert HOSTILE in page.words  # from the clause's prose and from a user agent
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_every_finding_has_clause_sentence_drawing_calls_and_comparison(
    page: Page, replayed: Night
) -> None:
    policy = replayed.replay.policy
    for fired in replayed.replay.fired:
        for item in fired.exhibits:
            assert item.finding.because in page.words
            assert item.finding.subject in page.words
        assert fired.rule.why in page.words
    assert "You may not place bulk calls to people who have not agreed to it." in page.words
    assert policy.meta.contact in page.words
    drawings = [
        attributes
        for tag, attributes in page.tags
        if tag == "svg" and attributes.get("role") == "img"
    ]
    panels = sum(len(item.panels) for fired in replayed.replay.fired for item in fired.exhibits)
    maps = sum(
        bool(item.destinations) for fired in replayed.replay.fired for item in fired.exhibits
    )
    assert len(drawings) == panels + maps + len(replayed.replay.clauses) + 1
    assert "Why similar accounts were not found" in page.words
    assert "dear was 5, the line is 6" in page.words


def test_an_exemption_is_told_with_its_reason(page: Page) -> None:
    assert "account.tier is" in page.words
    assert "spares it" in page.words


def test_every_drawing_has_words_for_it(page: Page) -> None:
    for tag, attributes in page.tags:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-label")


def test_every_table_has_headings_with_a_scope(page: Page) -> None:
    assert all(
        attributes.get("scope") in ("col", "row") for tag, attributes in page.tags if tag == "th"
    )
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        target = attributes.get("href") or ""
        if target.startswith("#"):
            assert target[1:] in ids, (tag, target)


def test_shares_of_the_unknown_and_places_of_the_unreadable(page: Page) -> None:
    assert "1.64%" in page.words
    assert "the frame is cut short" in page.words
    assert "night.pcap at byte 1024" in page.words


def test_it_prints_reads_on_a_phone_and_in_the_dark(html: str) -> None:
    for feature in (
        "@media print",
        "prefers-color-scheme: dark",
        "max-width: 44rem",
        "width=device-width",
    ):
        assert feature in html


def test_the_same_replay_gives_the_same_report(html: str, replayed: Night) -> None:
    assert report_of(replayed.replay) == html
