"""The running service that is measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from stillwatch.service.tokens import Tokens

PORT = 8611
VERBS = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]


class Service:
    """The command, with one core for itself where there are two."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.token = Tokens(folder).create("bench", role="admin")[1]
        words = [*VERBS, "serve", "--state", str(folder), "--port", str(PORT), *options]
        words += ["--database", database(folder)]
        environment = os.environ | {"STILLWATCH_SERVE__REQUESTS_PER_SECOND": "1000000"}
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            words, env=environment, stderr=subprocess.DEVNULL
        )
        self.seen = psutil.Process(self.process.pid)
        headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=120
        )
        while True:
            try:
                if self.client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)  # it is starting; there is nothing to wait on but its answer

    def memory(self) -> int:
        """Resident bytes of the service, without its assessor."""
        return int(self.seen.memory_info().rss)

    def end(self) -> None:
        """End it."""
        self.client.close()
        self.process.terminate()
        self.process.wait()


def database(folder: Path) -> str:
    """The address of the state's own database; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'decisions.sqlite3'}"
