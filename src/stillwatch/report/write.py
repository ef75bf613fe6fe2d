"""Puts report.html and report.json into a folder, each whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import orjson

from stillwatch.errors import OutputError
from stillwatch.report.render import render
from stillwatch.report.view import SHOWN_MEMBERS
from stillwatch.schema.report import Report

__all__ = ["write_report"]


def write_report(report: Report, folder: Path, *, members_shown: int = SHOWN_MEMBERS) -> None:
    """Writes both files; a reader sees the old file or the new one, never half of one.

    Nothing of the moment of writing goes in: the same report gives the same bytes.

    Raises:
        OutputError: The report holds what JSON cannot, or the folder cannot be written.
    """
    try:
        data = orjson.dumps(report, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)
    except TypeError as fault:
        message = f"the report cannot be written as JSON: {fault}"
        raise OutputError(message, hint="every value must be plain JSON") from fault
    page = render(report, members_shown=members_shown).encode("utf-8")
    _replace(folder / "report.json", data + b"\n")
    _replace(folder / "report.html", page)


def _replace(path: Path, data: bytes) -> None:
    """Writes beside the file, flushes to disk, and renames over it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as fault:
        with suppress(OSError):
            beside.unlink()
        message = f"cannot write {str(path)!r}: {fault.strerror or fault}"
        raise OutputError(message, hint="choose a folder that can be written") from fault
