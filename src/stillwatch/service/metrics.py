"""What the service tells Prometheus about itself; no label can hold text or an account."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

__all__ = ["Metrics"]

_FAST = (25e-6, 50e-6, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 1e-2, 0.1)
_SLOW = (0.002, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0)


class Metrics:
    """The numbers of one service."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "stillwatch_requests", "Requests by path and status.", ["path", "status"],
            registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "stillwatch_request_seconds", "How long requests take.", ["path"], buckets=_SLOW,
            registry=registry,
        )  # fmt: skip
        self.exchanges = Counter(
            "stillwatch_exchanges", "Exchanges received, by what became of them.", ["outcome"],
            registry=registry,
        )  # fmt: skip
        self.decisions = Counter(
            "stillwatch_decisions", "Decisions by action; shadow ones are not carried out.",
            ["action", "shadow"], registry=registry,
        )  # fmt: skip
        self.failed = Counter(
            "stillwatch_decisions_failed", "Look-ups that failed and were let through or refused.",
            registry=registry,
        )  # fmt: skip
        self.decide_seconds = Histogram(
            "stillwatch_decide_seconds", "A look-up alone, without HTTP.", buckets=_FAST,
            registry=registry,
        )  # fmt: skip
        self.refused = Gauge(
            "stillwatch_throttled", "Requests refused by a quota of a campaign since the start.",
            registry=registry,
        )  # fmt: skip
        self.quotas = Gauge(
            "stillwatch_shared_quota_failures",
            "How often the server of shared quotas did not answer in time, since the start.",
            registry=registry,
        )
        self.presented = Counter(
            "stillwatch_presented", "Reasoning blocks and honeytokens, by what became of them.",
            ["kind", "fate"], registry=registry,
        )  # fmt: skip
        self.read = Counter(
            "stillwatch_requests_read", "Requests by whether they ask for hidden reasoning.",
            ["elicits"], registry=registry,
        )  # fmt: skip
        self.waiting = Gauge(
            "stillwatch_waiting_bytes", "Bodies that are not on the disk yet.", registry=registry
        )
        self.held = Gauge(
            "stillwatch_held_exchanges", "Exchanges in the window.", registry=registry
        )
        self.rate = Gauge(
            "stillwatch_sample_rate", "Share of arriving exchanges that is kept.", registry=registry
        )
        self.lag = Gauge(
            "stillwatch_assessment_lag_seconds",
            "The longest that an exchange waited for the last assessment that knows it.",
            registry=registry,
        )
        self.assessed = Histogram(
            "stillwatch_assessment_seconds", "How long an assessment takes.",
            buckets=(1, 2.5, 5, 10, 20, 40, 60, 120, 300), registry=registry,
        )  # fmt: skip
        self.groups_age = Gauge(
            "stillwatch_groups_age_seconds",
            "How long before the last assessment its groups were found; 0 where it found them.",
            registry=registry,
        )
        self.finding = Gauge(
            "stillwatch_finding_seconds", "How long finding these groups took.", registry=registry
        )
        self.failures = Counter(
            "stillwatch_assessments_failed", "Assessments that ended with a fault.",
            registry=registry,
        )  # fmt: skip

    def text(self) -> bytes:
        """In the format that Prometheus reads."""
        found: bytes = generate_latest(self.registry)
        return found
