"""The groups of the last whole judgement, kept for the looks until the next.

One file beside the history, replaced whole: a row for each account that was seen, with how much it
had sent, and the number of its group. It holds digests, no ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.pipeline.judge import Judgement
from stillwatch.pipeline.online.manifest import replace_file
from stillwatch.rollup import Tables

__all__ = ["Formed"]

Index = npt.NDArray[np.int64]

_NAME = "groups.arrow"
_SCHEMA = pa.schema(
    [("account", pa.int64()), ("exchanges", pa.int64()), ("group", pa.int32())],
    metadata={"version": "1"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed:
    """Groups as they were found.

    Attributes:
        at: When the judgement that found them began, by the clock.
        seconds: How long it took.
        account: Digests of the accounts that were seen, in ascending order, each once.
        exchanges: What each had sent.
        groups: Digests of the accounts of each group.
    """

    at: datetime
    seconds: float
    account: Index
    exchanges: Index
    groups: tuple[Index, ...]

    @classmethod
    def of(cls, judged: Judgement, tables: Tables, *, at: datetime, seconds: float) -> Formed:
        """What a whole judgement found."""
        digests = tables.accounts["account"].to_numpy()
        order = np.argsort(digests)
        return cls(
            at=at,
            seconds=seconds,
            account=digests[order],
            exchanges=tables.totals["exchanges"].astype(np.int64)[order],
            groups=tuple(digests[a.group.accounts] for a in judged.assessments),
        )

    def places(self, tables: Tables) -> list[Index]:
        """The groups as positions in the tables of now; -1 is one that has left the window."""
        digests = tables.accounts["account"].to_numpy()
        order = np.argsort(digests)
        ordered = digests[order]
        found = []
        for group in self.groups:
            at = np.minimum(np.searchsorted(ordered, group), len(ordered) - 1)
            found.append(np.where(ordered[at] == group, order[at], -1))
        return found

    def active(self, tables: Tables) -> Index:
        """Positions of the accounts that have sent anything since, or were not seen."""
        digests = tables.accounts["account"].to_numpy()
        now = tables.totals["exchanges"].astype(np.int64)
        at = np.minimum(np.searchsorted(self.account, digests), max(len(self.account) - 1, 0))
        if not len(self.account):
            return np.arange(len(digests))
        same = (self.account[at] == digests) & (self.exchanges[at] == now)
        return np.flatnonzero(~same)

    def save(self, folder: Path) -> None:
        """Replace the folder's groups by these, whole."""
        told = {b"at": self.at.isoformat().encode(), b"seconds": repr(self.seconds).encode()}
        schema = _SCHEMA.with_metadata({**_SCHEMA.metadata, **told})
        seen = pa.table([self.account, self.exchanges, pa.nulls(len(self.account), pa.int32())],
                        names=_SCHEMA.names)  # fmt: skip
        tables = [seen.cast(_SCHEMA), *(_group(i, g) for i, g in enumerate(self.groups))]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, schema) as writer:
            for table in tables:
                writer.write_table(table)
        replace_file(folder / _NAME, sink.getvalue().to_pybytes())

    @staticmethod
    def stamp(folder: Path) -> tuple[int, int]:
        """Changes when the folder's groups do."""
        try:
            found = (folder / _NAME).stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)

    @classmethod
    def load(cls, folder: Path) -> Formed | None:
        """The folder's groups; None where there are none yet, or none that can be read."""
        try:
            found = pa.ipc.open_file(pa.OSFile(str(folder / _NAME))).read_all()
            told = found.schema.metadata
            if told[b"version"] != _SCHEMA.metadata[b"version"]:
                return None
            at = datetime.fromisoformat(told[b"at"].decode())
            seconds = float(told[b"seconds"])
            account, group = found["account"].to_numpy(), found["group"].combine_chunks()
        except (OSError, pa.ArrowInvalid, KeyError, ValueError):
            return None  # they are found anew
        inside = np.asarray(group.is_valid())
        number = group.fill_null(-1).to_numpy(zero_copy_only=False)
        return cls(
            at=at,
            seconds=seconds,
            account=account[~inside],
            exchanges=found["exchanges"].to_numpy()[~inside],
            groups=_split(account[inside], number[inside]),
        )


def _group(number: int, accounts: Index) -> pa.Table:
    columns = [accounts, pa.nulls(len(accounts), pa.int64()), np.full(len(accounts), number)]
    return pa.table(columns, names=_SCHEMA.names).cast(_SCHEMA)


def _split(accounts: Index, number: npt.NDArray[np.int32]) -> tuple[Index, ...]:
    parts: Sequence[Index] = np.split(accounts, np.flatnonzero(np.diff(number)) + 1)
    return tuple(parts) if len(accounts) else ()
