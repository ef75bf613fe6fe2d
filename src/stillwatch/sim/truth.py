"""What really happened: counts kept while planning, and the table of campaigns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.schema import TIME
from stillwatch.sim.campaigns import TECHNIQUES
from stillwatch.sim.campaigns.cost import cost
from stillwatch.sim.plan import Table
from stillwatch.sim.world import World

__all__ = ["Tally", "campaign_names", "true_campaigns"]


class Tally:
    """Counts that the plan leaves behind.

    Args:
        campaigns: How many campaigns there are.
    """

    def __init__(self, campaigns: int) -> None:
        self._sent: list[npt.NDArray[np.int64]] = []
        self._harvested: list[npt.NDArray[np.int64]] = []
        self.first = np.full(campaigns, np.iinfo(np.int64).max)
        self.last = np.zeros(campaigns, np.int64)
        self.rows = np.zeros(campaigns, np.int64)
        self.extraction = np.zeros(campaigns, np.int64)

    def add(self, rows: Table, shift: int, accounts: int) -> None:
        """Count the rows of one block, whose accounts begin at `shift`."""
        account = rows["account"] - shift
        wanted = rows["extraction"]
        self._sent.append(np.bincount(account, minlength=accounts))
        self._harvested.append(np.bincount(account[wanted], minlength=accounts))
        campaign = int(rows["campaign"][0]) if len(rows) else -1
        if campaign >= 0:
            self.rows[campaign] += len(rows)
            self.extraction[campaign] += int(wanted.sum())
            at = rows["at"][wanted]
            if len(at):
                self.first[campaign] = min(self.first[campaign], int(at.min()))
                self.last[campaign] = max(self.last[campaign], int(at.max()))

    @property
    def sent(self) -> npt.NDArray[np.int64]:
        """Exchanges of each account."""
        return np.concatenate(self._sent)

    @property
    def harvested(self) -> npt.NDArray[np.int64]:
        """Harvesting exchanges of each account."""
        return np.concatenate(self._harvested)


def campaign_names(world: World) -> list[str]:
    """Ids of the campaigns of a world, by number."""
    return [f"campaign-{number + 1:02d}" for number in range(len(world.campaigns))]


def true_campaigns(world: World, people: Table, tally: Tally) -> pa.Table:
    """One row a campaign: technique, level, size, time, aims, and what it cost its operator."""
    rows = []
    for number, (name, campaign) in enumerate(
        zip(campaign_names(world), world.campaigns, strict=True)
    ):
        technique = TECHNIQUES[campaign.technique]
        harvested = int(tally.extraction[number])
        bill = cost(
            evasion=campaign.evasion,
            accounts=campaign.accounts,
            days=campaign.days,
            harvested=harvested,
            decoys=int(tally.rows[number]) - harvested,
            ordered=campaign.exchanges,
            stolen=technique.name == "stolen keys",
        )
        rows.append(
            {
                "campaign": name,
                "technique": campaign.technique,
                "techniques": list(technique.number),
                "evasion": campaign.evasion,
                "accounts": int((people["campaign"] == number).sum()),
                "exchanges": int(tally.rows[number]),
                "extraction_exchanges": harvested,
                "first_at": int(tally.first[number]) if harvested else None,
                "last_at": int(tally.last[number]) if harvested else None,
                "capabilities": list(technique.capabilities),
                "attack_usd": bill.usd,
                "attack_usd_per_1000": bill.usd_per_1000,
                "extraction_per_day": bill.per_day,
                "throughput": bill.throughput,
            }
        )
    return pa.Table.from_pylist(rows, schema=_CAMPAIGN)


_S, _I, _F = pa.string(), pa.int64(), pa.float64()
_CAMPAIGN = pa.schema(
    [
        ("campaign", _S),
        ("technique", _S),
        ("techniques", pa.list_(_I)),
        ("evasion", _S),
        ("accounts", _I),
        ("exchanges", _I),
        ("extraction_exchanges", _I),
        ("first_at", TIME),
        ("last_at", TIME),
        ("capabilities", pa.list_(_S)),
        ("attack_usd", _F),
        ("attack_usd_per_1000", _F),
        ("extraction_per_day", _F),
        ("throughput", _F),
    ]
)
