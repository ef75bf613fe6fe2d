"""Between two findings of groups, looks weigh the known groups and who joins them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import stream

from stillwatch.pipeline.clearing import Clearing
from stillwatch.pipeline.online.asked import asked
from stillwatch.pipeline.online.finding import Finding, find
from stillwatch.pipeline.online.formed import Formed
from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.online.look import Look, look
from stillwatch.pipeline.rescore import with_cleared
from stillwatch.read import digest_strings
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.review import Review
from stillwatch.store import open_store

TABLES = ("campaigns", "members", "accounts", "evidence")


def _look(folder: Path, world: stream.Streamed, *, follow: bool) -> Look:
    facts = world.inputs
    return look(
        folder, settings=stream.SETTINGS, accounts=facts.accounts, releases=facts.releases,
        follow_groups=follow,
    )  # fmt: skip


def _members(found: Look) -> set[str]:
    assert found.run is not None
    return set(found.run.members["account_id"].to_pylist())


def _names(found: Look) -> set[str]:
    assert found.run is not None
    return set(found.run.campaigns["campaign_id"].to_pylist())


def _without(table: pa.Table, accounts: set[str]) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    late = pc.is_in(table["account_id"], value_set=pa.array(sorted(accounts)))
    parts = table.filter(pc.invert(late)), table.filter(late)
    one, other = (part.combine_chunks().to_batches()[0] for part in parts)
    return one, other


def test_where_nothing_came_following_gives_what_the_whole_judgement_gave(
    world: stream.Streamed, tmp_path: Path
) -> None:
    with History(tmp_path, stream.SETTINGS.online) as history:
        history.add(list(stream.whole(world.readings)))
    whole, followed = (_look(tmp_path, world, follow=f).run for f in (False, True))
    assert whole is not None
    assert followed is not None
    assert whole.campaigns.num_rows > 0
    assert {n for n in TABLES if not getattr(whole, n).equals(getattr(followed, n))} == set()


def test_members_that_come_later_join_and_bystanders_do_not(
    world: stream.Streamed, tmp_path: Path
) -> None:
    with History(tmp_path / "all", stream.SETTINGS.online) as history:
        history.add(list(stream.whole(world.readings)))
    everybody = _members(_look(tmp_path / "all", world, follow=False))
    ids = np.unique(world.readings["account_id"].to_numpy(zero_copy_only=False))
    late = set(sorted(everybody)[::4])
    bystanders = set(np.random.default_rng(3).choice(ids, 120, replace=False)) - everybody
    first, second = _without(world.readings, late | bystanders)
    with History(tmp_path / "h", stream.SETTINGS.online) as history:
        history.add([first])
        before = _look(tmp_path / "h", world, follow=False)
        history.add([second])
        after = _look(tmp_path / "h", world, follow=True)
    assert len(late) >= 5
    assert before.formed is not None
    assert after.formed is not None
    assert after.formed.at == before.formed.at, "groups were found anew"
    assert not _members(before) & late
    joined = _members(after) - _members(before)
    assert len(joined & late) >= 0.8 * len(late)
    assert len(joined - everybody) <= 1
    assert _names(after) == _names(before)


def test_who_has_left_the_window_leaves_the_group(world: stream.Streamed, tmp_path: Path) -> None:
    with History(tmp_path, stream.SETTINGS.online) as history:
        history.add(list(stream.whole(world.readings)))
    found = _look(tmp_path, world, follow=False)
    formed, members = found.formed, _members(found)
    assert formed is not None
    strangers = np.array([1, 2, 3], np.int64)  # digests of nobody
    more = tuple(np.concatenate([g, strangers]) for g in formed.groups)
    replace(formed, groups=(*more, strangers)).save(tmp_path)
    assert _members(_look(tmp_path, world, follow=True)) == members


def test_who_is_cleared_leaves_the_next_look_and_the_next_finding(
    world: stream.Streamed, tmp_path: Path, held: Path
) -> None:
    folder = held / "h"
    found = _look(folder, world, follow=False)
    member = min(_members(found))
    digest = digest_strings(pa.array([member]))[0].as_py()
    assert found.formed is not None
    assert any(digest in g for g in found.formed.groups)
    known = with_cleared(world.inputs.accounts, [member])
    later = replace(world, inputs=replace(world.inputs, accounts=known))
    assert _members(_look(folder, later, follow=True)) == _members(found) - {member}
    ledger = Ledger(open_store(f"sqlite:///{tmp_path / 'decisions.sqlite3'}"), b"secret")
    Review(ledger).clear(member, person="ann", why="their own school", at=datetime.now(UTC))
    given = asked("test", [str(folder), *_words(world, held)])[1]
    find(folder, given, Clearing(ledger))
    ledger.engine.dispose()
    beside = Formed.load(folder)
    assert beside is not None
    assert beside.at > found.formed.at
    assert beside.groups
    assert not any(digest in g for g in beside.groups)


def test_groups_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert Formed.load(tmp_path) is None
    (tmp_path / "groups.arrow").write_bytes(b"torn")
    assert Formed.load(tmp_path) is None
    groups = (np.array([7, 5]), np.array([7, 9, 1]))
    at = datetime(2026, 1, 2, tzinfo=UTC)
    made = Formed(at=at, seconds=0.1, account=np.array([1, 5, 7, 9]),
                  exchanges=np.array([4, 3, 2, 1]), groups=groups)  # fmt: skip
    made.save(tmp_path)
    read = Formed.load(tmp_path)
    assert read is not None
    assert (read.at, read.seconds) == (at, 0.1)
    assert read.account.tolist() == made.account.tolist()
    assert read.exchanges.tolist() == made.exchanges.tolist()
    assert [g.tolist() for g in read.groups] == [g.tolist() for g in groups]


@pytest.fixture
def held(world: stream.Streamed, tmp_path: Path) -> Path:
    """A history, and a file of settings for the process that looks at it."""
    (tmp_path / "settings.toml").write_text("[online]\nwindow_hours = 876000\n")
    pq.write_table(world.inputs.releases, tmp_path / "releases.parquet")
    with History(tmp_path / "h", stream.SETTINGS.online) as history:
        history.add(list(stream.whole(world.readings)))
    return tmp_path


def _words(world: stream.Streamed, held: Path) -> list[str]:
    return ["--settings", str(held / "settings.toml"),
            "--accounts", str(world.folder / "accounts.parquet"),
            "--releases", str(world.folder / "releases.parquet")]  # fmt: skip


def test_the_process_beside_finds_the_groups_that_a_look_finds(
    world: stream.Streamed, held: Path
) -> None:
    finding = Finding(held / "h", _words(world, held))
    finding.begin("state")
    until = time.monotonic() + 120
    while (beside := Formed.load(held / "h")) is None:
        assert time.monotonic() < until, "no groups were found"
        time.sleep(0.1)
    finding.end()
    here = _look(held / "h", world, follow=False).formed
    assert here is not None
    assert [g.tolist() for g in beside.groups] == [g.tolist() for g in here.groups]
    assert not list((held / "h").glob(".find-*"))


def test_the_process_beside_ends_with_its_starter_and_the_next_one_tidies_up(
    world: stream.Streamed, held: Path
) -> None:
    left = held / "h" / ".find-left"
    left.mkdir()
    program = "import sys, time; from pathlib import Path\n"
    program += "from stillwatch.pipeline.online.finding import Finding\n"
    program += "f = Finding(Path(sys.argv[1]), sys.argv[2:]); f.begin(1)\n"
    program += "print(f._process.pid, flush=True); time.sleep(600)"
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", program, str(held / "h"), *_words(world, held)],
        stdout=subprocess.PIPE,
    ) as starter:
        assert starter.stdout is not None
        beside = int(starter.stdout.readline())
        until = time.monotonic() + 60
        while left.exists():  # it works
            assert time.monotonic() < until
            time.sleep(0.02)
        starter.kill()
    while _runs(beside):
        assert time.monotonic() < until
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
