"""A stream is judged as its logs are in one batch, however it was cut and whatever came twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import stream

from stillwatch.pipeline import batch
from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.pipeline.online.look import look

SMALL = stream.SETTINGS
TABLES = ("campaigns", "members", "accounts", "evidence")


def _seconds(table: pa.Table) -> Iterator[pa.RecordBatch]:
    yield from stream.pieces(table, 20)


def _shuffled_and_twice(table: pa.Table) -> Iterator[pa.RecordBatch]:
    order = np.random.default_rng(5).permutation(table.num_rows)
    again = np.concatenate([order, order[:3_000]])
    yield from stream.pieces(table.take(pa.array(again)).combine_chunks(), 400)


def _campaigns(knowledge: Knowledge) -> set[str]:
    return {f.campaign_id for f in knowledge.accounts.values() if f.campaign_id}


CUTS = [stream.whole, stream.hours, _seconds, _shuffled_and_twice]


@pytest.fixture(scope="module")
def in_one_batch(world: stream.Streamed) -> batch.Run:
    return batch.detect(
        world.folder / "exchanges",
        accounts=world.folder / "accounts.parquet",
        releases=world.folder / "releases.parquet",
        every=timedelta(days=365),
    )


def _fed(
    folder: Path, world: stream.Streamed, cut: Callable[[pa.Table], Iterator[pa.RecordBatch]]
) -> Path:
    with History(folder, SMALL.online) as history:
        for part in cut(world.readings):
            history.add([part])
        assert history.rows == world.readings.num_rows
    return folder


@pytest.mark.parametrize("cut", CUTS)
def test_the_same_exchanges_give_the_same_tables_campaigns_and_names(
    world: stream.Streamed,
    in_one_batch: batch.Run,
    tmp_path: Path,
    cut: Callable[[pa.Table], Iterator[pa.RecordBatch]],
) -> None:
    folder = _fed(tmp_path / "history", world, cut)
    facts = world.inputs
    found = look(folder, settings=SMALL, accounts=facts.accounts, releases=facts.releases).run
    assert found is not None
    assert found.campaigns.num_rows > 0
    for name in TABLES:
        one, other = getattr(in_one_batch, name), getattr(found, name)
        if name == "campaigns":  # a batch looks back in time, a stream remembers
            one, other = (t.drop_columns(["detected_at"]) for t in (one, other))
        assert other.equals(one), name


def test_the_rolled_up_tables_are_equal_row_for_row(world: stream.Streamed, tmp_path: Path) -> None:
    made = [
        stream.rollups(_fed(tmp_path / f"{i}", world, cut), world) for i, cut in enumerate(CUTS)
    ]
    for other in made[1:]:
        assert {name for name in stream.ROLLUPS if not other[name].equals(made[0][name])} == set()


def test_looks_on_the_way_change_no_belief_and_the_first_name_stays(
    world: stream.Streamed, in_one_batch: batch.Run, tmp_path: Path
) -> None:
    names: list[set[str]] = []
    with History(tmp_path, SMALL.online) as history:
        for i, part in enumerate(stream.pieces(world.readings, 1_500)):
            history.add([part])
            if i % 2:
                found = look(
                    tmp_path, settings=SMALL, accounts=world.inputs.accounts,
                    releases=world.inputs.releases,
                )  # fmt: skip
                names.append(_campaigns(found.knowledge))
    found = look(
        tmp_path, settings=SMALL, accounts=world.inputs.accounts, releases=world.inputs.releases
    )
    assert found.run is not None
    assert found.run.members.drop_columns(["campaign_id"]).equals(
        in_one_batch.members.drop_columns(["campaign_id"])
    )
    assert any(names), "no look on the way saw a campaign"
    assert next(seen for seen in names if seen) == _campaigns(found.knowledge)


def test_what_is_known_is_what_was_found(world: stream.Streamed, tmp_path: Path) -> None:
    folder = _fed(tmp_path / "history", world, stream.whole)
    found = look(folder, settings=replace(SMALL), accounts=world.inputs.accounts)
    assert found.run is not None
    members = {r["account_id"]: r["probability"] for r in found.run.members.to_pylist()}
    known = Knowledge.load(folder)
    assert known == found.knowledge
    assert {n: f.probability for n, f in known.accounts.items() if f.campaign_id} == members
