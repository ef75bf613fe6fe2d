"""What is checked in the body of a request before it is served, and done to its answer's blocks.

Reasoning blocks are opened where they belong, honeytokens are recognised, and whether hidden
reasoning is asked for is read off the newest turn. A body that cannot be looked at passes as it is.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from stillwatch.errors import ConfigError
from stillwatch.protect.binding import MODES, Binding, Mode
from stillwatch.protect.dialects import said_of, texts_of
from stillwatch.protect.honeytokens import Honeytokens
from stillwatch.protect.messages import Asker, Sealer, open_request
from stillwatch.protect.notes import drop_notes
from stillwatch.protect.seen import NOTHING_SEEN, Presented, Seen
from stillwatch.read import asks_hidden_reasoning

__all__ = ["SENTENCE", "Bodies", "Looked", "configured_bodies"]

SENTENCE = (
    "A reasoning block in this request belongs to another conversation. Leave it out and send the"
    " request again."
)
"""What a customer is told where a request is refused for its blocks."""
_LOG = logging.getLogger("stillwatch.guard")
_TOLD = 100  # things of one request that are told on, those of others first
_SHORTEST = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A request that was looked at.

    Attributes:
        body: To send on.
        asker: Who asks, and the model family.
        seen: For `Request.seen`.
        refuse: Its blocks are of somebody else, and the mode is `reject`.
        digests: Of the blocks that it presented (column reasoning_in).
    """

    body: dict[str, Any]
    asker: Asker
    seen: Seen = NOTHING_SEEN
    refuse: bool = False
    digests: tuple[str, ...] = ()


