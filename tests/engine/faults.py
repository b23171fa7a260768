"""Faults to plant in the reference engine, each one that an engine could really have.

A fault is planted by replacing a method for the length of a test. A comparison that cannot see it
proves nothing, so each must be seen. This is the list; the faults are in the two files beside it.
"""

from collections.abc import Callable

import pytest

Fault = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Note a fault under the words that say what is wrong."""

    def note(plant: Fault) -> Fault:
        FAULTS[name] = plant
        return plant

    return note
