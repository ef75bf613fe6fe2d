"""A service on a loopback port, in this process, and a client for each kind of token."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from stillwatch.service.app import application
from stillwatch.service.run import Place, opened

sys.path.insert(0, str(Path(__file__).parent))

from running import SETTINGS, Running


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
    place = Place(folder=tmp_path / "state", database=f"sqlite:///{tmp_path / 'decisions.sqlite3'}")
    state = opened(place, SETTINGS, assesses=False)
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
