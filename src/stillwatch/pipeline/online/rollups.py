"""The rolled-up window, from look to look: what is new is added, the rest stays as it was summed.

Only additions are cheap. When the window's beginning moves on (it does so in steps), when it was
thinned, or when an account has become another party's, everything is folded anew. The sums are in
this process alone: after a restart they are made again from what is on the disk.
"""

from __future__ import annotations

import shutil
import tempfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from stillwatch.engine import DuckDB, Engine
from stillwatch.pipeline.fold import fold
from stillwatch.pipeline.online.held import Held
from stillwatch.pipeline.online.manifest import Manifest
from stillwatch.pipeline.online.snapshot import snapshot
from stillwatch.rollup import Tables, begin, grow
from stillwatch.settings import Settings

__all__ = ["Rolled", "Rollups"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = 48  # of the window's length: its beginning moves on by one at a time
_AT_ONCE = 2  # a look and a finding of groups may run side by side, and share the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolled:
    """The rollups of a moment.

    Attributes:
        tables: The rollups.
        repeats: Exchanges that came more than once.
        rate: The lowest share of exchanges that was kept in the window; 1 where all were.
    """

    tables: Tables
    repeats: int
    rate: float


class Rollups:
    """The sums of one history, kept by the one process that looks at it.

    Args:
        folder: Of the history.
        settings: What an operator may set.
        name: Of who looks; two that look at one history at the same time have different ones.
    """

    def __init__(self, folder: Path, settings: Settings, *, name: str = "look") -> None:
        self._folder = folder
        self._settings = settings
        self._names = f".{name}-"
        # a folder to spill to may serve several histories
        self._prefix = f"{self._names}{zlib.crc32(bytes(folder.resolve())):08x}-"
        self._copy: Path | None = None
        self._engine: DuckDB | None = None
        self._summed: Held | None = None

    def tidy(self) -> Self:
        """Remove what a process that looked under this name left when it was killed."""
        spilled = self._settings.rollup.spill_folder or self._folder
        for place, names in ((self._folder, self._names), (spilled, self._prefix)):
            for left in place.glob(f"{names}*"):
                shutil.rmtree(left, ignore_errors=True)
        return self

    def now(
        self,
        *,
        accounts: pa.Table | None,
        releases: pa.Table | None,
        as_of: datetime | None = None,
    ) -> Rolled:
        """Bring the sums up to date; what is given back is good until the next call.

        Args:
            accounts: Table of schema ACCOUNT, redacted, or None.
            releases: Table of schema MODEL_RELEASE, or None.
            as_of: Later exchanges are left out, and the sums are made anew; None takes all.
        """
        copied = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self._folder))
        try:
            manifest = snapshot(self._folder, copied)
            since = _beginning(manifest, self._settings.online.window_hours)
            held, repeats = Held.of(copied, manifest, since), 0
            if as_of is not None or not self._add(held, accounts, releases):
                repeats = self._anew(held, accounts, releases, as_of)
            # with repeats, or up to a moment, these sums are not all that there is
            self._summed = None if repeats or as_of is not None else held
        except BaseException:
            shutil.rmtree(copied, ignore_errors=True)
            self.close()
            raise
        self._forget_copy()
        self._copy = copied
        engine = self._opened()
        rate = engine.fetch("SELECT coalesce(min(sample_rate), 1.0) AS r FROM reading")["r"][0]
        return Rolled(tables=Tables(engine, releases=releases), repeats=repeats, rate=rate.as_py())

    def close(self) -> None:
        """Forget everything and release memory and disk."""
        if self._engine is not None:
            self._engine.close()
        self._engine, self._summed = None, None
        self._forget_copy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _add(self, held: Held, accounts: pa.Table | None, releases: pa.Table | None) -> bool:
        """Add what is new to the sums that there are; False where that cannot be done."""
        before = self._summed
        if before is None or not held.adds_to(before):
            return False
        engine, detect = self._opened(), self._settings.detect
        _attach(engine, held)
        return grow(
            engine, held.beyond(before), facts=accounts, releases=releases,
            minimum_exchanges=detect.minimum_exchanges, minimum_parties=detect.minimum_parties,
        )  # fmt: skip

    def _anew(
        self,
        held: Held,
        accounts: pa.Table | None,
        releases: pa.Table | None,
        as_of: datetime | None,
    ) -> int:
        """Fold everything; returns how many exchanges came more than once."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        engine, detect = self._opened(), self._settings.detect
        _attach(engine, held)
        _, repeats = fold(
            engine, accounts=accounts, releases=releases, as_of=as_of, keep=True,
            minimum_exchanges=detect.minimum_exchanges, minimum_parties=detect.minimum_parties,
        )  # fmt: skip
        begin(engine)
        return repeats

    def _opened(self) -> DuckDB:
        if self._engine is None:
            rollup = self._settings.rollup
            self._engine = DuckDB(
                memory=f"{rollup.memory_limit_mib // _AT_ONCE}MiB",
                folder=rollup.spill_folder or self._folder,
                prefix=self._prefix,
            )
        return self._engine

    def _forget_copy(self) -> None:
        if self._copy is not None:
            shutil.rmtree(self._copy, ignore_errors=True)
            self._copy = None


def _beginning(manifest: Manifest, window_hours: int) -> datetime:
    """The window's beginning, down to a step."""
    step = max(window_hours * 3600 // _STEPS, 3600)
    since = manifest.latest_us // 1_000_000 - window_hours * 3600
    return _EPOCH + timedelta(seconds=max(since // step * step, 0))


def _attach(engine: Engine, held: Held) -> None:
    """Make `raw_reading`: the copied readings that lie in the window."""
    engine.attach("held", held.copied)
    engine.view(
        "raw_reading",
        f"SELECT * FROM held WHERE started_at >= TIMESTAMPTZ '{held.since.isoformat(sep=' ')}'",
    )
