"""`make bench-serve`: decisions in process and over HTTP, ingest with its lag, memory over time."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import httpx
import numpy as np
import orjson
import psutil
from serve_table import Row, table

from stillwatch.ingest.secret import installation_secret
from stillwatch.pipeline.guard import Guard, Request
from stillwatch.pipeline.inputs import state_folder
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import default_policy
from stillwatch.respond.register import Register
from stillwatch.service.tokens import Tokens
from stillwatch.store import open_store

HERE = Path(__file__).parent
PORT = 8611
VERBS = [sys.executable, "-c", "from stillwatch.cli.main import run; run()"]
ACCOUNTS = 24_000
_TRICKLE = 200  # exchanges a second


def knowledge() -> Knowledge:
    """As many suspects as the largest published campaign had accounts."""
    facts = [
        Facts(
            account_id=f"acct_{i:06d}",
            probability=0.5 + (i % 500) / 1000,
            campaign_id=f"c-{i % 40}",
            campaign_probability=0.97,
            campaign_accounts=600,
            families=frozenset({"coordination", "structure", "volume"}),
        )
        for i in range(ACCOUNTS)
    ]
    return Knowledge(as_of=datetime.now(UTC), accounts={f.account_id: f for f in facts})


def in_process(seconds: float) -> list[Row]:
    """`Guard.decide` alone: one caller, half of the accounts unknown."""
    guard = Guard(knowledge=knowledge())
    asked = [Request(f"acct_{i % (2 * ACCOUNTS):06d}") for i in range(0, 10**6, 37)]
    took: list[int] = []
    until = time.perf_counter() + seconds
    clock = time.perf_counter_ns
    while time.perf_counter() < until:
        for each in asked:
            begun = clock()
            guard.decide(each)
            took.append(clock() - begun)
    found = np.array(took) / 1000
    return [
        Row("decide in process, p50", float(np.percentile(found, 50)), "µs"),
        Row("decide in process, p99", float(np.percentile(found, 99)), "µs"),
        Row("decide in process, p99.9", float(np.percentile(found, 99.9)), "µs"),
        Row("decide in process, a core", float(1e6 / found.mean()), "/s"),
    ]


class Service:
    """The command, with one core for itself where there are two."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.token = Tokens(folder).create("bench", role="admin")[1]
        words = [*VERBS, "serve", "--state", str(folder), "--port", str(PORT), *options]
        words += ["--database", _database(folder)]
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
            time.sleep(0.2)

    def memory(self) -> int:
        """Resident bytes of the service, without its assessor."""
        return int(self.seen.memory_info().rss)

    def end(self) -> None:
        """End it."""
        self.client.close()
        self.process.terminate()
        self.process.wait()


def _keep(folder: Path) -> None:
    """Decisions about all of them in the database, as an assessment leaves them."""
    at = datetime.now(UTC)
    secret = installation_secret(state_folder())
    ledger = Ledger(open_store(_database(folder)), secret)
    facts = list(knowledge().accounts.values())
    decided = issue(default_policy(), facts, at=at, day=Day(set()), ceiling=Ceiling())
    Register(ledger).enter(decided, at=at)
    ledger.engine.dispose()


def _database(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'decisions.sqlite3'}"


