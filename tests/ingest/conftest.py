from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.errors import InputError
from stillwatch.ingest import Ingest, Quarantine, Redactor, Summary, sources

FIXTURES = Path(__file__).parents[1] / "fixtures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    rows: list[dict[str, object]]
    summary: Summary
    quarantined: list[dict[str, object]]
    error: InputError | None

    @property
    def reasons(self) -> dict[str, int]:
        return dict(self.summary.rejected)

    @property
    def ids(self) -> list[object]:
        return [row["exchange_id"] for row in self.rows]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Result]:
    def run(*paths: str | Path, **options: object) -> Result:
        kept = tmp_path / "quarantine" / "quarantine.jsonl"
        kept.unlink(missing_ok=True)
        rows: list[dict[str, object]] = []
        error = None
        with Quarantine(kept) as quarantine:
            found: Sequence[object] = sources(paths)
            run = Ingest(found, redactor=Redactor(b"t" * 32), quarantine=quarantine, **options)
            try:
                for batch in run.batches():
                    batch.validate(full=True)
                    rows += batch.to_pylist()
            except InputError as caught:
                error = caught
        lines = kept.read_bytes().splitlines() if kept.exists() else []
        return Result(
            rows=rows,
            summary=run.summary,
            quarantined=[orjson.loads(line) for line in lines],
            error=error,
        )

    return run


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def line() -> Callable[..., str]:
    def make(identity: str = "x", /, **more: object) -> str:
        base = {"exchange_id": identity, "started_at": "2026-02-23T10:00:00Z", "account_id": "a"}
        return orjson.dumps({**base, **more}).decode()

    return make


@pytest.fixture
def parquet() -> Callable[..., None]:
    def write(path: Path, rows: int = 4000) -> None:
        columns = {
            "exchange_id": [f"x{i}" for i in range(rows)],
            "started_at": pa.array(
                [1_771_840_800_000_000 + i for i in range(rows)], pa.timestamp("us")
            ),
            "account_id": [f"a{i % 7}" for i in range(rows)],
        }
        pq.write_table(pa.table(columns), path, row_group_size=1000, compression="none")

    return write
