"""Names that stay: a campaign keeps its id while it grows, splits or merges.

A campaign is named after its founder, the member whose first exchange in it came first. Where an
earlier run's members are known, the campaign that holds most of an earlier one's members inherits
its name, so that growth backwards in time (late logs) does not rename it either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

__all__ = ["name_campaigns"]


def name_campaigns(
    members: Sequence[Sequence[str]],
    founders: Sequence[str],
    earlier: Mapping[str, frozenset[str]],
) -> list[str]:
    """Ids for campaigns, in their order.

    Args:
        members: Account ids of each campaign.
        founders: The founding account of each.
        earlier: Account ids by campaign id, from the previous run.
    """
    claims = sorted(
        (
            (-len(old.intersection(now)), name, number)
            for number, now in enumerate(members)
            for name, old in earlier.items()
            if len(old.intersection(now)) * 2 > min(len(old), len(now))
        ),
    )
    names: dict[int, str] = {}
    for _, name, number in claims:
        if number not in names and name not in names.values():
            names[number] = name
    return [names.get(i) or _named(founder) for i, founder in enumerate(founders)]


def _named(founder: str) -> str:
    return "c-" + hashlib.blake2b(founder.encode(), digest_size=5).hexdigest()
