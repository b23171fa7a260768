"""The state of an engine in a file, and back: the reserved memory that is in use, as it lies.

An Arrow stream of 64-bit words; each batch says in its metadata which array it belongs to. A
snapshot belongs to a kernel and a secret: another policy does not take it.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fairtone.engine.fast import FastCore
from fairtone.engine.kernel_tables import BUCKETS, HIGH
from fairtone.engine.windows import CHUNK

_FORMAT = "fairtone snapshot 1"
_CHUNK = 1 << 23
_KEPT = 2  # control words before this are addresses of this process

Words = npt.NDArray[np.int64]


class SnapshotError(ValueError):
    """A snapshot that cannot be taken: of another policy, of another secret, or damaged."""


def save(core: FastCore, path: Path, counts: dict[str, int]) -> None:
    """Write the state beside `path` and move it there, so that a crash leaves the old one whole."""
    draft = path.with_name(path.name + ".draft")
    about = {"format": _FORMAT, "identity": _identity(core), "counts": json.dumps(counts)}
    schema = pa.schema([("words", pa.int64())], metadata=about)
    with draft.open("wb") as file:
        with pa.ipc.new_stream(file, schema) as stream:
            for name, start, words in _parts(core):
                batch = pa.record_batch([pa.array(words)], schema=schema)
                stream.write_batch(batch, custom_metadata={"array": name, "start": str(start)})
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def restore(core: FastCore, path: Path) -> dict[str, int]:
    """Read a state into a new core of the same policy; the counts that were saved with it."""
    try:
        with pa.memory_map(str(path)) as file, pa.ipc.open_stream(file) as stream:
            about = {k.decode(): v.decode() for k, v in (stream.schema.metadata or {}).items()}
            _check(core, path, about)
            for batch, meta in _batches(stream):
                name, start = meta[b"array"].decode(), int(meta[b"start"])
                _array(core, name)[start:][: batch.num_rows] = batch.column(0).to_numpy()
    except (pa.ArrowInvalid, OSError) as error:
        raise SnapshotError(f"`{path.name}` cannot be read as a snapshot: {error}") from error
    counts: dict[str, int] = json.loads(about["counts"])
    return counts


def _check(core: FastCore, path: Path, about: dict[str, str]) -> None:
    if about.get("format") != _FORMAT:
        raise SnapshotError(f"`{path.name}` is not a snapshot of this version of fairtone")
    if about["identity"] != _identity(core):
        raise SnapshotError(
            f"`{path.name}` is of another policy, secret or capacity: replay the events instead"
        )


def _batches(stream: Any) -> Iterator[tuple[Any, Any]]:
    while True:
        try:
            yield stream.read_next_batch_with_custom_metadata()
        except StopIteration:
            return


def _identity(core: FastCore) -> str:
    """What state depends on: the kernel's text, and the secret by the hash of a known word."""
    probe = core.columns.probe()
    return hashlib.sha256(f"{probe}\0{core.source}".encode()).hexdigest()


def _array(core: FastCore, name: str) -> Words:
    kind, _, number = name.partition(" ")
    match kind:
        case "variables":
            return core.vars
        case "control":
            return core.controls[int(number)]
        case "rows":
            return core.rows[int(number)].words
        case "buckets":
            return core.buckets[int(number)].words
        case "ring":
            return core.ring_controls[int(number)]
        case "directory":
            return core.directories[int(number)].words
        case "records":
            return core.rings[int(number)].words
        case _:
            raise SnapshotError(f"`{name}` is not an array of an engine")


def _parts(core: FastCore) -> Iterator[tuple[str, int, Words]]:
    """Every array in use, in pieces: its name, where the piece starts, the words."""
    yield "variables", 0, core.vars
    for table in core.plan.tables:
        control = core.controls[table.index]
        yield f"control {table.index}", _KEPT, control[_KEPT:]
        rows = (int(control[HIGH // 8]) + 1) * table.size // 8
        yield from _pieces(f"rows {table.index}", core.rows[table.index].words, 0, rows)
        buckets = (int(control[BUCKETS // 8]) + 1) // 2
        yield from _pieces(f"buckets {table.index}", core.buckets[table.index].words, 0, buckets)
    for ring in core.plan.rings:
        control = core.ring_controls[ring.index]
        yield f"ring {ring.index}", _KEPT, control[_KEPT:]
        words = int(control[3]) * CHUNK * ring.size // 8
        yield from _pieces(f"records {ring.index}", core.rings[ring.index].words, 0, words)
        head = int(core.vars[core.layout.head(ring.index) // 8])
        tail = int(core.vars[core.layout.tail(ring.index) // 8])
        directory, most = core.directories[ring.index].words, int(control[4]) // 2
        first, last = tail // CHUNK // 2, head // CHUNK // 2
        first, last = first & most, last & most
        spans = [(first, last + 1)] if first <= last else [(first, most + 1), (0, last + 1)]
        for start, end in spans:
            yield from _pieces(f"directory {ring.index}", directory, start, end)


def _pieces(name: str, words: Words, start: int, end: int) -> Iterator[tuple[str, int, Words]]:
    for place in range(start, end, _CHUNK):
        yield name, place, words[place : min(place + _CHUNK, end)]
