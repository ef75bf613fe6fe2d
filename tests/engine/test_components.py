"""Connected components by SQL are those that SciPy finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.engine import DuckDB, Engine
from stillwatch.engine.components import components

Edges = npt.NDArray[np.int64]


def roots(engine: Engine, edges: Edges, nodes: int) -> npt.NDArray[np.int64]:
    """The least node of each node's component, by the engine."""
    engine.attach("edge", pa.table({"a": edges[:, 0], "b": edges[:, 1]}))
    components(engine, "found", "SELECT a, b FROM edge")
    rows = engine.fetch("SELECT node, root FROM found ORDER BY node")
    root = np.arange(nodes)
    root[rows["node"].to_numpy()] = rows["root"].to_numpy()
    return root


def expected(edges: Edges, nodes: int) -> npt.NDArray[np.int64]:
    """The same by SciPy."""
    ones = np.ones(len(edges))
    _, label = connected_components(coo_array((ones, edges.T), shape=(nodes, nodes)))
    least = np.full(label.max() + 1, nodes)
    np.minimum.at(least, label, np.arange(nodes))
    return least[label]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDB]:
    with DuckDB(memory="512MiB", folder=tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("seed", range(4))
def test_components_of_random_graphs_are_those_of_scipy(engine: DuckDB, seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, 400, (180 + 60 * seed, 2))
    assert roots(engine, edges, 400).tolist() == expected(edges, 400).tolist()


def test_a_path_of_hundreds_is_one_component_after_few_rounds(engine: DuckDB) -> None:
    names = np.random.default_rng(9).permutation(600)
    edges = np.stack([names[:-1], names[1:]], axis=1)
    engine.attach("edge", pa.table({"a": edges[:, 0], "b": edges[:, 1]}))
    rounds = components(engine, "found", "SELECT a, b FROM edge")
    assert engine.fetch("SELECT DISTINCT root FROM found")["root"].to_pylist() == [0]
    assert rounds < 20


def test_a_graph_without_edges_has_no_rows(engine: DuckDB) -> None:
    none = np.empty((0, 2), np.int64)
    assert roots(engine, none, 3).tolist() == [0, 1, 2]


def test_names_may_be_any_digest(engine: DuckDB) -> None:
    edges = np.array([[-(2**62), 2**62], [2**62, 7], [9, 9]], np.int64)
    engine.attach("edge", pa.table({"a": edges[:, 0], "b": edges[:, 1]}))
    components(engine, "found", "SELECT a, b FROM edge")
    rows = engine.fetch("SELECT node, root FROM found ORDER BY node").to_pylist()
    assert rows == [{"node": 7, "root": -(2**62)}, {"node": 2**62, "root": -(2**62)}]
