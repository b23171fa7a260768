"""`fairtone fmt [PATH]`: align the blocks of a policy, and leave everything else as it is."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.markup import escape

from fairtone.cli.complaint import complain
from fairtone.policy import format_text

DONE, DIFFERENT, UNREADABLE = 0, 1, 2


def fmt(
    path: Annotated[Path, Parameter(name="PATH")],
    /,
    *,
    check: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Align the blocks of a policy; prose and comments stay as they are.

    Exit status: 0 done, 1 if `--check` found something to align, 2 if it cannot be read or written.

    Parameters
    ----------
    path
        The policy's folder, or its text.
    check
        Write nothing, and say whether there is something to align.
    """
    file = path / "policy.md" if path.is_dir() else path
    try:
        # As octets, so that line ends stay what they are.
        before = file.read_bytes().decode("utf-8")
        after = format_text(before, file.name)
        if after != before and not check:
            file.write_bytes(after.encode("utf-8"))
    except UnicodeDecodeError as problem:
        octet = problem.object[problem.start]
        complain(f"`{file}` is not UTF-8: octet {octet:#04x} at offset {problem.start}")
        return UNREADABLE
    except OSError as problem:
        complain(problem)
        return UNREADABLE
    console = Console(soft_wrap=True)
    if after == before:
        return DONE
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    changed = [number for number, (old, new) in enumerate(lines, start=1) if old != new]
    place = f"{file}:{changed[0]}"
    many = "1 line" if len(changed) == 1 else f"{len(changed)} lines"
    said = f"{many} to align, the first at" if check else f"{many} aligned, the first at"
    console.print(f"{said} {escape(place)}", highlight=False)
    return DIFFERENT if check else DONE
