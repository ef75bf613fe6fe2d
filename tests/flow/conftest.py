"""One small simulated world and one run over it, shared by all tests of the flow."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from stillwatch.sim import World, simulate
from stillwatch.sim.world import Campaign

sys.path.insert(0, str(Path(__file__).parent))

import flow

SMALL = World(
    accounts=700,
    exchanges=15_000,
    days=14,
    seed=4,
    campaigns=(
        Campaign(technique="reward grading", accounts=32, exchanges=3200, days=9, start_day=2),
    ),
)


@pytest.fixture(scope="session", autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A secret of the tests' own; the user's stays untouched."""
    before = os.environ.get("STILLWATCH_SECRET_FILE")
    os.environ["STILLWATCH_SECRET_FILE"] = flow.secret(tmp_path_factory.mktemp("secret"), "one")
    yield
    os.environ.pop("STILLWATCH_SECRET_FILE")
    if before is not None:
        os.environ["STILLWATCH_SECRET_FILE"] = before


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small world."""
    folder = tmp_path_factory.mktemp("world")
    simulate(SMALL, folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def results(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run over the small world wrote; not to be changed."""
    out = tmp_path_factory.mktemp("results") / "out"
    return flow.detect(world, out, every=timedelta(days=5))
