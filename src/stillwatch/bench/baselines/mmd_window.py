"""How far a window of an account's prompts lies from everybody's (maximum mean discrepancy)."""

from __future__ import annotations

import numpy as np

from stillwatch.bench.baselines.base import Baseline, Floats
from stillwatch.rollup import Tables
from stillwatch.schema import DIMENSIONS

__all__ = ["BASELINE", "mmd"]

_WINDOW = 100  # prompts of an account; the paper's windows hold up to 1,500
_LEAST = 20
_REFERENCE = 400
_WIDTHS = (0.25, 0.5, 1.0, 2.0)  # of the median distance
_NULLS = 60


def mmd(window: Floats, reference: Floats, scale: float) -> float:
    """Unbiased squared MMD of two samples, mean over four Gaussian kernels.

    Args:
        window: Rows of one sample.
        reference: Rows of the other.
        scale: Median squared distance, to which the kernel widths are relative.
    """
    return float(
        _kernel(window, window, scale, own=True)
        + _kernel(reference, reference, scale, own=True)
        - 2 * _kernel(window, reference, scale, own=False)
    )


def _kernel(a: Floats, b: Floats, scale: float, *, own: bool) -> float:
    square = _distances(a, b)
    value = np.zeros_like(square)
    for width in _WIDTHS:
        value += np.exp(-square / (2 * width * scale))
    value /= len(_WIDTHS)
    if own:
        return float((value.sum() - np.trace(value)) / (len(a) * (len(a) - 1)))
    return float(value.mean())


def _distances(a: Floats, b: Floats) -> Floats:
    square: Floats = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.maximum(square, 0.0)


def _score(tables: Tables) -> Floats:
    """Standardised by what windows of the same size drawn from everybody's prompts give."""
    columns = ", ".join(f"CAST(e{i:02d} AS DOUBLE) AS e{i:02d}" for i in range(DIMENSIONS))
    rows = tables.engine.fetch(
        f"""SELECT account, {columns} FROM (
              SELECT *, row_number() OVER (PARTITION BY account ORDER BY exchange) AS place
              FROM reading WHERE e_square IS NOT NULL) WHERE place <= {_WINDOW}
            ORDER BY account, place"""
    ).combine_chunks()
    score = np.full(tables.accounts.num_rows, np.nan)
    if not rows.num_rows:
        return score
    sketch = np.stack([rows[f"e{i:02d}"].to_numpy() for i in range(DIMENSIONS)], axis=1)
    sketch /= np.maximum(np.linalg.norm(sketch, axis=1, keepdims=True), 1e-12)
    account = tables.place(rows["account"])
    rng = np.random.default_rng(0)
    reference = sketch[rng.integers(0, len(sketch), _REFERENCE)]
    scale = float(np.median(_distances(reference, reference)))
    spread: dict[int, tuple[float, float]] = {}
    starts = np.flatnonzero(np.diff(account, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(account)], strict=True):
        if end - start < _LEAST:
            continue
        size = (end - start) // _LEAST * _LEAST
        if size not in spread:
            null = [mmd(sketch[rng.integers(0, len(sketch), size)], reference, scale)
                    for _ in range(_NULLS)]  # fmt: skip
            spread[size] = (float(np.mean(null)), float(np.std(null)))
        mean, width = spread[size]
        found = mmd(sketch[start : start + size], reference, scale)
        score[account[start]] = (found - mean) / max(width, 1e-12)
    return score


BASELINE = Baseline(
    name="mmd_window",
    meaning="Flags the accounts whose prompts are distributed least like everybody's.",
    source="arXiv 2606.05725, from the paper; our 16-dimensional sketch in place of its text"
    " encoder, and unlabelled traffic in place of a benign reference.",
    score=_score,
)
