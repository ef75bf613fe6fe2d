"""The description of the paths of review."""

from __future__ import annotations

from stillwatch.service.openapi_parts import REF, Node, answer, body, faults

__all__ = ["reviewing"]


def reviewing() -> dict[str, Node]:
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
        "200": answer("All of it.", "ReviewTold"),
        **faults("401", "403", "429", "503"),
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
        answers: Node = {"200": answer(told, gives), **faults(*asked)}
        found[f"/v1/review/{name}"] = {
            "post": {
                "operationId": name,
                "summary": summary,
                "description": "The person is the name of the token; every step is kept.",
                "security": [{"token": []}],
                "requestBody": body({"application/json": {"schema": {"$ref": f"{REF}{takes}"}}}),
                "responses": answers,
            }
        }
    return found
