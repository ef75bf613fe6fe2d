"""The settings of the service towards those who ask it."""

from __future__ import annotations

from dataclasses import dataclass, field

from stillwatch.settings.said import says as _says

__all__ = ["Serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """What the service takes from one client, and what it does when it cannot look up."""

    body_mib: int = field(
        default=16,
        metadata=_says("largest body; packed, it may unpack to four times as much", "MiB", least=1),
    )
    requests_per_second: int = field(
        default=5_000,
        metadata=_says("requests that one token may send", "requests/s", least=1),
    )
    fail_open: bool = field(
        default=True,
        metadata=_says("let requests pass when a decision cannot be looked up; false refuses them"),
    )
    quota_wait_ms: int = field(
        default=20,
        metadata=_says(
            "how long a decision waits for the server of shared quotas, for connecting and for the"
            " answer each", "ms", least=1, most=10_000,
        ),
    )  # fmt: skip
    quota_fail_open: bool = field(
        default=True,
        metadata=_says(
            "let requests pass while the server of shared quotas is away; false counts in each"
            " process meanwhile"
        ),
    )
    trace_share: float = field(
        default=1.0,
        metadata=_says(
            "share of the requests that are traced, where traces are on", "0..1", least=0, most=1
        ),
    )
    lag_seconds: int = field(
        default=300,
        metadata=_says(
            "`/readyz` says no when the newest assessment is older while exchanges come",
            "seconds",
            least=1,
        ),
    )
