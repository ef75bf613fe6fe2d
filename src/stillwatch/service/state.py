"""What the handlers of one service share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from stillwatch.pipeline.guard import Guard
from stillwatch.pipeline.guard.bodies import Bodies
from stillwatch.pipeline.online.history import History
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.quota import LocalBuckets
from stillwatch.service.assessor import Assessor
from stillwatch.service.intake import Intake
from stillwatch.service.metrics import Metrics
from stillwatch.service.tokens import Tokens
from stillwatch.service.traces import Traces
from stillwatch.settings import Settings

__all__ = ["State"]


@dataclass(slots=True, kw_only=True)
class State:
    """One running service.

    Attributes:
        settings: In force.
        tokens: Who may ask.
        guard: Answers decisions.
        history: Keeps exchanges; None on a node that only decides.
        intake: Takes them; None likewise.
        assessor: Judges them, in a process of its own; None likewise.
        metrics: Told to Prometheus.
        ledger: What was decided, and what people do about it; None without a database.
        bodies: What is checked in bodies that proxies send along.
        traces: Keeps traces of the service itself; None keeps none.
        clients: How fast each token may ask.
        closing: Whether the service is about to end.
        stops: What to end with it.
    """

    settings: Settings
    tokens: Tokens
    guard: Guard
    history: History | None = None
    intake: Intake | None = None
    assessor: Assessor | None = None
    metrics: Metrics = field(default_factory=Metrics)
    ledger: Ledger | None = None
    bodies: Bodies = field(default_factory=Bodies)
    traces: Traces | None = None
    clients: LocalBuckets = field(default_factory=LocalBuckets)
    closing: bool = False
    stops: list[Callable[[], None]] = field(default_factory=list)
