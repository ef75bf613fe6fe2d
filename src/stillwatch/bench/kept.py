"""Scores that are kept: a benchmark of a day goes on where it was stopped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson
from pydantic import TypeAdapter, ValidationError

import stillwatch
from stillwatch.bench.reliability import Judged
from stillwatch.bench.world import Task, WorldScore
from stillwatch.bench.worlds import Place
from stillwatch.errors import OutputError
from stillwatch.settings.effective import effective

__all__ = ["Scores"]

_DECIDE = (
    "assess", "bench", "campaign", "detect", "engine", "ingest", "link", "pipeline", "read",
    "respond", "rollup", "schema", "settings", "sim", "store",
)  # fmt: skip
"""Parts of the program that a score depends on; the others only show or act on it."""
_BESIDE = ("pipeline/online", "pipeline/guard", "bench/charts.py", "bench/tables.py")


def _program() -> bytes:
    """A digest of the files that decide what a world's score is."""
    root = Path(stillwatch.__file__).parent
    digest = hashlib.sha256()
    for part in _DECIDE:
        for path in sorted((root / part).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in {".py", ".json", ".toml", ".yaml"} and not name.startswith(_BESIDE):
                digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.digest()


@dataclass(frozen=True, slots=True)
class Scores:
    """A folder with the score of each world.

    Attributes:
        folder: It; None keeps nothing.
        task: What was measured.
        program: Digest of what measures, taken before it does: its files may be edited meanwhile.
    """

    folder: Path | None
    task: Task
    program: bytes = field(default_factory=_program)

    def read(self, place: Place) -> tuple[WorldScore, Judged] | None:
        """The score of a world of this recipe by this program and task; None where none stands."""
        if self.folder is None:
            return None
        try:
            held = orjson.loads(self._path(place).read_bytes())
            if held["stamp"] != self._stamp(place):
                return None
            score = TypeAdapter(WorldScore).validate_python(held["score"])
            judged = Judged(
                said=np.array(held["said"], np.float64),
                true=np.array(held["true"], np.bool_),
                operator=np.array(held["operator"], np.int64),
            )
        except (OSError, orjson.JSONDecodeError, ValidationError, KeyError, TypeError):
            return None
        return score, judged

    def write(self, place: Place, score: WorldScore, judged: Judged) -> None:
        """Keep a score.

        Raises:
            OutputError: The folder cannot be written.
        """
        if self.folder is None:
            return
        held = {
            "stamp": self._stamp(place),
            "score": score,
            "said": judged.said,
            "true": judged.true,
            "operator": judged.operator,
        }
        option = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._path(place).write_bytes(orjson.dumps(held, option=option))
        except OSError as error:
            message = f"cannot write to {str(self.folder)!r}: {error.strerror or error}"
            raise OutputError(message, hint="choose a folder with --out") from error

    def _path(self, place: Place) -> Path:
        return Path(self.folder or ".") / f"{place.folder.name}.json"

    def _stamp(self, place: Place) -> str:
        return hashlib.sha256(self.program + place.recipe() + self._asked()).hexdigest()

    def _asked(self) -> bytes:
        task = self.task
        values = [(e.section, e.key, str(e.value)) for e in effective(task.settings)]
        return orjson.dumps([values, task.look_back, str(task.every), task.ablate, task.baselines])
