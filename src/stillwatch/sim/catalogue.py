"""Every text of the project, and of a user's corpora, compiled into one lexicon."""

from __future__ import annotations

from pathlib import Path

from stillwatch.sim import campaigns, honest
from stillwatch.sim.campaigns.phrases import PHRASES
from stillwatch.sim.corpora import read_corpora
from stillwatch.sim.what.banks import build_banks
from stillwatch.sim.what.lexicon import Lexicon, Text

__all__ = ["build_lexicon"]

_THOUGHT = Text(
    prompt="-",
    answer="The user wants {thing#t@row}. {answer@row}. {answer@row}. I should {answer@row}.",
)


def build_lexicon(corpora: Path | None) -> Lexicon:
    """The lexicon; with a folder of corpora, `corpus benign` and `corpus attack` draw from it."""
    banks = {**build_banks(), **PHRASES, **read_corpora(corpora)}
    texts = {**honest.TEXTS, **campaigns.TEXTS, "thought": _THOUGHT}
    for sort, fallback in (("benign", "chat"), ("attack", "templated prompts varied")):
        if f"corpus_{sort}" in banks:
            texts[f"corpus {sort}"] = Text(
                prompt=f"{{corpus_{sort}#pair}}", answer=f"{{corpus_{sort}_answer#pair}}"
            )
        else:
            texts[f"corpus {sort}"] = texts[fallback]
    return Lexicon(banks, texts, {**honest.SYSTEMS, **campaigns.SYSTEMS})
