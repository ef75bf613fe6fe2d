"""Readings of a window, kept so that what was acknowledged survives and nothing counts twice.

One process writes a history. Readings go into a journal and are acknowledged when the disk has
them; a full journal becomes a compressed segment. The manifest says which files count.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.errors import OutputError
from stillwatch.pipeline.online import manifest as committed
from stillwatch.pipeline.online.journal import Journal, journalled
from stillwatch.pipeline.online.manifest import Manifest, Segment
from stillwatch.pipeline.online.sampling import kept, with_rate
from stillwatch.pipeline.online.seen import Seen
from stillwatch.pipeline.online.segments import (
    digests_of,
    journal_path,
    remove_strays,
    segment_path,
    thin,
    write_segment,
)
from stillwatch.schema import READING
from stillwatch.settings import Online

__all__ = ["Added", "History"]

_LOWEST_RATE = 2.0**-20
_ROOMY = 4  # times fewer exchanges than the most: the rate may rise again
_THINNED_AT_ONCE = 4  # segments


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of one batch; every reading is in exactly one of them.

    Attributes:
        accepted: Kept, and on the disk.
        repeated: Known before, by `exchange_id`.
        expired: Older than the window.
        sampled_out: Let go because there are too many; counted.
    """

    accepted: int
    repeated: int
    expired: int
    sampled_out: int


