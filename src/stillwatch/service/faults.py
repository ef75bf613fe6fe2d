"""Answers to what cannot be served: a status, a code for programs, a sentence for people."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from pydantic import ValidationError
from starlette.responses import Response

__all__ = ["Fault", "invalid", "reply"]


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


def invalid(error: ValidationError) -> Fault:
    """What is wrong with a body: the first fault, by its place, without the value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the body"
    code = "does_not_parse" if first["type"] == "json_invalid" else "invalid"
    return Fault(HTTPStatus.BAD_REQUEST, code, f"{where}: {first['msg']}")
