"""What a campaign costs its operator: accounts, networks and tokens against what it harvests."""

from __future__ import annotations

from dataclasses import dataclass

from stillwatch.sim.campaigns.pool import LEVELS

__all__ = ["Cost", "cost"]

_USD_AN_EXCHANGE = 0.004  # about 250 tokens in and 350 out at a mid-range list price


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Money and throughput of a campaign.

    Attributes:
        usd: Accounts, fees and tokens together.
        usd_per_1000: Of a thousand harvested exchanges.
        per_day: Harvested exchanges a day.
        throughput: Harvest relative to what the same accounts were asked to do the published way.
    """

    usd: float
    usd_per_1000: float
    per_day: float
    throughput: float


def cost(
    *,
    evasion: str,
    accounts: int,
    days: float,
    harvested: int,
    decoys: int,
    ordered: int,
    stolen: bool,
) -> Cost:
    """The bill of a campaign; stolen keys cost their owners the tokens.

    Args:
        evasion: Level.
        accounts: Its accounts.
        days: How long it ran.
        harvested: Exchanges that served it.
        decoys: Its other exchanges.
        ordered: Exchanges it was to harvest in the published way.
        stolen: Whether the accounts are other people's.
    """
    level = LEVELS[evasion]
    fees = accounts * (level.account_usd + level.monthly_usd * max(1.0, days / 30))
    tokens = 0.0 if stolen else (harvested + decoys) * _USD_AN_EXCHANGE
    usd = fees + tokens
    return Cost(
        usd=round(usd, 2),
        usd_per_1000=round(usd / max(harvested, 1) * 1000, 2),
        per_day=round(harvested / max(days, 0.1), 1),
        throughput=round(harvested / max(ordered, 1), 3),
    )
