"""A folder by URL for what a cluster writes on the way; gone when the run is."""

from __future__ import annotations

import logging
import re
import secrets
import tempfile
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

__all__ = ["Scratch", "as_url", "delete", "located", "parts_of", "siblings", "whole"]

_LOG = logging.getLogger(__name__)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_LOCAL = "file://"
_MARK = "_SUCCESS"
_HADOOP = {"s3a": "s3", "s3n": "s3"}
"""What Hadoop calls a kind of storage, and what Arrow calls it."""


def as_url(place: str | Path) -> str:
    """A place as a URL; one without a scheme is a folder of this machine.

    >>> as_url("s3a://logs/exchanges")
    's3a://logs/exchanges'
    >>> as_url("/data/exchanges")
    'file:///data/exchanges'
    """
    text = str(place)
    return text if _SCHEME.match(text) else f"{_LOCAL}{Path(text).absolute()}"  # as Hadoop has it


def located(url: str) -> tuple[fs.FileSystem, str]:
    """Arrow's file system for a URL, and the path in it."""
    if url.startswith(_LOCAL):
        return fs.LocalFileSystem(), url.removeprefix(_LOCAL)
    scheme, _, rest = url.partition("://")
    system, path = fs.FileSystem.from_uri(f"{_HADOOP.get(scheme, scheme)}://{rest}")
    return system, path


def delete(url: str) -> None:
    """Delete a folder; one that is not there is fine, one that cannot be deleted is logged."""
    try:
        system, path = located(url)
        if system.get_file_info(path).type == fs.FileType.Directory:
            system.delete_dir(path)
    except (pa.ArrowException, OSError) as error:
        _LOG.warning("could not delete %s: %s; delete it by hand", url, error)


def siblings(url: str, prefix: str) -> list[str]:
    """Folders beside a URL whose names begin so."""
    base, _, own = url.rpartition("/")
    system, path = located(base)
    if system.get_file_info(path).type != fs.FileType.Directory:
        return []
    names = [f.base_name for f in system.get_file_info(fs.FileSelector(path))]
    return [f"{base}/{name}" for name in sorted(names) if name.startswith(prefix) and name != own]


def whole(url: str) -> bool:
    """Whether Spark wrote a folder to the end."""
    system, path = located(url)
    return bool(system.get_file_info(f"{path}/{_MARK}").type == fs.FileType.File)


def parts_of(place: str) -> dict[str, list[fs.FileInfo]]:
    """The Parquet files at or below a place, by the folder that they lie in, as URLs.

    Raises:
        OSError: The place cannot be listed.
    """
    url = as_url(place)
    system, path = located(url)
    start = url.removesuffix(path)
    if system.get_file_info(path).type == fs.FileType.File:
        files = [system.get_file_info(path)]
    else:
        files = system.get_file_info(fs.FileSelector(path, recursive=True))
    found: dict[str, list[fs.FileInfo]] = {}
    for file in files:
        inside = file.path.removeprefix(path).split("/")
        hidden = any(part.startswith((".", "_")) for part in inside)
        if file.type == fs.FileType.File and file.extension == "parquet" and not hidden:
            found.setdefault(f"{start}{file.path.rpartition('/')[0]}", []).append(file)
    return found


class Scratch:
    """Fresh places under one folder of this run's own.

    Args:
        base: A folder that this process and every worker can write, as URL or path; None is a
            temporary folder of this machine, which serves a local session only.
    """

    def __init__(self, base: str | Path | None = None) -> None:
        if base is None:
            self.url = as_url(tempfile.mkdtemp(prefix="stillwatch-spark-"))
        else:
            self.url = f"{as_url(base).rstrip('/')}/stillwatch-{secrets.token_hex(6)}"
        self._made = 0

    def fresh(self, name: str) -> str:
        """A URL that was never given before; nothing is there."""
        self._made += 1
        return f"{self.url}/{self._made:05d}-{name}"

    def close(self) -> None:
        """Delete the folder and all in it."""
        delete(self.url)
