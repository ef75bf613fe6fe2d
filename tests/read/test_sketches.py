"""What a reading says about texts that share a part."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.read import plain, read
from stillwatch.schema import ANCHORS, DIMENSIONS, TRACES

Make = Callable[..., pa.RecordBatch]
VOCABULARY = [
    a + b
    for a in ("lo", "mi", "ra", "te", "du", "ska")
    for b in ("ken", "vos", "lim", "part", "ne")
]


def prose(seed: int, words: int) -> str:
    """Random words, the same for the same seed."""
    rng = random.Random(seed)
    return " ".join(rng.choice(VOCABULARY) for _ in range(words))


def several(row: dict[str, object], stem: str, count: int) -> set[object]:
    return {row[f"{stem}_{i}"] for i in range(count)} - {None}


def of_prompts(exchanges: Make, *prompts: str | None) -> list[dict[str, object]]:
    return list(read(exchanges(prompt_text=list(prompts))).to_pylist())


def shingles(tokens: list[int], width: int) -> list[int]:
    return [plain.chain(tokens[i : i + width]) for i in range(len(tokens) - width + 1)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60) | st.integers(0, 999).map(lambda s: prose(s, 60)), max_size=4))
def test_sketches_follow_the_plain_definition(exchanges: Make, prompts: list[str]) -> None:
    for prompt, row in (
        zip(prompts, of_prompts(exchanges, *prompts), strict=True) if prompts else ()
    ):
        words, slots = plain.words(prompt), plain.slots(prompt)
        anchors = sorted(set(shingles(slots, 4)))[:ANCHORS]
        traces = sorted({h for h in shingles([w.raw for w in words], 8) if h % 32 == 0})[:TRACES]
        whole = plain.item(prompt.encode())
        assert row["item"] == (plain.signed(whole) if whole else None)
        long = len(slots) >= 8
        assert row["head"] == (plain.signed(plain.chain(slots[:8])) if long else None)
        assert row["tail"] == (plain.signed(plain.chain(slots[-8:])) if long else None)
        assert [row[f"anchor_{i}"] for i in range(len(anchors))] == list(map(plain.signed, anchors))
        assert several(row, "prompt_trace", TRACES) == set(map(plain.signed, traces))
        assert row["prompt_words"] == len(words)
        assert row["prompt_bytes"] == len(prompt.encode())
        weighing = [w.masked for w in words if w.weighs]
        lanes = [sum(1 if h >> (48 + d) & 1 else -1 for h in weighing) for d in range(DIMENSIONS)]
        scale = 256.0 / 1.0
        expected = (
            [round(lane * scale / math.sqrt(len(weighing))) for lane in lanes] if weighing else None
        )
        found = [row[f"e{d:02d}"] for d in range(DIMENSIONS)]
        assert found == (expected or [None] * DIMENSIONS)
        assert row["e_square"] == (sum(e * e for e in expected) if expected else None)


def test_a_filled_slot_keeps_head_tail_and_anchors(exchanges: Make) -> None:
    template = (
        'Please look at {} rows of the table "{}" and then tell me in plain words what it says'
    )
    one, two = of_prompts(exchanges, template.format(17, "sales"), template.format(2048, "x y z"))
    assert one["head"] == two["head"]
    assert one["tail"] == two["tail"]
    assert several(one, "anchor", ANCHORS) == several(two, "anchor", ANCHORS)
    assert one["item"] != two["item"]


def test_an_injected_prefix_gives_one_head_and_a_suffix_one_tail(exchanges: Make) -> None:
    fixed = prose(1, 12)
    rows = of_prompts(
        exchanges,
        *(f"{fixed}\n{prose(s, 30)}" for s in (2, 3)),
        *(f"{prose(s, 30)}\n{fixed}" for s in (4, 5)),
    )
    assert rows[0]["head"] == rows[1]["head"] != rows[2]["head"]
    assert rows[2]["tail"] == rows[3]["tail"] != rows[0]["tail"]


def test_prompts_of_one_template_share_an_anchor_and_strangers_do_not(exchanges: Make) -> None:
    fixed = prose(6, 60)
    one, two, other = of_prompts(
        exchanges, f"{fixed} {prose(7, 12)}", f"{fixed} {prose(8, 12)}", prose(9, 70)
    )
    assert several(one, "anchor", ANCHORS) & several(two, "anchor", ANCHORS)
    assert not several(one, "anchor", ANCHORS) & several(other, "anchor", ANCHORS)


@pytest.mark.parametrize("column", ["response_text", "reasoning_text"])
def test_an_answer_inside_a_later_prompt_shares_traces(exchanges: Make, column: str) -> None:
    shared = 0
    for seed in range(20):
        answer = prose(100 + seed, 250)
        (first,) = read(exchanges(**{column: [answer]})).to_pylist()
        (later,) = of_prompts(exchanges, f"{prose(seed, 100)} {answer} {prose(50 + seed, 60)}")
        both = several(first, "answer_trace", TRACES) & several(later, "prompt_trace", TRACES)
        shared += bool(both)
    assert shared >= 19


def test_case_and_white_space_do_not_change_the_item_but_digits_do(exchanges: Make) -> None:
    rows = of_prompts(
        exchanges, "Solve\n  17 + 4!", " solve 17 + 4! ", "solve 18 + 4!", "solve 17 - 4!"
    )
    items = [row["item"] for row in rows]
    assert items[0] == items[1]
    assert len(set(items)) == 3


def test_short_prompts_have_an_item_but_no_head(exchanges: Make) -> None:
    hi, none, empty, marks = of_prompts(exchanges, "Hi", None, "", "?!")
    assert hi["item"] is not None
    assert hi["head"] is hi["tail"] is hi["anchor_0"] is None
    assert none["prompt_words"] is None is none["prompt_bytes"] is none["asks"]
    assert empty["prompt_words"] == empty["prompt_bytes"] == 0
    assert empty["item"] is empty["e00"] is none["e_square"] is None
    assert marks["item"] is not None


def test_system_texts_that_differ_in_digits_are_one_system(exchanges: Make) -> None:
    say = "You are a helper of shop {} and answer in short sentences"
    rows = read(
        exchanges(system_text=[say.format(1), say.format(365), None, "Be brief"])
    ).to_pylist()
    assert rows[0]["system"] == rows[1]["system"] is not None
    assert rows[0]["system_anchor"] == rows[1]["system_anchor"] is not None
    assert rows[2]["system"] is None is rows[2]["system_bytes"]
    assert rows[3]["system"] is not None is not rows[3]["system_bytes"]
    assert rows[3]["system_anchor"] is None


def test_topics_lie_apart_in_the_projection(exchanges: Make) -> None:
    alike_one, alike_two, other = (
        [row[f"e{d:02d}"] for d in range(DIMENSIONS)]
        for row in of_prompts(
            exchanges,
            "solve quadratic equation with integer coefficients and prove uniqueness carefully",
            "prove uniqueness: quadratic equation with integer coefficients, solve carefully",
            "recommend restaurants near central station serving vegetarian dinner tonight",
        )
    )
    assert math.dist(alike_one, alike_two) < math.dist(alike_one, other)
