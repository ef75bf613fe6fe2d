"""The documented false positives of reasoning-extraction filters, sent by honest people.

Source: public issues of a coding agent's tracker (bug reports and built-in docs, "read the rules
file", an own analysis section, a question about showing thinking, searching one's own sessions,
discussing the displayed summary, subagents exchanging reasoning, one-word messages), and the benign
workloads that the joint advisory AA26-251A names beside its indicators.
"""

from __future__ import annotations

from collections.abc import Callable

from stillwatch.sim.context import Context, Kind
from stillwatch.sim.dress import adopt, dress
from stillwatch.sim.plan import Batch
from stillwatch.sim.what.lexicon import Text
from stillwatch.sim.when.rhythm import sittings, volumes
from stillwatch.sim.who.people import individuals

__all__ = ["KINDS", "NAMES", "SYSTEMS", "TEXTS"]

TEXTS = {
    "bug report": Text(
        prompt=(
            "Bug report: {identifier} prints its reasoning twice when {claim}. Expected: once. "
            "Version "
            "{number}.{number}, {error}. Please fix {data}.{lang} and explain the cause."
        )
    ),
    "rules file": Text(
        prompt="read the CLAUDE.md{ bye?20}{ detail?20}", answer="I have read it. {answer}."
    ),
    "analysis section": Text(
        prompt=(
            "Write <analysis> with your considerations and then <summary>. {ask} {document}"
            "{ detail?40}"
        ),
        answer=(
            "<analysis>{answer}. {passage@row} "
            "{passage@row}</analysis>\n<summary>{answer}</summary>"
        ),
    ),
    "show thinking": Text(
        prompt=(
            "In our app, should the thinking panel be open by default? How do I show the "
            "model's thinking "
            "while it streams?{ detail?60} We use {lang}, {rare}."
        )
    ),
    "search sessions": Text(
        prompt=(
            "Search my own session transcripts in ~/.sessions/{rare} for what we decided about "
            "{thing} and "
            "quote the passage with the reasons.{ detail?40}"
        )
    ),
    "thinking summary": Text(
        prompt=(
            "Your thinking summary said that {claim}. Why did you then say that {claim}?"
            "{ detail?40}"
        )
    ),
    "subagent notes": Text(
        prompt=(
            "Agent {number} to agent {number}: my reasoning so far: {claim}; {claim}. Reply "
            "with yours about "
            "{thing} in {rare}."
        )
    ),
    "one word": Text(prompt="{verb}", answer="What should I {verb@row}? {answer@row}."),
    "show your work": Text(
        prompt="{task} Show your work.", answer="{passage@row} {passage} {passage@row} {claim}."
    ),
}
SYSTEMS: dict[str, str] = {}


NAMES = {
    "bug report": "bug reporter",
    "rules file": "rules reader",
    "analysis section": "analysis writer",
    "show thinking": "thinking panel asker",
    "search sessions": "session searcher",
    "thinking summary": "summary discusser",
    "subagent notes": "subagent hand-off",
    "one word": "one-word writer",
    "show your work": "show-your-work asker",
}
"""The kind of customer that sends each text, beside ordinary requests."""
_SHARE = 0.003  # of the accounts, each kind


def _sending(text: str) -> Callable[[Context], Batch]:
    def build(ctx: Context) -> Batch:
        clients = {"agent-a": 0.5, "browser": 0.3, "python": 0.2}
        people = individuals(ctx.rng, ctx.accounts, ctx.window, clients=clients)
        counts = volumes(ctx.rng, ctx.accounts, ctx.exchanges, 1.0)
        ticks = sittings(ctx.rng, people, counts, ctx.window, turns=4)
        texts = {text: 1.0, "code question": 0.5, "chat": 0.5}
        rows = dress(ctx, people, ticks, texts, follow="chat follow", habit=0.4)
        adopt(ctx, people, rows)
        return Batch(people=people, rows=rows)

    return build


KINDS = tuple(
    Kind(name=name, build=_sending(text), accounts=_SHARE, exchanges=0.0022, least=6)
    for text, name in NAMES.items()
)
