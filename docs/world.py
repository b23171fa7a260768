"""Makes src/fairtone/history/world.json: the countries as small projected shapes, for the report.

    python docs/world.py COUNTRIES_110M COUNTRIES_10M ISO3166

The first two are TopoJSON of Natural Earth (public domain) as the npm package `world-atlas`
carries them; the third is `iso3166-1.json` of the PyPI package `pycountry`. Coarse shapes are
drawn; the fine ones only say where a country's middle is, islands included.
"""

import json
import math
import sys
from itertools import pairwise
from pathlib import Path

WIDTH = 720
WEST, EAST = -169, 191  # so that no part of Asia stands beside America
TOLERANCE = 0.55
# Parts of France and the Netherlands that have an ISO code of their own, and codes newer than the
# source: latitude and longitude of their middle.
APART = {
    "BQ": (12.2, -68.3), "GF": (3.9, -53.1), "GP": (16.2, -61.5), "MQ": (14.7, -61.0),
    "RE": (-21.1, 55.5), "YT": (-12.8, 45.2), "SJ": (78.0, 16.0), "CX": (-10.5, 105.6),
    "CC": (-12.2, 96.8), "TK": (-9.2, -171.8), "AC": (-7.9, -14.4), "TA": (-37.1, -12.3),
    "XK": (42.6, 20.9),
}  # fmt: skip
Point = tuple[float, float]


def project(lon: float, lat: float) -> Point:
    """Equal Earth (Savric, Patterson, Jenny 2018), before scaling."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    square, sixth = theta**2, theta**6
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(theta)
    x /= 3 * (9 * a4 * theta**8 + 7 * a3 * sixth + 3 * a2 * square + a1)
    return x, theta * (a1 + a2 * square + sixth * (a3 + a4 * square))


EDGE = -project(WEST, 0)[0]
TOP = project(0, 84)[1]
SCALE = WIDTH / (EDGE + project(EAST, 0)[0])
HEIGHT = round((TOP - project(0, -57)[1]) * SCALE)


def on_page(lon: float, lat: float) -> Point:
    """Where a place lies on the drawing, in its units, y downwards."""
    x, y = project(lon, lat)
    return (x + EDGE) * SCALE, (TOP - y) * SCALE


def arcs_of(topology: dict) -> list[list[Point]]:
    """The arcs of a TopoJSON file in degrees: they are delta encoded and scaled in the file."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        arcs.append(line)
    return arcs


def rings_of(geometry: dict, arcs: list[list[Point]]) -> list[list[Point]]:
    """The outer rings of a country; a negative arc is its complement walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = []
    for polygon in polygons:
        ring: list[Point] = []
        for index in polygon[0]:
            line = arcs[index] if index >= 0 else arcs[~index][::-1]
            ring += line[1:] if ring else line
        rings.append(unwrapped(ring))
    return rings


def unwrapped(ring: list[Point]) -> list[Point]:
    """Without the jump at 180 degrees: what lies beyond it is drawn beyond it."""
    turned: list[Point] = []
    for lon, lat in ring:
        if turned and abs(lon - turned[-1][0]) > 180:
            lon += 360 if turned[-1][0] > 0 else -360
        turned.append((lon, lat))
    low, high = min(lon for lon, _ in turned), max(lon for lon, _ in turned)
    turn = 360 if (low + high) / 2 < WEST else 0
    return [(lon + turn, lat) for lon, lat in turned]


def simplified(line: list[Point]) -> list[Point]:
    """Douglas and Peucker: without the points that lie within `TOLERANCE` of the rest."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    length = math.hypot(x1 - x0, y1 - y0)

    def away(point: Point) -> float:
        x, y = point
        if not length:
            return math.hypot(x - x0, y - y0)
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length

    far = max(range(1, len(line) - 1), key=lambda i: away(line[i]))
    if away(line[far]) <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: far + 1])[:-1] + simplified(line[far:])


def area(ring: list[Point]) -> float:
    """The area that a ring encloses, without sign."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def shape(rings: list[list[Point]]) -> str:
    """An SVG path of a country with relative whole steps, or nothing if it is too small to draw."""
    path = ""
    for ring in rings:
        points = [(round(x), round(y)) for x, y in simplified([on_page(*p) for p in ring])]
        points = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        if len(points) < 4 or area([on_page(*p) for p in ring]) < 1.5:
            continue
        steps = pairwise(points[:-1])
        moves = "".join(f"{bx - ax} {by - ay} " for (ax, ay), (bx, by) in steps)
        path += f"M{points[0][0]} {points[0][1]}l{moves.strip().replace(' -', '-')}z"
    return path


def middle(rings: list[list[Point]]) -> list[int]:
    """The middle of the largest part of a country."""
    ring = max(rings, key=area)
    total = x = y = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        total, x, y = total + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    lon, lat = (x / (3 * total), y / (3 * total)) if total else ring[0]
    return [round(value) for value in on_page(lon, lat)]


def main(coarse: str, fine: str, codes: str) -> None:
    """Write the file."""
    iso = {entry["numeric"]: entry for entry in json.loads(Path(codes).read_text())["3166-1"]}
    names = {e["alpha_2"]: e.get("common_name", e["name"]) for e in iso.values()} | {
        "XK": "Kosovo", "AC": "Ascension Island", "TA": "Tristan da Cunha",
    }  # fmt: skip
    shapes: dict[str, str] = {}
    middles: dict[str, list[int]] = {}
    for file in (fine, coarse):
        topology = json.loads(Path(file).read_text())
        arcs = arcs_of(topology)
        for geometry in topology["objects"]["countries"]["geometries"]:
            if not geometry.get("arcs") or geometry["properties"]["name"] == "Antarctica":
                continue
            rings = rings_of(geometry, arcs)
            entry = iso.get(geometry.get("id", ""))
            code = (
                entry["alpha_2"] if entry else "XK" * (geometry["properties"]["name"] == "Kosovo")
            )
            if file == fine:
                if code:
                    middles[code] = middle(rings)
            else:
                shapes[code] = shapes.get(code, "") + shape(rings)
    for code, (lat, lon) in APART.items():
        middles[code] = [round(value) for value in on_page(lon + 360 * (lon < WEST), lat)]
    world = {
        "source": "Natural Earth (public domain), from world-atlas 2.0.2, by docs/world.py",
        "width": WIDTH,
        "height": HEIGHT,
        "shapes": {code: path for code, path in sorted(shapes.items()) if path},
        "middles": dict(sorted(middles.items())),
        "names": {code: names[code] for code in sorted(middles) if code in names},
    }
    target = Path(__file__).parent.parent / "src" / "fairtone" / "history" / "world.json"
    target.write_text(json.dumps(world, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
