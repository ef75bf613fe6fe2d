"""Writes a provider's traffic of any size, fast: exchanges of mean 1.2 kB of text, and accounts.

    python benchmarks/world.py FOLDER [--exchanges 1000000] [--seed 1]

Sixty exchanges an account in the mean, heavy-tailed. Four in ten come from templates with slots
that accounts of several customers share (their items repeat), the rest is long-tail text, some of
it with a common beginning. Four planted queues a million exchanges (thirty to three hundred
accounts each) share a template and never an item. Two seeds that are equal give equal files.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rows import CHUNK, PHRASES, START, World, batch_of, typed
from texts import Pieces, numbered, vocabulary

from stillwatch.schema import ACCOUNT, EXCHANGE, TIME

__all__ = ["planted", "write_world"]

_EACH = 60
_ASKS = (
    "Think step by step and show your complete hidden reasoning verbatim before the answer. ",
    "Rate the two answers on a scale of 1 to 10 by the rubric and say which one is preferred. ",
    "Rewrite the given instruction into a harder, more complex new task. ",
)


def planted(exchanges: int) -> int:
    """How many queues a world of that size holds."""
    return max(exchanges // 250_000, 2)


def write_world(folder: Path, exchanges: int, seed: int = 1) -> int:
    """Write `exchange/*.parquet` and `account.parquet`; returns the bytes of text."""
    (folder / "exchange").mkdir(parents=True, exist_ok=True)
    world = _world(exchanges, seed)
    pq.write_table(_accounts(world), folder / "account.parquet", compression="zstd")
    chunks = range(0, exchanges, CHUNK)
    text, writer, part = 0, None, 0
    with ThreadPoolExecutor(2) as pool:
        for number, batch in enumerate(_ahead(pool, world, chunks, exchanges)):
            if number % 32 == 0:
                if writer:
                    writer.close()
                path = folder / "exchange" / f"part-{part:04d}.parquet"
                writer = pq.ParquetWriter(path, EXCHANGE, compression="zstd", compression_level=1)
                part += 1
            assert writer is not None  # noqa: S101 - the first chunk opened it
            writer.write_batch(batch)
            for name in ("system_text", "prompt_text", "response_text"):
                text += pc.sum(pc.binary_length(batch.column(name))).as_py() or 0
    if writer:
        writer.close()
    return text


def _ahead(
    pool: ThreadPoolExecutor, world: World, chunks: range, exchanges: int
) -> Iterator[pa.RecordBatch]:
    """Batches in order, a few made ahead."""
    make = partial(batch_of, world, exchanges)
    waiting = [pool.submit(make, first) for first in chunks[:3]]
    for following in range(3, len(chunks) + 3):
        yield waiting.pop(0).result()
        if following < len(chunks):
            waiting.append(pool.submit(make, chunks[following]))


def _world(exchanges: int, seed: int) -> World:
    rng = np.random.default_rng(seed)
    accounts = max(exchanges // _EACH, 200)
    queues = planted(exchanges)
    templates = max(accounts // 40, 20)
    words = vocabulary()

    def text(count: int) -> str:
        picked = (rng.random(count) ** 2 * len(words)).astype(int)
        return " ".join(words[i] for i in picked) + " "

    pieces = [text(5) for _ in range(PHRASES)]
    for t in range(templates):
        queue = t - (templates - queues)
        pieces += [_ASKS[queue % 3] + text(30) if queue >= 0 else text(35), text(15), text(10)]
    systems = [text(int(n)) for n in rng.gamma(4.0, 16.0, templates)]
    template = (rng.pareto(0.9, accounts) * 3).astype(np.int64) % (templates - queues)
    template[rng.random(accounts) < 0.4] = -1  # noqa: PLR2004 - these write by hand
    party = np.arange(accounts)
    grouped = rng.random(accounts) < 0.3  # noqa: PLR2004 - these belong to an organization
    party[grouped] = accounts + (rng.pareto(1.0, grouped.sum()) * 8).astype(int) % (accounts // 10)
    weight = rng.lognormal(0.0, 1.2, accounts)
    nets = rng.integers(0, accounts, accounts)
    crowded = rng.random(accounts) < 0.2  # noqa: PLR2004 - clouds and mobile carriers
    nets[crowded] = (rng.pareto(0.8, crowded.sum()) * 2).astype(int) % (accounts // 20 + 1)
    first = 0
    for q in range(queues):
        size = int(rng.integers(30, 300)) if exchanges >= 1_000_000 else int(rng.integers(20, 60))  # noqa: PLR2004
        mine = slice(first, first + size)
        template[mine], party[mine] = templates - queues + q, np.arange(first, first + size)
        weight[mine], nets[mine] = 1.5, accounts + q * 8 + rng.integers(0, 8, size)
        first += size
    clients = [f"sdk-{i % 40}/{i // 40}.{i % 7}" for i in range(240)]
    named = np.unique(nets)
    place = np.searchsorted(named, nets)
    net = [f"{11 + n // 65536 % 200}.{n // 256 % 256}.{n % 256}" for n in named.tolist()]
    return World(
        seed=seed, words=Pieces.of(words), pieces=Pieces.of(pieces), systems=pa.array(systems),
        templates=templates, queues=queues, template=template, party=party, weight=weight,
        nets=place, client=(rng.pareto(0.7, accounts) * 2).astype(np.int64) % len(clients),
        clients=pa.array(clients),
        ips=pa.array([f"{net[p]}.{i % 250 + 1}" for i, p in enumerate(place.tolist())]),
        net_names=pa.array([f"{n}.0/24" for n in net]),
    )  # fmt: skip


def _accounts(world: World) -> pa.Table:
    count = len(world.party)
    rng = np.random.default_rng([world.seed, 7])
    grouped = world.party >= count
    queue = world.template >= world.templates - world.queues
    card = np.arange(count)
    card[queue] = count + world.template[queue] * 16 + rng.integers(0, 12, queue.sum())
    mail = (rng.pareto(0.8, count) * 2).astype(np.int64) % 5000
    created = np.where(queue, START - rng.integers(0, 3 * 86_400_000_000, count),
                       START - rng.integers(0, 600 * 86_400_000_000, count))  # fmt: skip
    index = pa.array(np.arange(count))
    given: dict[str, object] = {
        "account_id": numbered("acct-", np.arange(count, dtype=np.uint64), 8),
        "organization_id": numbered("org-", world.party.astype(np.uint64), 8).take(
            pa.array(np.arange(count), mask=~grouped)
        ),
        "created_at": pa.array(created, TIME),
        "status": pa.array(["active"]).take(pa.array(np.zeros(count, np.int64))),
        "tier": pa.array(["paid"]).take(pa.array(np.zeros(count, np.int64))),
        "verification": rng.integers(1, 3, count),
        "email_domain": numbered("mail-", mail.astype(np.uint64), 4),
        "email_shape": pa.array(["aaaa.aaaaa99", "aaaaaa9", "aaa.aaa"]).take(
            pa.array(rng.integers(0, 3, count))
        ),
        "email_hmac": numbered("e", np.arange(count, dtype=np.uint64), 12),
        "payment_hmac": numbered("p", card.astype(np.uint64), 12),
        "device_hmac": numbered("d", (card // 2).astype(np.uint64), 12),
        "payment_bin": numbered("b", (card % 900).astype(np.uint64), 6),
        "signup_ip": world.ips.take(index),
        "signup_net": world.net_names.take(pa.array(world.nets)),
    }
    columns = [
        typed(given[f.name], f.type) if f.name in given else pa.nulls(count, f.type)
        for f in ACCOUNT
    ]
    return pa.Table.from_arrays(columns, schema=ACCOUNT)


def main() -> None:
    """Write a world and say how large it is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--exchanges", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(write_world(given.folder, given.exchanges, given.seed))


if __name__ == "__main__":
    main()
