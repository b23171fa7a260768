"""The house itself: what is locked, what is linked, what may know of what."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HOUSE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
LOCK = (HOUSE / "requirements" / "lock.txt").read_text()
MAKEFILE = (HOUSE / "Makefile").read_text()

PYTHONS = ["3.11", "3.12", "3.13"]


def tracked() -> list[Path]:
    """Every file that is, or is about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=HOUSE,
        capture_output=True,
    )
    if listed.returncode:
        pytest.skip("not a git work tree: no list of files to look at")
    names = listed.stdout.decode().split("\0")
    return sorted(HOUSE / name for name in names if name and (HOUSE / name).is_file())


# --- the lock ------------------------------------------------------------------


def asked_for() -> list[Requirement]:
    project = PROJECT["project"]
    return [
        Requirement(line)
        for line in (
            *project["dependencies"],
            *project["optional-dependencies"]["dev"],
            *PROJECT["build-system"]["requires"],
        )
    ]


def locked() -> list[Requirement]:
    return [
        Requirement(line.removesuffix("\\").strip())
        for line in LOCK.splitlines()
        if line and not line.startswith((" ", "#"))
    ]


def locked_for(python: str) -> dict[str, list[str]]:
    """Name to versions, as `pip` on Linux would read the lock with this Python."""
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.7",
    }
    found: dict[str, list[str]] = {}
    for pin in locked():
        if pin.marker is None or pin.marker.evaluate(environment):
            (version,) = (spec.version for spec in pin.specifier)
            found.setdefault(canonicalize_name(pin.name), []).append(version)
    return found


@pytest.mark.parametrize("python", PYTHONS)
def test_what_is_asked_for_is_locked_once_and_in_range(python: str) -> None:
    pins = locked_for(python)
    twice = {name: versions for name, versions in pins.items() if len(versions) > 1}
    assert not twice
    for want in asked_for():
        have = pins.get(canonicalize_name(want.name))
        assert have, f"{want.name} is not in the lock; run `make lock`"
        assert want.specifier.contains(have[0], prereleases=True), f"{want} but locked {have[0]}"