def over_http(folder: Path, seconds: float) -> list[Row]:
    """`POST /v1/decide` on loopback; the client is a process of its own."""
    _keep(folder)
    service = Service(folder, "--decide-only")
    rows = []
    try:
        for connections in (1, 16):
            body = '{"account_id":"acct_000123"}'
            request = (
                f"POST /v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            )
            told = {
                "port": PORT,
                "request": request,
                "connections": connections,
                "seconds": seconds,
            }
            before = service.seen.cpu_times()
            done = subprocess.run(  # noqa: S603 - our own program
                [sys.executable, str(HERE / "load.py")],
                input=orjson.dumps(told), capture_output=True, check=True,
            )  # fmt: skip
            after = service.seen.cpu_times()
            took = np.array(orjson.loads(done.stdout)) * 1000
            spent = (after.user - before.user) + (after.system - before.system)
            name = f"HTTP, {connections} connection{'s' if connections > 1 else ''}"
            rows += [
                Row(f"{name}: decisions", len(took) / seconds, "/s"),
                Row(f"{name}: decisions a second of CPU", len(took) / spent, "/s"),
                Row(f"{name}: p50", float(np.percentile(took, 50)), "ms"),
                Row(f"{name}: p99", float(np.percentile(took, 99)), "ms"),
            ]
    finally:
        service.end()
    return rows


def streamed(folder: Path, world: Path, exchanges: int, steady: float) -> list[Row]:
    """A world, over and over under other ids, until so many were taken; then a trickle."""
    bodies = _bodies(world)
    service = Service(folder, "--accounts", str(world / "accounts.parquet"))
    rows: list[Row] = []
    try:
        begun, start = time.perf_counter(), service.memory()
        taken, peak = 0, start
        lags: list[float] = []
        looks: list[float] = []
        stop = threading.Event()
        watcher = threading.Thread(target=_lags, args=(service, lags, looks, stop))
        watcher.start()
        half = 0
        for turn in range(10**6):
            for text, count in bodies:
                body = text.replace(b"@@", str(turn).encode())
                told = service.client.post("/v1/exchanges", content=body)
                told.raise_for_status()
                taken += count
                peak = max(peak, service.memory())
            if not half and taken >= exchanges / 2:
                half = service.memory()
            if taken >= exchanges:
                break
        took = time.perf_counter() - begun
        end = service.memory()
        most = len(looks) + 2  # one that knows everything, whatever was under way
        until = time.perf_counter() + 300
        while len(looks) < most and time.perf_counter() < until and not _whole(service, taken):
            time.sleep(0.5)
        filled = len(looks), len(lags)
        trickled = _trickle(service, bodies, turn, steady)
        stop.set()
        watcher.join()
        rows = [
            Row("streamed", taken, "exchanges"),
            Row("a trickle after it", trickled, "exchanges"),
            Row("ingest, one sender", taken / took, "exchanges/s"),
            Row("memory at the start", start / 2**20, "MiB"),
            Row("memory after half", (half or end) / 2**20, "MiB"),
            Row("memory at the end", end / 2**20, "MiB"),
            Row("memory, greatest", peak / 2**20, "MiB"),
        ]
        n, m = filled
        for name, each, waited in (
            ("filling", looks[:n], lags[:m]),
            ("then a trickle", looks[n:], lags[m:]),
        ):
            rows.append(Row(f"{name}: assessments", len(each), ""))
            rows += _spread(f"{name}: an assessment", each)
            rows += _spread(f"{name}: exchange to assessment", waited)
    finally:
        service.end()
    return rows


def _trickle(service: Service, bodies: list[tuple[bytes, int]], turn: int, seconds: float) -> int:
    """Send two hundred exchanges a second or so to a window that is full; returns how many."""
    sent, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        text, count = bodies[turn % len(bodies)]
        turn += 1
        told = service.client.post("/v1/exchanges", content=text.replace(b"@@", b"t%d" % turn))
        told.raise_for_status()
        sent += count
        time.sleep(count / _TRICKLE)
    return sent


def _spread(name: str, seconds: list[float]) -> list[Row]:
    if not seconds:
        return []
    return [
        Row(f"{name}, median", float(np.median(seconds)), "s"),
        Row(f"{name}, greatest", float(np.max(seconds)), "s"),
    ]


def _whole(service: Service, taken: int) -> bool:
    """Whether the newest report counts every exchange that was taken."""
    path = service.folder / "results" / "report.json"
    if not path.exists():
        return False
    counted: int = orjson.loads(path.read_bytes())["traffic"]["exchanges"]
    return counted >= taken


def _bodies(world: Path) -> list[tuple[bytes, int]]:
    """The world's exchanges as lines; the mark in each id makes it another one in each turn."""
    import pyarrow.dataset as ds  # noqa: PLC0415 - only here

    table = ds.dataset(world / "exchanges", format="parquet").to_table()
    table = table.select([n for n in table.column_names if n != "day"])
    table = table.sort_by("started_at")
    found = []
    for batch in table.to_batches(max_chunksize=1_000):
        lines = []
        for row in batch.to_pylist():
            row["exchange_id"] += "-@@"
            lines.append(orjson.dumps({k: v for k, v in row.items() if v is not None}))
        found.append((b"\n".join(lines), batch.num_rows))
    return found


def _lags(service: Service, lags: list[float], took: list[float], stop: threading.Event) -> None:
    """The longest that an exchange waited for each assessment, and how long that took."""
    seen, total = 0.0, 0.0
    with httpx.Client(base_url=service.client.base_url, headers=service.client.headers) as client:
        while not stop.wait(0.5):
            told = dict(
                line.rsplit(" ", 1)
                for line in client.get("/metrics").text.splitlines()
                if line.startswith("stillwatch_assessment")
            )
            count = float(told["stillwatch_assessment_seconds_count"])
            if count == seen:
                continue
            now = float(told["stillwatch_assessment_seconds_sum"])
            took.append(now - total)
            seen, total = count, now
            if (lag := float(told["stillwatch_assessment_lag_seconds"])) > 0:
                lags.append(lag)


def main() -> None:
    """Measure, and write the table and its numbers under benchmarks/results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--exchanges", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--accounts", type=int, default=1_000)
    parser.add_argument("--steady", type=float, default=120, help="seconds of a trickle at the end")
    given = parser.parse_args()
    load = os.getloadavg()
    rows = in_process(given.seconds)
    with tempfile.TemporaryDirectory() as made:
        rows += over_http(Path(made) / "decide", given.seconds)
        words = [*VERBS, "simulate", f"{made}/world", "--days", "10"]
        words += ["--accounts", str(given.accounts), "--exchanges", "40000"]
        subprocess.run(words, check=True)  # noqa: S603 - our own command
        rows += streamed(Path(made) / "state", Path(made) / "world", given.exchanges, given.steady)
    name = f"{datetime.now(UTC):%Y-%m-%d}-serve"
    text = table(rows, load)
    (HERE / "results" / f"{name}.md").write_text(text)
    numbers = {"load": load, "rows": [asdict(row) for row in rows]}
    (HERE / "results" / f"{name}.json").write_bytes(
        orjson.dumps(numbers, option=orjson.OPT_INDENT_2)
    )
    print(text)


if __name__ == "__main__":
    main()
