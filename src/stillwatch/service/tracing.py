"""OpenTelemetry traces of the service itself: a span a request and a span an assessment.

Attributes are methods, paths of ours, statuses, numbers and words of closed vocabularies: no text,
no account, no token, no id that a client made up. What went wrong is not recorded either, because
the message of a fault may quote a request; the log says where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from stillwatch import __version__
from stillwatch.errors import ConfigError
from stillwatch.pipeline.guard import Answer

__all__ = ["OpenTelemetry", "exported"]

_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})
_SECONDS = 5  # for one export
_NANO = 1_000_000_000


class OpenTelemetry:
    """Traces as `service.traces` asks for them.

    Args:
        processor: Where finished spans go.
        share: Of the traces that are kept, chosen by their ids, 0…1.
    """

    def __init__(self, processor: SpanProcessor, *, share: float = 1.0) -> None:
        about = Resource({"service.name": "stillwatch", "service.version": __version__})
        self._provider = TracerProvider(
            resource=about, sampler=TraceIdRatioBased(share), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("stillwatch.service", __version__)

    @contextmanager
    def request(self, method: str, route: str, traceparent: str) -> Iterator[Span]:
        """A request; the trace that its sender began goes on."""
        carried = TraceContextTextMapPropagator().extract({"traceparent": traceparent})
        shown = method if method in _METHODS else "_OTHER"
        with self._tracer.start_as_current_span(
            f"{shown} {route}",
            context=carried,
            kind=SpanKind.SERVER,
            attributes={"http.request.method": shown, "http.route": route},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield span

    def answered(self, span: Span, status: int) -> None:
        """What the request got."""
        span.set_attribute("http.response.status_code", status)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.set_status(StatusCode.ERROR)

    def decided(self, answer: Answer) -> None:
        """What was decided, on the span of the request that asked."""
        span, decision = trace.get_current_span(), answer.decision
        span.set_attributes(
            {
                "stillwatch.action": decision.action,
                "stillwatch.shadow": decision.shadow,
                "stillwatch.reason_code": decision.reason_code,
                "stillwatch.refused": answer.effect.status is not None,
                "stillwatch.failed": answer.failed,
            }
        )

    def took(self, counted: Mapping[str, int]) -> None:
        """What became of exchanges, on the span of the request that brought them."""
        named = {f"stillwatch.exchanges.{name}": count for name, count in counted.items()}
        trace.get_current_span().set_attributes(named)

    def assessed(self, look: Mapping[str, float]) -> None:
        """An assessment that has ended."""
        began, seconds = look["began"], look["seconds"]
        numbers = {f"stillwatch.{n}": look[n] for n in ("exchanges", "campaigns") if n in look}
        span = self._tracer.start_span(
            "assess", context=trace.set_span_in_context(trace.INVALID_SPAN),
            start_time=int(began * _NANO), attributes=numbers,
        )  # fmt: skip
        if "fault" in look:
            span.set_status(StatusCode.ERROR)
        span.end(int((began + seconds) * _NANO))

    def close(self) -> None:
        """Send what waits, within a few seconds."""
        self._provider.shutdown()


def exported(address: str, *, share: float) -> OpenTelemetry:
    """Traces that go to a collector over OTLP/HTTP.

    Args:
        address: e.g. `http://127.0.0.1:4318/v1/traces`. What the collector wants to be sent in
            headers stands in OTEL_EXPORTER_OTLP_HEADERS.
        share: Of the traces that are kept.

    Raises:
        ConfigError: It is no address of a collector.
    """
    if not address.startswith(("http://", "https://")):
        message = "the address for traces cannot be used"  # not repeated: it may hold a password
        raise ConfigError(message, hint="write e.g. http://127.0.0.1:4318/v1/traces")
    exporter = OTLPSpanExporter(endpoint=address, timeout=_SECONDS)
    return OpenTelemetry(BatchSpanProcessor(exporter), share=share)
