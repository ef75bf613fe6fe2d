"""A world: how many customers and exchanges, which campaigns among them; ready-made ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path

from stillwatch.sim.campaigns import TECHNIQUES
from stillwatch.sim.campaigns.pool import LEVELS
from stillwatch.sim.draw import key_of
from stillwatch.sim.honest import KINDS
from stillwatch.sim.who.people import DAY

__all__ = ["PRESETS", "Campaign", "World", "benchmark", "demo", "february", "mixed"]

_SHARE_OF_ACCOUNTS = 0.08
_SHARE_OF_EXCHANGES = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign of a world.

    Attributes:
        technique: A name of TECHNIQUES.
        accounts: Accounts that it controls, or whose keys it stole.
        exchanges: What it would harvest in the published way; evasion lowers it.
        days: How long it runs.
        start_day: Days after the beginning of the world.
        evasion: `published`, `evasive` or `nasty`.
        decoys: Share of its traffic that harvests nothing; null: as the level and technique say.
    """

    technique: str
    accounts: int
    exchanges: int
    days: float
    start_day: float = 1.0
    evasion: str = "published"
    decoys: float | None = None

    def __post_init__(self) -> None:
        _known(self.technique, TECHNIQUES, "technique")
        _known(self.evasion, LEVELS, "evasion level")
        if self.accounts < 1 or self.exchanges < 1 or self.days <= 0:
            message = (
                f"a campaign of {self.accounts} accounts, {self.exchanges} exchanges, {self.days} "
                "days: each must be positive"
            )
            raise ValueError(message)

    def decoy_share(self) -> float:
        """The share of its traffic that harvests nothing."""
        if self.decoys is not None:
            return self.decoys
        published = TECHNIQUES[self.technique].published.decoys
        return max(published, LEVELS[self.evasion].decoys)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What to simulate.

    Attributes:
        accounts: All accounts, campaigns' included.
        exchanges: About all exchanges, campaigns' included.
        days: Length of the window.
        seed: Equal seeds give equal files.
        start: First day, UTC.
        campaigns: Who harvests.
        kinds: Names of honest kinds to include; empty: all.
        corpora: Folder of real prompts, or null.
        traces: Folder of measured rhythms, or null.
        corpus_share: Share of prompts taken from the corpora, where given.
    """

    accounts: int = 5000
    exchanges: int = 200_000
    days: int = 30
    seed: int = 1
    start: date = date(2026, 6, 1)
    campaigns: tuple[Campaign, ...] = ()
    kinds: tuple[str, ...] = ()
    corpora: Path | None = None
    traces: Path | None = None
    corpus_share: float = 0.35

    def __post_init__(self) -> None:
        if self.days < 1 or self.exchanges < 1:
            message = f"{self.days} days and {self.exchanges} exchanges: each must be at least 1"
            raise ValueError(message)
        for kind in self.kinds:
            _known(kind, [k.name for k in KINDS], "kind of honest customer")
        taken = sum(c.accounts for c in self.campaigns)
        if taken >= self.accounts:
            message = (
                f"campaigns use {taken} accounts of {self.accounts}: honest accounts must remain; "
                f"ask for at least {taken * 2} accounts"
            )
            raise ValueError(message)

    def window(self) -> tuple[int, int]:
        """Start and end, microseconds UTC."""
        start = datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC)
        first = int(start.timestamp()) * 1_000_000
        return first, first + self.days * DAY

    def release(self) -> int:
        """When the newest model comes out, microseconds UTC: after three fifths of the window."""
        first, last = self.window()
        return first + (last - first) * 3 // 5


def _known(name: str, names: Iterable[str], what: str) -> None:
    listed = sorted(names)
    if name not in listed:
        near = get_close_matches(name, listed, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}? " if near else ""
        message = f"unknown {what} {name!r}: {hint}known: {', '.join(listed)}"
        raise ValueError(message)


def mixed(world: World, *, evasion: str = "published", count: int | None = None) -> World:
    """The world with campaigns of several techniques, sized to it.

    They hold about 8 % of the accounts and 15 % of the exchanges. Which techniques, depends on the
    seed; `count` of them, or more in larger worlds.
    """
    number = count or max(3, min(len(TECHNIQUES), world.accounts // 1000))
    order = sorted(TECHNIQUES, key=lambda name: key_of(world.seed, "technique", name))[:number]
    published = [TECHNIQUES[name].published for name in order]
    weight_a = [p.accounts**0.4 for p in published]
    weight_e = [p.exchanges**0.35 for p in published]
    campaigns = []
    for name, size, a, e in zip(order, published, weight_a, weight_e, strict=True):
        accounts = max(12, int(world.accounts * _SHARE_OF_ACCOUNTS * a / sum(weight_a)))
        exchanges = int(world.exchanges * _SHARE_OF_EXCHANGES * e / sum(weight_e))
        days = min(size.days, world.days * 0.7)
        room = max(0.0, world.days - days - 0.5)
        start = room * (key_of(world.seed, name, "start") % 1000) / 1000
        if size.exchanges / size.accounts < 10:  # noqa: PLR2004 (low and slow stays so)
            exchanges = min(exchanges, accounts * size.exchanges // size.accounts)
        campaigns.append(
            Campaign(
                technique=name,
                accounts=accounts,
                exchanges=max(exchanges, 3 * accounts),
                days=days,
                start_day=start,
                evasion=evasion,
            )
        )
    return replace(world, campaigns=tuple(campaigns))


def demo(seed: int = 1, evasion: str = "published") -> World:
    """About 4,000 accounts: three campaigns among the look-alikes, made in seconds."""
    sizes = (
        ("inline reasoning", 90, 11_000, 10.0, 2.0),
        ("reward grading", 48, 6_000, 9.0, 4.0),
        ("trajectory harvest", 72, 9_000, 11.0, 1.5),
    )
    campaigns = tuple(
        Campaign(technique=t, accounts=a, exchanges=e, days=d, start_day=s, evasion=evasion)
        for t, a, e, d, s in sizes
    )
    return World(accounts=4000, exchanges=170_000, days=14, seed=seed, campaigns=campaigns)


def benchmark(seed: int = 1, evasion: str = "published") -> World:
    """60,000 accounts, 2.4 million exchanges, every technique at once."""
    world = World(accounts=60_000, exchanges=2_400_000, days=30, seed=seed)
    return mixed(world, evasion=evasion, count=len(TECHNIQUES))


def february(seed: int = 1, evasion: str = "published") -> World:
    """The three campaigns published in February 2026, at full size, among 250,000 accounts."""
    sizes = (
        ("synchronised elicitation", 300, 150_000, 25.0),
        ("trajectory harvest", 700, 3_400_000, 40.0),
        ("release pivot", 23_000, 13_000_000, 42.0),
    )
    campaigns = tuple(
        Campaign(technique=t, accounts=a, exchanges=e, days=d, evasion=evasion)
        for t, a, e, d in sizes
    )
    return World(
        accounts=250_000,
        exchanges=32_000_000,
        days=45,
        seed=seed,
        start=date(2026, 1, 5),
        campaigns=campaigns,
    )


PRESETS = {"demo": demo, "benchmark": benchmark, "february": february}
