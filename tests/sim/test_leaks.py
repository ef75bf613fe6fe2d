"""No label leaks through ids, nulls, order or formats: a decision tree on them must find chance."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from stillwatch.sim import World, mixed, simulate

ensemble = pytest.importorskip("sklearn.tree")
metrics = pytest.importorskip("sklearn.metrics")
selection = pytest.importorskip("sklearn.model_selection")

# What an account does decides whether these are null; that is behaviour, not bookkeeping.
BEHAVIOUR = {
    "system_text",
    "history_digests",
    "reasoning_in",
    "reasoning_out",
    "tool_names",
    "image_digests",
    "refusal_category",
    "program",
    "end_user_id",
}
CHANCE = (0.42, 0.58)


@pytest.fixture(scope="module", params=["published", "evasive", "nasty"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp(request.param)
    small = World(accounts=4000, exchanges=60_000, days=12, seed=3)
    simulate(mixed(small, evasion=request.param, count=14), out)
    return out


def _shape(values: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Length, digits of an id as numbers, and whether its pattern is the usual one."""
    texts = values.to_pylist()
    digits = np.array([[int(c, 16) for c in (t or "_0000000000")[-8:]] for t in texts], float)
    shapes = [re.sub("[0-9a-f]", "h", t or "") for t in texts]
    usual = max(set(shapes), key=shapes.count)
    odd = np.array([[len(t or ""), s == usual] for t, s in zip(texts, shapes, strict=True)], float)
    return np.hstack([digits, odd])


def _nulls(table: pa.Table) -> npt.NDArray[np.float64]:
    names = [n for n in table.column_names if n not in BEHAVIOUR]
    return np.stack([pc.is_null(table[n]).to_numpy().astype(float) for n in names], axis=1)


def _fraction(at: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    micros = at.cast(pa.int64()).to_numpy()
    return np.stack([micros % 10, micros % 1000, micros % 1_000_000], axis=1).astype(float)


def _auc(
    features: npt.NDArray[np.float64], label: npt.NDArray[np.bool_], group: npt.NDArray[np.int64]
) -> float:
    tree = ensemble.DecisionTreeClassifier(max_depth=5, min_samples_leaf=40, random_state=0)
    folds = selection.GroupKFold(n_splits=4)
    guess = selection.cross_val_predict(
        tree, features, label, groups=group, cv=folds, method="predict_proba"
    )[:, 1]
    return float(metrics.roc_auc_score(label, guess))


def test_account_rows_tell_nothing_by_id_null_order_or_format(folder: Path) -> None:
    table = pq.read_table(folder / "accounts.parquet")
    truth = pq.read_table(folder / "truth" / "accounts.parquet")
    assert table["account_id"].equals(truth["account_id"])
    label = pc.equal(truth["role"], "member").to_numpy()
    order = np.arange(len(label))[:, None].astype(float)
    features = np.hstack(
        [order, _shape(table["account_id"]), _nulls(table), _fraction(table["created_at"])]
    )
    assert CHANCE[0] < _auc(features, label, np.arange(len(label))) < CHANCE[1]


def _exchanges(folder: Path) -> tuple[pa.Table, npt.NDArray[np.bool_]]:
    """All exchanges in the order of their ids, and which of them harvest."""
    table = ds.dataset(folder / "exchanges", format="parquet").to_table().sort_by("exchange_id")
    truth = pq.read_table(folder / "truth" / "exchanges.parquet").sort_by("exchange_id")
    return table, truth["extraction"].to_numpy()


def test_ids_and_formats_of_exchanges_tell_nothing(folder: Path) -> None:
    table, label = _exchanges(folder)
    session = pc.dictionary_encode(table["session_id"]).combine_chunks().indices.to_numpy()
    features = np.hstack(
        [
            _shape(table["exchange_id"]),
            _shape(table["session_id"]),
            _fraction(table["started_at"]),
            (table["duration_ms"].to_numpy()[:, None] * 1000) % 10 // 1,
        ]
    )
    assert 0.45 < _auc(features, label, session) < 0.55


def test_null_patterns_of_exchanges_tell_nothing(folder: Path) -> None:
    table, label = _exchanges(folder)
    account = pc.dictionary_encode(table["account_id"]).combine_chunks().indices.to_numpy()
    first = np.lexsort((~label, account))  # an account's harvest before its other exchanges
    one = first[np.diff(account[first], prepend=-1) > 0]  # settings are an account's: one row each
    features = _nulls(table.take(pa.array(one)))
    assert CHANCE[0] < _auc(features, label[one], np.arange(len(one))) < CHANCE[1]


def test_the_order_of_rows_is_their_time_and_nothing_else(folder: Path) -> None:
    for path in (folder / "exchanges").glob("*/*.parquet"):
        at = pq.read_table(path, columns=["started_at"])["started_at"].cast(pa.int64()).to_numpy()
        assert (np.diff(at) >= 0).all()


def test_no_file_outside_the_truth_names_a_campaign(folder: Path) -> None:
    for path in folder.rglob("*.parquet"):
        if "truth" not in path.parts:
            assert not {"campaign", "extraction", "role", "kind"} & set(pq.read_schema(path).names)
