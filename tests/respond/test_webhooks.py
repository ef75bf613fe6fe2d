"""Messages to the operator's own system arrive once, in order, and only from us."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import httpx
import orjson
import pytest
from sqlalchemy import Engine, create_engine, select

from stillwatch.respond.audit import verify
from stillwatch.respond.facts import Facts
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.register import Register
from stillwatch.respond.webhooks import FRESH, Delivery, Webhook, deliver, signature, verified
from stillwatch.store import open_store
from stillwatch.store.tables import OUTBOX

SECRET = b"a secret that both sides know"
POLICY = parse_policy(
    'version: "1"\nrules:\n'
    "  - {name: ask, when: {probability_at_least: 0.8}, then: verify, enforce: true}\n",
    "p.yaml",
)


class System(ThreadingHTTPServer):
    """An operator's system that answers as told, and remembers what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: System

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 200
        if status is None:  # hangs up in the middle of the answer
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def system() -> Iterator[System]:
    made = System()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.fixture
def ledger(engine: Engine, suspect: Callable[..., Facts], now: datetime) -> Ledger:
    """One decision to ask account a-1 for verification."""
    made = Ledger(engine, b"s" * 32)
    facts = suspect()
    Register(made).enter([(facts, POLICY.decide(facts, at=now))], at=now)
    return made


def _hook(system: System) -> Webhook:
    return Webhook(url=system.url, secret=SECRET, timeout_s=5)


def test_a_message_arrives_once_signed_and_with_what_is_needed(
    ledger: Ledger, system: System, now: datetime
) -> None:
    assert deliver(ledger, _hook(system), at=now) == Delivery(delivered=1)
    assert deliver(ledger, _hook(system), at=now) == Delivery()
    ((headers, body),) = system.got
    said = orjson.loads(body)
    assert (said["event"], said["account_id"], said["parameters"]) == (
        "verify",
        "a-1",
        {"level": 2},
    )
    assert headers["Idempotency-Key"] == said["event_id"] == f"{said['decision_id']}.verify"
    assert verified(SECRET, headers["Stillwatch-Signature"], said["event_id"], body, at=now)
    assert not {"probability", "evidence", "families"} & set(said)
    assert SECRET not in body


@pytest.mark.parametrize("answer", [500, 503, 429, 400, 301, None])
def test_what_fails_is_sent_again_later_with_the_same_key(
    ledger: Ledger, system: System, now: datetime, answer: int | None
) -> None:
    system.answers = [answer]
    assert deliver(ledger, _hook(system), at=now) == Delivery(waiting=1)
    assert deliver(ledger, _hook(system), at=now + timedelta(seconds=29)) == Delivery()
    assert deliver(ledger, _hook(system), at=now + timedelta(seconds=30)) == Delivery(delivered=1)
    first, second = system.got
    assert first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"]
    assert first[0]["Stillwatch-Signature"] != second[0]["Stillwatch-Signature"]
    (entry,) = [e for e in ledger.entries() if e.kind == "delivered"]
    assert entry.body["attempts"] == 2


def test_a_system_that_is_not_there_is_no_fault_of_ours(ledger: Ledger, now: datetime) -> None:
    nobody = Webhook(url="http://127.0.0.1:9/", secret=SECRET, timeout_s=1)
    assert deliver(ledger, nobody, at=now) == Delivery(waiting=1)


