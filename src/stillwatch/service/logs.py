"""Log lines as JSON: what happened, to which request, how long; no text, no token, no account."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

__all__ = ["LOG", "configure", "event"]

LOG = logging.getLogger("stillwatch.service")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        told |= getattr(record, "fields", {})
        if record.exc_info is not None and record.exc_info[1] is not None:
            told |= _fault(record.exc_info[1])
        return orjson.dumps(told, default=str).decode()


def configure(level: str = "INFO") -> None:
    """Send all log lines to standard error, one JSON object each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True


def event(
    name: str,
    *,
    level: int = logging.INFO,
    fields: Mapping[str, object] | None = None,
    **more: object,
) -> None:
    """One line; fields are numbers, ids of our own making and words of closed vocabularies."""
    LOG.log(level, name, extra={"fields": {**(fields or {}), **more}})


def _fault(error: BaseException) -> dict[str, object]:
    """Where a fault happened, and its kind; its message may quote a request, so it stays out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
    return {"fault": type(error).__name__, "at": where}
