"""Marks in protected answers that are recognised when another account presents them.

A honeytoken stands where reasoning was taken out of an answer, as the reference of the note that
says so. It costs an honest customer nothing and says nothing about anybody. Whoever collects the
answers of many accounts and gives them to another account (to clean, to judge, to rewrite) presents
the references there. Which account or organisation a token was issued to stands in it, keyed, so
nothing is stored; a token cannot be made without the secret.

Text travels more innocently than a sealed block: people share answers. A token is therefore a
hint of family `integrity` and never a proof, and one that many present counts for nothing.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable
from hashlib import blake2b

from stillwatch.protect.seen import Presented

__all__ = ["NOTE", "Honeytokens"]

NOTE = "Reasoning is shown in a shorter form. Reference: {token}"
"""What a customer reads in place of the reasoning."""
_SHAPE = re.compile(r"\bref((?:-[a-z2-7]{4}){7})\b", re.IGNORECASE)
_NONCE, _OWNER, _PROOF = 5, 6, 6  # bytes; a guessed token passes once in 2**48
_RAW = _NONCE + _OWNER + _PROOF
_LONGEST = 1 << 20  # characters of a text that are looked at
_MOST = 64  # tokens of a request


class Honeytokens:
    """Makes and recognises tokens.

    Args:
        secret: At least 32 bytes; every node needs the same.
        earlier: Secrets used before; their tokens are still recognised.
    """

    def __init__(self, secret: bytes, *, earlier: tuple[bytes, ...] = ()) -> None:
        if any(len(each) < 32 for each in (secret, *earlier)):  # noqa: PLR2004 - bytes
            message = "a secret for honeytokens has at least 32 bytes"
            raise ValueError(message)
        self._keys = [
            blake2b(b"honeytoken", key=each[:64], digest_size=32, person=b"stillwatch-hony")
            .digest()
            for each in (secret, *earlier)
        ]  # fmt: skip

    def token(self, organization_id: str) -> str:
        """A new token for whoever holds the contract."""
        key = self._keys[0]
        body = secrets.token_bytes(_NONCE) + _owner(key, organization_id)
        text = base64.b32encode(body + _proof(key, body)).decode().rstrip("=").lower()
        return "ref-" + "-".join(text[at : at + 4] for at in range(0, len(text), 4))

    def note(self, organization_id: str) -> str:
        """The sentence that stands in place of reasoning, with a new token."""
        return NOTE.format(token=self.token(organization_id))

    def found(self, texts: Iterable[str], organization_id: str) -> tuple[Presented, ...]:
        """The tokens in texts that this organisation presents, each once."""
        known: dict[str, Presented] = {}
        for text in texts:
            for match in _SHAPE.finditer(text[:_LONGEST]):
                name = match[1].replace("-", "").lower()
                if name not in known and len(known) < _MOST:
                    told = self._recognised(name, organization_id)
                    if told is not None:
                        known[name] = told
        return tuple(known.values())

    def holds(self, text: str) -> bool:
        """Whether a text holds a token of ours."""
        return bool(self.found((text,), ""))

    def _recognised(self, name: str, organization_id: str) -> Presented | None:
        raw = base64.b32decode(name.upper() + "=" * (-len(name) % 8))
        if len(raw) != _RAW:
            return None
        body, proof = raw[: _NONCE + _OWNER], raw[_NONCE + _OWNER :]
        for key in self._keys:
            if secrets.compare_digest(proof, _proof(key, body)):
                owner = body[_NONCE:]
                own = owner == _owner(key, organization_id)
                return Presented(
                    kind="honeytoken",
                    fate="intact" if own else "elsewhere",
                    digest=blake2b(name.encode(), digest_size=16).hexdigest(),
                    issued_to=f"{_proof(key, b'name')[:4].hex()}:{owner.hex()}",
                )
        return None


def _owner(key: bytes, organization_id: str) -> bytes:
    told = organization_id.encode("utf-8", "surrogatepass")
    return blake2b(told, key=key, digest_size=_OWNER, person=b"owner").digest()


def _proof(key: bytes, body: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=_PROOF, person=b"proof").digest()
