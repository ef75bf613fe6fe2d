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

__all__ = ["LEVELS", "Plan", "make_worlds", "world_of"]

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


def make_worlds(plan: Plan, folder: Path, say: Callable[[str], None]) -> list[Path]:
    """The folders of the worlds, made where they do not stand yet.

    Raises:
        ConfigError: The sizes do not fit each other.
    """
    recipes = [(level, seed) for level in plan.levels for seed in plan.seeds]
    recipes += [("honest", 1000 + n) for n in range(plan.honest_only)]
    return [_make(plan, level, seed, folder, say) for level, seed in recipes]


def _make(plan: Plan, level: str, seed: int, folder: Path, say: Callable[[str], None]) -> Path:
    out = folder / f"{level}-{plan.half}-{plan.accounts}-{seed}"
    world = world_of(plan, level, seed)
    recipe = orjson.dumps(world, option=orjson.OPT_INDENT_2, default=str)
    if (out / _RECIPE).exists() and (out / _RECIPE).read_bytes() == recipe:
        return out
    shutil.rmtree(out, ignore_errors=True)
    say(f"making {out.name}")
    simulate(world, out)
    (out / _RECIPE).write_bytes(recipe)
    return out


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
