"""One run over a folder of logs: read, fold, judge, describe, write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.engine import Engine
from stillwatch.errors import InputError
from stillwatch.pipeline.calibrate import calibrated, read_calibration
from stillwatch.pipeline.early import detected_at
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.inputs import Inputs
from stillwatch.pipeline.judge import Judgement, judge
from stillwatch.pipeline.opened import Given, opened
from stillwatch.pipeline.results import results
from stillwatch.pipeline.run import Logs, Progress, Run, Side
from stillwatch.pipeline.write import prepare, write
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration
from stillwatch.settings import EngineName, Settings

__all__ = ["detect"]


class _Steps:
    """Ingest tells how far it is; progress wants to know how much further."""

    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._before = (0, 0)

    def __call__(self, count_bytes: int, rows: int) -> None:
        before_bytes, before_rows = self._before
        self._before = (count_bytes, rows)
        self._tell.advance(max(count_bytes - before_bytes, 0), max(rows - before_rows, 0))


class _Quiet:
    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """Say nothing."""

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Say nothing."""


def detect(
    logs: Logs,
    *,
    accounts: Side = None,
    releases: Side = None,
    as_of: datetime | str | None = None,
    out: str | Path | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    every: timedelta | None = None,
    calibration: Calibration | str | Path | None = None,
    inspect: Callable[[Tables, Judgement], None] | None = None,
    engine: EngineName = "duckdb",
    table: str | None = None,
) -> Run:
    """Find the campaigns in logs.

    Args:
        logs: A file, folder, glob, `-`, several of them, or an Arrow table of schema EXCHANGE.
        accounts: File or table of schema ACCOUNT; without it identity evidence is silent.
        releases: File or table of schema MODEL_RELEASE.
        as_of: The moment of the run; later exchanges are ignored. Default: after the last one.
        out: Folder for the results; None keeps them in memory.
        format: Name of the log format, where it should not be recognised.
        mapping: Mapping file or preset for a warehouse export.
        settings: What an operator may set.
        progress: Whom to tell how far the run is.
        every: Look for each campaign's first moment in steps of this length; None looks roughly.
        calibration: What `stillwatch calibrate` stored; None fits nulls to these logs.
        inspect: Is shown the rollups and the judgement while the engine still holds them.
        engine: Where the work runs: `duckdb` in this process, `spark` on a cluster.
        table: A table that the Spark session knows, instead of `logs`.

    Raises:
        InputError: Nothing could be read.
        SchemaError: A table does not follow the contract.
        OutputError: The results cannot be written.
    """
    stored = (
        read_calibration(Path(calibration)) if isinstance(calibration, str | Path) else calibration
    )
    chosen = calibrated(settings or Settings(), stored)
    tell = progress or _Quiet()
    folder = None if out is None else Path(out)
    as_of = _moment(as_of)
    given = Given(
        logs=logs, table=table, accounts=accounts, releases=releases, out=folder, format=format,
        mapping=mapping, as_of=as_of, on_progress=_Steps(tell),
    )  # fmt: skip
    with opened(engine, given, chosen) as (where, inputs):
        if folder is not None:
            prepare(folder)
        tell.stage("read", inputs.total_bytes)
        if not inputs.spool(where):
            message = "no exchange was read"
            raise InputError(message, hint="the logs are empty")
        found = _find(where, inputs, chosen, tell, as_of=as_of, folder=folder, every=every,
                      calibration=stored, inspect=inspect)  # fmt: skip
    if folder is not None:
        tell.stage("write")
        write(found, folder, members_shown=chosen.report.members_shown)
    return found


def _moment(given: datetime | str | None) -> datetime | None:
    if isinstance(given, str):
        try:
            given = datetime.fromisoformat(given)
        except ValueError as error:
            message = f"as_of is {given!r}, which is no moment"
            raise InputError(message, hint="write 2026-06-01 or 2026-06-01T12:00:00Z") from error
    return given if given is None or given.tzinfo else given.replace(tzinfo=UTC)


def _find(
    engine: Engine,
    inputs: Inputs,
    settings: Settings,
    tell: Progress,
    *,
    as_of: datetime | None,
    folder: Path | None,
    every: timedelta | None,
    calibration: Calibration | None,
    inspect: Callable[[Tables, Judgement], None] | None,
) -> Run:
    tell.stage("roll up")
    tables, repeats = fold(
        engine, accounts=inputs.accounts, releases=inputs.releases, as_of=as_of,
        minimum_exchanges=settings.detect.minimum_exchanges,
        minimum_parties=settings.detect.minimum_parties,
    )  # fmt: skip
    if not tables.accounts.num_rows:
        message = f"no exchange lies before {as_of}"
        raise InputError(message, hint="choose a later moment with --as-of")
    tell.stage("detect, link, form, assess")
    judged = judge(tables, minimum_parties=settings.detect.minimum_parties, calibration=calibration)
    run = results(
        judged,
        tables,
        settings=settings,
        earlier=_earlier(folder),
        names=inputs.names,
        summary_of=inputs.summary,
        repeats=repeats,
        as_of=as_of,
        again=inputs.again,
        detected=lambda campaigns: detected_at(
            engine, inputs, campaigns, tables, every=every, settings=settings,
            calibration=calibration,
        ),
        tell=tell,
        calibration=calibration,
    ).run  # fmt: skip
    if inspect is not None:
        inspect(tables, judged)
    return run


def _earlier(folder: Path | None) -> dict[str, frozenset[str]]:
    """Members of the campaigns of the previous run in the same folder."""
    path = None if folder is None else folder / "members.parquet"
    if path is None or not path.exists():
        return {}
    try:
        table = pq.read_table(path, columns=["campaign_id", "account_id"])
    except (pa.ArrowInvalid, OSError):
        return {}
    members: dict[str, set[str]] = {}
    for row in table.to_pylist():
        members.setdefault(row["campaign_id"], set()).add(row["account_id"])
    return {name: frozenset(ids) for name, ids in members.items()}
