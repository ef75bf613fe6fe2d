"""What one account was answered comes back in what another of the group asks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.population import Crowd, rarity_bits, sum_by
from stillwatch.rollup.tables import Tables
from stillwatch.schema import TRACES
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.3
_CEILING = 4.0
_TEAM = 2.0  # at the most, where the group is no larger than a team that shares its work
_TEAM_PARTIES = 6
_BOILERPLATE = 5  # parties that are answered the same words: the model's habit, not one answer
_LEAST_HITS = 5
_LEAST_RATE = 0.03
_LEAST_SOURCES = 3.0
_OTHERS = 20_000  # accounts that are read to know what customers do
_ENOUGH = 4
_FULL = 1_000_000  # exchanges up to which every sampled trace is compared


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    _trace(groups, tables)
    asked = _by_account(tables, "SELECT account, count(DISTINCT exchange) AS n FROM own_asked")
    outside = _by_account(
        tables,
        """SELECT b.account, count(DISTINCT b.exchange) AS n FROM own_back b
           JOIN own_member m ON b.account = m.account WHERE m.grp < 0""",
    )
    inside = _by_account(tables, f"SELECT account, count(DISTINCT exchange) AS n FROM ({_INSIDE})")
    party_asked = sum_by(tables.party, asked, tables.parties)
    party_back = sum_by(tables.party, outside, tables.parties)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = Crowd(np.where(party_asked >= _ENOUGH, party_back / party_asked, np.nan))
    sources = _sources(tables, len(groups))
    found = [
        _one(group, tables, (asked, inside), others, sources[i]) for i, group in enumerate(groups)
    ]
    tables.engine.drop("own_member")
    return found


_INSIDE = """SELECT m.grp, b.account, b.exchange, b.source_party FROM own_back b
             JOIN own_member m ON b.account = m.account
             JOIN own_member n ON b.source = n.account AND m.grp = n.grp WHERE m.grp >= 0"""


def _trace(groups: Sequence[Group], tables: Tables) -> None:
    """Make `own_asked`, traces in prompts, and `own_back`, those that came out of an answer.

    A trace counts where it stood in an answer before it stood in any prompt: shared documents,
    templates and homework were asked before they were answered.
    """
    engine = tables.engine
    engine.attach("own_member", _members(groups, tables))
    if "own_back" in tables.made:
        return
    tables.made.add("own_back")
    stride = max(int(tables.totals["exchanges"].sum()) // _FULL, 1)
    engine.create("own_asked", f"SELECT DISTINCT * FROM ({_traces('prompt', stride)})")
    engine.create(
        "own_answered",
        f"""SELECT t.trace, t.account, min(t.us) AS us
            FROM ({_traces("answer", stride)}) t SEMI JOIN own_asked w ON t.trace = w.trace
            GROUP BY t.trace, t.account""",
    )
    # a table of its own: planned as one query, the joins below come first and explode
    engine.create(
        "own_first",
        f"""SELECT f.trace
            FROM (SELECT trace, min(us) AS us FROM own_answered GROUP BY trace
                  HAVING count(*) <= {_BOILERPLATE}) f
            JOIN (SELECT t.trace, min(t.us) AS us FROM own_asked t
                  SEMI JOIN own_answered w ON t.trace = w.trace GROUP BY t.trace) q
              ON f.trace = q.trace AND f.us < q.us""",
    )
    engine.create(
        "own_back",
        """SELECT p.account, p.exchange, s.account AS source, b.party AS source_party
            FROM own_first f
            JOIN own_answered s ON f.trace = s.trace
            JOIN own_asked p ON f.trace = p.trace AND s.us < p.us
            JOIN account a ON p.account = a.account JOIN account b ON s.account = b.account
            WHERE a.party <> b.party""",
    )


def _members(groups: Sequence[Group], tables: Tables) -> pa.Table:
    """Rows (account, grp): the groups' accounts, and with grp -1 some of the others."""
    group = np.concatenate([np.full(len(g.accounts), i) for i, g in enumerate(groups)])
    account = tables.accounts["account"].to_numpy()
    members = np.concatenate([g.accounts for g in groups])
    free = np.setdiff1d(np.arange(len(account)), members)
    free = free[np.argsort(account[free], kind="stable")][:_OTHERS]
    grp = np.concatenate([group, np.full(len(free), -1)]).astype(np.int64)
    return pa.table({"account": account[np.concatenate([members, free])], "grp": grp})


