"""Templates as people see them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.read import skeleton

TEMPLATE = "Please grade the essay of {} on a scale of {} to {} and answer with a verdict"


def test_what_differs_is_a_gap() -> None:
    texts = [TEMPLATE.format(*v) for v in (("Ann Lee", 1, 5), ("Bob", 0, 10), ("Cy Day Fox", 2, 7))]
    found = skeleton(texts, ["a", "b", "c"])
    assert found == "please grade the essay of ▁ on a scale of ▁ to ▁ and answer with a verdict"


def test_words_of_too_few_accounts_are_not_shown() -> None:
    texts = ["my secret project alpha now"] * 12
    assert skeleton(texts, ["a"] * 6 + ["b"] * 6) == ""
    shared = [f"tell me of {w} in short" for w in ("alpha", "alpha", "beta", "gamma")]
    assert "alpha" not in skeleton(shared, ["a", "b", "c", "d"])


def test_every_account_is_heard_before_any_twice() -> None:
    texts = ["aa bb cc"] * 20 + ["xx yy zz"] * 3
    assert skeleton(texts, ["a"] * 20 + ["b", "c", "d"]) == "xx yy zz"


def test_nothing_shared_is_nothing_shown() -> None:
    assert skeleton(["one two", "three four", "five six"], ["a", "b", "c"]) == ""
    assert skeleton([], []) == ""


@given(st.lists(st.text(max_size=30), min_size=3, max_size=6))
def test_shown_words_stand_in_the_texts_of_enough_accounts(texts: list[str]) -> None:
    found = skeleton(texts, [str(i) for i in range(len(texts))])
    for word in found.replace("▁", " ").split():
        assert sum(word in text.lower() or not word.isascii() for text in texts) >= 3
