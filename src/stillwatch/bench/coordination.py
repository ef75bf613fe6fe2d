"""Real co-action data with planted rings: published settings against a threshold from a null.

The data are posts that accounts shared on a social network, with five rings injected into them.
Published tools join accounts that share one post within a fixed window a fixed number of times. The
null asks instead how surprising a pair's co-actions are: of the posts that both shared, so many
would be shared close in time by chance as pairs of sharers of equally popular posts show in the
same data. The rule of Benjamini and Hochberg over all pairs that share anything bounds the share of
false ones; no window and no weight is chosen by hand.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.sparse import coo_array

from stillwatch.bench.baselines.co_action import co_actions, pair_weights
from stillwatch.errors import InputError, NotFoundError

__all__ = ["EVENTS", "LABELS", "Acts", "Setting", "read_acts", "score_settings"]

Index = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

EVENTS = "coord_injected_events.csv.gz"
LABELS = "coord_injected_labels.csv"
_PUBLISHED = ((10, 2), (60, 1), (60, 2), (60, 5), (600, 2))
"""Window in seconds and least weight, as published tools are run."""
_WINDOWS = (10, 60, 600)
_FALSE = (0.05, 0.01)  # shares of false pairs that are allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """Shares of posts; numbers instead of names.

    Attributes:
        what: Post of each act.
        who: Account of each act.
        at: Second of each act.
        ring: By account, the planted ring, or an empty word.
    """

    what: Index
    who: Index
    at: Index
    ring: npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to join accounts.

    Attributes:
        name: Window and weight, or the null's window.
        flagged: Accounts that are joined to another.
        found: Of the planted ones.
        planted: How many were planted.
        precision: Against the planted rings only: real coordination in the data counts as false.
        rings: By ring, the share of its accounts that are flagged.
    """

    name: str
    flagged: int
    found: int
    planted: int
    precision: float
    rings: dict[str, float]


def read_acts(folder: Path) -> Acts:
    """The shares and the planted rings.

    Raises:
        NotFoundError: The folder lacks one of the files.
        InputError: A file lacks a column.
    """
    for name in (EVENTS, LABELS):
        if not (folder / name).is_file():
            message = f"{folder} lacks {name}"
            raise NotFoundError(message, hint="give the folder of the co-action data")
    try:
        with gzip.open(folder / EVENTS, "rt", encoding="utf-8", newline="") as file:
            rows = [
                (r["object_id"], r["account_id"], int(float(r["timestamp_share"])))
                for r in csv.DictReader(file)
            ]
        with (folder / LABELS).open(encoding="utf-8", newline="") as file:
            ring = {r["account_id"]: r["ring"] for r in csv.DictReader(file)}
    except (KeyError, ValueError) as fault:
        message = f"{folder}: {fault}"
        raise InputError(message, hint="columns: account_id, object_id, timestamp_share") from fault
    content, account, at = zip(*rows, strict=True)
    names, who = np.unique(np.array(account, np.str_), return_inverse=True)
    what = np.unique(np.array(content, np.str_), return_inverse=True)[1]
    return Acts(
        what=what.astype(np.int64),
        who=who.astype(np.int64),
        at=np.array(at, np.int64),
        ring=np.array([ring.get(n, "") for n in names.tolist()], np.str_),
    )


def score_settings(acts: Acts) -> tuple[Setting, ...]:
    """Published settings, then the null at several windows, then their union."""
    found = [
        _setting(f"{window} s, weight {weight}", _joined(acts, window, weight), acts)
        for window, weight in _PUBLISHED
    ]
    null = _Null(acts)
    found += [
        _setting(f"null, {window} s, {_FALSE[0]:.0%} false", null.joined(window, _FALSE[0]), acts)
        for window in _WINDOWS
    ]
    return (
        *found,
        *(
            _setting(f"null, all windows, {share:.0%} false", null.any_window(share), acts)
            for share in _FALSE
        ),
    )


def _setting(name: str, flagged: npt.NDArray[np.bool_], acts: Acts) -> Setting:
    planted = acts.ring != ""
    hit = int((flagged & planted).sum())
    rings = {
        ring: float(flagged[acts.ring == ring].mean())
        for ring in np.unique(acts.ring[planted]).tolist()
    }
    return Setting(
        name=name,
        flagged=int(flagged.sum()),
        found=hit,
        planted=int(planted.sum()),
        precision=hit / max(int(flagged.sum()), 1),
        rings=rings,
    )


def _joined(acts: Acts, window: int, weight: int) -> npt.NDArray[np.bool_]:
    _, a, b = co_actions(acts.what, acts.who, acts.at, window=window, ahead=None)
    one, two, times = pair_weights(a, b)
    return _flags(one[times >= weight], two[times >= weight], len(acts.ring))


class _Null:
    """How surprising each pair of accounts is, at any window."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        pairs = np.unique(np.stack([acts.who, acts.what]), axis=1)
        posts = int(acts.what.max()) + 1
        self._shared = coo_array(
            (np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(acts.ring), posts)
        ).tocsr()
        self._size = np.bincount(pairs[1], minlength=posts)
        both = self._shared @ self._shared.T
        self._tests = (both.nnz - int((both.diagonal() > 0).sum())) // 2

    def any_window(self, share: float) -> npt.NDArray[np.bool_]:
        """Accounts that are joined at one of the windows; each gets its part of the false ones."""
        part = share / len(_WINDOWS)
        joined: npt.NDArray[np.bool_] = np.logical_or.reduce(
            [self.joined(w, part) for w in _WINDOWS]
        )
        return joined

    def joined(self, window: int, share: float) -> npt.NDArray[np.bool_]:
        """Accounts of pairs that co-act too often, at a bounded share of false pairs."""
        acts = self._acts
        post, a, b = co_actions(acts.what, acts.who, acts.at, window=window, ahead=None)
        one, two, times = pair_weights(a, b)
        if not len(one):
            return np.zeros(len(acts.ring), bool)
        together = self._shared[one].multiply(self._shared[two])
        posts = np.asarray(together.sum(axis=1)).ravel()
        close = self._closeness(post)
        expected = np.asarray(together.multiply(close[None, :]).sum(axis=1)).ravel()
        chance = stats.binom.sf(times - 1, posts, np.clip(expected / posts, 1e-9, 1.0))
        accepted = _accepted(chance, self._tests, share)
        return _flags(one[accepted], two[accepted], len(acts.ring))

    def _closeness(self, post: Index) -> Floats:
        """By post, how often two of the sharers of a post as popular share it within the window."""
        popularity = np.floor(np.log2(np.maximum(self._size, 1))).astype(np.int64)
        near = np.bincount(post, minlength=len(self._size))
        close = np.bincount(popularity, near)
        all_pairs = np.bincount(popularity, self._size * (self._size - 1) / 2)
        by_popularity: Floats = close / np.maximum(all_pairs, 1)
        return by_popularity[popularity]


def _accepted(chance: Floats, tests: int, share: float) -> npt.NDArray[np.bool_]:
    """Step-up rule over all tests; those without a co-action have a chance of 1."""
    order = np.argsort(chance)
    passed = np.flatnonzero(chance[order] <= share * np.arange(1, len(order) + 1) / max(tests, 1))
    accepted = np.zeros(len(chance), bool)
    if len(passed):
        accepted[order[: int(passed[-1]) + 1]] = True
    return accepted


def _flags(one: Index, two: Index, accounts: int) -> npt.NDArray[np.bool_]:
    flagged = np.zeros(accounts, bool)
    flagged[one] = flagged[two] = True
    return flagged
