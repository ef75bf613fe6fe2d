"""Bodies of requests, within bounds: of size as sent, of size unpacked, and of patience."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from http import HTTPStatus

import pyarrow as pa
from starlette.requests import ClientDisconnect, Request

from stillwatch.service.faults import Fault

__all__ = ["read_body", "unpacked"]

_RATIO = 4  # times the limit that a packed body may unpack to
_SECONDS = 30
_GZIP, _ZSTD = "gzip", "zstd"


async def read_body(
    request: Request, limit: int, arrived: Callable[[int], None] | None = None
) -> bytes:
    """The body as sent.

    Args:
        request: Whose.
        limit: Bytes at most.
        arrived: Is told how many bytes are there so far; may refuse more by a Fault.

    Raises:
        Fault: It is too large, comes too slowly, or the client went away.
    """
    stated = request.headers.get("content-length")
    if stated is not None and stated.isdigit() and int(stated) > limit:
        raise _too_large(limit)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(_SECONDS):
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise _too_large(limit)
                if arrived is not None:
                    arrived(size)
                pieces.append(piece)
    except TimeoutError as error:
        message = f"the body did not arrive within {_SECONDS} seconds"
        raise Fault(HTTPStatus.REQUEST_TIMEOUT, "body_too_slow", message) from error
    except ClientDisconnect as error:
        raise Fault(HTTPStatus.BAD_REQUEST, "client_gone", "the client went away") from error
    return b"".join(pieces)


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """The body without its content encoding.

    Raises:
        Fault: The encoding is unknown, the body is damaged, or it unpacks to too much.
    """
    most = limit * _RATIO
    match encoding.strip().lower():
        case "" | "identity":
            return body
        case "gzip":
            return _gunzipped(body, most)
        case "zstd":
            return _unzstd(body, most)
        case _:
            message = "the content encoding is not known; use gzip, zstd or none"
            raise Fault(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unknown_encoding", message)


def _gunzipped(body: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, most)
    except zlib.error as error:
        raise _damaged(_GZIP) from error
    if unpacker.unconsumed_tail:
        raise _too_large(most)
    if not unpacker.eof:
        raise _damaged(_GZIP)
    return found


def _unzstd(body: bytes, most: int) -> bytes:
    try:
        with pa.CompressedInputStream(pa.BufferReader(body), _ZSTD) as stream:
            found: bytes = stream.read(most + 1)
    except (OSError, pa.ArrowException) as error:
        raise _damaged(_ZSTD) from error
    if len(found) > most:
        raise _too_large(most)
    return found


def _too_large(limit: int) -> Fault:
    message = f"a body has at most {limit:,} bytes; send smaller batches"
    return Fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", message)


def _damaged(kind: str) -> Fault:
    message = f"the body is not whole {kind}; send it again"
    return Fault(HTTPStatus.BAD_REQUEST, "damaged_body", message)
