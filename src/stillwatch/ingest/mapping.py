"""Mapping files: a table of another shape read by columns named in YAML, without code."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from stillwatch.errors import ConfigError, closest
from stillwatch.ingest.bodies import request_columns, response_columns
from stillwatch.ingest.messages import content_state
from stillwatch.ingest.moments import UNITS, Microseconds, moment
from stillwatch.ingest.parts import Digest
from stillwatch.ingest.pick import first, number, pick
from stillwatch.schema import EXCHANGE, TIME

__all__ = ["Mapping", "Pick", "load_mapping", "preset_names"]

_REQUIRED = [field.name for field in EXCHANGE if not field.nullable]
Scalar = str | int | float | bool


class Pick(BaseModel):
    """Where a canonical column comes from: source columns (the first that is there), or a value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Annotated[tuple[str, ...], Field(alias="from")] = ()
    value: Scalar | None = None
    unit: Literal["s", "ms", "us", "ns"] | None = None
    multiply: float | None = None

    @field_validator("source", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_origin(self) -> Pick:
        if bool(self.source) == (self.value is not None):
            message = "needs either 'from' or 'value'"
            raise ValueError(message)
        return self

    def of(self, document: dict[str, object], column: str) -> object:
        """The value for a column out of one object."""
        if self.value is not None:
            return self.value
        found = first(*(_at(document, path) for path in self.source))
        if EXCHANGE.field(column).type == TIME:
            at = moment(found, self.unit)
            return found if at is None else Microseconds(at)
        factor = self.factor()
        known = number(found) if factor is not None else None
        return found if known is None or factor is None else known * factor

    def factor(self) -> float | None:
        """What a number is multiplied by, the unit of a duration included; None for nothing."""
        if self.unit is None:
            return self.multiply
        return (self.multiply or 1.0) * UNITS[self.unit] / UNITS["ms"]


class Mapping(BaseModel):
    """A mapping file: canonical columns by name, and where whole API bodies stand.

    Attributes:
        columns: A source column's name (or a `Pick`) for every canonical column that there is.
        request: Where the request body stands; fills what `columns` leaves open.
        response: Where the response body stands.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, Pick]
    request: tuple[str, ...] = ()
    response: tuple[str, ...] = ()

    @field_validator("columns", mode="before")
    @classmethod
    def _short_form(cls, given: object) -> object:
        if not isinstance(given, dict):
            return given
        return {k: {"from": v} if isinstance(v, str | list) else v for k, v in given.items()}

    @field_validator("request", "response", mode="before")
    @classmethod
    def _one_or_more(cls, given: object) -> object:
        return (given,) if isinstance(given, str) else given

    def sources(self) -> set[str]:
        """Every source path that is read."""
        return {path for p in self.columns.values() for path in p.source} | {
            *self.request,
            *self.response,
        }

    def wanted(self, names: Iterable[str]) -> list[str]:
        """The columns of a table that are read, out of those it has."""
        roots = {path.partition(".")[0] for path in self.sources()} | self.sources()
        return [name for name in names if name in roots]

    def fits(self, names: Iterable[str]) -> bool:
        """Whether a table with these columns has what the required columns come from."""
        known = set(names)
        picks = (self.columns[name] for name in _REQUIRED)
        return all(
            p.value is not None or any(s in known or s.partition(".")[0] in known for s in p.source)
            for p in picks
        )

    def record(self, document: dict[str, object], keyed: Digest) -> dict[str, object]:
        """One object as canonical columns."""
        found = {name: p.of(document, name) for name, p in self.columns.items()}
        return {**self.bodies(document, keyed), **{k: v for k, v in found.items() if v is not None}}

    def bodies(self, document: dict[str, object], keyed: Digest) -> dict[str, object]:
        """The canonical columns that the request and response bodies of one object fill."""
        if not self.request and not self.response:
            return {}
        asked = request_columns(first(*(_at(document, path) for path in self.request)), keyed)
        body = first(*(_at(document, path) for path in self.response))
        told = {k: v for k, v in response_columns(body, keyed).items() if v is not None}
        both = {**asked, **told}
        state = content_state(both.get("prompt_text"), both.get("response_text"))
        return both | {"content_state": state}


def preset_names() -> list[str]:
    """Names of the mappings that come with the program."""
    folder = resources.files("stillwatch.ingest").joinpath("presets")
    return sorted(
        p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")
    )


def load_mapping(named: str | Path) -> Mapping:
    """A mapping file, or one that comes with the program by its name.

    Raises:
        ConfigError: Every fault at once, each with file, line and column.
    """
    path = Path(named)
    if not path.exists():
        if str(named) not in preset_names():
            message = f"there is no mapping file {str(named)!r}"
            raise ConfigError(message, hint=closest(str(named), preset_names()))
        preset = resources.files("stillwatch.ingest").joinpath("presets", f"{named}.yaml")
        return _mapping(preset.read_text("utf-8"), f"preset {named}")
    return _mapping(path.read_text("utf-8"), str(path))


def _mapping(written: str, name: str) -> Mapping:
    try:
        node = yaml.compose(written, Loader=yaml.SafeLoader)
        given = yaml.safe_load(written)
    except yaml.YAMLError as error:
        message = f"{name}: not YAML: {' '.join(str(error).split())}"
        raise ConfigError(message, hint="see docs: mapping files") from error
    faults: list[str] = []
    mapping: Mapping | None = None
    try:
        mapping = Mapping.model_validate(given)
    except ValidationError as error:
        faults += [
            f"{_spot(node, name, e['loc'])}: {_where(e['loc'])}: {e['msg']}" for e in error.errors()
        ]
    columns = given.get("columns") if isinstance(given, dict) else None
    if isinstance(columns, dict):
        faults += _column_faults(columns, node, name)
    if faults or mapping is None:
        message = "\n".join(faults)
        raise ConfigError(message, hint="columns maps canonical column names to yours")
    return mapping


def _column_faults(columns: dict[object, object], node: yaml.Node | None, name: str) -> list[str]:
    faults = []
    for column in columns:
        if column not in EXCHANGE.names:
            spot = _spot(node, name, ("columns", str(column)))
            near = closest(str(column), EXCHANGE.names).partition("?")[0]
            told = f"; {near}?" if near.startswith("did you mean") else ""
            faults.append(f"{spot}: {str(column)!r} is no canonical column{told}")
    missing = [column for column in _REQUIRED if column not in columns]
    if missing:
        faults.append(
            f"{_spot(node, name, ('columns',))}: required, not mapped: {', '.join(missing)}"
        )
    return faults


def _spot(node: yaml.Node | None, name: str, path: Iterable[int | str]) -> str:
    """File, line and column of a key, as far down as the file goes."""
    mark = node.start_mark if node is not None else None
    for key in path:
        if not isinstance(node, yaml.MappingNode):
            break
        match = next(((k, v) for k, v in node.value if k.value == str(key)), None)
        if match is None:
            break
        mark, node = match[0].start_mark, match[1]
    return name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"


def _where(path: Iterable[int | str]) -> str:
    return ".".join(str(key) for key in path) or "the file"


def _at(document: dict[str, object], path: str) -> object:
    return document[path] if path in document else pick(document, *path.split("."))
