"""What a detector is, what it looks at, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group, Signal

__all__ = ["Detector", "Example"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small world that a detector must answer in a known way.

    Attributes:
        exchanges: Table of schema EXCHANGE (missing columns are null).
        suspects: The account ids that form the group.
        accounts: Table of schema ACCOUNT, or None.
        releases: Table of schema MODEL_RELEASE, or None.
    """

    exchanges: pa.Table
    suspects: tuple[str, ...]
    accounts: pa.Table | None = None
    releases: pa.Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """One way to see a campaign, with its null and the honest traffic that looks the same.

    Attributes:
        name: As the file.
        family: One of schema.FAMILIES.
        meaning: What it sees, one sentence.
        null: Against what it is judged.
        columns: Columns of `exchange` or `account.…` without which it is silent.
        look_alikes: Honest traffic that resembles it, and why it stays silent there.
        weigh: Groups and tables to one signal (or None: nothing to say) a group.
        fires: A world in which it must give more than one bit.
        silent: A look-alike on which it must not give more than half a bit.
    """

    name: str
    family: str
    meaning: str
    null: str
    columns: tuple[str, ...]
    look_alikes: tuple[str, ...]
    weigh: Callable[[Sequence[Group], Tables], list[Signal | None]]
    fires: Callable[[], Example]
    silent: Callable[[], Example]
