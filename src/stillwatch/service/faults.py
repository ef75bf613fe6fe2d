"""Answers to what cannot be served: a status, a code for programs, a sentence for people."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from starlette.responses import Response

__all__ = ["Fault", "reply"]


class Fault(Exception):  # noqa: N818 - it ends a request, not the program
    """Ends a request with a clear answer; holds nothing of what the client sent.

    Attributes:
        status: HTTP status.
        code: One word for programs; it never changes its meaning.
        message: What was found and what to do.
        retry_after: Seconds to wait, where waiting helps.
    """

    def __init__(
        self, status: HTTPStatus, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def reply(fault: Fault, request_id: str) -> Response:
    """The answer to a client."""
    told = {"error": {"code": fault.code, "message": fault.message, "request_id": request_id}}
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        orjson.dumps(told), fault.status, headers=headers, media_type="application/json"
    )
