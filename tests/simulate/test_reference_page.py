"""The reference page of the simulator says what the code says, and leaves nothing out."""

import runpy
from pathlib import Path

from tests.simulate.conftest import Simulation

from fairtone.simulate import LABEL_COLUMNS, RECORD_COLUMNS, SCENARIOS

ROOT = Path(__file__).parents[2]
MAKER = runpy.run_path(str(ROOT / "docs" / "simulator.py"))
TEXT = MAKER["PAGE"].read_text(encoding="utf-8")


def test_the_page_is_what_the_code_makes_it() -> None:
    assert MAKER["page"]() == TEXT, "run `python docs/simulator.py`"


def test_every_scenario_strength_and_column_is_there() -> None:
    for scenario in SCENARIOS.values():
        section = TEXT.split(f"### {scenario.name}\n")[1].split("\n#")[0]
        for name, strength in scenario.strengths.items():
            assert f"| {name} | {strength.says} |" in section
    for column in [*LABEL_COLUMNS, *RECORD_COLUMNS]:
        assert f"| `{column}` |" in TEXT


def test_every_file_is_there(simulation: Simulation) -> None:
    assert set(MAKER["FILES"]) == {path.name for path in simulation.out.iterdir()}
