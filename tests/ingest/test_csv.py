"""Delimited tables: what can be read is read, a broken record costs itself only, and is told."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from stillwatch.ingest import load_mapping, sources
from stillwatch.ingest.formats.csv import FORMAT

_HEAD = "exchange_id,started_at,account_id,prompt_text\n"


def _row(number: int, prompt: str = "hi", end: str = "\n") -> str:
    return f"x{number},2026-02-23T10:00:00Z,a{number % 7},{prompt}{end}"


def _file(path: Path, rows: Sequence[str], head: str = _HEAD) -> Path:
    path.write_text(head + "".join(rows))
    return path


def _written(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("count", [50, 200_000])
@pytest.mark.parametrize("others", ["plain", "quoted", "inches"])
def test_an_unclosed_quote_costs_its_own_record_only(
    *, read: Callable[..., Any], tmp_path: Path, count: int, others: str
) -> None:
    prompts = {"plain": ["hi"], "quoted": ['"well, ""you""\nthere"', "hi"], "inches": ['6" nail']}
    cycle = prompts[others]
    rows = [_row(i, cycle[i % len(cycle)]) for i in range(1, count + 1)]
    rows[6] = _row(7, '"oops')
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.summary.accepted == count - 1
    assert "x7" not in result.ids
    assert result.reasons == {"does_not_parse": 1}
    [entry] = result.quarantined
    assert entry["row"] == 7
    assert entry["line"] == 2 + "".join(rows[:6]).count("\n")
    assert entry["record"].startswith("x7,")


def test_many_unclosed_quotes_are_each_told(read: Callable[..., Any], tmp_path: Path) -> None:
    rows = [_row(i, '"oops' if i % 10 == 0 else "hi") for i in range(1, 5006)]
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.summary.accepted == 4505
    assert result.reasons == {"does_not_parse": 500}
    assert [entry["row"] for entry in result.quarantined] == list(range(10, 5001, 10))


@pytest.mark.parametrize("prompt", ['"\nhello"', '"\n, ""so"" \n"', '", \n"'])
def test_an_unclosed_quote_before_one_that_starts_a_line_is_told(
    read: Callable[..., Any], tmp_path: Path, prompt: str
) -> None:
    rows = [_row(i) for i in range(1, 41)]
    rows[6], rows[19] = _row(7, '"oops'), _row(20, prompt)
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.ids == [f"x{i}" for i in range(1, 41) if i != 7]
    assert result.reasons == {"does_not_parse": 1}


def test_a_quote_that_swallows_rows_into_a_wrong_count_of_fields_gives_them_back(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [_row(1), 'x2,"2026-02-23T10:00:00Z,a2,hi\n', _row(3), _row(4, '6"'), _row(5)]
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.ids == ["x1", "x3", "x4", "x5"]
    assert [entry["row"] for entry in result.quarantined] == [2]


@pytest.mark.parametrize("prompt", ['"oops', '"oops\nmore, of it\nand, this, too'])
def test_a_file_cut_inside_a_quoted_field_is_told(
    read: Callable[..., Any], tmp_path: Path, prompt: str
) -> None:
    rows = [*(_row(i) for i in range(1, 50)), _row(50, prompt, end="")]
    result = read(_file(tmp_path / "a.csv", rows))
    assert len(result.rows) == 49
    assert result.reasons == {"truncated_file": 1}
    assert (result.quarantined[0]["row"], result.quarantined[0]["line"]) == (50, 51)


def test_a_packed_file_cut_off_gives_what_came_before(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [_row(i, str(hash(str(i)))) for i in range(60_000)]
    packed = gzip.compress((_HEAD + "".join(rows)).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[:-2000])
    result = read(tmp_path / "a.csv.gz")
    assert len(result.rows) > 50_000
    assert result.reasons == {"truncated_file": 1}


@pytest.mark.parametrize("sign", ["é", "\udcff"])
def test_a_line_longer_than_a_field_of_the_reader_may_be_is_looked_at(
    read: Callable[..., Any], tmp_path: Path, sign: str
) -> None:
    long = '"\n' + "a,b,c,d" * 40_000 + '"'
    rows = [_row(1), _row(2, long), _row(3, sign)]
    path = tmp_path / "a.csv"
    path.write_bytes((_HEAD + "".join(rows)).encode("utf-8", "surrogateescape"))
    assert read(path).ids[:2] == ["x1", "x2"]


def test_long_prompts_with_lines_and_quotes_stay_whole(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    long = "\n".join(f'{i}, "so", and a,b,c,d' for i in range(4000))
    prompts = ['say ""', '"\n"', "\n\n", ",\n,,\n", 'a\r\n"b"', long, '",\n",', "x,2026\n1,2,3,4"]
    rows = [[f"x{i}", "2026-02-23", "a", prompts[i % 8]] for i in range(800)]
    path = tmp_path / "a.csv"
    path.write_text(_HEAD + _written(rows), newline="")
    result = read(path)
    assert not result.reasons
    kept = [row[3] if row[3].strip() else None for row in rows]
    assert [row["prompt_text"] for row in result.rows] == kept


def test_rows_inside_a_sound_quoted_prompt_stay_text_and_are_told(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [_row(1), _row(2, f'"Look:\n{_row(8)}{_row(9, end="")}"'), _row(3)]
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.ids == ["x1", "x2", "x3"]
    [entry] = result.quarantined
    assert entry["line"] == 4
    assert "2, the first here" in entry["detail"]


def test_a_row_of_30_megabytes_leaves_the_rows_and_places_around_it_as_they_are(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [_row(i, '"two\nlines"') for i in range(1, 150_001)]
    rows[9] = _row(10, "y" * (30 << 20))
    rows[120_000] = "x,y\n"
    result = read(_file(tmp_path / "a.csv", rows))
    assert result.summary.accepted == 149_999
    assert [(e["row"], e["reason"]) for e in result.quarantined] == [(120_001, "does_not_parse")]


@pytest.mark.parametrize("prompt", ["y" * 50_000, '"' + "y\n" * 25_000 + '"', "y" * 15_000])
def test_a_record_too_long_is_told_and_the_rest_is_read(
    read: Callable[..., Any], tmp_path: Path, prompt: str
) -> None:
    rows = [_row(i) for i in range(1, 1001)]
    rows[499] = _row(500, prompt)
    result = read(_file(tmp_path / "a.csv", rows), longest_line=10_000)
    assert result.ids == [f"x{i}" for i in range(1, 1001) if i != 500]
    assert result.reasons == {"line_too_long": 1}
    assert (result.quarantined[0]["row"], result.quarantined[0]["line"]) == (500, 501)


def test_broken_bytes_are_told_after_a_broken_quote_too(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = [_row(1), _row(2, '"oops'), _row(3, "\udcff"), _row(4)]
    path = tmp_path / "a.csv"
    path.write_bytes((_HEAD + "".join(rows)).encode("utf-8", "surrogateescape"))
    result = read(path)
    assert result.ids == ["x1", "x4"]
    assert [(e["row"], e["reason"]) for e in result.quarantined] == [
        (2, "does_not_parse"),
        (3, "invalid_utf8"),
    ]


def test_broken_bytes_in_a_column_that_nobody_reads_cost_nothing(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"exchange_id,started_at,account_id,note\n1,2026-02-23,a,\xff\n")
    assert read(path).ids == ["1"]


def test_a_row_with_too_few_fields_and_broken_bytes_prints_no_traceback(
    read: Callable[..., Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"exchange_id,started_at,account_id\n1,2026-02-23,a\n2,\xff\n3,2026-02-23,b\n")
    result = read(path)
    assert result.ids == ["1", "3"]
    assert [(e["row"], e["reason"]) for e in result.quarantined] == [(2, "does_not_parse")]
    assert capfd.readouterr().err == ""


def test_spaces_after_the_commas_are_no_part_of_names_and_values(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    rows = ["1, 2026-02-23T10:00:00Z, a, 0.5\n", "2, 2026-02-23T10:00:00Z, b, NULL\n"]
    head = "exchange_id, started_at, account_id, temperature\n"
    result = read(_file(tmp_path / "a.csv", rows, head))
    told = [(r["exchange_id"], r["account_id"], r["temperature"]) for r in result.rows]
    assert told == [("1", "a", 0.5), ("2", "b", None)]
    assert not result.summary.values_dropped


def test_names_with_signs_are_usable_in_a_mapping(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "columns:\n  exchange_id: 'Request ID (uuid)'\n  started_at: 'ts [UTC]'\n"
        "  account_id: 'acct#'\n"
    )
    head = '"Request ID (uuid)",ts [UTC],acct#\n'
    path = _file(tmp_path / "a.csv", ["1,2026-02-23,a\n"], head)
    result = read(path, mapping=load_mapping(tmp_path / "m.yaml"))
    assert [(r["exchange_id"], r["account_id"]) for r in result.rows] == [("1", "a")]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "b": 2}\n{"a": 1, "b": 2}\n',
        '["a", "b"]\n["c", "d"]\n',
        "Dear all, I am here (again).\nYours, me\n",
        "well, well\nwell, well\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "10:00:00,123 INFO [main] up\n10:00:01,456 INFO [main] down\n",
        'started (v1), ok\n{"exchange_id": "1"}\n',
    ],
)
def test_text_and_json_are_no_table(text: str) -> None:
    assert not FORMAT.recognise(text.encode())


def test_a_name_that_stands_twice_in_the_header_is_named(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    head = "exchange_id,started_at,account_id,account_id\n"
    result = read(_file(tmp_path / "a.csv", ["1,2026-02-23,a,b\n"], head))
    assert result.reasons == {"does_not_parse": 1}
    assert result.quarantined[0]["line"] == 1
    assert "'account_id'" in result.quarantined[0]["detail"]


def test_columns_that_nobody_reads_need_no_name_of_their_own(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    head = ",exchange_id,started_at,account_id,note,note\n"
    path = _file(tmp_path / "a.csv", ["0,1,2026-02-23,a,b,c\n"], head)
    assert sources([path])[0].format == "csv"
    assert read(path).ids == ["1"]


def test_the_nulls_of_databases_are_nulls_and_quoted_ones_are_text(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    head = "exchange_id,started_at,account_id,model,temperature,prompt_text\n"
    rows = [
        "1,2026-02-23,a,NULL,\\N,\\N\n",
        '2,2026-02-23,a,"",,"NULL"\n',
        "3,2026-02-23,NULL,m,1,x\n",
        '4,2026-02-23,"",m,1,x\n',
    ]
    result = read(_file(tmp_path / "a.csv", rows, head))
    told = [(r["model"], r["temperature"], r["prompt_text"]) for r in result.rows]
    assert told == [(None, None, None), (None, None, "NULL")]
    assert result.reasons == {"missing_account_id": 2}
    assert not result.summary.values_dropped
