"""A quota that nodes share, against a real redis-server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis_server import Server, started

from stillwatch.errors import ConfigError
from stillwatch.respond.actions import Effect
from stillwatch.respond.shared_quota import SharedBuckets

SECRET = b"s" * 32
SLOW = Effect(requests_per_minute=6, burst=30)
NODE = """
import sys, time
from stillwatch.respond.actions import Effect
from stillwatch.respond.shared_quota import SharedBuckets
from datetime import timedelta
buckets = SharedBuckets(sys.argv[1], b"s" * 32, budget=timedelta(seconds=10), on_failure="closed")
effect = Effect(requests_per_minute=6, burst=30)
print("ready", flush=True)
sys.stdin.readline()
print(sum(buckets.take("c-1", effect, now=0.0) is None for _ in range(40)), flush=True)
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Server]:
    server = started(tmp_path)
    yield server
    server.stop()


def _buckets(server: Server, **more: object) -> SharedBuckets:
    more.setdefault("budget", timedelta(seconds=5))
    return SharedBuckets(server.url, SECRET, **more)  # type: ignore[arg-type]


@pytest.mark.gateway
def test_two_processes_that_ask_at_once_share_one_quota(redis: Server) -> None:
    nodes = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", NODE, redis.url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ,
        )
        for _ in range(2)
    ]  # fmt: skip
    for node in nodes:
        assert node.stdout is not None
        assert node.stdout.readline() == "ready\n"
    taken = sum(int(node.communicate("go\n", timeout=60)[0]) for node in nodes)
    # 30 at once, and one more for every ten seconds that the test took
    assert 30 <= taken <= 33


@pytest.mark.gateway
def test_who_waits_as_long_as_told_is_served(redis: Server) -> None:
    buckets = _buckets(redis)
    quick = Effect(requests_per_minute=120, burst=1)
    assert buckets.take("c", quick, now=0.0) is None
    wait = buckets.take("c", quick, now=0.0)
    assert wait is not None
    assert timedelta(0) < wait <= timedelta(seconds=0.5)
    time.sleep(wait.total_seconds() + 0.01)
    assert buckets.take("c", quick, now=0.0) is None
    assert buckets.failures == 0


@pytest.mark.gateway
def test_campaigns_do_not_share_and_a_forgotten_one_starts_anew(redis: Server) -> None:
    buckets = _buckets(redis)
    one = Effect(requests_per_minute=1, burst=1)
    assert buckets.take("c", one, now=0.0) is None
    assert buckets.take("other", one, now=0.0) is None
    assert buckets.take("c", one, now=0.0) is not None
    buckets.forget("c")
    assert buckets.take("c", one, now=0.0) is None


@pytest.mark.gateway
def test_no_id_stands_in_the_server_and_nothing_stays_for_ever(redis: Server) -> None:
    buckets = _buckets(redis)
    buckets.take("campaign-of-acme", SLOW, now=0.0)
    with redis.client() as client:
        (key,) = client.keys("*")
        assert b"acme" not in key
        assert 0 < client.pttl(key) <= 301_000


@pytest.mark.gateway
@pytest.mark.parametrize(
    ("on_failure", "served"), [("open", [True] * 4), ("local", [True, True, False, False]),
                               ("closed", [False] * 4)],
)  # fmt: skip
def test_a_server_that_went_away_costs_one_wait_and_then_none(
    redis: Server, on_failure: str, served: list[bool]
) -> None:
    moment = [0.0]
    buckets = _buckets(
        redis, on_failure=on_failure, budget=timedelta(seconds=1), ticks=lambda: moment[0]
    )
    pair = Effect(requests_per_minute=1, burst=2)
    assert buckets.take("c", pair, now=0.0) is None
    redis.stop()
    got = [buckets.take("c", pair, now=0.0) is None for _ in range(4)]
    assert got == served
    assert buckets.failures == 1
    moment[0] = 1.5  # the pause is over: it is asked again
    buckets.take("c", pair, now=0.0)
    assert buckets.failures == 2


def test_a_server_that_accepts_and_never_answers_is_not_waited_for() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        buckets = SharedBuckets(url, SECRET, budget=timedelta(milliseconds=50))
        assert buckets.take("c", SLOW, now=0.0) is None
        assert buckets.failures == 1
        buckets.close()


def test_a_url_of_something_else_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigError) as told:
        SharedBuckets("ftp://:hunter2@host/0", SECRET)
    assert "hunter2" not in str(told.value)
