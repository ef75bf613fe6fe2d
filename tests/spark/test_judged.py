"""Every stage after the fold is the same on both engines, also beyond the driver's bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import both
import pytest
from both import Judged

from stillwatch.engine import Bounds

pytestmark = pytest.mark.spark

_CLOSE = 1e-9
TIGHT = Bounds(keys=0, accounts=100, stream_rows=300, component_spokes=150)


def test_links_communities_groups_and_signals_are_the_same(session: Any, world: Path) -> None:  # noqa: ARG001
    _alike(both.judged("duckdb", both.given(world)), both.judged("spark", both.given(world)))


def test_beyond_the_bounds_both_engines_leave_the_same_out(session: Any, world: Path) -> None:  # noqa: ARG001
    one = both.judged("duckdb", both.given(world), TIGHT)
    other = both.judged("spark", both.given(world), TIGHT)
    assert one.said == other.said
    told = " ".join(one.said)
    for setting in ("judged_accounts", "judged_stream_rows", "component_spokes"):
        assert f"spark.{setting}" in told
    assert other.sizes[0] <= TIGHT.accounts
    assert other.sizes[1] <= TIGHT.stream_rows
    _alike(one, other)


def _alike(one: Judged, other: Judged) -> None:
    assert one.sizes == other.sizes
    assert (
        both.differences(
            {"hubs": one.hubs, "spokes": one.spokes, "communities": one.communities},
            {"hubs": other.hubs, "spokes": other.spokes, "communities": other.communities},
        )
        == []
    )
    assert len(one.groups) == len(other.groups) > 0
    for (p, ids, bits), (p_too, ids_too, bits_too) in zip(one.groups, other.groups, strict=True):
        assert ids == ids_too
        assert p == pytest.approx(p_too, rel=_CLOSE, abs=_CLOSE)
        assert bits == pytest.approx(bits_too, rel=_CLOSE, abs=_CLOSE)
    assert one.signals.keys() == other.signals.keys()
    for name, signals in one.signals.items():
        for seen, too in zip(signals, other.signals[name], strict=True):
            assert (seen is None) == (too is None), name
            if seen is not None and too is not None:
                assert seen[0] == pytest.approx(too[0], rel=_CLOSE, abs=_CLOSE), name
                assert seen[1] == too[1]
