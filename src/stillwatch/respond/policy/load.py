"""A policy file read whole: every fault is found, each with file, line and column."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from importlib import resources
from pathlib import Path

import orjson

from stillwatch.errors import ConfigError, NotFoundError, closest
from stillwatch.respond.policy.order import order_faults
from stillwatch.respond.policy.policy import Policy
from stillwatch.respond.policy.rule import Rule
from stillwatch.respond.policy.rules import read_rule
from stillwatch.respond.policy.written import Faults, Written, read_yaml

__all__ = ["default_policy", "load_policy", "parse_policy"]

_KEYS = ("version", "rules")
_LARGEST = 2**20  # bytes of a policy file


def load_policy(path: str | Path) -> Policy:
    """The policy that a file holds.

    Raises:
        ConfigError: Every fault at once.
        NotFoundError: There is no such file.
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        message = f"there is no policy file {str(path)!r}"
        raise NotFoundError(message, hint="without one, the policy that comes along is used") from (
            error
        )
    except OSError as error:
        message = f"cannot read {str(path)!r}: {error.strerror}"
        raise ConfigError(message, hint="name a policy file that you may read") from error
    if len(raw) > _LARGEST:
        message = f"{path}: {len(raw):,} bytes; a policy has at most {_LARGEST:,}"
        raise ConfigError(message, hint="is this the right file?")
    try:
        return parse_policy(raw.decode("utf-8"), str(path))
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8 text (byte {error.start})"
        raise ConfigError(message, hint="save the file as UTF-8") from error


@lru_cache(maxsize=1)
def default_policy() -> Policy:
    """The policy that comes along; all of its rules are in shadow."""
    file = resources.files("stillwatch.respond.policy").joinpath("default.yaml")
    return parse_policy(file.read_text("utf-8"), "default policy")


def parse_policy(text: str, name: str) -> Policy:
    """A policy out of its text.

    Args:
        text: YAML.
        name: What to call it in messages.

    Raises:
        ConfigError: Every fault at once.
    """
    faults = Faults(name)
    document = read_yaml(text, faults)
    policy = _policy(document, faults) if document is not None else None
    if faults.found or policy is None:
        listed = faults.listed()
        count = f"{len(listed)} fault{'s' if len(listed) > 1 else ''}"
        message = f"the policy has {count}:\n  " + "\n  ".join(listed)
        raise ConfigError(message, hint="the words of a policy: docs, reference, Policy")
    return policy


def _policy(document: Written, faults: Faults) -> Policy | None:
    top = faults.mapping(document, "the file", ("version", "rules"))
    if top is None:
        return None
    for key, written in top.items():
        if key not in _KEYS:
            faults.add(written.key or written, f"there is no key {key!r}; {closest(key, _KEYS)}")
    declared = _version(top.get("version"), faults)
    listed = faults.listing(top.get("rules"), "rules")
    rules = [rule for each in listed if (rule := read_rule(each, faults)) is not None]
    _unique(rules, faults)
    faults.found += [(line, 1, told) for line, told in order_faults(rules)]
    return Policy(
        name=faults.name, declared=declared, digest=_digest(declared, rules), rules=tuple(rules)
    )


def _version(written: Written | None, faults: Faults) -> str:
    if written is None:
        return ""
    text = faults.word(written, "version")
    if text is not None and not 0 < len(text) <= 40:  # noqa: PLR2004 - fits a column
        faults.add(written, "version must have 1 to 40 letters, e.g. '2026-11-20'")
    return text or ""


def _unique(rules: list[Rule], faults: Faults) -> None:
    first: dict[str, int] = {}
    for rule in rules:
        if rule.name in first:
            told = f"rule {rule.name!r} stands in line {first[rule.name]} already; rename one"
            faults.found.append((rule.line, 1, told))
        first.setdefault(rule.name, rule.line)


def _digest(declared: str, rules: list[Rule]) -> str:
    said = [
        {
            "name": r.name,
            "when": {k: sorted(v) if isinstance(v, frozenset) else v for k, v in r.when.items()},
            "then": r.then,
            "parameters": dict(r.parameters),
            "seconds": r.lasts.total_seconds(),
            "enforce": r.enforce,
            "reason": r.reason,
            "message": r.message,
        }
        for r in rules
    ]
    text = orjson.dumps({"version": declared, "rules": said}, option=orjson.OPT_SORT_KEYS)
    return blake2b(text, digest_size=6).hexdigest()
