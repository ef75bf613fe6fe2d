"""People found accounts honest: the others are judged again without them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.pipeline.rescore import rescore, with_cleared
from stillwatch.schema import ACCOUNT
from stillwatch.settings import Settings


def test_without_the_cleared_accounts_the_others_are_no_campaign(
    world: Path, results: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(results, out)
    members = [row["account_id"] for row in pq.read_table(out / "members.parquet").to_pylist()]
    assert len(members) >= 10
    changes = rescore(
        [world / "exchanges"],
        members[2:],
        out=out,
        accounts=world / "accounts.parquet",
        releases=world / "releases.parquet",
        as_of=None,
        settings=Settings(),
    )
    after = {change.account_id: change.after for change in changes}
    assert {after[name] for name in members[2:]} == {0.0}
    assert [after[name] for name in members[:2]] == [0.0, 0.0]
    assert all(change.before for change in changes if change.account_id in members)
    assert (
        set(members) & set(pq.read_table(out / "members.parquet")["account_id"].to_pylist())
        == set()
    )


def test_a_cleared_account_gets_its_status_whether_it_has_a_row_or_not() -> None:
    rows = [{"account_id": "a", "status": "active", "tier": "paid"}, {"account_id": "b"}]
    table = with_cleared(pa.Table.from_pylist(rows, schema=ACCOUNT), ["a", "c"])
    found = {row["account_id"]: (row["status"], row["tier"]) for row in table.to_pylist()}
    assert found == {"a": ("cleared", "paid"), "b": (None, None), "c": ("cleared", None)}
    assert with_cleared(None, ["c"])["status"].to_pylist() == ["cleared"]
    assert table.schema == ACCOUNT
