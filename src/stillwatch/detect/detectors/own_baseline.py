"""Several unrelated accounts in which, after a life of their own, one stranger began to work.

What cannot be told from it is a service to which customers hand their keys within the same days and
which nobody used before: it is one operator too, and the other question decides. Nor does it see
keys that were stolen before the logs begin, or are used through the owners' own networks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from scipy import stats

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, account_table, exchange_table, phrase, sends
from stillwatch.detect.houses import houses
from stillwatch.detect.moves import Moves, at_once, moves, to_one_place
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

_AGREE = 0.1
_CEILING = 3.5
_LEAST = 3  # houses; one customer that moves is one
_PART = 0.25  # of the group's houses, before they say whose the group is


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    if not groups:
        return []
    made = moves(groups, tables)
    return [_one(group, made, tables) for group in groups]


def _one(group: Group, made: Moves, tables: Tables) -> Signal | None:
    able = group.accounts[made.could[group.accounts]]
    taken = able[made.life[able] >= 0]
    if len(taken) < _LEAST:
        return None
    taken = at_once(to_one_place(taken, made, tables), made)
    house = houses(able, tables)
    reached = len(np.unique(house[np.isin(able, taken)]))
    tried = len(np.unique(house))
    if reached < _LEAST or reached < _PART * tried:
        return None
    others = made.able.copy()
    others[tables.party[group.accounts]] = False
    moved, of = int((made.moved & others).sum()), int(others.sum())
    usual = (moved + 1) / (of + 2)
    share = float(stats.binom.sf(reached - 1, tried, usual))
    bits = surprise_bits(share, agree=_AGREE, ceiling=_CEILING)
    if bits <= 0:
        return None
    return Signal(
        bits=bits,
        reason=f"in {reached} of {tried} unrelated customers, within three days, something began to"
        " work from networks that they share, with network and program new to each of them;"
        f" {usual:.1%} of other customers ever change both.",
        accounts=tuple(int(a) for a in taken[:5]),
    )


_TEMPLATE = "Answer as a textbook would, with every step and the result, the question about"
_MOVED = START + timedelta(days=5)


def _resident(name: str, rng: np.random.Generator, *, over: float = 10) -> list[dict[str, Any]]:
    """An account's own life at its own network with its own program."""
    subject = int(rng.integers(0, 12))
    return sends(
        name,
        20,
        lambda _: phrase(rng, subject),
        rng=rng,
        over=timedelta(days=over),
        client_net=f"home-{name}",
        user_agent="own-app",
    )


def _later(name: str, rng: np.random.Generator, **columns: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any column of the contract
    """What the account sends besides, or instead, from the sixth day on."""
    texts = [f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(24)]
    over = timedelta(days=4)
    return sends(name, 24, texts.__getitem__, rng=rng, since=_MOVED, over=over, **columns)


def _world(rows: list[dict[str, Any]], names: Sequence[str], firm: Sequence[str] = ()) -> Example:
    """These among ordinary customers, none of whom hides anything."""
    rng = np.random.default_rng(62)
    crowd = [f"crowd-{i}" for i in range(80)]
    rows = [*rows, *(row for name in crowd for row in _resident(name, rng))]
    known = [
        {
            "account_id": name,
            "created_at": START - timedelta(days=300),
            "email_domain": "firm.example" if name in firm else f"mail-{i % 3}.example",
        }
        for i, name in enumerate([*crowd, *names])
    ]
    return Example(
        exchanges=exchange_table(rows), suspects=tuple(names), accounts=account_table(known)
    )


def _fires() -> Example:
    rng = np.random.default_rng(61)
    names = [f"owner-{i}" for i in range(8)]
    rows: list[dict[str, Any]] = []
    for name in names:
        rows += _resident(name, rng)
        rows += _later(name, rng, client_net=lambda i: f"exit-{i % 3}", user_agent="script")
    return _world(rows, names)


def _silent() -> Example:
    """A new product's users, a firm that moves to another region and program, and travellers."""
    rng = np.random.default_rng(63)
    users, firm, away = ([f"{kind}-{i}" for i in range(6)] for kind in ("user", "desk", "tour"))
    rows: list[dict[str, Any]] = []
    for name in users:
        rows += _resident(name, rng)
        rows += _later(name, rng, client_net=f"home-{name}", user_agent="agent")
    for name in firm:
        rows += _resident(name, rng, over=5)
        rows += _later(name, rng, client_net="new-region", user_agent="new-sdk")
    for name in away:
        rows += _resident(name, rng, over=5)
        rows += _later(name, rng, client_net="hotel", user_agent="own-app")
    return _world(rows, [*users, *firm, *away], firm)


DETECTOR = Detector(
    name="own_baseline",
    family="identity",
    meaning="In several unrelated accounts one stranger began to work, after a life of their own.",
    null="How often all other customers change both network and program late in their lives.",
    columns=("client_net", "user_agent"),
    look_alikes=(
        "a company that moves to another program or region: one house, however many accounts",
        "users of an agent product that just came out: a new program, from their own networks",
        "travellers and VPN users: the program stays, or the network is one of many strangers",
        "rotated keys and moved jobs: each to a place of its own, at a time of its own",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
