"""The traffic simulator: a provider's days with benign life, look-alikes and labelled abuse."""

from fairtone.simulate.outputs import RECORD_COLUMNS
from fairtone.simulate.scenario import LABEL_COLUMNS, Label, Scenario, Scene, Strength
from fairtone.simulate.scenarios import SCENARIOS
from fairtone.simulate.simulation import Summary, simulate

__all__ = [
    "LABEL_COLUMNS",
    "RECORD_COLUMNS",
    "SCENARIOS",
    "Label",
    "Scenario",
    "Scene",
    "Strength",
    "Summary",
    "simulate",
]
