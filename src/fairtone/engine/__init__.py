"""The engine: windows, conditions, verdicts, findings. Deterministic, and no clock of its own."""

from fairtone.engine.engine import Engine, EventError
from fairtone.engine.explaining import compares, view
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
from fairtone.engine.meaning import Meaning, Number, key_part
from fairtone.engine.plan import Plan
from fairtone.engine.planning import plan_of
from fairtone.engine.reference import ReferenceWindow
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
    "Number",
    "Plan",
    "ReferenceWindow",
    "RuleView",
    "Side",
    "Verdict",
    "begins",
    "compares",
    "duration",
    "key_part",
    "plan_of",
    "view",
    "worded",
]
