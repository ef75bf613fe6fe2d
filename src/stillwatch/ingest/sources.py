"""Finds the files of a run: folders, patterns, single files, standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from stat import S_ISREG

from stillwatch.errors import InputError, NotFoundError
from stillwatch.ingest.importer import TableFormat
from stillwatch.ingest.json_text import first_objects, is_lines, looks_like_json
from stillwatch.ingest.lake import lake_files, lake_kind
from stillwatch.ingest.registry import document_formats, table_formats
from stillwatch.ingest.source import STDIN, Source, head_of, nearest
from stillwatch.schema import ACCOUNT, MODEL_RELEASE

__all__ = ["exchanges_in", "sources"]

_TIME_OF_CANONICAL = {"exchange_id", "started_at"}


def sources(paths: Sequence[str | Path], *, leave_out: Path | None = None) -> list[Source]:
    """The files under the given folders, patterns and names, in order, each looked into.

    A folder gives every file below it, sorted, without hidden ones, and of a Delta or Iceberg table
    those that hold it as it stands; `-` is standard input. What
    holds no exchanges is in the list too, with a `note` that says so: nothing is left out silently.
    `leave_out` is the folder of the results, which a run must not read as logs.

    Raises:
        ConfigError: A table of a lake is there, and the package that knows its files is not.
        InputError: A table of a lake cannot be read by its files.
        NotFoundError: A name or pattern that fits nothing; all of them at once.
    """
    found: list[Source] = []
    missing: list[str] = []
    own = None if leave_out is None else str(leave_out.resolve())
    for given in map(str, paths):
        aside: list[Source] = []
        files = list(_expanded(given, own, aside))
        if not files and not aside and not Path(given).is_dir():
            missing.append(given)
        elif not files and not aside:
            found.append(_skipped(given, "not exchanges: the folder holds no file"))
        found += [_look(file) for file in files] + aside
    if missing:
        message = f"nothing is at {', '.join(map(repr, missing))}"
        raise NotFoundError(message, hint=nearest(missing[0]))
    return list({source.path: source for source in found}.values())


def exchanges_in(row: Mapping[str, object]) -> str | None:
    """The format of an object or a table row with these keys; None where no importer knows it."""
    return next((unit.name for unit in document_formats() if unit.recognise(row)), None)


def _expanded(given: str, own: str | None, aside: list[Source]) -> Iterator[str]:
    path = Path(given)
    if given == STDIN or path.is_file():
        yield given
    elif path.is_dir():
        yield from _below(path, own, aside)
    else:
        for match in sorted(glob.glob(given, recursive=True)):  # noqa: PTH207 takes absolute patterns
            yield from _below(Path(match), own, aside) if Path(match).is_dir() else [match]


def _below(folder: Path, own: str | None, aside: list[Source]) -> Iterator[str]:
    """The files under a folder; what is left out is set `aside` with the reason."""

    def refused(error: OSError) -> None:
        aside.append(_skipped(str(error.filename), f"cannot be read: {error.strerror}"))

    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, onerror=refused, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen or real == own:
            folders.clear()  # a link back to a folder above it, or what this very run writes
            continue
        seen.add(real)
        kind = lake_kind(parent) if {"_delta_log", "metadata"} & set(folders) else None
        if kind is not None:
            folders.clear()
            yield from lake_files(parent, kind)
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (str(Path(parent) / f) for f in sorted(files) if not f.startswith("."))


def _look(path: str) -> Source:
    try:
        told = None if path == STDIN else Path(path).stat()
        if told is not None and not S_ISREG(told.st_mode):
            return _skipped(path, "a pipe or device; pipe it into standard input and name it '-'")
        size = 0 if told is None else told.st_size
        head, compression = head_of(path)
    except OSError as error:
        return Source(
            path=path, size=0, compression="none", format="jsonl", note=f"cannot be read: {error}"
        )
    if not head.strip():
        return _skipped(path, "not exchanges: the file is empty")
    for unit in table_formats():
        if unit.recognise(head):
            source = Source(path=path, size=size, compression=compression, format=unit.name)
            return _with_note(source, _table_note(unit, source))
    if not looks_like_json(head) and not is_text(head):
        return _skipped(path, "not exchanges: neither text nor Parquet")
    name, note = _of_objects(head)
    return Source(path=path, size=size, compression=compression, format=name, note=note)


def _table_note(unit: TableFormat, source: Source) -> str:
    try:
        names = unit.columns(source)
    except InputError:
        return ""  # a damaged table is read, and rejected, in its turn
    if set(names) & _TIME_OF_CANONICAL or exchanges_in(dict.fromkeys(names, "")):
        return ""
    return _not_exchanges(names)


def _of_objects(head: bytes) -> tuple[str, str]:
    objects = first_objects(head)
    known = next((name for one in objects if (name := exchanges_in(one))), None)
    if known is not None:
        return known, ""
    tables = [one for one in objects if _other_table(one)]
    if objects and len(tables) == len(objects):
        return "jsonl", _not_exchanges(list(objects[0]))
    if len(objects) == 1 and not is_lines(head):
        return "jsonl", _not_exchanges(list(objects[0]))
    if not objects and not looks_like_json(head) and b"{" not in head:
        return "jsonl", "not exchanges: text without any JSON object"
    return "jsonl", ""


def _other_table(row: Mapping[str, object]) -> bool:
    keys = set(row)
    return bool(keys & {"account_id", "campaign_id"}) or set(MODEL_RELEASE.names) <= keys


def _not_exchanges(names: Sequence[str]) -> str:
    known = [name for name in names if name in ACCOUNT.names]
    if set(MODEL_RELEASE.names) <= set(names):
        return "not exchanges: a table of model releases"
    if len(known) > 2 and "account_id" in known:  # noqa: PLR2004 more than ids
        return "not exchanges: a table of accounts"
    return f"not exchanges: no exchange_id or started_at among {', '.join(names[:8])}"


def is_text(head: bytes) -> bool:
    """Whether bytes look like text, however damaged."""
    return b"\x00" not in head


def _skipped(path: str, note: str) -> Source:
    return Source(path=path, size=0, compression="none", format=None, note=note)


def _with_note(source: Source, note: str) -> Source:
    return Source(
        path=source.path,
        size=source.size,
        compression=source.compression,
        format=source.format,
        note=note,
    )
