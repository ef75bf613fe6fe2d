"""Campaigns, a module a technique; what logs cannot show is listed as a blind spot."""

from __future__ import annotations

from stillwatch.sim.campaigns import (
    cleaning,
    clouds,
    elicitation,
    grading,
    hopping,
    inline_reasoning,
    pivot,
    probing,
    programme,
    proxy,
    relay,
    replay,
    rewrites,
    screenshots,
    slow,
    stolen,
    templates,
    trajectories,
)
from stillwatch.sim.campaigns.technique import Technique
from stillwatch.sim.what.lexicon import Text

__all__ = ["BLIND_SPOTS", "SYSTEMS", "TECHNIQUES", "TEXTS"]

_ALL = (
    inline_reasoning.TECHNIQUE,
    elicitation.TECHNIQUE,
    elicitation.LANGUAGE,
    grading.TECHNIQUE,
    trajectories.TECHNIQUE,
    pivot.TECHNIQUE,
    pivot.PERSONA,
    screenshots.TECHNIQUE,
    rewrites.TECHNIQUE,
    cleaning.TECHNIQUE,
    relay.TECHNIQUE,
    proxy.TECHNIQUE,
    slow.TECHNIQUE,
    hopping.TECHNIQUE,
    stolen.TECHNIQUE,
    programme.TECHNIQUE,
    replay.TECHNIQUE,
    probing.TECHNIQUE,
    templates.TECHNIQUE,
    templates.EVOLVED,
    templates.CACHED,
    clouds.TECHNIQUE,
)
TECHNIQUES: dict[str, Technique] = {technique.name: technique for technique in _ALL}
TEXTS: dict[str, Text] = {
    **{name: text for t in _ALL for name, text in t.named_texts().items()},
    **cleaning.CLEANERS,
    **replay.DECODERS,
    **probing.PROBES,
}
SYSTEMS: dict[str, str] = {name: text for t in _ALL for name, text in t.named_systems().items()}
BLIND_SPOTS = {
    21: "a shell company's gateway: its own customers' logs are not the provider's",
    22: "bought transcripts: nothing in the provider's logs",
    30: "arbitrage between providers: only a fall in volume here",
}
"""Rows of the catalogue that API logs of one provider cannot show."""
