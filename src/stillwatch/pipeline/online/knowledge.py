"""What a decision may look up: the facts about each account that is known for anything.

It holds ids, probabilities and words of closed vocabularies, no text. A reader keeps one object; a
new look gives a new object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import orjson

from stillwatch.errors import InputError
from stillwatch.pipeline.online.manifest import replace_file
from stillwatch.respond.facts import Facts

__all__ = ["NOTHING_KNOWN", "Knowledge"]

_NAME = "knowledge.json"
_VERSION = 1
_SETS = tuple(f.name for f in fields(Facts) if f.type == "frozenset[str]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """One look's outcome, for look-ups; never changed once made.

    Attributes:
        as_of: The moment it speaks of; None before the first look.
        accounts: By account id; an account that is not here is not known for anything.
    """

    as_of: datetime | None = None
    accounts: Mapping[str, Facts] = field(default_factory=lambda: MappingProxyType({}))

    def save(self, folder: Path) -> None:
        """Replace the folder's knowledge by this, whole."""
        replace_file(folder / _NAME, self.document())

    def document(self) -> bytes:
        """As it is stored and handed to other decision nodes."""
        told = {
            "version": _VERSION,
            "as_of": self.as_of,
            "accounts": list(self.accounts.values()),
        }
        return orjson.dumps(told, default=_listed)

    @staticmethod
    def load(folder: Path) -> Knowledge:
        """The folder's knowledge; nothing is known before the first look.

        Raises:
            InputError: The file is damaged or of another version.
        """
        path = folder / _NAME
        try:
            return Knowledge.read(path.read_bytes())
        except FileNotFoundError:
            return NOTHING_KNOWN
        except (OSError, ValueError) as error:
            message = f"cannot read what is known from {str(path)!r}: {error}"
            raise InputError(
                message, hint="remove the file; the next assessment writes it anew"
            ) from error

    @staticmethod
    def read(document: bytes) -> Knowledge:
        """From its document.

        Raises:
            ValueError: It is none, or of another version.
        """
        found = orjson.loads(document)
        if not isinstance(found, dict) or found.get("version") != _VERSION:
            message = f"not a document of version {_VERSION}"
            raise ValueError(message)
        try:
            facts = [_facts(row) for row in found["accounts"]]
        except (KeyError, TypeError) as error:
            message = f"an account cannot be read: {error}"
            raise ValueError(message) from error
        as_of = None if found["as_of"] is None else datetime.fromisoformat(found["as_of"])
        return Knowledge(as_of=as_of, accounts={f.account_id: f for f in facts})

    @staticmethod
    def stamp(folder: Path) -> tuple[int, int]:
        """Changes when the folder's knowledge does."""
        try:
            found = (folder / _NAME).stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_ino)


NOTHING_KNOWN = Knowledge()
"""Before the first look."""


def _listed(value: object) -> list[str]:
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError


def _facts(row: dict[str, object]) -> Facts:
    told: dict[str, object] = dict(row)
    for name in _SETS:
        told[name] = frozenset(row[name])  # type: ignore[call-overload] # a list of words
    told["evidence"] = tuple(row["evidence"])  # type: ignore[arg-type] # a list of words
    return Facts(**told)  # type: ignore[arg-type] # the document's values are the fields'
