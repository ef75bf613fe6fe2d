"""Pieces that the descriptions of paths share."""

from __future__ import annotations

__all__ = ["FAULTS", "REF", "Node", "answer", "anything", "body", "faults", "plain"]

REF = "#/components/schemas/"
"""Where shapes stand in the document."""
FAULTS = {
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
"""What each status means."""
Node = dict[str, object]


def plain(summary: str, name: str) -> Node:
    """A path that takes nothing and gives some object."""
    return {"operationId": name, "summary": summary, "responses": {"200": anything(summary)}}


def body(content: Node) -> Node:
    """What a path takes, by media type."""
    return {"required": True, "content": content}


def anything(description: str) -> Node:
    """An answer of some object."""
    schema: Node = {"application/json": {"schema": {"type": "object"}}}
    return {"description": description, "content": schema}


def answer(description: str, model: str) -> Node:
    """An answer of a shape."""
    content: Node = {"application/json": {"schema": {"$ref": f"{REF}{model}"}}}
    return {"description": description, "content": content}


def faults(*statuses: str) -> Node:
    """Answers to what cannot be served."""
    return {status: answer(FAULTS[status], "Fault") for status in statuses}
