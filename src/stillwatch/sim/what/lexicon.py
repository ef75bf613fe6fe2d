"""Texts compiled to index tables, and their vectorised rendering for blocks of rows.

A text is a string with parts `{family}`: `{ask}` draws a phrase of that family by the item, so that
the same item is the same text. `{ask#a}` names the draw (the same name draws the same phrase),
`{ask@row}` draws anew for each exchange, `{ask@theme}` once for a campaign or an app,
`{ask@account}` once for an account, `{ ask?40}` stands in 40 % of items, with its leading space.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.sim.draw import U64, mix
from stillwatch.sim.what.banks import Bank

__all__ = ["ANSWER", "LANGUAGES", "SOURCES", "TOPICS", "Lexicon", "Text"]

LANGUAGES = 8
TOPICS = 24
SOURCES = ("item", "row", "theme", "account")
_PART = re.compile(r"\{(\s*)(\w+)(?:#(\w+))?(?:@(\w+))?(?:\?(\d+))?\}")
ANSWER = (
    "{lead@row} {answer}{glue@row}{answer@row}{glue}{answer@row}, {answer}{glue}{answer@row}."
    "{ passage?75}{\n passage@row?70}{ passage@row?60}{\n\n passage?55}{ passage@row?45}"
    "{\n passage@row?40}{ passage?30}{ document?25}{\n\n passage@row?20}{ document@row?20}{end@row}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sort of request: what is asked and how it is answered.

    Attributes:
        prompt: Specification of the newest user turn.
        answer: Specification of the answer; draws of equal name agree with the prompt's.
    """

    prompt: str
    answer: str = ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    family: str
    key: int
    source: int
    percent: int


class _Grid:
    """Part tables of many specifications: arrays [text, place]."""

    def __init__(self, specs: list[list[_Part]], families: Mapping[str, int]) -> None:
        self.width = np.array([len(s) for s in specs])
        shape = (len(specs), int(self.width.max(initial=1)))
        self.family = np.zeros(shape, np.int64)
        self.key = np.zeros(shape, np.uint64)
        self.source = np.zeros(shape, np.int64)
        self.percent = np.full(shape, 100, np.int64)
        for row, parts in enumerate(specs):
            for col, part in enumerate(parts):
                self.family[row, col] = families[part.family]
                self.key[row, col] = part.key
                self.source[row, col] = part.source
                self.percent[row, col] = part.percent


class Lexicon:
    """All phrases in one pool, and all texts as tables over it.

    Args:
        banks: Phrase banks by family.
        texts: Requests by name.
        systems: System prompts by name.
    """

    def __init__(
        self, banks: Mapping[str, Bank], texts: Mapping[str, Text], systems: Mapping[str, str]
    ) -> None:
        self._banks: dict[str, Bank] = dict(banks)
        self._names = {name: i for i, name in enumerate(texts)}
        self._systems = {name: i for i, name in enumerate(systems)}
        prompts = [self._parse(t.prompt) for t in texts.values()]
        answers = [self._parse(t.answer) for t in texts.values()]
        rules = [self._parse(s) for s in systems.values()]
        families = {name: i + 1 for i, name in enumerate(self._banks)}
        self._pool, self._first, self._count = _lay_out(list(self._banks.values()))
        self._grids = {
            "prompt": _Grid(prompts, families),
            "answer": _Grid(answers, families),
            "system": _Grid(rules, families),
        }

    def text(self, name: str) -> int:
        """The number of a request."""
        return self._names[name]

    def system(self, name: str) -> int:
        """The number of a system prompt."""
        return self._systems[name]

    def names(self) -> list[str]:
        """All requests, by number."""
        return list(self._names)

    def _parse(self, spec: str) -> list[_Part]:
        parts, end = [], 0
        for m in _PART.finditer(spec):
            if m.start() > end:
                parts.append(self._literal(spec[end : m.start()]))
            end = m.end()
            space, family, name, source, percent = m.groups()
            key = crc32((name or f"{spec[:40]}/{m.start()}").encode())
            parts.append(
                _Part(
                    family=self._spaced(family, space),
                    key=key * 2654435761 % 2**61,
                    source=SOURCES.index(source or "item"),
                    percent=int(percent or 100),
                )
            )
        if end < len(spec):
            parts.append(self._literal(spec[end:]))
        return parts

    def _literal(self, text: str) -> _Part:
        name = "=" + text
        self._banks.setdefault(name, {(-1, -1): [text]})
        return _Part(family=name, key=0, source=0, percent=100)

    def _spaced(self, family: str, space: str) -> str:
        name = space + family
        if name not in self._banks:
            bank = self._banks[family]
            self._banks[name] = {at: [space + p for p in phrases] for at, phrases in bank.items()}
        return name

    def render(
        self,
        which: str,
        number: npt.NDArray[np.generic],
        seeds: Mapping[str, U64],
        language: npt.NDArray[np.generic],
        topic: npt.NDArray[np.generic],
    ) -> pa.Array:
        """Texts of rows.

        Args:
            which: `prompt`, `answer` or `system`.
            number: Text of each row.
            seeds: Digests by SOURCES; each a row long.
            language: 0 to LANGUAGES - 1.
            topic: 0 to TOPICS - 1.
        """
        grid = self._grids[which]
        order = np.argsort(grid.width[number], kind="stable")
        done = []
        for chunk in np.array_split(order, 4):
            if len(chunk):
                row_seeds = np.stack([seeds[s][chunk] for s in SOURCES])
                at = (language[chunk].astype(np.int64), topic[chunk].astype(np.int64))
                done.append(self._join(grid, number[chunk].astype(np.int64), row_seeds, *at))
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(done).take(pa.array(back)) if done else pa.array([], pa.string())

    def _join(
        self,
        grid: _Grid,
        number: npt.NDArray[np.int64],
        seeds: npt.NDArray[np.uint64],
        language: npt.NDArray[np.int64],
        topic: npt.NDArray[np.int64],
    ) -> pa.Array:
        pieces, every = [], np.arange(len(number))
        for place in range(int(grid.width[number].max())):
            family = grid.family[number, place]
            drawn = seeds[grid.source[number, place], every] ^ grid.key[number, place]
            digest = mix(drawn, 5)
            first = self._first[family, language, topic]
            count = self._count[family, language, topic]
            index = first + ((digest >> np.uint64(16)) % count).astype(np.int64)
            percent = grid.percent[number, place]
            if (percent < 100).any():  # noqa: PLR2004
                index[(mix(drawn, 77) % np.uint64(100)).astype(np.int64) >= percent] = 0
            pieces.append(self._pool.take(pa.array(index)))
        return pc.binary_join_element_wise(*pieces, "") if pieces else pa.array([""] * len(number))


def _lay_out(
    banks: Iterable[Bank],
) -> tuple[pa.Array, npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """The pool of phrases, and where each (family, language, topic) lies in it."""
    families = list(banks)
    pool: list[str] = [""]
    first = np.zeros((len(families) + 1, LANGUAGES, TOPICS), np.int64)
    count = np.ones(first.shape, np.uint64)
    for number, bank in enumerate(families, start=1):
        placed = {}
        for at, phrases in bank.items():
            placed[at] = (len(pool), len(phrases))
            pool.extend(phrases)
        for language in range(LANGUAGES):
            for topic in range(TOPICS):
                tries = ((language, topic), (language, -1), (-1, topic), (-1, -1))
                at = next((t for t in tries if t in placed), next(iter(placed)))
                first[number, language, topic], count[number, language, topic] = placed[at]
    return pa.array(pool, pa.string()), first, count
