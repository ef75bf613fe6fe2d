"""Accounts of different parties that were created in one batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.events import passing
from stillwatch.detect.examples import START, account_table, crowd, exchange_table, phrase, sends
from stillwatch.detect.words import means
from stillwatch.rollup.rows import Rows, pairs
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Floats = npt.NDArray[np.float64]
Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_CEILING = 3.0
_OPEN = 0.3  # of the weight is left where the accounts openly belong together
_LEAST = 0.15  # of the accounts must be of a batch before the group says anything
_MARKS = ("email_shape", "payment_bin", "email_domain", "signup_net", "signup_asn")
_HOME = 0.1  # a common mail domain: an institution has one, and its names have one shape
_PAIR = 2
_SAID = 0.2
_PLACE = 0.1  # a common network alone: a campus, an office, a conference


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    hubs = tables.hubs
    batch = hubs.kind == "cohort"
    used = batch[hubs.hub] if len(hubs.hub) else np.empty(0, bool)
    hub, account = hubs.hub[used], hubs.account[used]
    if not len(hub):
        return [None] * len(groups)
    same = _same(tables, hub, account, len(hubs.bits))
    worth = hubs.bits * _trust(same)
    met, _ = pairs(hub, tables.party[account])
    everywhere = np.bincount(met, minlength=len(hubs.bits)).astype(float)
    spokes = Rows.by(account, tables.accounts.num_rows)
    found: list[Signal | None] = []
    for group in groups:
        rows = spokes.of(group.accounts)
        met, of = np.unique(hub[rows], return_inverse=True)
        inside, _ = pairs(of, tables.party[account[rows]])
        here = np.bincount(inside, minlength=len(met))
        within = np.where(here >= _PAIR, (here - 1) / np.maximum(everywhere[met] - 1, 1), 0.0)
        at = np.searchsorted(group.accounts, account[rows])
        best = np.full(len(group.accounts), np.nan)
        np.fmax.at(best, at, (worth[met] * within)[of])
        shown = [m for m in _MARKS if same[m][met].any()]
        found.append(
            _one(group, best, shown, openly_affiliated(group, tables), event=passing(group, tables))
        )
    return found


def _same(tables: Tables, hub: Index, account: Index, hubs: int) -> dict[str, Flags]:
    """By mark and hub, whether all accounts of the batch show one value."""
    known = tables.engine.fetch(
        "SELECT a.account_id, f.email_shape, f.payment_bin, f.email_domain, f.signup_net,"
        " f.signup_asn FROM account a LEFT JOIN fact f USING (account) ORDER BY a.account_id"
    )
    return {name: _unanimous(known[name], hub, account, hubs) for name in _MARKS}


def _trust(same: dict[str, Flags]) -> Floats:
    """By hub, how much a batch with this in common says: forged identities more than a place.

    People in one place bank with one issuer, so cards alike say no more than the place does.
    """
    cards = same["payment_bin"] & ~same["signup_net"]
    forged = (same["email_shape"] | cards) & ~same["email_domain"]
    return np.where(forged, 1.0, np.where(same["email_domain"], _HOME, _PLACE))


def _unanimous(column: pa.ChunkedArray, hub: Index, account: Index, hubs: int) -> Flags:
    """By hub, whether all of its accounts show one known value."""
    _, number = np.unique(
        np.asarray(pc.fill_null(column, 0).combine_chunks().to_numpy(zero_copy_only=False)),
        return_inverse=True,
    )
    missing = np.asarray(column.combine_chunks().is_null().to_numpy(zero_copy_only=False))
    mine = np.where(missing, -1, number)[account]
    low, high = np.full(hubs, np.iinfo(np.int64).max), np.full(hubs, -1)
    np.minimum.at(low, hub, mine)
    np.maximum.at(high, hub, mine)
    same: Flags = (low == high) & (low >= 0)
    return same


def _one(
    group: Group, best: Floats, shown: Sequence[str], affiliated: float, *, event: float
) -> Signal | None:
    """Weigh a group by what the batches of its accounts are worth, NaN outside of any."""
    joined = ~np.isnan(best)
    if joined.mean() < _LEAST:
        return None
    bits = float(np.nan_to_num(best).mean()) * (1 - (1 - _OPEN) * max(affiliated, event))
    opened = f"; {affiliated:.0%} of them openly belong together" if affiliated > _SAID else ""
    opened += f"; {event:.0%} came for an event and left" if event > _SAID else ""
    return Signal(
        bits=min(bits, _CEILING),
        reason=f"{int(joined.sum())} of {len(best)} accounts were created in batches, within hours"
        f" and alike in {', '.join(map(means, shown))}{opened}.",
        accounts=tuple(int(a) for a in group.accounts[joined][:5]),
    )


def _world(batch: dict[str, object], names: tuple[str, ...]) -> Example:
    rng = np.random.default_rng(41)
    rows = crowd(rng, accounts=120, each=6)
    for name in names:
        rows += sends(name, 6, [phrase(rng, 3) for _ in range(6)].__getitem__, rng=rng)
    day = np.timedelta64(1, "D").astype("timedelta64[s]").item()
    known: list[dict[str, object]] = [
        {
            "account_id": f"crowd-{i}",
            "created_at": START - day * (2 + i % 40),
            "email_shape": "a" * (3 + i % 9) + "." + "a" * (4 + i % 5),
            "email_domain": f"mail-{i % 4}.example",
            "signup_net": f"net-{i}",
        }
        for i in range(120)
    ]
    known += [
        {"account_id": n, "created_at": START - day, **batch, "email_domain": _domain(batch, i)}
        for i, n in enumerate(names)
    ]
    return Example(exchanges=exchange_table(rows), suspects=names, accounts=account_table(known))


def _domain(batch: dict[str, object], number: int) -> object:
    return batch.get("email_domain", f"mail-{number % 4}.example")


def _fires() -> Example:
    return _world({"email_shape": "aaaaaa9999"}, tuple(f"pool-{i}" for i in range(12)))


def _silent() -> Example:
    school = {"email_shape": "a9999999", "email_domain": "college.example", "verification": 2}
    return _world({**school, "signup_net": "campus"}, tuple(f"pupil-{i}" for i in range(12)))


DETECTOR = Detector(
    name="signup_batch",
    family="identity",
    meaning="Accounts of different parties were created within hours and look alike on paper.",
    null="How many sign-ups the value's own rate and the window's own rate would bring together.",
    columns=("account.created_at",),
    look_alikes=(
        "a class or a company roll-out: one mail domain, shown by verified accounts",
        "a campus, a conference, a hackathon: a network in common and nothing else weighs little",
        "a launch day: many sign-ups of every kind, so the window expects them",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
