"""OTLP over HTTP as protobuf: the messages become the JSON documents that the importer reads."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from stillwatch.service.faults import Fault

__all__ = ["PROTOBUF", "answer", "document"]

PROTOBUF = "application/x-protobuf"
_Request = type[ExportLogsServiceRequest] | type[ExportTraceServiceRequest]
_REQUESTS: dict[str, _Request] = {
    "logs": ExportLogsServiceRequest,
    "traces": ExportTraceServiceRequest,
}


def document(body: bytes, signal: str | None) -> bytes:
    """A protobuf body as an OTLP JSON document.

    Args:
        body: An export request.
        signal: `logs` or `traces`; None finds out.

    Raises:
        Fault: It is none.
    """
    try:
        message = _REQUESTS[signal or _signal(body)].FromString(body)
        return orjson.dumps(MessageToDict(message))
    except (DecodeError, orjson.JSONEncodeError, ValueError, RecursionError) as error:
        told = f"the body is no OTLP export request for {signal or 'logs or traces'} in protobuf"
        raise Fault(HTTPStatus.BAD_REQUEST, "does_not_parse", told) from error


def _signal(body: bytes) -> str:
    """Logs and traces are nested alike: only what spans have, and records have not, tells them."""
    try:
        found = ExportTraceServiceRequest.FromString(body)
    except DecodeError:
        return "logs"
    scopes = (scope for resource in found.resource_spans for scope in resource.scope_spans)
    spans = (span for scope in scopes for span in scope.spans)
    return "traces" if any(span.start_time_unix_nano for span in spans) else "logs"


def answer(signal: str, rejected: int, *, packed: bool) -> bytes:
    """What an exporter expects back: how many records were refused, if any."""
    told = f"{rejected} records cannot be read as exchanges" if rejected else ""
    if not packed:
        name = "rejectedSpans" if signal == "traces" else "rejectedLogRecords"
        partial = {name: str(rejected), "errorMessage": told}
        return orjson.dumps({"partialSuccess": partial} if rejected else {})
    if signal == "traces":
        spans = ExportTraceServiceResponse()
        if rejected:
            spans.partial_success.rejected_spans = rejected
            spans.partial_success.error_message = told
        return spans.SerializeToString()
    logs = ExportLogsServiceResponse()
    if rejected:
        logs.partial_success.rejected_log_records = rejected
        logs.partial_success.error_message = told
    return logs.SerializeToString()
