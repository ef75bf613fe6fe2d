"""What a driver cannot take: below the bounds nothing changes, beyond them the strongest stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.engine import Bounds, DuckDB
from stillwatch.link import VIEWS, communities, hubs
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.inputs import open_inputs
from stillwatch.pipeline.judge import judge
from stillwatch.pipeline.split import fitting, weakest
from stillwatch.rollup import Tables
from stillwatch.schema.results import Hubs
from stillwatch.settings import Settings

Groups = list[tuple[float, frozenset[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a run saw.

    Attributes:
        groups: Probability and account ids of every group.
        sizes: Accounts, rows text × account, rows value × account in the driver.
        said: What was left out.
    """

    groups: Groups
    sizes: tuple[int, int, int]
    said: list[str]


@contextmanager
def _folded(world: Path, bounds: Bounds | None) -> Iterator[Tables]:
    inputs = open_inputs(
        world / "exchanges", accounts=world / "accounts.parquet",
        releases=world / "releases.parquet", out=None, format=None, mapping=None, as_of=None,
        settings=Settings(),
    )  # fmt: skip
    with DuckDB(memory="1GB", bounds=bounds) as engine:
        inputs.spool(engine)
        yield fold(engine, accounts=inputs.accounts, releases=inputs.releases)[0]


def _run(world: Path, bounds: Bounds | None) -> Seen:
    with _folded(world, bounds) as tables:
        judged = judge(tables)
        return Seen(
            groups=[
                (a.probability, frozenset(tables.ids[i] for i in a.group.accounts))
                for a in judged.assessments
            ],
            sizes=(tables.accounts.num_rows, tables.stream_rows.num_rows, tables.values.num_rows),
            said=tables.bounded,
        )


@pytest.fixture(scope="module")
def everything(world: Path) -> Seen:
    return _run(world, None)


def test_below_the_bounds_nothing_changes(world: Path, everything: Seen) -> None:
    accounts, rows, values = everything.sizes
    just = Bounds(accounts=accounts, stream_rows=rows, values=values)
    assert everything.groups
    assert _run(world, just) == everything


def test_keys_are_joined_to_the_same_streams_elsewhere(
    world: Path, everything: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    assert _run(world, Bounds(keys=0)) == everything
    assert "spark.driver_keys (0)" in caplog.text


def test_values_that_can_link_nobody_stay_away_and_change_nothing(
    world: Path, everything: Seen, caplog: pytest.LogCaptureFixture
) -> None:
    seen = _run(world, Bounds(values=everything.sizes[2] - 1))
    assert seen.groups == everything.groups
    assert seen.sizes[:2] == everything.sizes[:2]
    assert seen.sizes[2] < everything.sizes[2] / 2
    assert len(seen.said) == 1
    assert seen.said[0] in caplog.text


@pytest.mark.parametrize(
    ("bounds", "setting"),
    [
        (Bounds(accounts=350), "spark.judged_accounts allows 350"),
        (Bounds(stream_rows=4_000), "spark.judged_stream_rows allows 4,000"),
        (Bounds(values=700), "spark.judged_values allows 700"),
    ],
    ids=["accounts", "rows", "values"],
)
def test_beyond_a_bound_the_strongest_leads_and_a_sample_are_judged(
    world: Path, everything: Seen, bounds: Bounds, setting: str
) -> None:
    seen = _run(world, bounds)
    most = (bounds.accounts, bounds.stream_rows, bounds.values)
    assert all(n <= m for n, m in zip(seen.sizes, most, strict=True))
    assert seen.sizes < everything.sizes
    assert any(setting in sentence for sentence in seen.said)
    # the planted campaign is still seen, of the accounts that are left
    campaign = everything.groups[0][1]
    assert everything.groups[0][0] > 0.9
    assert any(p > 0.7 and len(g & campaign) > 0.5 * len(g) for p, g in seen.groups)


def test_the_same_customers_are_judged_every_time(world: Path) -> None:
    assert _run(world, Bounds(accounts=350)) == _run(world, Bounds(accounts=350))


@pytest.mark.parametrize("most", [60, 300])
def test_too_large_a_component_loses_its_weakest_ties_until_it_fits(
    world: Path, most: int, caplog: pytest.LogCaptureFixture
) -> None:
    with _folded(world, Bounds(component_spokes=most)) as tables:
        tables.hubs = hubs(tables, np.zeros(tables.streams.num_rows))
        for view in VIEWS:
            left = fitting(tables, view)
            seen = np.isin(left.kind, sorted(view.kinds))
            assert _largest(left, seen, tables.accounts.num_rows) <= most
            before = np.isin(tables.hubs.kind, sorted(view.kinds))
            assert left.bits[seen].sum() > 0.05 * tables.hubs.bits[before].sum()
        assert f"spark.component_spokes ({most})" in caplog.text
        assert len(tables.bounded) == caplog.text.count("component_spokes")


def test_what_goes_is_the_weak_bridge_between_two_crews() -> None:
    strong = [(0, (0, 1, 2)), (1, (1, 2, 3)), (2, (4, 5, 6)), (3, (5, 6, 7))]
    spokes = [(hub, account) for hub, members in [*strong, (4, (3, 4))] for account in members]
    every = Hubs(
        hub=np.array([h for h, _ in spokes]),
        account=np.array([a for _, a in spokes]),
        kind=np.array(["payment"] * 4 + ["client_ip"]),
        bits=np.array([8.0, 8.0, 8.0, 8.0, 1.5]),
        stream=np.full(5, -1),
    )
    seen = np.ones(5, bool)
    with DuckDB(memory="512MB") as engine:
        assert weakest(every, seen, engine, most=14).tolist() == []
        assert weakest(every, seen, engine, most=13).tolist() == [4]
        assert weakest(every, seen, engine, most=2).tolist() == [0, 1, 2, 3, 4]


def test_a_component_that_fits_is_searched_as_ever(world: Path) -> None:
    with _folded(world, Bounds()) as tables:
        tables.hubs = hubs(tables, np.zeros(tables.streams.num_rows))
        view = VIEWS[0]
        seen = np.isin(tables.hubs.kind, sorted(view.kinds))
        count = tables.accounts.num_rows
        largest = _largest(tables.hubs, seen, count)
        whole = communities(fitting(tables, view), count, view)
        assert (whole == communities(tables.hubs, count, view)).all()
    # all of the view is more than the bound, each of its components is not
    assert seen[tables.hubs.hub].sum() > largest
    with _folded(world, Bounds(component_spokes=largest)) as tables:
        tables.hubs = hubs(tables, np.zeros(tables.streams.num_rows))
        assert (communities(fitting(tables, view), count, view) == whole).all()
        assert tables.bounded == []


def _largest(every: Hubs, seen: npt.NDArray[np.bool_], accounts: int) -> int:
    """Spokes of the largest connected component."""
    spoke = seen[every.hub]
    account, hub = every.account[spoke], every.hub[spoke]
    size = accounts + len(every.bits)
    graph = coo_array((np.ones(len(hub)), (account, accounts + hub)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return int(np.bincount(label[account], minlength=1).max())
