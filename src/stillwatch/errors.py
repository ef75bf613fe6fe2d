"""What can go wrong, as one tree; every message says what was found, the rule, and the next step.

```text
Error
├── ConfigError      a settings, mapping or policy file that cannot be used (all faults at once)
├── InputError       logs or tables that cannot be read as what they claim to be
├── SchemaError      a table that does not follow the data contract
├── RegistryError    an unknown or doubly registered detector, format, comparison
├── NotFoundError    a campaign, account or file that does not exist
├── OutputError      results that cannot be written or read back
├── StoreError       a database that cannot be used, or a ledger that was tampered with
├── ReviewError      a step of a review that its rules do not allow
└── MissingError     a part of the program whose packages are not installed
```
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "ConfigError",
    "Error",
    "InputError",
    "MissingError",
    "NotFoundError",
    "OutputError",
    "RegistryError",
    "ReviewError",
    "SchemaError",
    "StoreError",
    "closest",
    "missing",
]


class Error(Exception):
    """A fault of the input, the configuration or the machine that a person can mend.

    Attributes:
        hint: What to do next, one sentence, or an empty string.
        exit_status: The status with which the command line ends.
    """

    exit_status = 1

    def __init__(self, found: str, *, hint: str = "") -> None:
        super().__init__(found if not hint else f"{found}\n  → {hint}")
        self.found = found
        self.hint = hint


class ConfigError(Error):
    """A settings, mapping or policy file that cannot be used; carries every fault found."""

    exit_status = 2


class InputError(Error):
    """Logs or tables that cannot be read as what they claim to be."""

    exit_status = 2


class SchemaError(Error):
    """A table that does not follow the data contract."""

    exit_status = 2


class RegistryError(Error):
    """A unit (detector, format, comparison) that is unknown or registered twice."""

    exit_status = 2


class NotFoundError(Error, LookupError):
    """A campaign, account or file that was asked for and does not exist."""

    exit_status = 2


class OutputError(Error):
    """Results that cannot be written or read back."""


class StoreError(Error):
    """A database that cannot be used, or a ledger that was tampered with."""


class ReviewError(Error):
    """A step of a review that its rules do not allow."""

    exit_status = 2


class MissingError(Error, ImportError):
    """A part of the program whose packages are not installed."""

    exit_status = 2


def missing(package: str | None, extra: str) -> MissingError:
    """The error for a package that is not there.

    >>> print(missing("sqlalchemy", "respond"))
    sqlalchemy is not installed
      → install it with: pip install 'stillwatch[respond]'
    """
    return MissingError(
        f"{package} is not installed", hint=f"install it with: pip install 'stillwatch[{extra}]'"
    )


def closest(name: str, known: Iterable[str]) -> str:
    """A hint that names the closest known word and what is allowed.

    >>> closest("litelm", ["litellm", "bedrock"])
    "did you mean 'litellm'? known: bedrock, litellm"
    """
    names = sorted(known)
    match = get_close_matches(name, names, n=1, cutoff=0.5)
    listed = f"known: {', '.join(names)}"
    return f"did you mean {match[0]!r}? {listed}" if match else listed
