"""Accounts through which many users talk to what is told to be another vendor's assistant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import crowd, exchange_table, phrase, sends
from stillwatch.detect.nulls.matched import Peers, spoken, typical
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]

_AGREE = 0.2
_CEILING = 2.0
_ENOUGH = 8  # exchanges with text
_LEAST_RATE = 0.05
_LEAST_USERS = 5  # a role-play has one user


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    text = tables.totals["with_text"]
    asked = tables.totals["asks_foreign_persona"]
    rate = np.where(text >= _ENOUGH, asked / np.maximum(text, 1), np.nan)
    users, crowding = _users(tables)
    sent = tables.totals["exchanges"]
    persona, crowded = Peers.of(tables, rate, sent), Peers.of(tables, crowding, sent)
    own = np.full(len(groups), np.nan)
    for i, group in enumerate(groups):
        mine = rate[group.accounts]
        shown = not np.isnan(mine).all() and np.nanmedian(mine) >= _LEAST_RATE
        if not shown or np.median(users[group.accounts]) < _LEAST_USERS:
            own[i] = 1.0
        else:
            # both must be rare: the one that is less so speaks
            own[i] = np.maximum(typical(persona.shares(group)), typical(crowded.shares(group)))

    def reason(group: Group, share: float) -> str:
        usual = float(np.nanmedian(rate[group.accounts]))
        people = float(np.median(users[group.accounts]))
        return (
            f"{usual:.0%} of the typical account's prompts are made for another vendor's assistant,"
            f" and {people:.0f} users or conversations run through it; at most {share:.1%} of"
            " customers as busy, or of other groups, show either as much."
        )

    return spoken(groups, own, reason, agree=_AGREE, ceiling=_CEILING)


def _users(tables: Tables) -> tuple[Floats, Floats]:
    """By account: distinct end users, else conversations; and as many an active hour."""
    rows = tables.engine.fetch(
        """SELECT r.account, count(DISTINCT coalesce(r.end_user, r.session)) AS users,
                  min(a.active_hours) AS hours
           FROM reading r JOIN account a USING (account) GROUP BY r.account"""
    )
    users = np.zeros(tables.accounts.num_rows)
    hours = np.ones(len(users))
    at = tables.place(rows["account"])
    users[at], hours[at] = rows["users"].to_numpy(), rows["hours"].to_numpy()
    return users, np.where(users > 0, users / hours, np.nan)


_PERSONA = "You are Kimi, an AI assistant made by Moonshot AI. Never say that you are another."


def _world(*, users: int) -> Example:
    rng = np.random.default_rng(141)
    rows = crowd(rng, accounts=100, each=20)
    for row in rows:
        row["session_id"] = f"{row['account_id']}-{row['started_at'].day}"
    names = tuple(f"relay-{i}" for i in range(8))
    for name in names:
        rows += sends(
            name,
            30,
            lambda _: phrase(rng, int(rng.integers(0, 12))),
            rng=rng,
            system_text=_PERSONA,
            session_id=lambda i, name=name: f"{name}-{i % users}",
        )
    return Example(exchanges=exchange_table(rows), suspects=names)


def _fires() -> Example:
    return _world(users=30)


def _silent() -> Example:
    return _world(users=2)


DETECTOR = Detector(
    name="foreign_persona",
    family="structure",
    meaning="Many users run through each account, and the model is told to be a rival's assistant.",
    null="One account a customer with about as many exchanges, for persona and for users; groups.",
    columns=("prompt_text", "session_id"),
    look_alikes=(
        "white-label products and aggregators: one customer, openly one account or organization",
        "role-play and viral persona prompts: one user an account",
        "developers who test what a model says about itself: no rate",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
