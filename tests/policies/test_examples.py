"""The examples that the shipped policy carries with it hold, with all of its rules in force."""

from pathlib import Path

from fairtone.cli.traffic import knowledge_of
from fairtone.history.proving import prove
from fairtone.policy import load

FOLDER = Path(__file__).parents[2] / "policies" / "acceptable-use"


def test_every_example_of_the_policy_holds() -> None:
    policy = load(FOLDER)
    proofs = list(prove(policy, knowledge_of(policy).add))
    assert len(proofs) == len(policy.tests)
    failures = [
        f"{proof.test.name}, line {failure.line}: expected {failure.expected}, came {failure.came}"
        for proof in proofs
        for failure in proof.failures
    ]
    assert failures == []
