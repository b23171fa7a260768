"""The front matter: values stay what was written, and each that cannot be right is told."""

import pytest

from fairtone.policy import Issue
from fairtone.policy.front_matter import SETTINGS, FrontMatter, read_front_matter
from fairtone.policy.model import Meta, Place

GOOD = "organisation: Voipkonnec\ncontact: c@voipkonnec.com\nversion: 1.0\n"


def read(lines: str) -> tuple[FrontMatter, list[str]]:
    issues: list[Issue] = []
    found = read_front_matter(GOOD + lines, "policy.md", issues)
    return found, [str(issue).split(": ", 2)[2] for issue in issues]


def test_every_setting_is_read() -> None:
    found, said = read(
        "applies to: [clients, partners]\ncountry: FR\ncurrency: EUR\ntimezone: Europe/Paris\n"
        "dial plan:\n  national: 0\n  international: [00, '011']\n  strip: 9\n  emergency: 15\n"
        "tariff: lists/tariff.csv\naccounts: accounts.csv\nnetworks: networks.csv\n"
    )
    assert said == []
    assert found.meta == Meta(
        organisation="Voipkonnec",
        contact="c@voipkonnec.com",
        version="1.0",
        applies_to=("clients", "partners"),
        country="FR",
        currency="EUR",
        timezone="Europe/Paris",
        dial_plan=(
            ("national", ("0",)),
            ("international", ("00", "011")),
            ("strip", ("9",)),
            ("emergency", ("15",)),
        ),
        tariff="lists/tariff.csv",
        accounts="accounts.csv",
        networks="networks.csv",
    )
    assert found.places["currency"] == Place("policy.md", 7, 11)


def test_what_is_not_said_has_a_default() -> None:
    meta = read("")[0].meta
    assert (meta.country, meta.currency, meta.timezone) == ("US", "USD", "UTC")
    assert (meta.applies_to, meta.dial_plan, meta.tariff) == ((), (), "")


def test_a_value_is_never_anything_but_text() -> None:
    # YAML takes NO for false, 010 for eight and 1.10 for 1.1.
    assert read("country: NO")[0].meta.country == "NO"
    assert read("dial plan: {strip: 010}")[0].meta.dial_plan == (("strip", ("010",)),)
    assert read("version: 1.10")[0].meta.version == "1.10"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("curency: EUR", "`curency` is not a setting of a policy; did you mean `currency`"),
        ("currency: Euro", "`Euro` cannot be the `currency` of a policy; it must be a currency as"),
        ("currency: [EUR, USD]", "it must be one value"),
        ("country: France", "`France` cannot be the `country`"),
        ("country: fr", "as two capital letters"),
        ("timezone: Paris", "it must be a time zone"),
        ("timezone: ../../etc/passwd", "it must be a time zone"),
        ("dial plan: 00", "`00` cannot be the `dial plan`"),
        ("dial plan: {natonal: 0}", "did you mean `national`"),
        ("dial plan: {strip: 9x}", "`9x` cannot be the `strip`"),
        ("tariff: [a", "the front matter cannot be read"),
        ("a: b: c", "the front matter cannot be read"),
    ],
)
def test_a_value_that_cannot_be_right_is_told(line: str, said: str) -> None:
    assert said in " ".join(read(line)[1])


def test_nothing_is_made_of_what_is_written() -> None:
    assert read("tariff: !!python/object/apply:os.system [ls]")[0].meta.tariff == "ls"


@pytest.mark.parametrize("text", ["", "- a\n- b", "just a text", "&a [*a]"])
def test_what_is_no_front_matter_is_told(text: str) -> None:
    issues: list[Issue] = []
    read_front_matter(text, "policy.md", issues)
    assert [issue.id for issue in issues] == ["broken-front-matter"]


def test_every_setting_is_explained() -> None:
    assert all(text.endswith(".") for text in SETTINGS.values())
