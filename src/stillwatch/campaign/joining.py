"""Join likely groups that are one operation, and part them again where that was wrong.

Fragments that selection left over are joined where they share personal means or do the same work,
and told apart again where the whole is less of a campaign than a part was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.campaign.form import own_streams
from stillwatch.campaign.members import Spokes
from stillwatch.campaign.work import Work, Works, description_bits, traits_in_use
from stillwatch.rollup.rows import numbered
from stillwatch.rollup.tables import Tables
from stillwatch.schema.results import Group

__all__ = ["Believed", "join", "part"]

Index = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_LIKELY = 0.5  # a part must be a campaign by itself
_PERSONAL = ("payment", "device", "phone", "email", "credential", "reasoning", "session")
_TIED = 0.3  # of the smaller fragment's accounts share personal means with the larger
_MOSTLY = 0.75  # the same, of a fragment that is not likely by itself
_SAME_WORK = 0.85  # cosine
_CREW = 8  # accounts: fewer are a card or a seat of a crew, not another crew
_FEWER = 1.0  # bits for one operator that joining may cost a crew
_LESS = 0.05  # of probability that it may cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """A group with what is believed of it.

    Attributes:
        group: The accounts.
        probability: That it is a campaign, 0…1.
        operator_bits: Of evidence that it is one operator.
    """

    group: Group
    probability: float
    operator_bits: float


def join(
    groups: Sequence[Group], probabilities: Sequence[float], spokes: Spokes, tables: Tables
) -> list[Group]:
    """Likely groups that share personal means or do the same work become one.

    A fragment that is too small to be believed by itself joins the likely group that most of it
    shares personal means with.
    """
    wanted = [g for g, p in zip(groups, probabilities, strict=True) if p >= _LIKELY]
    wanted.sort(key=lambda g: (-len(g.accounts), int(g.accounts[0])))
    works = Works(_inside(wanted, tables), tables)
    joined: list[Index] = []
    does: list[Work] = []
    for group in wanted:
        own = works.of(group.accounts)
        home = _home(group.accounts, joined, works.alike(own, does), spokes, tables)
        if home is None:
            joined.append(group.accounts)
            does.append(own)
        else:
            joined[home] = np.union1d(joined[home], group.accounts)
            does[home] = works.of(joined[home])
    unlikely = [g for g, p in zip(groups, probabilities, strict=True) if p < _LIKELY]
    homes = _homes([g.accounts for g in unlikely], joined, spokes)
    for group, home in zip(unlikely, homes, strict=True):
        if home >= 0:
            joined[home] = np.union1d(joined[home], group.accounts)
    rest = [g for g, home in zip(unlikely, homes, strict=True) if home < 0]
    made = [Group(accounts=a, streams=own_streams(tables, a)) for a in joined]
    return sorted([*rest, *made], key=lambda g: int(g.accounts[0]))


def _inside(groups: Sequence[Group], tables: Tables) -> Flags:
    """By account, whether it is in one of the groups."""
    inside = np.zeros(tables.accounts.num_rows, bool)
    for group in groups:
        inside[group.accounts] = True
    return inside


def part(wholes: Sequence[Believed], parts: Sequence[Believed]) -> list[Group]:
    """What was joined, and the parts again where one of them was more of a campaign by itself.

    Two operations that share a text or a proxy look like one until they are weighed as one: then
    what each does as one, their sum does not. A likely part must not lose by joining; a crew must
    not look less like one operator, either.

    Args:
        wholes: Groups after joining.
        parts: The groups that were joined; each lies in one whole.
    """
    home = {int(a): i for i, whole in enumerate(wholes) for a in whole.group.accounts}
    inside: list[list[Believed]] = [[] for _ in wholes]
    for each in parts:
        inside[home[int(each.group.accounts[0])]].append(each)
    kept: list[Group] = []
    for whole, its in zip(wholes, inside, strict=True):
        lost = len(its) > 1 and any(_lost(whole, each) for each in its)
        kept += [each.group for each in its] if lost else [whole.group]
    return sorted(kept, key=lambda g: int(g.accounts[0]))


def _lost(whole: Believed, each: Believed) -> bool:
    if each.probability < _LIKELY:
        return False
    crew = len(each.group.accounts) >= _CREW
    return whole.probability < each.probability - _LESS or (
        crew and whole.operator_bits < each.operator_bits - _FEWER
    )


def _home(
    small: Index, joined: Sequence[Index], alike: Floats, spokes: Spokes, tables: Tables
) -> int | None:
    """The larger group that a group belongs to: the one it is tied to most, else its crew.

    A crew does the same work (`alike`, by larger group), and is told with the group as one at no
    more cost than as two.
    """
    tied = _tied([small], joined, spokes)[0]
    if len(tied) and tied.max() >= _TIED:
        return int(tied.argmax())
    crews = (int(k) for k in np.flatnonzero(alike >= _SAME_WORK))
    return next((k for k in crews if _told_as_one(small, joined[k], spokes, tables)), None)


def _told_as_one(small: Index, big: Index, spokes: Spokes, tables: Tables) -> bool:
    both = np.union1d(small, big)
    used = traits_in_use(both, spokes, tables)
    streams = used[used < tables.streams.num_rows]
    apart = sum(description_bits(part, streams, spokes, tables) for part in (small, big))
    return description_bits(both, streams, spokes, tables) <= apart


def _homes(small: Sequence[Index], joined: Sequence[Index], spokes: Spokes) -> Index:
    """For each fragment the larger group that most of it is tied to, -1 where there is none."""
    if not len(joined):
        return np.full(len(small), -1)
    larger = np.array([len(b) for b in joined]) > np.array([len(a) for a in small])[:, None]
    tied = np.where(larger, _tied(small, joined, spokes), 0.0)
    homes: Index = np.where(tied.max(axis=1) >= _MOSTLY, tied.argmax(axis=1), -1)
    return homes


def _tied(small: Sequence[Index], large: Sequence[Index], spokes: Spokes) -> Floats:
    """Share of each smaller group's accounts, 0…1, that share personal means with each larger."""
    hubs = spokes.hubs
    size = np.array([len(a) for a in small], np.int64)
    accounts = np.concatenate(small) if len(small) else np.empty(0, np.int64)
    owner = np.repeat(np.arange(len(small)), size)
    each = spokes.by_account.each(accounts)
    hub = hubs.hub[spokes.by_account.of(accounts)]
    personal = np.isin(spokes.kinds, _PERSONAL)[spokes.kind]
    each, hub = each[personal[hub]], hub[personal[hub]]
    share = np.zeros((len(small), len(large)))
    for k, group in enumerate(large):
        theirs = np.zeros(len(hubs.bits), bool)
        theirs[hubs.hub[spokes.by_account.of(group)]] = True
        tied, _ = numbered(each[theirs[hub]], len(accounts))
        share[:, k] = np.bincount(owner[tied], minlength=len(small)) / size
    return share
