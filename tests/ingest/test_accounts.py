from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.errors import InputError, NotFoundError
from stillwatch.ingest import read_accounts, read_releases
from stillwatch.schema import ACCOUNT, MODEL_RELEASE


@pytest.mark.parametrize("shape", ["parquet", "csv", "jsonl", "json"])
def test_accounts_are_read_from_any_file_and_missing_columns_are_null(
    tmp_path: Path, shape: str
) -> None:
    path = tmp_path / "accounts"
    if shape == "parquet":
        row = {
            "account_id": ["a"],
            "created_at": ["2026-01-01"],
            "payment_bin": ["001234"],
            "sso": [True],
        }
        pq.write_table(pa.table(row), path)
    elif shape == "csv":
        path.write_text("account_id,created_at,payment_bin,sso\na,2026-01-01,001234,true\n")
    else:
        one = '{"account_id":"a","created_at":"2026-01-01","payment_bin":"001234","sso":true}'
        path.write_text(one if shape == "jsonl" else f"[{one}]")
    table = read_accounts(path)
    assert table.schema == ACCOUNT
    [row] = table.to_pylist()
    assert (row["payment_bin"], row["sso"], row["created_at"].year) == ("001234", True, 2026)
    assert row["device_hmac"] is None


def test_all_faults_of_an_account_table_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("acount_id,created_at,verification\na,never,2\nb,2026-01-01,x\n")
    with pytest.raises(InputError) as caught:
        read_accounts(path)
    for part in (
        "'account_id' is not there",
        "acount_id",
        "created_at is not",
        "verification is not",
    ):
        assert part in caught.value.found


def test_a_file_that_is_no_table_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="cannot read accounts"):
        read_accounts(tmp_path / "a.parquet")
    with pytest.raises(NotFoundError, match="nothing is at") as caught:
        read_accounts(tmp_path / "a.parque")
    assert "a.parquet" in (caught.value.hint or "")


def test_rows_of_an_account_that_say_the_same_are_one_and_others_are_refused(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("account_id,organization_id\na,x\nb,y\na,x\n")
    assert sorted(read_accounts(path)["account_id"].to_pylist()) == ["a", "b"]
    path.write_text("account_id,organization_id\na,x\nb,y\na,z\n")
    with pytest.raises(InputError, match=r"1 accounts stand in several rows that differ.*'a'"):
        read_accounts(path)


def test_releases_are_read(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("model,released_at\nm,2026-02-01\n")
    table = read_releases(tmp_path / "r.csv")
    assert table.schema == MODEL_RELEASE
    assert table.num_rows == 1
