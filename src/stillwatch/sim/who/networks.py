"""Where requests come from: autonomous systems by category, their addresses and countries."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "ASN",
    "COUNTRIES",
    "COUNTRY",
    "LANGUAGE",
    "SYSTEM_OF",
    "UTC_OFFSET",
    "address",
    "egress",
]

COUNTRIES = (
    "US", "GB", "DE", "FR", "ES", "BR", "IN", "JP", "SG", "CN",
    "RU", "NL", "PL", "CA", "AU", "MX", "KR", "ID", "HK", "TR",
)  # fmt: skip
UTC_OFFSET = np.array([-6, 0, 1, 1, 1, -3, 5, 9, 8, 8, 3, 1, 1, -5, 10, -6, 9, 7, 8, 3], np.float64)
# languages: 0 en 1 es 2 de 3 fr 4 pt 5 zh 6 ja 7 ru
LANGUAGE = np.array([0, 0, 2, 3, 1, 4, 0, 6, 0, 5, 7, 0, 0, 0, 0, 1, 0, 0, 5, 0], np.int64)
POPULATION = np.array(
    [30, 7, 7, 5, 4, 6, 9, 5, 3, 3, 3, 2, 2, 3, 2, 3, 2, 2, 1, 1], np.float64
)  # customers in each country, relative

_CATEGORIES = {
    "residential": 240,
    "mobile": 60,
    "corporate": 120,
    "campus": 60,
    "hosting": 36,
    "vpn": 12,
}
_NAMES = tuple(_CATEGORIES)
_COUNT = sum(_CATEGORIES.values())
_KIND = np.repeat(np.arange(len(_NAMES)), list(_CATEGORIES.values()))
_rng = np.random.default_rng(20260223)
COUNTRY = np.concatenate([np.arange(len(COUNTRIES))] * (_COUNT // len(COUNTRIES) + 1))[
    :_COUNT
]  # every category reaches every country
ASN = _rng.choice(np.arange(1000, 64000), _COUNT, replace=False).astype(np.int64)
_FIRST = np.array([a for a in range(2, 223) if a not in {10, 100, 127, 169, 172, 192, 198, 203}])
_BASE = (
    _rng.choice(_FIRST, _COUNT) * 256 + _rng.permutation(np.arange(_COUNT) % 250) + 1
)  # each a /16
_BASE = np.unique(_BASE)
while len(_BASE) < _COUNT:
    _BASE = np.unique(np.append(_BASE, _rng.choice(_FIRST) * 256 + _rng.integers(1, 250)))
_BASE = _rng.permutation(_BASE)[:_COUNT]
SYSTEM_OF = np.zeros(65536, np.int64)
SYSTEM_OF[_BASE] = np.arange(_COUNT)
_SIZE = 1.0 / (1.0 + np.arange(_COUNT) % 7)  # a few large operators in each country


def _systems(
    rng: np.random.Generator, category: str, countries: npt.NDArray[np.int64]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """One autonomous system of a category for each country; -1 means anywhere."""
    mine = np.flatnonzero(_NAMES.index(category) == _KIND)
    out = rng.choice(mine, len(countries), p=_SIZE[mine] / _SIZE[mine].sum())
    for country in np.unique(countries):
        local = mine[COUNTRY[mine] == country]
        rows = np.flatnonzero(countries == country)
        if country >= 0 and len(local):
            out[rows] = rng.choice(local, len(rows), p=_SIZE[local] / _SIZE[local].sum())
    return out


def address(
    rng: np.random.Generator, category: str, countries: npt.NDArray[np.int64], spread: int = 65000
) -> npt.NDArray[np.uint32]:
    """An IPv4 address (as a number) for each country index; few of them if `spread` is small.

    Carrier-grade NAT, campus and VPN egress are a small spread: strangers share them.
    """
    systems = _systems(rng, category, countries)
    host = rng.integers(1, spread, len(countries))
    if spread < len(SYSTEM_OF) // 2:
        host = host * 37 % 65000 + 1
    found: npt.NDArray[np.uint32] = (_BASE[systems] * 65536 + host).astype(np.uint32)
    return found


def egress(
    rng: np.random.Generator, category: str, country: int, addresses: int = 4
) -> npt.NDArray[np.uint32]:
    """The few addresses of one network (a company, a school), all in one /24."""
    system = _systems(rng, category, np.array([country]))[0]
    block = int(_BASE[system]) * 65536 + int(rng.integers(1, 250)) * 256
    hosts = rng.choice(np.arange(2, 250), addresses, replace=False)
    return (block + hosts).astype(np.uint32)
