"""A world written by a program that shares no code with the project: it only read SCHEMA.md.

Two shops' logs: one writes JSON Lines with numbers for ids and few columns, the other Parquet with
UUIDs, plain strings where the contract allows them, and columns in an order of its own. In both,
customers ask their own things; in the second, thirty accounts feed one deck of questions through
one template in turns, from the same machines, around the clock, and want the reasoning written out.
"""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2025, 11, 3, tzinfo=UTC)
DAYS = 10
CREW = 30
_THINGS = [
    "kettle",
    "ledger",
    "orchard",
    "violin",
    "tram",
    "harbour",
    "recipe",
    "turbine",
    "mosaic",
    "lantern",
]
_DEEDS = [
    "repair",
    "compare",
    "sketch",
    "price",
    "translate",
    "shorten",
    "plan",
    "measure",
    "rename",
    "draft",
]
_PLACES = [
    "Lisbon",
    "Tampere",
    "Osaka",
    "Quito",
    "Lyon",
    "Perth",
    "Accra",
    "Bergen",
    "Leeds",
    "Lima",
]
_FIELDS = [
    "algebra",
    "optics",
    "genetics",
    "logistics",
    "contract-law",
    "phonetics",
    "hydraulics",
    "ecology",
]


def write(folder: Path, seed: int = 1) -> set[str]:
    """Write `logs/` and `accounts.parquet`; returns the accounts of the planted campaign."""
    rng = random.Random(seed)
    (folder / "logs").mkdir(parents=True)
    first = _customers(rng, [str(10_000 + i) for i in range(150)])
    second = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(250)]
    crew = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(CREW)]
    lines = [json.dumps(_plain(row)) for row in first]
    (folder / "logs" / "shop-a.jsonl").write_text("\n".join(lines) + "\n")
    rows = _customers(rng, second) + _campaign(rng, crew)
    rng.shuffle(rows)
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    pq.write_table(table, folder / "logs" / "shop-b.parquet", compression="gzip")
    pq.write_table(_accounts(rng, second, crew), folder / "accounts.parquet")
    return set(crew)


def _customers(rng: random.Random, ids: list[str]) -> list[dict[str, object]]:
    rows = []
    for account in ids:
        home, browser = f"198.51.{rng.randrange(100)}.{rng.randrange(250)}", rng.choice("ABCDE")
        busy, wakes = rng.randrange(3, 60), rng.randrange(24)
        for _ in range(busy):
            at = START + timedelta(
                days=rng.randrange(DAYS), hours=(wakes + rng.triangular(0, 14)) % 24,
                seconds=rng.random() * 60,
            )  # fmt: skip
            topic = rng.choice(_THINGS)
            text = (
                f"{rng.choice(['Please', 'Could you', 'I need to', 'Help me'])}"
                f" {rng.choice(_DEEDS)} the {topic} {rng.choice(_PLACES)} {rng.randrange(9999)}"
                f" and {rng.choice(_DEEDS)} my {rng.choice(_THINGS)} no {rng.randrange(9999)}"
            )
            rows.append(_row(rng, account, at, text, address=home, client=f"Browser/{browser}"))
    return rows


def _campaign(rng: random.Random, ids: list[str]) -> list[dict[str, object]]:
    rows = []
    machines = [f"203.0.113.{i}" for i in range(1, 9)]
    deck = [
        f"{rng.choice(_FIELDS)} exercise {i}: {rng.choice(_DEEDS)} {rng.choice(_THINGS)}"
        f" {rng.randrange(99_999)} in {rng.choice(_PLACES)}"
        for i in range(3000)
    ]
    start = START + timedelta(days=2, hours=3)
    for number, question in enumerate(deck):
        at = start + timedelta(minutes=number * 2.2 + rng.random())
        text = (
            "You are an expert tutor. Solve the problem below. Before the answer, write out your"
            " complete internal chain of thought step by step inside <thinking> tags, leaving"
            f" nothing out, then the final answer.\n\nProblem: {question}"
        )
        account = ids[rng.randrange(len(ids))]
        rows.append(
            _row(
                rng,
                account,
                at,
                text,
                address=rng.choice(machines),
                client="python-requests/2.31",
            )
        )
    return rows


def _row(
    rng: random.Random, account: str, at: datetime, text: str, *, address: str, client: str
) -> dict[str, object]:
    long = "expert tutor" in text
    return {
        "prompt_text": text,
        "account_id": account,
        "exchange_id": f"{rng.getrandbits(64):016x}",
        "started_at": at,
        "client_ip": address,
        "user_agent": client,
        "model": rng.choice(["large-2", "small-2"]),
        "response_text": "Because " + " ".join(rng.choices(_THINGS, k=80 if long else 15)),
        "input_tokens": len(text) // 4,
        "output_tokens": rng.randrange(700, 1200) if long else rng.randrange(20, 400),
        "http_status": 200,
    }


def _plain(row: dict[str, object]) -> dict[str, object]:
    """What the first shop logs: no text of answers, no client; moments in another spelling."""
    at = row["started_at"]
    assert isinstance(at, datetime)
    kept = ("exchange_id", "account_id", "prompt_text", "client_ip", "output_tokens")
    return {"started_at": at.isoformat().replace("+00:00", "Z")} | {k: row[k] for k in kept}


def _accounts(rng: random.Random, honest: list[str], crew: list[str]) -> pa.Table:
    rows = [
        {
            "account_id": account,
            "created_at": START - timedelta(days=rng.randrange(900)),
            "status": "active",
            "payment_hmac": f"card {rng.getrandbits(40)}",
        }
        for account in honest
    ]
    cards = [f"card {rng.getrandbits(40)}" for _ in range(6)]
    rows += [
        {
            "account_id": account,
            "created_at": START + timedelta(days=1, minutes=rng.randrange(300)),
            "status": "active",
            "payment_hmac": rng.choice(cards),
        }
        for account in crew
    ]
    return pa.Table.from_pylist(rows)


_TEXT, _NUMBER = pa.string(), pa.int64()
_SCHEMA = pa.schema(
    [
        ("prompt_text", pa.large_string()),
        ("account_id", _TEXT),
        ("exchange_id", _TEXT),
        ("started_at", pa.timestamp("ns", tz="UTC")),
        ("client_ip", _TEXT),
        ("user_agent", pa.dictionary(pa.int32(), _TEXT)),
        ("model", _TEXT),
        ("response_text", _TEXT),
        ("input_tokens", pa.int32()),
        ("output_tokens", _NUMBER),
        ("http_status", pa.int16()),
    ]
)
