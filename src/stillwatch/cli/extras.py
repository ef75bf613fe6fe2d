"""What a verb needs beyond the core installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stillwatch.errors import missing

__all__ = ["needs"]


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Imports inside may lack an optional package; then the user learns which extra has it.

    Raises:
        MissingError: A package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("stillwatch"):
            raise
        raise missing(error.name, extra) from error
