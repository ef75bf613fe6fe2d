"""Receives decisions that reach beyond a request: verify, hold, suspend, notify_owner, and undos.

A system that receives them must check the signature, refuse what is old, and act once for each
event, however often it arrives. Run it with a secret, and point stillwatch at it:

    WEBHOOK_SECRET=$(openssl rand -hex 32) python examples/webhook_receiver.py 8099

Without a port it receives one message from itself, twice and tampered with, and ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections import OrderedDict
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stillwatch.respond.webhooks import signature, verified

LARGEST = 64 * 1024  # bytes of a message
REMEMBERED = 10_000  # events


class Receiver(ThreadingHTTPServer):
    """Acts once for each event that is signed with the secret."""

    def __init__(self, port: int, secret: bytes) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.secret = secret
        self.acted: OrderedDict[str, str] = OrderedDict()  # in a database, where it must survive
        self.lock = threading.Lock()

    def act(self, event_id: str, message: dict[str, str]) -> bool:
        """Do what an event asks for; False where it was done before."""
        with self.lock:
            if event_id in self.acted:
                return False
            self.acted[event_id] = message["event"]
            if len(self.acted) > REMEMBERED:
                self.acted.popitem(last=False)
        print(f"{message['event']}: account {message['account_id']}, {message['decision_id']}")
        return True


class Handler(BaseHTTPRequestHandler):
    """One message."""

    server: Receiver

    def do_POST(self) -> None:
        """Check, then act."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST:
            self.answer(413, "too large")
            return
        body = self.rfile.read(length)
        event_id = self.headers.get("Idempotency-Key", "")
        header = self.headers.get("Stillwatch-Signature", "")
        if not verified(self.server.secret, header, event_id, body, at=datetime.now(UTC)):
            self.answer(401, "not signed, changed, or too old")
            return
        acted = self.server.act(event_id, json.loads(body))
        self.answer(200, "done" if acted else "done before")

    def answer(self, status: int, told: str) -> None:
        """Answer with a word."""
        text = told.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing about each request."""


def send(port: int, body: bytes, header: str, event_id: str) -> str:
    """Send a message as stillwatch does; returns what it was answered."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", data=body, method="POST")
    request.add_header("Stillwatch-Signature", header)
    request.add_header("Idempotency-Key", event_id)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.read().decode()


def show() -> None:
    """One message, sent twice, then with another account in it."""
    receiver = Receiver(0, b"a secret that both sides know")
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    port = receiver.server_address[1]
    said = {"event": "verify", "account_id": "a-1", "decision_id": "d-1"}
    body = json.dumps(said).encode()
    header = signature(receiver.secret, datetime.now(UTC), "d-1.verify", body)
    print(send(port, body, header, "d-1.verify"))
    print(send(port, body, header, "d-1.verify"))
    print(send(port, body.replace(b"a-1", b"a-2"), header, "d-1.verify"))
    receiver.shutdown()
    receiver.server_close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Receiver(int(sys.argv[1]), os.environ["WEBHOOK_SECRET"].encode()).serve_forever()
    else:
        show()
