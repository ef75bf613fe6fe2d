"""What the service asks of whoever keeps traces of it; without one, nothing is traced."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from stillwatch.pipeline.guard import Answer

__all__ = ["Traces"]


class Traces(Protocol):
    """Keeps spans; holds up nobody and raises nothing."""

    def request(self, method: str, route: str, traceparent: str) -> AbstractContextManager[Any]:
        """A request, for as long as it lasts."""

    def answered(self, span: Any, status: int) -> None:  # noqa: ANN401 - of `request`
        """What the request got."""

    def decided(self, answer: Answer) -> None:
        """What was decided for the present request."""

    def took(self, counted: Mapping[str, int]) -> None:
        """What became of exchanges that the present request brought."""

    def assessed(self, look: Mapping[str, float]) -> None:
        """An assessment that has ended."""

    def close(self) -> None:
        """Send what waits."""
