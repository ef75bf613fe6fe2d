"""One assessment of what a history holds: the fold and judgement of a batch run, on a window."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pyarrow as pa

from stillwatch.ingest import Summary
from stillwatch.pipeline.findings import Campaign, Dated
from stillwatch.pipeline.follow import follow
from stillwatch.pipeline.judge import Judgement, judge
from stillwatch.pipeline.online.formed import Formed
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.pipeline.online.manifest import replace_file
from stillwatch.pipeline.online.rollups import Rolled, Rollups
from stillwatch.pipeline.results import results
from stillwatch.pipeline.run import Run
from stillwatch.pipeline.standing import Found, facts_of
from stillwatch.pipeline.write import write
from stillwatch.rollup import Tables
from stillwatch.settings import Settings

__all__ = ["Look", "form", "look"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MEMORY = "campaigns-seen.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look gave.

    Attributes:
        run: Tables and report, as of a batch run.
        knowledge: For decisions.
        exchanges: How many it weighed.
        rate: The lowest share of exchanges that was kept in the window; 1 where all were.
        formed: The groups that were weighed, as they were found; None where there was nothing.
    """

    run: Run | None
    knowledge: Knowledge
    exchanges: int
    rate: float
    formed: Formed | None


@dataclass(frozen=True, slots=True)
class _Memory:
    """Campaigns of earlier looks: members, and the moment each was first reported."""

    members: Mapping[str, frozenset[str]]
    detected: Mapping[str, str]


class _Silent:
    def stage(self, name: str, total_bytes: int | None = None) -> None:
        """Say nothing."""

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Say nothing."""


def look(
    folder: Path,
    *,
    settings: Settings,
    accounts: pa.Table | None = None,
    releases: pa.Table | None = None,
    as_of: datetime | None = None,
    follow_groups: bool = False,
    rollups: Rollups | None = None,
) -> Look:
    """Judge what the history in `folder` holds, and keep the outcome beside it.

    The history may be written meanwhile. Results go to `folder/results`, what decisions need to
    `folder/knowledge.json`; both are replaced whole.

    Args:
        folder: Of a `History`.
        settings: What an operator may set.
        accounts: Table of schema ACCOUNT, redacted, or None.
        releases: Table of schema MODEL_RELEASE, or None.
        as_of: Later exchanges are left out; None takes all.
        follow_groups: Weigh the groups that were found last, and who joined them, instead of
            finding groups anew; where none were found yet they are.
        rollups: The sums of earlier looks, to be added to; None sums everything.
    """
    began = datetime.now(UTC)
    with nullcontext(rollups) if rollups else Rollups(folder, settings) as sums:
        now = sums.now(accounts=accounts, releases=releases, as_of=as_of)
        tables = now.tables
        if tables.accounts.num_rows < settings.detect.minimum_parties:
            knowledge = Knowledge(as_of=as_of or datetime.now(UTC))
            knowledge.save(folder)
            return Look(run=None, knowledge=knowledge, exchanges=0, rate=now.rate, formed=None)
        formed = Formed.load(folder) if follow_groups else None
        if formed is None:
            judged, formed = form(tables, settings, began=began)
            formed.save(folder)
        else:
            judged = follow(
                tables, formed.places(tables), formed.active(tables),
                minimum_parties=settings.detect.minimum_parties,
            )  # fmt: skip
        return _told(
            judged, now, folder, settings=settings, accounts=accounts, as_of=as_of, formed=formed
        )


def form(tables: Tables, settings: Settings, *, began: datetime) -> tuple[Judgement, Formed]:
    """Find groups anew: the judgement of a batch run, and its groups to be followed."""
    start = time.perf_counter()
    judged = judge(tables, minimum_parties=settings.detect.minimum_parties)
    seconds = time.perf_counter() - start
    return judged, Formed.of(judged, tables, at=began, seconds=seconds)


def _told(
    judged: Judgement,
    now: Rolled,
    folder: Path,
    *,
    settings: Settings,
    accounts: pa.Table | None,
    as_of: datetime | None,
    formed: Formed,
) -> Look:
    tables = now.tables
    memory = _remembered(folder)
    moment = as_of or _EPOCH + timedelta(microseconds=int(tables.number("last_us").max()) + 1)
    found = results(
        judged, tables, settings=settings, earlier=memory.members, names=("(stream)",),
        summary_of=Summary(accepted=int(tables.totals["exchanges"].sum())), repeats=now.repeats,
        as_of=moment, again=None, tell=_Silent(),
        detected=lambda campaigns: {
            c.campaign_id: Dated(by=datetime.fromisoformat(
                memory.detected.get(c.campaign_id, "") or moment.isoformat()))
            for c in campaigns
        },
    )  # fmt: skip
    granted = {name: "grant" for name, ok in zip(tables.ids, tables.granted, strict=True) if ok}
    facts = facts_of(Found.of(found.run), accounts=accounts, grants=granted, as_of=moment)
    knowledge = Knowledge(as_of=moment, accounts={f.account_id: f for f in facts})
    # campaign names first: a crash in between must not rename what was shown
    _remember(folder, memory, found.campaigns)
    write(found.run, folder / "results", members_shown=settings.report.members_shown)
    knowledge.save(folder)
    exchanges = int(tables.totals["exchanges"].sum())
    return Look(
        run=found.run, knowledge=knowledge, exchanges=exchanges, rate=now.rate, formed=formed
    )


def _remembered(folder: Path) -> _Memory:
    path = folder / _MEMORY
    if not path.exists():
        return _Memory({}, {})
    found = orjson.loads(path.read_bytes())
    members = {name: frozenset(each["members"]) for name, each in found.items()}
    return _Memory(members, {name: each["detected_at"] for name, each in found.items()})


def _remember(folder: Path, memory: _Memory, campaigns: Sequence[Campaign]) -> None:
    """Keep names and first moments; a campaign that is not reported now keeps what it had."""
    document = {
        name: {"members": sorted(ids), "detected_at": memory.detected[name]}
        for name, ids in memory.members.items()
    }
    for c in campaigns:
        at = memory.detected.get(c.campaign_id) or (c.detected_at or c.last).isoformat()
        document[c.campaign_id] = {
            "members": sorted(m.account_id for m in c.members),
            "detected_at": at,
        }
    replace_file(folder / _MEMORY, orjson.dumps(document))
