"""Every scenario plays at every strength, and whoever is labelled does something when it is said."""

from collections import defaultdict
from datetime import datetime

import duckdb
import numpy as np
import pytest
from tests.simulate.conftest import MONDAY, Simulation

from fairtone.simulate import SCENARIOS, Scenario
from fairtone.simulate.simulation import begin
from fairtone.simulate.world import HOUR, World, stream

KINDS = {
    "toll-fraud-spend", "toll-fraud-destination", "toll-fraud-night", "wangiri", "traffic-pumping",
    "inflated-length", "short-call-blast", "robocall", "sequential-dialling", "random-dialling",
    "outside-hours", "unwanted-calls", "telephone-denial-of-service", "invite-flood",
    "register-flood", "options-flood", "extension-enumeration", "register-guessing",
    "distributed-guessing", "dial-prefix-guessing", "scanner-user-agent", "credential-sharing",
    "impossible-travel", "prolonged-use", "excess-concurrency", "minutes-beyond-plan",
    "split-accounts", "impossible-caller", "neighbour-spoofing", "unencrypted",
}  # fmt: skip
LOOKALIKES = {
    "call-centre", "school-alert", "pharmacy-reminder", "hospital", "office-outage",
    "travelling-employee", "tv-vote", "new-customer", "month-end", "broken-phone",
    "international-trader", "night-shift", "family-abroad", "conference-bridge",
}  # fmt: skip


def test_all_kinds_of_abuse_and_all_lookalikes_are_there() -> None:
    assert {name for name, s in SCENARIOS.items() if s.label == "abuse"} == KINDS
    assert {name for name, s in SCENARIOS.items() if s.label == "lookalike"} == LOOKALIKES


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda made: made.name)
def test_a_scenario_says_what_it_is(scenario: Scenario) -> None:
    strengths = list(scenario.strengths)
    wanted = ["strong", "medium", "weak"] if scenario.clauses else ["usual", "busy"]
    assert strengths == wanted
    assert scenario.example
    assert scenario.__doc__
    assert all(strength.says for strength in scenario.strengths.values())


@pytest.mark.parametrize("name", sorted(KINDS))
def test_weaker_is_slower_or_narrower(name: str) -> None:
    """By requests a second, each as long as its talk; or by addresses, accounts and shares."""
    strong, medium, weak = SCENARIOS[name].strengths.values()
    for more, less in ((strong, medium), (medium, weak)):
        busy = [s.count * max(s.talk[1], 1) / s.seconds for s in (more, less)]
        assert busy[0] > busy[1] or more.spread > less.spread


def test_every_label_of_abuse_has_events_of_its_subject(simulation: Simulation) -> None:
    with duckdb.connect() as db:
        db.execute("set threads to 1")
        silent = db.execute(
            """
            with l as (select row_number() over () as line, * from read_csv(?, all_varchar => true)),
            e as (
                select "at", unnest([
                    account, "account.payer", "source.address", '+' || callee, '+' || caller,
                    account || ' → +' || callee
                ]) as subject
                from read_parquet(?)
            )
            select l.kind, l.strength, l.subject from l
            where l.class = 'abuse' and not exists (
                select 1 from e where e.subject = l.subject
                and e."at" between l.start::timestamptz and l."end"::timestamptz
            )
            """,
            [str(simulation.out / "labels.csv"), str(simulation.out / "events.parquet")],
        ).fetchall()
    assert silent == []


def test_scenes_have_subjects_of_their_own(simulation: Simulation) -> None:
    scenes = defaultdict(set)
    for row in simulation.rows("labels.csv"):
        if row["class"] == "abuse":
            scenes[row["subject"]].add(row["scene"])
    assert {subject: found for subject, found in scenes.items() if len(found) > 1} == {}


def test_accounts_of_abuse_are_innocent_before_it(simulation: Simulation) -> None:
    """A thief's victim lives on: the account has calls and registrations outside the scene."""
    (label,) = [
        row for row in simulation.rows("labels.csv")
        if (row["kind"], row["strength"]) == ("toll-fraud-spend", "strong") and row["subject_kind"] == "account"
    ]  # fmt: skip
    start = datetime.fromisoformat(label["start"])
    with duckdb.connect() as db:
        db.execute("set timezone to 'UTC'")
        (before,) = db.execute(
            'select count(*) from read_parquet(?) where account = ? and "at" < ?',
            [str(simulation.out / "events.parquet"), label["subject"], start],
        ).fetchone()
    assert before > 20


@pytest.fixture(scope="module")
def world() -> World:
    return World(1, 200, 3, MONDAY, "US")


