"""The settings of a run on a cluster, and how much of it may reach the driver."""

from __future__ import annotations

from dataclasses import dataclass, field

from stillwatch.settings.said import says as _says

__all__ = ["Spark"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A run on a cluster (`--engine spark`); where the cluster is, Spark's own settings say."""

    scratch_folder: str | None = field(
        default=None,
        metadata=_says(
            "where the cluster writes tables on the way, a URL or a folder that driver and workers"
            " see; unset means a temporary folder, which serves a local session only"
        ),
    )
    readings_folder: str | None = field(
        default=None,
        metadata=_says(
            "where the readings of each day are kept, a URL or a folder, so that the next run reads"
            " new days only; unset keeps none"
        ),
    )
    fetch_rows: int = field(
        default=50_000_000,
        metadata=_says("a result of more rows ends the run; maxResultSize of Spark bounds bytes",
                       "rows", least=1000),
    )  # fmt: skip
    look_back_rows: int = field(
        default=2_000_000,
        metadata=_says(
            "looking back happens in the driver's embedded engine up to so many exchanges; of more,"
            " on the cluster", "exchanges", least=0,
        ),
    )  # fmt: skip
    driver_keys: int = field(
        default=10_000_000,
        metadata=_says(
            "keys of texts are joined to streams in the driver up to so many; of more, on the"
            " cluster, with the same result", "keys", least=0,
        ),
    )  # fmt: skip
    judged_accounts: int = field(
        default=5_000_000,
        metadata=_says(
            "accounts that are judged at the most; of more, those who share the rarest things and"
            " a sample of all", "accounts", least=100,
        ),
    )  # fmt: skip
    judged_stream_rows: int = field(
        default=20_000_000,
        metadata=_says(
            "rows text × account that reach the driver at the most; of more, fewer accounts are"
            " judged", "rows", least=100,
        ),
    )  # fmt: skip
    judged_values: int = field(
        default=20_000_000,
        metadata=_says(
            "rows shared value × account that reach the driver at the most; of more, values that"
            " can link nobody stay on the cluster, then fewer accounts are judged", "rows",
            least=100,
        ),
    )  # fmt: skip
    component_spokes: int = field(
        default=5_000_000,
        metadata=_says(
            "ties in one connected component of the graph of accounts and what they share; a"
            " larger one loses its weakest ties until each part fits", "ties", least=10,
        ),
    )  # fmt: skip
