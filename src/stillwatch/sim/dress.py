"""From moments of activity to plan rows: who asks what of which model, and from where."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stillwatch.sim.context import Context
from stillwatch.sim.draw import I64, U64, chance, key_of, mix, within
from stillwatch.sim.plan import Table, blank_rows
from stillwatch.sim.when.rhythm import Ticks
from stillwatch.sim.who.people import MODELS

__all__ = ["NEWEST", "adopt", "dress", "offer_tools", "own_system", "popular", "shared_system"]

NEWEST = MODELS - 1
_FIRST_TOPICS = np.array([0.62, 0.9])
_LABELLED = 0.12  # accounts that send a constant as end user
_TRANSIENT = 0.004
_LIMITED = 0.006
_REFUSED = 0.003
_TRY_NEWEST = 0.12


def dress(
    ctx: Context,
    people: Table,
    ticks: Ticks,
    texts: Mapping[str, float],
    *,
    follow: str | None = None,
    habit: float = 0.7,
) -> Table:
    """Plan rows for moments of activity.

    Args:
        ctx: Surroundings.
        people: The accounts.
        ticks: Their moments.
        texts: Requests that the kind makes, weighed.
        follow: Request of most later turns of a session; null: sessions ask anew.
        habit: Share of its requests for which an account uses its own favourite text.
    """
    rows = blank_rows(len(ticks.at))
    account = ticks.account
    rows["account"], rows["at"], rows["turn"] = account, ticks.at, ticks.turn
    rows["uid"] = mix(np.arange(len(rows)), key_of(ctx.seed, "uid"))
    rows["session"] = mix(ticks.sitting, key_of(ctx.seed, "session"))
    rows["thread"] = rows["session"]
    rows["history"] = 2 * (ticks.turn - 1)
    _ask(ctx, people, rows, texts=texts, follow=follow, habit=habit)
    _connect(people, rows)
    later = np.flatnonzero(ticks.turn > 1)
    rows["block_in"][later] = rows["uid"][later - 1]
    return rows


def _ask(
    ctx: Context,
    people: Table,
    rows: Table,
    *,
    texts: Mapping[str, float],
    follow: str | None,
    habit: float,
) -> None:
    account, uid = rows["account"], rows["uid"]
    weights = np.array(list(texts.values()), np.float64)
    numbers = np.array([ctx.lexicon.text(name) for name in texts])
    edges = np.cumsum(weights / weights.sum())[:-1]
    person = people["key"][account]
    favourite = np.where(chance(mix(uid, 11), habit), mix(person, 12), mix(uid, 12))
    rows["template"] = numbers[np.searchsorted(edges, _unit(favourite))]
    rows["item"] = mix(uid, 13)
    session = mix(rows["session"], 14)
    place = np.searchsorted(_FIRST_TOPICS, _unit(session))
    rows["topic"] = people["topic"][account, place]
    rows["language"] = np.where(chance(mix(session, 15), 0.08), 0, people["language"][account])
    if follow is not None:
        later = (rows["turn"] > 1) & chance(mix(uid, 16), 0.75)
        rows["template"][later] = ctx.lexicon.text(follow)
    if ctx.corpus:
        taken = chance(mix(uid, 17), ctx.corpus) & (rows["turn"] == 1)
        rows["template"][taken] = ctx.lexicon.text("corpus benign")
    rows["theme"] = mix(np.full(len(rows), ctx.world_seed))


def _connect(people: Table, rows: Table) -> None:
    """Network, client, model, key and outcome of each request."""
    account, session = rows["account"], rows["session"]
    labelled = chance(mix(people["key"], 20), _LABELLED)[account]
    rows["end_user"] = np.where(labelled, mix(people["key"], 19)[account], 0)
    where = _unit(mix(session, 21))
    rows["ip"] = np.select(
        [where < 0.6, where < 0.88],  # noqa: PLR2004 (home, work, else mobile)
        [people["home"][account], people["work"][account]],
        people["mobile"][account],
    )
    second = chance(mix(session, 22), 0.2)
    rows["client"] = np.where(second, people["client2"][account], people["client"][account])
    rows["credential"] = within(mix(people["key"], 23), 2)[account] * chance(mix(session, 24), 0.3)
    other = chance(mix(session, 25), 0.12)
    rows["model"] = np.where(other, within(mix(session, 26), 4), people["model"][account])
    state = _unit(mix(rows["uid"], 27))
    rows["status"] = np.select(
        [state < _LIMITED, state < _LIMITED + _TRANSIENT],
        [1, 2],
        0,
    )
    rows["refusal"] = np.where(
        chance(mix(rows["uid"], 28), _REFUSED), 1 + within(mix(rows["uid"], 29), 5), 0
    )


def adopt(ctx: Context, people: Table, rows: Table, share: float = _TRY_NEWEST) -> None:
    """Everybody tries the new model: some at once and for good, some once, some never."""
    account = rows["account"]
    keen = chance(mix(people["key"], 41), share)[account]
    delay = (_unit(mix(people["key"], 42))[account] * 10 * 86_400e6).astype(np.int64)
    curious = chance(mix(rows["uid"], 43), 0.06)
    after = rows["at"] > ctx.release + np.where(keen, delay, 0)
    rows["model"] = np.where(after & (keen | curious), NEWEST, rows["model"])


def own_system(ctx: Context, people: Table, rows: Table, name: str, share: float = 1.0) -> None:
    """A system prompt that is each account's own wording."""
    has = chance(mix(people["key"], 51), share)[rows["account"]]
    rows["system"] = np.where(has, ctx.lexicon.system(name), rows["system"])
    rows["system_seed"] = mix(people["key"], 52)[rows["account"]]


def shared_system(ctx: Context, rows: Table, name: str, theme: int, share: float = 1.0) -> None:
    """One and the same system prompt for all these rows (an app, an agent product)."""
    has = chance(mix(rows["session"], 53), share)
    rows["system"] = np.where(has, ctx.lexicon.system(name), rows["system"])
    rows["system_seed"] = theme


def popular(rows: Table, theme: int, share: float, kinds: int = 4000) -> None:
    """Some requests are word for word what others ask: ranks by Zipf's law."""
    taken = chance(mix(rows["uid"], 61), share)
    rank = np.floor(np.exp(_unit(mix(rows["uid"], 62)) * np.log(kinds))).astype(np.int64)
    same: U64 = mix(rank, key_of(theme, "popular"))
    rows["item"] = np.where(taken, same, rows["item"])
    rows["topic"] = np.where(taken, within(same, 24), rows["topic"])
    rows["language"] = np.where(taken, 0, rows["language"])


def offer_tools(rows: Table, sets: tuple[int, ...], mean_calls: float = 0.8) -> None:
    """Tools in every request of an account, one set each, and calls in the answers."""
    index: I64 = within(mix(rows["account"], 71), len(sets))
    rows["tools"] = np.array(sets)[index]
    rows["calls"] = np.floor(-np.log1p(-_unit(mix(rows["uid"], 72))) * mean_calls).clip(0, 9)


def _unit(digests: U64) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return (digests >> np.uint64(11)).astype(np.float64) * 2.0**-53
