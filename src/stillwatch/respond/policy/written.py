"""YAML with places: each value knows its line and column; a key that stands twice is a fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

__all__ = ["Faults", "Written", "read_yaml"]

_BOOL, _INT, _FLOAT = (f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float"))
_TEXT, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Written:
    """A node of the file, and the node of the key that it stands under."""

    node: yaml.Node
    key: Written | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Line and column, both from 1."""
        mark = self.node.start_mark
        return mark.line + 1, mark.column + 1


@dataclass(slots=True)
class Faults:
    """The faults of a file so far, and readers that add to them.

    Attributes:
        name: What the file is called.
        found: Line, column, and what is wrong there.
    """

    name: str
    found: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, at: Written, told: str) -> None:
        """Remember a fault."""
        self.found.append((*at.place, told))

    def listed(self) -> list[str]:
        """All faults in the order of the file."""
        return [f"{self.name}:{line}:{column}: {told}" for line, column, told in sorted(self.found)]

    def mapping(
        self, written: Written, what: str, needed: Iterable[str] = ()
    ) -> dict[str, Written] | None:
        """Keys with their values; None where it is no mapping."""
        node = written.node
        if not isinstance(node, yaml.MappingNode):
            self.add(written, f"{what} must be a mapping of keys to values")
            return None
        found: dict[str, Written] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.add(Written(key), f"a key of {what} must be a word")
            elif key.value in found:
                self.add(Written(key), f"{what} has {key.value!r} twice")
            else:
                found[key.value] = Written(value, Written(key))
        missing = [key for key in needed if key not in found]
        if missing:
            self.add(written, f"{what} lacks {', '.join(missing)}")
        return found

    def listing(self, written: Written | None, what: str) -> list[Written]:
        """The items of a list; none where it is no list."""
        if written is None:
            return []
        if not isinstance(written.node, yaml.SequenceNode):
            self.add(written, f"{what} must be a list")
            return []
        return [Written(each) for each in written.node.value]

    def word(self, written: Written, what: str) -> str | None:
        """Text; a bare number or date is taken as it is written."""
        node = written.node
        if isinstance(node, yaml.ScalarNode) and node.tag not in {_NULL, _BOOL} and node.value:
            return str(node.value)
        self.add(written, f"{what} must be text")
        return None

    def flag(self, written: Written, what: str) -> bool | None:
        """`true` or `false`, and nothing else that YAML takes for one."""
        if isinstance(written.node, yaml.ScalarNode) and written.node.value in {"true", "false"}:
            return bool(written.node.value == "true")
        self.add(written, f"{what} must be true or false")
        return None

    def number(self, written: Written, what: str, *, whole: bool) -> float | int | None:
        """A number in plain notation."""
        node = written.node
        if isinstance(node, yaml.ScalarNode) and node.tag in {_INT, _FLOAT}:
            try:
                return int(node.value) if whole else float(node.value)
            except ValueError:
                pass
        self.add(written, f"{what} must be {'a whole number' if whole else 'a number'}")
        return None


def read_yaml(text: str, faults: Faults) -> Written | None:
    """The one document of a text; None after a fault."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        faults.found.append((line, column, f"is not YAML: {error.problem or error.context}"))
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        faults.found.append((1, 1, f"is not YAML: {' '.join(str(error).split())[:200]}"))
        return None
    if node is None:
        faults.found.append((1, 1, "is empty; a policy has the keys version and rules"))
        return None
    return Written(node)
