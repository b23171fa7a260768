"""The policy that the project ships, read once."""

from pathlib import Path

import pytest

from fairtone.policy import Policy, load

SHIPPED = Path(__file__).parents[2] / "policies" / "acceptable-use"


@pytest.fixture(scope="session")
def repo_policy() -> Policy:
    return load(SHIPPED)


@pytest.fixture(scope="session")
def shipped_folder() -> Path:
    return SHIPPED
