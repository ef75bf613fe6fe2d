"""Pairs under canonical names, the order of files, and keys that stand for an account."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.ingest import Redactor, known_formats
from stillwatch.ingest.canonical import Place
from stillwatch.ingest.dispatch import Dispatcher
from stillwatch.ingest.importer import Document
from stillwatch.ingest.registry import document_formats
from stillwatch.ingest.summary import Summary

PAIRS = ("anthropic_messages", "openai_chat", "openai_responses")
NAMES = {"exchange_id": "x1", "started_at": "2026-02-23T10:00:00Z", "account_id": "a1"}


def _bodies(name: str) -> dict[str, object]:
    example = known_formats()[name].example  # type: ignore[union-attr]
    return {key: example[key] for key in ("request", "response")}


def _array(path: Path, *records: object) -> Path:
    path.write_bytes(orjson.dumps(list(records), option=orjson.OPT_INDENT_2))
    return path


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("response_only", [False, True])
def test_a_pair_under_canonical_names_keeps_its_bodies(
    read: Callable[..., Any], tmp_path: Path, name: str, *, packed: bool, response_only: bool
) -> None:
    bodies = _bodies(name)
    if response_only:
        del bodies["request"]
    if packed:
        bodies = {key: orjson.dumps(body).decode() for key, body in bodies.items()}
    given = {**NAMES, "country": "DE", "asn": 7, "tier": "free", "input_tokens": 9, **bodies}
    assert next(f.name for f in document_formats() if f.recognise(given)) == name
    [row] = read(_array(tmp_path / "a.json", given)).rows
    assert row["response_text"] == "hello"
    assert row["prompt_text"] == (None if response_only else "hi")
    assert (row["exchange_id"], row["account_id"], row["country"]) == ("x1", "a1", "DE")
    assert (row["asn"], row["tier"]) == (7, "free")
    assert row["input_tokens"] == (7 if name == "anthropic_messages" else 9)


def test_a_canonical_record_with_another_request_is_canonical(
    read: Callable[..., Any], tmp_path: Path
) -> None:
    given = {**NAMES, "prompt_text": "hi", "request": {"id": 1}, "kind": "x", "t": 1}
    [row] = read(_array(tmp_path / "a.json", given)).rows
    assert row["prompt_text"] == "hi"


def test_what_came_before_never_decides_who_reads_a_record() -> None:
    records = [dict(unit.example) for unit in document_formats()]
    records += [{**NAMES, **_bodies(name)} for name in PAIRS]
    records += [{**NAMES, "prompt_text": "hi"}]

    def told(order: list[dict[str, object]]) -> dict[bytes, object]:
        found: dict[bytes, object] = {}
        dispatcher = Dispatcher(
            only=None,
            mapping=None,
            keyed=Redactor(b"t" * 32).digest,
            summary=Summary(),
            report=lambda *_: None,
        )
        for record in order:
            place = Place(file="a")
            dispatcher.take(Document(value=copy.deepcopy(record), place=place, raw=b"", size=1))
            [chunk] = dispatcher.drain()
            columns = {name: column.to_pylist() for name, column in chunk.columns.items()}
            assert found.setdefault(orjson.dumps(record), columns) == columns
        return found

    first = told(records)
    assert all(told([*pair, *records]) == first for pair in permutations(records, 2))


@pytest.mark.parametrize(
    "headers",
    [
        {"api-key": "0123456789abcdef0123"},
        {"Authorization": "Bearer MyGatewayKey-77aa"},
        {"authorization": "BEARER MyGatewayKey-77aa"},
        {"x-api-key": "plain"},
    ],
)
def test_a_key_that_stands_for_an_account_is_hashed_as_the_credential_is(
    read: Callable[..., Any], tmp_path: Path, headers: dict[str, str]
) -> None:
    given = {"request_id": "1", "timestamp": NAMES["started_at"], "request_headers": headers}
    result = read(_array(tmp_path / "a.json", {**given, **_bodies("openai_chat")}))
    [row] = result.rows
    [raw] = headers.values()
    key = raw.rpartition(" ")[2]
    assert row["account_id"] == row["credential_id"] == _hashed(key)


def _hashed(key: str) -> str:
    return Redactor(b"t" * 32).hashed("credential", key)


def test_no_importer_leaves_a_key_in_clear(read: Callable[..., Any], tmp_path: Path) -> None:
    litellm = copy.deepcopy(dict(known_formats()["litellm"].example))  # type: ignore[union-attr]
    litellm["metadata"] = {"user_api_key_hash": "RawKey-77aa"}
    spendlogs = {**known_formats()["spendlogs"].example, "api_key": "RawKey-77aa", "user": ""}  # type: ignore[union-attr]
    otlp = copy.deepcopy(dict(known_formats()["otlp"].example))  # type: ignore[union-attr]
    for place, record in (("1", litellm), ("2", spendlogs)):
        record["litellm_call_id"] = place
    names = ("metadata.user_api_key_hash", "api_key.hash", "stillwatch.credential_id")
    spans = []
    for name in names:
        one = copy.deepcopy(otlp)
        attributes = [{"key": name, "value": {"stringValue": "RawKey-77aa"}}]
        attributes += [{"key": "enduser.id", "value": {"stringValue": "u"}}]
        one["resourceSpans"][0]["resource"]["attributes"] = attributes
        spans.append(one)
    rows = read(_array(tmp_path / "a.json", litellm, spendlogs, *spans)).rows
    assert [row["account_id"] for row in rows] == [_hashed("RawKey-77aa")] * 5
    assert [row["credential_id"] for row in rows] == [_hashed("RawKey-77aa")] * 5


@pytest.mark.parametrize("shape", ["lines", "parquet"])
def test_lines_and_tables_of_pairs_under_canonical_names_keep_their_bodies(
    read: Callable[..., Any], tmp_path: Path, shape: str
) -> None:
    records = [{**NAMES, "exchange_id": i, **_bodies("openai_chat")} for i in ("x1", "x2")]
    if shape == "lines":
        (tmp_path / "a").write_bytes(b"\n".join(map(orjson.dumps, records)))
    else:
        pq.write_table(pa.Table.from_pylist(records), tmp_path / "a")
    rows = read(tmp_path / "a").rows
    assert [(row["prompt_text"], row["response_text"]) for row in rows] == [("hi", "hello")] * 2
