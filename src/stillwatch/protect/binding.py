"""Binds opaque reasoning blocks to the conversation they were made in.

A block is sealed (AES-256-GCM) together with whom it was issued to, the model family, marks of the
messages around it, and the moment. Whoever presents it gets it opened only where it belongs:

- what surrounds it is unchanged: *intact*;
- the same organisation, and something around it is still there (compaction, injected reminders,
  changed tools, an edited turn, a colleague who takes over): *edited*, opened as well;
- the same organisation, and nothing around it is left: *detached*. An honest client may do that, so
  it accuses nobody, but a bare block in a new conversation is also how reasoning is read out: the
  block is left out;
- another model family, or too old: left out, accuses nobody;
- another organisation: *elsewhere*. Nobody can guess a block, so this is a proof;
- not ours or damaged: *unreadable*.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Literal

import orjson

from stillwatch.errors import missing
from stillwatch.protect.context import Context, Marks, marks_of
from stillwatch.protect.seen import FATES, Fate

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ModuleNotFoundError as absent:
    raise missing(absent.name, "respond") from absent

__all__ = ["FATES", "MODES", "Binding", "Fate", "Mode", "Opened", "block_digest"]

Mode = Literal["observe", "drop", "reject"]
MODES: tuple[Mode, ...] = ("observe", "drop", "reject")
"""What can be done about blocks that do not belong."""

_OPENED = frozenset({"intact", "edited"})
_REFUSED = frozenset({"elsewhere", "unreadable"})
_VERSION = b"\x01"
_NONCE = 12
_DAY = timedelta(days=1)
_SKEW = timedelta(minutes=5)
_LONGEST = 4 * 2**20  # characters of a sealed block


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of one block.

    Attributes:
        fate: One of FATES.
        block: The block itself where it may be used, else None.
        refuse: Mode `reject`, and the block is elsewhere or unreadable: refuse the request.
        digest: Names the sealed block in logs (columns reasoning_in and reasoning_out).
        issued_to: Keyed digest of the organisation that it was issued to, where it could be read,
            after the name of its key; under another key the same organisation looks different.
    """

    fate: Fate
    block: bytes | None
    refuse: bool
    digest: str
    issued_to: str | None = None


class Binding:
    """Seals and opens blocks.

    Attributes:
        mode: What is done about blocks that do not belong.

    Args:
        secret: At least 32 bytes; every node needs the same.
        mode: `drop` leaves out what does not belong; `reject` has the request refused where a block
            is elsewhere or unreadable. What an honest client may do is never refused. `observe`
            opens whatever can be read, for a start: clients still hold blocks from before.
        lasts: How long a block can be used.
        earlier: Secrets used before; blocks sealed under them can still be opened.
    """

    def __init__(
        self,
        secret: bytes,
        *,
        mode: Mode = "drop",
        lasts: timedelta = timedelta(days=30),
        earlier: tuple[bytes, ...] = (),
    ) -> None:
        if any(len(each) < 32 for each in (secret, *earlier)):  # noqa: PLR2004 - bytes
            message = "a binding secret has at least 32 bytes"
            raise ValueError(message)
        self.mode = mode
        self._lasts = lasts
        self._secrets = {_name(each): each for each in (*earlier, secret)}
        self._newest = secret

    def seal(self, block: bytes, context: Context, *, at: datetime) -> str:
        """A block for the client to keep and to present again."""
        marks = marks_of(_derived(self._newest, b"marks"), context)
        claims = {
            "o": _owner(self._newest, context.organization_id),
            "f": context.family,
            "t": int(at.timestamp()),
            "c": marks.chain.hex(),
            "b": [mark.hex() for mark in marks.before],
            "s": [mark.hex() for mark in marks.beside],
        }
        head = orjson.dumps(claims)
        day = int(at.timestamp() // _DAY.total_seconds()).to_bytes(4, "big")
        aad = _VERSION + _name(self._newest) + day
        nonce = secrets.token_bytes(_NONCE)
        # A key of its own for each day keeps random nonces far from their limit.
        sealed = AESGCM(_derived(self._newest, b"seal" + day)).encrypt(
            nonce, len(head).to_bytes(4, "big") + head + block, aad
        )
        return _text(aad + nonce + sealed)

    def open(self, sealed: str, context: Context, *, at: datetime) -> Opened:
        """What a presented block is, where it is presented."""
        digest = block_digest(sealed)
        found = self._decrypted(sealed)
        if found is None:
            return self._opened("unreadable", digest)
        secret, claims, block = found
        made = datetime.fromtimestamp(claims["t"], UTC)
        fate = _fate(secret, claims, context)
        if fate != "elsewhere" and not made - _SKEW <= at <= made + self._lasts:
            fate = "expired"
        return self._opened(fate, digest, block, f"{_name(secret).hex()}:{claims['o']}")

    def _opened(
        self, fate: Fate, digest: str, block: bytes | None = None, issued_to: str | None = None
    ) -> Opened:
        return Opened(
            fate=fate,
            block=block if fate in _OPENED or self.mode == "observe" else None,
            refuse=self.mode == "reject" and fate in _REFUSED,
            digest=digest,
            issued_to=issued_to,
        )

    def _decrypted(self, sealed: str) -> tuple[bytes, dict[str, Any], bytes] | None:
        try:
            if len(sealed) > _LONGEST:
                return None
            raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
            if _text(raw) != sealed:  # one block has one spelling, or its digest would not name it
                return None
            aad, nonce, rest = raw[:9], raw[9 : 9 + _NONCE], raw[9 + _NONCE :]
            secret = self._secrets.get(aad[1:5])
            if aad[:1] != _VERSION or secret is None:
                return None
            plain = AESGCM(_derived(secret, b"seal" + aad[5:9])).decrypt(nonce, rest, aad)
        except (binascii.Error, ValueError, InvalidTag):
            return None
        length = int.from_bytes(plain[:4], "big")
        return secret, orjson.loads(plain[4 : 4 + length]), plain[4 + length :]


def block_digest(sealed: str) -> str:
    """Names a sealed block: the same in the logs of whoever issues and of whoever is shown it."""
    return blake2b(sealed.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _fate(secret: bytes, claims: Mapping[str, Any], context: Context) -> Fate:
    if claims["o"] != _owner(secret, context.organization_id):
        return "elsewhere"
    if claims["f"] != context.family:
        return "other_model"
    here = marks_of(_derived(secret, b"marks"), context, every=True)
    there = Marks(bytes.fromhex(str(claims["c"])), _hexes(claims["b"]), _hexes(claims["s"]))
    if here.chain == there.chain:
        return "intact"
    return "edited" if here.touches(there) else "detached"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _hexes(listed: object) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in listed) if isinstance(listed, list) else ()


def _owner(secret: bytes, organization: str) -> str:
    key = _derived(secret, b"owner")
    return blake2b(
        organization.encode("utf-8", "surrogatepass"), key=key, digest_size=16
    ).hexdigest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return blake2b(purpose, key=secret[:64], digest_size=32, person=b"stillwatch-bind").digest()


def _name(secret: bytes) -> bytes:
    return _derived(secret, b"name")[:4]
