"""Makes reference/commands.md from the command line itself: `python docs/commands.py`."""

from pathlib import Path

from fairtone.cli import COMMANDS, app

PAGE = Path(__file__).parent / "reference" / "commands.md"
MADE = "<!-- Made by `python docs/commands.py` from the command line: change that, not this. -->"
STATUS = (
    "Exit status 0 is as it should be; 1 is not: an error in the policy, a test that fails, input "
    "that cannot be read; 2 is that nothing could be done, with the reason on standard error."
)


def page() -> str:
    """The whole page."""
    told = app.generate_docs(output_format="markdown", include_hidden=False)
    # cyclopts begins with a table of contents; the page has one of its own.
    commands = told[told.index("\n## fairtone") :]
    lines = ["# Commands", "", MADE, ""]
    lines += [f"- [`fairtone {name}`](#fairtone-{name}): {COMMANDS[name]}" for name in COMMANDS]
    return "\n".join([*lines, "", STATUS, "", commands.strip()]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
