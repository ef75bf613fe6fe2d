"""`stillwatch bench`: worlds with known truth, and how the run fares on them."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from stillwatch.cli.options import SettingsFile
from stillwatch.cli.values import duration
from stillwatch.errors import ConfigError
from stillwatch.settings import load

__all__ = ["bench"]


class HalfName(StrEnum):
    """Which techniques and honest kinds the worlds hold."""

    ALL = "all"
    TUNE = "tune"
    HELD_OUT = "held-out"


class Level(StrEnum):
    """How hard the attackers try not to be seen; `honest` has none."""

    PUBLISHED = "published"
    EVASIVE = "evasive"
    NASTY = "nasty"
    HONEST = "honest"


def bench(
    worlds: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Worlds of `stillwatch simulate`; none: make some.", show_default=False
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder for the results.", metavar="DIR")] = Path(
        "bench-out"
    ),
    accounts: Annotated[int, typer.Option(help="Accounts of each world made.")] = 5000,
    exchanges: Annotated[int, typer.Option(help="About how many exchanges of each.")] = 150_000,
    days: Annotated[int, typer.Option(help="Length of their window.")] = 30,
    seeds: Annotated[str, typer.Option(help="Seeds, separated by commas.")] = "1",
    levels: Annotated[
        str, typer.Option(help="Levels: published, evasive, nasty, honest.")
    ] = "published,evasive,nasty",
    honest_only: Annotated[int, typer.Option(help="Worlds without campaigns beside them.")] = 0,
    campaigns: Annotated[
        int | None, typer.Option(help="Campaigns of each world; by default by its size.")
    ] = None,
    half: Annotated[
        HalfName, typer.Option(help="Techniques and kinds: all, to tune on, or held out.")
    ] = HalfName.ALL,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Judge again without each family and detector.")
    ] = False,
    baselines: Annotated[
        bool, typer.Option("--baselines", help="Run the baselines beside it.")
    ] = False,
    look_back: Annotated[
        bool, typer.Option(help="Look for the moment at which each campaign was seen.")
    ] = True,
    every: Annotated[
        timedelta | None,
        typer.Option(
            help="Step of that look (12h, 1d); by default as rough as `detect`.",
            metavar="STEP",
            parser=duration,
        ),
    ] = None,
    tidy: Annotated[
        bool, typer.Option("--tidy", help="Remove each world made when its score is known.")
    ] = False,
    charts: Annotated[
        bool, typer.Option("--charts", help="Draw curves (PNG and SVG; needs the extra `bench`).")
    ] = False,
    coordination: Annotated[
        Path | None,
        typer.Option(
            help="Folder of real co-action data with planted rings.",
            metavar="DIR",
            envvar="STILLWATCH_COORDINATION",
        ),
    ] = None,
    settings: SettingsFile = None,
) -> None:
    """Measure detection on worlds whose truth is known."""
    in_force = load(settings)
    numbers, names = _numbers(seeds), _levels(levels)
    if charts:
        _need_matplotlib()
    # Late, so that `--help` and a mistyped option do not wait for the numerical libraries.
    from stillwatch.bench import Place, Plan, Task, places, write_results  # noqa: PLC0415
    from stillwatch.bench import bench as run  # noqa: PLC0415
    from stillwatch.bench.tables import in_words  # noqa: PLC0415

    found = [Place(folder) for folder in worlds or []]
    if not found:
        plan = Plan(
            accounts=accounts,
            exchanges=exchanges,
            days=days,
            seeds=numbers,
            levels=names,
            honest_only=honest_only,
            campaigns=campaigns,
            half=half.value,
        )
        found = places(plan, out / "worlds")
    task = Task(
        look_back=look_back, every=every, ablate=ablate, baselines=baselines, settings=in_force
    )
    result = run(found, task, _say, coordination=coordination, keep=out / "scores", tidy=tidy)
    path = write_results(result, out)
    if charts:
        from stillwatch.bench.charts import draw  # noqa: PLC0415 - matplotlib is an extra

        draw(result, out)
    typer.echo(in_words(result))
    typer.echo(f"results: {path}")


def _need_matplotlib() -> None:
    """Say at once, not after hours, that the curves cannot be drawn."""
    if find_spec("matplotlib") is None:
        message = "--charts needs matplotlib, which is not installed"
        raise ConfigError(message, hint="install stillwatch[bench], or leave out --charts")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        message = f"--seeds is {text!r}"
        raise ConfigError(message, hint="write whole numbers with commas, such as 1,2,3") from None


def _levels(text: str) -> tuple[str, ...]:
    names = tuple(word.strip() for word in text.split(",") if word.strip())
    known = [level.value for level in Level]
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"--levels names {unknown[0]!r}"
        raise ConfigError(message, hint=f"known: {', '.join(known)}")
    return names
