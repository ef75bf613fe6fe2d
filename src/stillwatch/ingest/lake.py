"""Delta and Iceberg folders: which of their Parquet files hold the table as it stands.

Such a folder also holds files that were superseded or deleted; reading all of them counts rows that
are gone. The table's own log says which files count, and the formats' Python packages read it. What
plain files cannot give (deletion vectors, renamed columns, values that are in folder names only) is
refused with a word on what can read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal, TypeAlias

from pyarrow import fs

from stillwatch.engine.scratch import as_url, located
from stillwatch.errors import ConfigError, InputError
from stillwatch.schema import EXCHANGE

__all__ = ["Lake", "lake_files", "lake_kind"]

Lake: TypeAlias = Literal["Delta", "Iceberg"]
_LOCAL = "file://"
_METADATA = ".metadata.json"
_WITH_SPARK = "name it with --engine spark --table, in a session that has the package for it"
_PACKAGE = {"Delta": "deltalake", "Iceberg": "pyiceberg"}


def lake_kind(place: str) -> Lake | None:
    """Whether a folder, as path or URL, is a table of one of the two formats.

    Raises:
        InputError: The place cannot be looked at.
    """
    try:
        system, path = located(as_url(place))
        if system.get_file_info(f"{path}/_delta_log").type == fs.FileType.Directory:
            return "Delta"
        return "Iceberg" if _versions(system, f"{path}/metadata") else None
    except (OSError, ValueError) as error:
        message = f"{place} cannot be looked at: {error}"
        raise InputError(message, hint="check the address and who may read it") from error


def lake_files(place: str, kind: Lake) -> list[str]:
    """The files that hold the table's rows now, sorted; paths for a path, URLs for a URL.

    Raises:
        ConfigError: The format's package is not installed.
        InputError: The table cannot be read, or its files alone do not say what is in it.
    """
    try:
        package = import_module({"Delta": "deltalake", "Iceberg": "pyiceberg.table"}[kind])
    except ImportError as error:
        message = f"{place} is a {kind} table, and the package {_PACKAGE[kind]} is not installed"
        hint = f"pip install 'stillwatch[lake]', or {_WITH_SPARK}"
        raise ConfigError(message, hint=hint) from error
    try:
        files = _delta(place, package) if kind == "Delta" else _iceberg(place, package)
    except InputError:
        raise
    except Exception as error:  # the packages' own errors have no common base
        message = f"the {kind} table {place} cannot be read: {error}"
        raise InputError(message, hint=_WITH_SPARK) from error
    plain = "://" not in place
    return sorted(f.removeprefix(_LOCAL) if plain else f for f in files)


def _delta(place: str, package: Any) -> list[str]:  # noqa: ANN401 - an extra
    table = package.DeltaTable(re.sub(r"^s3[an]://", "s3://", place))
    features = set(table.protocol().reader_features or ())
    if "deletionVectors" in features:
        _refuse(place, "Delta", "it marks rows as deleted beside its files (deletion vectors)")
    mode = table.metadata().configuration.get("delta.columnMapping.mode", "none")
    if mode != "none":
        _refuse(place, "Delta", "its columns have other names in its files (column mapping)")
    hidden = [name for name in table.metadata().partition_columns if name in EXCHANGE.names]
    if hidden:
        _refuse(place, "Delta", f"it is partitioned by {', '.join(hidden)}, not in its files")
    return list(table.file_uris())


def _iceberg(place: str, package: Any) -> list[str]:  # noqa: ANN401 - an extra
    url = as_url(place)
    system, path = located(url)
    names = _versions(system, f"{path}/metadata")
    if len(names) > 1 and _version(names[-1])[0] == _version(names[-2])[0]:
        _refuse(place, "Iceberg", f"{names[-2]} and {names[-1]} both claim to be the newest")
    table = package.StaticTable.from_metadata(f"{url}/metadata/{names[-1]}")
    known: dict[int, str] = {}
    for schema in table.metadata.schemas:
        for field in schema.fields:
            if known.setdefault(field.field_id, field.name) != field.name:
                _refuse(place, "Iceberg", f"its column {field.name} had another name before")
    tasks = list(table.scan().plan_files())
    if any(task.delete_files for task in tasks):
        _refuse(place, "Iceberg", "it marks rows as deleted beside its files (delete files)")
    return [task.file.file_path for task in tasks]


def _versions(system: fs.FileSystem, folder: str) -> Sequence[str]:
    """Names of an Iceberg table's metadata files, the newest last."""
    selector = fs.FileSelector(folder, allow_not_found=True)
    names = [f.base_name for f in system.get_file_info(selector)]
    return sorted((n for n in names if n.endswith(_METADATA)), key=_version)


def _version(name: str) -> tuple[int, str]:
    number = re.match(r"v?(\d+)", name)
    return (int(number.group(1)) if number else -1, name)


def _refuse(place: str, kind: Lake, why: str) -> None:
    message = f"the {kind} table {place} cannot be read by its files: {why}"
    raise InputError(message, hint=_WITH_SPARK)
