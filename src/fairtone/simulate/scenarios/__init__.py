"""Everything that the simulator can play. To add a scenario, write its class and name it here."""

from typing import Final

from fairtone.simulate.scenario import Scenario
from fairtone.simulate.scenarios.fraud import SpendFraud, Wangiri

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        SpendFraud(),
        Wangiri(),
    )
}
"""All scenarios by name: first the kinds of abuse, then the look-alikes."""

__all__ = ["SCENARIOS"]
