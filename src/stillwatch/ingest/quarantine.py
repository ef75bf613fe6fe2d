"""Keeps every rejected record: file, line or row, reason, and its start without keys."""

from __future__ import annotations

import enum
import os
import re
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from stillwatch.errors import OutputError

__all__ = ["KEEP_BYTES", "Quarantine", "Reason", "without_keys"]

KEEP_BYTES = 2048
"""How much of a rejected record is kept."""


class Reason(enum.StrEnum):
    """Why a record, a value or a file could not be taken; the vocabulary is closed."""

    DOES_NOT_PARSE = "does_not_parse"
    INVALID_UTF8 = "invalid_utf8"
    LINE_TOO_LONG = "line_too_long"
    MISSING_EXCHANGE_ID = "missing_exchange_id"
    MISSING_STARTED_AT = "missing_started_at"
    MISSING_ACCOUNT_ID = "missing_account_id"
    IMPOSSIBLE_TIME = "impossible_time"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_FORMAT = "unknown_format"
    TRUNCATED_FILE = "truncated_file"
    UNREADABLE_FILE = "unreadable_file"


_SECRETS = re.compile(
    r"\b(?:sk|pk|rk|xai|gsk|glpat|hf|ghp|gho|xox[abpr]|lf)[-_][A-Za-z0-9_\-]{6,}"
    r"|\bAKIA[0-9A-Z]{8,}|\bASIA[0-9A-Z]{8,}|\bAIza[0-9A-Za-z_\-]{10,}"
    r"|\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]+){0,2}"
    r"|\b(?:Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=\-]{4,}",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(
    r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"
    r"|(?<![\w:])(?:[0-9a-fA-F]{1,4}:){1,6}:(?:[0-9a-fA-F]{1,4}:?){0,6}(?![\w:])"
)


_FIELDS = re.compile(
    r'("(?:credential_id|api[-_]?key|x-api-key|authorization|(?:client|signup)_(?:ip|net)'
    r'|remote_(?:addr|ip))"\s*:\s*")(?!h:)(?:[^"\\]|\\.)*',
    re.IGNORECASE,
)


def without_keys(record: str) -> str:
    """The record with API keys, bearer tokens, network and mail addresses blotted out.

    >>> without_keys('{"key": "sk-abcdef123456", "ip": "203.0.113.9"}')
    '{"key": "[key]", "ip": "[address]"}'
    >>> without_keys('{"api_key": "MyGateway-77", "client_ip": "::1"}')
    '{"api_key": "[hidden]", "client_ip": "[hidden]"}'
    """
    hidden = _FIELDS.sub(r"\1[hidden]", record)
    return _ADDRESSES.sub("[address]", _SECRETS.sub("[key]", hidden))


class Quarantine:
    """A JSON Lines file of what was rejected, readable by its owner only.

    It is written beside its place as it happens, and takes that place when it is closed; where
    nothing was rejected, the file of an earlier run goes.

    Attributes:
        path: The file, or None where rejections are counted but not kept.
        entries: Lines written so far.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = None if path is None else Path(path)
        self.entries = 0
        self._file: BinaryIO | None = None

    def put(
        self,
        file: str,
        reason: Reason,
        detail: str,
        *,
        line: int | None = None,
        row: int | None = None,
        record: bytes | str | None = None,
    ) -> None:
        """Appends one rejection.

        Args:
            file: Path of the source.
            reason: Why.
            detail: What was found and the rule, in a phrase.
            line: Line of a text file, from 1.
            row: Row of a table or element of an array, from 1.
            record: The record; its first `KEEP_BYTES` are kept, without keys and addresses.

        Raises:
            OutputError: The file cannot be written.
        """
        self.entries += 1
        if self.path is None:
            return
        entry: dict[str, object] = {"file": file, "line": line, "row": row}
        entry |= {"reason": reason.value, "detail": without_keys(detail)}
        if record is not None:
            entry["record"] = _kept(record)
        try:
            self._out().write(orjson.dumps(entry) + b"\n")
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def _out(self) -> BinaryIO:
        if self._file is None:
            path = self._beside()
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(handle, "wb")
        return self._file

    def _beside(self) -> Path:
        path = self.path or Path(os.devnull)
        return path.with_name(f".{path.name}.{os.getpid()}")

    def close(self) -> None:
        """Puts the file into its place; more may still be put, into a fresh file.

        Raises:
            OutputError: The file cannot be written.
        """
        if self.path is None:
            return
        try:
            if self._file is not None:
                self._file.close()
                self._file = None
                self._beside().replace(self.path)
            elif not self.entries:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def flush(self) -> None:
        """Makes sure that what was put so far is on its way to the disk."""
        if self._file is not None:
            self._file.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write the quarantine file {str(path)!r}: {error.strerror}",
        hint="choose another output folder or make room",
    )


def _kept(record: bytes | str) -> str:
    # A key that the cut would split must not escape: blot out a longer stretch, then cut.
    stretch = record[: 4 * KEEP_BYTES]
    told = stretch if isinstance(stretch, str) else stretch.decode("utf-8", "backslashreplace")
    clean = without_keys(told).encode("utf-8", "backslashreplace")
    kept = clean[:KEEP_BYTES].decode("utf-8", "ignore")
    return kept if len(clean) <= KEEP_BYTES else f"{kept}…"
