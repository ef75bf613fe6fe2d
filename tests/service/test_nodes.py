"""Two nodes that only decide, over one real PostgreSQL and one real Redis, sharing no folder."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review
from stillwatch.service.shared_tokens import SharedTokens
from stillwatch.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1] / "respond"))

import redis_server

pytestmark = [pytest.mark.postgres]
VERBS = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]
SECRET = "5e" * 32
POLICY = """
version: "1"
rules:
  - {name: share, when: {probability_at_least: 0.9}, then: quota,
     with: {requests_per_minute: 1, burst: 10}, for: 1h, enforce: true}
  - {name: blocks, when: {proof: true, replayed_blocks_at_least: 3}, then: protect_output,
     for: 1h, enforce: true}
"""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Two nodes, what they share, and the token that both know."""

    addresses: tuple[str, str]
    ledger: Ledger
    redis: redis_server.Server
    headers: dict[str, str]

    def ask(self, node: int, account: str, **more: object) -> dict[str, object]:
        """What one of them decides."""
        answer = httpx.post(
            f"{self.addresses[node]}/v1/decide", json={"account_id": account, **more},
            headers=self.headers, timeout=30,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    def until(self, node: int, account: str, action: str) -> float:
        """Seconds until a node decides so."""
        began = time.monotonic()
        while self.ask(node, account)["action"] != action:
            assert time.monotonic() - began < 20, "it never knew"
            time.sleep(0.02)
        return time.monotonic() - began


@pytest.fixture
def database() -> Iterator[str]:
    server = os.environ.get("STILLWATCH_TEST_POSTGRES")
    if server is None:
        pytest.skip("no PostgreSQL here: make test-postgres starts one")
    name = f"t_{secrets.token_hex(8)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    there = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
    yield there.render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    admin.dispose()


@pytest.fixture
def nodes(database: str, tmp_path: Path) -> Iterator[Nodes]:
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "policy.yaml").write_text(POLICY)
    ledger = Ledger(open_store(database), SECRET.encode())
    token = SharedTokens(ledger.engine).create("gateway", role="admin")[1]
    redis = redis_server.started(tmp_path)
    environment = os.environ | {
        "STILLWATCH_SECRET_FILE": str(tmp_path / "secret"),
        "STILLWATCH_DATABASE": database,
        "STILLWATCH_QUOTAS": redis.url,
        "STILLWATCH_SERVE__QUOTA_WAIT_MS": "5000",  # a busy machine is no part of the test
    }
    running, addresses = [], []
    for number in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = [*VERBS, "serve", "--decide-only", "--state", str(tmp_path / f"node-{number}")]
        words += ["--policy", str(tmp_path / "policy.yaml"), "--port", str(port)]
        with (tmp_path / f"node-{number}.log").open("wb") as log:
            running.append(subprocess.Popen(words, env=environment, stderr=log))  # noqa: S603
        addresses.append(f"http://127.0.0.1:{port}")
    headers = {"Authorization": f"Bearer {token}"}
    try:
        for address, process in zip(addresses, running, strict=True):
            _wait(address, process)
        yield Nodes((addresses[0], addresses[1]), ledger, redis, headers)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
        redis.stop()
        ledger.engine.dispose()
    for number in range(2):
        assert "Traceback" not in (tmp_path / f"node-{number}.log").read_text()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    pytest.fail("a node did not start")


def _decide(ledger: Ledger, *names: str) -> None:
    facts = [
        Facts(
            account_id=name, probability=0.97, campaign_id="c-1", campaign_probability=0.99,
            campaign_accounts=5, families=frozenset({"coordination", "volume"}),
        )
        for name in names
    ]  # fmt: skip
    at, policy = datetime.now(UTC), parse_policy(POLICY, "test")
    Register(ledger).enter(issue(policy, facts, at=at, day=Day(set()), ceiling=Ceiling()), at=at)


def test_nodes_share_decisions_quotas_evidence_and_tokens(nodes: Nodes) -> None:
    """One test, because starting two nodes costs more than all that it asks."""
    # decisions: made once, in force at both within a second (and what a busy machine adds)
    _decide(nodes.ledger, "a-0", "a-1")
    waits = [nodes.until(node, "a-0", "quota") for node in (0, 1)]
    assert max(waits) < 10
    # one quota for the campaign, whichever account asks whichever node: ten in all
    spent = sum(nodes.ask(i % 2, f"a-{i // 2 % 2}")["effect"]["status"] is None for i in range(40))  # type: ignore[index]
    began = 2 + int(waits[0] / 0.02) + int(waits[1] / 0.02)
    assert spent <= 10
    assert spent + began >= 10
    refused = nodes.ask(0, "a-1")
    assert refused["effect"]["status"] == 429  # type: ignore[index]
    assert 0 < float(str(refused["retry_after_seconds"])) <= 60
    # undone by people: forgotten at both
    found = Register(nodes.ledger).standing(at=datetime.now(UTC))["a-0"]
    Review(nodes.ledger).undo(
        found.decision_id, person="ann", why="their own benchmark", at=datetime.now(UTC)
    )
    for node in (0, 1):
        nodes.until(node, "a-0", "observe")
    # evidence: three blocks of two others, seen half by one node and half by the other
    for number, issuer in enumerate(("ab:01", "ab:02", "ab:02")):
        block = {"kind": "block", "fate": "elsewhere", "digest": f"{number:032x}"}
        nodes.ask(number % 2, "thief", presented=[{**block, "issued_to": issuer}])
    for node in (0, 1):
        nodes.until(node, "thief", "protect_output")
    kinds = [entry.kind for entry in nodes.ledger.entries(account_id="thief")]
    assert set(kinds) == {"presented", "decided"}
    # the server of quotas goes away: nobody is held up, and nobody is refused for it
    nodes.redis.stop()
    assert nodes.ask(0, "a-1")["effect"]["status"] is None  # type: ignore[index]
    metrics = httpx.get(f"{nodes.addresses[0]}/metrics", headers=nodes.headers).text
    assert 'stillwatch_presented_total{fate="elsewhere",kind="block"} 2.0' in metrics
    assert "stillwatch_shared_quota_failures 1.0" in metrics
