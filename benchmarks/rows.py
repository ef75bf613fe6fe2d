"""The rows of a benchmark's world: who sends what, drawn a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from texts import Pieces, compose, numbered

from stillwatch.schema import EXCHANGE, TIME

__all__ = ["CHUNK", "PHRASES", "START", "World", "batch_of", "typed"]

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
CHUNK = 65_536
"""Rows of a batch."""
PHRASES = 400
"""Common beginnings of prompts; they are the first pieces."""
START = 1_767_225_600_000_000
"""2026-01-01 in microseconds."""
_SPAN = 14 * 86_400_000_000
_MODELS = pa.array(["m-large", "m-small", "m-mini"])


@dataclass(frozen=True, slots=True)
class World:
    """What is drawn once: templates, accounts and how much each sends.

    A template has five pieces (system text, three parts of the prompt, words of each slot); queue
    templates stand last. `template[a]` is the one that account `a` uses, -1 for none.
    """

    seed: int
    words: Pieces
    pieces: Pieces
    systems: pa.Array
    templates: int
    queues: int
    template: I64
    party: I64
    weight: npt.NDArray[np.float64]
    nets: I64
    client: I64
    clients: pa.Array
    ips: pa.Array
    net_names: pa.Array


def batch_of(world: World, exchanges: int, first: int) -> pa.RecordBatch:
    """The batch that begins with exchange number `first`, of schema EXCHANGE."""
    rows = min(CHUNK, exchanges - first)
    rng = np.random.default_rng([world.seed, first])
    cumulated = np.cumsum(world.weight)
    account = np.searchsorted(cumulated, rng.random(rows) * cumulated[-1])
    account = np.minimum(account, len(cumulated) - 1)
    number = np.arange(first, first + rows, dtype=np.uint64)
    moment = START + (_SPAN * ((first + np.sort(rng.random(rows)) * rows) / exchanges)).astype(
        np.int64
    )
    turn = rng.integers(1, 4, rows)
    given = _who(world, account, number, moment, rng)
    given |= _what(world, account, number, turn, rng)
    given |= _numbers(rows, turn, rng)
    columns = [
        typed(given[f.name], f.type) if f.name in given else pa.nulls(rows, f.type)
        for f in EXCHANGE
    ]
    return pa.RecordBatch.from_arrays(columns, schema=EXCHANGE)


def typed(values: object, kind: pa.DataType) -> pa.Array:
    """Values as an Arrow array of a type; what has it already stays."""
    return (
        values if isinstance(values, pa.Array) and values.type == kind else pa.array(values, kind)
    )


def _who(
    world: World,
    account: I64,
    number: U64,
    moment: I64,
    rng: np.random.Generator,
) -> dict[str, object]:
    rows = len(account)
    ids = account.astype(np.uint64)
    key = ids * np.uint64(2) + (rng.random(rows) < 0.2).astype(np.uint64)  # noqa: PLR2004 - second key
    session = ids << np.uint64(24) | (moment // 3_600_000_000 % (1 << 24)).astype(np.uint64)
    party = world.party[account]
    grouped = party >= len(world.party)
    roams = rng.random(rows) < 0.1  # noqa: PLR2004 - from a second place
    place = np.where(roams, (account * 7 + 3) % len(world.party), account)
    organization = numbered("org-", party.astype(np.uint64), 8)
    return {
        "exchange_id": numbered("x-", number * np.uint64(0x9E3779B97F4A7C15), 16),
        "started_at": pa.array(moment, TIME),
        "account_id": numbered("acct-", ids, 8),
        "organization_id": organization.take(pa.array(np.arange(rows), mask=~grouped)),
        "credential_id": numbered("key-", key, 10),
        "session_id": numbered("s-", session, 14),
        "client_ip": world.ips.take(pa.array(place)),
        "client_net": world.net_names.take(pa.array(world.nets[place])),
        "user_agent": world.clients.take(pa.array(world.client[account])),
        "tls_fingerprint": numbered("t13d", (world.client[account] % 37).astype(np.uint64), 12),
    }


def _what(
    world: World,
    account: I64,
    number: U64,
    turn: I64,
    rng: np.random.Generator,
) -> dict[str, object]:
    rows = len(account)
    template = world.template[account].copy()
    queue = template >= world.templates - world.queues
    template[(rng.random(rows) < 0.33) & ~queue] = -1  # noqa: PLR2004 - by hand, once in a while
    by_template = template >= 0
    fixed = np.full((rows, 3), -1)
    gaps = np.zeros((rows, 3), np.int64)
    opened = ~by_template & (rng.random(rows) < 0.3)  # noqa: PLR2004 - a common beginning
    fixed[opened, 0] = (rng.random(opened.sum()) ** 3 * PHRASES).astype(int)
    gaps[~by_template, 0] = rng.gamma(1.5, 42.0, (~by_template).sum()).astype(int) + 3
    fixed[by_template] = PHRASES + template[by_template, None] * 3 + np.arange(3)
    gaps[by_template] = [12, 12, 0]
    item = (rng.random(rows) ** 4 * 2000).astype(np.uint64) + template.astype(
        np.uint64
    ) * np.uint64(5000)
    spread = np.uint64(0xD1342543DE82EF95)
    seeds = np.where(by_template & ~queue, item * spread, (number + np.uint64(1)) * spread)
    nowhere = np.full((rows, 1), -1)
    answer = rng.gamma(1.5, 42.0, (rows, 1)).astype(np.int64) + 2
    shown = world.systems.take(pa.array(np.maximum(template, 0), mask=~by_template))
    return {
        "system_text": shown,
        "prompt_text": compose(fixed, gaps, seeds, world.pieces, world.words),
        "response_text": compose(nowhere, answer, seeds + number, world.pieces, world.words),
        "turn": np.where(by_template, 1, turn),
    }


def _numbers(rows: int, turn: I64, rng: np.random.Generator) -> dict[str, object]:
    asked = rng.integers(50, 900, rows)
    return {
        "duration_ms": rng.gamma(2.0, 900.0, rows),
        "ttft_ms": rng.gamma(2.0, 150.0, rows),
        "operation": pa.array(["chat"]).take(pa.array(np.zeros(rows, np.int64))),
        "model": _MODELS.take(pa.array(rng.integers(0, 3, rows))),
        "tier": pa.array(["paid"]).take(pa.array(np.zeros(rows, np.int64))),
        "temperature": rng.choice([0.0, 0.7, 1.0], rows),
        "max_output_tokens": rng.choice([512, 1024, 4096], rows),
        "stream": rng.random(rows) < 0.5,  # noqa: PLR2004 - half
        "input_tokens": asked,
        "cached_input_tokens": np.where(turn > 1, asked // 2, 0),
        "output_tokens": rng.integers(20, 700, rows),
        "stop_reason": pa.array(["end_turn", "max_tokens"]).take(
            pa.array(rng.integers(0, 2, rows))
        ),
        "http_status": np.where(rng.random(rows) < 0.01, 429, 200),  # noqa: PLR2004 - one in a hundred
        "content_state": pa.array(["full"]).take(pa.array(np.zeros(rows, np.int64))),
    }
