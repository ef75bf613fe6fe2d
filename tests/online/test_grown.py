"""Sums that are added to are the sums of a fold of everything, at every look on the way."""

from __future__ import annotations

import itertools
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import looker
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import stream

from stillwatch.pipeline.online import rollups as online
from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.rollups import Rollups
from stillwatch.pipeline.rescore import with_cleared
from stillwatch.settings import Online, Rollup, Settings


def _uneven(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Pieces of a few rows, of hundreds and of thousands, in the order of time."""
    chance = np.random.default_rng(8)
    start = 0
    while start < table.num_rows:
        rows = int(chance.choice([3, 40, 700, 2_300]))
        yield table.slice(start, rows).combine_chunks().to_batches()[0]
        start += rows


def _hours(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """After most of it, two days an hour at a time."""
    yield from _after(table, 0.75, lambda rest: itertools.islice(stream.hours(rest), 48))


def _seconds(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """After half of it, a second or so at a time."""
    yield from _after(table, 0.5, lambda rest: itertools.islice(stream.pieces(rest, 20), 50))


def _after(
    table: pa.Table, part: float, cut: Callable[[pa.Table], Iterator[pa.RecordBatch]]
) -> Iterator[pa.RecordBatch]:
    """A part at once, then what `cut` takes of the rest, then what is left, at once."""
    start = int(table.num_rows * part)
    yield from stream.whole(table.slice(0, start).combine_chunks())
    for piece in cut(table.slice(start).combine_chunks()):
        start += piece.num_rows
        yield piece
    if start < table.num_rows:
        yield from stream.whole(table.slice(start).combine_chunks())


def _in_disorder(table: pa.Table) -> Iterator[pa.RecordBatch]:
    order = np.random.default_rng(9).permutation(table.num_rows)
    yield from stream.pieces(table.take(pa.array(order)).combine_chunks(), 1_100)


def _in_disorder_and_twice(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Every second piece comes again later, cut elsewhere, so new and known stand in one piece."""
    order = np.random.default_rng(10).permutation(table.num_rows)
    parts = np.array_split(order, 9)
    sent = [np.concatenate([part, *parts[max(i - 3, 0) : i : 2]]) for i, part in enumerate(parts)]
    for rows in sent:
        mixed = np.random.default_rng(11).permutation(rows)
        yield from stream.pieces(table.take(pa.array(mixed)).combine_chunks(), 900)


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
    *,
    each: int = 1,
) -> Iterator[pa.Table]:
    """Looks at a history after each part, and compares; gives the accounts of each look.

    With `each`, sums are added to after every part, and compared at every so many and at the end.
    """
    with (
        History(folder, settings.online) as history,
        Rollups(folder, settings, name="grown") as sums,
    ):
        ahead = [*parts]
        for i, part in enumerate(ahead, 1):
            history.add([part])
            grown = stream.rollups(folder, world, sums, settings=settings)
            if i % each and i < len(ahead):
                continue
            before = len(folds)
            whole = stream.rollups(folder, world, settings=settings)
            del folds[before:]
            wrong = {n for n in stream.ROLLUPS if not grown[n].equals(whole[n])}
            assert wrong == set(), f"{history.rows} exchanges"
            yield grown["account"]


@pytest.mark.parametrize(
    ("cut", "each"),
    [
        (_uneven, 1),
        (_in_disorder, 1),
        (_in_disorder_and_twice, 6),
        pytest.param(_hours, 8, marks=pytest.mark.slow),
        pytest.param(_seconds, 9, marks=pytest.mark.slow),
    ],
)
def test_sums_that_grew_are_those_of_a_fold_of_everything(
    world: stream.Streamed,
    tmp_path: Path,
    folds: list[int],
    cut: Callable[[pa.Table], Iterator[pa.RecordBatch]],
    each: int,
) -> None:
    looks = list(_looked(world, tmp_path, cut(world.readings), folds, each=each))
    assert len(looks) > 5
    assert pc.sum(looks[-1]["exchanges"]).as_py() == world.readings.num_rows
    assert len(folds) == 1, "only the first look folds everything"


