"""A broken detector costs only itself; an engine that fails costs the run."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.detect import run as running
from stillwatch.detect.base import Detector
from stillwatch.detect.registry import detector
from stillwatch.engine import DuckDB
from stillwatch.errors import Error, InputError
from stillwatch.rollup import Tables


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Tables:
    monkeypatch.setattr(Tables, "columns_present", lambda _: frozenset({"prompt_text"}))
    return Tables(DuckDB())


def _only(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def weigh(*_: object) -> list[None]:
        raise fault

    broken: Detector = dataclasses.replace(detector("even_volume"), weigh=weigh)
    monkeypatch.setattr(running, "detectors", lambda: [broken])


def test_a_broken_detector_is_told_of(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    _only(ZeroDivisionError("by nothing"), monkeypatch)
    (outcome,) = running.run([], tables)
    assert (outcome.status, outcome.detail) == ("failed", "ZeroDivisionError: by nothing")


def test_a_job_that_was_cancelled_ends_the_run(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(InputError("a result cannot be fetched"), monkeypatch)
    with pytest.raises(Error, match="cannot be fetched"):
        running.run([], tables)
