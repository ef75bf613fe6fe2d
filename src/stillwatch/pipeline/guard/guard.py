"""`Guard.decide`: one look-up in memory and, where a quota stands, one subtraction."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from stillwatch.errors import Error
from stillwatch.pipeline.guard.standing import Ready, Standing, decided_on
from stillwatch.pipeline.guard.watch import Watch
from stillwatch.pipeline.online.knowledge import NOTHING_KNOWN, Knowledge
from stillwatch.protect.seen import NOTHING_SEEN, Seen
from stillwatch.respond.actions import ACTIONS, Effect
from stillwatch.respond.decision import NOTHING, OBSERVE, Decision
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day
from stillwatch.respond.policy import Policy, default_policy
from stillwatch.respond.quota import Buckets, LocalBuckets, quota_key

__all__ = ["Answer", "Guard", "Request"]

_LOG = logging.getLogger("stillwatch.guard")
_PASS = Effect()
_REFUSE = Effect(status=HTTPStatus.SERVICE_UNAVAILABLE)
_LASTS = timedelta(seconds=60)
_FAILURE = "decision_unavailable"


@dataclass(frozen=True, slots=True)
class Request:
    """What a gateway knows of a request before it is served.

    Attributes:
        account_id: As in the logs that the assessment reads.
        organization_id: Who holds the contract; None where nobody is known to.
        seen: What was found in its body.
    """

    account_id: str
    organization_id: str | None = None
    seen: Seen = NOTHING_SEEN


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision for one request.

    Attributes:
        decision: What stands for the account; `decision.retry_after` says when to come back.
        effect: What the gateway does; `effect.status` is None where the request passes.
        failed: The guard could not look up and answered as `on_failure` says.
    """

    decision: Decision
    effect: Effect
    failed: bool = False


