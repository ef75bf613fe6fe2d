"""Each kind of bad input: the rest still runs, and what was rejected is kept with its reason."""

from __future__ import annotations

import gzip
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from stillwatch.errors import NotFoundError, RegistryError
from stillwatch.ingest import Reason, sources


def test_a_line_that_does_not_parse_is_quarantined_and_the_rest_is_read(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1"), '{"exchange_id": "2", ', line("3")]))
    result = read(path)
    assert result.ids == ["1", "3"]
    assert result.reasons == {"does_not_parse": 1}
    [entry] = result.quarantined
    assert (entry["file"], entry["line"]) == (str(path), 2)
    assert entry["record"].startswith('{"exchange_id": "2"')


@pytest.mark.parametrize("field", ["exchange_id", "started_at", "account_id"])
def test_a_missing_required_field_is_named_by_its_own_reason(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path, field: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1"), line("2", **{field: None}), line("3")]))
    result = read(path)
    assert result.ids == ["1", "3"]
    assert result.reasons == {f"missing_{field}": 1}
    assert result.quarantined[0]["line"] == 2


@pytest.mark.parametrize("when", ["2014-12-31T23:59:59Z", "9999-01-01T00:00:00Z", 5])
def test_an_impossible_time_is_quarantined(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path, when: object
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1", started_at=when), line("2")]))
    result = read(path)
    assert result.ids == ["2"]
    assert result.reasons == {"impossible_time": 1}


def test_the_day_after_now_is_possible_and_two_days_after_are_not(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    now = datetime.now(UTC)
    soon, late = (now + timedelta(hours=h) for h in (20, 50))
    path.write_text(
        "\n".join([line("1", started_at=soon.isoformat()), line("2", started_at=late.isoformat())])
    )
    assert read(path).ids == ["1"]
    assert read(path, as_of=now + timedelta(days=3)).ids == ["1", "2"]


def test_a_wrong_type_is_cast_where_it_can_be_and_else_set_to_null_and_told(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    given = [line("1", temperature="0.5", n="3"), line("2", n="many"), line("3", input_tokens=-4)]
    path.write_text("\n".join(given))
    result = read(path)
    assert result.ids == ["1", "2", "3"]
    assert (result.rows[0]["temperature"], result.rows[0]["n"]) == (0.5, 3)
    assert result.rows[1]["n"] is None
    assert result.summary.values_dropped == {"n": 1, "input_tokens": 1}
    assert {(e["line"], e["reason"]) for e in result.quarantined} == {
        (2, "wrong_type"),
        (3, "wrong_type"),
    }


def test_a_time_that_is_none_rejects_the_row(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1", started_at="yesterday"), line("2")]))
    result = read(path)
    assert result.ids == ["2"]
    assert result.reasons == {"wrong_type": 1}


def test_an_empty_folder_is_told_and_the_rest_is_read(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.jsonl").write_text(line("1"))
    result = read(tmp_path / "empty", tmp_path / "a.jsonl")
    assert result.ids == ["1"]
    assert "no file" in result.summary.skipped[str(tmp_path / "empty")]


def test_an_empty_folder_alone_ends_with_status_2_and_says_what_to_do(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    result = read(tmp_path / "empty")
    assert result.error is not None
    assert result.error.exit_status == 2
    assert "--format" in result.error.hint


def test_mixed_formats_in_one_folder_and_in_one_file_are_all_read(
    read: Callable[..., Any],
    line: Callable[..., str],
    parquet: Callable[..., None],
    fixtures: Path,
    tmp_path: Path,
) -> None:
    spend = orjson.loads((fixtures / "litellm_spendlogs_rows.json").read_bytes())[0]
    trace = (fixtures / "litellm_otlp_traces.jsonl").read_text().strip()
    mixed = "\n".join([line("1"), orjson.dumps(spend).decode(), trace, "{}", line("2")])
    (tmp_path / "mixed.jsonl").write_text(mixed)
    parquet(tmp_path / "b.parquet", rows=3)
    result = read(tmp_path)
    assert len(result.rows) == 4 + 3
    assert result.reasons == {"unknown_format": 1}


def test_a_line_of_100_megabytes_is_skipped_within_bounded_memory(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt", compresslevel=1) as out:
        out.write(line("1") + '\n{"exchange_id": "2", "prompt_text": "')
        for _ in range(100):
            out.write("x" * 1_000_000)
        out.write('"}\n' + line("3") + "\n" + line("4"))
    result = read(path, longest_line=16 << 20)
    assert result.ids == ["1", "3", "4"]
    assert result.reasons == {"line_too_long": 1}
    assert result.quarantined[0]["line"] == 2
    assert len(result.quarantined[0]["record"]) <= 2049


def test_a_line_too_long_at_the_end_of_a_file_is_told(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("1") + "\n" + line("2", prompt_text="y" * 50_000))
    result = read(path, longest_line=10_000)
    assert result.ids == ["1"]
    assert result.reasons == {"line_too_long": 1}


def test_invalid_utf8_is_quarantined_and_the_rest_is_read(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    bad = line("2").encode().replace(b'"a"', b'"\xff\xfe"')
    path.write_bytes(line("1").encode() + b"\n" + bad + b"\n" + line("3").encode())
    result = read(path)
    assert result.ids == ["1", "3"]
    assert result.reasons == {"invalid_utf8": 1}


def test_duplicates_are_handed_on_for_the_next_stage_to_drop(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([line("1")] * 3))
    assert read(path).ids == ["1"] * 3


def test_a_truncated_gzip_file_gives_what_came_before(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl.gz"
    text = "\n".join(line(str(i), prompt_text=str(hash(str(i)))) for i in range(200_000))
    path.write_bytes(gzip.compress(text.encode())[:-2000])
    result = read(path)
    assert len(result.rows) > 50_000
    assert result.reasons == {"truncated_file": 1}


def test_an_array_cut_off_gives_its_whole_elements(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text("[" + ",\n".join([line("1"), line("2"), line("3")])[:-20])
    result = read(path)
    assert result.ids == ["1", "2"]
    assert result.reasons == {"truncated_file": 1}


def test_a_run_that_reads_nothing_says_what_was_found(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"kind_of": "something else"}\n{"b": 1}\n')
    result = read(tmp_path)
    assert result.rows == []
    assert result.error is not None
    assert "unknown_format 2" in result.error.found
    assert "quarantine.jsonl" in result.error.hint


def test_every_record_is_counted_once(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    given = [line("1"), "{", line("2", account_id=None), line("3", started_at=1), "[]", "{}", "7"]
    (tmp_path / "a.jsonl").write_text("\n".join(given))
    result = read(tmp_path / "a.jsonl")
    assert result.summary.found() == 6
    assert len(result.quarantined) == 5


def test_the_quarantine_keeps_no_key_no_address_and_is_private(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    secret = "sk-" + "abcdef1234567890"
    aws = "AKIA" + "IOSFODNN7EXAMPLE"
    path = tmp_path / "a.jsonl"
    where = '"ip": "203.0.113.9", "m": "x@y.example"'
    text = f'{{"k": "{secret}", "h": "Bearer abc.def", "a": "{aws}", {where}'
    path.write_text(text + "\n" + '{"pad": "' + "z" * 2040 + secret)
    result = read(path)
    kept = str(result.quarantined)
    for hidden in (secret, "abc.def", aws, "203.0.113.9", "x@y.example"):
        assert hidden not in kept
    mode = (tmp_path / "quarantine" / "quarantine.jsonl").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_reasons_are_a_closed_vocabulary(read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{\n")
    known = {reason.value for reason in Reason}
    assert set(read(tmp_path / "a.jsonl").reasons) <= known


def test_a_path_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "exchanges.jsonl").write_text("{}")
    with pytest.raises(NotFoundError, match=r"did you mean .*exchanges\.jsonl"):
        sources([tmp_path / "exchange.jsonl"])


def test_an_unknown_format_names_the_closest(
    read: Callable[..., Any], line: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text(line("1"))
    with pytest.raises(RegistryError, match="did you mean 'litellm'"):
        read(tmp_path / "a.jsonl", format="litelm")
