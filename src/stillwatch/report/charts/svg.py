"""The one place where SVG is put together, so that nothing unescaped can get into it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

__all__ = ["WIDTH", "drawing", "element", "num"]

WIDTH = 860
"""Width of every full-width drawing in user units; at this width one unit is one CSS pixel."""


def num(value: float) -> str:
    """A coordinate with at most one decimal, without trailing zeros."""
    return f"{round(value, 1) + 0.0:g}"


def element(
    name: str, *children: Markup | str, attributes: dict[str, float | str] | None = None
) -> Markup:
    """An element; text children and attribute values are escaped, Markup children kept."""
    written = "".join(
        f' {key}="{num(value) if isinstance(value, float) else escape(value)}"'
        for key, value in (attributes or {}).items()
    )
    inside = "".join(escape(child) for child in children)
    whole = f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"
    return Markup(whole)  # noqa: S704 (name is ours, the rest has just been escaped)


def drawing(
    children: Iterable[Markup], *, height: float, label: str, name: str, width: float = WIDTH
) -> Markup:
    """A whole drawing that scales with its column; `label` is what a screen reader says."""
    box = {
        "viewBox": f"0 0 {num(width)} {num(height)}",
        "class": f"chart {name}",
        "role": "img",
        "aria-label": label,
    }
    return element("svg", *children, attributes=dict(box))
