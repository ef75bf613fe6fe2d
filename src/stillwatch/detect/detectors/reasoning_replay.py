"""Reasoning blocks that were issued to one party and are presented by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, account_table, crowd, exchange_table
from stillwatch.detect.picked import PICKED, pick
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Index = npt.NDArray[np.int64]

_PROOF = 14.0
_WEAK = 6.0
_UNKNOWN_ORIGIN = 3.0
_ENOUGH = 3  # distinct blocks: fewer may be a slip of the logs
_PARTIES = 3  # fewer may be one customer with two contracts
_BROAD = 0.4  # of a group's parties must take part before the whole group is proven
_SEVERAL = 2
_PUBLIC = 8  # parties: a block that stands in a tutorial or a test file is copied by anybody
_VERIFIED = 2
_COMMON = 0.02  # of all parties use a mail domain that is anybody's
_FEW = 8  # parties under a domain of a house's own


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    pick(groups, tables)
    rows = _crossings(tables)
    to = rows["a"].to_numpy()
    issuer = rows["issuer"].combine_chunks()
    known = np.asarray(issuer.is_valid())
    origin = np.full(len(to), -1, np.int64)
    origin[known] = tables.place(pa.chunked_array([issuer.drop_null()]))
    seen = np.stack([rows["block"].to_numpy(), to, origin, rows["parties"].to_numpy()], axis=1)
    home = _home(tables)
    strange = (origin < 0) | (home[origin] < 0) | (home[origin] != home[to])
    seen = seen[strange & (seen[:, 3] <= _PUBLIC)]
    by_account = Rows.by(seen[:, 1], tables.accounts.num_rows)
    return [_one(group, seen[by_account.of(group.accounts)], home, tables) for group in groups]


def _crossings(tables: Tables) -> pa.Table:
    """Rows (block, a, issuer, parties): account `a` presents a block that its party never got.

    `issuer` is an account it was issued to before, null where the logs do not know its origin;
    `parties` is how many parties present it.
    """
    engine = tables.engine
    engine.create(
        "presented_block",
        f"""SELECT p.block, p.account, any_value(a.party) AS party, min(p.us) AS first_us
            FROM (SELECT unnest(reasoning_in) AS block, account, epoch_us(started_at) AS us
                  FROM reading WHERE len(reasoning_in) > 0) p
            SEMI JOIN (SELECT unnest(r.reasoning_in) AS block FROM reading r
                       SEMI JOIN {PICKED} k ON r.account = k.account
                       WHERE len(r.reasoning_in) > 0) mine ON p.block = mine.block
            JOIN account a ON p.account = a.account
            GROUP BY p.block, p.account""",
    )
    engine.create(
        "issued_block",
        """SELECT i.block, i.account, any_value(a.party) AS party, min(i.us) AS first_us
           FROM (SELECT unnest(reasoning_out) AS block, account, epoch_us(started_at) AS us
                 FROM reading WHERE len(reasoning_out) > 0) i
           SEMI JOIN presented_block p ON i.block = p.block
           JOIN account a ON i.account = a.account
           GROUP BY i.block, i.account""",
    )
    return engine.fetch(
        f"""SELECT s.block, k.a, i.account AS issuer, w.parties
            FROM presented_block s JOIN {PICKED} k ON s.account = k.account
            JOIN (SELECT block, count(DISTINCT party) AS parties FROM presented_block
                  GROUP BY block) w ON s.block = w.block
            LEFT JOIN issued_block i ON i.block = s.block
            WHERE (i.first_us IS NULL OR i.first_us <= s.first_us)
              AND NOT EXISTS (SELECT 1 FROM issued_block o
                              WHERE o.block = s.block AND o.party = s.party)
            ORDER BY s.block, k.a, issuer"""
    )


def _home(tables: Tables) -> Index:
    """Number of the mail domain that an account's colleagues share openly, else -1.

    A domain of many parties is a home where they were verified; one of a few is theirs anyway.
    """
    domain, parties = tables.mail_domain
    verified = np.nan_to_num(tables.number("verification")) >= _VERIFIED
    size = parties[np.maximum(domain, 0)]
    own = (size <= _FEW) | (verified & (size <= _COMMON * tables.parties))
    return np.where(own, domain, -1)


def _houses(accounts: Index, home: Index, tables: Tables) -> int:
    """How many customers these accounts are of, colleagues counted once."""
    at = home[accounts]
    return len(np.unique(np.where(at >= 0, -1 - at, tables.party[accounts])))


def _one(group: Group, seen: Index, home: Index, tables: Tables) -> Signal | None:
    """`seen` has columns block, presenting account, issuing account or -1, presenting parties."""
    inside = np.isin(seen[:, 2], group.accounts)
    crossed = seen[inside]
    blocks = len(np.unique(crossed[:, 0]))
    if blocks:
        parties = np.unique(tables.party[crossed[:, 1:3]])
        houses = _houses(np.unique(crossed[:, 1:3]), home, tables)
        proof = blocks >= _ENOUGH and houses >= _PARTIES
        # a proof about a few says little about a crowd that they are found in
        among = len(np.unique(tables.party[group.accounts]))
        breadth = min(1.0, len(parties) / (_BROAD * among))
        return Signal(
            bits=(_PROOF if proof else _WEAK) * breadth**2,
            reason=f"{blocks:,} reasoning blocks issued to one of {len(parties)} parties were"
            " presented by another of them, which never received them.",
            accounts=tuple(int(a) for a in np.unique(crossed[:, 1])[:5]),
        )
    orphan = seen[seen[:, 2] < 0]
    pairs = np.unique(np.stack([orphan[:, 0], tables.party[orphan[:, 1]]], axis=1), axis=0)
    block, times = np.unique(pairs[:, 0], return_counts=True)
    shared = block[times >= _SEVERAL]
    among = pairs[np.isin(pairs[:, 0], shared), 1]
    # a file with examples gives the same parties the same blocks
    if len(shared) < _ENOUGH or len(np.unique(among)) <= times[times >= _SEVERAL].max():
        return None
    return Signal(
        bits=_UNKNOWN_ORIGIN,
        reason=f"{len(shared):,} reasoning blocks of unknown origin were presented by several of"
        f" {len(np.unique(among))} parties.",
        accounts=tuple(int(a) for a in np.unique(orphan[np.isin(orphan[:, 0], shared), 1])[:5]),
    )


def _conversations(names: Sequence[str], *, relayed: bool) -> list[dict[str, Any]]:
    """Two turns each; the first answer's block comes back, if relayed from the next account."""
    rows: list[dict[str, Any]] = []
    for number in range(4 * len(names)):
        first = names[number % len(names)]
        second = names[(number + 1) % len(names)] if relayed else first
        moment = START + timedelta(hours=number)
        text = f"solve the {number}th exercise about tides and harbours, then check your result"
        rows += [
            {
                "exchange_id": f"{account}-{number}-{turn}",
                "account_id": account,
                "started_at": moment + timedelta(minutes=turn),
                "prompt_text": f"{text}, step {turn}",
                column: [f"block-{number}"],
            }
            for turn, account, column in (
                (1, first, "reasoning_out"),
                (2, second, "reasoning_in"),
            )
        ]
    return rows


def _fires() -> Example:
    names = tuple(f"pool-{i}" for i in range(5))
    rows = crowd(np.random.default_rng(11)) + _conversations(names, relayed=True)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    names = tuple(f"colleague-{i}" for i in range(5))
    rows = crowd(np.random.default_rng(12)) + _conversations(names, relayed=True)
    alone = tuple(f"user-{i}" for i in range(3))
    rows += _conversations(alone, relayed=False)
    known = [{"account_id": n, "organization_id": "acme"} for n in names]
    return Example(
        exchanges=exchange_table(rows), suspects=names + alone, accounts=account_table(known)
    )


DETECTOR = Detector(
    name="reasoning_replay",
    family="integrity",
    meaning="Reasoning blocks issued to one party are presented by another one of the group.",
    null="None needed: a block is unguessable and reaches only the party it was issued to.",
    columns=("reasoning_in",),
    look_alikes=(
        "hand-off, compaction, router failover and tool changes: the same party, never counted",
        "colleagues without a common contract: verified accounts of one mail domain of their own",
        "blocks in a tutorial or test file: presented by many parties, not counted",
        "logs that begin later than the conversations: an unknown origin is no proof",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
