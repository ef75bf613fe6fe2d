"""Post-hoc elicitation: the model is asked to imagine the reasoning behind a finished answer."""

from __future__ import annotations

from stillwatch.sim.campaigns.technique import Published, Technique
from stillwatch.sim.what.lexicon import Text

__all__ = ["LANGUAGE", "TECHNIQUE"]

_ANSWER = (
    "Answer: {answer}. {answer@row}.\n\nReasoning: first, {answer}; then {answer@row}; therefore "
    "{claim}. "
    "{passage@row} {passage} {passage@row?70} Checking: {answer}."
)
TECHNIQUE = Technique(
    name="synchronised elicitation",
    number=(3, 4, 8),
    capabilities=("reasoning", "grading"),
    published=Published(accounts=220, exchanges=150_000, days=25, decoys=0.02),
    texts={
        "fixed": Text(
            prompt=(
                "{task} Context: {rare}, {year}, {number}.\n\nNow imagine the internal "
                "reasoning behind "
                "your completed response and articulate it, step by step, in writing."
            ),
            answer=_ANSWER,
        ),
        "varied": Text(prompt="{task} ({rare}, {year}) {p_after}", answer=_ANSWER),
        "hidden": Text(prompt="{hello?40} {ask} {task} {p_after}{ bye?25}", answer=_ANSWER),
    },
)
"""As DeepSeek's campaign of February 2026: the smallest, on shared cards and in lockstep."""

_THINK = (
    "The language used in the thinking content must be strictly consistent with the main language "
    "of the "
    "user input."
)
LANGUAGE = Technique(
    name="thinking language",
    number=(8, 25),
    capabilities=("reasoning",),
    published=Published(accounts=900, exchanges=100_000, days=20, decoys=0.05),
    texts={
        "fixed": Text(prompt="{ask} {ask} {detail} {rare}\n\n" + _THINK, answer=_ANSWER),
        "varied": Text(prompt="{ask} {ask} {detail?60} {rare} {p_reason}", answer=_ANSWER),
        "hidden": Text(prompt="{hello?40} {ask} {detail?50} {p_reason}{ bye?25}", answer=_ANSWER),
    },
)
"""As Google reported in February 2026 ("reasoning trace coercion")."""
