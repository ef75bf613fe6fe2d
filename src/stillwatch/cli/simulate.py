"""`stillwatch simulate`: a world of honest customers and campaigns, with its truth apart."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.errors import ConfigError, NotFoundError, OutputError

__all__ = ["simulate"]


class Evasion(StrEnum):
    """How hard the attackers try not to be seen."""

    PUBLISHED = "published"
    EVASIVE = "evasive"
    NASTY = "nasty"


class Preset(StrEnum):
    """Ready-made worlds."""

    DEMO = "demo"
    BENCHMARK = "benchmark"
    FEBRUARY = "february"


def simulate(
    out: Annotated[Path, typer.Argument(help="Folder to write; made if missing.")],
    *,
    preset: Annotated[
        Preset | None, typer.Option(help="A ready-made world; sets its own sizes.")
    ] = None,
    accounts: Annotated[int, typer.Option(help="All accounts, attackers' included.")] = 5000,
    exchanges: Annotated[int, typer.Option(help="About how many exchanges.")] = 200_000,
    days: Annotated[int, typer.Option(help="Length of the window.")] = 30,
    seed: Annotated[int, typer.Option(help="Equal seeds give equal files.")] = 1,
    evasion: Annotated[
        Evasion, typer.Option(help="How hard the attackers try not to be seen.")
    ] = Evasion.PUBLISHED,
    honest_only: Annotated[bool, typer.Option("--honest-only", help="No campaigns.")] = False,
    corpora: Annotated[
        Path | None, typer.Option(help="Folder of real prompts (Parquet, JSONL) to draw from.")
    ] = None,
    traces: Annotated[
        Path | None, typer.Option(help="Folder of measured request rates to draw rhythms from.")
    ] = None,
) -> None:
    """Write a simulated world: exchanges, accounts, releases, and the truth in its own folder."""
    # Late, so that `--help` and a mistyped option do not wait for the numerical libraries.
    from stillwatch.sim import PRESETS, World, mixed  # noqa: PLC0415
    from stillwatch.sim import simulate as run  # noqa: PLC0415

    for folder in (corpora, traces):
        if folder is not None and not folder.is_dir():
            message = f"{folder} is not a folder"
            raise NotFoundError(message, hint="name a folder that exists")
    try:
        if preset is not None:
            world = PRESETS[preset.value](seed, evasion.value)
        else:
            world = World(accounts=accounts, exchanges=exchanges, days=days, seed=seed)
            world = mixed(world, evasion=evasion.value)
        if honest_only:
            world = replace(world, campaigns=())
        world = replace(world, corpora=corpora, traces=traces)
    except ValueError as fault:
        raise ConfigError(str(fault), hint="change the sizes and run again") from fault
    try:
        summary = run(world, out)
    except FileExistsError as fault:
        raise OutputError(str(fault)) from fault
    rate = summary.exchanges / max(summary.seconds, 1e-9)
    typer.echo(
        f"{summary.exchanges:,} exchanges of {summary.accounts:,} accounts, {summary.extraction:,} "
        f"of them in {summary.campaigns} campaigns, in {summary.seconds:.1f} s ({rate:,.0f}/s)"
    )
    typer.echo(
        f"next: stillwatch detect {out}/exchanges --accounts {out}/accounts.parquet"
        f" --releases {out}/releases.parquet --out {out}/out"
    )