def test_every_pin_carries_its_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK)
    pins = [block for block in blocks if not block.startswith("#")]
    assert len(pins) == len(locked()) > 30
    assert [block for block in pins if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_index() -> None:
    assert re.findall(r".*(?:://|--index|--extra-index|--find-links|file:).*", LOCK) == []


def test_what_runs_is_what_is_locked() -> None:
    here = locked_for(".".join(map(str, sys.version_info[:2])))
    differ = {
        name: (versions[0], installed)
        for name, versions in here.items()
        if (installed := metadata.version(name)) != versions[0]
    }
    assert not differ, "run `make setup`"


def imported() -> set[str]:
    """The packages that `src` imports, standard library and Fairtone itself left out."""
    names = set()
    for path in (HOUSE / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"fairtone"}


def test_what_is_imported_is_asked_for_and_nothing_else() -> None:
    modules = metadata.packages_distributions()
    used = {canonicalize_name(name) for module in imported() for name in modules[module]}
    core = {canonicalize_name(Requirement(x).name) for x in PROJECT["project"]["dependencies"]}
    # Nobody imports tzdata by name: the standard library looks for it.
    assert used == core - {"tzdata"}


def test_the_core_asks_for_no_web_framework() -> None:
    core = {Requirement(line).name for line in PROJECT["project"]["dependencies"]}
    assert not core & {"django", "flask", "fastapi", "requests", "httpx"}


# --- the package ---------------------------------------------------------------


def test_the_version_is_said_once_in_each_place() -> None:
    import fairtone

    version = PROJECT["project"]["version"]
    assert fairtone.__version__ == version
    assert metadata.version("fairtone") == version
    assert re.search(rf"^## \[({re.escape(version)}|Unreleased)\]", changelog(), re.MULTILINE)


def changelog() -> str:
    return (HOUSE / "CHANGELOG.md").read_text()


def test_the_wheel_holds_the_types_and_the_shipped_policy(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=HOUSE,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "fairtone/py.typed" in names
    assert "fairtone/policies/acceptable-use/policy.md" in names
    source = {path for path in tracked() if path.is_relative_to(HOUSE / "src" / "fairtone")}
    assert {str(path.relative_to(HOUSE / "src")) for path in source} <= names
    assert {name.split("/")[0] for name in names} == {"fairtone", wheel_info(wheel)}


def wheel_info(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{name}-{version}.dist-info"


def test_no_file_is_named_after_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [path for path in (HOUSE / "src").rglob("*.py") if path.stem in nothing] == []


# --- rooms and arrows ----------------------------------------------------------

ROOMS = ["events", "policy", "engine", "insight", "sources", "simulate", "history", "cli", "demo"]

ALLOWED = [
    ("policy", "events"),
    ("engine", "policy"),
    ("engine", "events"),
    ("insight", "events"),
    ("sources", "events"),
    ("simulate", "events"),
    ("history", "policy"),
    ("history", "engine"),
    ("history", "events"),
    *(("cli", room) for room in ROOMS if room not in ("cli", "demo")),
    *(("demo", room) for room in ROOMS if room not in ("cli", "demo")),
]

FORBIDDEN = [
    ("events", "policy"),
    ("events", "engine"),
    ("policy", "engine"),
    ("policy", "sources"),
    ("engine", "history"),
    ("engine", "insight"),
    ("engine", "simulate"),
    ("sources", "policy"),
    ("sources", "insight"),
    ("insight", "sources"),
    ("simulate", "engine"),
    ("simulate", "sources"),
    ("history", "sources"),
    ("history", "simulate"),
    ("history", "cli"),
]


def arrows(place: Path, imports: list[tuple[str, str]], extra: str = "") -> tuple[int, str]:
    """Build a house with these imports and no others; ask the real contracts what they say."""
    place.mkdir()
    shutil.copy(HOUSE / "pyproject.toml", place)
    for room in [*ROOMS, *([extra] if extra else [])]:
        (place / "fairtone" / room).mkdir(parents=True)
        body = "".join(f"import {name}\n" for who, name in imports if who == room)
        (place / "fairtone" / room / "__init__.py").write_text(body)
    (place / "fairtone" / "__init__.py").write_text("")
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=place,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(place), "COLUMNS": "200"},
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_every_arrow_of_the_design_is_allowed(tmp_path: Path) -> None:
    imports = [(who, f"fairtone.{whom}") for who, whom in ALLOWED]
    code, said = arrows(tmp_path / "house", imports)
    assert code == 0, said


@pytest.mark.parametrize(("who", "whom"), FORBIDDEN)
def test_an_arrow_against_the_design_is_refused(who: str, whom: str, tmp_path: Path) -> None:
    code, said = arrows(tmp_path / "house", [(who, f"fairtone.{whom}")])
    assert code == 1
    assert f"fairtone.{who} -> fairtone.{whom}" in said


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in ("cli", "demo")])
def test_no_core_room_imports_django(room: str, tmp_path: Path) -> None:
    code, said = arrows(tmp_path / "house", [(room, "django.http")])
    assert code == 1
    assert f"fairtone.{room} -> django" in said


def test_a_room_without_a_place_is_refused(tmp_path: Path) -> None:
    code, said = arrows(tmp_path / "house", [], extra="shed")
    assert code == 1
    assert "shed" in said


def test_the_drawing_shows_every_room() -> None:
    drawing = (HOUSE / "docs" / "explanation" / "house.md").read_text()
    assert [room for room in ROOMS if f"`{room}`" not in drawing] == []
    folders = {path.parent.name for path in (HOUSE / "src/fairtone").glob("*/__init__.py")}
    assert folders <= set(ROOMS)


# --- make ----------------------------------------------------------------------


def test_make_alone_says_what_there_is() -> None:
    said = subprocess.run(["make"], cwd=HOUSE, check=True, capture_output=True, text=True).stdout
    for target in ["setup", "demo", "test", "lint", "bench", "docs", "lock", "clean"]:
        assert f"make {target}" in said


def test_every_make_target_that_is_written_about_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    for page in pages():
        named = set(re.findall(r"(?:^\$ |`)make ([a-z]+)", page.read_text(), re.MULTILINE))
        assert named <= targets, page


