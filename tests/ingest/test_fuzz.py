"""Whatever a log holds, an importer takes it, sets it aside, or says that it is no exchange."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.ingest import Redactor, receive
from stillwatch.ingest.importer import DocumentFormat
from stillwatch.ingest.registry import document_formats
from stillwatch.read import read

REDACTOR = Redactor(b"t" * 32)
FORMATS = document_formats()
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=12),
    st.sampled_from(["2026-13-45T99:99:99Z", "1e400", "-0", "\0", "data:image/png;base64,"]),
)  # fmt: skip
VALUES = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner,
                                                                max_size=4),
    max_leaves=12,
)  # fmt: skip
CHECKED = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def _paths(value: object, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a document stands."""
    found = [here] if here else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()  # fmt: skip
    for key, each in inside:
        found += _paths(each, (*here, key))
    return found


def _put(document: Any, path: tuple[Any, ...], value: object) -> None:  # noqa: ANN401 - JSON
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def _taken(body: bytes) -> None:
    """Nothing breaks, what is counted as taken is there, and what is taken can be read."""
    received = receive(body, REDACTOR)
    assert received.accepted == sum(batch.num_rows for batch in received.batches)
    for batch in received.batches:
        batch.validate(full=True)
        read(batch)


@pytest.mark.parametrize("unit", FORMATS, ids=lambda unit: unit.name)
@given(data=st.data())
@CHECKED
def test_a_record_with_odd_values_at_any_place_is_answered(
    unit: DocumentFormat, data: st.DataObject
) -> None:
    document = copy.deepcopy(unit.example)
    for _ in range(data.draw(st.integers(1, 3))):
        places = _paths(document)
        _put(document, data.draw(st.sampled_from(places)), data.draw(VALUES))
    try:
        body = orjson.dumps(document)
    except (TypeError, ValueError, orjson.JSONEncodeError):
        return  # a number or a text that JSON cannot hold
    _taken(body)


@given(VALUES)
@CHECKED
def test_any_document_is_answered(document: object) -> None:
    try:
        body = orjson.dumps(document)
    except (TypeError, ValueError, orjson.JSONEncodeError):
        return
    _taken(body)


@given(st.binary(max_size=200))
@CHECKED
def test_any_bytes_are_answered(body: bytes) -> None:
    _taken(body)


@pytest.mark.parametrize("unit", FORMATS, ids=lambda unit: unit.name)
@given(cut=st.integers(0, 5_000), put=st.binary(max_size=6))
@CHECKED
def test_a_record_that_is_cut_or_overwritten_anywhere_is_answered(
    unit: DocumentFormat, cut: int, put: bytes
) -> None:
    body = orjson.dumps(unit.example)
    at = cut % len(body)
    _taken(body[:at])
    _taken(body[:at] + put + body[at + len(put) :])
