"""Refusals and who goes on after them: the null model of failover."""

from __future__ import annotations

import numpy as np

from stillwatch.detect.nulls.takeover import Takeover, Used, takeover

SECOND = 1_000_000
WITHIN = 15 * SECOND


def weighed(
    seconds: np.ndarray, party: np.ndarray, refused: np.ndarray, lane: np.ndarray | None = None
) -> Takeover | None:
    order = np.argsort(seconds, kind="stable")
    at = (seconds[order] * SECOND).astype(np.int64)
    lanes = np.zeros(len(at), np.int64) if lane is None else lane[order]
    used = Used(at, lanes, party[order], ~refused[order], refused[order])
    return takeover(used, within=WITHIN)


def pool(rng: np.random.Generator, *, to: str) -> tuple[np.ndarray, ...]:
    """Twenty accounts that work at once; what is refused is sent again within seconds."""
    seconds = np.sort(rng.uniform(0, 6 * 20_000, 6000))
    seconds += seconds // 20_000 * 66_400
    party, item = rng.integers(0, 20, 6000), np.arange(6000)
    refused = rng.random(6000) < 0.05
    again = np.flatnonzero(refused)
    by = party[again] if to == "itself" else (party[again] + rng.integers(1, 20, len(again))) % 20
    return (
        np.concatenate([seconds, seconds[again] + rng.uniform(1, 6, len(again))]),
        np.concatenate([party, by]),
        np.concatenate([refused, np.zeros(len(again), bool)]),
        np.concatenate([item, item[again]]),
    )


def test_another_party_that_goes_on_is_no_chance() -> None:
    for lane in (None, "item"):
        seconds, party, refused, item = pool(np.random.default_rng(1), to="others")
        found = weighed(seconds, party, refused, item if lane else None)
        assert found is not None
        assert found.share < 1e-4
        assert (party[np.argsort(seconds, kind="stable")][found.taken] >= 0).all()


def test_who_tries_again_itself_hands_nothing_over() -> None:
    for lane in (None, "item"):
        seconds, party, refused, item = pool(np.random.default_rng(2), to="itself")
        found = weighed(seconds, party, refused, item if lane else None)
        assert found is None or found.share > 0.1


def lesson(rng: np.random.Generator, *, limit: str) -> tuple[np.ndarray, ...]:
    """Strangers in one hour of some days, with a limit of each one's own or of all together."""
    count, parties = int(rng.integers(300, 4000)), int(rng.integers(3, 25))
    seconds = np.sort(rng.integers(0, 12, count) * 86_400 + 32_400 + rng.uniform(0, 3000, count))
    party = rng.integers(0, parties, count)
    if limit == "shared":
        busy = np.arange(count) - np.searchsorted(seconds, seconds - 10)
        return seconds, party, busy > np.quantile(busy, 0.9)
    last = np.full(count, np.inf)
    for who in range(parties):
        mine = np.flatnonzero(party == who)
        last[mine[1:]] = np.diff(seconds[mine])
    return seconds, party, last < WITHIN // SECOND


def test_strangers_do_not_take_over_from_one_another() -> None:
    for limit in ("own", "shared"):
        rng = np.random.default_rng(3)
        found = [weighed(*lesson(rng, limit=limit)) for _ in range(60)]
        shares = np.array([1.0 if f is None else f.share for f in found])
        assert (shares < 0.05).mean() <= 0.05
        assert (shares < 0.005).mean() <= 0.02


def test_a_worker_that_changes_the_account_is_seen_without_the_text() -> None:
    rng = np.random.default_rng(4)
    refused = rng.random(600) < 0.1
    party = (np.cumsum(refused) - refused) % 6
    gaps = np.where(np.roll(refused, 1), rng.uniform(1, 5, 600), rng.uniform(20, 90, 600))
    found = weighed(np.cumsum(gaps), party, refused)
    assert found is not None
    assert found.mirrored == 0
    assert found.share < 1e-4


def test_no_refusal_and_no_answer_are_nothing_to_compare() -> None:
    seconds, party = np.arange(20.0), np.arange(20).astype(np.int64) % 2
    assert weighed(seconds, party, np.zeros(20, bool)) is None
    assert weighed(seconds, party, np.ones(20, bool)) is None
    unknown = np.full(20, -1)
    assert weighed(seconds, party, np.arange(20) == 3, unknown) is None
