"""Redaction at the edge: keys and addresses become keyed hashes (HMAC-SHA-256, RFC 2104)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.ingest.addresses import network_of, one_address, one_network
from stillwatch.ingest.secret import installation_secret

__all__ = ["PREFIX", "Redactor", "map_distinct"]

PREFIX = "h:"
"""What a keyed hash starts with; a value that starts so is left alone."""
_HEX = 32
_REMEMBERED = 1_000_000
_KEY = (
    r"(?i)^(?:bearer |basic )?(?:(?:sk|pk|rk|xai|gsk|hf|ghp|lf)[-_]\S{6,}"
    r"|AKIA\S{8,}|AIza\S{10,}|eyJ\S{8,})"
)
_KEY_OR_MAIL = _KEY + r"|^[^@\s]+@[^@\s]+\.[^@\s]+$"
_HASHED = re.compile(r"^(?:h:.*|k\d+:.*|[0-9a-fA-F]{32,})$")


class Redactor:
    """Turns what identifies a person or opens an account into hashes keyed by this installation.

    The same raw value always gives the same hash, in the exchange and in the account table
    (`client_ip` with `signup_ip`, `client_net` with `signup_net`); redacting twice changes nothing.

    Attributes:
        keep_addresses: Whether network addresses stay readable (one spelling, no hash).
    """

    def __init__(self, secret: bytes, *, keep_addresses: bool = False) -> None:
        self.keep_addresses = keep_addresses
        self._secret = secret
        self._keys: dict[str, bytes] = {}
        self._seen: dict[str, dict[str, str]] = {}

    @classmethod
    def from_state(cls, folder: str | Path, *, keep_addresses: bool = False) -> Self:
        """The redactor of the installation whose state is in `folder`; makes its secret once.

        Raises:
            ConfigError: The secret file can be read by others, or cannot be used or made.
        """
        return cls(installation_secret(folder), keep_addresses=keep_addresses)

    def digest(self, purpose: str, data: bytes) -> str:
        """A keyed digest in hex; digests of two purposes can never be matched."""
        key = self._keys.get(purpose)
        if key is None:
            key = hmac.digest(self._secret, purpose.encode(), "sha256")
            self._keys[purpose] = key
        return hmac.digest(key, data, "sha256").hex()[:_HEX]

    def hashed(self, purpose: str, value: str) -> str:
        """The keyed hash of a value with its prefix; a hash stays as it is."""
        if value.startswith(PREFIX):
            return value
        return PREFIX + self.digest(purpose, _bytes(value))

    def identity(self, purpose: str, value: str) -> str:
        """A card, device, phone or mail address as the account table holds it after redaction."""
        return value if _HASHED.match(value) else self.hashed(purpose, value)

    def redact(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The exchanges with credentials, addresses and stray keys hashed; same columns and rows.

        `client_net` is computed from `client_ip` where it is absent, before hashing.
        """
        columns = {name: batch.column(name) for name in batch.schema.names}
        self._addresses(columns, "client_ip", "client_net")
        self._rewrite(columns, "credential_id", "credential", str)
        for name in ("account_id", "organization_id", "session_id"):
            self._matching(columns, name, _KEY)
        self._matching(columns, "end_user_id", _KEY_OR_MAIL)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)

    def redact_accounts(self, table: pa.Table) -> pa.Table:
        """The account table by the same rules; a raw mail address, phone or card is hashed too."""
        merged = table.combine_chunks()
        columns = {name: _one_chunk(merged.column(name)) for name in table.schema.names}
        self._addresses(columns, "signup_ip", "signup_net")
        for name in ("account_id", "organization_id"):
            self._matching(columns, name, _KEY)
        for name in ("email_hmac", "phone_hmac", "payment_hmac", "device_hmac"):
            self._rewrite(columns, name, name.removesuffix("_hmac"), _as_it_is)
        return pa.Table.from_arrays(list(columns.values()), schema=table.schema)

    def _addresses(self, columns: dict[str, pa.Array], ip: str, net: str) -> None:
        if ip in columns and net in columns:
            found = columns[net]
            if found.null_count and columns[ip].null_count < len(columns[ip]):
                found = pc.coalesce(found, map_distinct(columns[ip], _network))
            columns[net] = found
        self._rewrite(columns, ip, "address", one_address, keep=self.keep_addresses)
        self._rewrite(columns, net, "network", one_network, keep=self.keep_addresses)

    def _rewrite(
        self,
        columns: dict[str, pa.Array],
        name: str,
        purpose: str,
        spell: Callable[[str], str | None],
        *,
        keep: bool = False,
    ) -> None:
        if name not in columns or columns[name].null_count == len(columns[name]):
            return
        known = self._seen.setdefault(purpose, {})

        def one(value: str) -> str | None:
            if value.startswith(PREFIX):
                return value
            found = known.get(value)
            if found is None:
                spelt = spell(value)
                if spelt is None or keep or (spell is _as_it_is and _HASHED.match(value)):
                    return spelt
                found = known[value] = PREFIX + self.digest(purpose, _bytes(spelt))
            return found

        columns[name] = map_distinct(columns[name], one)
        if len(known) > _REMEMBERED:
            known.clear()

    def _matching(self, columns: dict[str, pa.Array], name: str, pattern: str) -> None:
        if name not in columns or columns[name].null_count == len(columns[name]):
            return
        suspicious = pc.match_substring_regex(columns[name], pattern)
        if pc.any(suspicious).as_py():
            hidden = map_distinct(columns[name], lambda value: self.hashed("credential", value))
            columns[name] = pc.if_else(suspicious, hidden, columns[name])


def map_distinct(array: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Maps a string array at the cost of one call for each distinct value; null stays null."""
    if pc.all(pc.starts_with(array, PREFIX)).as_py() and change is not _network:
        return array
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    changed = pa.array([change(v) for v in coded.dictionary.to_pylist()], pa.string())
    return changed.take(coded.indices)


def _network(value: str) -> str | None:
    return None if value.startswith(PREFIX) else network_of(value)


def _as_it_is(value: str) -> str:
    return value


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
