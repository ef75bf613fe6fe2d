"""One Spark session for all tests, in a time zone that is not UTC; one odd world for both.

With STILLWATCH_TEST_SESSION=connect the same tests run over Spark Connect, on a server of their
own.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

THERE = (
    all(find_spec(name) for name in ("pyspark", "sqlglot"))
    and (shutil.which("java") or "JAVA_HOME" in os.environ) is not None
)
collect_ignore_glob = [] if THERE else ["test_*.py"]

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "America/St_Johns",
    "spark.sql.shuffle.partitions": "3",
    # so that even these small files are several tasks
    "spark.sql.files.maxPartitionBytes": "512k",
    "spark.sql.files.openCostInBytes": "64k",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
}


@pytest.fixture(scope="session", autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    path = tmp_path_factory.mktemp("secret") / "secret"
    path.write_text("5" * 64, encoding="ascii")
    path.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STILLWATCH_SECRET_FILE", str(path))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        yield


@pytest.fixture(scope="session")
def session(_own_secret: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The session of all tests: classic, or over Spark Connect where the variable asks for it."""
    warehouse = str(tmp_path_factory.mktemp("warehouse"))
    settings = SETTINGS | {"spark.sql.warehouse.dir": warehouse}
    if os.environ.get("STILLWATCH_TEST_SESSION") == "connect":
        from server import connected  # noqa: PLC0415 - beside this file

        with connected(settings, tmp_path_factory.mktemp("server")) as opened:
            yield opened
        return
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    opened = builder.getOrCreate()
    opened.sparkContext.setLogLevel("OFF")
    yield opened
    opened.stop()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import odd_world  # noqa: PLC0415 - beside this file

    folder = tmp_path_factory.mktemp("odd")
    odd_world.write(folder)
    return folder
