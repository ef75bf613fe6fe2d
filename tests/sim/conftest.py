"""A small world for all tests of the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.sim import Summary, World, mixed, simulate

SMALL = mixed(World(accounts=2500, exchanges=60_000, days=12, seed=11), count=12)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small world."""
    out = tmp_path_factory.mktemp("world")
    simulate(SMALL, out, workers=2)
    return out


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """A world with every technique and every kind."""
    out = tmp_path_factory.mktemp("everything")
    every = mixed(World(accounts=6000, exchanges=120_000, days=10, seed=5), count=99)
    return out, simulate(every, out, workers=2)
