"""From kernel source to a function pointer: compiled once, kept on disk by the hash of its text."""

import hashlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path

import cffi
import numba

from fairtone.engine import machine, windows

_ffi = cffi.FFI()


def cache_folder() -> Path:
    """Where compiled kernels are kept: `FAIRTONE_CACHE`, else the user's cache folder."""
    named = os.environ.get("FAIRTONE_CACHE")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fairtone"


def compiled(source: str, folder: Path | None = None) -> Callable[[int], int]:
    """The kernel of a source text, as a function of the address of its context."""
    parts = (source, inspect.getsource(machine), inspect.getsource(windows), numba.__version__)
    name = "kernel_" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
    if name not in sys.modules:
        path = (folder or cache_folder()) / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written beside and moved, so that two processes never read half a kernel.
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(source)
            draft.replace(path)
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # Compiled functions look their module up by name while it is still being made.
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    address = sys.modules[name].process.address
    pointer: Callable[[int], int] = _ffi.cast("int64_t(*)(int64_t)", address)
    return pointer
