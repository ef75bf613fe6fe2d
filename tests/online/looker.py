"""A process for the tests to kill: it looks at a history again and again."""

from __future__ import annotations

import sys
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import stream

from stillwatch.pipeline.online.rollups import Rollups


def run(folder: Path, world: Path, looks: Synchronized[int]) -> None:
    """Add to its sums without a pause, and count the looks."""
    inputs = stream.opened(world)
    with Rollups(folder, stream.SETTINGS, name="keep").tidy() as sums:
        while True:
            sums.now(accounts=inputs.accounts, releases=inputs.releases)
            looks.value += 1
