"""Marks are recognised with others, belong to their owner, and cannot be made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.protect.honeytokens import Honeytokens
from stillwatch.protect.notes import drop_notes

MARKS = Honeytokens(b"k" * 32)


def test_a_mark_belongs_to_its_owner_and_is_elsewhere_with_others() -> None:
    mark = MARKS.token("acme")
    (own,) = MARKS.found([f"we saw {mark}."], "acme")
    (other,) = MARKS.found([f"we saw {mark.upper()}!"], "other")
    assert (own.fate, other.fate) == ("intact", "elsewhere")
    assert own.digest == other.digest
    assert own.issued_to == other.issued_to
    assert "acme" not in mark


def test_two_marks_of_one_owner_are_two_things_of_one_issuer() -> None:
    found = MARKS.found([MARKS.token("acme"), MARKS.token("acme")], "other")
    assert len({each.digest for each in found}) == 2
    assert len({each.issued_to for each in found}) == 1


def test_a_mark_of_an_earlier_secret_is_recognised_and_a_strangers_is_not() -> None:
    mark = MARKS.token("acme")
    assert Honeytokens(b"n" * 32, earlier=(b"k" * 32,)).found([mark], "other")
    assert not Honeytokens(b"n" * 32).found([mark], "other")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=28, max_size=28))
def test_what_only_looks_like_a_mark_is_none(text: str) -> None:
    made = "ref-" + "-".join(text[i : i + 4] for i in range(0, 28, 4))
    assert MARKS.found([made], "other") == ()


def test_a_request_names_few_marks_however_many_it_holds() -> None:
    assert len(MARKS.found([" ".join(MARKS.token("a") for _ in range(200))], "b")) == 64


def test_notes_leave_every_dialect_and_all_else_stays() -> None:
    note = MARKS.note("acme")
    thinking = {"type": "thinking", "thinking": note, "signature": "s"}
    summary = [{"type": "summary_text", "text": t} for t in ("theirs", note)]
    talk = [
        {"role": "user", "content": note},
        {"role": "assistant", "content": [thinking], "reasoning_content": note},
        {"type": "reasoning", "summary": summary},
    ]
    body, found = drop_notes({"messages": talk}, MARKS.holds)
    assert found == [note, note, note]
    assert body["messages"] == [
        {"role": "user", "content": note},
        {"role": "assistant", "content": [{**thinking, "thinking": ""}]},
        {"type": "reasoning", "summary": summary[:1]},
    ]
    assert thinking["thinking"] == note, "the request itself is not changed"