class History:
    """The writer of one folder of readings.

    Attributes:
        folder: Where.
        manifest: What is committed.
    """

    def __init__(
        self, folder: Path, settings: Online | None = None, *, clock: Callable[[], datetime] = _now
    ) -> None:
        """Open a folder, make it if need be, and put right what a crash left.

        Raises:
            OutputError: Another process writes there, or the folder cannot be written.
            InputError: The manifest is damaged.
        """
        self.folder = folder
        self._settings = settings or Online()
        self._clock = clock
        self._lock = _locked(folder)
        self.manifest = committed.load(folder)
        remove_strays(folder, self.manifest)
        self._seen = Seen()
        for segment in self.manifest.segments:
            self._seen.replace(segment.name, digests_of(segment_path(folder, segment.name)))
        path = journal_path(folder, self.manifest.number)
        self._pending = list(journalled(path, READING)) if path.exists() else []
        self._journal = Journal(path, READING)
        for batch in self._pending:
            self._note(batch)

    @property
    def rows(self) -> int:
        """Readings held, in segments and the journal."""
        return self.manifest.rows() + self._waiting()

    def add(self, batches: Sequence[pa.RecordBatch]) -> list[Added]:
        """Keep batches of schema READING; when this returns they are on the disk.

        Several batches share one wait for the disk, so callers gather what comes at one time.

        Raises:
            OutputError: The disk refuses. None of the batches counts as accepted; sending them
                again is safe.
        """
        added = []
        before = self.manifest
        new: list[pa.RecordBatch] = []
        for batch in batches:
            told, taken = self._sift(batch, new)
            added.append(told)
            if taken.num_rows:
                new.append(taken)
        try:
            for batch in new:
                self._journal.append(batch)
            if new:
                self._journal.commit()
        except OutputError:
            self.manifest = before
            self._journal.undo()
            raise
        for batch in new:
            self._pending.append(batch)
            self._note(batch)
        if self._waiting() >= self._settings.segment_exchanges:
            self.seal()
        return added

    def seal(self) -> None:
        """Turn the journal into a segment, drop what has left the window, thin what is too much."""
        if not self._pending:
            return
        table = pa.Table.from_batches(self._pending, READING)
        number = self.manifest.number
        name = f"{number:08d}.parquet"
        last = pc.max(table["started_at"].cast(pa.int64())).as_py()
        write_segment(segment_path(self.folder, name), table)
        segment = Segment(name=name, rows=table.num_rows, last_us=last, rate=self.manifest.rate)
        after = Journal(journal_path(self.folder, number + 1), READING)
        self._commit(
            replace(
                self.manifest,
                number=number + 1,
                segments=self._thinned((*self._in_window(), segment)),
            )
        )
        self._journal.close()
        self._journal, self._pending = after, []
        self._seen.seal(name)
        self._set_rate()
        remove_strays(self.folder, self.manifest)

    def close(self) -> None:
        """Release the folder; everything acknowledged is on the disk already."""
        self._journal.close()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def horizon_us(self) -> int:
        """The beginning of the window, microseconds since 1970."""
        window = timedelta(hours=self._settings.window_hours)
        return self.manifest.latest_us - window // timedelta(microseconds=1)

    def _sift(
        self, batch: pa.RecordBatch, earlier: Sequence[pa.RecordBatch]
    ) -> tuple[Added, pa.RecordBatch]:
        started = batch.column("started_at").cast(pa.int64()).to_numpy()
        digest = batch.column("exchange").to_numpy()
        if len(started):
            # a clock that runs ahead must not push honest exchanges out of the window
            now = int(self._clock().timestamp() * 1e6)
            newest = max(self.manifest.latest_us, min(int(started.max()), now))
            self.manifest = replace(self.manifest, latest_us=newest)
        live = started >= self.horizon_us()
        chosen = kept(digest, self.manifest.rate)
        known = [b.column("exchange").to_numpy() for b in earlier]
        fresh = self._seen.fresh(digest)
        if known:
            fresh &= ~np.isin(digest, np.concatenate(known))
        taken = live & chosen & fresh
        told = Added(
            accepted=int(taken.sum()),
            expired=int((~live).sum()),
            sampled_out=int((live & ~chosen).sum()),
            repeated=int((live & chosen & ~fresh).sum()),
        )
        out = self.manifest.sampled_out + told.sampled_out
        self.manifest = replace(self.manifest, sampled_out=out)
        return told, with_rate(batch.filter(pa.array(taken)), self.manifest.rate)

    def _note(self, batch: pa.RecordBatch) -> None:
        self._seen.add(batch.column("exchange").to_numpy())
        last = pc.max(batch.column("started_at").cast(pa.int64())).as_py() or 0
        now = int(self._clock().timestamp() * 1e6)
        newest = max(self.manifest.latest_us, min(last, now))
        self.manifest = replace(self.manifest, latest_us=newest)

    def _waiting(self) -> int:
        return sum(batch.num_rows for batch in self._pending)

    def _in_window(self) -> tuple[Segment, ...]:
        since = self.horizon_us()
        for segment in self.manifest.segments:
            if segment.last_us < since:
                self._seen.forget(segment.name)
        return tuple(s for s in self.manifest.segments if s.last_us >= since)

    def _thinned(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """The segments, a few of those that hold more than the present rate written anew."""
        stale = [s for s in segments[:-1] if s.rate > self.manifest.rate][:_THINNED_AT_ONCE]
        made = {s.name: thin(self.folder, s, self.manifest.rate) for s in stale}
        for name, fresh in made.items():
            self._seen.forget(name)
            self._seen.replace(fresh.name, digests_of(segment_path(self.folder, fresh.name)))
        return tuple(made.get(s.name, s) for s in segments)

    def _set_rate(self) -> None:
        online = self._settings
        rate, most = self.manifest.rate, online.most_exchanges
        stands_for = sum(s.rows * min(1.0, rate / s.rate) for s in self.manifest.segments)
        if stands_for > most:
            rate = max(rate / 2, _LOWEST_RATE)
        elif rate < 1 and stands_for * _ROOMY < most:
            rate = min(rate * 2, 1.0)
        if rate != self.manifest.rate:
            self._commit(replace(self.manifest, rate=rate))

    def _commit(self, manifest: Manifest) -> None:
        try:
            committed.commit(self.folder, manifest)
        except OSError as error:
            message = f"cannot write the history {str(self.folder)!r}: {error.strerror or error}"
            raise OutputError(message, hint="make room or repair the disk") from error
        self.manifest = manifest


def _locked(folder: Path) -> BinaryIO:
    """The folder's lock, held until it is closed or the process dies."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("ab")
    except OSError as error:
        message = f"cannot use the folder {str(folder)!r}: {error.strerror or error}"
        raise OutputError(message, hint="choose a folder that you own") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        message = f"another process writes the history in {str(folder)!r}"
        raise OutputError(message, hint="stop it first, or name another folder") from error
    return lock
