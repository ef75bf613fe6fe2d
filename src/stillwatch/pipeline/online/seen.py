"""Which exchanges the window holds already: sorted digests, eight bytes each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["Seen"]

Digests = npt.NDArray[np.int64]


class Seen:
    """Digests by the file that holds them, so that they go when it goes."""

    def __init__(self) -> None:
        self._sealed: dict[str, Digests] = {}
        self._newest: set[int] = set()

    def __len__(self) -> int:
        return sum(len(run) for run in self._sealed.values()) + len(self._newest)

    def fresh(self, digests: Digests) -> npt.NDArray[np.bool_]:
        """Which were not seen; of several that are the same, the first."""
        new = np.zeros(len(digests), np.bool_)
        _, first = np.unique(digests, return_index=True)
        new[first] = True
        for run in self._sealed.values():
            if len(run):
                at = np.minimum(np.searchsorted(run, digests), len(run) - 1)
                new &= run[at] != digests
        known = self._newest
        new &= np.fromiter((d not in known for d in digests.tolist()), np.bool_, len(digests))
        return new

    def add(self, digests: Digests) -> None:
        """These are in the journal now."""
        self._newest.update(digests.tolist())

    def seal(self, name: str) -> None:
        """What the journal held is in the segment `name` now."""
        self.replace(name, np.fromiter(self._newest, np.int64, len(self._newest)))
        self._newest.clear()

    def replace(self, name: str, digests: Digests) -> None:
        """The segment `name` holds these."""
        self._sealed[name] = np.sort(digests)

    def forget(self, name: str) -> None:
        """The segment `name` is gone."""
        self._sealed.pop(name, None)
