"""How fast text is read, a core: rows/s and MB/s, beside a copy of the same bytes.

    python benchmarks/read_kernels.py [--megabytes 64] [--threads 2]

Prompts are drawn from a few recurring templates with varying words, a fifth of them Chinese and
Russian, 1.2 kB of text an exchange in the mean; nothing is read from disk or network.
"""

from __future__ import annotations

import argparse
import datetime as dt
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from stillwatch.read import columns as parts
from stillwatch.read import read, read_batches
from stillwatch.read.buffers import spans
from stillwatch.read.digests import digest_strings

WORDS = np.array(  # split at spaces: quotes and newlines stay inside a word
    [
        "the",
        "of",
        "and",
        "model",
        "please",
        "write",
        "answer",
        "question",
        "data",
        "reason",
        "function",
        "value",
        "table",
        "between",
        "2048",
        "given",
        "following",
        "explain",
        "system",
        "account",
        "analysis",
        "(x)",
        "response",
        "better",
        "because",
        "under",
        "several",
        "would",
        "context,",
        "summary.",
        "report\n",
        "city",
        "17",
        "growth",
        "market",
        "policy",
        '"quoted',
        'words"',
        "think",
    ]
)
OTHER = np.array("数据 分析 你好 世界 问题 回答 система ответ вопрос данные почему модель".split())  # noqa: SIM905
TEXTS = ("system_text", "prompt_text", "response_text", "reasoning_text")


def text(rng: np.random.Generator, words: int) -> str:
    """So many random words, one text in five not in Latin script."""
    pool = OTHER if rng.random() < 0.2 else WORDS  # noqa: PLR2004 - one in five
    return " ".join(rng.choice(pool, max(1, words)))


def world(rows: int, seed: int) -> pa.RecordBatch:
    """A batch of exchanges: prompt 600 bytes, answer 500, system 100, in the mean."""
    rng = np.random.default_rng(seed)
    prompts = [text(rng, int(n)) for n in rng.exponential(95, rows)]
    answers = [text(rng, int(n)) for n in rng.exponential(80, rows)]
    systems = [text(rng, 16) for _ in range(50)]
    return pa.record_batch(
        {
            "exchange_id": [f"exchange-{seed}-{i:08d}" for i in range(rows)],
            "started_at": pa.array(
                [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)] * rows, pa.timestamp("us", "UTC")
            ),
            "account_id": [f"account-{i % 997:06d}" for i in range(rows)],
            "system_text": [systems[i % 50] for i in range(rows)],
            "prompt_text": prompts,
            "response_text": answers,
        }
    )


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Processor time of a callable, the best of a few runs; other load hardly counts."""
    best = float("inf")
    for _ in range(times):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    rows = 4096
    batch = world(rows, 0)
    size = sum(batch.column(n).nbytes for n in TEXTS if n in batch.schema.names)
    repeats = max(1, options.megabytes * 1_000_000 // size)
    print(f"{rows} rows a batch, {size / rows:.0f} bytes of text a row, {repeats} batches")
    read(batch)
    for name, work in (
        ("prompts", lambda: parts._prompts(batch["prompt_text"])),  # noqa: SLF001
        ("systems", lambda: parts._systems(batch["system_text"])),  # noqa: SLF001
        ("answers", lambda: parts._answers(batch["response_text"], pa.nulls(rows, pa.string()))),  # noqa: SLF001
        ("ids", lambda: digest_strings(batch["exchange_id"])),
    ):
        taken = seconds(work)
        column = {"prompts": "prompt_text", "systems": "system_text", "answers": "response_text"}
        bytes_ = batch[column.get(name, "exchange_id")].nbytes
        print(f"{name:>10}: {bytes_ / taken / 1e6:8.0f} MB/s {rows / taken:12,.0f} rows/s")
    whole = seconds(lambda: [read(batch) for _ in range(repeats)], 2)
    print(
        f"{'read':>10}: {size * repeats / whole / 1e6:8.0f} MB/s a core "
        f"{rows * repeats / whole:12,.0f} rows/s"
    )
    begun = time.perf_counter()
    for _ in read_batches([batch] * repeats, options.threads):
        pass
    pooled = time.perf_counter() - begun
    print(f"{options.threads} threads : {size * repeats / pooled / 1e6:8.0f} MB/s by the clock")
    data = spans(batch["prompt_text"]).data
    data = np.tile(data, max(1, 256_000_000 // data.size))
    copied = seconds(data.copy)
    print(f"{'copy':>10}: {data.size / copied / 1e6:8.0f} MB/s (numpy, the limit of this machine)")


if __name__ == "__main__":
    main()