def test_where_nothing_came_the_sums_of_one_batch_stay(
    world: stream.Streamed, tmp_path: Path, folds: list[int]
) -> None:
    parts = [*stream.whole(world.readings), *stream.pieces(world.readings, 10_000)]
    looks = list(_looked(world, tmp_path, iter(parts), folds))
    assert [pc.sum(a["exchanges"]).as_py() for a in looks] == [world.readings.num_rows] * 3
    assert len(folds) == 1


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


def test_an_account_that_is_cleared_is_so_in_sums_that_were_kept(
    world: stream.Streamed, tmp_path: Path, folds: list[int]
) -> None:
    facts, ids = world.inputs.accounts, world.readings["account_id"][:2].to_pylist()
    cleared = replace(world, inputs=replace(world.inputs, accounts=with_cleared(facts, ids)))
    with (
        History(tmp_path, stream.SETTINGS.online) as history,
        Rollups(tmp_path, stream.SETTINGS, name="grown") as sums,
    ):
        history.add([*stream.whole(world.readings)])
        stream.rollups(tmp_path, world, sums)
        grown = stream.rollups(tmp_path, cleared, sums)
        assert len(folds) == 1, "nothing came, so nothing is folded"
    whole = stream.rollups(tmp_path, cleared)
    assert {n for n in stream.ROLLUPS if not grown[n].equals(whole[n])} == set()
    names, said = (grown["account"][n].to_pylist() for n in ("account_id", "status"))
    status = dict(zip(names, said, strict=True))
    assert {status[name] for name in ids} == {"cleared"}


def test_rows_that_a_writer_took_back_do_not_stay_in_the_sums(
    world: stream.Streamed, tmp_path: Path, folds: list[int]
) -> None:
    first, refused, other = itertools.islice(stream.pieces(world.readings, 500), 3)
    with Rollups(tmp_path, stream.SETTINGS, name="grown") as sums:
        with History(tmp_path, stream.SETTINGS.online) as history:
            history.add([first])
            held = (tmp_path / "journal-00000000").read_bytes()
            history.add([refused])
        stream.rollups(tmp_path, world, sums)
        # the writer's disk refused after the look had read: it cuts the journal, others come
        (tmp_path / "journal-00000000").write_bytes(held)
        with History(tmp_path, stream.SETTINGS.online) as history:
            history.add([other])
        grown = stream.rollups(tmp_path, world, sums)
        assert len(folds) == 2
    whole = stream.rollups(tmp_path, world)
    assert {n for n in stream.ROLLUPS if not grown[n].equals(whole[n])} == set()


@pytest.mark.slow
def test_a_look_that_is_killed_leaves_nothing_that_counts(
    world: stream.Streamed, tmp_path: Path
) -> None:
    chance = random.Random(12)
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["looker"])
    folder, parts = tmp_path / "history", [*stream.pieces(world.readings, 600)]
    with History(folder, stream.SETTINGS.online) as history:
        for turn, part in enumerate(parts[:6]):
            history.add([part])
            looks = server.Value("i", 0)
            process = server.Process(target=looker.run, args=(folder, world.folder, looks))
            process.start()
            wanted, until = turn % 3, time.monotonic() + 120
            while looks.value < wanted and time.monotonic() < until:
                time.sleep(0.001)
            for more in parts[6:]:  # repeats after the first turn: they are known
                history.add([more.slice(0, 60)])
            time.sleep(chance.random() * 0.3)
            assert process.is_alive()
            process.kill()  # SIGKILL
            process.join()
        assert [*folder.glob(".keep-*")], "nothing was left to be tidied"
        with Rollups(folder, stream.SETTINGS, name="keep").tidy() as sums:
            again = stream.rollups(folder, world, sums)
            assert len([*folder.glob(".keep-*")]) == 2, "a copy and a database, its own"
    assert not [*folder.glob(".keep-*")]
    whole = stream.rollups(folder, world)
    assert {n for n in stream.ROLLUPS if not again[n].equals(whole[n])} == set()


def test_tidying_leaves_what_belongs_to_another_history(tmp_path: Path) -> None:
    settings = Settings(rollup=Rollup(spill_folder=tmp_path / "spill"))
    (tmp_path / "spill").mkdir()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    mine, theirs = (Rollups(tmp_path / n, settings, name="keep") for n in ("one", "other"))
    left = [tmp_path / "spill" / f"{r._prefix}left" for r in (mine, theirs)]
    for each in left:
        each.mkdir()
    mine.tidy()
    assert [each.exists() for each in left] == [False, True]
