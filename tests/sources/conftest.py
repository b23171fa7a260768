"""A wire and a scene for each test, and recorded signalling where it is at hand."""

import os
from pathlib import Path

import pytest
from tests.sources.scene import Scene
from tests.sources.wire import Wire

HOUSE = Path(__file__).parent.parent.parent


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture(scope="session")
def shared_sip() -> Path:
    """The recorded signalling that lies beside the repository."""
    place = HOUSE.parent / "shared" / "data" / "sip"
    if not place.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("the shared captures are missing, and CI must have them")
        pytest.skip("the shared captures are not beside this repository")
    return place


@pytest.fixture(scope="session")
def carried() -> Path:
    """The recorded signalling that this repository carries."""
    return HOUSE / "tests" / "data" / "captures"
