"""What the tests of real gateways share: ports, processes, and what stands around a gateway."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from stillwatch.respond.ledger import Ledger
from stillwatch.store import open_store

VERBS = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a gateway."""

    service: str
    token: str
    upstream: str
    folder: Path
    database: str

    def asked(self) -> list[dict[str, object]]:
        """What the upstream was asked so far."""
        found: list[dict[str, object]] = httpx.get(f"{self.upstream}/asked").json()
        return found

    @property
    def secret(self) -> bytes:
        """What blocks and marks are made with."""
        return (self.folder / "binding").read_bytes()

    def presented(self, account: str) -> list[dict[str, object]]:
        """What the ledger says that an account presented."""
        ledger = Ledger(open_store(self.database), b"7a" * 32)
        found = [e.body for e in ledger.entries(account_id=account) if e.kind == "presented"]
        ledger.engine.dispose()
        return found


def port() -> int:
    """A free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait(address: str, process: subprocess.Popen[bytes], log: Path, seconds: int = 120) -> None:
    """Until something answers there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(address, timeout=5)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    process.kill()
    pytest.fail(f"it did not start:\n{log.read_text()[-4000:]}")


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until it holds."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it never came true"
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
