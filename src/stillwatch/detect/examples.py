"""Small worlds for the detectors' own examples: a few accounts, spelled out by what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.schema import ACCOUNT, EXCHANGE

__all__ = ["START", "account_table", "crowd", "exchange_table", "phrase", "sends"]

START = datetime(2026, 5, 4, tzinfo=UTC)
"""A Monday."""

_SUBJECTS = (
    "harbour tides gulls pilot lantern mooring", "sourdough crumb oven starter rye proofing",
    "tax ledger invoice audit payroll receipt", "enzyme protein ligand assay buffer pipette",
    "sonata violin tempo fugue cadence oboe", "router packet firewall subnet latency proxy",
    "glacier moraine crevasse summit avalanche rope",
    "tomato trellis compost mildew seedling mulch",
    "treaty envoy embassy tariff accord charter", "orbit thruster payload booster nozzle capsule",
    "suture ward triage fracture plaster clinic", "parquet varnish chisel dovetail walnut plane",
)  # fmt: skip


def phrase(rng: np.random.Generator, subject: int, words: int = 24) -> str:
    """A made-up text about one subject; the same draw of the generator gives the same words."""
    vocabulary = _SUBJECTS[subject % len(_SUBJECTS)].split()
    drawn = rng.integers(0, len(vocabulary), words)
    endings = rng.integers(0, 26, words)
    return " ".join(f"{vocabulary[d]}{chr(97 + e)}" for d, e in zip(drawn, endings, strict=True))


def sends(
    account: str,
    count: int,
    prompt: Callable[[int], str],
    *,
    rng: np.random.Generator,
    since: datetime = START,
    over: timedelta = timedelta(days=10),
    **columns: Any,  # noqa: ANN401 - any column of the contract
) -> list[dict[str, Any]]:
    """`count` exchanges of one account at random moments; columns are values or made by index."""
    moments = np.sort(rng.uniform(0, over.total_seconds(), count))
    return [
        {
            "exchange_id": f"{account}-{i}-{int(moments[i])}",
            "account_id": account,
            "started_at": since + timedelta(seconds=float(moments[i])),
            "prompt_text": prompt(i),
            **{k: v(i) if callable(v) else v for k, v in columns.items()},
        }
        for i in range(count)
    ]


def crowd(rng: np.random.Generator, accounts: int = 60, each: int = 12) -> list[dict[str, Any]]:
    """Ordinary customers: each with subjects of its own, nothing in common but the model."""
    rows: list[dict[str, Any]] = []
    for number in range(accounts):
        subject = int(rng.integers(0, len(_SUBJECTS)))
        count = int(rng.integers(each // 2, each * 2))
        texts = [phrase(rng, subject) for _ in range(count)]
        rows += sends(f"crowd-{number}", count, texts.__getitem__, rng=rng)
    return rows


def exchange_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of schema EXCHANGE."""
    return pa.Table.from_pylist([dict(r) for r in rows], schema=EXCHANGE)


def account_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table of schema ACCOUNT."""
    return pa.Table.from_pylist([dict(r) for r in rows], schema=ACCOUNT)
