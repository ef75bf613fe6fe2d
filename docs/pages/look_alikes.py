"""explanation/look-alikes.md: honest traffic that resembles a campaign, and what tells it apart."""

from __future__ import annotations

from pages.markdown import table
from stillwatch.detect import registry
from stillwatch.link import COMPARISONS

INTRODUCTION = """# Honest look-alikes

The densest groups in a provider's traffic are honest. Each of these resembles a campaign, and each
answers no to one of the [two questions](architecture.md#two-questions).

"""
MORE = """
Language, nationality, names, political topics and country are never evidence.

Each detector ships one look-alike as an example on which a test demands silence. The simulator
plants many of them among its honest customers, and requests that public refusal systems are known
to have flagged wrongly.
"""
TRAFFIC = (
    (
        "a company with many seats",
        "shared network, shared system prompt, one working day",
        (
            "it does not pose as strangers: one organisation, one sign-on, one contract, one "
            "verified mail domain"
        ),
    ),
    (
        "a class or a hackathon",
        "accounts made within an hour, one task",
        "the same items come back account after account; a work queue never repeats one",
    ),
    (
        "an agent product and its users",
        "one long template, thousands of accounts",
        "they bring their own subjects, and agree in nothing else beyond chance",
    ),
    (
        "an evaluation harness",
        "rubric prompts, flat rhythm, high volume",
        "one customer; benchmark items repeat across runs",
    ),
    (
        "a fleet of build machines",
        "flat day, thousands of similar requests",
        "one customer, and no rarer than other customers as busy",
    ),
    (
        "a research group that distils with permission",
        "everything",
        "a grant takes its accounts out of every group",
    ),
    (
        "customers of a reseller",
        "shared addresses, devices, payment",
        "the work differs; a member's own probability stays low",
    ),
    (
        "a customer whose key was stolen",
        "sudden harvesting",
        "a change against its own past: the owner is a victim, and to be told",
    ),
    (
        "a popular prompt from the web",
        "the same text from many strangers",
        "they differ in subject, rhythm and means",
    ),
    (
        "someone who asks how the model thinks",
        "asks for reasoning",
        "one account, few requests; a rate of a group is judged, never a request",
    ),
)
SHARED = """
## What honest strangers share

What links accounts, how many bits one such agreement is worth at the most, and who shares it
honestly.

"""
SEEN = """
## What detectors see in honest traffic

The look-alikes that each detector names for itself, and why it stays silent there.

"""


def page() -> str:
    """The page."""
    shared = [
        (each.meaning, f"{each.ceiling:g}", each.look_alikes)
        for each in sorted(COMPARISONS.values(), key=lambda c: (-c.ceiling, c.kind))
    ]
    seen = [
        (f"[{d.name}](../reference/detectors.md#{d.name})", one)
        for d in registry.detectors()
        for one in d.look_alikes
    ]
    return (
        INTRODUCTION
        + table(("honest traffic", "resembles", "what tells it apart"), TRAFFIC)
        + MORE
        + SHARED
        + table(("agreement", "bits at the most", "honest strangers who agree"), shared)
        + SEEN
        + table(("detector", "honest traffic, and what tells it apart"), seen)
    )
