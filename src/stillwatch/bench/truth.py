"""What really happened in a simulated world, read beside what a run says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from stillwatch.errors import NotFoundError

__all__ = ["Planted", "Truth", "read_truth"]

Words = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A campaign that was planted.

    Attributes:
        name: Its id in the truth.
        technique: What it does.
        evasion: How hard it tries not to be seen.
        members: Accounts that serve it, owners of stolen keys included.
        exchanges: Of its members.
        extraction: Exchanges that harvest.
        capabilities: What it aims at.
        usd_per_1000: What a thousand harvested exchanges cost its operator.
        throughput: Harvest relative to the published way, 0..1.
    """

    name: str
    technique: str
    evasion: str
    members: frozenset[str]
    exchanges: int
    extraction: int
    capabilities: tuple[str, ...]
    usd_per_1000: float
    throughput: float


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The truth of one world; the arrays have one entry an account, in the same order.

    Attributes:
        folder: Where the world lies.
        ids: Account ids, ascending.
        kind: Honest kind, or the technique of a member.
        campaign: Campaign that the account serves, or an empty word.
        role: `honest`, `member` or `victim`.
        owner: Who really operates it: its campaign, its organisation, or itself.
        party: The customer it says it is: its organisation, or itself.
        campaigns: What was planted.
    """

    folder: Path
    ids: Words
    kind: Words
    campaign: Words
    role: Words
    owner: Words
    party: Words
    campaigns: tuple[Planted, ...]

    @cached_property
    def honest(self) -> frozenset[str]:
        """Accounts that serve no campaign."""
        return frozenset(self.ids[self.campaign == ""].tolist())

    @cached_property
    def victims(self) -> frozenset[str]:
        """Owners of stolen keys."""
        return frozenset(self.ids[self.role == "victim"].tolist())

    @cached_property
    def place(self) -> dict[str, int]:
        """Position by account id."""
        return {name: i for i, name in enumerate(self.ids.tolist())}

    def leaked(self, campaign: str, before: datetime) -> float | None:
        """Share, 0..1, of a campaign's harvesting exchanges that had begun before a moment."""
        at = self._harvested.get(campaign)
        if at is None:
            return None
        return float((at < np.datetime64(before.replace(tzinfo=None), "us")).mean())

    @cached_property
    def _harvested(self) -> dict[str, npt.NDArray[np.datetime64]]:
        """Moments of the harvesting exchanges of each campaign."""
        rows = pq.read_table(
            self.folder / "truth" / "exchanges.parquet", filters=pc.field("extraction")
        )
        if not rows.num_rows:
            return {}
        ids = rows["exchange_id"].combine_chunks()
        seen = ds.dataset(self.folder / "exchanges", format="parquet")
        found = seen.to_table(
            columns=["exchange_id", "started_at"],
            filter=pc.field("exchange_id").isin(ids),
        )
        at = found["started_at"].take(pc.index_in(ids, found["exchange_id"].combine_chunks()))
        moments = at.to_numpy().astype("datetime64[us]")
        owner = np.asarray(rows["campaign"].to_pylist())
        return {name: moments[owner == name] for name in np.unique(owner).tolist()}


def read_truth(folder: Path) -> Truth:
    """The truth of a world as `stillwatch simulate` writes it.

    Raises:
        NotFoundError: The folder holds no such world.
    """
    needed = ("truth/accounts.parquet", "truth/campaigns.parquet", "truth/exchanges.parquet",
              "accounts.parquet", "exchanges")  # fmt: skip
    lacking = [name for name in needed if not (folder / name).exists()]
    if lacking:
        message = f"{folder} is no world with its truth: it lacks {', '.join(lacking)}"
        raise NotFoundError(message, hint="make one with `stillwatch simulate`")
    people = pq.read_table(folder / "truth" / "accounts.parquet").sort_by("account_id")
    ids = _words(people["account_id"])
    campaign = _words(people["campaign"])
    party = _parties(folder, people["account_id"].combine_chunks())
    return Truth(
        folder=folder,
        ids=ids,
        kind=_words(people["kind"]),
        campaign=campaign,
        role=_words(people["role"]),
        owner=np.where(campaign != "", campaign, party),
        party=party,
        campaigns=_planted(folder, ids, campaign),
    )


def _words(column: pa.ChunkedArray) -> Words:
    return np.asarray(pc.fill_null(column.cast(pa.string()), "").to_pylist(), dtype=np.str_)


def _parties(folder: Path, ids: pa.Array) -> Words:
    table = pq.read_table(
        folder / "accounts.parquet", columns=["account_id", "organization_id"]
    ).combine_chunks()
    at = pc.index_in(ids, value_set=table["account_id"].combine_chunks())
    organization = table["organization_id"].combine_chunks().take(at)
    return _words(pa.chunked_array([pc.coalesce(organization, ids)]))


def _planted(folder: Path, ids: Words, campaign: Words) -> tuple[Planted, ...]:
    rows = pq.read_table(folder / "truth" / "campaigns.parquet").to_pylist()
    return tuple(
        Planted(
            name=row["campaign"],
            technique=row["technique"],
            evasion=row["evasion"],
            members=frozenset(ids[campaign == row["campaign"]].tolist()),
            exchanges=row["exchanges"],
            extraction=row["extraction_exchanges"],
            capabilities=tuple(row["capabilities"]),
            usd_per_1000=float(row["attack_usd_per_1000"] or 0.0),
            throughput=float(row["throughput"] or 0.0),
        )
        for row in rows
    )