def packages(group: str, path: Path, **settings: str) -> tuple[int, str]:
    """Run the Debian package script on a machine that has nothing but what lies in `path`."""
    ran = subprocess.run(
        [shutil.which("bash") or "bash", HOUSE / ".ci" / "debian-packages", group],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": str(path), **settings},
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine without apt-get, sudo, a browser or a compiler."""
    for name in ["cat", "id"]:
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def test_a_missing_peer_is_named_with_what_is_skipped(bare: Path) -> None:
    code, said = packages("peers", bare)
    assert code == 0
    assert "missing: chromium" in said
    assert "skipped without it" in said
    assert "sudo apt-get install chromium" in said


def test_in_ci_a_missing_peer_is_a_failure(bare: Path) -> None:
    code, said = packages("peers", bare, CI="true")
    assert code == 1
    assert "missing: gcc" in said


def test_without_venv_setup_says_what_to_install(bare: Path) -> None:
    code, said = packages("venv", bare, PYTHON="python-that-is-not-there")
    assert code == 1
    assert "sudo apt-get install python3-venv" in said


def test_peers_that_are_there_are_left_alone(bare: Path) -> None:
    for name in ["chromium", "cc"]:
        (bare / name).symlink_to(shutil.which("true") or "true")
    assert packages("peers", bare, CI="true") == (0, "")


# --- words and links -----------------------------------------------------------


def pages() -> list[Path]:
    """The pages that people read: in the docs, and at the top of the repository."""
    return [path for path in tracked() if path.suffix == ".md" and is_page(path)]


def is_page(path: Path) -> bool:
    return path.parent == HOUSE or path.is_relative_to(HOUSE / "docs")


def links(page: Path) -> list[str]:
    found = []
    for block in MarkdownIt("commonmark").enable("table").parse(page.read_text()):
        for token in block.children or []:
            if token.type in ("link_open", "image"):
                found.append(str(token.attrGet("href") or token.attrGet("src")))
    return found


def anchors(page: Path) -> set[str]:
    """The names that a link may point at: headings as GitHub and MyST slug them, and labels."""
    text = page.read_text()
    names = set(re.findall(r"\{#([\w.-]+)", text)) | set(
        re.findall(r"^\(([\w.-]+)\)=$", text, re.M)
    )
    tokens = MarkdownIt("commonmark").parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(part.content for part in inline.children or [])
            names.add(re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-"))
    return names


def dead_links(page: Path) -> list[str]:
    dead = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        where, _, anchor = link.partition("#")
        target = (page.parent / where) if where else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            dead.append(link)
    return dead


def test_no_page_has_a_dead_link() -> None:
    dead = {str(page.relative_to(HOUSE)): dead_links(page) for page in pages()}
    assert {page: links for page, links in dead.items() if links} == {}


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# Some *heading*, here\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#some-heading-here) [c](there.md#elsewhere) "
        "[d](gone.md) ![e](gone.svg) [f](https://example.org/) [g](#nowhere)\n"
    )
    assert dead_links(page) == ["there.md#elsewhere", "gone.md", "gone.svg", "#nowhere"]


def test_every_page_of_the_documentation_can_be_reached() -> None:
    docs = HOUSE / "docs"
    index = (docs / "index.md").read_text()
    trees = re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL)
    patterns = [line for tree in trees for line in tree.split() if not line.startswith(":")]
    reached = {page for pattern in patterns for page in docs.glob(f"{pattern}.md")}
    assert [page for page in pages() if docs in page.parents and page not in reached] == [
        docs / "index.md"
    ]


def test_the_two_commands_are_in_the_readme() -> None:
    readme = (HOUSE / "README.md").read_text()
    assert "$ make demo" in readme
    assert "$ make test" in readme


# Written in pieces, so that this file does not find itself.
MACHINES = re.compile(
    "|".join(["/wo" + r"rk/\w", "/ro" + r"ot/\.?\w", "/op" + "t/py" + "pi", "/op" + "t/wheels"])
)


def test_no_file_names_the_machine_it_was_written_on() -> None:
    named = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data[:8192]:
            continue
        if found := MACHINES.findall(data.decode("utf-8", "replace")):
            named[str(path.relative_to(HOUSE))] = found
    assert named == {}


def noticed() -> list[str]:
    """The paths in the tables of NOTICE."""
    return re.findall(r"^\| `([^`]+)` \|", (HOUSE / "NOTICE").read_text(), re.MULTILINE)


def test_what_the_notice_names_is_there() -> None:
    assert noticed()
    assert [path for path in noticed() if not (HOUSE / path).exists()] == []


# What we write ourselves; everything else is data, and came from somewhere.
WRITTEN = {
    ".py",
    ".pyi",
    ".md",
    ".toml",
    ".lark",
    ".j2",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".c",
    ".h",
}


def test_all_data_is_in_the_notice() -> None:
    places = [HOUSE / path for path in noticed()]
    rooms = [HOUSE / name for name in ("src", "tests", "bench", "demo", "policies", "docs")]
    assert [
        str(path.relative_to(HOUSE))
        for path in tracked()
        if any(path.is_relative_to(room) for room in rooms)
        and path.suffix not in WRITTEN
        and path.name != "py.typed"
        and not any(path.is_relative_to(place) for place in places)
    ] == []
