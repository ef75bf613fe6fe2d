"""`stillwatch detectors`: what is looked for, and what honest traffic looks like it."""

from __future__ import annotations

from stillwatch.cli import show

__all__ = ["detectors"]


def detectors() -> None:
    """List the detectors: family, meaning, the columns they need, and their honest look-alikes."""
    # Late, so that `--help` does not wait for the numerical libraries.
    from stillwatch.detect.registry import detectors as every  # noqa: PLC0415

    rows = [
        (each.name, each.family, each.meaning, ", ".join(each.columns), "; ".join(each.look_alikes))
        for each in every()
    ]
    show.table(("detector", "family", "meaning", "columns", "look-alikes"), rows)
