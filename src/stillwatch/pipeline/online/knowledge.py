"""What a decision may look up: who is known to take part in what, as one small file.

It holds ids, probabilities and family names, no text and no evidence. A reader keeps one object
and looks accounts up in a dictionary; a new look gives a new object.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import orjson

from stillwatch.errors import InputError
from stillwatch.pipeline.findings import Campaign
from stillwatch.pipeline.online.manifest import replace_file

__all__ = ["NOTHING", "Knowledge", "Known", "KnownCampaign"]

_NAME = "knowledge.json"
_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one account.

    Attributes:
        campaign_id: The campaign it most probably serves.
        probability: That it does, 0…1.
        victim: Whether it looks like the owner of a stolen key.
    """

    campaign_id: str
    probability: float
    victim: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCampaign:
    """What is known of one campaign.

    Attributes:
        campaign_id: Stable from look to look.
        probability: That it is one, 0…1.
        families: Families with evidence in favour.
        accounts: How many members it has.
    """

    campaign_id: str
    probability: float
    families: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """One look's outcome, for look-ups; never changed once made.

    Attributes:
        as_of: The moment it speaks of, ISO 8601; empty before the first look.
        accounts: By account id; an account that is not here is not known for anything.
        campaigns: By campaign id.
        granted: Account ids out of reach of automation.
    """

    as_of: str = ""
    accounts: Mapping[str, Known] = field(default_factory=lambda: MappingProxyType({}))
    campaigns: Mapping[str, KnownCampaign] = field(default_factory=lambda: MappingProxyType({}))
    granted: frozenset[str] = frozenset()

    @staticmethod
    def of(
        campaigns: Sequence[Campaign], *, as_of: datetime, granted: frozenset[str] = frozenset()
    ) -> Knowledge:
        """What the campaigns of a look, most probable first, say of each account."""
        accounts: dict[str, Known] = {}
        for c in campaigns:
            for m in c.members:
                known = accounts.get(m.account_id)
                if known is None or known.probability < m.probability:
                    accounts[m.account_id] = Known(
                        campaign_id=c.campaign_id, probability=m.probability, victim=m.victim
                    )
        return Knowledge(
            as_of=as_of.isoformat(),
            accounts=accounts,
            campaigns={
                c.campaign_id: KnownCampaign(
                    campaign_id=c.campaign_id,
                    probability=c.assessment.probability,
                    families=tuple(c.assessment.families),
                    accounts=len(c.members),
                )
                for c in campaigns
            },
            granted=granted,
        )

    def save(self, folder: Path) -> None:
        """Replace the folder's knowledge by this, whole."""
        document = {
            "version": _VERSION,
            "as_of": self.as_of,
            "accounts": {
                k: [v.campaign_id, v.probability, v.victim] for k, v in self.accounts.items()
            },
            "campaigns": {
                k: [v.probability, list(v.families), v.accounts] for k, v in self.campaigns.items()
            },
            "granted": sorted(self.granted),
        }
        replace_file(folder / _NAME, orjson.dumps(document))

    @staticmethod
    def load(folder: Path) -> Knowledge:
        """The folder's knowledge; nothing is known before the first look.

        Raises:
            InputError: The file is damaged or of a later version.
        """
        path = folder / _NAME
        try:
            found = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            return NOTHING
        except (OSError, orjson.JSONDecodeError) as error:
            raise _unreadable(path, str(error)) from error
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            raise _unreadable(path, "its version is not 1")
        return Knowledge(
            as_of=found["as_of"],
            accounts={
                k: Known(campaign_id=c, probability=p, victim=v)
                for k, (c, p, v) in found["accounts"].items()
            },
            campaigns={
                k: KnownCampaign(campaign_id=k, probability=p, families=tuple(f), accounts=n)
                for k, (p, f, n) in found["campaigns"].items()
            },
            granted=frozenset(found["granted"]),
        )

    @staticmethod
    def stamp(folder: Path) -> int:
        """Changes when the folder's knowledge does; 0 where there is none."""
        try:
            found = (folder / _NAME).stat()
        except OSError:
            return 0
        return found.st_mtime_ns ^ found.st_ino


NOTHING = Knowledge()
"""Before the first look: no account is known for anything."""


def _unreadable(path: Path, why: str) -> InputError:
    message = f"cannot read what is known from {str(path)!r}: {why}"
    return InputError(message, hint="remove the file; the next assessment writes it anew")
