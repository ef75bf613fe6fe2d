"""The settings of each stage, as frozen dataclasses whose fields carry meaning, unit and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

__all__ = [
    "Assess",
    "Campaign",
    "Detect",
    "Ingest",
    "Link",
    "Read",
    "Report",
    "Rollup",
    "Settings",
]


def _says(
    meaning: str, unit: str = "", *, least: float | None = None, most: float | None = None
) -> dict[str, str | float | None]:
    """What a key means, its unit, and the values allowed (both ends)."""
    return {"meaning": meaning, "unit": unit, "least": least, "most": most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """How logs are read in."""

    batch_rows: int = field(
        default=65_536,
        metadata=_says(
            "exchanges that are converted at a time", "exchanges", least=1, most=10_000_000
        ),
    )
    line_limit_bytes: int = field(
        default=16 * 2**20,
        metadata=_says(
            "a longer line of a JSONL file is set aside as unreadable", "bytes", least=1024
        ),
    )
    keep_addresses: bool = field(
        default=False,
        metadata=_says("keep client addresses as text; otherwise a keyed hash takes their place"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """How text becomes numbers."""

    threads: int = field(
        default=0,
        metadata=_says("threads that read text; 0 means one for each core", "threads", least=0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """How readings are summed."""

    memory_limit_mib: int = field(
        default=4096,
        metadata=_says("memory that the engine may use before it spills to disk", "MiB", least=256),
    )
    spill_folder: Path | None = field(
        default=None,
        metadata=_says(
            "where the engine spills; unset means the system's folder for temporary files"
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Detect:
    """What is too little to judge."""

    minimum_parties: int = field(
        default=3,
        metadata=_says("fewer accounts than this are not judged as a group", "accounts", least=2),
    )
    minimum_exchanges: int = field(
        default=20,
        metadata=_says(
            "a group with fewer exchanges than this is not judged", "exchanges", least=1
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How pairs of accounts are found."""

    hub_limit: int = field(
        default=2000,
        metadata=_says(
            "a value shared by more accounts than this makes no pairs", "accounts", least=2
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """How linked accounts become a campaign."""

    resolution: float = field(
        default=1.0,
        metadata=_says("of the search for communities; higher means smaller campaigns", least=0),
    )
    minimum_accounts: int = field(
        default=3,
        metadata=_says(
            "smaller groups are no campaign, save for a deterministic proof", "accounts", least=2
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess:
    """How evidence becomes a probability."""

    operator_prior_bits: float = field(
        default=-4.0,
        metadata=_says(
            "belief before evidence that a group is one operator posing as strangers", "bits"
        ),
    )
    harvesting_prior_bits: float = field(
        default=-3.5,
        metadata=_says("belief before evidence that a group harvests answers for training", "bits"),
    )
    named_at: float = field(
        default=0.9,
        metadata=_says("probability from which a campaign is named", "0..1", least=0, most=1),
    )
    report_at: float = field(
        default=0.5,
        metadata=_says("probability from which a campaign is reported", "0..1", least=0, most=1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the report shows."""

    members_shown: int = field(
        default=50,
        metadata=_says(
            "members that the page lists for a campaign; the tables have all", "accounts", least=1
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; immutable once loaded.

    Attributes:
        origins: Where each value that is not a default came from: `section.key` to a place such as
            `stillwatch.toml:3:1` or `STILLWATCH_READ__THREADS`.
    """

    ingest: Ingest = Ingest()
    read: Read = Read()
    rollup: Rollup = Rollup()
    detect: Detect = Detect()
    link: Link = Link()
    campaign: Campaign = Campaign()
    assess: Assess = Assess()
    report: Report = Report()
    origins: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
