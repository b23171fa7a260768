"""What the tests of the engine share: where kernels are kept, and small rooms for small streams."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine import interpreted

os.environ.setdefault("FAIRTONE_CACHE", str(Path(__file__).parents[2] / ".cache" / "kernels"))


@pytest.fixture
def small_rooms() -> Iterator[None]:
    """Within this an engine can be `uncompiled`."""
    with interpreted.small_rooms():
        yield
