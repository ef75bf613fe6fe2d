"""Rings among shared posts: made ones, and the real data where somebody has them."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from stillwatch.bench.coordination import EVENTS, LABELS, Setting, read_acts, score_settings
from stillwatch.errors import InputError, NotFoundError

REAL = os.environ.get("STILLWATCH_COORDINATION")


def _write(folder: Path, acts: list[tuple[str, str, int]], rings: dict[str, str]) -> Path:
    with gzip.open(folder / EVENTS, "wt", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["object_id", "account_id", "content_id", "timestamp_share"])
        rows.writerows((post, who, f"c{i}", at) for i, (post, who, at) in enumerate(acts))
    with (folder / LABELS).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["account_id", "ring"])
        rows.writerows(rings.items())
    return folder


def _world(folder: Path, *, ring: int) -> Path:
    """Strangers who share popular posts through a day, and a ring that shares within seconds."""
    rng = np.random.default_rng(5)
    acts = [
        (f"p{rng.zipf(1.4) % 200}", f"a{rng.integers(400)}", int(rng.integers(86_400)))
        for _ in range(8_000)
    ]
    for post in range(25):
        start = int(rng.integers(80_000))
        acts += [(f"p{post * 7}", f"r{i}", start + int(rng.integers(6))) for i in range(ring)]
    return _write(folder, acts, {f"r{i}": "made" for i in range(ring)})


def test_a_ring_is_joined_by_the_null_and_strangers_are_not(tmp_path: Path) -> None:
    found = {s.name: s for s in score_settings(read_acts(_world(tmp_path, ring=12)))}
    joined = found["null, all windows, 1% false"]
    assert joined.rings == {"made": 1.0}
    assert joined.precision > 0.9


def test_without_a_ring_next_to_nobody_is_joined_by_the_null(tmp_path: Path) -> None:
    _world(tmp_path, ring=0)
    found = {s.name: s for s in score_settings(read_acts(tmp_path))}
    assert found["null, all windows, 1% false"].flagged <= 4
    assert found["60 s, weight 1"].flagged > 100


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=EVENTS):
        read_acts(tmp_path)
    _world(tmp_path, ring=2)
    with gzip.open(tmp_path / EVENTS, "wt", encoding="utf-8") as file:
        file.write("a,b\n1,2\n")
    with pytest.raises(InputError, match="object_id"):
        read_acts(tmp_path)


@pytest.fixture(scope="module")
def real() -> dict[str, Setting]:
    if not REAL:
        pytest.skip("STILLWATCH_COORDINATION names no folder of co-action data")
    return {s.name: s for s in score_settings(read_acts(Path(REAL)))}


def test_published_settings_find_what_the_published_tool_found(real: dict[str, Setting]) -> None:
    """It was run with the same settings; it counts posts shared twice, so it flags a few more."""
    for name, flagged, found in (
        ("10 s, weight 2", 193, 183),
        ("60 s, weight 1", 4198, 218),
        ("60 s, weight 2", 311, 214),
        ("60 s, weight 5", 128, 128),
        ("600 s, weight 2", 1173, 214),
    ):
        assert real[name].found == found
        assert 0.8 * flagged <= real[name].flagged <= 1.01 * flagged


def test_the_null_needs_no_setting_to_be_as_precise(real: dict[str, Setting]) -> None:
    joined = real["null, all windows, 1% false"]
    assert joined.precision > 0.94
    assert joined.found >= 150
    assert joined.rings["slow600"] > 0.8
