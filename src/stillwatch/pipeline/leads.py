"""What speaks for looking at a customer at all, summed up where the rows are.

A lead is not evidence. It says in which order customers are judged where a driver cannot take all
of them: those who share rare means or rare texts first, and those who share nothing last. Leads
are whole quarters of a bit, so that two engines count them alike.
"""

from __future__ import annotations

import pyarrow as pa

from stillwatch.engine import Engine
from stillwatch.link import COMPARISONS
from stillwatch.rollup.tables import RECIPE

__all__ = ["BUCKETS", "LEADS", "SLICES", "VALUES", "leads", "useful_values"]

LEADS = "party_lead"
"""Table that `leads` makes: party, bucket, slice, accounts, stream_rows, shown."""
VALUES = "value_worth"
"""Table that `useful_values` makes: kind, value, quarters."""
BUCKETS = 256
"""Buckets of leads; the last holds all that is stronger."""
SLICES = 1024
"""Slices of customers by their digests, which are keyed: a slice is a random sample."""
_MERGED = {"reasoning": ("reasoning_in", "reasoning_out")}
_NO_VALUES = {"cohort", "stream", "recipe", "newcomers"}
_RARE = 12  # quarters of a bit at the most, for a text that few send
_RECIPE = 16  # more, where the text asks for what training sets are made of
_ASKED = 0.4  # of its exchanges


def useful_values(engine: Engine) -> None:
    """Make `VALUES`: the values that may link at all, as `link.hubs` counts it.

    Others are of one customer, or so common that sharing them says less than a bit.
    """
    engine.attach("comparison", _comparisons())
    engine.create(
        VALUES,
        f"""SELECT kind, value,
                   CAST(floor(4 * least(round(log2(agree * everybody / parties), 6), ceiling))
                        AS BIGINT) AS quarters
            FROM (SELECT t.kind, t.value, c.agree, c.ceiling, c.hub,
                         count(DISTINCT t.party) AS parties
                  FROM attribute t JOIN comparison c ON t.kind = c.kind
                  GROUP BY t.kind, t.value, c.agree, c.ceiling, c.hub) v
            CROSS JOIN ({_EVERYBODY}) e
            WHERE parties >= 2 AND parties <= hub AND 2 * parties <= agree * everybody""",
    )
    engine.drop("comparison")


def leads(engine: Engine) -> None:
    """Make `LEADS`, one row a party; needs `VALUES`."""
    engine.create(
        "recipe_stream",
        f"""SELECT x.stream FROM exchange_stream x SEMI JOIN stream s ON x.stream = s.stream
            JOIN reading r ON x.exchange = r.exchange
            GROUP BY x.stream
            HAVING avg(CASE WHEN r.asks & {RECIPE} <> 0 THEN 1.0 ELSE 0.0 END) >= {_ASKED}""",
    )
    engine.create(
        LEADS,
        f"""SELECT a.party, least(coalesce(v.quarters, 0) + coalesce(t.quarters, 0), {BUCKETS - 1})
                       AS bucket,
                   a.party & {SLICES - 1} AS slice, a.accounts,
                   coalesce(t.stream_rows, 0) AS stream_rows, coalesce(n.shown, 0) AS shown
            FROM (SELECT party, count(*) AS accounts FROM account GROUP BY party) a
            LEFT JOIN (SELECT party, count(*) AS shown FROM attribute GROUP BY party) n
              ON a.party = n.party
            LEFT JOIN ({_BY_VALUE}) v ON a.party = v.party
            LEFT JOIN ({_BY_STREAM}) t ON a.party = t.party""",
    )
    engine.drop("recipe_stream")


_EVERYBODY = "SELECT count(DISTINCT party) AS everybody FROM account"
_BY_VALUE = f"""SELECT party, CAST(sum(quarters) AS BIGINT) AS quarters
    FROM (SELECT t.party, t.kind, max(w.quarters) AS quarters
          FROM attribute t JOIN {VALUES} w ON t.kind = w.kind AND t.value = w.value
          GROUP BY t.party, t.kind) k
    GROUP BY party"""
_BY_STREAM = f"""SELECT u.party, count(*) AS stream_rows, max(s.quarters) AS quarters
    FROM stream_account u JOIN (
        SELECT g.stream,
               CASE WHEN g.parties > {COMPARISONS["stream"].hub} THEN 0 ELSE
                   CAST(least(floor(4 * round(log2(everybody / g.parties), 6)), {_RARE}) AS BIGINT)
                   + CASE WHEN r.stream IS NULL THEN 0 ELSE {_RECIPE} END END AS quarters
        FROM stream g CROSS JOIN ({_EVERYBODY}) e
        LEFT JOIN recipe_stream r ON g.stream = r.stream) s
      ON u.stream = s.stream
    GROUP BY u.party"""


def _comparisons() -> pa.Table:
    rows = [
        {"kind": kind, "agree": c.agree, "ceiling": float(c.ceiling), "hub": c.hub}
        for name, c in COMPARISONS.items()
        if name not in _NO_VALUES
        for kind in _MERGED.get(name, (name,))
    ]
    return pa.Table.from_pylist(rows)
