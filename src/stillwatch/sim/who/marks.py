"""The values that identity columns are drawn from: mail domains, shapes, card issuers, uses."""

from __future__ import annotations

from random import Random

import numpy as np

__all__ = [
    "BINS",
    "BIN_WEIGHT",
    "COMPANIES",
    "DECLARED",
    "DISPOSABLE",
    "DOMAINS",
    "FREE",
    "FREE_WEIGHT",
    "PROGRAMS",
    "SCHOOLS",
    "SHAPES",
    "TIERS",
    "VIRTUAL_BINS",
]

_pick = Random(7)  # noqa: S311 (builds a fixed vocabulary)
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "van",
    "so",
    "ri",
    "dex",
    "po",
    "lu",
    "fen",
    "qua",
    "zi",
    "mar",
    "to",
    "bel",
    "nor",
    "ax",
    "e",
    "pri",
    "sun",
    "hol",
]


def _names(count: int, suffixes: tuple[str, ...]) -> list[str]:
    seen: set[str] = set()
    while len(seen) < count:
        word = "".join(_pick.choices(_SYLLABLES, k=_pick.randint(2, 4)))
        seen.add(word + _pick.choice(suffixes))
    return sorted(seen)


_FREE = [
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "icloud.com",
    "hotmail.com",
    "proton.me",
    "qq.com",
    "163.com",
    "gmx.de",
    "mail.ru",
    "web.de",
    "yandex.ru",
    "naver.com",
]
_DISPOSABLE = _names(80, ("mail.top", "inbox.xyz", "-box.site", ".email", "tmp.net"))
_SCHOOLS = _names(160, (".edu", ".ac.uk", "-uni.de", ".edu.cn", ".edu.br", ".ac.in"))
_COMPANIES = _names(4000, (".com", ".io", ".co", ".ai", ".de", ".net", ".dev"))

DOMAINS: list[str] = [*_FREE, *_DISPOSABLE, *_SCHOOLS, *_COMPANIES]
FREE = np.arange(len(_FREE))
DISPOSABLE = np.arange(len(_DISPOSABLE)) + len(_FREE)
SCHOOLS = np.arange(len(_SCHOOLS)) + DISPOSABLE[-1] + 1
COMPANIES = np.arange(len(_COMPANIES)) + SCHOOLS[-1] + 1
FREE_WEIGHT = np.array([40, 14, 9, 8, 7, 4, 4, 3, 3, 3, 2, 2, 1.0])
FREE_WEIGHT /= FREE_WEIGHT.sum()

SHAPES: list[str] = sorted(
    {"a" * i + "9" * j for i in range(4, 13) for j in (0, 0, 1, 2, 3, 4)}
    | {"a" * i + "." + "a" * j for i in range(1, 9) for j in range(3, 10)}
    | {"a" * i + "." + "a" * j + "99" for i in range(3, 8) for j in range(4, 9)}
    | {"a" * i + "_" + "a" * j + "9" for i in range(2, 6) for j in range(3, 6)}
)

BINS: list[str] = [f"{400000 + (i * 7919) % 199999:06d}" for i in range(320)]
BIN_WEIGHT = 1.0 / (3.0 + np.arange(len(BINS)))
BIN_WEIGHT /= BIN_WEIGHT.sum()
VIRTUAL_BINS = np.array(
    [3, 11, 27, 60, 141]
)  # issuers of prepaid and virtual cards; honest use too

TIERS = ("free", "paid", "enterprise", "program")
PROGRAMS = (None, "education", "research", "startup")
DECLARED = (
    None,
    "personal assistant",
    "software development",
    "customer support",
    "research",
    "education",
    "data analysis",
    "content and translation",
    "evaluation and testing",
    "reselling to our customers",
    "training a model under a distillation agreement",
)
