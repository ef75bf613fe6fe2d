"""A service that runs, as the tests of the service see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

from stillwatch.service.state import State
from stillwatch.settings import Online, Serve, Settings

SETTINGS = Settings(
    online=Online(window_hours=24 * 365, queue_mib=8),
    serve=Serve(body_mib=1, requests_per_second=2_000),
)


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs: where it is, and what it holds."""

    address: str
    state: State
    folder: Path

    def token(self, role: str = "service", **more: object) -> str:
        """A token that counts at once."""
        return self.state.tokens.create("test", role=role, **more)[1]  # type: ignore[arg-type]

    def client(self, role: str = "service") -> httpx.Client:
        """A client with a token of a role."""
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        return httpx.Client(base_url=self.address, headers=headers, timeout=60)
