"""The second pass: each slot of time is rendered block by block and written as Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.schema import EXCHANGE
from stillwatch.sim.plan import Table
from stillwatch.sim.render import render
from stillwatch.sim.spill import Spill
from stillwatch.sim.what.lexicon import Lexicon

__all__ = ["Written", "truth_of", "write_slot"]

_BLOCK = 16_384
_PLAIN = {
    "exchange_id", "started_at", "duration_ms", "ttft_ms", "prompt_text", "response_text",
    "reasoning_text", "session_id",
}  # fmt: skip
_DICTIONARY = [n for n in EXCHANGE.names if n not in _PLAIN and "digests" not in n]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is kept of a written slot: the keys for the truth."""

    uid: npt.NDArray[np.uint64]
    campaign: npt.NDArray[np.int16]
    extraction: npt.NDArray[np.bool_]


def write_slot(folder: Path, spill: Spill, slot: int, lexicon: Lexicon, people: Table) -> Written:
    """Render and write one slot of time; a slot never reaches over midnight.

    Args:
        folder: The `exchanges` folder.
        spill: Planned rows.
        slot: Number of the slot.
        lexicon: Texts.
        people: PERSON of all accounts.
    """
    rows = spill.read(slot)
    date = datetime.fromtimestamp(int(rows["at"][0]) / 1e6, tz=UTC).date()
    home = folder / f"day={date.isoformat()}"
    home.mkdir(parents=True, exist_ok=True)
    with _writer(home / f"part-{slot:05d}.parquet") as writer:
        for at in range(0, len(rows), _BLOCK):
            block = render(lexicon, rows[at : at + _BLOCK], people)
            writer.write_batch(block, row_group_size=_BLOCK)
    return Written(
        uid=rows["uid"].copy(),
        campaign=rows["campaign"].copy(),
        extraction=rows["extraction"].copy(),
    )


def _writer(path: Path) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        EXCHANGE,
        compression="zstd",
        compression_level=1,
        use_dictionary=_DICTIONARY,
        write_statistics=["started_at", "account_id"],
    )


def truth_of(written: Written, ids: pa.Array, campaigns: list[str]) -> pa.Table:
    """Which exchanges of a slot belong to a campaign, and which of them harvest."""
    names = pa.array([*campaigns, None], pa.string())
    return pa.table(
        {
            "exchange_id": ids,
            "campaign": names.take(pa.array(written.campaign.astype(np.int64) % len(names))),
            "extraction": pa.array(written.extraction),
        }
    )
