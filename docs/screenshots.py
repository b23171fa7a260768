"""Takes the pictures of the documentation: replays the demo's night and photographs its report.

    python docs/screenshots.py [REPORT]

Needs Chromium. Without a report it makes one, as `make demo` does. Writes docs/_static/report.png.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fairtone.demo import main as demo

PICTURE = Path(__file__).parent / "_static" / "report.png"
WIDTH, HEIGHT = 1280, 1600
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def photograph(page: Path, picture: Path, width: int, height: int) -> None:
    """Save the upper part of a page as a PNG; `FileNotFoundError` if there is no Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        raise FileNotFoundError("no Chromium on this machine; `make peers` installs it")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                *FLAGS,
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                page.resolve().as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main(report: str = "") -> None:
    """Photograph the report that is given, or that of the demo."""
    with tempfile.TemporaryDirectory() as folder:
        if not report:
            demo(["--out", folder])
            report = str(Path(folder) / "night" / "report.html")
        photograph(Path(report), PICTURE, WIDTH, HEIGHT)


if __name__ == "__main__":
    main(*sys.argv[1:])
