"""Digests of identifiers and of lists of them."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.errors import SchemaError
from stillwatch.read import digest_lists, digest_strings, plain

texts = st.lists(st.none() | st.text(max_size=40), max_size=12)


@settings(deadline=None)
@given(texts)
def test_the_kernel_gives_the_digests_of_the_plain_definition(values: list[str | None]) -> None:
    expected = [plain.digest(v.encode()) if v else None for v in values]
    for kind in (pa.string(), pa.large_string()):
        assert digest_strings(pa.array(values, kind)).to_pylist() == expected


@settings(deadline=None)
@given(texts, st.integers(0, 12), st.integers(0, 12))
def test_a_slice_has_the_digests_of_its_rows(
    values: list[str | None], start: int, size: int
) -> None:
    array = pa.array(values, pa.string())
    whole = digest_strings(array)
    assert digest_strings(array.slice(start, size)) == whole.slice(start, size)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), "dictionary", "chunked"])
def test_every_layout_of_text_has_the_same_digests(kind: object) -> None:
    values = ["alpha", None, "", "a text that is longer than a view keeps in line", "alpha"]
    array = pa.array(values)
    if kind == "dictionary":
        other = array.dictionary_encode()
    elif kind == "chunked":
        other = pa.chunked_array([array.slice(0, 2), array.slice(2)])
    else:
        other = array.cast(kind)
    assert digest_strings(other) == digest_strings(array)


def test_unknown_and_empty_have_no_digest() -> None:
    assert digest_strings(pa.array([None, "", " "])).null_count == 2
    assert len(digest_strings(pa.nulls(3, pa.string()))) == 3
    assert digest_strings(pa.nulls(2)).null_count == 2


def test_a_null_row_over_bytes_has_no_digest() -> None:
    hidden = pa.Array.from_buffers(
        pa.string(), 2, [pa.py_buffer(b"\x02"), *pa.array(["secret", "b"]).buffers()[1:]]
    )
    assert digest_strings(hidden).to_pylist()[0] is None


def test_digests_do_not_depend_on_the_process() -> None:
    code = (
        "import pyarrow as pa; from stillwatch.read import digest_strings;"
        "print(digest_strings(pa.array(['account-17'])).to_pylist()[0])"
    )
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(found.stdout) == plain.digest(b"account-17")
    assert plain.digest(b"account-17") == DIGEST_OF_ACCOUNT_17


DIGEST_OF_ACCOUNT_17 = 1285101757349440118
"""A digest that stored rollups rely on; changing it means that every history must be read anew."""


def test_many_alike_names_have_different_digests() -> None:
    names = [f"account-{i:06d}" for i in range(50_000)]
    assert len(set(digest_strings(pa.array(names)).to_pylist())) == len(names)


def test_lists_keep_their_order_and_slices_their_rows() -> None:
    array = pa.array([["x"], ["a", None, ""], None, [], ["b", "a"]], pa.list_(pa.string()))
    a, b, x = (plain.digest(t) for t in (b"a", b"b", b"x"))
    expected = [[x], [a, None, None], None, [], [b, a]]
    assert digest_lists(array).to_pylist() == expected
    assert digest_lists(array.slice(1, 3)).to_pylist() == expected[1:4]
    assert digest_lists(array.cast(pa.large_list(pa.large_string()))).to_pylist() == expected


def test_numbers_are_refused_as_text() -> None:
    with pytest.raises(SchemaError, match="list<item: int64>"):
        digest_strings(pa.array([[1]]))
