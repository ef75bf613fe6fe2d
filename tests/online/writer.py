"""A writer for the tests to kill: it goes on where its acknowledgements end."""

from __future__ import annotations

from multiprocessing.synchronize import Event
from pathlib import Path

import pyarrow.parquet as pq

from stillwatch.pipeline.online.history import History
from stillwatch.schema import READING
from stillwatch.settings import Online

EACH = 7


def run(folder: Path, source: Path, acknowledged: Path, ready: Event) -> None:
    """Write seven exchanges after the other, as two batches under one commit."""
    batch = pq.read_table(source, schema=READING).combine_chunks().to_batches()[0]
    done = acknowledged.stat().st_size if acknowledged.exists() else 0
    settings = Online(segment_exchanges=150, window_hours=24 * 365)
    with acknowledged.open("ab", buffering=0) as log:
        ready.set()
        with History(folder, settings) as history:
            while done * EACH < batch.num_rows:
                at = done * EACH
                history.add([batch.slice(at, 3), batch.slice(at + 3, EACH - 3)])
                log.write(b".")  # the acknowledgement, after the commit
                done += 1
