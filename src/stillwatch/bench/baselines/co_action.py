"""Who sends the same text as another account within a minute, how many times (CooRTweet)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stillwatch.bench.baselines.base import Baseline, Floats
from stillwatch.bench.baselines.exact_template import TEMPLATE_USE
from stillwatch.rollup import Tables

__all__ = ["BASELINE", "co_actions", "pair_weights"]

Index = npt.NDArray[np.int64]

_WINDOW = 60_000_000  # microseconds
_AHEAD = 30  # later uses of a text that each use is paired with; very busy texts are sampled so


def co_actions(
    what: Index, who: Index, at: Index, *, window: int = _WINDOW, ahead: int | None = _AHEAD
) -> tuple[Index, Index, Index]:
    """Pairs of different actors that act on one object within a window, one row an object.

    Args:
        what: Object of each act.
        who: Actor of each act, 0 and up.
        at: Moment of each act.
        window: Longest time between two acts, in the unit of `at`, inclusive.
        ahead: Look at so many next acts on the object at the most; null looks at all.

    Returns:
        Object, smaller and larger actor, each triple once.
    """
    order = np.lexsort((at, what))
    what, who, at = what[order], who[order], at[order]
    found = []
    step = 1
    while step < len(what) and (ahead is None or step <= ahead):
        near = (what[step:] == what[:-step]) & (at[step:] - at[:-step] <= window)
        if not near.any():
            break
        pair = near & (who[step:] != who[:-step])
        a, b = who[:-step][pair], who[step:][pair]
        found.append(np.stack([what[:-step][pair], np.minimum(a, b), np.maximum(a, b)]))
        step += 1
    if not found:
        empty = np.empty(0, np.int64)
        return empty, empty, empty
    triples = np.unique(np.concatenate(found, axis=1), axis=1)
    return triples[0], triples[1], triples[2]


def pair_weights(first: Index, second: Index) -> tuple[Index, Index, Index]:
    """Distinct pairs with how often each occurs: the weight of an edge."""
    pairs, weight = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    return pairs[0], pairs[1], weight.astype(np.int64)


def _score(tables: Tables) -> Floats:
    used = tables.engine.fetch(
        f"""WITH used AS ({TEMPLATE_USE}),
                 shared AS (SELECT template FROM used GROUP BY template
                            HAVING min(account) <> max(account))
            SELECT u.template, u.account, u.at FROM used u SEMI JOIN shared s
            ON u.template = s.template"""
    ).combine_chunks()
    minute = used["at"].to_numpy() // _WINDOW
    # a text that is used all day gives a new object every minute, as a shared link does
    text = np.unique(used["template"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    act = np.unique(text * (int(minute.max(initial=0)) + 1) + minute, return_inverse=True)[1]
    _, a, b = co_actions(act.astype(np.int64), tables.place(used["account"]), used["at"].to_numpy())
    one, two, weight = pair_weights(a, b)
    score = np.zeros(tables.accounts.num_rows)
    np.maximum.at(score, one, weight)
    np.maximum.at(score, two, weight)
    return score


BASELINE = Baseline(
    name="co_action",
    meaning="Flags the accounts that send a text in the same minute as another account most often.",
    source="CooRTweet (Righetti and Balluff 2023): co-action within 60 s, edges by their weight.",
    score=_score,
)
