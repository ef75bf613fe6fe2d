"""The service's own description, for clients, for fuzzing, and for people."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from stillwatch import __version__
from stillwatch.service import shapes

__all__ = ["document"]

_MODELS: tuple[type[BaseModel], ...] = (shapes.Asked, shapes.Told, shapes.Kept, shapes.Fault)
_REF = "#/components/schemas/"
_FAULTS = {
    "400": "The body cannot be read; the message says where.",
    "401": "No token, or one that does not count.",
    "403": "The token lacks the scope.",
    "408": "The body came too slowly.",
    "413": "The body is too large.",
    "415": "Unknown media type or content encoding.",
    "429": "This token asks too fast; see Retry-After.",
    "503": "Overloaded, or shutting down; send it again after Retry-After.",
}
Node = dict[str, object]


@cache
def document() -> Node:
    """The OpenAPI 3.1 document."""
    _, found = models_json_schema(
        [(model, "serialization") for model in _MODELS], ref_template=_REF + "{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch",
            "version": __version__,
            "description": "Takes exchanges and answers decisions.",
        },
        "paths": {
            "/v1/decide": {"post": _decide()},
            "/v1/exchanges": {"post": _exchanges()},
            "/v1/traces": {"post": _otlp("traces")},
            "/v1/logs": {"post": _otlp("logs")},
            "/healthz": {"get": _plain("The process answers.", "health")},
            "/readyz": {
                "get": {
                    "operationId": "ready",
                    "summary": "The service can do its work.",
                    "responses": {"200": _any("Ready."), "503": _any("Not ready, and why.")},
                }
            },
            "/metrics": {
                "get": {
                    "operationId": "metrics",
                    "summary": "Numbers for Prometheus; scope read.",
                    "security": [{"token": []}],
                    "responses": _numbers(),
                }
            },
            "/openapi.json": {"get": _plain("This document.", "openapi")},
        },
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _numbers() -> Node:
    text: Node = {"description": "Text.", "content": {"text/plain": {}}}
    return {"200": text, **_faults("401", "403", "429")}


def _decide() -> Node:
    return {
        "operationId": "decide",
        "summary": "What to do with a request; scope decide.",
        "security": [{"token": []}],
        "requestBody": _body({"application/json": {"schema": {"$ref": f"{_REF}Asked"}}}),
        "responses": {
            "200": _json("The decision.", "Told"),
            **_faults("400", "401", "403", "408", "413", "429"),
        },
    }


def _exchanges() -> Node:
    anything: Node = {"schema": {"anyOf": [{"type": "object"}, {"type": "array"}]}}
    return {
        "operationId": "exchanges",
        "summary": "Keep exchanges; scope ingest.",
        "description": "Canonical exchanges, LiteLLM generic_api batches or OTLP, as an object, an"
        " array or lines. What is counted as accepted is on the disk; sending it again is safe.",
        "security": [{"token": []}],
        "requestBody": _body(
            {
                "application/json": anything,
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/x-protobuf": {"schema": {"type": "string", "format": "binary"}},
            }
        ),
        "responses": {
            "200": _json("What became of them.", "Kept"),
            "400": {
                "description": _FAULTS["400"],
                "content": {
                    "application/json": {
                        "schema": {"anyOf": [{"$ref": f"{_REF}{n}"} for n in ("Kept", "Fault")]}
                    }
                },
            },
            **_faults("401", "403", "408", "413", "415", "429", "503"),
        },
    }


def _otlp(signal: str) -> Node:
    return {
        "operationId": signal,
        "summary": f"Keep the calls of models in OTLP {signal}; scope ingest.",
        "security": [{"token": []}],
        "requestBody": _body(
            {
                "application/json": {"schema": {"type": "object"}},
                "application/x-protobuf": {"schema": {"type": "string", "format": "binary"}},
            }
        ),
        "responses": {
            "200": _any("Taken; partialSuccess where some records were refused."),
            **_faults("400", "401", "403", "408", "413", "415", "429", "503"),
        },
    }


def _plain(summary: str, name: str) -> Node:
    return {"operationId": name, "summary": summary, "responses": {"200": _any(summary)}}


def _body(content: Node) -> Node:
    return {"required": True, "content": content}


def _any(description: str) -> Node:
    schema: Node = {"application/json": {"schema": {"type": "object"}}}
    return {"description": description, "content": schema}


def _json(description: str, model: str) -> Node:
    content: Node = {"application/json": {"schema": {"$ref": f"{_REF}{model}"}}}
    return {"description": description, "content": content}


def _faults(*statuses: str) -> Node:
    return {status: _json(_FAULTS[status], "Fault") for status in statuses}
