"""How each feature of a request is said, one language a file; a pattern may hold (a|b) and (a)?."""

from stillwatch.read.phrases import (
    chinese,
    english,
    french,
    german,
    japanese,
    korean,
    portuguese,
    russian,
    spanish,
    topics,
)

__all__ = ["PHRASES"]

_LANGUAGES = (
    english, topics, chinese, japanese, korean, spanish, french, german, russian, portuguese,
)  # fmt: skip

PHRASES: dict[str, tuple[str, ...]] = {
    feature: tuple(p for language in _LANGUAGES for p in language.PHRASES.get(feature, ()))
    for feature in english.PHRASES | topics.PHRASES
}
"""Feature → patterns in all languages; a feature that English lacks does not exist."""
