"""Sign-up batches: accounts created close in time that also look alike on paper.

A burst of sign-ups is honest (a launch, a class) and so is a popular mail domain; a value that is
far more common inside one short window than its own rate and the window's allow is a batch. Under
independence the count of (value, window) is Poisson with mean n_value · n_window / n.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from stillwatch.engine import Engine
from stillwatch.rollup.rows import pairs

__all__ = ["cohorts"]

_WINDOW_US = 6 * 3_600_000_000
_VALUES = ("email_shape", "email_domain", "payment_bin", "signup_net", "signup_asn")
_LEAST = 4
_SURPRISE = 1e-6


def cohorts(engine: Engine) -> pa.Table:
    """Rows (value, account, lift_bits): account belongs to batch `value`.

    `lift_bits` is log2 of observed over expected size of the batch.
    """
    facts = engine.fetch(
        f"""SELECT f.account, a.party, epoch_us(f.created_at) AS created_us,
                   {", ".join(f"f.{v}" for v in _VALUES)}
            FROM fact f JOIN account a USING (account)
            WHERE f.created_at IS NOT NULL ORDER BY f.account"""
    )
    account = facts["account"].to_numpy()
    party = facts["party"].to_numpy()
    window = facts["created_us"].to_numpy() // _WINDOW_US if len(account) else np.empty(0, np.int64)
    found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]] = []
    for number, name in enumerate(_VALUES):
        column = facts[name].combine_chunks()
        known = np.asarray(column.is_valid())
        if known.sum() >= _LEAST:
            value = np.asarray(column.drop_null().to_numpy(zero_copy_only=False)).astype(np.int64)
            found.append(_batches(number, value, window[known], account[known], party[known]))
    parts = list(zip(*found, strict=True)) if found else [(), (), ()]
    empty = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    joined = [np.concatenate(p) if p else e for p, e in zip(parts, empty, strict=True)]
    return pa.table({"value": joined[0], "account": joined[1], "lift_bits": joined[2]})


def _batches(
    number: int,
    value: npt.NDArray[np.int64],
    window: npt.NDArray[np.int64],
    account: npt.NDArray[np.int64],
    party: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    _, v = np.unique(value, return_inverse=True)
    _, w = np.unique(window, return_inverse=True)
    cell = v.astype(np.int64) * (w.max() + 1) + w
    cells, c = np.unique(cell, return_inverse=True)
    observed = np.bincount(c).astype(float)
    _, p = np.unique(party, return_inverse=True)
    shown, _ = pairs(c, p)
    parties = np.bincount(shown, minlength=len(cells))
    n_value = np.bincount(v)[(cells // (w.max() + 1))]
    n_window = np.bincount(w)[(cells % (w.max() + 1))]
    # leave the batch itself out of its own expectation
    rest = np.maximum(len(value) - observed, 1.0)
    expected = np.maximum((n_value - observed + 0.5) * (n_window - observed + 0.5) / rest, 1e-9)
    odd = (parties >= _LEAST) & (stats.poisson.sf(observed - 1, expected) < _SURPRISE)
    inside = odd[c]
    name = cells[c[inside]] * len(_VALUES) + number
    lift = np.log2(observed / expected)[c[inside]]
    return name.astype(np.int64), account[inside], lift
