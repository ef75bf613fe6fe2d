"""The demo: every planted campaign is found, and every look-alike beside it is left alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import flow

pytestmark = pytest.mark.slow

LOOK_ALIKES = (
    "company one card", "class", "agent product a", "agent product b", "agent product c",
    "nightly pipeline", "benchmark run", "hackathon",
)  # fmt: skip
NAMED = 0.9


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    assert flow.command("simulate", folder, "--preset", "demo").returncode == 0
    done = flow.command(
        "replay", folder / "exchanges", "--accounts", folder / "accounts.parquet",
        "--releases", folder / "releases.parquet", "--every", "7d", "--out", folder / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def _truth(demo: Path) -> dict[str, dict[str, object]]:
    rows = pq.read_table(demo / "truth" / "accounts.parquet").to_pylist()
    return {row["account_id"]: row for row in rows}


def _members(demo: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in flow.rows(demo / "out", "members"):
        found.setdefault(row["campaign_id"], set()).add(row["account_id"])
    return found


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_planted_campaign_is_found_mostly_whole_and_mostly_alone(demo: Path, number: int) -> None:
    truth = _truth(demo)
    planted = {a for a, row in truth.items() if row["campaign"] == f"campaign-{number:02d}"}
    best = max(_members(demo).values(), key=lambda members: len(members & planted))
    assert len(best & planted) >= 0.8 * len(planted)
    assert len(best & planted) >= 0.8 * len(best)


def test_no_honest_account_is_named(demo: Path) -> None:
    truth = _truth(demo)
    named = Counter(
        truth[row["account_id"]]["kind"]
        for row in flow.rows(demo / "out", "members")
        if row["probability"] >= NAMED and not truth[row["account_id"]]["campaign"]
    )
    assert named == Counter()


def test_nothing_honest_is_reported_as_a_campaign(demo: Path) -> None:
    truth = _truth(demo)
    shares = {
        name: sum(truth[a]["campaign"] is not None for a in members) / len(members)
        for name, members in _members(demo).items()
    }
    assert {name: share for name, share in shares.items() if share < 0.5} == {}


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_a_look_alike_is_left_alone(demo: Path, kind: str) -> None:
    mine = {a for a, row in _truth(demo).items() if row["kind"] == kind}
    assert mine
    accused = set().union(*_members(demo).values()) & mine
    assert len(accused) <= 0.03 * len(mine)


def test_the_report_lists_who_was_left_alone_and_why(demo: Path) -> None:
    left = flow.report(demo / "out")["left_alone"]
    assert any("accounts of one organisation" in row["label"] for row in left)
    assert any("repeat across them" in row["why"] for row in left)
    assert any("as a scheduled job is" in row["why"] for row in left)
    assert any("as a service or a benchmark is" in row["why"] for row in left)
    for row in left:
        assert row["why"].endswith(".")
        assert len(row["why"]) > 40
        assert row["label"].startswith(f"{row['accounts']:,} account")