class Guard:
    """Decides about requests on what is known; safe to call from any thread.

    Attributes:
        policy: The policy in force.
        standing: What is decided now; replaced whole, never changed.
        watch: What requests themselves show.
        throttled: Requests that a campaign's quota refused.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        knowledge: Knowledge | None = None,
        ceiling: Ceiling | None = None,
        buckets: Buckets | None = None,
        on_failure: Literal["open", "closed"] = "open",
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """A guard.

        Args:
            policy: None takes the one that comes along, whose rules are all in shadow.
            knowledge: What is known; None is nothing yet.
            ceiling: What automation may do on one day.
            buckets: Where campaigns' requests are counted; None counts in this process.
            on_failure: Whether requests pass (`open`) or are refused when a look-up fails.
            clock: Seconds since 1970.
            ticks: Seconds that never go back.
        """
        self.policy = policy or default_policy()
        self.standing = Standing()
        self.watch = Watch()
        self.throttled = 0
        self._knowledge = NOTHING_KNOWN
        self._ceiling = ceiling or Ceiling()
        self._buckets = buckets or LocalBuckets()
        self._open = on_failure == "open"
        self._clock = clock
        self._ticks = ticks
        self._day = (datetime.fromtimestamp(0, UTC).date(), Day(set()))
        self._renewing = threading.Lock()
        if knowledge is not None:
            self.renew(knowledge)

    @property
    def quota_failures(self) -> int:
        """How often shared quotas could not be asked in time."""
        return self._buckets.failures

    async def answer(self, request: Request) -> Answer:
        """As `decide`, for an event loop: what may wait for another process does so on a thread."""
        ready = self.standing.decided.get(request.account_id)
        quota = ready is not None and ready.effect.requests_per_minute is not None
        if quota and self._buckets.waits:
            return await asyncio.to_thread(self.decide, request)
        return self.decide(request)

    def decide(self, request: Request) -> Answer:
        """What to do with a request; raises nothing.

        Reads memory only, save where a quota is shared: `respond.shared_quota` bounds that wait.
        """
        try:
            return self._decided(request)
        except Exception:  # noqa: BLE001 - a request must not fail because of us
            _LOG.exception("a decision failed")
            return self._failed(request)

    def renew(self, knowledge: Knowledge) -> Standing:
        """Decide anew on what is known now; requests meet the old decisions until it is done."""
        with self._renewing:
            at = datetime.fromtimestamp(self._clock(), UTC)
            if self._day[0] != at.date():
                self._day = (at.date(), Day(set()))
            self._knowledge = knowledge
            decided = decided_on(
                self._watched(knowledge, at.timestamp()),
                self.policy,
                self.standing,
                at=at,
                day=self._day[1],
                ceiling=self._ceiling,
            )
            self.standing = made = Standing.of(decided)
        return made

    def stand_by(self, decisions: Iterable[Decision]) -> None:
        """Decisions that were made and kept elsewhere (`respond.register`) stand from now on."""
        before, made = self.standing.quotas, Standing.of(decisions)
        self.standing = made
        for key in before - made.quotas:
            self._buckets.forget(key)

    def follow(self, folder: Path, *, every: float = 0.5) -> Callable[[], None]:
        """Renew whenever the folder's knowledge changes, on a thread of its own.

        Args:
            folder: Of the history that `stillwatch serve` keeps.
            every: Seconds between two looks at the file's date.

        Returns:
            Ends the thread.
        """
        stop = threading.Event()
        stamp = Knowledge.stamp(folder)
        self.renew(Knowledge.load(folder))

        def watch() -> None:
            known = stamp
            while not stop.wait(every):
                now, shown = Knowledge.stamp(folder), self.watch.changed()
                if now == known and not shown:
                    continue
                try:
                    self.renew(self._knowledge if now == known else Knowledge.load(folder))
                except Error:
                    _LOG.exception("what is known could not be read; the old stands")
                known = now

        threading.Thread(target=watch, name="stillwatch-guard", daemon=True).start()
        return stop.set

    def _watched(self, knowledge: Knowledge, now: float) -> Knowledge:
        """What is known, with what requests showed."""
        names = self.watch.accounts()
        if not names:
            return knowledge
        known = dict(knowledge.accounts)
        for name in names:
            known[name] = self.watch.facts(known.get(name) or Facts(account_id=name), now)
        return Knowledge(as_of=knowledge.as_of, accounts=known)

    def _decided(self, request: Request) -> Answer:
        ready = self.standing.decided.get(request.account_id)
        now = self._clock()
        if request.seen is NOTHING_SEEN:
            return self._looked_up(request, ready, now)
        campaign = None if ready is None else ready.decision.campaign_id
        self.watch.note(
            request.seen, account_id=request.account_id, campaign_id=campaign, now=now,
            organization_id=request.organization_id or request.account_id,
        )  # fmt: skip
        answer = self._looked_up(request, ready, now)
        tags = self.watch.tags(request.account_id, campaign, now)
        if not tags:
            return answer
        return replace(answer, effect=replace(answer.effect, tags=(*answer.effect.tags, *tags)))

    def _looked_up(self, request: Request, ready: Ready | None, now: float) -> Answer:
        if ready is None or ready.expires <= now:
            return Answer(self._nothing(request.account_id, now), _PASS)
        found = ready.effect
        if found.requests_per_minute is not None:
            return self._under_quota(ready.decision, found)
        return Answer(ready.decision, found)

    def _under_quota(self, decision: Decision, found: Effect) -> Answer:
        wait = self._buckets.take(quota_key(decision), found, now=self._ticks())
        if wait is None:
            return Answer(decision, found)
        self.throttled += 1
        late = replace(decision, retry_after=wait)
        return Answer(late, replace(found, status=HTTPStatus.TOO_MANY_REQUESTS))

    def _nothing(self, account_id: str, now: float) -> Decision:
        at = datetime.fromtimestamp(now, UTC)
        return Decision(
            decision_id="",
            account_id=account_id,
            campaign_id=None,
            action=OBSERVE,
            reason_code=NOTHING,
            customer_sentence=ACTIONS[OBSERVE].sentence,
            policy_version=self.policy.version,
            rule="",
            shadow=False,
            decided_at=at,
            expires_at=at + _LASTS,
        )

    def _failed(self, request: Request) -> Answer:
        told = replace(self._nothing(request.account_id, time.time()), reason_code=_FAILURE)
        return Answer(told, _PASS if self._open else _REFUSE, failed=True)
