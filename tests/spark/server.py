"""A Spark Connect server of the tests' own, on this machine's loopback, and a session on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

__all__ = ["connected"]

_CLASS = "org.apache.spark.sql.connect.service.SparkConnectServer"
_PATIENCE = 300.0  # seconds until a server that does not answer is given up


@contextmanager
def connected(settings: Mapping[str, str], folder: Path) -> Iterator[Any]:
    """A session over Spark Connect; the server ends with the block."""
    import pyspark  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415

    port = _free_port()
    options = dict(settings) | {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
    }
    home = Path(pyspark.__file__).parent
    conf = [word for name, value in options.items() for word in ("--conf", f"{name}={value}")]
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]", "--class", _CLASS]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 - Spark's own script
            [*command, *conf, "spark-internal"],
            env=os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable},
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _await(port, server, folder / "log")
        remote = f"sc://127.0.0.1:{port}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SPARK_REMOTE", remote)
            session = SparkSession.builder.remote(remote).getOrCreate()
            yield session
            session.stop()
    finally:
        server.terminate()
        server.wait(60)


def _free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"no Spark Connect server: {log.read_text()[-3000:]}")
