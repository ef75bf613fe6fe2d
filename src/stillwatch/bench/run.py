"""The benchmark: every world scored, put together, and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from stillwatch import __version__
from stillwatch.bench.summary import Summary, summarise
from stillwatch.bench.world import Task, WorldScore, score_world
from stillwatch.errors import InputError, OutputError

__all__ = ["Benchmark", "bench", "write_results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The results of one benchmark.

    Attributes:
        version: Of the program.
        at: When it ended.
        summary: All worlds together.
        worlds: Each world.
    """

    version: str
    at: datetime
    summary: Summary
    worlds: tuple[WorldScore, ...]


def bench(folders: Sequence[Path], task: Task, say: Callable[[str], None]) -> Benchmark:
    """Score worlds one after the other, so that the cost of each is its own.

    Raises:
        InputError: No world was given.
        NotFoundError: A folder holds no world with its truth.
    """
    if not folders:
        message = "no world was given"
        raise InputError(message, hint="name folders, or sizes with --accounts and --seeds")
    scored = [score_world(folder, task, say) for folder in folders]
    worlds = tuple(score for score, _ in scored)
    summary = summarise(worlds, [judged for _, judged in scored])
    return Benchmark(version=__version__, at=datetime.now(UTC), summary=summary, worlds=worlds)


def write_results(result: Benchmark, out: Path) -> Path:
    """Write `bench.json`; returns its path.

    Raises:
        OutputError: The folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        path = out / "bench.json"
        path.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    except OSError as error:
        message = f"cannot write to {str(out)!r}: {error.strerror or error}"
        raise OutputError(message, hint="choose a folder with --out") from error
    return path
