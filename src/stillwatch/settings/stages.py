"""The settings of each stage, as frozen dataclasses whose fields carry meaning, unit and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from stillwatch.errors import ConfigError
from stillwatch.settings.cluster import Spark
from stillwatch.settings.said import says as _says
from stillwatch.settings.serve import Serve

__all__ = [
    "Assess",
    "Detect",
    "EngineName",
    "Ingest",
    "Online",
    "Read",
    "Report",
    "Respond",
    "Rollup",
    "Serve",
    "Settings",
    "Spark",
]

EngineName: TypeAlias = Literal["duckdb", "spark"]
"""Where the work runs: in this process, or on a cluster."""


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
        metadata=_says(
            "a group of fewer unrelated customers is not judged, nor a text that fewer send",
            "customers",
            least=2,
        ),
    )
    minimum_exchanges: int = field(
        default=12,
        metadata=_says(
            "a text that is sent fewer times than this says nothing", "exchanges", least=1
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assess:
    """How evidence becomes a probability."""

    named_at: float = field(
        default=0.9,
        metadata=_says("probability from which a campaign is named", "0..1", least=0, most=1),
    )
    report_at: float = field(
        default=0.7,
        metadata=_says("probability from which a campaign is reported", "0..1", least=0, most=1),
    )

    false_share: float = field(
        default=0.3,
        metadata=_says(
            "share of the reported campaigns that may be expected to be false; a lower one raises"
            " the probability from which campaigns are reported",
            "0..1",
            least=0,
            most=1,
        ),
    )

    def __post_init__(self) -> None:
        """Refuse settings under which a campaign could be named and not be reported."""
        if self.report_at > self.named_at:
            message = (
                f"assess.report_at is {self.report_at} and assess.named_at is {self.named_at}:"
                " who is named must be reported"
            )
            raise ConfigError(message, hint="lower report_at or raise named_at")


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
class Respond:
    """How far automation may go on one day (UTC); people may go further."""

    accounts_a_day: int = field(
        default=500,
        metadata=_says("accounts that may newly be affected on one day", "accounts", least=0),
    )
    honest_a_day: float = field(
        default=5.0,
        metadata=_says(
            "honest accounts that may be expected among them (sum of one minus probability)",
            "accounts",
            least=0,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """What the service keeps of a stream, and how often it judges it."""

    window_hours: int = field(
        default=14 * 24,
        metadata=_says("exchanges that are older than the newest by more go", "hours", least=1),
    )
    most_exchanges: int = field(
        default=4_000_000,
        metadata=_says(
            "with more in the window, a share of them is kept, and says so (sample_rate)",
            "exchanges",
            least=1000,
        ),
    )
    segment_exchanges: int = field(
        default=65_536,
        metadata=_says(
            "the journal is turned into a compressed file when it holds so many",
            "exchanges",
            least=1,
            most=1_000_000,
        ),
    )
    assess_seconds: int = field(
        default=10,
        metadata=_says("at least so much time lies between two assessments", "seconds", least=1),
    )
    queue_mib: int = field(
        default=64,
        metadata=_says(
            "exchanges that wait to be written; when it is full, senders are asked to wait",
            "MiB",
            least=1,
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
    spark: Spark = Spark()  # noqa: RUF009 - frozen
    detect: Detect = Detect()
    assess: Assess = Assess()
    report: Report = Report()
    respond: Respond = Respond()
    online: Online = Online()
    serve: Serve = Serve()  # noqa: RUF009 - frozen, like the others
    origins: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
