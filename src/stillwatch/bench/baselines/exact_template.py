"""Who sends a text that is sent very often, word for word but for digits."""

from __future__ import annotations

from stillwatch.bench.baselines.base import Baseline, Floats
from stillwatch.rollup import Tables

__all__ = ["BASELINE", "TEMPLATE_USE"]

TEMPLATE_USE = " UNION ALL ".join(
    f"SELECT account, epoch_us(started_at) AS at, {column} AS template FROM reading"
    f" WHERE {column} IS NOT NULL"
    for column in ("system", "head", "tail")
)
"""Account, moment and template of each use: whole system text, first words, last words."""


def _score(tables: Tables) -> Floats:
    found = tables.engine.fetch(
        f"""WITH used AS ({TEMPLATE_USE}),
                 popular AS (SELECT template, count(*) AS exchanges FROM used GROUP BY template
                             HAVING min(account) <> max(account)),
                 best AS (SELECT u.account, max(p.exchanges) AS exchanges
                          FROM used u JOIN popular p USING (template) GROUP BY u.account)
            SELECT a.account_id, CAST(coalesce(b.exchanges, 0) AS DOUBLE) AS score
            FROM account a LEFT JOIN best b USING (account) ORDER BY a.account_id"""
    )
    score: Floats = found["score"].to_numpy()
    return score


BASELINE = Baseline(
    name="exact_template",
    meaning="Flags the accounts whose most common text is sent most often by several accounts.",
    source="Prompt hash counting, as in published detection rules.",
    score=_score,
)
