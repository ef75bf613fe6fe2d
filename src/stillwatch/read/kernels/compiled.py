"""How a kernel is compiled: without the GIL, and kept on disk where a folder can be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

__all__ = ["inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile a loop for machine speed.

    The machine code is kept next to the source, or in the user's cache folder; an installation
    where neither can be written compiles once a process instead. A kept kernel is renewed when
    its own file changes, not when a helper in another file does: remove `__pycache__` after
    editing a helper.
    """
    try:
        return cast("F", njit(nogil=True, cache=True)(function))
    except RuntimeError:  # numba: "no locator available", nothing can be written
        return cast("F", njit(nogil=True)(function))


def inlined(function: F) -> F:
    """Compile a step of a loop into the loops that take it: arrays passed on cost nothing."""
    return cast("F", njit(nogil=True, inline="always")(function))
