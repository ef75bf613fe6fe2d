"""`make bench-serve`: decisions in process and over HTTP, ingest with its lag, memory over time."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
from serve_service import PORT, VERBS, Service, database
from serve_stream import streamed
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
from stillwatch.store import open_store

HERE = Path(__file__).parent
ACCOUNTS = 24_000


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


def _keep(folder: Path) -> None:
    """Decisions about all of them in the database, as an assessment leaves them."""
    at = datetime.now(UTC)
    secret = installation_secret(state_folder())
    ledger = Ledger(open_store(database(folder)), secret)
    facts = list(knowledge().accounts.values())
    decided = issue(default_policy(), facts, at=at, day=Day(set()), ceiling=Ceiling())
    Register(ledger).enter(decided, at=at)
    ledger.engine.dispose()


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
