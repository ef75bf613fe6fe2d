"""A Spark session for a run: the one that is there, or a new one as Spark's own settings say."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from typing import Any

from stillwatch.errors import ConfigError, Error, InputError

__all__ = ["is_local", "open_session", "own", "told"]

_ALWAYS = {
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, not a smaller number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_HINTS = {
    "maxResultSize": "raise spark.driver.maxResultSize and the driver's memory, or judge fewer"
    " days",
    "(NANOS": "Spark reads no nanoseconds: write the files with microseconds",
    "CANNOT_MERGE_SCHEMAS": "files of one run must agree in the types of their columns",
    "TABLE_OR_VIEW_NOT_FOUND": "name it as catalog.database.table, as the session knows it",
    "No module named": "every worker needs this package and its dependencies"
    " (docs/how-to/run-on-spark.md)",
}
_ELSE = "Spark's own log says more"
_MISSING = "the Spark engine needs PySpark 4 and sqlglot, and {} is not installed"


def open_session() -> Any:  # noqa: ANN401 - PySpark is not there to name its types
    """The active Spark session, or a new one; Spark's own variables and files say where.

    Raises:
        ConfigError: PySpark, sqlglot or Java is not there, or the session cannot be made.
    """
    # pandas is imported by PySpark and not used by us
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    try:
        import sqlglot  # noqa: F401, PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        message = _MISSING.format(error.name or "a part of them")
        raise ConfigError(message, hint="pip install 'stillwatch[spark]'") from error
    if "SPARK_REMOTE" not in os.environ:
        _need_java()
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        return SparkSession.builder.appName("stillwatch").getOrCreate()
    except Exception as error:
        message = f"no Spark session could be made: {_first_line(error)}"
        raise ConfigError(message, hint="see docs/how-to/run-on-spark.md") from error


def own(session: Any) -> Any:  # noqa: ANN401 - as above
    """A session beside the given one, with views of its own and what our SQL takes for granted.

    Raises:
        ConfigError: An older PySpark is asked for one over Connect.
    """
    try:
        mine = session.newSession()
    except (AttributeError, NotImplementedError) as error:
        message = "this PySpark cannot open a second session over Spark Connect"
        raise ConfigError(message, hint="PySpark 4.3 can; or submit with spark-submit") from error
    for name, value in _ALWAYS.items():
        mine.conf.set(name, value)
    return mine


def is_local(session: Any) -> bool:  # noqa: ANN401 - as above
    """Whether driver and workers share this machine and its folders."""
    connect = type(session).__module__.startswith("pyspark.sql.connect")
    host = str(session.client.host) if connect else "localhost"
    here = host in {"localhost", "127.0.0.1", "::1"}
    return here and str(session.conf.get("spark.master", "")).startswith("local")


def told(error: Exception, what: str) -> Error:
    """What went wrong on the cluster, in a line."""
    line = _in_python(error) or _first_line(error)
    hint = next((hint for sign, hint in _HINTS.items() if sign in str(error)), _ELSE)
    return InputError(f"{what}: {line}", hint=hint)


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    if home is None and shutil.which("java") is None:
        message = "the Spark engine needs Java 17 or newer, and no `java` is on the path"
        raise ConfigError(message, hint="on Debian: apt-get install openjdk-17-jre-headless")


def _in_python(error: Exception) -> str:
    """The last line of a worker's traceback, where one is told."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if any("Traceback" in line for line in lines) else ""


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