class Bodies:
    """Looks at bodies of chat completions, messages and responses.

    Args:
        binding: Seals and opens reasoning blocks; None leaves them alone.
        honeytokens: Recognises marks, and makes them for protected answers; None does neither.
        reads: Whether to read off if hidden reasoning is asked for.
        families: Name of a model family with patterns of model names, first match wins; a model
            that matches none is a family of its own.
        clock: The moment, UTC.
    """

    def __init__(
        self,
        *,
        binding: Binding | None = None,
        honeytokens: Honeytokens | None = None,
        reads: bool = False,
        families: Sequence[tuple[str, Sequence[str]]] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.binding = binding
        self.honeytokens = honeytokens
        self._reads = reads
        self._families = families
        self._clock = clock
        if reads:
            asks_hidden_reasoning("compile the kernels before somebody waits for them")

    @property
    def active(self) -> bool:
        """Whether there is anything to look for."""
        return self._reads or self.binding is not None or self.honeytokens is not None

    def look(
        self, body: Mapping[str, Any], *, account_id: str, organization_id: str | None = None
    ) -> Looked:
        """Look at a request; raises nothing."""
        owner = organization_id or account_id
        asker = Asker(organization_id=owner, account_id=account_id, family=self.family(body))
        try:
            return self._looked(dict(body), asker)
        except Exception:  # noqa: BLE001 - a request must not fail because of us
            _LOG.exception("a body could not be looked at; it passes as it is")
            return Looked(body=dict(body), asker=asker)

    def sealer(self, looked: Looked, answer: Mapping[str, Any] | None = None) -> Sealer | None:
        """Seals the blocks of the answer; give the answer where it is whole and no stream."""
        if self.binding is None:
            return None
        beside = () if answer is None else said_of(answer)
        return Sealer(looked.body, looked.asker, self.binding, at=self._clock(), beside=beside)

    def note(self, organization_id: str) -> str | None:
        """What stands in a protected answer in place of reasoning, or None."""
        return None if self.honeytokens is None else self.honeytokens.note(organization_id)

    def _looked(self, body: dict[str, Any], asker: Asker) -> Looked:
        presented: list[Presented] = []
        texts, newest, system = texts_of(body)
        if self.honeytokens is not None:
            body, notes = drop_notes(body, self.honeytokens.holds)
            presented += self.honeytokens.found([*texts, *notes], asker.organization_id)
        refuse, digests = False, tuple[str, ...]()
        if self.binding is not None:
            checked = open_request(body, asker, self.binding, at=self._clock())
            body, refuse, digests = checked.body, checked.refuse, checked.digests
            presented += [
                Presented(kind="block", fate=o.fate, digest=o.digest, issued_to=o.issued_to)
                for o in checked.opened
            ]
        presented.sort(key=lambda each: each.fate != "elsewhere")
        elicits = asks_hidden_reasoning(newest, system) if self._reads else None
        seen = Seen(presented=tuple(presented[:_TOLD]), elicits=elicits)
        return Looked(body=body, asker=asker, seen=seen, refuse=refuse, digests=digests)

    def family(self, body: Mapping[str, Any]) -> str:
        """The family of the model that a request asks for."""
        model = body.get("model")
        name = model if isinstance(model, str) else ""
        for family, patterns in self._families:
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                return family
        return name


def configured_bodies(environment: Mapping[str, str] | None = None) -> Bodies:
    """What the environment says.

    STILLWATCH_BINDING_SECRET_FILE turns sealing on, STILLWATCH_BINDING is its mode,
    STILLWATCH_HONEYTOKENS and STILLWATCH_READ_REQUESTS are true or false, and
    STILLWATCH_MODEL_FAMILIES is `large=large-*,huge-*;small=small-*`.

    Raises:
        ConfigError: The secret cannot be read, or a value is none that is allowed.
    """
    given = os.environ if environment is None else environment
    file = given.get("STILLWATCH_BINDING_SECRET_FILE", "")
    marks = _flag(given, "STILLWATCH_HONEYTOKENS")
    secret = _secret(Path(file)) if file else None
    if marks and secret is None:
        message = "STILLWATCH_HONEYTOKENS is true and STILLWATCH_BINDING_SECRET_FILE is not set"
        raise ConfigError(message, hint="make a secret with: openssl rand -hex 32")
    return Bodies(
        binding=None if secret is None else Binding(secret, mode=_mode(given)),
        honeytokens=Honeytokens(secret) if secret is not None and marks else None,
        reads=_flag(given, "STILLWATCH_READ_REQUESTS"),
        families=_families(given.get("STILLWATCH_MODEL_FAMILIES", "")),
    )


def _mode(given: Mapping[str, str]) -> Mode:
    wanted = given.get("STILLWATCH_BINDING", "drop")
    for mode in MODES:
        if mode == wanted:
            return mode
    message = f"STILLWATCH_BINDING is {wanted!r}; it must be one of {', '.join(MODES)}"
    raise ConfigError(message, hint="start with observe, then drop")


def _flag(given: Mapping[str, str], name: str) -> bool:
    wanted = given.get(name, "false").strip().lower()
    if wanted not in {"true", "false", "1", "0", "yes", "no"}:
        message = f"{name} is {wanted!r}; it must be true or false"
        raise ConfigError(message)
    return wanted in {"true", "1", "yes"}


def _families(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for each in filter(None, (part.strip() for part in text.split(";"))):
        name, equals, patterns = each.partition("=")
        listed = tuple(p.strip() for p in patterns.split(",") if p.strip())
        if not equals or not name.strip() or not listed:
            message = f"STILLWATCH_MODEL_FAMILIES has {each!r}, which is no family"
            raise ConfigError(message, hint="write e.g. large=large-*,huge-*;small=small-*")
        found.append((name.strip(), listed))
    return found


def _secret(file: Path) -> bytes:
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        message = f"cannot read the secret file {str(file)!r}: {error.strerror}"
        raise ConfigError(message, hint="make one with: openssl rand -hex 32") from error
    if len(secret) < _SHORTEST:
        message = f"the secret file {str(file)!r} holds {len(secret)} bytes, fewer than {_SHORTEST}"
        raise ConfigError(message, hint="make one with: openssl rand -hex 32")
    return secret
