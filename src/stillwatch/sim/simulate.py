"""Simulate a world into a folder of Parquet files, its truth apart."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.schema import MODEL_RELEASE
from stillwatch.sim.accounts import account_table, true_accounts
from stillwatch.sim.catalogue import build_lexicon
from stillwatch.sim.encode import keys
from stillwatch.sim.measure import issued_only
from stillwatch.sim.plan import Table
from stillwatch.sim.planning import kind_names, plan
from stillwatch.sim.render import MODELS
from stillwatch.sim.spill import Spill
from stillwatch.sim.traces import read_traces
from stillwatch.sim.truth import Tally, campaign_names, true_campaigns
from stillwatch.sim.what.lexicon import Lexicon
from stillwatch.sim.who.people import DAY
from stillwatch.sim.world import World
from stillwatch.sim.writing import Written, truth_of, write_slot

__all__ = ["Summary", "simulate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written.

    Attributes:
        folder: Where.
        accounts: Rows of accounts.parquet.
        exchanges: Rows under exchanges/.
        extraction: Exchanges that serve a campaign.
        campaigns: Campaigns.
        seconds: Wall time.
    """

    folder: Path
    accounts: int
    exchanges: int
    extraction: int
    campaigns: int
    seconds: float


def simulate(world: World, out: Path, *, workers: int | None = None) -> Summary:
    """Write a world: `exchanges/day=…/part-*.parquet`, `accounts`, `releases`, and `truth/`.

    Memory holds the accounts, a slot of plan rows and a block of text for each worker. The files
    depend on the world alone, not on the number of workers.

    Args:
        world: What to simulate.
        out: Folder; made if missing.
        workers: Threads; null: as many as processors.

    Raises:
        FileExistsError: If the folder already holds exchanges.
    """
    began = time.perf_counter()
    out = Path(out)
    if (out / "exchanges").exists():
        message = f"{out} already holds exchanges; name an empty folder or remove it"
        raise FileExistsError(message)
    (out / "truth").mkdir(parents=True, exist_ok=True)
    lexicon = build_lexicon(world.corpora)
    spill = Spill(out / ".plan", world.window(), world.exchanges)
    try:
        people, tally = _plan(world, lexicon, spill)
        exchanges = _write(
            out,
            spill,
            lexicon,
            people,
            names=campaign_names(world),
            workers=workers or os.cpu_count() or 1,
        )
    finally:
        spill.close()
    _tables(world, out, people, tally)
    return Summary(
        folder=out,
        accounts=len(people),
        exchanges=exchanges,
        extraction=int(tally.harvested.sum()),
        campaigns=len(world.campaigns),
        seconds=time.perf_counter() - began,
    )


def _plan(world: World, lexicon: Lexicon, spill: Spill) -> tuple[Table, Tally]:
    everybody: list[Table] = []
    tally = Tally(len(world.campaigns))
    count = 0
    for batch in plan(world, lexicon, read_traces(world.traces)):
        issued_only(batch)
        batch.rows["account"] += count
        rows = spill.add(batch.rows)
        tally.add(rows, count, len(batch.people))
        _exist_before_use(batch.people, rows, count)
        count += len(batch.people)
        everybody.append(batch.people)
    return np.concatenate(everybody), tally


def _exist_before_use(people: Table, rows: Table, shift: int) -> None:
    """No account is younger than its first exchange."""
    first = np.full(len(people), np.iinfo(np.int64).max)
    np.minimum.at(first, rows["account"] - shift, rows["at"])
    people["created"] = np.minimum(people["created"], first - 5_000_000)


def _write(
    out: Path,
    spill: Spill,
    lexicon: Lexicon,
    people: Table,
    *,
    names: list[str],
    workers: int,
) -> int:
    schema = pa.schema(
        [("exchange_id", pa.string()), ("campaign", pa.string()), ("extraction", pa.bool_())]
    )
    total = 0

    def one(slot: int) -> Written:
        return write_slot(out / "exchanges", spill, slot, lexicon, people)

    truth = pq.ParquetWriter(out / "truth" / "exchanges.parquet", schema, compression="zstd")
    with truth, ThreadPoolExecutor(workers) as pool:
        slots = iter(spill.slots())
        waiting = [pool.submit(one, s) for s in islice(slots, workers + 1)]
        while waiting:
            written = waiting.pop(0).result()
            truth.write_table(truth_of(written, keys("ex_", written.uid), names))
            total += len(written.uid)
            waiting += [pool.submit(one, s) for s in islice(slots, 1)]
    return total


def _tables(world: World, out: Path, people: Table, tally: Tally) -> None:
    names = campaign_names(world)
    pq.write_table(account_table(people), out / "accounts.parquet", compression="zstd")
    truth = true_accounts(people, kind_names(), names, tally.sent, tally.harvested)
    pq.write_table(truth, out / "truth" / "accounts.parquet", compression="zstd")
    pq.write_table(
        true_campaigns(world, people, tally),
        out / "truth" / "campaigns.parquet",
        compression="zstd",
    )
    first = world.window()[0]
    ages = np.array([400, 320, 250, 700, 0], np.int64) * DAY
    released: npt.NDArray[np.int64] = first - ages
    released[-1] = world.release()
    table = pa.table([pa.array(MODELS), pa.array(released).cast(MODEL_RELEASE.field(1).type)],
                     schema=MODEL_RELEASE)  # fmt: skip
    pq.write_table(table, out / "releases.parquet", compression="zstd")
