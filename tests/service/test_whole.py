"""`stillwatch serve` as a process: a world streams through, it is killed, and decisions follow."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import bodies
import httpx
import orjson
import pyarrow.parquet as pq
import pytest

from stillwatch.pipeline.online.history import History
from stillwatch.pipeline.send import send
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.review import Review
from stillwatch.service.tokens import Tokens
from stillwatch.settings import Online, Settings
from stillwatch.sim import World, simulate
from stillwatch.sim.world import Campaign
from stillwatch.store import open_store

WORLD = World(
    accounts=700,
    exchanges=14_000,
    days=12,
    seed=4,
    campaigns=(
        Campaign(technique="reward grading", accounts=36, exchanges=3_200, days=8, start_day=2),
    ),
)
POLICY = """
version: "1"
rules:
  - name: protect
    when: {probability_at_least: 0.5}
    then: protect_output
    for: 1h
    enforce: true
"""
VERBS = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]
YEAR = {"STILLWATCH_ONLINE__WINDOW_HOURS": "8760", "STILLWATCH_ONLINE__SEGMENT_EXCHANGES": "2000"}


STARTED: list[subprocess.Popen[bytes]] = []


class Server:
    """The command, at a port of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.address = f"http://127.0.0.1:{self.port}"
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [*VERBS, "serve", "--state", str(self.folder), "--port", str(self.port)]
        words += ["--database", f"sqlite:///{self.folder.parent / 'decisions.sqlite3'}"]
        with (self.folder.parent / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                [*words, *self._options], env=os.environ | YEAR, stderr=log
            )
        STARTED.append(self.process)
        until = time.monotonic() + 120
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if httpx.get(f"{self.address}/healthz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        pytest.fail("the service did not start")

    def end(self, how: signal.Signals) -> int:
        """End it with a signal; returns its status."""
        assert self.process is not None
        self.process.send_signal(how)
        return self.process.wait(60)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "state"
    folder.mkdir()
    yield folder
    while STARTED:  # where a test failed before it ended its service
        process = STARTED.pop()
        process.kill()
        process.wait()
    told = (tmp_path / "serve.log").read_text()
    assert "Traceback" not in told


def _token(folder: Path) -> str:
    return Tokens(folder).create("test", role="admin")[1]


def test_a_world_streams_through_and_decisions_follow(state: Path, tmp_path: Path) -> None:
    world = tmp_path / "world"
    simulate(WORLD, world, workers=1)
    truth = pq.read_table(world / "truth" / "accounts.parquet").to_pylist()
    planted = [row["account_id"] for row in truth if row["campaign"]]
    (tmp_path / "policy.yaml").write_text(POLICY)
    options = ("--accounts", "accounts.parquet", "--policy", "policy.yaml")
    (tmp_path / "accounts.parquet").symlink_to(world / "accounts.parquet")
    server = Server(state, *(str(tmp_path / o) if "." in o else o for o in options))
    token = _token(state)
    server.start()
    settings = Settings()
    done = send([world / "exchanges"], to=server.address, token=token, settings=settings)
    assert done["accepted"] == pq.ParquetDataset(world / "exchanges").read().num_rows
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.address, headers=headers, timeout=30) as client:

        def decided() -> set[str]:
            told = [client.post("/v1/decide", json={"account_id": a}).json() for a in planted]
            assert {t["effect"]["reasoning"] for t in told} <= {"full", "summary"}
            return {t["action"] for t in told}

        until = time.monotonic() + 240
        while decided() == {"observe"} and time.monotonic() < until:
            time.sleep(1)
        assert "protect_output" in decided()
        assert "stillwatch_assessment_seconds_count" in client.get("/metrics").text
        answers = [(a, client.post("/v1/decide", json={"account_id": a}).json()) for a in planted]
    decided_about = [a for a, t in answers if t["decision_id"]]
    _undone(state, decided_about[0], server, token)
    _cleared(state, decided_about[1], server, token)
    assert server.end(signal.SIGTERM) in {0, -signal.SIGTERM}  # after an orderly end
    lines = (tmp_path / "serve.log").read_bytes().splitlines()
    events = [orjson.loads(line)["event"] for line in lines if line.startswith(b"{")]
    assert "assessed" in events
    assert "ended" in events
    assert (state / "results" / "report.html").exists()


