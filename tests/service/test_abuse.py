"""Bad input gets a clear status and message, never a traceback, and no neighbour waits."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import bodies
import httpx
import pytest
from running import Running

from stillwatch.pipeline.guard import Guard
from stillwatch.respond.ledger import Head, Ledger
from stillwatch.service.faults import Fault
from stillwatch.service.standing import follow
from stillwatch.store import open_store

HUGE = b"[" + b" " * (2 << 20) + b"]"


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (HUGE, {}, 413, "body_too_large"),
        (gzip.compress(b"0" * (8 << 20)), {"content-encoding": "gzip"}, 413, "body_too_large"),
        (b"\x1f\x8b broken", {"content-encoding": "gzip"}, 400, "damaged_body"),
        (b"{}", {"content-encoding": "br"}, 415, "unknown_encoding"),
        (b"{}", {"content-type": "image/png"}, 415, "unknown_media_type"),
        (b"", {}, 400, "empty_body"),
        (b"\xff\xfe", {"content-type": "application/x-protobuf"}, 400, "does_not_parse"),
    ],
)
def test_a_bad_body_is_answered_clearly(
    service: Running, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    with service.client() as client:
        told = client.post("/v1/exchanges", content=body, headers=headers)
    assert told.status_code == status
    assert told.json()["error"]["code"] == code
    assert len(told.json()["error"]["message"]) > 10
    assert told.json()["error"]["request_id"] == told.headers["x-request-id"]


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"[1, 2]", b'"x"', b"\xff\xff", b"[[[[["])
def test_a_body_without_any_exchange_is_a_bad_request(service: Running, body: bytes) -> None:
    with service.client() as client:
        told = client.post("/v1/exchanges", content=body)
    assert told.status_code == 400
    assert told.json()["rejected"] > 0
    assert told.json()["refused"][0]["detail"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"account_id": 7}', b'{"account_id": ""}', b'{"account_id":"a","x":1}'],
)
def test_a_bad_question_is_answered_clearly(service: Running, body: bytes) -> None:
    with service.client() as client:
        told = client.post("/v1/decide", content=body)
    assert told.status_code == 400
    assert told.json()["error"]["code"] in {"does_not_parse", "invalid"}


def test_tokens_are_needed_known_in_force_and_wide_enough(service: Running) -> None:
    expired = service.token(lasts=timedelta(microseconds=1))
    made, revoked = service.state.tokens.create("gone", role="service")
    service.state.tokens.revoke(made.token_id)
    narrow = service.token(scopes=("ingest",))
    wanted = {
        None: (401, "no_token"),
        "Basic abc": (401, "no_token"),
        "Bearer nonsense": (401, "bad_token"),
        f"Bearer {expired}": (401, "bad_token"),
        f"Bearer {revoked}": (401, "bad_token"),
        f"Bearer {revoked[:-1]}x": (401, "bad_token"),
        f"Bearer {narrow}": (403, "no_scope"),
        f"Bearer {service.token()}": (200, None),
    }
    with httpx.Client(base_url=service.address) as client:
        for value, (status, code) in wanted.items():
            headers = {} if value is None else {"Authorization": value}
            told = client.post("/v1/decide", json={"account_id": "a"}, headers=headers)
            assert told.status_code == status, value
            if code:
                assert told.json()["error"]["code"] == code


def test_a_fault_of_ours_shows_no_traceback_and_no_text_of_the_request(
    service: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service.state.guard, "decide", lambda _: 1 / 0)
    with service.client() as client, caplog.at_level(logging.INFO):
        told = client.post("/v1/decide", json={"account_id": "very-private"})
    assert told.status_code == 500
    assert told.json()["error"]["code"] == "failed"
    assert "Traceback" not in told.text
    lines = [r for r in caplog.records if r.name == "stillwatch.service"]
    assert any(r.getMessage() == "a request failed" for r in lines)
    assert "very-private" not in "".join(r.getMessage() for r in lines)


def test_a_flood_of_one_client_is_slowed_and_its_neighbour_is_served(service: Running) -> None:
    flooding = threading.Event()
    statuses: list[int] = []

    def flood() -> None:
        with service.client() as client:
            headers = dict(client.headers)

            def one() -> None:
                while not flooding.is_set():
                    body = bodies.lines(0, 4_000)
                    told = httpx.post(
                        f"{service.address}/v1/exchanges",
                        content=body, headers=headers, timeout=60,
                    )  # fmt: skip
                    statuses.append(told.status_code)

            threads = [threading.Thread(target=one) for _ in range(16)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()

    flooder = threading.Thread(target=flood)
    flooder.start()
    while 429 not in statuses and flooder.is_alive():
        time.sleep(0.05)
    with service.client() as client:
        answers = [client.post("/v1/decide", json={"account_id": "a"}) for _ in range(20)]
        kept = client.post("/v1/exchanges", content=bodies.lines(10_000, 5))
    flooding.set()
    flooder.join()
    assert {a.status_code for a in answers} == {200}
    assert kept.json()["accepted"] == 5
    assert set(statuses) <= {200, 429, 503}


def test_a_client_that_sends_half_a_body_and_leaves_harms_nobody(service: Running) -> None:
    parts = urlsplit(service.address)
    token = service.token()
    head = (
        f"POST /v1/exchanges HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        "Content-Length: 1000\r\n\r\n"
    )
    for _ in range(5):
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.sendall(head.encode() + b'{"exchange_id"')
    with service.client() as client:
        assert client.post("/v1/decide", json={"account_id": "a"}).status_code == 200


def test_metrics_have_no_label_from_outside(service: Running) -> None:
    with service.client("viewer") as client:
        client.get("/v1/secret-path-of-somebody")
        text = client.get("/metrics").text
    assert "secret-path" not in text
    assert 'stillwatch_requests_total{path="(other)",status="404"} 1.0' in text


def test_a_body_has_its_place_before_it_has_arrived(service: Running) -> None:
    """What is on its way counts, so that many slow senders cannot fill the memory."""
    intake = service.state.intake
    assert intake is not None
    limit = service.state.settings.online.queue_mib << 20
    with intake.place("one") as first:
        first.resize(limit - 10)
        assert intake.waiting_bytes == limit - 10
        with intake.place("other") as second:
            second.resize(10)
            with pytest.raises(Fault, match="overloaded"):
                second.resize(11)
        assert intake.waiting_bytes == limit - 10
        places = [intake.place("one") for _ in range(7)]
        for each in places:
            each.__enter__()
        with pytest.raises(Fault, match="too_many_waiting"), intake.place("one"):
            pass
        for each in places:
            each.__exit__(None, None, None)
    assert intake.waiting_bytes == 0
    with intake.place("one") as alone:
        alone.resize(2 * limit)  # a single one always may


def test_a_thread_that_reads_decisions_outlives_whatever_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(open_store(f"sqlite:///{tmp_path / 'd.sqlite3'}"), b"s" * 32)
    asked: list[int] = []

    def fails(_self: Ledger) -> Head:
        asked.append(1)
        message = "a fault that nobody thought of"
        raise ValueError(message)

    stop = follow(Guard(), ledger, every=0.01)
    monkeypatch.setattr(Ledger, "head", fails)
    until = time.monotonic() + 20
    while len(asked) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    stop()
    assert len(asked) >= 3
