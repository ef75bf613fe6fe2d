"""Which files are the history: one small file that is replaced whole, so a crash picks a side."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import orjson

from stillwatch.errors import InputError
from stillwatch.pipeline.online.journal import sync_folder

__all__ = ["Manifest", "Segment", "commit", "load", "replace_file"]

_NAME = "manifest.json"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A sealed file of readings.

    Attributes:
        name: File name.
        rows: Readings in it.
        last_us: Moment of the latest, microseconds since 1970.
        rate: Share of the exchanges that were kept when it was last thinned.
    """

    name: str
    rows: int
    last_us: int
    rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The committed state of a history.

    Attributes:
        number: Of the journal in use, and of the next segment.
        segments: Sealed files, oldest first.
        rate: Share of arriving exchanges that is kept, 0…1.
        latest_us: Latest moment that was ever accepted, microseconds since 1970.
        sampled_out: Exchanges that were let go because there were too many.
    """

    number: int = 0
    segments: tuple[Segment, ...] = field(default=())
    rate: float = 1.0
    latest_us: int = 0
    sampled_out: int = 0

    def rows(self) -> int:
        """Readings in all segments."""
        return sum(segment.rows for segment in self.segments)


def load(folder: Path) -> Manifest:
    """The manifest of a folder, or an empty one where none was committed.

    Raises:
        InputError: It is damaged or of a later version.
    """
    path = folder / _NAME
    if not path.exists():
        return Manifest()
    try:
        found = orjson.loads(path.read_bytes())
        version = found.pop("version")
        segments = tuple(Segment(**s) for s in found.pop("segments"))
        made = replace(Manifest(**found), segments=segments)
    except (orjson.JSONDecodeError, TypeError, KeyError, AttributeError) as error:
        message = f"the history's manifest {str(path)!r} is damaged"
        raise InputError(message, hint="restore the folder from a backup") from error
    if version != _VERSION:
        message = f"the history in {str(folder)!r} has version {version}; this program reads 1"
        raise InputError(message, hint="use the version of stillwatch that wrote it")
    return made


def commit(folder: Path, manifest: Manifest) -> None:
    """Make this the state of the history, at once and for good."""
    replace_file(folder / _NAME, orjson.dumps({"version": _VERSION, **asdict(manifest)}))


def replace_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace a file whole; a crash leaves the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
