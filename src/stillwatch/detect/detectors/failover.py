"""Where one account is refused, another party's goes on with the same work within seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from stillwatch.detect.affiliation import openly_affiliated
from stillwatch.detect.base import Detector, Example
from stillwatch.detect.examples import START, crowd, exchange_table, phrase
from stillwatch.detect.moments import MINUTE, Moments, Traffic, everybody, moments
from stillwatch.detect.nulls.calibrated import surprise_bits
from stillwatch.detect.nulls.takeover import Takeover, Used, takeover
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_WITHIN = (15_000_000, 60_000_000)  # microseconds
_LOOKS = 2.0  # bits: two windows, and texts or very prompts
_AGREE = 0.4
_CEILING = 3.5
_HOP = 1.0  # bits at the most, of the ceiling, for hops to a higher tier
_ENOUGH = 6  # takeovers
_DAYS = 3  # on which they must lie
_PARTIES = 2  # refused, and as many that take over
_TIMES = 2.0  # what chance gives, at the least
_OFTEN = 0.2  # of the refusals are taken over
_OUTAGE = 0.01  # probability of so many refusals of others in that minute and those around it
_DAY = 1440 * MINUTE


def _weigh(groups: Sequence[Group], tables: Tables) -> list[Signal | None]:
    found: list[Signal | None] = [None] * len(groups)
    turned_away = tables.totals["limited"] + tables.totals["failed"]
    asked = [
        i
        for i, g in enumerate(groups)
        if len(g.streams) and turned_away[g.accounts].sum() >= _ENOUGH
    ]
    if asked:
        traffic = everybody(tables)
        for i, seen in moments(groups, tables, asked):
            if seen.refused.sum() >= _ENOUGH:
                found[i] = _one(groups[i], seen, traffic, tables)
    return found


def _one(group: Group, seen: Moments, traffic: Traffic, tables: Tables) -> Signal | None:
    refused = seen.refused & ~_outage(seen, traffic)
    item = np.where(seen.item == 0, -1, _code(seen.item))
    best: tuple[float, int, Takeover] | None = None
    for lane in (_code(seen.stream), item):
        used = Used(seen.at, lane, seen.party, seen.accepted, refused)
        for within in _WITHIN:
            found = takeover(used, within=within, least=_ENOUGH)
            if found is None or not _often(found, seen):
                continue
            bits = surprise_bits(found.share, agree=_AGREE, ceiling=_CEILING + _LOOKS) - _LOOKS
            if bits > 0 and (best is None or bits > best[0]):
                best = bits, within, found
    if best is None:
        return None
    bits, within, found = best
    higher, hops = _hops(found, seen)
    bits = min(bits + higher, _CEILING) * (1 - openly_affiliated(group, tables))
    if bits <= 0:
        return None
    to = f" {hops} of them to a higher tier;" if higher > 0 else ""
    return Signal(
        bits=bits,
        reason=f"{found.observed} of {found.events} times that one of them was refused, another"
        f" party went on with the same work within {within // 1_000_000} seconds, on"
        f" {_days(found, seen)} days;{to} chance gives {found.expected:.1f}, the reverse happened"
        f" {found.mirrored} times.",
        accounts=tuple(int(a) for a in np.unique(seen.account[found.taken])[:5]),
    )


def _code(values: Index) -> Index:
    """The values, numbered from 0."""
    code: Index = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return code


def _outage(seen: Moments, traffic: Traffic) -> Flags:
    """Rows of minutes in which others too were refused, far more than usual."""
    minute = seen.at // MINUTE
    at, of = np.unique(minute, return_inverse=True)
    near = np.arange(-1, 2)
    place = np.searchsorted(traffic.minute, at)
    place = place.clip(0, len(traffic.minute) - 1)
    others = traffic.exchanges.astype(np.float64).copy()
    denied = traffic.refused.astype(np.float64).copy()
    others[place] -= np.bincount(of, minlength=len(at))
    denied[place] -= np.bincount(of, seen.refused, minlength=len(at))
    usual = denied.sum() / max(others.sum(), 1.0)
    around = np.searchsorted(traffic.minute, (at[:, None] + near).ravel()).reshape(-1, len(near))
    around = around.clip(0, len(traffic.minute) - 1)
    there = np.abs(traffic.minute[around] - at[:, None]) <= 1
    much = (denied[around] * there).sum(axis=1)
    sent = (others[around] * there).sum(axis=1)
    rare = stats.poisson.sf(much - 1, np.maximum(usual * sent, 1e-9)) < _OUTAGE
    out: Flags = (rare & (much > 1))[of]
    return out


def _often(found: Takeover, seen: Moments) -> bool:
    """Whether it is a habit of several parties on several days."""
    several = min(
        len(np.unique(seen.party[found.refused])), len(np.unique(seen.party[found.taken]))
    )
    return (
        found.observed >= max(_ENOUGH, _TIMES * found.expected, _OFTEN * found.events)
        and several >= _PARTIES
        and _days(found, seen) >= _DAYS
    )


def _days(found: Takeover, seen: Moments) -> int:
    return len(np.unique(seen.at[found.refused] // _DAY))


def _hops(found: Takeover, seen: Moments) -> tuple[float, int]:
    """Bits for work that goes to higher tiers where it was refused, and how often it does.

    Compared with work that goes from party to party without a refusal.
    """
    before, after = seen.tier[found.refused], seen.tier[found.taken]
    known = (before >= 0) & (after >= 0)
    usual = [seen.tier[rows] for rows in found.usual]
    both = (usual[0] >= 0) & (usual[1] >= 0)
    rate = (1 + (usual[1] > usual[0])[both].sum()) / (2 + both.sum())
    hops, of = int((after > before)[known].sum()), int(known.sum())
    if hops < _ENOUGH:
        return 0.0, hops
    share = float(stats.binom.sf(hops - 1, of, max(rate, 0.25)))
    return surprise_bits(share, agree=_AGREE, ceiling=_HOP), hops


_TEMPLATE = "Work through the following case as a senior specialist and report every step about"


def _sent(
    rng: np.random.Generator, name: str, second: float, status: int, house: str | None = None
) -> dict[str, Any]:
    """One exchange of the template, so many seconds after START."""
    return {
        "exchange_id": f"{name}-{second:.3f}-{status}",
        "account_id": name,
        "organization_id": house,
        "started_at": START + timedelta(seconds=second),
        "prompt_text": f"{_TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}",
        "http_status": status,
    }


def _worker(
    rng: np.random.Generator, names: Sequence[str], house: str | None = None
) -> list[dict[str, Any]]:
    """One list of work; whenever an account is refused the next one goes on."""
    rows, holder = [], 0
    for day in range(6):
        second = day * 86_400 + float(rng.uniform(0, 40_000))
        for _ in range(80):
            second += float(rng.uniform(20, 90))
            if rng.random() < _REFUSED:
                rows.append(_sent(rng, names[holder], second, 429, house))
                holder = (holder + 1) % len(names)
                second += float(rng.uniform(1, 6))
            rows.append(_sent(rng, names[holder], second, 200, house))
    return rows


def _fires() -> Example:
    rng = np.random.default_rng(31)
    names = tuple(f"pool-{i}" for i in range(6))
    return Example(exchanges=exchange_table(crowd(rng) + _worker(rng, names)), suspects=names)


def _silent() -> Example:
    """A class that is refused at once, a house's balancer, users that are refused at random."""
    rng = np.random.default_rng(32)
    keys, pupils, users = (
        tuple(f"{kind}-{i}" for i in range(10)) for kind in ("key", "pupil", "user")
    )
    rows = crowd(rng) + _worker(rng, keys, "house")
    for day in range(8):
        for name in pupils:
            for second in day * 86_400 + 9 * 3600 + np.sort(rng.uniform(0, 3000, 12)):
                shut = 1200 < second % 1500 < 1260  # noqa: PLR2004 - the school's limit
                rows.append(_sent(rng, name, second, 429 if shut else 200))
                if shut:
                    rows.append(_sent(rng, name, second + rng.uniform(60, 90), 200))
        for name in users:
            for second in day * 86_400 + np.sort(rng.uniform(8 * 3600, 18 * 3600, 40)):
                refused = rng.random() < _REFUSED
                rows.append(_sent(rng, name, second, 429 if refused else 200))
                if refused:
                    rows.append(_sent(rng, name, second + rng.uniform(2, 40), 200))
    return Example(exchanges=exchange_table(rows), suspects=(*keys, *pupils, *users))


_REFUSED = 0.08

DETECTOR = Detector(
    name="failover",
    family="coordination",
    meaning="Where an account is refused, another party's takes up the same work within seconds.",
    null="What follows on the party's own answers, on the refusals moved in time, and the reverse:"
    " the most lenient of the three.",
    columns=("http_status", "prompt_text"),
    look_alikes=(
        "load balancers over keys of one organization: parties are compared, not accounts",
        "a house whose accounts show a common home: it hides nothing",
        "one limit for a class: several parties refused together are no event",
        "an outage: minutes in which others are refused too are left out",
        "retries of one account: it goes on itself",
    ),
    weigh=_weigh,
    fires=_fires,
    silent=_silent,
)