def _undone(state: Path, account: str, server: Server, token: str) -> None:
    """A person takes a decision back, and the service knows within a second or so."""
    secret = Path(os.environ["STILLWATCH_SECRET_FILE"]).read_bytes().strip()
    ledger = Ledger(open_store(f"sqlite:///{state.parent / 'decisions.sqlite3'}"), secret)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.address, headers=headers, timeout=30) as client:
        told = client.post("/v1/decide", json={"account_id": account}).json()
        Review(ledger).undo(
            told["decision_id"], person="ann", why="their own benchmark", at=datetime.now(UTC)
        )
        until = time.monotonic() + 30
        while told["action"] != "observe" and time.monotonic() < until:
            time.sleep(0.1)
            told = client.post("/v1/decide", json={"account_id": account}).json()
    ledger.engine.dispose()
    assert told["action"] == "observe"


def _cleared(state: Path, account: str, server: Server, token: str) -> None:
    """A person clears an account, and the next look judges the others without it."""
    headers = {"Authorization": f"Bearer {token}"}

    def members() -> set[str]:
        return {*pq.read_table(state / "results" / "members.parquet")["account_id"].to_pylist()}

    assert account in members()
    told = httpx.post(
        f"{server.address}/v1/review/clear", headers=headers, timeout=30,
        json={"account_id": account, "why": "verified by contract, ticket 7"},
    )  # fmt: skip
    assert told.status_code == 200, told.text
    assert told.json()["linked"]
    until = time.monotonic() + 120
    while account in members() and time.monotonic() < until:
        time.sleep(0.5)
    assert account not in members()


def _kills(state: Path, times: int) -> None:
    """Kill the service at random moments while three clients send, and count what is left."""
    chance = random.Random(5)
    token = _token(state)
    acknowledged: set[str] = set()
    numbers = iter(range(10**9))
    lock = threading.Lock()
    server = Server(state, "--no-assess")
    for _ in range(times):
        server.start()
        stop = threading.Event()

        def sending(address: str = server.address, stop: threading.Event = stop) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
                while not stop.is_set():
                    with lock:
                        mine = [next(numbers) for _ in range(40)]
                    body = orjson.dumps([bodies.exchange(n) for n in mine])
                    try:
                        told = client.post("/v1/exchanges", content=body)
                    except httpx.HTTPError:
                        return
                    if told.status_code == 200:
                        with lock:
                            acknowledged.update(f"x{n}" for n in mine)

        before = len(acknowledged)
        threads = [threading.Thread(target=sending) for _ in range(3)]
        for each in threads:
            each.start()
        until = time.monotonic() + 60
        while len(acknowledged) == before and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.random() * 0.3)
        server.end(signal.SIGKILL)
        stop.set()
        for each in threads:
            each.join()
        assert len(acknowledged) > before, "there was no load"
    with History(state, Online(window_hours=8760, segment_exchanges=2_000)) as history:
        held = [*_ids(state, history)]
    assert len(held) == len(set(held)), "an exchange is held twice"
    assert acknowledged - set(held) == set(), "an acknowledged exchange is gone"


def _ids(state: Path, history: History) -> Iterator[str]:
    for segment in history.manifest.segments:
        path = state / "segments" / segment.name
        yield from pq.read_table(path, columns=["exchange_id"])["exchange_id"].to_pylist()
    for batch in history._pending:
        yield from batch.column("exchange_id").to_pylist()


def test_a_service_that_is_killed_loses_and_doubles_nothing(state: Path) -> None:
    _kills(state, 4)


@pytest.mark.slow
@pytest.mark.skipif("STILLWATCH_SLOW" not in os.environ, reason="set STILLWATCH_SLOW: minutes")
def test_a_service_that_is_killed_fifty_times_loses_and_doubles_nothing(state: Path) -> None:
    _kills(state, 50)
