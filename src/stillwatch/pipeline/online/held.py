"""What a copy of a history holds, and what a later copy holds beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.pipeline.online.manifest import Manifest
from stillwatch.pipeline.online.snapshot import JOURNAL
from stillwatch.schema import READING

__all__ = ["Held"]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The readings of a copy.

    Attributes:
        copied: Its folder, which may be gone later.
        since: Earlier readings do not count.
        files: By the number of its journal, each file and how many rows it has.
        mark: Of the rows of the journal; others have another.
    """

    copied: Path
    since: datetime
    files: Mapping[int, _File]
    mark: int

    @classmethod
    def of(cls, copied: Path, manifest: Manifest, since: datetime) -> Self:
        """What was copied when the manifest stood."""
        files = {_number(s.name): _File(s.name, s.rows) for s in manifest.segments}
        journal, mark = copied / JOURNAL, 0
        if journal.exists():
            rows = pq.read_metadata(journal).num_rows
            files[manifest.number] = _File(JOURNAL, rows)
            mark = _mark(journal, rows)
        return cls(copied=copied, since=since, files=files, mark=mark)

    def adds_to(self, before: Held) -> bool:
        """Whether every file is as it was, or the journal it was with more rows, or new.

        A segment holds what its journal held, in the same order. A journal may have lost rows, and
        got others: its writer takes back what the disk refused.
        """
        if self.since != before.since:
            return False
        for number, known in before.files.items():
            here = self.files.get(number)
            if here is None or here.rows < known.rows:
                return False
            if known.name != JOURNAL:
                same = here.name == known.name
            else:
                same = (
                    here.name in {JOURNAL, f"{number:08d}.parquet"}
                    and _mark(self.copied / here.name, known.rows) == before.mark
                )
            if not same:
                return False
        return True

    def beyond(self, before: Held) -> pa.Table:
        """The readings that count and were not there before; needs `adds_to`."""
        parts = [READING.empty_table()]
        for number, here in self.files.items():
            known = before.files[number].rows if number in before.files else 0
            if here.rows > known:
                table = pq.read_table(self.copied / here.name, schema=READING)
                parts.append(table.slice(known))
        found = pa.concat_tables(parts)
        return found.filter(pc.greater_equal(found["started_at"], pa.scalar(self.since)))


def _number(segment: str) -> int:
    return int(segment.partition(".")[0].partition("-")[0])


def _mark(path: Path, rows: int) -> int:
    exchange = pq.read_table(path, columns=["exchange"])["exchange"].to_numpy()[:rows]
    return int(np.bitwise_xor.reduce(exchange))
