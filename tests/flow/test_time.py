"""Time: what comes later changes nothing earlier, hours add up, names stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import flow
from stillwatch import rollup
from stillwatch.engine import DuckDB
from stillwatch.pipeline.fold import spool
from stillwatch.rollup.activity import SUMS
from stillwatch.schema import EXCHANGE

MIDDLE = datetime(2026, 6, 10, 5, 30, tzinfo=UTC)
TABLES = tuple(name for name in flow.FILES if name.endswith(".parquet"))


def _before(world: Path, moment: datetime, folder: Path) -> Path:
    logs = flow.exchanges(world)
    early = logs.filter(pc.less(logs["started_at"], pa.scalar(moment, logs["started_at"].type)))
    assert 0 < early.num_rows < logs.num_rows
    flow.side_tables(world, folder)
    (folder / "exchanges").mkdir()
    pq.write_table(early, folder / "exchanges" / "early.parquet")
    return folder


def test_a_run_as_of_a_moment_equals_a_run_on_the_files_that_end_there(
    world: Path, tmp_path: Path
) -> None:
    cut = _before(world, MIDDLE, tmp_path / "cut")
    one = flow.detect(world, tmp_path / "one", as_of=MIDDLE)
    other = flow.detect(cut, tmp_path / "other", as_of=MIDDLE)
    assert flow.differing(one, other, TABLES) == []
    told, expected = flow.report(one), flow.report(other)
    del told["inputs"], expected["inputs"]
    assert told == expected
    assert told["as_of"] == MIDDLE.isoformat()
    for row in flow.rows(one, "campaigns"):
        assert row["last_seen"] < MIDDLE


def _activity(logs: pa.Table) -> pa.Table:
    columns = [logs[n].cast(EXCHANGE.field(n).type) for n in logs.column_names]
    table = pa.table(columns, names=logs.column_names)
    with DuckDB(threads=2) as engine:
        spool(engine, table.to_batches())
        rollup.clean(engine)
        rollup.activity(engine)
        return engine.fetch("SELECT * FROM activity ORDER BY account, hour")


def test_the_hours_of_parts_add_up_to_the_hours_of_the_whole(world: Path) -> None:
    logs = flow.exchanges(world)
    third = logs.num_rows // 3
    parts = [logs.slice(0, third), logs.slice(third, third), logs.slice(2 * third)]
    added = pa.concat_tables([_activity(part) for part in parts])
    sums = [(name, "sum") for name in SUMS]
    added = added.group_by(["account", "hour"]).aggregate(
        [("first_us", "min"), ("last_us", "max"), *sums]
    )
    renamed = {f"{name}_{how}": name for name, how in [("first_us", "min"), ("last_us", "max")]}
    renamed |= {f"{name}_sum": name for name in SUMS}
    added = added.rename_columns([renamed.get(n, n) for n in added.column_names])
    whole = _activity(logs)
    order = [("account", "ascending"), ("hour", "ascending")]
    assert added.select(whole.column_names).sort_by(order).equals(whole)


def test_a_campaign_keeps_its_name_when_days_are_added(world: Path, tmp_path: Path) -> None:
    planted = set(flow.planted(world))
    out = tmp_path / "out"
    names = []
    for moment in (MIDDLE, MIDDLE + timedelta(days=2), None):
        flow.detect(world, out, as_of=moment)
        members: dict[str, set[str]] = {}
        for row in flow.rows(out, "members"):
            members.setdefault(row["campaign_id"], set()).add(row["account_id"])
        names.append(max(members, key=lambda name: len(members[name] & planted)))
    assert len(set(names)) == 1


def test_late_logs_that_reach_further_back_do_not_rename_a_campaign(
    world: Path, tmp_path: Path
) -> None:
    logs = flow.exchanges(world)
    start = pa.scalar(datetime(2026, 6, 5, tzinfo=UTC), logs["started_at"].type)
    late = tmp_path / "late"
    flow.side_tables(world, late)
    (late / "exchanges").mkdir()
    pq.write_table(
        logs.filter(pc.greater_equal(logs["started_at"], start)),
        late / "exchanges" / "from-the-fifth.parquet",
    )
    out = flow.detect(late, tmp_path / "out")
    before = _largest(out, set(flow.planted(world)))
    flow.detect(world, out)
    assert _largest(out, set(flow.planted(world))) == before


def _largest(out: Path, planted: set[str]) -> str:
    members: dict[str, set[str]] = {}
    for row in flow.rows(out, "members"):
        members.setdefault(row["campaign_id"], set()).add(row["account_id"])
    best = max(members, key=lambda name: len(members[name] & planted))
    assert len(members[best] & planted) >= 0.5 * len(planted)
    return best


def test_a_campaign_is_detected_between_its_first_and_its_last_exchange(results: Path) -> None:
    for row in flow.rows(results, "campaigns"):
        assert row["first_seen"] < row["detected_at"]
        assert row["detected_at"] <= row["last_seen"] + timedelta(days=5)
    for campaign in flow.report(results)["campaigns"]:
        assert 0 <= campaign["leaked_before_detection"] <= 1


@pytest.mark.parametrize("days", [0, 1])
def test_before_the_campaign_begins_it_is_not_reported(
    world: Path, tmp_path: Path, days: int
) -> None:
    moment = datetime(2026, 6, 2, 12, tzinfo=UTC) + timedelta(days=0.5 * days)
    out = flow.detect(world, tmp_path / "out", as_of=moment)
    planted = set(flow.planted(world))
    assert not planted & {m["account_id"] for m in flow.rows(out, "members")}
