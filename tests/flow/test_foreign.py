"""A world that another program wrote from the data contract alone."""

from __future__ import annotations

from pathlib import Path

import foreign_world
import pytest

import flow


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    folder = tmp_path_factory.mktemp("foreign")
    crew = foreign_world.write(folder)
    done = flow.command(
        "replay", folder / "logs", "--every", "5d", "--accounts", folder / "accounts.parquet",
        "--out", folder / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "out", crew


def test_its_campaign_is_found_and_nobody_else_is_named(ran: tuple[Path, set[str]]) -> None:
    out, crew = ran
    campaigns = flow.rows(out, "campaigns")
    best = max(campaigns, key=lambda row: row["probability"])
    # an operation may be reported in parts: its means of payment tell them apart
    found = {m["account_id"] for m in flow.rows(out, "members")}
    assert best["probability"] > 0.7
    assert "reasoning" in best["capabilities"]
    assert len(found & crew) >= 0.9 * len(crew)
    named = {m["account_id"] for m in flow.rows(out, "members") if m["probability"] >= 0.5}
    assert named <= crew


def test_every_exchange_of_both_shops_is_read(ran: tuple[Path, set[str]]) -> None:
    report = flow.report(ran[0])
    logs = ran[0].parent / "logs"
    lines = (logs / "shop-a.jsonl").read_text().count("\n")
    assert report["traffic"]["rejected"] == {}
    assert report["traffic"]["exchanges"] > lines + 3000
    assert report["traffic"]["accounts"] == 150 + 250 + foreign_world.CREW
