"""A judgement as results: campaigns with names, tables, examples, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from stillwatch.assess import Step
from stillwatch.assess.discovery import threshold
from stillwatch.ingest import Summary
from stillwatch.pipeline.describe import report, summary, traffic_of
from stillwatch.pipeline.examples import Examples
from stillwatch.pipeline.findings import Campaign, Dated, campaigns_of
from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.outputs import (
    account_table,
    campaign_table,
    evidence_table,
    member_table,
)
from stillwatch.pipeline.run import Progress, Run
from stillwatch.pipeline.templates import main_streams, templates
from stillwatch.rollup import Tables
from stillwatch.schema.calibration import Calibration
from stillwatch.settings import Settings

__all__ = ["Results", "results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One look's results, as tables for users and as objects for what follows.

    Attributes:
        run: Tables and report.
        campaigns: Most probable first.
    """

    run: Run
    campaigns: tuple[Campaign, ...]


def results(
    judged: Judgement,
    tables: Tables,
    *,
    settings: Settings,
    earlier: Mapping[str, frozenset[str]],
    names: Sequence[str],
    summary_of: Summary,
    repeats: int,
    as_of: datetime | None,
    again: Callable[[set[str]], Iterable[pa.RecordBatch]] | None,
    detected: Callable[[Sequence[Campaign]], Mapping[str, Dated]],
    tell: Progress,
    calibration: Calibration | None = None,
) -> Results:
    """Name the campaigns and describe them.

    Args:
        judged: What the tables gave.
        tables: Rollups of the moment.
        settings: What an operator may set.
        earlier: Account ids by campaign id, of an earlier run whose names are to stay.
        names: Of the inputs, for the report.
        summary_of: What became of the records.
        repeats: Exchanges that came more than once.
        as_of: The moment; None is after the last exchange.
        again: Reads exchanges of these ids once more, for templates; None where they are gone.
        detected: When each campaign was first seen, by its id; asked last, for it may change
            tables.
        tell: Whom to tell how far it is.
        calibration: The stored one that was judged by, to report how far traffic has moved since.
    """
    at = threshold(
        [a.probability for a in judged.assessments],
        settings.assess.false_share,
        least=settings.assess.report_at,
    )
    named_at = max(at, settings.assess.named_at)
    campaigns = campaigns_of(judged, tables, report_at=at, earlier=earlier)
    examples = _examples(campaigns, tables)
    tell.stage("templates")
    masked = templates(campaigns, tables, examples, again)
    # everything that needs the tables of this moment is made before looking back in time
    moment = as_of or _after(tables)
    traffic = traffic_of(tables, summary_of.rejected, repeats)
    summaries = [summary(c, tables) for c in campaigns]
    tell.stage("look back")
    seen = detected(campaigns)
    campaigns = [
        c if (dated := seen.get(c.campaign_id)) is None
        else replace(c, detected_at=dated.by, unseen_at=dated.after)
        for c in campaigns
    ]  # fmt: skip
    run = Run(
        campaigns=campaign_table(campaigns, summaries),
        members=member_table(campaigns),
        accounts=account_table(judged, campaigns, tables),
        evidence=evidence_table(campaigns, examples, tables),
        report=report(
            judged, campaigns, tables, examples=examples, templates=masked, traffic=traffic,
            untaken=summary_of.untaken(), inputs=names, as_of=moment, report_at=at,
            named_at=named_at, calibration=calibration,
        ),
        notes=(*tuple(summary_of.lines())[1:], *tables.bounded),
    )  # fmt: skip
    return Results(run=run, campaigns=tuple(campaigns))


def _examples(campaigns: Sequence[Campaign], tables: Tables) -> Examples:
    streams: list[int] = []
    accounts: list[int] = []
    for c in campaigns:
        streams += main_streams(c, tables)
        for step in _steps(c):
            streams += step.signal.streams
            accounts += step.signal.accounts
    members = [m.place for c in campaigns for m in c.members]
    return Examples(tables, streams, accounts, members)


def _steps(campaign: Campaign) -> Iterator[Step]:
    yield from campaign.assessment.operator.steps
    yield from campaign.assessment.harvest.steps


def _after(tables: Tables) -> datetime:
    last = int(tables.number("last_us").max())
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=last + 1)
