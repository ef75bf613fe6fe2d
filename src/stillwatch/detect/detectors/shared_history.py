"""Conversations that go on under another party: one conversation dealt over several accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase
from stillwatch.detect.nulls.population import Crowd, rarity_bits
from stillwatch.rollup.rows import Rows
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Index = npt.NDArray[np.int64]

_AGREE = 0.4
_CEILING = 4.0
_WHOLE, _HALF = 2, 1  # weight of a session that goes on, of a history that comes back
_PROMPT = 15 * 60_000_000  # microseconds
_FEW = 4  # parties
_PUBLIC = 20  # parties: a conversation that many have is a transcript that is passed around
_ENOUGH = 3  # conversations, and parties that take part in them


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    moved = [(_WHOLE, _sessions(tables)), (_HALF, _histories(tables))]
    seen = [np.stack([*_rows(t, tables), np.full(t.num_rows, w)], axis=1) for w, t in moved]
    seen[1][:, 0] += len(seen[0])
    steps = np.concatenate(seen)
    taken = np.zeros(tables.parties)
    np.add.at(taken, tables.party[steps[:, 1]], (steps[:, 2] * steps[:, 3]).astype(float))
    by_account = Rows.by(steps[:, 1], tables.accounts.num_rows)
    others = Crowd(taken)
    return [_one(group, steps[by_account.of(group.accounts)], others, tables) for group in groups]


def _rows(table: pa.Table, tables: Tables) -> list[Index]:
    """Number of the conversation, account position and steps taken."""
    _, conversation = np.unique(table["conversation"].to_numpy(), return_inverse=True)
    steps = table["steps"].to_numpy()
    return [conversation.astype(np.int64), tables.place(table["account"]), steps.astype(np.int64)]


def _sessions(tables: Tables) -> pa.Table:
    """Rows (conversation, account, steps): how often the account continues another party's.

    A step continues a session, with more turns than before, under another party than before.
    """
    return _steps(
        tables,
        key="session",
        public=_PUBLIC,
        moved="party <> party_before AND length > length_before",
    )


def _histories(tables: Tables) -> pa.Table:
    """The same for what was said before, where it comes back within minutes from another party."""
    return _steps(
        tables,
        key="history",
        public=_FEW,
        moved=f"party <> party_before AND us - us_before < {_PROMPT}",
    )


def _steps(tables: Tables, *, key: str, public: int, moved: str) -> pa.Table:
    tables.engine.create(
        "crossed_conversation",
        f"""SELECT r.{key} AS conversation FROM reading r JOIN account a ON r.account = a.account
            WHERE r.{key} IS NOT NULL GROUP BY r.{key}
            HAVING min(a.party) <> max(a.party) AND count(DISTINCT a.party) <= {public}""",
    )
    return tables.engine.fetch(
        f"""WITH step AS (
              SELECT c.conversation, r.account, a.party, r.exchange, epoch_us(r.started_at) AS us,
                     greatest(coalesce(r.turn, 1), coalesce(r.history_length, 0)) AS length
              FROM reading r JOIN crossed_conversation c ON r.{key} = c.conversation
              JOIN account a ON r.account = a.account),
            paired AS (
              SELECT *, lag(party) OVER w AS party_before, lag(length) OVER w AS length_before,
                     lag(us) OVER w AS us_before
              FROM step WINDOW w AS (PARTITION BY conversation ORDER BY us, exchange))
            SELECT conversation, account,
                   CAST(count(*) FILTER (WHERE {moved}) AS BIGINT) AS steps
            FROM paired GROUP BY conversation, account ORDER BY conversation, account"""
    )


def _one(group: Group, steps: Index, others: Crowd, tables: Tables) -> Signal | None:
    """`steps` has columns conversation, account, steps, weight."""
    party = tables.party[steps[:, 1]]
    pairs = np.unique(np.stack([steps[:, 0], party], axis=1), axis=0)
    conversation, parties = np.unique(pairs[:, 0], return_counts=True)
    inside = np.isin(steps[:, 0], conversation[parties > 1]) & (steps[:, 2] > 0)
    moved = len(np.unique(steps[inside, 0]))
    takers = len(np.unique(party[inside]))
    if moved < _ENOUGH or takers < _ENOUGH:
        return None
    mine = np.unique(tables.party[group.accounts])
    weighted = float((steps[inside, 2] * steps[inside, 3]).sum())
    share, number = others.share_above(max(weighted / len(mine), 1.0), mine)
    whole = weighted / (_WHOLE * float(steps[inside, 2].sum()))
    strange = 1 - openly_affiliated(group, tables)
    bits = rarity_bits(share, agree=_AGREE, ceiling=_CEILING, floor=0) * whole * strange
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"{moved:,} conversations went on under another of {takers} parties;"
        f" {share:.1%} of {number:,} other customers continue as many.",
        accounts=tuple(int(a) for a in np.unique(steps[inside, 1])[:5]),
    )


def _talks(names: Sequence[str], *, relayed: bool) -> list[dict[str, Any]]:
    """Conversations of five turns, each turn from the next account if relayed."""
    rng = np.random.default_rng(19)
    return [
        {
            "exchange_id": f"talk-{names[0]}-{number}-{turn}",
            "account_id": names[(number + (turn if relayed else 0)) % len(names)],
            "started_at": START + timedelta(hours=number, minutes=turn),
            "prompt_text": phrase(rng, number),
            "session_id": f"session-{names[0]}-{number}",
            "turn": turn + 1,
        }
        for number in range(3 * len(names))
        for turn in range(5)
    ]


def _fires() -> Example:
    names = tuple(f"pool-{i}" for i in range(5))
    rows = crowd(np.random.default_rng(20)) + _talks(names, relayed=True)
    return Example(exchanges=exchange_table(rows), suspects=names)


def _silent() -> Example:
    """Friends with talks of their own who all paste one public transcript."""
    names = tuple(f"friend-{i}" for i in range(5))
    rows = crowd(np.random.default_rng(21)) + _talks(names, relayed=False)
    for number, name in enumerate(names):
        rows.append(
            {
                "exchange_id": f"transcript-{number}",
                "account_id": name,
                "started_at": START + timedelta(days=number),
                "prompt_text": f"what do you make of this talk, {name}?",
                "history_digests": ["m1", "m2", "m3"],
            }
        )
    return Example(exchanges=exchange_table(rows), suspects=names)


DETECTOR = Detector(
    name="shared_history",
    family="coordination",
    meaning="Conversations go on under another party, turn by turn, as when one is load-balanced.",
    null="How often the operator's other customers continue conversations of another party.",
    columns=("session_id",),
    look_alikes=(
        "a hand-off in a team: one party, or colleagues who openly belong together",
        "a public transcript: pasted by many, at one length, at any time; never continued",
        "a benchmark of conversations: the same length for each party, hours or days apart",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
