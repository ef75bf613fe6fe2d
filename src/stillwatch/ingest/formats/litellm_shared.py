"""What LiteLLM's standard logging payloads and SpendLogs rows have in common."""

from __future__ import annotations

from collections.abc import Mapping

from stillwatch.ingest.moments import moment
from stillwatch.ingest.pairs import account_of_key
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import first, integer, record, text

__all__ = ["account", "milliseconds", "operation", "served", "transport"]

_OPERATIONS = {
    "completion": "chat",
    "acompletion": "chat",
    "anthropic_messages": "chat",
    "responses": "chat",
    "aresponses": "chat",
    "text_completion": "completion",
    "atext_completion": "completion",
    "embedding": "embedding",
    "aembedding": "embedding",
}


def operation(call_type: object) -> str | None:
    """The canonical operation of a LiteLLM call type; an unknown one as it is."""
    told = text(call_type)
    return None if told is None else _OPERATIONS.get(told, told)


def account(
    user: object, team: object, organization: object, key: object, *, keyed: Digest
) -> dict[str, object]:
    """Who is held to account: the user, else the team, the organisation, or the key itself.

    The narrowest that the proxy's owner can suspend comes first. The contract is the
    organisation's, else the team's.
    """
    return {
        "account_id": text(first(user, team, organization)) or account_of_key(key, keyed),
        "organization_id": text(first(organization, team)),
        "credential_id": text(key),
    }


def milliseconds(start: object, end: object) -> float | None:
    """Time between two moments; None where either is unknown or they are out of order."""
    begun, done = moment(first(start)), moment(first(end))
    if begun is None or done is None or done < begun:
        return None
    return (done - begun) / 1000


def served(model: object, provider: object) -> str | None:
    """The model's name without the provider that LiteLLM puts before it."""
    told, maker = text(model), text(provider)
    if told is not None and maker is not None:
        return told.removeprefix(f"{maker}/") or None
    return told


def transport(metadata: Mapping[str, object]) -> dict[str, object]:
    """What an edge in front of the proxy passed on in `x-` headers."""
    named = record(metadata.get("requester_custom_headers"))
    headers = {str(k).lower(): v for k, v in named.items()}
    return {
        "tls_fingerprint": text(first(headers.get("x-ja4"), headers.get("x-ja3"))),
        "asn": integer(first(headers.get("x-asn"), headers.get("x-client-asn"))),
        "country": text(first(headers.get("x-country"), headers.get("cf-ipcountry"))),
    }
