"""One decision of the service, with what is counted about it."""

from __future__ import annotations

import time

from stillwatch.pipeline.guard import Answer, Request
from stillwatch.service.state import State

__all__ = ["decided"]


async def decided(state: State, asked: Request) -> Answer:
    """Ask the guard, without holding up other requests where a quota is shared."""
    begun = time.perf_counter()
    answer = await state.guard.answer(asked)
    state.metrics.decide_seconds.observe(time.perf_counter() - begun)
    decision = answer.decision
    state.metrics.decisions.labels(decision.action, decision.shadow).inc()
    for each in asked.seen.presented:
        state.metrics.presented.labels(each.kind, each.fate).inc()
    if asked.seen.elicits is not None:
        state.metrics.read.labels(asked.seen.elicits).inc()
    if state.traces is not None:
        state.traces.decided(answer)
    if answer.failed:
        state.metrics.failed.inc()
    return answer
