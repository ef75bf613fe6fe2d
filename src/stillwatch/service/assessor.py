"""The process that judges: started, watched and ended by the service, so that neither waits."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from stillwatch.service.logs import event
from stillwatch.store import ENVIRONMENT

__all__ = ["Assessor"]

_PAUSE = 5.0
_GRACE = 10.0


class Assessor:
    """Runs `stillwatch.pipeline.online.keep` on a folder and starts it again if it dies.

    Attributes:
        last: What the last assessment told: seconds, exchanges, campaigns, rate, began.
    """

    def __init__(
        self,
        folder: Path,
        options: Sequence[str] = (),
        *,
        database: str,
        told: Callable[[dict[str, float]], None] | None = None,
    ) -> None:
        self.last: dict[str, float] = {}
        self._words = [sys.executable, "-m", "stillwatch.pipeline.online.keep", str(folder)]
        self._words += options
        self._environment = os.environ | {ENVIRONMENT: database}
        self._told = told
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="assessor", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the process; an assessment under way is given up, its results stay as they were."""
        self._stopping.set()
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()  # it ends when nobody holds its input any more
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(_GRACE)

    def _run(self) -> None:
        while not self._stopping.is_set():
            with subprocess.Popen(  # noqa: S603 - our own module
                self._words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,
            ) as process:
                self._process = process
                if process.stdout is not None:
                    for line in process.stdout:
                        self._hear(line)
            if not self._stopping.is_set():
                event(
                    "assessor ended", level=logging.ERROR, status=process.returncode,
                    again_in=_PAUSE,
                )  # fmt: skip
                self._stopping.wait(_PAUSE)

    def _hear(self, line: bytes) -> None:
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        self.last = {**told, "heard": time.time()}
        if self._told is not None:
            self._told(told)
