"""Exchanges come in as lines, arrays, LiteLLM batches and OTLP; what is accepted is on the disk."""

from __future__ import annotations

import gzip
from pathlib import Path

import bodies
import orjson
import pyarrow as pa
import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from running import Running

from stillwatch.ingest.registry import known_formats
from stillwatch.pipeline.online.history import History

FIXTURES = Path(__file__).parents[1] / "fixtures"
OTLP = known_formats()["otlp"].example


def _held(service: Running) -> int:
    assert service.state.history is not None
    return service.state.history.rows


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (bodies.lines(0, 40), "application/x-ndjson"),
        (orjson.dumps([bodies.exchange(i) for i in range(40)]), "application/json"),
        (orjson.dumps([bodies.exchange(i) for i in range(40)]), "application/json; charset=utf-8"),
    ],
)
def test_canonical_exchanges_are_kept_once(service: Running, body: bytes, kind: str) -> None:
    with service.client() as client:
        first = client.post("/v1/exchanges", content=body, headers={"content-type": kind})
        again = client.post("/v1/exchanges", content=body, headers={"content-type": kind})
    assert first.status_code == 200, first.text
    assert (first.json()["accepted"], first.json()["repeated"]) == (40, 0)
    assert (again.json()["accepted"], again.json()["repeated"]) == (0, 40)
    assert _held(service) == 40


def test_a_batch_of_litellm_is_kept(service: Running) -> None:
    body = (FIXTURES / "litellm_generic_api_batch.json").read_bytes()
    with service.client() as client:
        told = client.post("/v1/exchanges", content=body).json()
    assert told["accepted"] > 0
    assert told["rejected"] == 0
    assert _held(service) == told["accepted"]


def test_otlp_in_json_and_in_protobuf_are_the_same_exchange(service: Running) -> None:
    packed = ParseDict(OTLP, ExportTraceServiceRequest()).SerializeToString()
    protobuf = {"content-type": "application/x-protobuf"}
    with service.client() as client:
        one = client.post("/v1/traces", json=OTLP)
        other = client.post("/v1/traces", content=packed, headers=protobuf)
        third = client.post("/v1/exchanges", content=packed, headers=protobuf)
    assert one.json() == {}
    assert other.headers["content-type"] == "application/x-protobuf"
    assert ExportTraceServiceResponse.FromString(other.content).partial_success.rejected_spans == 0
    assert third.json()["repeated"] == 1
    assert _held(service) == 1


def test_otlp_logs_are_kept(service: Running) -> None:
    record = {
        "timeUnixNano": "1771840800000000000",
        "eventName": "gen_ai.client.inference.operation.details",
        "traceId": "W4qlotLIcuhTIc83MI1p0g==",
        "spanId": "BRWBvzy1XBM=",
        "attributes": [
            {"key": "gen_ai.request.model", "value": {"stringValue": "m"}},
            {"key": "user.id", "value": {"stringValue": "a1"}},
        ],
    }
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    packed = ParseDict(document, ExportLogsServiceRequest()).SerializeToString()
    with service.client() as client:
        told = client.post(
            "/v1/logs", content=packed, headers={"content-type": "application/x-protobuf"}
        )
        again = client.post(
            "/v1/exchanges", content=packed, headers={"content-type": "application/x-protobuf"}
        )
    assert told.status_code == 200, told.text
    assert again.json()["repeated"] == 1, "logs are told from traces where the path says neither"
    assert _held(service) == 1


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_packed_bodies_are_unpacked(service: Running, encoding: str) -> None:
    body = bodies.lines(0, 30)
    packed = gzip.compress(body) if encoding == "gzip" else _zstd(body)
    with service.client() as client:
        told = client.post(
            "/v1/exchanges", content=packed, headers={"content-encoding": encoding}
        ).json()
    assert told["accepted"] == 30


def _zstd(body: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(body)
    return sink.getvalue().to_pybytes()


def test_records_that_cannot_be_read_are_told_with_their_place(service: Running) -> None:
    body = bodies.lines(0, 2) + b'{"exchange_id": "broken"\n' + bodies.lines(2, 1)
    with service.client() as client:
        told = client.post("/v1/exchanges", content=body).json()
    assert (told["accepted"], told["rejected"]) == (3, 1)
    assert told["refused"][0]["line"] == 3
    assert told["refused"][0]["reason"] == "does_not_parse"


def test_clocks_that_are_far_off_are_refused_one_by_one(service: Running) -> None:
    off = [
        bodies.exchange(0, started_at="2031-01-01T00:00:00Z"),
        bodies.exchange(1, started_at="1999-01-01T00:00:00Z"),
        bodies.exchange(2),
    ]
    with service.client() as client:
        told = client.post("/v1/exchanges", json=off).json()
    assert (told["accepted"], told["rejected"]) == (1, 2)
    assert {each["reason"] for each in told["refused"]} == {"impossible_time"}


def test_what_was_acknowledged_is_there_after_a_restart(service: Running) -> None:
    with service.client() as client:
        assert client.post("/v1/exchanges", content=bodies.lines(0, 25)).json()["accepted"] == 25
    assert service.state.intake is not None
    assert service.state.history is not None
    service.state.intake.close()
    service.state.history.close()
    with History(service.folder, service.state.settings.online) as again:
        assert again.rows == 25


def test_no_text_and_no_address_reaches_the_disk(service: Running) -> None:
    key = "sk-verysecretkey123456"
    one = bodies.exchange(
        1, prompt_text="xylophone quartz", credential_id=key, client_ip="203.0.113.77"
    )
    with service.client() as client:
        assert client.post("/v1/exchanges", json=[one]).json()["accepted"] == 1
    stored = b"".join(p.read_bytes() for p in service.folder.rglob("*") if p.is_file())
    for word in (b"xylophone", key.encode(), b"203.0.113.77"):
        assert word not in stored
