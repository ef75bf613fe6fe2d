"""Request and response bodies that a gateway logged as a pair, with what it wrote around them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stillwatch.ingest.bodies import TALK, request_columns, response_body, response_columns
from stillwatch.ingest.messages import content_state
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import boolean, first, integer, number, record, text
from stillwatch.ingest.redact import PREFIX
from stillwatch.schema import EXCHANGE

__all__ = [
    "BODIES",
    "account_of_key",
    "answers_alone",
    "exchange_of_pair",
    "is_canonical",
    "request_of",
    "response_of",
]

BODIES = frozenset({"request", "request_body", "response", "response_body"})
"""Names under which a pair holds its bodies; what has none of them is no pair."""

_IDS = ("exchange_id", "request_id", "call_id", "id", "x_request_id")
_TIMES = ("started_at", "start_time", "timestamp", "request_time", "created_at", "time", "ts")
_ACCOUNTS = ("account_id", "account", "user_id", "customer_id", "tenant_id", "project_id")
_KEYS = ("credential_id", "api_key_hash", "api_key_id", "key_id", "api_key")
_PLAIN = ("organization_id", "channel", "client_net", "country", "tls_fingerprint", "tier")
_IP = ("client_ip", "ip", "remote_addr", "remote_ip", "client_address")
_STATUS = ("http_status", "status_code", "status", "response_status_code")
_DURATIONS = ("duration_ms", "latency_ms", "response_time_ms")
_COLUMNS = tuple(EXCHANGE.names)
_BEARER = re.compile(r"(?i)^bearer +")
_AROUND_BODY = {"headers", "status", "status_code", "method", "url", "uri", "path", "body"}
_AROUND_BODY |= {"host", "query", "protocol", "time", "timestamp", "id"}


def is_canonical(document: Mapping[str, object]) -> bool:
    """Whether a record bears the names of the data contract."""
    return "exchange_id" in document or ("started_at" in document and "account_id" in document)


def answers_alone(document: Mapping[str, object]) -> bool:
    """Whether a canonical record may hold a response body, its request body being left out."""
    return is_canonical(document) and not request_of(document).keys() & set(TALK)


def account_of_key(key: object, keyed: Digest) -> str | None:
    """The account that a key stands for where none is named: the hash that redaction gives it.

    Only keys of known makes can be told from names later on, so that none may go on in clear.
    """
    told = text(key)
    if told is None or told.startswith(PREFIX):
        return told
    return PREFIX + keyed("credential", told.encode("utf-8", "surrogatepass"))


def request_of(document: Mapping[str, object]) -> dict[str, object]:
    """The request body of a pair, or an empty one."""
    given = first(document.get("request"), document.get("request_body"))
    return record(_message(given).get("body")) or record(given)


def response_of(document: Mapping[str, object]) -> dict[str, object]:
    """The response body of a pair, a stream put together, or an empty one."""
    given = first(document.get("response"), document.get("response_body"))
    body = _message(given).get("body")
    return response_body(given if body is None else body)


def exchange_of_pair(
    document: Mapping[str, object], operation: str, keyed: Digest
) -> dict[str, object]:
    """A logged pair as canonical columns; the names around the bodies may be any usual ones."""
    request, response = request_of(document), response_of(document)
    asked = request_columns(request, keyed)
    told = {k: v for k, v in response_columns(response, keyed).items() if v is not None}
    headers = _headers(document)
    credential = text(first(*(document.get(n) for n in _KEYS), _key_of(headers)))
    around = {
        **{name: text(document.get(name)) for name in _PLAIN},
        "exchange_id": text(first(*(document.get(n) for n in _IDS), response.get("id"))),
        "started_at": first(*(document.get(n) for n in _TIMES)),
        "account_id": text(first(*(document.get(n) for n in _ACCOUNTS)))
        or account_of_key(credential, keyed),
        "credential_id": credential,
        "client_ip": text(first(*(document.get(n) for n in _IP), headers.get("x-forwarded-for"))),
        "user_agent": text(first(document.get("user_agent"), headers.get("user-agent"))),
        "asn": integer(document.get("asn")),
        "duration_ms": number(first(*(document.get(n) for n in _DURATIONS))),
        "ttft_ms": number(first(document.get("ttft_ms"), document.get("time_to_first_token_ms"))),
        "http_status": _status(document),
        "session_id": text(first(document.get("session_id"), document.get("conversation_id"))),
        "stream": boolean(document.get("stream")),
    }
    both = {**asked, **told, "operation": operation}
    # What the log says under a canonical name counts where the bodies do not say it.
    both |= {n: document[n] for n in _COLUMNS if both.get(n) is None and n in document}
    state = content_state(both.get("prompt_text"), both.get("response_text"))
    known = {k: v for k, v in around.items() if v is not None}
    return {**both, "content_state": first(both.get("content_state"), state), **known}


def _message(given: object) -> dict[str, object]:
    """An HTTP message, which has a body and headers; an empty one where this is a body itself.

    A request may bear any parameter and an answer may be any JSON: neither passes for the message.
    """
    inside = record(given)
    if any(inside.get(key) for key in TALK):
        return {}
    return {} if isinstance(given, str) and not inside.keys() <= _AROUND_BODY else inside


def _status(document: Mapping[str, object]) -> int | None:
    return integer(
        first(
            _message(document.get("response")).get("status_code"),
            *(integer(document.get(n)) for n in _STATUS),
        )
    )


def _headers(document: Mapping[str, object]) -> dict[str, object]:
    given = first(
        _message(document.get("request")).get("headers"),
        document.get("request_headers"),
        document.get("headers"),
    )
    return {str(name).lower(): value for name, value in record(given).items()}


def _key_of(headers: Mapping[str, object]) -> str | None:
    key = text(
        first(headers.get("x-api-key"), headers.get("api-key"), headers.get("authorization"))
    )
    return None if key is None else _BEARER.sub("", key)
