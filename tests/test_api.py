"""The package as a library: the lines of the README, a table in memory, a folder of logs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import stillwatch
from stillwatch import schema
from stillwatch.errors import Error, InputError, SchemaError
from stillwatch.settings import Assess

ROOT = Path(__file__).resolve().parents[1]
START = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def _exchanges() -> pa.Table:
    """Six customers who ask about things of their own."""
    rows = [
        {
            "exchange_id": f"e-{account}-{n}",
            "started_at": START + timedelta(hours=account + 7 * n),
            "account_id": f"a-{account}",
            "prompt_text": f"Question {n} of customer {account} about subject {account * 17 + n}.",
            "output_tokens": 100 + n,
        }
        for account in range(6)
        for n in range(5)
    ]
    return pa.Table.from_pylist(rows, schema=schema.EXCHANGE)


def _accounts() -> pa.Table:
    rows = [{"account_id": f"a-{n}", "created_at": START - timedelta(days=n)} for n in range(6)]
    return pa.Table.from_pylist(rows, schema=schema.ACCOUNT)


def _follow_the_contract(run: stillwatch.Run) -> None:
    assert run.campaigns.schema.equals(schema.CAMPAIGN)
    assert run.members.schema.equals(schema.MEMBER)
    assert run.accounts.schema.equals(schema.ACCOUNT_ASSESSMENT)
    assert run.evidence.schema.equals(schema.EVIDENCE)


def test_the_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    pq.write_table(_exchanges(), tmp_path / "logs" / "exchanges.parquet")
    pq.write_table(_accounts(), tmp_path / "accounts.parquet")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n(import stillwatch\n.*?)```", readme, re.DOTALL)
    scope: dict[str, stillwatch.Run] = {}
    exec(block, scope)  # noqa: S102 - our own README
    run = scope["run"]
    _follow_the_contract(run)
    assert run.report["traffic"]["exchanges"] == 30
    assert run.notes == ()


def test_a_table_in_memory_gives_what_the_same_folder_gives(tmp_path: Path) -> None:
    table = _exchanges()
    logs = tmp_path / "logs"
    logs.mkdir()
    pq.write_table(table.slice(0, 11), logs / "1.parquet")
    pq.write_table(table.slice(11), logs / "2.parquet")
    from_table = stillwatch.detect(table, accounts=_accounts())
    from_folder = stillwatch.detect(logs, accounts=_accounts())
    _follow_the_contract(from_table)
    assert from_table.accounts.equals(from_folder.accounts)
    assert {**from_table.report, "inputs": []} == {**from_folder.report, "inputs": []}


@pytest.mark.parametrize("make", [pl.from_arrow, pa.Table.to_pandas])
def test_a_table_of_polars_or_pandas_gives_what_arrows_gives(
    make: Callable[[pa.Table], Any],
) -> None:
    own = ["exchange_id", "started_at", "account_id", "prompt_text", "output_tokens"]
    run = stillwatch.detect(make(_exchanges().select(own)), accounts=make(_accounts()))
    one = stillwatch.detect(_exchanges(), accounts=_accounts())
    assert run.accounts.equals(one.accounts)
    assert run.report["traffic"] == one.report["traffic"]


def test_a_row_of_a_table_that_cannot_be_is_left_out_and_counted() -> None:
    table = _exchanges()
    times = table["started_at"].combine_chunks().cast(pa.int64()).to_pylist()
    wrong = pa.array([2**61, *times[1:]]).cast(schema.TIME)
    run = stillwatch.detect(table.set_column(1, "started_at", wrong))
    assert run.report["traffic"]["rejected"] == {"impossible_time": 1}
    assert run.report["traffic"]["exchanges"] == 29


def test_what_is_neither_path_nor_table_is_refused() -> None:
    with pytest.raises(SchemaError, match="a int is neither"):
        stillwatch.detect(7)  # type: ignore[arg-type]


def test_columns_that_a_table_lacks_are_unknown_and_detectors_say_so() -> None:
    required = [f.name for f in schema.EXCHANGE if not f.nullable]
    run = stillwatch.detect(_exchanges().select(required))
    absent = {d["name"] for d in run.report["detectors"] if d["status"] == "absent"}
    assert {"work_queue", "young_accounts"} <= absent


def test_a_table_without_a_required_column_is_refused_by_name() -> None:
    with pytest.raises(SchemaError, match="account_id"):
        stillwatch.detect(_exchanges().drop_columns(["account_id"]))


def test_a_moment_without_offset_is_utc_and_what_comes_later_is_left_out() -> None:
    run = stillwatch.detect(_exchanges(), as_of=datetime(2026, 3, 2, 3))  # noqa: DTZ001 - on purpose
    assert run.report["traffic"]["exchanges"] == 3
    assert run.report["as_of"] == "2026-03-02T03:00:00+00:00"


def test_a_moment_may_be_written_and_one_after_all_exchanges_claims_none_of_what_is_not_there() -> (
    None
):
    run = stillwatch.detect(_exchanges(), as_of="2030-01-01")
    assert run.report["as_of"].startswith("2030-01-01")
    assert run.report["window"]["until"].startswith("2026-03-03")
    assert repr(run) == "Run(0 campaigns, 0 accounts named, in 30 exchanges of 6 accounts)"
    with pytest.raises(InputError, match="no moment"):
        stillwatch.detect(_exchanges(), as_of="soon")


def test_a_moment_before_all_exchanges_is_refused() -> None:
    with pytest.raises(InputError, match="no exchange"):
        stillwatch.detect(_exchanges(), as_of=START - timedelta(days=1))


def test_what_was_not_taken_is_told_line_by_line(tmp_path: Path) -> None:
    good = '{"exchange_id": "e1", "started_at": "2026-03-02T00:00:00Z", "account_id": "a"}\n'
    (tmp_path / "log.jsonl").write_text(good + '{"exchange_id": "e2"\n', encoding="utf-8")
    (tmp_path / "readme.txt").write_text("not a log\n", encoding="utf-8")
    run = stillwatch.detect(tmp_path)
    assert run.report["traffic"]["rejected"] == {"does_not_parse": 1}
    assert any("1 rejected: does_not_parse 1" in note for note in run.notes)
    assert any("readme.txt" in note for note in run.notes)


def test_a_folder_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Error, match="cannot write"):
        stillwatch.detect(_exchanges(), out=tmp_path / "file")


def test_settings_under_which_a_named_campaign_is_not_reported_are_refused() -> None:
    with pytest.raises(Error, match="who is named must be reported"):
        Assess(report_at=0.95, named_at=0.9)


def test_the_verb_keeps_its_name_beside_the_stage_of_the_same_name() -> None:
    program = (
        "import stillwatch; "
        "from stillwatch.detect.base import Detector; "
        "from stillwatch.detect import registry; "
        "import stillwatch.detect.run; "
        "from stillwatch import detect; "
        "print(detect is stillwatch.detect, detect.__module__, Detector.__module__)"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "stillwatch", "stillwatch.detect.base"]
