"""The accounts of a campaign: a hydra cluster as published, scattered ones, or honest-looking ones.

What accounts cost and what slips an operator makes are stated with each level. Prices are orders of
magnitude from public reports of the resale trade (an account resold for about 19 CNY; cheap tokens
at about a tenth of list), not measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stillwatch.sim.campaigns.technique import Order, Technique
from stillwatch.sim.draw import key_of, mix, number, within
from stillwatch.sim.plan import Table
from stillwatch.sim.who.clients import choose
from stillwatch.sim.who.marks import DISPOSABLE, FREE, SHAPES, VIRTUAL_BINS
from stillwatch.sim.who.networks import address
from stillwatch.sim.who.people import DAY, individuals

__all__ = ["LEVELS", "Level", "few", "recruit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What an evasion level costs and yields.

    Attributes:
        account_usd: Price of an account ready to use.
        monthly_usd: Network and card fees of an account a month.
        throughput: Harvested exchanges relative to the published way.
        decoys: Least share of traffic that harvests nothing.
    """

    account_usd: float
    monthly_usd: float
    throughput: float
    decoys: float


LEVELS = {
    "published": Level(account_usd=2.7, monthly_usd=0.4, throughput=1.0, decoys=0.0),
    "evasive": Level(account_usd=11.0, monthly_usd=6.0, throughput=0.6, decoys=0.3),
    "nasty": Level(account_usd=38.0, monthly_usd=24.0, throughput=0.25, decoys=0.5),
}
_CARD_USERS = 14  # accounts on one card, as published
_DEVICE_USERS = 6
_SLIPS = 0.12  # accounts of an evasive pool that share a device or a card after all
_MAILS = 4


def recruit(order: Order, technique: Technique) -> Table:
    """The accounts of a block, by evasion level; they exist before the campaign starts."""
    ctx = order.ctx
    people = individuals(
        ctx.rng,
        ctx.accounts,
        ctx.window,
        clients=dict(technique.clients),
        tiers=(0.3, 0.68, 0.02),
    )
    people["role"] = 1
    if order.evasion == "published":
        _hydra(order, technique, people)
    elif order.evasion == "evasive":
        _scattered(order, people)
    return people


def _hydra(order: Order, technique: Technique, people: Table) -> None:
    """Bulk sign-ups: shared cards, disposable mail, few devices, rented networks, few programs."""
    count, key = len(people), order.key
    serial = np.arange(count) + order.first
    people["payment"] = np.where(people["payment"] > 0, mix(serial // _CARD_USERS, key), 0)
    people["bin"] = VIRTUAL_BINS[within(mix(serial // _CARD_USERS, key + 1), 2)]
    people["device"] = np.where(people["device"] > 0, mix(serial // _DEVICE_USERS, key + 2), 0)
    mails = np.concatenate([DISPOSABLE[few(key, 3, len(DISPOSABLE))], FREE[:2]])
    people["domain"] = mails[within(mix(people["key"], 401), len(mails))]
    shape = key % len(SHAPES)
    people["shape"] = np.where(within(mix(people["key"], 402), 4) > 0, shape, people["shape"])
    wave = few(key, 3, 18)[within(mix(people["key"], 403), 3)]
    people["created"] = (
        order.window[0] - wave * DAY - within(mix(people["key"], 404), DAY // 3) - DAY // 12
    )
    _rented(order, people)
    programs = choose(np.random.default_rng(key), 3, dict(technique.clients))
    people["client"] = programs[within(mix(people["key"], 405), 2)]
    people["client2"] = programs[2]
    people["verification"] = 1 + within(mix(people["key"], 406), 2)
    people["model"] = 1 + key % 2
    people["language"] = 0


def _rented(order: Order, people: Table) -> None:
    """Addresses of rented machines and residential proxies, a few accounts on each."""
    place = np.array([8, 7, 0, 18])[within(mix(people["key"], 407), 4)]
    exits = address(np.random.default_rng(order.key), "hosting", np.full(24, 8), 9000)
    homes = address(order.ctx.rng, "residential", place)
    rented = within(mix(people["key"], 408), 2) > 0
    ip = np.where(rented, exits[within(mix(people["key"], 409), len(exits))], homes)
    people["home"] = people["work"] = ip
    people["mobile"] = exits[(within(mix(people["key"], 410), len(exits)))]
    people["signup"] = np.where(people["signup"] > 0, ip, 0)
    people["country"] = place


def _scattered(order: Order, people: Table) -> None:
    """Own cards and residential networks, staggered sign-ups; a slip now and then."""
    count = len(people)
    serial = np.arange(count) + order.first
    slip = within(mix(people["key"], 411), 1000) < int(_SLIPS * 1000)
    shared = mix(serial // 40, order.key + 5)
    people["device"] = np.where(slip & (people["device"] > 0), shared, people["device"])
    people["payment"] = np.where(slip & (people["payment"] > 0), shared, people["payment"])
    virtual = within(mix(people["key"], 412), 10) < _MAILS
    issuers = VIRTUAL_BINS[within(mix(people["key"], 413), len(VIRTUAL_BINS))]
    people["bin"] = np.where(virtual, issuers, people["bin"])
    stagger = within(mix(people["key"], 414), 70 * DAY)
    people["created"] = order.window[0] - stagger - DAY // 4


def few(key: int, count: int, limit: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A few different numbers below a limit that a campaign sticks to."""
    order = np.argsort(number(key_of(key, "few"), limit), kind="stable")
    return order[:count]
