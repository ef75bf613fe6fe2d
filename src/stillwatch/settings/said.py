"""What the fields of the settings say of themselves."""

from __future__ import annotations

__all__ = ["says"]


def says(
    meaning: str, unit: str = "", *, least: float | None = None, most: float | None = None
) -> dict[str, str | float | None]:
    """What a key means, its unit, and the values allowed (both ends)."""
    return {"meaning": meaning, "unit": unit, "least": least, "most": most}
