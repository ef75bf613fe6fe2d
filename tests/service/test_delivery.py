"""The service tells the operator's own system of what a decision asks for, signed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import orjson
import pytest
from running import SETTINGS

from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.respond.webhooks import Webhook, verified
from stillwatch.service.run import Place, opened

SECRET = b"w" * 32
POLICY = """
version: "1"
rules: [{name: ask, when: {probability_at_least: 0.8}, then: verify, for: 7d, enforce: true}]
"""


class System(HTTPServer):
    """The operator's own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[dict[str, object]] = []
        self.forged = 0


class _Handler(BaseHTTPRequestHandler):
    server: System

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        told = orjson.loads(body)
        named = {k.lower(): v for k, v in self.headers.items()}
        sealed = named["stillwatch-signature"]
        good = verified(SECRET, sealed, told["event_id"], body, at=datetime.now(UTC))
        self.server.forged += not good
        self.server.heard.append(told)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def system() -> Iterator[System]:
    with System() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_running_service_sends_what_a_decision_asks_for(system: System, tmp_path: Path) -> None:
    place = Place(
        folder=tmp_path / "state",
        database=f"sqlite:///{tmp_path / 'd.sqlite3'}",
        webhook=Webhook(url=f"http://127.0.0.1:{system.server_port}/hook", secret=SECRET),
    )
    state = opened(place, SETTINGS, takes=False, assesses=False)
    assert state.ledger is not None
    facts = Facts(
        account_id="a", probability=0.9, campaign_id="c", campaign_probability=0.9,
        campaign_accounts=5, families=frozenset({"coordination", "volume"}),
    )  # fmt: skip
    at = datetime.now(UTC)
    found = issue(parse_policy(POLICY, "p"), [facts], at=at, day=Day(set()), ceiling=Ceiling())
    Register(state.ledger).enter(found, at=at)
    until = time.monotonic() + 20
    while not any(e.kind == "delivered" for e in state.ledger.entries()):
        assert time.monotonic() < until, "it was not sent"
        time.sleep(0.05)
    for stop in state.stops:
        stop()
    assert [(h["event"], h["account_id"]) for h in system.heard] == [("verify", "a")]
    assert system.forged == 0
