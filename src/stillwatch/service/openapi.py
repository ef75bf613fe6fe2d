"""The service's own description, for clients, for fuzzing, and for people."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from stillwatch import __version__
from stillwatch.service import review_shapes, shapes

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
_REF = "#/components/schemas/"
_FAULTS = {
    "400": "The body cannot be read; the message says where.",
    "401": "No token, or one that does not count.",
    "403": "The token lacks the scope.",
    "404": "There is nothing of this id.",
    "409": "The rules of review do not allow this step; the message says which.",
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
            **_reviewing(),
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
                    "application/json": {"schema": {"$ref": f"{_REF}Fault"}},
                },
            },
            "400": refused,
            "429": refused,
            "503": refused,
            **_faults("401", "408", "413"),
        },
    }


def _generic() -> Node:
    return {
        "operationId": "generic_guardrail",
        "summary": "As LiteLLM's generic guardrail asks; scope decide.",
        "security": [{"token": []}],
        "requestBody": _body({"application/json": {"schema": {"type": "object"}}}),
        "responses": {
            "200": _any("NONE, or BLOCKED with a reason that may be shown."),
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


def _reviewing() -> dict[str, Node]:
    """The paths of review."""
    asked = ("400", "401", "403", "404", "408", "409", "413", "429", "503")
    steps = {
        "vote": ("Approve or reject a proposal or an appeal; scope review.", "VoteAsked",
                 "The proposal as it stands now.", "ProposalTold"),
        "appeal": ("Take up a customer's appeal; scope investigate.", "AppealAsked",
                   "What somebody else is asked to decide.", "ProposalTold"),
        "undo": ("Take a decision back; scope review.", "UndoAsked",
                 "The decision that stands no longer.", "DecisionTold"),
        "clear": ("Say that an account is honest; scope review.", "ClearAsked",
                  "What was withdrawn, and who is judged again.", "ClearedTold"),
    }  # fmt: skip
    listed: Node = {
        "200": _json("All of it.", "ReviewTold"),
        **_faults("401", "403", "429", "503"),
    }
    found: dict[str, Node] = {
        "/v1/review": {
            "get": {
                "operationId": "review",
                "summary": "What waits for people, what stands, who is left alone; scope read.",
                "security": [{"token": []}],
                "responses": listed,
            }
        }
    }
    for name, (summary, takes, told, gives) in steps.items():
        answers: Node = {"200": _json(told, gives), **_faults(*asked)}
        found[f"/v1/review/{name}"] = {
            "post": {
                "operationId": name,
                "summary": summary,
                "description": "The person is the name of the token; every step is kept.",
                "security": [{"token": []}],
                "requestBody": _body({"application/json": {"schema": {"$ref": f"{_REF}{takes}"}}}),
                "responses": answers,
            }
        }
    return found


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
