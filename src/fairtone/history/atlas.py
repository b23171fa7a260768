"""The small map of destinations: country shapes drawn once, and circles where calls went.

The shapes are Natural Earth's (public domain), simplified by docs/world.py.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fairtone.history.exhibit import Destination


@dataclass(frozen=True, slots=True)
class Atlas:
    """The world on one small sheet: SVG paths, middles and English names by ISO 3166 alpha-2."""

    width: int
    height: int
    shapes: dict[str, str]
    middles: dict[str, tuple[int, int]]
    names: dict[str, str]

    def name(self, country: str) -> str:
        """What a country is called; the code itself if it is not known."""
        return self.names.get(country, country)


@dataclass(frozen=True, slots=True)
class Spot:
    """A destination on the map: its shape if it is large enough to have one, and a circle."""

    country: str
    x: int
    y: int
    radius: float


@cache
def atlas() -> Atlas:
    """The map that travels with the package."""
    text = files("fairtone.history").joinpath("world.json").read_text("utf-8")
    world = json.loads(text)
    middles = {code: (x, y) for code, (x, y) in world["middles"].items()}
    return Atlas(world["width"], world["height"], world["shapes"], middles, world["names"])


def spots(destinations: Sequence[Destination]) -> list[Spot]:
    """Circles that grow with the calls: small enough for neighbours, large enough to be seen."""
    most = max((each.calls for each in destinations), default=1)
    found = []
    for each in destinations:
        middle = atlas().middles.get(each.country.upper())
        if middle is not None:
            radius = round(3.5 + 9 * (each.calls / most) ** 0.5, 1)
            found.append(Spot(each.country.upper(), *middle, radius))
    return found
