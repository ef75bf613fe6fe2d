"""A small world as readings, shared by the tests of the stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stillwatch.sim import World, simulate
from stillwatch.sim.world import Campaign

sys.path.insert(0, str(Path(__file__).parent))

import stream

WORLD = World(
    accounts=700,
    exchanges=14_000,
    days=12,
    seed=4,
    campaigns=(
        Campaign(technique="reward grading", accounts=36, exchanges=3_200, days=8, start_day=2),
    ),
)


@pytest.fixture(scope="session", autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A secret of the tests' own; the user's stays untouched."""
    before = os.environ.get("STILLWATCH_SECRET_FILE")
    os.environ["STILLWATCH_SECRET_FILE"] = stream.secret(tmp_path_factory.mktemp("secret"))
    yield
    os.environ.pop("STILLWATCH_SECRET_FILE")
    if before is not None:
        os.environ["STILLWATCH_SECRET_FILE"] = before


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> stream.Streamed:
    """The small world: its files, and its readings in the order of time."""
    folder = tmp_path_factory.mktemp("world")
    simulate(WORLD, folder, workers=1)
    return stream.streamed(folder)
