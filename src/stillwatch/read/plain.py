"""The definitions of the kernels once more in plain Python: for phrases, people, and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from stillwatch.read.kernels import alphabet, hashing, tokens

__all__ = ["Word", "absorb", "chain", "digest", "finish", "item", "signed", "slots", "words"]

_MASK = (1 << 64) - 1
_SEED, _STEP, _ROLL = int(hashing.SEED), int(hashing.STEP), int(hashing.ROLL)
_SLOT = int(tokens.SLOT)
_ESCAPED = range(0xDC80, 0xDD00)
_CLASSES = alphabet.CLASSES.tobytes()
_FOLDS = alphabet.FOLDS.tolist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One token of a text.

    Attributes:
        text: As it stands, folded.
        raw: Its digest.
        masked: Its digest with every run of digits as one 0.
        weighs: Whether it tells a topic.
        start: Where it stands in the text, in characters.
    """

    text: str
    raw: int
    masked: int
    weighs: bool
    start: int


def absorb(state: int, value: int) -> int:
    """The state after one more value."""
    mixed = ((state ^ value) * _STEP) & _MASK
    return mixed ^ (mixed >> 29)


def finish(state: int) -> int:
    """A digest out of a state; never 0."""
    state ^= state >> 33
    state = (state * 0xFF51AFD7ED558CCD) & _MASK
    state ^= state >> 33
    state = (state * 0xC4CEB9FE1A85EC53) & _MASK
    state ^= state >> 33
    return state or 1


def digest(data: bytes) -> int | None:
    """The signed digest of bytes; None where there are none."""
    state = _SEED
    for byte in data:
        state = absorb(state, byte)
    return signed(finish(state ^ len(data))) if data else None


def signed(value: int) -> int:
    """An unsigned 64-bit value as Arrow keeps it."""
    return value - (1 << 64) if value >> 63 else value


def chain(values: Sequence[int]) -> int:
    """The digest of a sequence of token digests."""
    state = 0
    for value in values:
        state = (state * _ROLL + value) & _MASK
    return finish(state)


def kind(character: str) -> int:
    """The class of a character; an escaped byte (not UTF-8) separates."""
    point = ord(character)
    at = point if point < alphabet.PLANE else alphabet.PLANE + (point >> 12)
    return _CLASSES[at]


def fold(character: str) -> str:
    """Its lower-case, narrow form."""
    point = ord(character)
    return chr(_FOLDS[point]) if point < alphabet.PLANE else character


def item(data: bytes) -> int:
    """The digest of a whole text with case and white space folded; 0 where nothing is left."""
    state, gap, started = _SEED, False, False
    for character in data.decode("utf-8", "surrogateescape"):
        if kind(character) == alphabet.SPACE:
            gap = started
            continue
        state = absorb(state, 32) if gap else state
        state = absorb(state, _point(fold(character)))
        started, gap = True, False
    return finish(state) if started else 0


def words(text: str) -> list[Word]:
    """The tokens of a text, spans kept."""
    found: list[Word] = []
    run, start = "", 0
    for at, character in enumerate(text + " "):
        what = kind(character)
        if what in (alphabet.LETTER, alphabet.DIGIT):
            start = start if run else at
            run += fold(character)
        elif what != alphabet.IGNORED:
            if run:
                found.append(_word(run, start))
                run = ""
            if what == alphabet.IDEOGRAPH:
                found.append(_word(fold(character), at))
    return found


def slots(text: str) -> list[int]:
    """The masked tokens of a text, each quoted or fenced span as one slot."""
    found: list[int] = []
    at = 0
    for first, last in _covered(text):
        found += [word.masked for word in words(text[at:first])] + [_SLOT]
        at = last
    return found + [word.masked for word in words(text[at:])]


def _covered(text: str) -> list[tuple[int, int]]:
    """Where quoted and fenced spans begin and end, in characters."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(text):
        if text.startswith("```", at):
            closes = text.find("```", at + 3)
            end = len(text) if closes < 0 else closes + 3
        elif text[at] == '"' and (closes := _closing(text, at)) > 0:
            end = closes + 1
        else:
            at += 1
            continue
        spans.append((at, end))
        at = end
    return spans


def _closing(text: str, at: int) -> int:
    closes = text.find('"', at + 1)
    line = text.find("\n", at + 1)
    inside = len(text[at + 1 : closes].encode("utf-8", "surrogateescape"))
    good = closes > 0 and (line < 0 or closes < line) and inside <= tokens.QUOTED
    return closes if good else -1


def _word(run: str, start: int) -> Word:
    raw, masked = _digests(run)
    letters = not all(kind(c) == alphabet.DIGIT for c in run)
    weighs = letters and (not run.isascii() or len(run) > tokens.SHORT)
    return Word(text=run, raw=raw, masked=masked, weighs=weighs, start=start)


@lru_cache(maxsize=1 << 14)
def _digests(run: str) -> tuple[int, int]:
    """The digest of a word, and of the word with digits masked."""
    raw, masked, was_digit = _SEED, _SEED, False
    for character in run:
        digit = kind(character) == alphabet.DIGIT
        raw = absorb(raw, ord(character))
        if not (digit and was_digit):
            masked = absorb(masked, ord("0") if digit else ord(character))
        was_digit = digit
    return finish(raw), finish(masked)


def _point(character: str) -> int:
    """The code point; a byte that is no UTF-8 is INVALID + byte, as the kernel has it."""
    point = ord(character)
    return alphabet.INVALID + (point & 0xFF) if point in _ESCAPED else point
