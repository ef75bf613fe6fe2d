"""The byte loops against the plain definition of a token."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stillwatch.read import plain
from stillwatch.read.kernels.sketch import ABSENT, keep_smallest
from stillwatch.read.kernels.spans import ALPHABET as TABLES
from stillwatch.read.kernels.texts import room
from stillwatch.read.kernels.tokens import SLOT, shred, tokenise

ALPHABET = st.sampled_from([*'aZ9 .\n"`é漢かЖ한ＡÀ\u200b\u0301🙂عท', "```", "word", "٣", '" "'])
mixed = st.lists(ALPHABET, max_size=60).map("".join) | st.text(max_size=80)


def tokens_of(data: bytes) -> tuple[list[int], list[int], list[bool], list[int], int]:
    """What the kernel makes of bytes that lie between other bytes."""
    array = np.frombuffer(b"x1" + data + b"\x9f\xbfq", np.uint8)
    out = room(len(data))
    count, slots, item = tokenise(array, 2, 2 + len(data), TABLES, out)
    return (
        out.raw[:count].tolist(),
        out.words[:count].tolist(),
        out.weighs[:count].astype(bool).tolist(),
        out.slots[:slots].tolist(),
        int(item),
    )


def check(data: bytes) -> None:
    """Both definitions agree on the bytes."""
    text = data.decode("utf-8", "surrogateescape")
    words = plain.words(text)
    raw, masked, weighs, slots, item = tokens_of(data)
    assert raw == [w.raw for w in words]
    assert masked == [w.masked for w in words]
    assert weighs == [w.weighs for w in words]
    assert slots == plain.slots(text)
    assert item == plain.item(data)
    buffer = np.empty(len(data) + 2, np.uint64)
    count = shred(np.frombuffer(data + b"zz", np.uint8), 0, len(data), TABLES, buffer)
    assert buffer[:count].tolist() == raw


@settings(deadline=None)
@given(mixed)
@example('say "one two" and ``` code "x ``` then "open')
@example('``` never closed "a b"')
@example('""""')
@example("````a````b")
def test_the_kernel_finds_the_tokens_of_the_plain_definition(text: str) -> None:
    check(text.encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(
    st.binary(max_size=60)
    | st.lists(
        st.sampled_from(
            [
                b"\xe4\xbd",
                b"\xe4\xbd\xa0",
                b"a",
                b"\xf0\x9f",
                b"\xc3",
                b"\xc3\xa9",
                b"\xed\xa0\x80",
                b'"',
                b"\xc0\x80",
                b"\xf4\x90\x80\x80",
                b"\xe0\x80\x80",
                b"\xff",
                b" ",
            ]
        ),
        max_size=20,
    ).map(b"".join)
)
@example(b"\xe4\xbd")
def test_bytes_that_are_no_text_separate_words_and_nothing_is_read_beyond(data: bytes) -> None:
    check(data)


def test_a_word_is_letters_and_digits_and_an_ideograph_is_a_word() -> None:
    found = [w.text for w in plain.words("Don't SAY Ünïcode2048 你好ab カナ ПРИВЕТ 한국어!")]
    assert found == [
        "don",
        "t",
        "say",
        "ünïcode2048",
        "你",
        "好",
        "ab",
        "カ",
        "ナ",
        "привет",
        "한국어",
    ]


def test_numbers_of_any_length_mask_to_the_same_word() -> None:
    masked = [w.masked for w in plain.words("17 2048 ２０ a17b a2048b a17")]
    assert masked[0] == masked[1] == masked[2]
    assert masked[3] == masked[4] != masked[5]


def test_zero_width_characters_do_not_part_a_word() -> None:
    hidden, open_ = plain.words("rea\u200bson\u00ading")[0], plain.words("reasoning")[0]
    assert hidden.raw == open_.raw


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ('a "b c" d', 3),
        ('a "b\nc" d', 4),
        ("a ```b c d``` e", 3),
        (f'a "{"b " * 201}" d', 203),
        ('a """ b', 3),
    ],
)
def test_a_quoted_or_fenced_span_is_one_slot(text: str, slots: int) -> None:
    found = tokens_of(text.encode())[3]
    assert len(found) == slots
    assert found == plain.slots(text)
    if slots == 3:
        assert int(SLOT) in found


def test_short_words_and_numbers_do_not_weigh() -> None:
    weighs = {w.text: w.weighs for w in plain.words("the 2048 x17 four да 你 model7")}
    assert weighs == {
        "the": False, "2048": False, "x17": False, "four": True, "да": True, "你": True,
        "model7": True,
    }  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=30))
def test_the_smallest_distinct_digests_are_kept_in_order(values: list[int]) -> None:
    best = np.full(4, ABSENT, np.uint64)
    for value in values:
        keep_smallest(np.uint64(value), best)
    expected = sorted(set(values))[:4]
    assert best[: len(expected)].tolist() == expected
    assert (best[len(expected) :] == ABSENT).all()
