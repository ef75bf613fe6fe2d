"""The arguments and options that several verbs share, each declared once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from stillwatch.cli.values import moment
from stillwatch.settings import EngineName

__all__ = [
    "Accounts",
    "AsOf",
    "CalibrationFile",
    "Engine",
    "Format",
    "Logs",
    "LogsOrTable",
    "Mapping",
    "Out",
    "Releases",
    "SettingsFile",
    "Table",
]

Logs: TypeAlias = Annotated[
    list[Path],
    typer.Argument(help="Files and folders of exchange logs.", show_default=False),
]
LogsOrTable: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        help="Files and folders of exchange logs; with --engine spark URLs too.",
        show_default=False,
    ),
]
Engine: TypeAlias = Annotated[
    EngineName,
    typer.Option(
        help="Where the work runs: in this process, or on a Spark cluster.", metavar="NAME"
    ),
]
Table: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="A table that the Spark session knows (db.exchanges), instead of files.",
        metavar="NAME",
    ),
]
Accounts: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Account table; without it identity evidence is silent.", metavar="FILE"),
]
Releases: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="Model release table; without it pivots are not looked for.", metavar="FILE"),
]
AsOf: TypeAlias = Annotated[
    datetime | None,
    typer.Option(
        help="Judge as known at this moment (ISO 8601, UTC unless it says otherwise); "
        "by default the last exchange.",
        metavar="TIME",
        parser=moment,
    ),
]
Out: TypeAlias = Annotated[
    Path,
    typer.Option(
        help="Folder for the results; campaigns keep the names of an earlier run there.",
        metavar="DIR",
    ),
]
Format: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Log format; by default it is recognised.", metavar="NAME"),
]
Mapping: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="Mapping file, or the name of one that comes along: which field is which column.",
        metavar="FILE",
    ),
]
CalibrationFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--calibration",
        help="What `stillwatch calibrate` stored; by default nulls are fitted to these logs.",
        metavar="FILE",
    ),
]
SettingsFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        help="Settings file; by default stillwatch.toml where it exists.",
        metavar="FILE",
    ),
]
