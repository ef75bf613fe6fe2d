"""Both engines over the same exchanges: time, processor time, memory, and what Spark shuffles.

    python benchmarks/spark.py [--exchanges 100000 400000] [--cores 1 2] [--results FILE]

Each run is a process of its own. Processor time counts this process, Java and the Python workers.
Shuffled bytes are from Spark's event log. Needs stillwatch[spark] and Java.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

__all__ = ["main"]

_HERE = Path(__file__).parent


class _Stages:
    """Seconds and processor seconds of each stage, as the pipeline announces them."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._begun = (time.perf_counter(), _cpu())

    def stage(self, name: str, total_bytes: int | None = None) -> None:  # noqa: ARG002
        """A stage begins."""
        now = (time.perf_counter(), _cpu())
        if self.found:
            self.found[-1]["seconds"] = round(now[0] - self._begun[0], 1)
            self.found[-1]["cpu_seconds"] = round(now[1] - self._begun[1], 1)
        self.found.append({"stage": name})
        self._begun = now

    def advance(self, count_bytes: int = 0, rows: int = 0) -> None:
        """Say nothing."""


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _cpu() -> float:
    total = 0.0
    for one in _family():
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _watch(most: list[int], end: threading.Event) -> None:
    while not end.wait(0.5):
        held = 0
        for one in _family():
            try:
                held += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        most[0] = max(most[0], held)


def _session(cores: int, events: Path) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - only where Spark runs

    builder = SparkSession.builder.master(f"local[{cores}]").appName("bench")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": str(4 * cores),
    }.items():
        builder = builder.config(name, value)
    builder.getOrCreate().sparkContext.setLogLevel("ERROR")


def _shuffled(events: Path) -> dict[str, int]:
    """Bytes that all tasks wrote for shuffles, and processor time within Java."""
    written = ran = 0
    for log in events.iterdir():
        for line in log.read_text("utf-8").splitlines():
            if '"SparkListenerTaskEnd"' not in line[:60]:
                continue
            metrics = json.loads(line).get("Task Metrics") or {}
            written += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
            ran += metrics.get("Executor CPU Time", 0)
    return {"shuffle_bytes": written, "task_cpu_seconds": round(ran / 1e9)}


def _counted() -> dict[str, int]:
    """Count what reaches the driver: the largest result and all of them, in rows and bytes."""
    from stillwatch.engine.spark import Spark  # noqa: PLC0415 - only where Spark runs

    seen = {"most_rows": 0, "most_bytes": 0, "all_bytes": 0, "results": 0}
    fetch = Spark.fetch

    def noted(engine: Spark, query: str) -> Any:  # noqa: ANN401 - an Arrow table
        found = fetch(engine, query)
        seen["most_rows"] = max(seen["most_rows"], found.num_rows)
        seen["most_bytes"] = max(seen["most_bytes"], found.nbytes)
        seen["all_bytes"] += found.nbytes
        seen["results"] += 1
        return found

    Spark.fetch = noted  # type: ignore[method-assign]
    return seen


def _one(folder: Path, engine: str, cores: int) -> dict[str, Any]:
    from stillwatch.pipeline.batch import detect  # noqa: PLC0415 - in the child only
    from stillwatch.settings import Read, Settings  # noqa: PLC0415

    most, end = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(most, end))
    watcher.start()
    with tempfile.TemporaryDirectory() as place:
        events, driver = Path(place), {}
        if engine == "spark":
            _session(cores, events)
            driver = _counted()
        stages, begun = _Stages(), time.perf_counter()
        run = detect(
            folder / "exchange",
            accounts=folder / "account.parquet",
            engine=engine,  # type: ignore[arg-type]
            progress=stages,
            settings=Settings(read=Read(threads=cores)),
        )
        stages.stage("end")
        seconds = time.perf_counter() - begun
        if engine == "spark":
            from pyspark.sql import SparkSession  # noqa: PLC0415

            SparkSession.builder.getOrCreate().stop()
        end.set()
        watcher.join()
        return {
            "engine": engine,
            "cores": cores,
            "seconds": round(seconds, 1),
            "most_memory_mib": most[0] >> 20,
            "campaigns": run.campaigns.num_rows,
            "members": hashlib.sha256(
                "\n".join(sorted(run.members["account_id"].to_pylist())).encode()
            ).hexdigest()[:12],
            "stages": stages.found[:-1],
            **(_shuffled(events) | {"driver": driver} if engine == "spark" else {}),
        }


def _child(arguments: list[str], environment: dict[str, str]) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own files
    return done.stdout.strip().splitlines()[-1]


def main() -> None:
    """Measure, and print a line a run."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--exchanges", type=int, nargs="+", default=[100_000, 400_000])
    options.add_argument("--cores", type=int, nargs="+", default=[1, 2])
    options.add_argument("--results", type=Path)
    options.add_argument("--one", nargs=3, metavar=("FOLDER", "ENGINE", "CORES"))
    given = options.parse_args()
    if given.one:
        folder, engine, cores = given.one
        print(json.dumps(_one(Path(folder), engine, int(cores))))
        return
    runs = []
    for exchanges in given.exchanges:
        with tempfile.TemporaryDirectory(prefix="stillwatch-world-") as folder:
            environment = {
                **os.environ,
                "XDG_STATE_HOME": f"{folder}/state",
                "PYSPARK_PYTHON": sys.executable,
            }
            _child([str(_HERE / "world.py"), folder, "--exchanges", str(exchanges)], environment)
            plans = [("duckdb", max(given.cores)), *(("spark", n) for n in given.cores)]
            for engine, cores in plans:
                load = os.getloadavg()[0]
                one = [str(_HERE / "spark.py"), "--one", folder, engine, str(cores)]
                found = json.loads(_child(one, environment))
                runs.append({"exchanges": exchanges, "load_before": load, **found})
                print(json.dumps(runs[-1]), flush=True)
    if given.results:
        given.results.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
