"""What is not there is said, and the rest still works."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import flow

TEXTS = ("system_text", "prompt_text", "response_text", "reasoning_text")


def _statuses(out: Path) -> dict[str, tuple[str, str]]:
    return {d["name"]: (d["status"], d["detail"]) for d in flow.report(out)["detectors"]}


def test_without_an_account_table_identity_is_silent_and_the_campaign_still_seen(
    world: Path, tmp_path: Path
) -> None:
    done = flow.command("replay", world / "exchanges", "--every", "365d", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    statuses = _statuses(tmp_path / "out")
    for name in ("day_one", "signup_batch", "young_accounts"):
        assert statuses[name] == ("absent", "no values in account.created_at")
        assert f"{name.replace('_', ' ')} could not run" in done.stdout
    assert not [name for name, (status, _) in statuses.items() if status == "failed"]
    planted = set(flow.planted(world))
    best = flow.rows(tmp_path / "out", "campaigns")[0]["campaign_id"]
    members = flow.rows(tmp_path / "out", "members")
    found = {m["account_id"] for m in members if m["campaign_id"] == best}
    assert len(found & planted) >= 0.5 * len(planted)
    assert len(found & planted) >= 0.9 * len(found)


def test_with_metadata_only_it_runs_and_says_which_detectors_could_not(
    world: Path, tmp_path: Path
) -> None:
    logs = flow.exchanges(world)
    bare = logs.drop_columns([*TEXTS, "history_digests", "tool_names"])
    bare = bare.append_column("content_state", pa.array(["absent"] * bare.num_rows))
    (tmp_path / "exchanges").mkdir()
    pq.write_table(bare, tmp_path / "exchanges" / "all.parquet")
    flow.side_tables(world, tmp_path)
    out = flow.detect(tmp_path, tmp_path / "out")
    statuses = _statuses(out)
    assert statuses["elicitation"][0] == "absent"
    assert "prompt_text" in statuses["elicitation"][1]
    assert statuses["shared_means"][0] == "ran"
    assert not [name for name, (status, _) in statuses.items() if status == "failed"]
    assert all(c["templates"] == [] for c in flow.report(out)["campaigns"])


def test_with_the_three_required_columns_alone_it_runs(world: Path, tmp_path: Path) -> None:
    bare = flow.exchanges(world).select(["exchange_id", "started_at", "account_id"])
    (tmp_path / "exchanges").mkdir()
    pq.write_table(bare, tmp_path / "exchanges" / "all.parquet")
    done = flow.command("detect", tmp_path / "exchanges", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert flow.rows(tmp_path / "out", "campaigns") == []
    statuses = _statuses(tmp_path / "out")
    assert not [name for name, (status, _) in statuses.items() if status == "failed"]