def test_a_system_that_does_not_answer_in_time_is_asked_again(
    ledger: Ledger, now: datetime
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        message = "too slow"
        raise httpx.ReadTimeout(message, request=request)

    client = httpx.Client(transport=httpx.MockTransport(slow))
    hook = Webhook(url="http://system.example/", secret=SECRET)
    assert deliver(ledger, hook, at=now, client=client) == Delivery(waiting=1)


def test_what_never_arrives_is_given_up_and_written_down(
    ledger: Ledger, system: System, now: datetime
) -> None:
    system.answers = [500] * 200
    rounds = [deliver(ledger, _hook(system), at=now + timedelta(hours=i)) for i in range(5 * 24)]
    tried = [i for i, told in enumerate(rounds) if told != Delivery()]
    assert rounds[tried[-1]] == Delivery(given_up=1)
    assert 3 * 24 < tried[-1] < 4.5 * 24  # about four days, as the guide says
    (entry,) = [e for e in ledger.entries() if e.kind == "undelivered"]
    assert entry.body["told"] == "answered 500 Internal Server Error"
    assert verify(ledger).fault is None


def test_taking_back_never_overtakes_what_it_takes_back(
    ledger: Ledger, system: System, now: datetime
) -> None:
    system.answers = [500]
    assert deliver(ledger, _hook(system), at=now) == Delivery(waiting=1)
    Register(ledger).expire(at=now + timedelta(days=1))
    system.answers = [500]
    assert deliver(ledger, _hook(system), at=now + timedelta(days=1)) == Delivery(waiting=2)
    soon = now + timedelta(days=1, seconds=1)
    assert deliver(ledger, _hook(system), at=soon) == Delivery()
    assert deliver(ledger, _hook(system), at=now + timedelta(days=2)) == Delivery(delivered=2)
    events = [orjson.loads(body)["event"] for _, body in system.got]
    assert events == ["verify", "verify", "verify", "verify.undone"]


def test_a_decision_that_was_not_kept_sends_nothing(
    tmp_path: Path, suspect: Callable[..., Facts], now: datetime
) -> None:
    made = Ledger(open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}"), b"s" * 32)
    facts = suspect()
    broken = [(facts, POLICY.decide(facts, at=now)), (facts, None)]
    with pytest.raises(AttributeError):
        Register(made).enter(broken, at=now)  # type: ignore[arg-type]
    with create_engine(made.engine.url).connect() as connection:
        assert connection.execute(select(OUTBOX)).all() == []


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"secret": b"another secret"}, False),
        ({"body": b"{}"}, False),
        ({"event_id": "d-2.verify"}, False),
        ({"late": FRESH + timedelta(seconds=1)}, False),
        ({"late": -FRESH - timedelta(seconds=1)}, False),
        ({"header": ""}, False),
        ({"header": "t=1"}, False),
        ({"header": "t=²,v1=é"}, False),
        ({"header": "t=99999999999999999999,v1=00"}, False),
    ],
)
def test_only_a_fresh_whole_message_of_ours_is_taken(
    change: dict[str, object], *, fits: bool, now: datetime
) -> None:
    header = signature(SECRET, now, "d-1.verify", b'{"a":1}')
    at = now + change.pop("late", timedelta(0))  # type: ignore[operator]
    given = {"secret": SECRET, "header": header, "event_id": "d-1.verify", "body": b'{"a":1}'}
    assert verified(**(given | change), at=at) is fits  # type: ignore[arg-type]


@pytest.fixture
def example() -> ModuleType:
    path = Path(__file__).parents[2] / "examples" / "webhook_receiver.py"
    spec = importlib.util.spec_from_file_location("webhook_receiver", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_receiver_acts_once_and_refuses_what_is_replayed(
    example: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver = example.Receiver(0, SECRET)
    thread = threading.Thread(target=receiver.serve_forever, daemon=True)
    thread.start()
    port, now = receiver.server_address[1], datetime.now(UTC)
    body = orjson.dumps({"event": "hold", "account_id": "a-1", "decision_id": "d-1"})
    fresh = signature(SECRET, now, "d-1.hold", body)
    old = signature(SECRET, now - timedelta(hours=1), "d-1.hold", body)
    assert example.send(port, body, fresh, "d-1.hold") == "done"
    assert example.send(port, body, fresh, "d-1.hold") == "done before"
    assert example.send(port, body, fresh, "d-9.hold").startswith("not signed")
    assert example.send(port, body, old, "d-1.hold").startswith("not signed")
    assert capsys.readouterr().out.count("hold: account a-1") == 1
    receiver.shutdown()
    receiver.server_close()
    thread.join()
