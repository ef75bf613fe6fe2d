"""Logs on disk, of any format, into a running service; what was not acknowledged is sent again."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pyarrow as pa

from stillwatch.errors import ConfigError, OutputError
from stillwatch.pipeline.inputs import open_inputs
from stillwatch.pipeline.run import Logs
from stillwatch.settings import Settings

__all__ = ["send"]

_ROWS = 500
_TRIES = 8
_WAIT = 120  # seconds for one answer
_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.REQUEST_TIMEOUT}


def send(
    logs: Logs,
    *,
    to: str,
    token: str,
    settings: Settings,
    format: str | None = None,  # noqa: A002 - the word that users know from the command line
    mapping: str | Path | None = None,
    rate: float = 0.0,
) -> Mapping[str, int]:
    """Send every exchange of the logs, redacted, and wait until it is kept.

    Args:
        logs: As for `detect`.
        to: Address of the service.
        token: With the scope `ingest`.
        settings: What an operator may set.
        format: Of the logs.
        mapping: For the logs.
        rate: Exchanges a second; 0 is as fast as they are taken.

    Returns:
        What became of them, by outcome.

    Raises:
        ConfigError: The address is none.
        OutputError: The service refuses, or does not answer.
    """
    inputs = open_inputs(
        logs, accounts=None, releases=None, out=None, format=format, mapping=mapping, as_of=None,
        settings=settings,
    )  # fmt: skip
    done: Counter[str] = Counter()
    begun, sent = time.monotonic(), 0
    line = _Line(to, token)
    with closing(line):
        for body, rows in _bodies(inputs.batches()):
            done.update(line.post(body))
            sent += rows
            if rate:
                time.sleep(max(0.0, sent / rate - (time.monotonic() - begun)))
    return done


class _Line:
    """A connection that is opened anew when it breaks."""

    def __init__(self, to: str, token: str) -> None:
        parts = urlsplit(to)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{to!r} is no address of a service"
            raise ConfigError(message, hint="write e.g. http://127.0.0.1:8600")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else None
        self._make = kind or http.client.HTTPConnection
        self._where = (parts.hostname, parts.port)
        self._path = f"{parts.path.rstrip('/')}/v1/exchanges"
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-ndjson",
        }
        self._connection = self._make(*self._where, timeout=_WAIT)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def post(self, body: bytes) -> Mapping[str, int]:
        """Send one body until it is acknowledged; at-least-once, the service counts it once."""
        told = "no answer"
        for attempt in range(_TRIES):
            try:
                self._connection.request("POST", self._path, body, self._headers)
                answer = self._connection.getresponse()
                read = answer.read()
            except (OSError, http.client.HTTPException) as error:
                told = str(error)
                self._connection.close()
                time.sleep(min(0.25 * 2**attempt, 10))
                continue
            if answer.status == HTTPStatus.OK:
                found = orjson.loads(read)
                return {name: count for name, count in found.items() if isinstance(count, int)}
            told = _message(read) or f"status {answer.status}"
            if answer.status not in _AGAIN:
                break
            time.sleep(float(answer.headers.get("Retry-After", "1")))
        message = f"the service at {self._where[0]} does not take the exchanges: {told}"
        raise OutputError(message, hint="what it acknowledged is kept; send the logs again")


def _bodies(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[bytes, int]]:
    for batch in batches:
        for at in range(0, batch.num_rows, _ROWS):
            part = batch.slice(at, _ROWS)
            lines = (
                orjson.dumps({k: v for k, v in row.items() if v is not None})
                for row in part.to_pylist()
            )
            yield b"\n".join(lines) + b"\n", part.num_rows


def _message(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["error"]["message"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ""
