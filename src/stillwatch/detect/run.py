"""Run every detector on every group; one that fails or lacks its columns is recorded, not lost."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from stillwatch.detect.base import Detector
from stillwatch.detect.registry import detectors
from stillwatch.errors import Error
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

__all__ = ["Outcome", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one detector did in one run.

    Attributes:
        detector: Which one.
        status: Whether it ran, lacked columns, or failed.
        detail: What it lacked, or how it failed.
        signals: One entry a group; None where it had nothing to say.
    """

    detector: Detector
    status: Literal["ran", "absent", "failed"]
    detail: str
    signals: tuple[Signal | None, ...]


def run(
    groups: Sequence[Group], tables: Tables, *, without: AbstractSet[str] = frozenset()
) -> list[Outcome]:
    """Weigh every group with every detector, in the order of their names.

    Args:
        groups: What to weigh.
        tables: The rollups.
        without: Names of detectors to leave out, for a measurement of what each adds.
    """
    present = tables.columns_present()
    return [_one(d, groups, tables, present) for d in detectors() if d.name not in without]


def _one(
    detector: Detector, groups: Sequence[Group], tables: Tables, present: frozenset[str]
) -> Outcome:
    nothing: tuple[Signal | None, ...] = (None,) * len(groups)
    lacking = [c for c in detector.columns if c not in present]
    if lacking:
        detail = f"no values in {', '.join(lacking)}"
        return Outcome(detector=detector, status="absent", detail=detail, signals=nothing)
    try:
        signals = tuple(detector.weigh(groups, tables))
    except Error:
        raise  # the engine's: a cancelled job or a bound must not pass for a silent detector
    except Exception as error:  # noqa: BLE001 - one broken detector must not cost the run
        detail = f"{type(error).__name__}: {error}"
        return Outcome(detector=detector, status="failed", detail=detail, signals=nothing)
    return Outcome(detector=detector, status="ran", detail="", signals=signals)
