"""Fit what a run fits, once, on a window of own traffic, and keep it; read it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from stillwatch import __version__
from stillwatch.assess.discovery import threshold
from stillwatch.engine import DuckDB
from stillwatch.errors import ConfigError, InputError, OutputError
from stillwatch.pipeline.drift import distributions
from stillwatch.pipeline.findings import campaigns_of, moment
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.inputs import Inputs, open_inputs
from stillwatch.pipeline.judge import judge
from stillwatch.pipeline.labels import label_groups, read_labels, refit
from stillwatch.pipeline.run import Logs, Side
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import CALIBRATION_FORMAT, Calibration, FittedOn
from stillwatch.settings import Settings

__all__ = ["calibrate", "calibrated", "read_calibration", "write_calibration"]

_STORED: TypeAdapter[Calibration] = TypeAdapter(Calibration)


def calibrate(
    logs: Logs,
    *,
    accounts: Side = None,
    releases: Side = None,
    labels: Path | None = None,
    false_share: float | None = None,
    as_of: datetime | None = None,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None = None,
    settings: Settings | None = None,
) -> Calibration:
    """Fit nulls, thresholds and, with labels, weights on own traffic.

    Args:
        logs: As `detect` takes them.
        accounts: File or table of schema ACCOUNT.
        releases: File or table of schema MODEL_RELEASE.
        labels: CSV of verdicts; None leaves every weight at 1.
        false_share: Largest share of the reported campaigns that may be expected to be false, 0..1;
            None takes the one of the settings.
        as_of: Later exchanges are ignored.
        format: Name of the log format, where it should not be recognised.
        mapping: Mapping file or preset for a warehouse export.
        settings: What an operator may set.

    Raises:
        InputError: Nothing could be read, or the labels cannot.
    """
    chosen = settings or Settings()
    known = () if labels is None else read_labels(labels)
    inputs = open_inputs(
        logs, accounts=accounts, releases=releases, out=None, format=format, mapping=mapping,
        as_of=as_of, settings=chosen,
    )  # fmt: skip
    share = chosen.assess.false_share if false_share is None else false_share
    memory = f"{chosen.rollup.memory_limit_mib}MiB"
    with DuckDB(memory=memory, folder=chosen.rollup.spill_folder) as engine:
        if not inputs.spool(engine):
            message = "no exchange was read"
            raise InputError(message, hint="the logs are empty")
        tables, _ = fold(
            engine, accounts=inputs.accounts, releases=inputs.releases, as_of=as_of,
            minimum_exchanges=chosen.detect.minimum_exchanges,
            minimum_parties=chosen.detect.minimum_parties,
        )  # fmt: skip
        judged = judge(tables, minimum_parties=chosen.detect.minimum_parties)
        every = campaigns_of(judged, tables, report_at=0.0) if known else []
        verdicts = label_groups(known, judged, every, tables)
        said = list(verdicts.values())
        return Calibration(
            format=CALIBRATION_FORMAT,
            program=__version__,
            made_at=datetime.now(UTC),
            fitted_on=_fitted_on(inputs, tables),
            nulls=dict(sorted(tables.fitted.items())),
            report_at=threshold(
                [a.probability for a in judged.assessments], share, least=chosen.assess.report_at
            ),
            named_at=chosen.assess.named_at,
            false_share=share,
            weights=refit(judged, verdicts),
            labels={"attack": said.count("attack"), "honest": said.count("honest")},
            features=distributions(tables),
        )


def calibrated(settings: Settings, stored: Calibration | None) -> Settings:
    """The settings with the stored thresholds, where an operator has not set them otherwise."""
    if stored is None:
        return settings
    values = {
        name: getattr(stored, name)
        for name in ("report_at", "named_at", "false_share")
        if f"assess.{name}" not in settings.origins
    }
    return replace(settings, assess=replace(settings.assess, **values))


def _fitted_on(inputs: Inputs, tables: Tables) -> FittedOn:
    return FittedOn(
        inputs=inputs.names,
        since=moment(tables.number("first_us").min()),
        until=moment(tables.number("last_us").max() + 1),
        exchanges=int(tables.totals["exchanges"].sum()),
        accounts=tables.accounts.num_rows,
        customers=tables.parties,
    )


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write as JSON, whole or not at all.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_name(f".{path.name}.new")
        staged.write_bytes(orjson.dumps(calibration, option=orjson.OPT_INDENT_2))
        staged.replace(path)
    except OSError as error:
        message = f"cannot write the calibration {str(path)!r}: {error.strerror or error}"
        raise OutputError(message, hint="choose a file with --out") from error


def read_calibration(path: Path) -> Calibration:
    """Read what `stillwatch calibrate` wrote.

    Raises:
        ConfigError: It is no calibration, or of a format that this program does not read.
    """
    hint = "make it anew with `stillwatch calibrate`"
    try:
        found = _STORED.validate_json(path.read_bytes())
    except OSError as error:
        message = f"cannot read the calibration {str(path)!r}: {error.strerror or error}"
        raise ConfigError(message, hint=hint) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "the file"
        message = f"{path} is no calibration: {where}: {first['msg']}"
        raise ConfigError(message, hint=hint) from error
    if found.format != CALIBRATION_FORMAT:
        message = f"{path} has format {found.format}; this program reads {CALIBRATION_FORMAT}"
        raise ConfigError(message, hint=hint)
    return found
