"""What a verb needs beyond the core installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stillwatch.errors import ConfigError

__all__ = ["needs"]


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Imports inside may lack an optional package; then the user learns which extra has it.

    Raises:
        ConfigError: A package is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("stillwatch"):
            raise
        message = f"this needs the package {error.name!r}, which is not installed"
        hint = f"install it with: pip install 'stillwatch[{extra}]'"
        raise ConfigError(message, hint=hint) from error
