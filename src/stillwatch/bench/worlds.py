"""The worlds of a benchmark: made once, kept, and made again where their recipe changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from stillwatch.bench.split import Half, kinds_of, techniques_of
from stillwatch.errors import ConfigError
from stillwatch.sim import World, mixed, simulate

__all__ = ["LEVELS", "Place", "Plan", "places", "world_of"]

LEVELS = ("published", "evasive", "nasty", "honest")
"""Levels of evasion, and worlds without any campaign."""
_RECIPE = "recipe.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which worlds to make.

    Attributes:
        accounts: Accounts of each.
        exchanges: About how many exchanges of each.
        days: Length of the window.
        seeds: Seeds; one world a seed and level.
        levels: Some of LEVELS.
        honest_only: Worlds without campaigns beside them, with seeds of their own.
        campaigns: Campaigns of a world; null: as many as suits its size.
        half: Which techniques and honest kinds: all, those to tune on, or those held out.
    """

    accounts: int = 5000
    exchanges: int = 150_000
    days: int = 30
    seeds: tuple[int, ...] = (1,)
    levels: tuple[str, ...] = LEVELS[:3]
    honest_only: int = 0
    campaigns: int | None = None
    half: Half = "all"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a world stands, or is to stand.

    Attributes:
        folder: Its folder.
        world: What to make there; None where somebody else made it.
    """

    folder: Path
    world: World | None = None

    def recipe(self) -> bytes:
        """What tells this world from another: how it is made, or what files it holds."""
        if self.world is not None:
            return orjson.dumps(self.world, option=orjson.OPT_INDENT_2, default=str)
        files = sorted(p for p in self.folder.rglob("*") if p.is_file())
        names = ((p.relative_to(self.folder).as_posix(), p.stat()) for p in files)
        return orjson.dumps([(name, s.st_size, s.st_mtime_ns) for name, s in names])

    def ready(self, say: Callable[[str], None]) -> Path:
        """Its folder, with the world in it."""
        if self.world is None:
            return self.folder
        held = self.folder / _RECIPE
        if held.exists() and held.read_bytes() == self.recipe():
            return self.folder
        self.clear()
        say(f"making {self.folder.name}")
        simulate(self.world, self.folder)
        held.write_bytes(self.recipe())
        return self.folder

    def clear(self) -> None:
        """Remove a world that can be made again; others stay."""
        if self.world is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def places(plan: Plan, folder: Path) -> list[Place]:
    """Where the worlds of a plan stand, or will; nothing is made yet.

    Raises:
        ConfigError: The sizes do not fit each other.
    """
    recipes = [(level, seed) for seed in plan.seeds for level in plan.levels]
    recipes += [("honest", 1000 + n) for n in range(plan.honest_only)]
    return [
        Place(folder / f"{level}-{plan.half}-{plan.accounts}-{seed}", world_of(plan, level, seed))
        for level, seed in recipes
    ]


def world_of(plan: Plan, level: str, seed: int) -> World:
    """The world of one level and seed.

    Raises:
        ConfigError: The sizes do not fit each other.
    """
    try:
        world = World(
            accounts=plan.accounts,
            exchanges=plan.exchanges,
            days=plan.days,
            seed=seed,
            kinds=kinds_of(plan.half),
        )
        if level == "honest":
            return world
        chosen: Sequence[str] | None = techniques_of(plan.half)
        return _planted(mixed(world, evasion=level, count=plan.campaigns), chosen, level)
    except ValueError as fault:
        raise ConfigError(str(fault), hint="change the sizes and run again") from fault


def _planted(world: World, chosen: Sequence[str] | None, level: str) -> World:
    """The world with campaigns of the chosen techniques only; all where null."""
    if chosen is None:
        return world
    full = mixed(world, evasion=level, count=10**6)
    order = [c.technique for c in full.campaigns if c.technique in set(chosen)]
    wanted = order[: len(world.campaigns)]
    names = {c.technique: c for c in full.campaigns}
    share = len(full.campaigns) / max(len(wanted), 1)
    return replace(
        world,
        campaigns=tuple(
            replace(
                names[t],
                accounts=int(names[t].accounts * min(share, 3)),
                exchanges=int(names[t].exchanges * min(share, 3)),
            )
            for t in wanted
        ),
    )
