"""`stillwatch explain` on the results of a run over the small world."""

from __future__ import annotations

from pathlib import Path

import flow


def test_every_account_with_evidence_can_be_asked_for(results: Path) -> None:
    named = {row["account_id"] for row in flow.rows(results, "members")}
    rows = flow.rows(results, "accounts")
    others = [row["account_id"] for row in rows if row["account_id"] not in named]
    assert named
    assert others
    for account in (min(named), others[0]):
        told = flow.command("explain", results, str(account))
        assert told.returncode == 0, told.stderr
        assert told.stdout.startswith(f"{account}: ")
    assert "no group that it is in reaches" in told.stdout


def test_an_account_that_is_not_there_is_said_to_be_so(results: Path) -> None:
    told = flow.command("explain", results, "acct_nobody")
    assert told.returncode == 2
    assert "no campaign or account 'acct_nobody'" in told.stderr
    assert "did you mean" not in told.stderr


def test_evidence_shows_exchanges_of_members_or_none(world: Path, results: Path) -> None:
    owner = {r["exchange_id"]: r["account_id"] for r in flow.exchanges(world).to_pylist()}
    members: dict[object, set[object]] = {}
    for row in flow.rows(results, "members"):
        members.setdefault(row["campaign_id"], set()).add(row["account_id"])
    shown = [row for row in flow.rows(results, "evidence") if row["exchange_ids"] is not None]
    assert shown
    for row in shown:
        ids = row["exchange_ids"]
        assert isinstance(ids, list)
        assert 0 < len(ids) <= 5
        if row["detector"] not in {"banned_return", "hand_off"}:  # name predecessors, too
            assert {owner[i] for i in ids} <= members[row["subject_id"]]
