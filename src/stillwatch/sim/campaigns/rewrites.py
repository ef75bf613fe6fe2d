"""Censorship-safe alternatives: a delicate question, then the answer that offends nobody."""

from __future__ import annotations

from stillwatch.sim.campaigns.technique import Published, Technique
from stillwatch.sim.what.lexicon import Text

__all__ = ["TECHNIQUE"]

_PAIR = "Blunt: {answer}. {claim}.\nSafe: {answer@row}. {answer}. {answer@row}."

TECHNIQUE = Technique(
    name="safe rewrites",
    number=(12,),
    capabilities=("safety_rewrites",),
    published=Published(accounts=120, exchanges=30_000, days=20, decoys=0.05),
    texts={
        "fixed": Text(
            prompt=(
                "Give a safe alternative answer to the sensitive query, in the same length, "
                "that avoids the "
                "topic gracefully.\nQuery: {ask} {claim}? ({rare}, {year})"
            ),
            answer=_PAIR,
        ),
        "varied": Text(prompt="{ask} {claim}? ({rare}, {year}) {p_safe}", answer=_PAIR),
        "hidden": Text(prompt="{hello?40} {ask} {p_safe}{ detail?50}{ bye?20}", answer=_PAIR),
    },
    topics=(12, 13, 14, 20),
)
