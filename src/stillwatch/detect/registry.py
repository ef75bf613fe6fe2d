"""All detectors, found by scanning the folder: adding one is adding a file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from stillwatch.detect import detectors as folder
from stillwatch.detect.base import Detector
from stillwatch.errors import RegistryError, closest
from stillwatch.schema.results import FAMILY_QUESTION

__all__ = ["detector", "detectors"]


@cache
def detectors() -> tuple[Detector, ...]:
    """Every detector, by name.

    Raises:
        RegistryError: A file without a DETECTOR, or one whose name or family does not fit.
    """
    found = []
    for module in pkgutil.iter_modules(folder.__path__):
        path = f"{folder.__name__}.{module.name}"
        one = getattr(importlib.import_module(path), "DETECTOR", None)
        if not isinstance(one, Detector):
            message = f"{path} defines no DETECTOR"
            raise RegistryError(message, hint="a detector file ends with DETECTOR = Detector(…)")
        if one.name != module.name or one.family not in FAMILY_QUESTION:
            message = f"{path}: name {one.name!r} or family {one.family!r} does not fit"
            hint = f"the name is the file's; families are {', '.join(FAMILY_QUESTION)}"
            raise RegistryError(message, hint=hint)
        found.append(one)
    return tuple(sorted(found, key=lambda d: d.name))


def detector(name: str) -> Detector:
    """The detector of that name.

    Raises:
        RegistryError: There is none; names the closest.
    """
    known = {d.name: d for d in detectors()}
    if name not in known:
        message = f"no detector {name!r}"
        raise RegistryError(message, hint=closest(name, known))
    return known[name]
