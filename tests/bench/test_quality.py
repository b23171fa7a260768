"""The bars of quality: what is promised is measured over all runs, and a miss is said."""

from bench.outcomes import Mistake, Outcome, Outcomes, Scene
from bench.quality import page, promised, rate

from fairtone.simulate import SCENARIOS


def run(found: dict[str, int], mistakes: int = 0, calls: int = 5, seconds: int = 9) -> Outcomes:
    """A run in which each kind is found up to so many strengths, the strongest first."""
    scenes = {}
    for name, scenario in SCENARIOS.items():
        for rank, strength in enumerate(scenario.strengths):
            scene = Scene(len(scenes), name, strength, bool(scenario.clauses), 0, 1, frozenset())
            outcome = Outcome(scene, calls=calls)
            if scene.abuse and rank < found.get(name, 3):
                outcome.rules["rule"] = seconds * 1_000_000
            scenes[scene.number] = outcome
    wrong = [Mistake("rule", "someone", "review", "call-centre usual")] * mistakes
    return Outcomes(scenes, wrong, innocent=500, alike=250, days=2)


def held(*runs: Outcomes) -> list[bool]:
    return [bar.held for bar in promised(runs)]


def test_everything_found_and_nothing_wrong() -> None:
    assert held(run({})) == [True] * 6


def test_one_strongest_missed_is_a_miss() -> None:
    assert held(run({"wangiri": 0})) == [False, True, True, True, True, True]
    assert held(run({}), run({"wangiri": 0})) == [False, True, True, True, True, True]


def test_found_too_late_is_a_miss() -> None:
    assert held(run({}, calls=21)) == [True, False, True, True, True, True]
    assert held(run({}, seconds=61)) == [True, True, False, True, True, True]


def test_what_is_not_found_counts_as_late() -> None:
    most = [name for name, scenario in SCENARIOS.items() if scenario.clauses][:16]
    assert held(run(dict.fromkeys(most, 0)))[:3] == [False, False, False]


def test_half_of_the_weakest_are_enough() -> None:
    kinds = [name for name, scenario in SCENARIOS.items() if scenario.clauses]
    half = len(kinds) // 2
    assert held(run(dict.fromkeys(kinds[:half], 2)))[3]
    assert not held(run(dict.fromkeys(kinds[: half + 1], 2)))[3]


def test_false_findings_are_per_thousand_innocent_accounts_and_day() -> None:
    assert rate([run({}, mistakes=1)]) == 1.0
    assert held(run({}, mistakes=1))[4]
    assert not held(run({}, mistakes=2))[4]


def test_lookalikes_have_a_bar_of_their_own() -> None:
    assert rate([run({}, mistakes=1)], alike=True) == 2.0
    assert not held(run({}, mistakes=1))[5]
    elsewhere = run({})
    elsewhere.mistakes.append(Mistake("rule", "someone", "enforce", ""))
    assert rate([elsewhere], alike=True) == 0.0


def test_shadow_rules_are_told_apart() -> None:
    quiet = run({})
    quiet.mistakes.append(Mistake("rule", "someone", "shadow", ""))
    assert (rate([quiet]), rate([quiet], shadow=True)) == (0.0, 1.0)


def test_what_was_missed_is_said() -> None:
    text = page([run({}), run({"wangiri": 2})], "how")
    says = SCENARIOS["wangiri"].strengths["weak"].says
    assert f"- `wangiri`, weak, {says}: missed 1 of 2" in text
    assert "Nothing." in page([run({})], "how")


def test_the_page_has_every_kind_and_every_lookalike() -> None:
    text = page([run({})], "how")
    for name, scenario in SCENARIOS.items():
        for strength in scenario.strengths:
            row = f"| {name} " if scenario.clauses else f"| {name} {strength} "
            assert row in text
