"""Slot-filled variations of one prompt: tens of thousands over hundreds of accounts."""

from __future__ import annotations

from stillwatch.sim.campaigns.technique import Published, Technique
from stillwatch.sim.what.lexicon import Text

__all__ = ["CACHED", "EVOLVED", "TECHNIQUE"]

_DATA = (
    "\n\nData: {rare} {data} {number}, {number}, {number}; {data} {number} in {year}; "
    "{document} {ask}"
)
_INSIGHT = (
    "1. {answer}, since {number} exceeds {number}. {passage@row}\n2. {passage} "
    "{passage@row}\n{claim}."
)

TECHNIQUE = Technique(
    name="templated prompts",
    number=(6,),
    capabilities=("data_analysis", "reasoning"),
    published=Published(accounts=300, exchanges=60_000, days=20, decoys=0.03),
    texts={
        "fixed": Text(
            prompt=(
                "You are an expert data analyst combining statistical rigor with deep domain "
                "knowledge. Your "
                "goal is to deliver data-driven insights - not summaries or visualizations - "
                "grounded "
                "in real data "
                "and supported by complete and transparent reasoning." + _DATA
            ),
            answer=_INSIGHT,
        ),
        "varied": Text(prompt="{p_analyst}" + _DATA, answer=_INSIGHT),
        "hidden": Text(
            prompt="{hello?30} {ask}{ detail?40}" + _DATA + " {p_analyst?60}", answer=_INSIGHT
        ),
    },
    topics=(5, 14, 15, 4),
)
"""The example prompt that Anthropic published in February 2026, with its variations."""

_EXAMPLES = "\n\nExample 1: {ask}\nExample 2: {task}\nExample 3: {ask} {rare}"
_NEW = (
    "Task 1: {answer@row}? Solution: {answer}. {answer@row}.\nTask 2: {claim@row}? Solution: "
    "{answer@row}."
)
EVOLVED = Technique(
    name="instruction evolution",
    number=(6, 14),
    capabilities=("general",),
    published=Published(accounts=150, exchanges=80_000, days=25, decoys=0.03),
    texts={
        "fixed": Text(
            prompt=(
                "Below are several examples. Come up with a set of 20 diverse new task "
                "instructions like them "
                "and complete each one." + _EXAMPLES
            ),
            answer=_NEW,
        ),
        "varied": Text(prompt="{p_evolve}" + _EXAMPLES, answer=_NEW),
        "hidden": Text(prompt="{hello?30} {p_evolve} {task}{ detail?40}{ bye?20}", answer=_NEW),
    },
    topics=(),
)
"""Self-Instruct and Evol-Instruct recipes, as open training sets were made."""

CACHED = Technique(
    name="cached bulk",
    number=(31,),
    capabilities=("general", "reasoning"),
    published=Published(accounts=90, exchanges=200_000, days=20, decoys=0.0),
    texts={
        "fixed": Text(prompt="{task} [{rare}]"),
        "varied": Text(prompt="{task} {detail?50}"),
        "hidden": Text(prompt="{hello?30} {task}{ bye?30}"),
    },
    systems={
        "fixed": (
            "Format of every answer: restate, decompose, derive, verify, "
            "conclude.\nExemplars:\n{paragraph}\n"
            "{paragraph#2}\n{paragraph#3}\n{paragraph#4}\nAlways verify. Never skip a step."
        ),
        "varied": (
            "Exemplars for {subject}:\n{paragraph}\n{paragraph#2}\n{claim}. Verify every step."
        ),
    },
)
"""Traffic arranged for the prompt cache (AA26-251A): a long constant prefix, a tiny tail."""
