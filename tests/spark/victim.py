"""A run on a cluster of two workers on this machine, for a test to disturb.

Prints the readings' number, their checksum and the counts of what was refused.
"""

from __future__ import annotations

import sys
from pathlib import Path

import both
from pyspark.sql import SparkSession

from stillwatch.pipeline.opened import opened
from stillwatch.settings import Settings
from stillwatch.settings import Spark as SparkSettings

_SUM = "SELECT CAST(sum(exchange % 1000003) AS BIGINT) AS s FROM raw_reading"
_COUNT = "SELECT account, count(*) AS n FROM raw_reading GROUP BY account ORDER BY account"


def main(world: str, scratch: str, master: str) -> None:
    """Read a world on the master, and tell what came out."""
    builder = SparkSession.builder.master(master).appName("victim")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.executor.memory": "600m",
        "spark.executorEnv.PYTHONPATH": ":".join(p for p in sys.path if p),
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.files.maxPartitionBytes": "128k",
        "spark.sql.files.openCostInBytes": "16k",
        "spark.task.maxFailures": "8",
    }.items():
        builder = builder.config(name, value)
    builder.getOrCreate().sparkContext.setLogLevel("OFF")
    settings = Settings(spark=SparkSettings(scratch_folder=scratch))
    with opened("spark", both.given(Path(world)), settings) as (engine, inputs):
        print("reading", flush=True)  # noqa: T201
        rows = inputs.spool(engine)
        total = engine.fetch(_SUM)["s"][0].as_py()
        accounts = engine.fetch(_COUNT).num_rows
    refused = sorted(inputs.summary.rejected.items())
    print("result", rows, total, accounts, refused, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
