"""Sums that are added to are the sums of a fold of everything, at every look on the way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import stream

from stillwatch.pipeline.online import rollups as online
from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.rollups import Rollups
from stillwatch.settings import Online, Settings


def _uneven(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Pieces of a few rows, of hundreds and of thousands, in the order of time."""
    chance = np.random.default_rng(8)
    start = 0
    while start < table.num_rows:
        rows = int(chance.choice([3, 40, 700, 2_300]))
        yield table.slice(start, rows).combine_chunks().to_batches()[0]
        start += rows


def _in_disorder(table: pa.Table) -> Iterator[pa.RecordBatch]:
    order = np.random.default_rng(9).permutation(table.num_rows)
    yield from stream.pieces(table.take(pa.array(order)).combine_chunks(), 1_100)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each fold of everything."""
    made: list[int] = []
    fold = online.fold

    def counted(*args: object, **named: object) -> object:
        made.append(1)
        return fold(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(online, "fold", counted)
    return made


def _looked(
    world: stream.Streamed,
    folder: Path,
    parts: Iterator[pa.RecordBatch],
    folds: list[int],
    settings: Settings = stream.SETTINGS,
) -> Iterator[pa.Table]:
    """Looks at a history after each part, and compares; gives the accounts of each look."""
    with (
        History(folder, settings.online) as history,
        Rollups(folder, settings, name="grown") as sums,
    ):
        for part in parts:
            history.add([part])
            grown = stream.rollups(folder, world, sums, settings=settings)
            before = len(folds)
            whole = stream.rollups(folder, world, settings=settings)
            del folds[before:]
            wrong = {n for n in stream.ROLLUPS if not grown[n].equals(whole[n])}
            assert wrong == set(), f"{history.rows} exchanges"
            yield grown["account"]


@pytest.mark.parametrize("cut", [_uneven, _in_disorder])
def test_sums_that_grew_are_those_of_a_fold_of_everything(
    world: stream.Streamed,
    tmp_path: Path,
    folds: list[int],
    cut: Callable[[pa.Table], Iterator[pa.RecordBatch]],
) -> None:
    looks = list(_looked(world, tmp_path, cut(world.readings), folds))
    assert len(looks) > 5
    assert pc.sum(looks[-1]["exchanges"]).as_py() == world.readings.num_rows
    assert len(folds) == 1, "only the first look folds everything"


def test_sums_follow_a_window_that_moves_on_and_is_thinned(
    world: stream.Streamed, tmp_path: Path, folds: list[int]
) -> None:
    online = Online(segment_exchanges=300, window_hours=72, most_exchanges=1_500)
    parts = stream.pieces(world.readings, 700)
    looks = list(_looked(world, tmp_path, parts, folds, Settings(online=online)))
    held = [pc.sum(accounts["exchanges"]).as_py() for accounts in looks]
    assert held[-1] < max(held), "nothing left the window, or was thinned"
    assert 1 < len(folds) < len(looks), "some looks fold everything, others add"


def test_an_account_that_goes_to_another_customer_is_summed_with_that_one(
    world: stream.Streamed, tmp_path: Path, folds: list[int]
) -> None:
    facts = world.inputs.accounts
    assert facts is not None
    at = facts.schema.get_field_index("organization_id")
    owned = pa.array(["house"] * 30 + facts["organization_id"].to_pylist()[30:])
    moved = facts.set_column(at, facts.schema.field(at), owned)
    later = replace(world, inputs=replace(world.inputs, accounts=moved))
    first, second = itertools.islice(stream.pieces(world.readings, 4_000), 2)
    with (
        History(tmp_path, stream.SETTINGS.online) as history,
        Rollups(tmp_path, stream.SETTINGS, name="grown") as sums,
    ):
        history.add([first])
        stream.rollups(tmp_path, world, sums)
        history.add([second])
        grown = stream.rollups(tmp_path, later, sums)
        assert len(folds) == 2
        whole = stream.rollups(tmp_path, later)
    assert {n for n in stream.ROLLUPS if not grown[n].equals(whole[n])} == set()
