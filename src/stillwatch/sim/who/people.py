"""Accounts: individuals, companies behind one network and card, and schools."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.sim.draw import mix
from stillwatch.sim.plan import PERSON, Table
from stillwatch.sim.who.clients import choose
from stillwatch.sim.who.marks import (
    BIN_WEIGHT,
    BINS,
    COMPANIES,
    DECLARED,
    DISPOSABLE,
    FREE,
    FREE_WEIGHT,
    SCHOOLS,
    SHAPES,
    VIRTUAL_BINS,
)
from stillwatch.sim.who.networks import LANGUAGE, POPULATION, address, egress

__all__ = ["DAY", "company", "individuals", "school", "sizes"]

DAY = 86_400_000_000
TOPICS = 24
MODELS = 5

_SHARED_CARD = 0.03  # a family, a couple, a friend
_VPN = 0.06
_DISPOSABLE_MAIL = 0.04
_OWN_ORGANIZATION = 0.35

Rng = np.random.Generator


def _keys(rng: Rng, count: int) -> npt.NDArray[np.uint64]:
    return rng.integers(1, 2**63, count, dtype=np.uint64)


def _some(rng: Rng, keys: npt.NDArray[np.uint64], share: float) -> npt.NDArray[np.uint64]:
    """The keys, null (0) but for this share."""
    return np.where(rng.random(len(keys)) < share, keys, np.uint64(0))


def sizes(rng: Rng, total: int, median: float, low: int) -> list[int]:
    """Group sizes (log-normal around a median, at least `low`) that add up to a total."""
    out: list[int] = []
    while total > 0:
        size = max(low, int(rng.lognormal(np.log(median), 0.7)))
        size = total if total - size < low else size
        out.append(size)
        total -= size
    return out


def _ages(rng: Rng, count: int, start: int, end: int) -> npt.NDArray[np.int64]:
    """Sign-ups since three years ago, ever more of them, a few with every day of the window."""
    back = rng.exponential(300.0, count) % 1100
    return (end - (back * DAY).astype(np.int64)).clip(start - 1200 * DAY, end - DAY // 2)


def individuals(
    rng: Rng,
    count: int,
    window: tuple[int, int],
    *,
    clients: dict[str, float],
    tiers: tuple[float, float, float] = (0.45, 0.52, 0.03),
    declared: tuple[int, ...] = (1, 2, 5, 6, 7),
) -> Table:
    """Unrelated people, with what unrelated people do share: mobile NAT, VPN, family cards.

    Args:
        rng: Source of chance.
        count: How many.
        window: Start and end of the world, microseconds.
        clients: Weights of client groups.
        tiers: Shares of free, paid, enterprise.
        declared: Indices into DECLARED that they might state.
    """
    p = np.zeros(count, PERSON)
    p["key"] = _keys(rng, count)
    p["created"] = _ages(rng, count, *window)
    p["country"] = rng.choice(len(POPULATION), count, p=POPULATION / POPULATION.sum())
    english = rng.random(count) < 0.35  # noqa: PLR2004 (share who write English anyway)
    p["language"] = np.where(english, 0, LANGUAGE[p["country"]])
    p["client"], p["client2"] = choose(rng, count, clients), choose(rng, count, clients)
    p["tier"] = rng.choice(3, count, p=tiers)
    _address(rng, p)
    _contacts(rng, p)
    _habits(rng, p, declared)
    p["campaign"] = -1
    return p


def _address(rng: Rng, p: Table) -> None:
    count, countries = len(p), p["country"].astype(np.int64)
    p["home"] = address(rng, "residential", countries)
    p["mobile"] = address(rng, "mobile", countries, 24)
    p["work"] = np.where(
        rng.random(count) < 0.5,  # noqa: PLR2004 (half have no second place)
        p["home"],
        address(rng, "corporate", countries, 3000),
    )
    vpn = rng.random(count) < _VPN
    p["home"] = np.where(vpn, address(rng, "vpn", np.full(count, -1), 12), p["home"])
    p["signup"] = np.where(rng.random(count) < 0.9, p["home"], 0)  # noqa: PLR2004


def _contacts(rng: Rng, p: Table) -> None:
    count = len(p)
    disposable = rng.random(count) < _DISPOSABLE_MAIL
    own = rng.random(count) < 0.15  # noqa: PLR2004 (a domain of their own)
    p["domain"] = np.where(
        own, rng.choice(COMPANIES, count), rng.choice(FREE, count, p=FREE_WEIGHT)
    )
    p["domain"] = np.where(disposable, rng.choice(DISPOSABLE, count), p["domain"])
    p["shape"] = rng.integers(0, len(SHAPES), count)
    p["email"] = _some(rng, _keys(rng, count), 0.97)
    p["phone"] = _some(rng, _keys(rng, count), 0.55)
    p["device"] = _some(rng, _keys(rng, count), 0.7)
    cards = _keys(rng, count)
    if count > 1:
        kin = rng.random(count) < _SHARED_CARD
        cards = np.where(kin, np.roll(cards, 1), cards)
    p["payment"] = _some(rng, cards, 0.66)
    p["bin"] = rng.choice(len(BINS), count, p=BIN_WEIGHT)
    p["bin"] = np.where(rng.random(count) < 0.05, rng.choice(VIRTUAL_BINS, count), p["bin"])  # noqa: PLR2004
    p["verification"] = rng.choice(4, count, p=[0.08, 0.45, 0.42, 0.05])
    p["org"] = _some(rng, mix(p["key"], 31), _OWN_ORGANIZATION)


def _habits(rng: Rng, p: Table, declared: tuple[int, ...]) -> None:
    count = len(p)
    p["topic"] = np.argsort(rng.random((count, TOPICS)), axis=1)[:, :3]
    p["declared"] = np.where(rng.random(count) < 0.6, 0, rng.choice(declared, count))  # noqa: PLR2004
    p["declared"] %= len(DECLARED)
    p["state"] = rng.choice(4, count, p=[0.95, 0.02, 0.01, 0.02])
    p["status"] = rng.random(count) < 0.012  # noqa: PLR2004 (suspended for reasons of their own)
    p["model"] = rng.choice(MODELS, count, p=[0.42, 0.26, 0.2, 0.12, 0.0])


def company(
    rng: Rng,
    count: int,
    window: tuple[int, int],
    *,
    clients: dict[str, float],
    sso: bool = True,
    tier: int = 2,
) -> Table:
    """One company: shared network, card and domain; provisioned in waves; own topics.

    Most carry an organisation id, some do not (accounts opened by hand with the corporate card).
    """
    p = individuals(rng, count, window, clients=clients)
    country = int(p["country"][0])
    p["country"], p["language"] = country, p["language"][0]
    outside = rng.random(count) < 0.15  # noqa: PLR2004 (remote staff)
    p["work"] = rng.choice(egress(rng, "corporate", country), count)
    p["home"] = np.where(outside, p["home"], p["work"])
    p["signup"] = np.where(p["signup"] > 0, p["home"], 0)
    p["org"] = rng.integers(1, 2**63) if rng.random() < 0.85 else 0  # noqa: PLR2004
    p["domain"], p["tier"], p["sso"] = rng.choice(COMPANIES), tier, sso
    p["payment"] = _some(rng, np.full(count, _keys(rng, 1)[0]), 0.8)
    p["bin"] = rng.choice(len(BINS), p=BIN_WEIGHT)
    p["verification"] = rng.choice([2, 3])
    p["shape"] = np.where(rng.random(count) < 0.3, p["shape"], p["shape"] % 60)  # noqa: PLR2004
    p["topic"] = rng.permutation(TOPICS)[:6][rng.integers(0, 6, (count, 3))]
    waves = rng.integers(window[0] - 400 * DAY, window[1] - DAY, max(1, count // 60))
    hired = rng.random(count) < 0.25  # noqa: PLR2004 (join one by one)
    wave = rng.choice(waves, count) + rng.integers(0, 3 * 3_600_000_000, count)
    p["created"] = np.where(hired, p["created"], wave)
    return p


def school(
    rng: Rng, count: int, window: tuple[int, int], *, at: int, program: bool = True
) -> Table:
    """A class: one campus network, new accounts in the days before `at`, no cards to speak of."""
    p = individuals(
        rng, count, window, clients={"browser": 0.7, "python": 0.3}, tiers=(0.9, 0.1, 0)
    )
    country = int(p["country"][0])
    p["country"], p["language"] = country, p["language"][0]
    campus = rng.random(count) < 0.8  # noqa: PLR2004 (the rest sit at home)
    p["home"] = np.where(campus, rng.choice(egress(rng, "campus", country, 3), count), p["home"])
    p["work"] = p["signup"] = p["home"]
    p["domain"] = np.where(rng.random(count) < 0.85, rng.choice(SCHOOLS), p["domain"])  # noqa: PLR2004
    if program:
        p["tier"], p["program"] = 3, 1
    fresh = rng.random(count) < 0.7  # noqa: PLR2004 (signed up for this)
    burst = at - rng.integers(0, 2 * DAY, count)
    p["created"] = np.where(fresh, burst, p["created"]).clip(None, at - 60_000_000)
    p["topic"] = rng.integers(0, TOPICS)
    return p
