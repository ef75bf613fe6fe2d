"""Bodies that the tests of the service send."""

from __future__ import annotations

import orjson


def exchange(number: int, **more: object) -> dict[str, object]:
    """A canonical exchange."""
    return {
        "exchange_id": f"x{number}",
        "started_at": f"2026-11-01T10:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "account_id": f"a{number % 10}",
        "prompt_text": f"question {number}",
        **more,
    }


def lines(first: int, count: int) -> bytes:
    """JSON lines."""
    return b"\n".join(orjson.dumps(exchange(first + i)) for i in range(count)) + b"\n"
