"""Where the policy lies that Fairtone ships: in the installed package, or in the repository."""

from pathlib import Path

import fairtone

_INSIDE = Path(fairtone.__file__).parent


def shipped_policy() -> Path:
    """The folder of the shipped acceptable use policy."""
    installed = _INSIDE / "policies" / "acceptable-use"
    return installed if installed.is_dir() else _INSIDE.parents[1] / "policies" / "acceptable-use"
