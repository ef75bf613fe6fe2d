"""Text to numbers: normalise, sketch, template, asks. The last place that sees text."""

from stillwatch.read.asks import ASKS, Ask, ask_bit
from stillwatch.read.digests import digest_lists, digest_strings
from stillwatch.read.glance import asks_hidden_reasoning
from stillwatch.read.reading import read, read_batches
from stillwatch.read.skeleton import skeleton

__all__ = [
    "ASKS",
    "Ask",
    "ask_bit",
    "asks_hidden_reasoning",
    "digest_lists",
    "digest_strings",
    "read",
    "read_batches",
    "skeleton",
]
