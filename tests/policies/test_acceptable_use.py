"""The shipped acceptable use policy is whole: every clause, every rule with its reason and its
example, no issue, and its own tests hold.
"""

import csv
from pathlib import Path

import phonenumbers
import pytest

from fairtone.policy import Policy, Report, check
from fairtone.policy.model import Rule

FOLDER = Path(__file__).parents[2] / "policies" / "acceptable-use"

# The rows of the two policies that the product has to enforce.
ROWS = """
    A1.1 A1.2 A1.3 A1.4 A1.5 A1.6 A2.1 A2.2 A2.3 A3.1 A3.2 A4 A5
    B1 B2 B3.1 B3.2 B4a.1 B4a.2 B4a.3 B4b.1 B4b.2 B4b.3 B4c.1 B4c.2 B4c.3 B4d.1 B4d.2
    B4e.1 B4e.2 B4f.1 B4f.2 B4g B5.1a B5.1b B5.1c B5.2 B5.3 B5.4 B6.1 B6.2
    B7.1 B7.2 B7.3 B8 B9 B10
"""

# What calls and signalling can show, and the clause that the text puts it under.
WATCHED = {
    "A1.1": ("toll-fraud-spend", "high-risk-burst", "new-destinations", "toll-fraud-by-night",
             "one-ring-calls", "traffic-pumping", "inflated-calls"),
    "A1.2": ("repeated-unwanted-calls",),
    "A1.4": ("short-call-blast", "robocall-pattern"),
    "A1.5": ("invite-flood", "register-flood", "request-flood", "telephone-denial-of-service"),
    "A1.6": ("impossible-caller", "do-not-originate", "failed-attestation"),
    "A2.2": ("credential-sharing", "impossible-travel"),
    "A2.3": ("unencrypted-signalling", "unencrypted-media"),
    "A3.1": ("minutes-exceeded", "excess-channels", "prolonged-use"),
    "B3.2": ("calls-outside-hours",),
    "B4b.1": ("password-guessing", "distributed-guessing", "extension-enumeration",
              "scanner-registers", "scanner-calls", "scanner-probes", "dial-prefix-guessing"),
    "B4e.1": ("sequential-dialling", "random-dialling"),
    "B4g": ("split-toll-fraud",),
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    return check(FOLDER)


@pytest.fixture(scope="module")
def policy(report: Report) -> Policy:
    assert report.policy is not None, "\n".join(str(issue) for issue in report.issues)
    return report.policy


def test_it_checks_without_an_error_or_a_warning(report: Report) -> None:
    assert [str(issue) for issue in report.issues] == []


def test_every_row_of_the_two_policies_is_a_clause_of_its_own(policy: Policy) -> None:
    assert [clause.id for clause in policy.clauses] == ROWS.split()


def test_every_clause_says_how_it_is_kept_or_why_it_is_not(policy: Policy) -> None:
    watched = {rule.clause for rule in policy.rules}
    for clause in policy.clauses:
        assert clause.id in watched or clause.control or clause.unenforced, clause.id


def test_a_control_that_names_a_clause_leads_to_one_that_is_there(policy: Policy) -> None:
    ids = {clause.id for clause in policy.clauses}
    for clause in policy.clauses:
        if clause.control[:1] in ("A", "B") and clause.control[1:2].isdigit():
            assert clause.control in ids, clause.id


@pytest.mark.parametrize("clause", WATCHED)
def test_what_calls_and_signalling_show_is_watched(policy: Policy, clause: str) -> None:
    under = {rule.name for rule in policy.rules if rule.clause == clause}
    assert set(WATCHED[clause]) <= under


def test_every_rule_gives_its_reason_its_sentence_its_mode_and_its_rest(policy: Policy) -> None:
    for rule in policy.rules:
        assert len(rule.why) > 40, rule.name
        assert rule.because.endswith("."), rule.name
        assert rule.once > 0, rule.name


def test_every_rule_has_an_example_of_what_it_finds_and_of_what_it_leaves_alone(
    policy: Policy,
) -> None:
    for rule in policy.rules:
        expected = [one for test in policy.tests if test.name == rule.name for one in test.expect]
        assert any(one.found and one.rule == rule.name for one in expected), rule.name
        assert any(not one.found for one in expected), rule.name


def test_what_machines_do_ends_by_itself_and_people_decide_what_lasts(policy: Policy) -> None:
    assert {ladder.clause for ladder in policy.ladders} == {"A4", "B7.1"}
    for ladder in policy.ladders:
        for step in ladder.steps:
            needed = {"suspend": 1, "terminate": 2, "refer": 2}.get(step.measure, 0)
            assert step.people >= needed, (ladder.clause, step.measure)


def test_a_rule_that_watches_an_expensive_call_can_stop_it(policy: Policy) -> None:
    toll_fraud: list[Rule] = [rule for rule in policy.rules if "toll-fraud" in rule.name]
    assert toll_fraud
    for rule in toll_fraud:
        assert rule.kind == "call.attempt", f"{rule.name} would act after the money is spent"
        assert rule.mode == "enforce", rule.name


def test_the_prose_names_the_organisation_and_its_contact_from_the_front_matter(
    policy: Policy,
) -> None:
    assert policy.meta.organisation == "Voipkonnec"
    assert policy.meta.contact == "compliance@voipkonnec.com"
    text = (FOLDER / "policy.md").read_text(encoding="utf-8")
    body = text.split("---", 2)[2]
    assert "Voipkonnec" not in body
    assert "compliance@" not in body


def test_the_tariff_knows_a_price_for_every_country_code() -> None:
    with (FOLDER / "lists" / "tariff.csv").open(encoding="utf-8") as file:
        prices = {row["prefix"]: float(row["price"]) for row in csv.DictReader(file)}
    codes = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    assert codes <= prices.keys()
    assert all(price >= 0 for price in prices.values())


def test_no_list_names_a_thing_twice_and_each_entry_says_why(policy: Policy) -> None:
    for listed in policy.lists:
        entries = [entry for entry, _ in listed.entries]
        assert len(entries) == len(set(entries)), listed.name
        assert all(note for _, note in listed.entries), listed.name


def test_sample_numbers_lie_in_ranges_that_are_kept_for_fiction(policy: Policy) -> None:
    for name in ("do-not-originate", "mass-call-numbers"):
        for entry, _ in policy.list(name).entries:
            assert entry[-7:-2] == "55501", f"{entry} on {name} may be somebody's number"
