"""Open everything a service needs, run it, and close it in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from stillwatch.errors import missing
from stillwatch.ingest import Redactor
from stillwatch.ingest.secret import installation_secret
from stillwatch.pipeline.guard import Guard
from stillwatch.pipeline.guard.bodies import configured_bodies
from stillwatch.pipeline.inputs import state_folder
from stillwatch.pipeline.online.history import History
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import default_policy, load_policy
from stillwatch.respond.quota import Buckets
from stillwatch.respond.webhooks import Webhook
from stillwatch.service.app import application
from stillwatch.service.assessor import Assessor
from stillwatch.service.delivery import delivering
from stillwatch.service.intake import Intake
from stillwatch.service.logs import configure, event
from stillwatch.service.recorder import record
from stillwatch.service.shared_tokens import SharedTokens
from stillwatch.service.sources.named import source
from stillwatch.service.standing import follow
from stillwatch.service.state import State
from stillwatch.service.tokens import Tokens
from stillwatch.service.traces import Traces
from stillwatch.settings import Settings
from stillwatch.store import default_url, open_store

__all__ = ["Place", "opened", "run"]

_CONNECTIONS = 2_000
_GRACE = 20  # seconds for requests under way
_BACKLOG = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a service keeps and finds what it needs.

    Attributes:
        folder: State: history, knowledge, results, tokens.
        accounts: Account table, read anew before each assessment.
        releases: Table of model releases.
        policy: Policy file; None takes the one that comes along.
        settings: The settings file, handed on to the assessor.
        database: URL of the decisions; None takes STILLWATCH_DATABASE, else the user's file.
        webhook: The operator's own system, which is told of decisions; None tells nobody.
        traces: Address of a collector of OpenTelemetry traces of the service; None traces nothing.
        quotas: URL of the Redis or Valkey where nodes share quotas; None counts in each process.
    """

    folder: Path
    accounts: Path | None = None
    releases: Path | None = None
    policy: Path | None = None
    settings: Path | None = None
    database: str | None = None
    quotas: str | None = None
    traces: str | None = None
    webhook: Webhook | None = None

    def url(self) -> str:
        """Where decisions are kept."""
        return self.database or default_url()


def opened(place: Place, settings: Settings, *, takes: bool = True, assesses: bool = True) -> State:
    """A service's state, ready to serve.

    Args:
        place: Where.
        settings: In force.
        takes: Whether it takes exchanges; a node that does not only decides.
        assesses: Whether it judges them, in a process beside it.

    Raises:
        Error: The folder, the policy or the tokens cannot be used.
    """
    policy = default_policy() if place.policy is None else load_policy(place.policy)
    secret = installation_secret(state_folder())
    guard = Guard(
        policy,
        on_failure="open" if settings.serve.fail_open else "closed",
        buckets=_buckets(place, settings, secret),
    )
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = Ledger(open_store(place.url()), secret)
    tokens = Tokens(place.folder, shared=SharedTokens(ledger.engine))
    tokens.refresh()
    state = State(
        settings=settings, tokens=tokens, guard=guard, bodies=configured_bodies(), ledger=ledger
    )
    state.traces = _traces(place, settings)
    if takes:
        keep = settings.ingest.keep_addresses
        redactor = Redactor.from_state(state_folder(), keep_addresses=keep)
        state.history = History(place.folder, settings.online)
        state.intake = Intake(state.history, redactor, queue_mib=settings.online.queue_mib)
    if assesses:
        state.assessor = Assessor(
            place.folder, _options(place), database=place.url(), told=_teller(state)
        )
    if place.webhook is not None:
        state.stops.append(delivering(ledger, place.webhook))
    state.stops.append(record(guard, ledger, settings))
    state.stops.append(follow(guard, ledger))
    return state


def run(state: State, *, host: str, port: int, sources: Sequence[str] = ()) -> None:
    """Serve until the process is told to end (SIGTERM, SIGINT); requests under way are finished.

    Args:
        state: Opened; is closed at the end.
        host: Address to listen at.
        port: Port to listen at.
        sources: URLs of streams to drain.
    """
    configure()
    config = uvicorn.Config(
        application(state, [source(url) for url in sources]),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE,
    )
    uvicorn.Server(config).run()


def _buckets(place: Place, settings: Settings, secret: bytes) -> Buckets | None:
    if place.quotas is None:
        return None
    from stillwatch.respond.shared_quota import SharedBuckets  # noqa: PLC0415 - an extra

    return SharedBuckets(
        place.quotas,
        secret,
        budget=timedelta(milliseconds=settings.serve.quota_wait_ms),
        on_failure="open" if settings.serve.quota_fail_open else "local",
    )


def _traces(place: Place, settings: Settings) -> Traces | None:
    if place.traces is None:
        return None
    try:
        from stillwatch.service.tracing import exported  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as absent:
        raise missing(absent.name, "traces") from absent
    return exported(place.traces, share=settings.serve.trace_share)


def _options(place: Place) -> list[str]:
    named = {
        "--settings": place.settings,
        "--accounts": place.accounts,
        "--releases": place.releases,
        "--policy": place.policy,
    }
    return [word for name, path in named.items() if path for word in (name, str(path))]


def _teller(state: State) -> Callable[[dict[str, float]], None]:
    before = time.time()

    def told(look: dict[str, float]) -> None:
        nonlocal before
        if state.traces is not None:
            state.traces.assessed(look)
        if "fault" in look:
            state.metrics.failures.inc()
            event("assessment failed", fault=look["fault"])
            return
        state.metrics.assessed.observe(look["seconds"])
        # what came just after the look before waited longest
        state.metrics.lag.set(look["began"] + look["seconds"] - before)
        before = look["began"]
        if "found" in look:
            state.metrics.groups_age.set(max(look["began"] - look["found"], 0.0))
            state.metrics.finding.set(look["finding_seconds"])
        fields: dict[str, object] = dict(look)
        event("assessed", fields=fields)

    return told
