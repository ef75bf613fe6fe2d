"""Traces of the service itself: what they hold, what they never hold, and that none is off."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import bodies
import httpx
import orjson
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from running import SETTINGS, Running

from stillwatch.errors import ConfigError
from stillwatch.service.run import Place, opened
from stillwatch.service.tracing import OpenTelemetry, exported

PRIVATE = "a-prompt-that-nobody-else-may-read"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(service: Running) -> Iterator[InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    service.state.traces = OpenTelemetry(SimpleSpanProcessor(kept))
    yield kept
    service.state.traces = None


def _requests(service: Running) -> None:
    with service.client("admin") as client:
        client.headers["traceparent"] = PARENT
        client.post("/v1/decide", json={"account_id": "acct-secret-name"})
        body = orjson.dumps(bodies.exchange(1, prompt_text=PRIVATE))
        client.post("/v1/exchanges", content=body)
        client.get("/v1/nowhere/acct-secret-name")
        client.post("/v1/decide", content=PRIVATE)


def _named(spans: InMemorySpanExporter, name: str, count: int = 1) -> list[ReadableSpan]:
    """So many spans of a name; the last one ends just after its answer went out."""
    until = time.monotonic() + 10
    found: list[ReadableSpan] = []
    while len(found) < count and time.monotonic() < until:
        found = [span for span in spans.get_finished_spans() if span.name == name]
        time.sleep(0.01)
    assert len(found) == count
    return found


def test_a_request_is_a_span_of_its_senders_trace(
    service: Running, spans: InMemorySpanExporter
) -> None:
    _requests(service)
    decided, refused = _named(spans, "POST /v1/decide", 2)
    assert format(decided.context.trace_id, "032x") == PARENT.split("-")[1]
    assert dict(decided.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/v1/decide",
        "http.response.status_code": 200,
        "stillwatch.action": "observe",
        "stillwatch.shadow": False,
        "stillwatch.reason_code": "nothing_found",
        "stillwatch.refused": False,
        "stillwatch.failed": False,
    }
    assert (refused.attributes or {})["http.response.status_code"] == 400
    (taken,) = _named(spans, "POST /v1/exchanges")
    assert (taken.attributes or {})["stillwatch.exchanges.accepted"] == 1
    assert len(_named(spans, "GET (other)")) == 1


def test_no_span_holds_text_an_account_or_a_token(
    service: Running, spans: InMemorySpanExporter
) -> None:
    token = service.token("admin")
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "client-made", "baggage": "k=v"}
    httpx.post(f"{service.address}/v1/decide", json={"account_id": "acct-secret-name"},
               headers=headers)  # fmt: skip
    _requests(service)
    _named(spans, "POST /v1/decide", 3)
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    for hidden in (PRIVATE, "acct-secret-name", token.split("_")[1], "client-made", "k=v"):
        assert hidden not in told


def test_a_fault_of_ours_is_an_error_without_its_message(
    service: Running, spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(PRIVATE)

    monkeypatch.setattr(service.state.guard, "answer", broken)
    with service.client("service") as client:
        assert client.post("/v1/decide", json={"account_id": "a"}).status_code == 500
    (span,) = _named(spans, "POST /v1/decide")
    assert span.status.status_code is StatusCode.ERROR
    assert PRIVATE not in span.to_json()
    assert span.events == ()


def test_an_assessment_is_a_span_of_its_own_length() -> None:
    kept = InMemorySpanExporter()
    traces = OpenTelemetry(SimpleSpanProcessor(kept))
    traces.assessed({"began": 1_790_000_000.0, "seconds": 2.5, "exchanges": 7, "campaigns": 1})
    traces.assessed({"began": 1_790_000_010.0, "seconds": 1.0, "fault": 1})
    one, two = kept.get_finished_spans()
    assert one.end_time is not None
    assert one.start_time is not None
    assert one.end_time - one.start_time == 2_500_000_000
    assert dict(one.attributes or {}) == {"stillwatch.exchanges": 7, "stillwatch.campaigns": 1}
    assert two.status.status_code is StatusCode.ERROR


def test_only_the_wanted_share_is_kept() -> None:
    kept = InMemorySpanExporter()
    traces = OpenTelemetry(SimpleSpanProcessor(kept), share=0.0)
    with traces.request("GET", "/healthz", PARENT):
        pass
    assert kept.get_finished_spans() == ()


def test_spans_reach_a_collector_over_otlp() -> None:
    received: list[ExportTraceServiceRequest] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        traces = exported(f"http://127.0.0.1:{server.server_port}/v1/traces", share=1.0)
        with traces.request("POST", "/v1/decide", "") as span:
            traces.answered(span, 200)
        traces.close()
        server.shutdown()
        thread.join()
    (resource,) = received[0].resource_spans
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == (
        "stillwatch"
    )
    assert [span.name for span in resource.scope_spans[0].spans] == ["POST /v1/decide"]


def test_a_collector_that_is_away_fails_no_request() -> None:
    traces = exported("http://127.0.0.1:9/v1/traces", share=1.0)
    for _ in range(100):
        with traces.request("GET", "/healthz", "") as span:
            traces.answered(span, 200)
    traces.close()


def test_nothing_is_traced_unless_a_collector_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    quiet = opened(
        Place(folder=tmp_path / "q", database=url), SETTINGS, assesses=False, takes=False
    )
    assert quiet.traces is None
    for stop in quiet.stops:
        stop()
    with pytest.raises(ConfigError, match="address for traces"):
        exported("file:///etc/passwd", share=1.0)
