"""Every settings key with its type, default, meaning, unit and bounds, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

from stillwatch.settings.stages import Settings

__all__ = ["Key", "Value", "keys", "sections"]

Value = bool | int | float | str | Path | None
"""What a setting can hold."""

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a URL or the path of a folder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One settings key.

    Attributes:
        kind: `bool`, `int`, `float`, `str` or `Path`.
        least, most: The bounds, both allowed; None where there is none.
    """

    section: str
    name: str
    kind: type
    default: Value
    meaning: str
    unit: str
    least: float | None
    most: float | None

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"STILLWATCH_{self.section}__{self.name}".upper()

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        kind = _KINDS.get(self.kind, "the path of a folder")
        if self.least is not None and self.most is not None:
            return f"{kind} from {self.least} to {self.most}"
        return kind if self.least is None else f"{kind}, {self.least} or more"


def sections() -> dict[str, type]:
    """The dataclass of each section."""
    hints = get_type_hints(Settings)
    return {f.name: hints[f.name] for f in fields(Settings) if is_dataclass(hints[f.name])}


def keys() -> Iterator[Key]:
    """Every key of every section."""
    for section, stage in sections().items():
        hints = get_type_hints(stage)
        for each in fields(stage):
            hint = hints[each.name]
            kind = next((k for k in _KINDS if hint in (k, k | None)), Path)
            note = each.metadata
            yield Key(
                section=section,
                name=each.name,
                kind=kind,
                default=getattr(stage(), each.name),
                meaning=note["meaning"],
                unit=note["unit"],
                least=note["least"],
                most=note["most"],
            )
