"""The engine: windows, conditions, verdicts, findings. Deterministic, and no clock of its own."""

from fairtone.engine.engine import Engine, EventError
from fairtone.engine.fast import CapacityError
from fairtone.engine.finding import (
    Answer,
    Evidence,
    Explanation,
    Finding,
    Measured,
    RuleView,
    Side,
    Verdict,
)
from fairtone.engine.meaning import Meaning
from fairtone.engine.testimony import begins
from fairtone.engine.wording import duration, worded

__all__ = [
    "Answer",
    "CapacityError",
    "Engine",
    "EventError",
    "Evidence",
    "Explanation",
    "Finding",
    "Meaning",
    "Measured",
    "RuleView",
    "Side",
    "Verdict",
    "begins",
    "duration",
    "worded",
]