def played(world: World, name: str, strength: str = "strong", when: int = 0) -> np.ndarray:
    scenario = SCENARIOS[name]
    rng = stream(1, name, strength)
    rows = scenario.events(
        scenario.strengths[strength], rng, world, when or world.start + 40 * HOUR
    ).rows
    return rows[np.argsort(rows["at"], kind="stable")]


def test_night_fraud_begins_at_night(world: World) -> None:
    scenario = SCENARIOS["toll-fraud-night"]
    for seed in range(20):
        when = begin(scenario, 3600, stream(seed, "begin"), world)
        clock, _ = world.clocks.of_day(np.array([when]), world.provider)
        hour = int(clock[0]) / 3_600_000
        assert hour >= 23 or hour < 3.25


def test_toll_fraud_calls_what_is_dear(world: World) -> None:
    rows = played(world, "toll-fraud-spend")
    prices = world.numbering.price[rows["callee_block"]]
    assert prices.min() >= 800_000
    assert len(np.unique(rows["callee"])) >= 20


def test_wangiri_rings_briefly_and_is_hardly_ever_answered(world: World) -> None:
    rows = played(world, "wangiri")
    ended = rows[rows["kind"] == 2]
    assert (ended["ring"] <= 2000).all()
    assert (ended["status"] == 200).mean() < 0.05
    assert len(np.unique(ended["caller"])) == 1


def test_sequential_dialling_counts(world: World) -> None:
    callee = played(world, "sequential-dialling")
    callee = callee["callee"][callee["kind"] == 0]
    assert (np.diff(callee) == 1).all()


def test_random_dialling_hits_dead_numbers(world: World) -> None:
    rows = played(world, "random-dialling")
    ended = rows[rows["kind"] == 2]
    assert 0.4 < (ended["status"] == 404).mean() < 0.6


def test_guessing_is_wrong_with_credentials(world: World) -> None:
    one = played(world, "register-guessing")
    many = played(world, "distributed-guessing")
    for rows in (one, many):
        assert (rows["status"] == 401).all()
        assert (rows["credentials"] == 1).all()
    assert len(np.unique(one["source"])) == 1
    assert len(np.unique(many["source"])) == 200
    assert len(np.unique(many["account"])) == 1


def test_dial_prefixes_change_and_the_end_does_not(world: World) -> None:
    rows = played(world, "dial-prefix-guessing", "weak")
    rows = rows[rows["kind"] == 0]
    dialled = [world.words.texts[i - 16] for i in rows["dialled"].tolist()]
    assert len({number[-9:] for number in dialled}) == 1
    assert len(set(dialled)) > 12


def test_denial_of_service_is_many_callers_and_few_accounts(world: World) -> None:
    rows = played(world, "telephone-denial-of-service")
    rows = rows[rows["kind"] == 0]
    assert len(np.unique(rows["callee"])) == 1
    assert len(np.unique(rows["caller"])) > 500
    assert len(np.unique(rows["account"])) == 3


def test_too_many_channels_are_a_breach_from_the_third_call(world: World) -> None:
    scenario = SCENARIOS["excess-concurrency"]
    scene = scenario.events(scenario.strengths["weak"], stream(2, "x"), world, world.start)
    begun = np.sort(scene.rows["at"][scene.rows["kind"] == 0])
    assert scene.since is not None
    assert scene.since >= begun[2]


def test_splitting_is_one_payer(world: World) -> None:
    rows = played(world, "split-accounts", "weak")
    who = np.unique(rows["account"])
    assert len(who) == 10
    assert len(np.unique(world.accounts.table["payer"][who])) == 1


def test_neighbours_share_all_but_the_last_four_digits(world: World) -> None:
    rows = played(world, "neighbour-spoofing")
    assert (rows["caller"] // 10_000 == rows["callee"] // 10_000).all()


def test_an_office_comes_back_with_the_right_passwords(world: World) -> None:
    rows = played(world, "office-outage", "usual")
    assert len(np.unique(rows["source"])) == 1
    assert len(np.unique(rows["account"])) == 200
    assert (rows["status"] == 200).sum() == 200
    stale = (rows["status"] == 401) & (rows["credentials"] == 1)
    assert 10 < stale.sum() < 60


def test_a_traveller_keeps_the_phone_at_home(world: World) -> None:
    rows = played(world, "travelling-employee", "usual")
    countries = [world.networks.countries[i] for i in rows["source"].tolist()]
    registered = [c for c, kind in zip(countries, rows["kind"].tolist(), strict=True) if kind == 3]
    assert len(set(registered)) == 2
    assert registered[0] == world.country
    who = int(rows["account"][0])
    assert world.accounts.table["interval"][who] > 0  # its own phone goes on registering
