"""The benchmark: every world scored, put together, and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from pydantic import TypeAdapter, ValidationError

from stillwatch import __version__
from stillwatch.bench.coordination import Setting, read_acts, score_settings
from stillwatch.bench.kept import Scores
from stillwatch.bench.reliability import Judged
from stillwatch.bench.summary import Summary, summarise
from stillwatch.bench.world import Task, WorldScore, score_world
from stillwatch.bench.worlds import Place
from stillwatch.errors import InputError, OutputError

__all__ = ["Benchmark", "bench", "read_results", "write_results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The results of one benchmark.

    Attributes:
        version: Of the program.
        at: When it ended.
        summary: All worlds together.
        worlds: Each world.
        coordination: Real co-action data, where it was given.
    """

    version: str
    at: datetime
    summary: Summary
    worlds: tuple[WorldScore, ...]
    coordination: tuple[Setting, ...] = ()


def bench(
    worlds: Sequence[Place],
    task: Task,
    say: Callable[[str], None],
    *,
    coordination: Path | None = None,
    keep: Path | None = None,
    tidy: bool = False,
) -> Benchmark:
    """Score worlds one after the other, so that the cost of each is its own.

    Args:
        worlds: Where they stand, or are to be made; none where only co-action data are given.
        task: What to measure.
        say: Is told how far it is.
        coordination: Folder of real co-action data, or None.
        keep: Folder in which the score of each world is kept as soon as it is known, or None. One
            that the same program gave the same world is not measured again.
        tidy: Whether a world that was made is removed when its score is known.

    Raises:
        InputError: No world was given.
        NotFoundError: A folder holds no world with its truth.
    """
    if not worlds and coordination is None:
        message = "no world was given"
        raise InputError(message, hint="name folders, or sizes with --accounts and --seeds")
    scores = Scores(keep, task)
    scored = [_scored(place, scores, say, tidy=tidy) for place in worlds]
    summary = summarise([s for s, _ in scored], [judged for _, judged in scored])
    return Benchmark(
        version=__version__,
        at=datetime.now(UTC),
        summary=summary,
        worlds=tuple(s for s, _ in scored),
        coordination=() if coordination is None else score_settings(read_acts(coordination)),
    )


def _scored(
    place: Place, scores: Scores, say: Callable[[str], None], *, tidy: bool
) -> tuple[WorldScore, Judged]:
    """The score of one world, kept or measured now."""
    known = scores.read(place)
    if known is not None:
        say(f"{place.folder.name}: its score is known")
        return known
    score, judged = score_world(place.ready(say), scores.task, say)
    scores.write(place, score, judged)
    if tidy:
        place.clear()
    return score, judged


def write_results(result: Benchmark, out: Path) -> Path:
    """Write `bench.json`; returns its path.

    Raises:
        OutputError: The folder cannot be written.
    """
    path = out / "bench.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    except OSError as error:
        message = f"cannot write to {str(path.parent)!r}: {error.strerror or error}"
        raise OutputError(message, hint="choose a folder with --out") from error
    return path


def read_results(path: Path) -> Benchmark:
    """Read what `write_results` wrote, to draw it or to compare it with another run.

    Raises:
        InputError: It is no such file.
    """
    try:
        return TypeAdapter(Benchmark).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        message = f"{path} holds no results of a benchmark"
        raise InputError(message, hint="name the bench.json of a run of this version") from error
