"""A service on a loopback port, in this process, and a client for each kind of token."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

pytest.importorskip("starlette", reason="the extra 'serve' is not installed")

sys.path.insert(0, str(Path(__file__).parent))

import uvicorn

from stillwatch.service.app import application
from stillwatch.service.run import Place, opened
from stillwatch.service.state import State
from stillwatch.settings import Online, Serve, Settings

SETTINGS = Settings(
    online=Online(window_hours=24 * 365, queue_mib=8),
    serve=Serve(body_mib=1, requests_per_second=2_000),
)


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs: where it is, and what it holds."""

    address: str
    state: State
    folder: Path

    def token(self, role: str = "service", **more: object) -> str:
        """A token that counts at once."""
        return self.state.tokens.create("test", role=role, **more)[1]  # type: ignore[arg-type]

    def client(self, role: str = "service") -> httpx.Client:
        """A client with a token of a role."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)


@pytest.fixture(scope="session", autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A secret of the tests' own; the user's stays untouched."""
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_text("5e" * 32 + "\n")
    path.chmod(0o600)
    before = os.environ.get("STILLWATCH_SECRET_FILE")
    os.environ["STILLWATCH_SECRET_FILE"] = str(path)
    yield
    os.environ.pop("STILLWATCH_SECRET_FILE")
    if before is not None:
        os.environ["STILLWATCH_SECRET_FILE"] = before


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service without an assessor."""
    state = opened(Place(folder=tmp_path / "state"), SETTINGS, assesses=False)
    config = uvicorn.Config(application(state), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = listening.getsockname()[1]
        yield Running(f"http://127.0.0.1:{port}", state, tmp_path / "state")
        server.should_exit = True
        thread.join()
