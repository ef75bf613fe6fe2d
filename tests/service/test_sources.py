"""Streams are drained from real servers; what was not acknowledged comes again and counts once."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import bodies
import confluent_kafka
import nats
import orjson
import pytest
from redis import Redis
from running import Running

from stillwatch.errors import ConfigError
from stillwatch.service.sources.base import Source, _joined, drain
from stillwatch.service.sources.named import source
from stillwatch.service.sources.redis_streams import RedisStream

COUNT = 1_300


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _server(words: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait()


def _found(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        pytest.skip(f"{name} is not installed; `make test-gateways` installs it")
    return path


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[int]:
    port = _port()
    words = [_found("redis-server"), "--port", str(port), "--dir", str(tmp_path), "--save", ""]
    yield from _server(words, port)


@pytest.fixture
def jetstream(tmp_path: Path) -> Iterator[int]:
    port = _port()
    words = [_found("nats-server"), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(tmp_path)]
    yield from _server(words, port)


def _messages() -> list[bytes]:
    """Single exchanges, one twice, an array, lines, and one that nobody can read."""
    single = [orjson.dumps(bodies.exchange(i)) for i in range(COUNT - 50)]
    array = orjson.dumps([bodies.exchange(i) for i in range(COUNT - 50, COUNT - 20)])
    return [*single, single[0], array, bodies.lines(COUNT - 20, 20), b"{broken"]


async def _drained(made: Source, service: Running, count: int = COUNT) -> None:
    history = service.state.history
    assert history is not None
    task = asyncio.create_task(drain(made, service.state))
    until = time.monotonic() + 60
    while history.rows < count and time.monotonic() < until:  # noqa: ASYNC110 - for a number
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)  # for the acknowledgement
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert history.rows == count


def test_a_redis_stream_is_drained_and_acknowledged(service: Running, redis: int) -> None:
    with Redis(port=redis) as client:
        for body in _messages():
            client.xadd("exchanges", {"body": body})
        url = f"redis://127.0.0.1:{redis}/0?stream=exchanges&group=g"
        asyncio.run(_drained(source(url), service))
        assert client.xpending("exchanges", "g")["pending"] == 0


def test_what_a_dead_redis_consumer_had_not_acknowledged_comes_again(
    service: Running, redis: int
) -> None:
    url = f"redis://127.0.0.1:{redis}/0?stream=exchanges&group=g"
    with Redis(port=redis) as client:
        for i in range(20):
            client.xadd("exchanges", {"body": orjson.dumps(bodies.exchange(i))})
        client.xgroup_create("exchanges", "g", id="0")
        client.xreadgroup("g", socket.gethostname(), {"exchanges": ">"}, count=10)
        asyncio.run(_drained(source(url), service, 20))
        assert client.xpending("exchanges", "g")["pending"] == 0


def test_what_a_consumer_of_another_name_left_is_taken_over(service: Running, redis: int) -> None:
    url = f"redis://127.0.0.1:{redis}/0"
    made = RedisStream(url, stream="exchanges", group="g", consumer="new", abandoned=1_500)
    with Redis(port=redis) as client:
        for i in range(20):
            client.xadd("exchanges", {"body": orjson.dumps(bodies.exchange(i))})
        client.xgroup_create("exchanges", "g", id="0")
        client.xreadgroup("g", "old", {"exchanges": ">"}, count=10)
        asyncio.run(_drained(made, service, 20))  # it opens before they count as abandoned
        assert client.xpending("exchanges", "g")["pending"] == 0


def test_messages_are_read_together_in_bodies_of_a_bounded_size() -> None:
    large = b"{" + b"x" * (3 << 20) + b"}"
    joined = _joined([large, b"{}", large, large, b"{1}\n{2}", b" "])
    assert [len(j) >> 20 for j in joined] == [6, 3, 0]
    assert joined[-1] == b"{1}\n{2}"
    assert _joined([large * 5]) == [large * 5]


def test_a_jetstream_is_drained_and_acknowledged(service: Running, jetstream: int) -> None:
    url = f"nats://127.0.0.1:{jetstream}"

    async def whole() -> int:
        client = await nats.connect(url)
        stream = client.jetstream()
        await stream.add_stream(name="EXCHANGES", subjects=["exchanges"])
        for body in _messages():
            await stream.publish("exchanges", body)
        await _drained(source(f"{url}?stream=EXCHANGES&group=g"), service)
        told = await stream.consumer_info("EXCHANGES", "g")
        await client.close()
        return int(told.num_ack_pending or 0) + int(told.num_pending or 0)

    assert asyncio.run(whole()) == 0


def test_a_kafka_topic_is_drained_and_committed(service: Running) -> None:
    """Against the cluster that librdkafka itself offers for tests: no broker is in Debian."""
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 3})
    brokers = ",".join(f"{b.host}:{b.port}" for b in producer.list_topics().brokers.values())
    for body in _messages():
        producer.produce("exchanges", body)
    producer.flush()
    url = f"kafka://{brokers}?stream=exchanges&group=g"
    asyncio.run(_drained(source(url), service))
    consumer = confluent_kafka.Consumer({"bootstrap.servers": brokers, "group.id": "g"})
    topic = producer.list_topics().topics["exchanges"].partitions
    places = [confluent_kafka.TopicPartition("exchanges", p) for p in topic]
    committed = sum(max(p.offset, 0) for p in consumer.committed(places, timeout=20))
    consumer.close()
    assert committed == len(_messages())


@pytest.mark.parametrize(
    "url", ["redis://:secret@host/0", "ftp://host?stream=x", "nats://?stream=x"]
)
def test_a_url_that_names_no_source_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError) as told:
        source(url)
    assert "secret" not in str(told.value)
