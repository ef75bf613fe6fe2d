"""Small frozen types that the stages hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

__all__ = ["FAMILY_QUESTION", "NO_HUBS", "Group", "Hubs", "Question", "Signal"]

Question = Literal["one_operator", "harvest"]

FAMILY_QUESTION: dict[str, Question] = {
    "coordination": "one_operator",
    "identity": "one_operator",
    "integrity": "one_operator",
    "intelligence": "one_operator",
    "volume": "harvest",
    "structure": "harvest",
    "training_value": "harvest",
}
"""Which of the two questions a family of evidence speaks to; a campaign needs a yes to both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts that may be one operation, as found by linking.

    Attributes:
        accounts: Positions in `Tables.accounts`, ascending.
        streams: Positions in `Tables.streams` of the streams that are mostly theirs.
    """

    accounts: npt.NDArray[np.int64]
    streams: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What one detector saw in one group.

    Attributes:
        bits: log2 of how much likelier this is for a campaign than for honest accounts of the
            same kind; negative speaks for the accounts.
        reason: One sentence with the numbers that led to it.
        accounts: Positions of the accounts that show it most (all, when empty).
        streams: Positions of the streams that show it (for examples).
    """

    bits: float
    reason: str
    accounts: tuple[int, ...] = ()
    streams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """What several parties share, as spokes between accounts and hubs, by hub then account.

    Attributes:
        hub: Number of the hub of each spoke.
        account: Position of the account of each spoke.
        kind: Kind of each hub (a key of link.COMPARISONS).
        bits: What agreeing on each hub is worth for one operator, in bits.
        stream: Position of the stream behind a hub of kind `stream`, else -1.
    """

    hub: npt.NDArray[np.int64]
    account: npt.NDArray[np.int64]
    kind: npt.NDArray[np.str_]
    bits: npt.NDArray[np.float64]
    stream: npt.NDArray[np.int64]


NO_HUBS = Hubs(
    hub=np.empty(0, np.int64),
    account=np.empty(0, np.int64),
    kind=np.empty(0, "<U16"),
    bits=np.empty(0),
    stream=np.empty(0, np.int64),
)
"""Before linking."""
