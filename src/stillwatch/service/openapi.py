"""The service's own description, for clients, for fuzzing, and for people."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from stillwatch import __version__
from stillwatch.service import review_shapes, shapes
from stillwatch.service.openapi_parts import (
    FAULTS,
    REF,
    Node,
    answer,
    anything,
    body,
    faults,
    plain,
)
from stillwatch.service.openapi_review import reviewing

__all__ = ["document"]

_MODELS: tuple[type[BaseModel], ...] = (
    shapes.Asked,
    shapes.Told,
    shapes.Kept,
    shapes.Fault,
    review_shapes.AppealAsked,
    review_shapes.ClearAsked,
    review_shapes.ClearedTold,
    review_shapes.DecisionTold,
    review_shapes.ProposalTold,
    review_shapes.ReviewTold,
    review_shapes.UndoAsked,
    review_shapes.VoteAsked,
)


@cache
def document() -> Node:
    """The OpenAPI 3.1 document."""
    _, found = models_json_schema(
        [(model, "serialization") for model in _MODELS], ref_template=REF + "{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stillwatch",
            "version": __version__,
            "description": "Takes exchanges and answers decisions.",
        },
        "paths": {
            **reviewing(),
            "/v1/decide": {"post": _decide()},
            "/v1/exchanges": {"post": _exchanges()},
            "/v1/traces": {"post": _otlp("traces")},
            "/v1/logs": {"post": _otlp("logs")},
            "/authz": {
                "get": _authz("authz", "Whether a request passes, for forward-auth; scope decide."),
                "post": _authz("authz_body", "The same, with the body of the request checked.")
                | {"requestBody": {"content": {"application/json": {"schema": {}}}}},
            },
            "/beta/litellm_basic_guardrail_api": {"post": _generic()},
            "/healthz": {"get": plain("The process answers.", "health")},
            "/readyz": {
                "get": {
                    "operationId": "ready",
                    "summary": "The service can do its work.",
                    "responses": {
                        "200": anything("Ready."),
                        "503": anything("Not ready, and why."),
                    },
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
            "/openapi.json": {"get": plain("This document.", "openapi")},
        },
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _numbers() -> Node:
    text: Node = {"description": "Text.", "content": {"text/plain": {}}}
    return {"200": text, **faults("401", "403", "429")}


def _decide() -> Node:
    return {
        "operationId": "decide",
        "summary": "What to do with a request; scope decide.",
        "security": [{"token": []}],
        "requestBody": body({"application/json": {"schema": {"$ref": f"{REF}Asked"}}}),
        "responses": {
            "200": answer("The decision.", "Told"),
            **faults("400", "401", "403", "408", "413", "429"),
        },
    }


def _authz(name: str, summary: str) -> Node:
    text: Node = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    refused: Node = {"description": "It does not; the sentence may be shown, or no scope."} | text
    return {
        "operationId": name,
        "summary": summary,
        "description": "The account is in X-Stillwatch-Account, the organisation in"
        " X-Stillwatch-Organization. `full=1` answers with the status for the client itself.",
        "security": [{"token": []}],
        "parameters": [
            {"name": "X-Stillwatch-Account", "in": "header", "schema": {"type": "string"}},
            {"name": "X-Stillwatch-Organization", "in": "header", "schema": {"type": "string"}},
            {"name": "full", "in": "query", "schema": {"enum": ["1"]}},
        ],
        "responses": {
            "204": {"description": "It passes; the decision is in the headers."},
            "403": {
                "description": refused["description"],
                "content": {
                    "text/plain": {"schema": {"type": "string"}},
                    "application/json": {"schema": {"$ref": f"{REF}Fault"}},
                },
            },
            "400": refused,
            "429": refused,
            "503": refused,
            **faults("401", "408", "413"),
        },
    }


def _generic() -> Node:
    return {
        "operationId": "generic_guardrail",
        "summary": "As LiteLLM's generic guardrail asks; scope decide.",
        "security": [{"token": []}],
        "requestBody": body({"application/json": {"schema": {"type": "object"}}}),
        "responses": {
            "200": anything("NONE, or BLOCKED with a reason that may be shown."),
            **faults("400", "401", "403", "408", "413", "429"),
        },
    }


def _exchanges() -> Node:
    exchange: Node = {"schema": {"anyOf": [{"type": "object"}, {"type": "array"}]}}
    return {
        "operationId": "exchanges",
        "summary": "Keep exchanges; scope ingest.",
        "description": "Canonical exchanges, LiteLLM generic_api batches or OTLP, as an object, an"
        " array or lines. What is counted as accepted is on the disk; sending it again is safe.",
        "security": [{"token": []}],
        "requestBody": body(
            {
                "application/json": exchange,
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/x-protobuf": {"schema": {"type": "string", "format": "binary"}},
            }
        ),
        "responses": {
            "200": answer("What became of them.", "Kept"),
            "400": {
                "description": FAULTS["400"],
                "content": {
                    "application/json": {
                        "schema": {"anyOf": [{"$ref": f"{REF}{n}"} for n in ("Kept", "Fault")]}
                    }
                },
            },
            **faults("401", "403", "408", "413", "415", "429", "503"),
        },
    }


def _otlp(signal: str) -> Node:
    return {
        "operationId": signal,
        "summary": f"Keep the calls of models in OTLP {signal}; scope ingest.",
        "security": [{"token": []}],
        "requestBody": body(
            {
                "application/json": {"schema": {"type": "object"}},
                "application/x-protobuf": {"schema": {"type": "string", "format": "binary"}},
            }
        ),
        "responses": {
            "200": anything("Taken; partialSuccess where some records were refused."),
            **faults("400", "401", "403", "408", "413", "415", "429", "503"),
        },
    }
