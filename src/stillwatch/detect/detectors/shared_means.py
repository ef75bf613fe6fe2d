"""Accounts of different parties that share payment, device, phone, credential or rare addresses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.words import means
from stillwatch.rollup.rows import Rows, pairs
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_KINDS = (
    "payment", "device", "phone", "email", "credential",
    "client_ip", "client_net", "signup_ip", "signup_net",
)  # fmt: skip
_PLACES = ("client_ip", "client_net", "signup_ip", "signup_net")
_HOMES = ("signup_ip", "signup_net")
_NEAR = 0.3
_DISCOUNT = 0.5  # people who share a card often share a place
_CEILING = 8.0
_HIDE_NOTHING = -4.0  # bits, where all openly belong together: they do not pose as strangers
_OPEN = 0.3  # of the weight is left where the accounts openly belong together
_LEAST = 0.25  # of the accounts must be tied before the group says anything
_SHARED = 2  # parties of the group that show a value before it is shared in it
_TIED = 0.5  # bits from which an account counts as tied
_WORTH_SAYING = 0.2  # of the accounts openly belong together


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    hubs = tables.hubs
    spokes = Rows.by(hubs.account, tables.accounts.num_rows)
    shown, _ = pairs(hubs.hub, tables.party[hubs.account])
    everywhere = np.bincount(shown, minlength=len(hubs.bits)).astype(float)
    known = np.isin(hubs.kind, _KINDS)
    found: list[Signal | None] = []
    for group in groups:
        rows = spokes.of(group.accounts)
        rows = rows[known[hubs.hub[rows]]] if len(rows) else rows
        found.append(_one(group, rows, everywhere, tables) if len(rows) else None)
    return found


def _one(group: Group, rows: Index, everywhere: Floats, tables: Tables) -> Signal | None:
    hubs = tables.hubs
    hub, account = hubs.hub[rows], hubs.account[rows]
    met, of = np.unique(hub, return_inverse=True)
    inside, _ = pairs(of, tables.party[account])
    here = np.bincount(inside, minlength=len(met)).astype(float)
    within = np.where(here >= _SHARED, (here - 1) / np.maximum(everywhere[met] - 1, 1), 0.0)
    worth = hubs.bits[hub] * within[of]
    at = np.searchsorted(group.accounts, account)
    place = np.zeros(len(group.accounts))
    person = np.zeros(len(group.accounts))
    near = np.isin(hubs.kind[hub], _PLACES)
    np.maximum.at(place, at[near], worth[near])
    np.maximum.at(person, at[~near], worth[~near])
    # people who signed up at one place meet there; means shared from far apart do not happen so
    together = np.isin(hubs.kind[hub], _HOMES) & (worth > _TIED)
    home = np.isin(np.arange(len(group.accounts)), at[together])
    best = person + np.where(person > 1, _DISCOUNT, 1.0) * np.where(home, _NEAR, 1.0) * place
    tied = best > _TIED
    if tied.mean() < _LEAST:
        return None
    affiliated = openly_affiliated(group, tables)
    bits = float(best.mean()) * (1 - (1 - _OPEN) * affiliated)
    bits += _HIDE_NOTHING * max(0.0, 2 * affiliated - 1)
    kinds = {k: len(np.unique(at[(hubs.kind[hub] == k) & (worth > 1)])) for k in _KINDS}
    shown = sorted(((n, k) for k, n in kinds.items() if n), reverse=True)[:3]
    what = ", ".join(f"{means(k)} ({n})" for n, k in shown)
    opened = (
        f" {affiliated:.0%} of them openly belong together." if affiliated > _WORTH_SAYING else ""
    )
    return Signal(
        bits=min(bits, _CEILING),
        reason=f"{int(tied.sum())} of {len(best)} accounts share means that strangers rarely share:"
        f" {what}.{opened}",
        accounts=tuple(int(a) for a in group.accounts[tied][:5]),
    )


def _fires() -> Example:
    rng = np.random.default_rng(3)
    rows = crowd(rng)
    names = tuple(f"pool-{i}" for i in range(10))
    for name in names:
        texts = [phrase(rng, int(rng.integers(0, 12))) for _ in range(10)]
        rows += sends(name, 10, texts.__getitem__, rng=rng)
    known = [{"account_id": n, "payment_hmac": f"card-{i // 5}"} for i, n in enumerate(names)] + [
        {"account_id": f"crowd-{i}", "payment_hmac": f"own-{i}"} for i in range(60)
    ]
    return Example(exchanges=exchange_table(rows), suspects=names, accounts=account_table(known))


def _silent() -> Example:
    example = _fires()
    known = [
        {
            "account_id": n,
            "payment_hmac": "company-card",
            "organization_id": "acme",
            "sso": True,
            "verification": 3,
        }
        for n in example.suspects
    ] + [{"account_id": f"crowd-{i}", "payment_hmac": f"own-{i}"} for i in range(60)]
    return Example(
        exchanges=example.exchanges, suspects=example.suspects, accounts=account_table(known)
    )


DETECTOR = Detector(
    name="shared_means",
    family="identity",
    meaning="Accounts of different parties share payment, device, phone, credential or addresses.",
    null="How common each shared value is among all parties (Fellegi-Sunter weights).",
    columns=(),
    look_alikes=(
        "a company, school or agency: one party, or one domain with verified accounts",
        "campus, carrier or VPN networks: values with many parties weigh little",
        "families: fewer than three parties, and no common work",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
