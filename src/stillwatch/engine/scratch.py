"""A folder by URL for what a cluster writes on the way; gone when the run is."""

from __future__ import annotations

import logging
import re
import secrets
import tempfile
from pathlib import Path

import pyarrow as pa
from pyarrow import fs

__all__ = ["Scratch", "as_url", "delete", "located"]

_LOG = logging.getLogger(__name__)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_LOCAL = "file://"
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