def _traces(text: str, stride: int) -> str:
    """Traces of all exchanges; of many exchanges, only those of every `stride`-th digest."""
    return " UNION ALL ".join(
        f"SELECT {text}_trace_{i} AS trace, exchange, account, epoch_us(started_at) AS us"
        f" FROM reading WHERE {text}_trace_{i} IS NOT NULL AND {text}_trace_{i} % {stride} = 0"
        for i in range(TRACES)
    )


def _by_account(tables: Tables, query: str) -> Floats:
    rows = tables.engine.fetch(f"{query} GROUP BY ALL")
    counts = np.zeros(tables.accounts.num_rows)
    counts[tables.place(rows["account"])] = rows["n"].to_numpy()
    return counts


def _sources(tables: Tables, groups: int) -> Floats:
    """By group, how many parties the returned answers come from, in effect (inverse Simpson)."""
    rows = tables.engine.fetch(
        f"""SELECT grp, source_party, count(DISTINCT exchange) AS n FROM ({_INSIDE})
            GROUP BY grp, source_party"""
    )
    grp, n = rows["grp"].to_numpy(), rows["n"].to_numpy().astype(float)
    total = np.bincount(grp, weights=n, minlength=groups)
    square = np.bincount(grp, weights=n * n, minlength=groups)
    return total * total / np.maximum(square, 1)


def _one(
    group: Group,
    tables: Tables,
    counts: tuple[Floats, Floats],
    others: Crowd,
    sources: float,
) -> Signal | None:
    asked, back = counts[0][group.accounts], counts[1][group.accounts]
    if back.sum() < _LEAST_HITS or sources < _LEAST_SOURCES or not asked.any():
        return None
    rate = float((back / np.maximum(asked, 1))[asked > 0].mean())
    if rate < _LEAST_RATE:
        return None
    party = np.unique(tables.party[group.accounts])
    share, number = others.share_above(rate, party)
    ceiling = _CEILING if len(party) >= _TEAM_PARTIES else _TEAM
    bits = rarity_bits(share, agree=_AGREE, ceiling=ceiling, floor=0)
    bits *= 1 - openly_affiliated(group, tables)
    if bits <= 0:
        return None
    top = group.accounts[np.argsort(-back, kind="stable")[:5]]
    return Signal(
        bits=bits,
        reason=f"{rate:.1%} of their prompts hold an answer that another of the accounts was given"
        f" before, out of {sources:.0f} accounts in effect; {share:.1%} of {number:,} other"
        " customers bring back others' answers as often.",
        accounts=tuple(int(a) for a in top),
    )


def _world(*, shared: bool) -> Example:
    rng = np.random.default_rng(51)
    rows = crowd(rng, accounts=120)
    names = tuple(f"pool-{i}" for i in range(8))
    answers = {name: [phrase(rng, i, words=160) for _ in range(12)] for i, name in enumerate(names)}
    for number, name in enumerate(names):
        rows += sends(
            name, 12, lambda _: phrase(rng, 2), rng=rng, response_text=answers[name].__getitem__
        )
        other = [n for i, n in enumerate(names) if i != number]
        texts = [answers[other[i % len(other)] if shared else name][i] for i in range(12)]
        later = [f"Clean this up and keep every step: {text}" for text in texts]
        again = sends(name, 12, later.__getitem__, rng=rng)
        for row in again:
            row["exchange_id"] += "-again"
            row["started_at"] += (max(r["started_at"] for r in rows)) - row["started_at"]
        rows += again
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(shared=True)


def _silent() -> Example:
    return _world(shared=False)


DETECTOR = Detector(
    name="own_output",
    family="training_value",
    meaning="Answers that one party was given return in the prompts of other parties of the group.",
    null="How often the operator's other customers bring back what somebody else was answered.",
    columns=("prompt_text", "response_text"),
    look_alikes=(
        "summaries of own chats, memory compaction, hand-off, search over own logs: the same party",
        "shared documents, templates and homework: they stood in a prompt first",
        "what the model says to many: held by more than five accounts it is boilerplate",
        "a team that shares its work: few sources, and capped where the group is that small",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
