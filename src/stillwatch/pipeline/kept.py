"""Readings that outlive a run: of each folder of logs those made before, while nothing changed.

A folder (a day, as a rule) is known by its files' names, sizes and times, and by all else that a
reading depends on. Its readings are whole or not there: Spark marks them when the last task is
done, and what is not marked is made anew.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from stillwatch.engine.scratch import as_url, delete, parts_of, siblings, whole
from stillwatch.engine.spark import Source, Spark
from stillwatch.errors import InputError
from stillwatch.pipeline.cluster_kernels import NOTED, ReadKernel

__all__ = ["kept"]

_LOG = logging.getLogger(__name__)
_FORMAT = "1"
"""To be raised when a reading of the same exchange comes out otherwise."""
_CODE = 20  # hex digits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A folder of logs.

    Attributes:
        folder: Its URL.
        files: URLs of its files.
        code: Changes when any of them does.
    """

    folder: str
    files: tuple[str, ...]
    code: str


def kept(
    engine: Spark, source: Source, columns: Sequence[str], kernel: ReadKernel, place: str
) -> list[str]:
    """Where the readings of every folder are; those that are not there yet are made.

    Args:
        engine: Reads what is new.
        source: The logs; files only.
        columns: Columns that are read, of those that a folder has.
        kernel: Makes readings.
        place: The folder of kept readings, a URL or a path.
    """
    base = as_url(place).rstrip("/")
    places, made = [], 0
    for part in _parts(source, kernel):
        name = _coded(part.folder)
        url = f"{base}/{name}-{part.code}"
        if not whole(url):
            delete(url)
            new = Source(paths=part.files)
            has = set(engine.columns(new))
            engine.keep(url, new, [c for c in columns if c in has], kernel, NOTED)
            made += 1
            for old in siblings(url, f"{name}-"):
                delete(old)
        places.append(url)
    _LOG.info("%s folders of logs were read, %s had been before", made, len(places) - made)
    return places


def _parts(source: Source, kernel: ReadKernel) -> list[_Part]:
    depends = "\n".join(
        (
            _FORMAT,
            NOTED.to_string(),
            repr(kernel.mapping),
            kernel.redactor.digest("kept readings", b""),
            str(kernel.redactor.keep_addresses),
        )
    )
    folders: dict[str, dict[str, str]] = {}
    for path in source.paths:
        try:
            found = parts_of(path)
        except OSError as error:
            message = f"{path} cannot be listed: {error}"
            raise InputError(
                message, hint="without spark.readings_folder it need not be"
            ) from error
        for folder, files in found.items():
            folders.setdefault(folder, {}).update(
                {f"{folder}/{f.base_name}": f"{f.size} {f.mtime_ns}" for f in files}
            )
    return [
        _Part(
            folder=folder,
            files=tuple(sorted(files)),
            code=_coded("\n".join([depends, *(f"{k} {files[k]}" for k in sorted(files))])),
        )
        for folder, files in sorted(folders.items())
    ]


def _coded(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_CODE]
