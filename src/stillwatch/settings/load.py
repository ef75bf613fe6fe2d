"""Settings from a TOML file and the environment; every fault is found before one is reported."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from stillwatch.errors import ConfigError, NotFoundError, closest
from stillwatch.settings.keys import Key, Value, keys, sections
from stillwatch.settings.positions import positions
from stillwatch.settings.stages import Settings
from stillwatch.settings.values import accept, parse

__all__ = ["load"]

_NAME = "stillwatch.toml"
_VARIABLE = "STILLWATCH_SETTINGS"


@dataclass(slots=True)
class _Found:
    """What was read so far: values by `section.key`, where they came from, and the faults."""

    values: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def load(file: Path | None = None, *, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in force: defaults, then the file, then the environment.

    Args:
        file: A TOML file; without one the file that `STILLWATCH_SETTINGS` names, or
            `stillwatch.toml` in the current folder if there is one.
        environment: Variables to read instead of the process's own.

    Raises:
        ConfigError: Unknown keys, wrong types, values out of bounds; all of them.
        NotFoundError: A file that was named and does not exist.
    """
    variables = os.environ if environment is None else environment
    known = {f"{k.section}.{k.name}": k for k in keys()}
    found = _Found()
    path = _locate(file, variables)
    if path is not None:
        _read_file(path, known, found)
    _read_environment(variables, known, found)
    if found.faults:
        count = f"{len(found.faults)} fault{'s' if len(found.faults) > 1 else ''}"
        message = f"the settings have {count}:\n  " + "\n  ".join(found.faults)
        raise ConfigError(message, hint="`stillwatch settings` lists every key and its value")
    return _build(found)


def _locate(file: Path | None, variables: Mapping[str, str]) -> Path | None:
    named = file or (Path(variables[_VARIABLE]) if variables.get(_VARIABLE) else None)
    if named is None:
        here = Path(_NAME)
        return here if here.is_file() else None
    if not named.is_file():
        by = "" if file else f" (named by {_VARIABLE})"
        message = f"settings file {str(named)!r}{by} does not exist"
        raise NotFoundError(message, hint="name a TOML file, or leave it out for the defaults")
    return named


def _read_file(path: Path, known: Mapping[str, Key], found: _Found) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as fault:
        found.faults.append(f"{path}: is not UTF-8 text (byte {fault.start})")
        return
    except tomllib.TOMLDecodeError as fault:
        found.faults.append(_syntax(path, str(fault)))
        return
    at = positions(text)
    for name, written in _entries(document):
        place = at.get(name) or at.get(name.partition(".")[0])
        where = f"{path}:{place[0]}:{place[1]}" if place else str(path)
        _take(known, found, name, where, written)


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for section, content in document.items():
        if isinstance(content, dict) and section in sections():
            yield from ((f"{section}.{name}", value) for name, value in content.items())
        else:
            yield section, content


def _take(known: Mapping[str, Key], found: _Found, name: str, where: str, written: object) -> None:
    key = known.get(name)
    if key is None:
        found.faults.append(f"{where}: {_unknown(known, name)}")
        return
    try:
        found.values[name] = accept(key, written)
        found.origins[name] = where
    except ValueError as fault:
        found.faults.append(f"{where}: {fault}")


def _unknown(known: Mapping[str, Key], name: str) -> str:
    section, _, key = name.partition(".")
    if not key and section in sections():
        return f"[{section}] must be a section of keys, not a value"
    if section not in sections():
        return f"there is no section {section!r}; {closest(section, sections())}"
    near = closest(key, (k.name for k in known.values() if k.section == section))
    return f"[{section}] has no key {key!r}; {near}"


def _syntax(path: Path, message: str) -> str:
    place = re.search(r" \(at line (\d+), column (\d+)\)", message)
    if place is None:
        return f"{path}: is not TOML: {message}"
    return f"{path}:{place[1]}:{place[2]}: is not TOML: {message[: place.start()]}"


def _read_environment(
    variables: Mapping[str, str], known: Mapping[str, Key], found: _Found
) -> None:
    by_variable = {key.variable: name for name, key in known.items()}
    squeezed = {variable.replace("_", ""): variable for variable in by_variable}
    for variable in sorted(variables):
        if not variable.startswith("STILLWATCH_"):
            continue
        if "__" not in variable:  # STILLWATCH_SETTINGS, or a secret of another part
            meant = squeezed.get(variable.replace("_", ""))
            if meant is not None:
                found.faults.append(f"{variable}: no such setting; did you mean {meant}?")
            continue
        name = by_variable.get(variable)
        if name is None:
            wanted = variable.removeprefix("STILLWATCH_").lower().replace("__", ".", 1)
            found.faults.append(f"{variable}: {_unknown(known, wanted)}")
            continue
        try:
            found.values[name] = parse(known[name], variables[variable])
            found.origins[name] = variable
        except ValueError as fault:
            found.faults.append(f"{variable}: {fault}")


def _build(found: _Found) -> Settings:
    made: dict[str, Any] = {}
    for section, stage in sections().items():
        own = {
            name.partition(".")[2]: value
            for name, value in found.values.items()
            if name.partition(".")[0] == section
        }
        made[section] = stage(**own)
    return Settings(**made, origins=MappingProxyType(dict(found.origins)))
