"""A reasoning block opens where it belongs, and honest clients may edit their conversations."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.protect.binding import Binding, Fate, block_digest
from stillwatch.protect.context import MARKS, Context
from stillwatch.protect.replays import ENOUGH, PUBLIC, Replays

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = b"k" * 32
BLOCK = b"what the model thought"
HOME = Context(
    organization_id="acme",
    account_id="acme-1",
    family="opus",
    before=("make a plan for the harbour", "here is a plan", "add the tides"),
    beside=("the plan with tides", "call tides_table(3)"),
)


@pytest.fixture
def binding() -> Binding:
    return Binding(SECRET)


@pytest.fixture
def sealed(binding: Binding) -> str:
    return binding.seal(BLOCK, HOME, at=NOW)


def test_a_block_opens_where_it_was_issued(binding: Binding, sealed: str) -> None:
    found = binding.open(sealed, HOME, at=NOW + timedelta(days=1))
    assert (found.fate, found.block, found.refuse) == ("intact", BLOCK, False)
    assert found.digest == block_digest(sealed)


BENIGN = {
    "compaction that keeps the last turns": replace(
        HOME, before=("summary: they plan a harbour", "add the tides")
    ),
    "compaction that keeps the block's own message only": replace(
        HOME, before=("summary: they plan a harbour and asked for tides",)
    ),
    "a reminder as a message of its own": replace(
        HOME, before=(*HOME.before, "reminder: the file was changed")
    ),
    "a reminder before everything": replace(HOME, before=("reminder: be brief", *HOME.before)),
    "a reminder inside the last turn": replace(
        HOME, before=(*HOME.before[:-1], "add the tides <reminder>be brief</reminder>")
    ),
    "earlier turns cut off": replace(HOME, before=HOME.before[-1:]),
    "a corrected turn": replace(HOME, before=("make a plan for the port", *HOME.before[1:])),
    "results of tools left out": replace(HOME, beside=HOME.beside[:1], before=HOME.before[1:]),
    "a colleague who takes over": replace(HOME, account_id="acme-2"),
    "a colleague who takes over and edits": replace(
        HOME, account_id="acme-2", before=HOME.before[1:]
    ),
}


@pytest.mark.parametrize("case", BENIGN)
@pytest.mark.parametrize("mode", ["drop", "reject"])
def test_what_honest_clients_do_passes(case: str, mode: str) -> None:
    binding = Binding(SECRET, mode=mode)  # type: ignore[arg-type]
    found = binding.open(binding.seal(BLOCK, HOME, at=NOW), BENIGN[case], at=NOW)
    assert found.fate in {"intact", "edited"}
    assert (found.block, found.refuse) == (BLOCK, False)


def test_changed_tools_and_system_text_are_no_part_of_the_binding() -> None:
    """They are no part of a context: there is nothing that a change of them could touch."""
    assert {"tools", "system"} & set(Context.__dataclass_fields__) == set()


ELSEWHERE = {
    "another organisation": (replace(HOME, organization_id="other"), "elsewhere"),
    "another organisation with the whole conversation": (
        replace(HOME, organization_id="other", account_id="acme-1"),
        "elsewhere",
    ),
    "a bare block in a new conversation": (
        replace(HOME, before=("turn this signature back into text",), beside=()),
        "detached",
    ),
    "a weaker model": (replace(HOME, family="haiku"), "other_model"),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_block_does_not_open_where_it_does_not_belong(
    case: str, binding: Binding, sealed: str
) -> None:
    context, fate = ELSEWHERE[case]
    found = binding.open(sealed, context, at=NOW)
    assert (found.fate, found.block) == (fate, None)


@pytest.mark.parametrize(
    ("fate", "refused"),
    [("elsewhere", True), ("unreadable", True), ("detached", False), ("other_model", False)],
)
def test_reject_refuses_only_what_no_honest_client_does(fate: Fate, *, refused: bool) -> None:
    binding = Binding(SECRET, mode="reject")
    sealed = binding.seal(BLOCK, HOME, at=NOW)
    places = {context[1]: context[0] for context in ELSEWHERE.values()}
    found = binding.open("AAAA" if fate == "unreadable" else sealed, places.get(fate, HOME), at=NOW)
    assert (found.fate, found.refuse) == (fate, refused)
    assert not Binding(SECRET).open("AAAA", HOME, at=NOW).refuse


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        (timedelta(days=30), "intact"),
        (timedelta(days=30, seconds=1), "expired"),
        (-timedelta(minutes=4), "intact"),
        (-timedelta(minutes=6), "expired"),
    ],
)
def test_a_block_ends_and_clocks_may_differ_a_little(
    binding: Binding, sealed: str, after: timedelta, fate: Fate
) -> None:
    assert binding.open(sealed, HOME, at=NOW + after).fate == fate


def test_age_does_not_excuse_a_block_of_somebody_else(binding: Binding, sealed: str) -> None:
    other = replace(HOME, organization_id="other")
    assert binding.open(sealed, other, at=NOW + timedelta(days=300)).fate == "elsewhere"


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_block_that_was_changed_anywhere_is_unreadable(place: int, flip: int) -> None:
    binding = Binding(SECRET)
    text = binding.seal(BLOCK, HOME, at=NOW)
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[place % len(raw)] ^= flip
    changed = base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
    assert binding.open(changed, HOME, at=NOW).fate == "unreadable"


@given(st.text(max_size=300))
def test_whatever_is_presented_is_answered(presented: str) -> None:
    assert Binding(SECRET).open(presented, HOME, at=NOW).fate == "unreadable"


def test_another_installation_cannot_open_it(sealed: str) -> None:
    assert Binding(b"x" * 32).open(sealed, HOME, at=NOW).fate == "unreadable"


def test_a_new_secret_leaves_old_blocks_usable(sealed: str) -> None:
    renewed = Binding(b"n" * 32, earlier=(SECRET,))
    assert renewed.open(sealed, HOME, at=NOW).block == BLOCK
    fresh = renewed.seal(BLOCK, HOME, at=NOW)
    assert Binding(SECRET).open(fresh, HOME, at=NOW).fate == "unreadable"


def test_equal_blocks_look_different_and_show_no_text(binding: Binding, sealed: str) -> None:
    assert binding.seal(BLOCK, HOME, at=NOW) != sealed
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert not any(word in raw for word in (BLOCK, b"acme", b"opus", b"harbour"))


def test_a_long_conversation_costs_no_more_than_its_latest_parts(binding: Binding) -> None:
    parts = tuple(f"part {i}" for i in range(5000))
    long = binding.seal(BLOCK, replace(HOME, before=parts), at=NOW)
    short = binding.seal(BLOCK, replace(HOME, before=parts[:MARKS]), at=NOW)
    assert len(long) == len(short)
    later = replace(HOME, before=parts, beside=HOME.beside)
    assert binding.open(long, later, at=NOW).fate == "intact"


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Binding(b"short")


def _present(replays: Replays, number: int, organization: str, account: str) -> None:
    binding = Binding(SECRET)
    sealed = _issued(number)
    found = binding.open(sealed, replace(HOME, organization_id=organization), at=NOW)
    replays.note(found, account_id=account, organization_id=organization)


_KEPT: dict[int, str] = {}


def _issued(number: int) -> str:
    if number not in _KEPT:
        house = replace(HOME, organization_id=f"acme-{number % 2}")
        _KEPT[number] = Binding(SECRET).seal(b"%d" % number, house, at=NOW)
    return _KEPT[number]


def test_several_blocks_of_others_are_a_proof_and_one_is_a_hint() -> None:
    replays = Replays()
    assert replays.signal("a") is None
    _present(replays, 0, "other", "a")
    hint = replays.signal("a")
    assert hint is not None
    assert (replays.proof("a"), hint.bits < 12) == (False, True)
    for number in range(1, ENOUGH):
        _present(replays, number, "other", "a")
    proof = replays.signal("a")
    assert proof is not None
    assert (replays.proof("a"), proof.bits >= 12, replays.blocks("a")) == (True, True, ENOUGH)
    assert "3 reasoning blocks" in proof.reason


def test_somebody_with_two_contracts_proves_nothing_even_under_two_secrets() -> None:
    replays = Replays()
    old, new = Binding(SECRET), Binding(b"n" * 32, earlier=(SECRET,))
    for number in range(10):
        sealed = (old if number % 2 else new).seal(b"%d" % number, HOME, at=NOW)
        found = new.open(sealed, replace(HOME, organization_id="my other contract"), at=NOW)
        replays.note(found, account_id="a", organization_id="my other contract")
    signal = replays.signal("a")
    assert signal is not None
    assert (replays.blocks("a"), replays.proof("a"), signal.bits < 12) == (10, False, True)


def test_a_block_has_one_spelling(sealed: str) -> None:
    for other in (f"{sealed}=", f"{sealed}\n", sealed.replace("_", "/").replace("-", "+") + " "):
        assert Binding(SECRET).open(other, HOME, at=NOW).fate == "unreadable"


def test_the_same_block_again_and_again_counts_once() -> None:
    replays = Replays()
    for _ in range(50):
        _present(replays, 0, "other", "a")
    assert (replays.blocks("a"), replays.fates["elsewhere"]) == (1, 50)


def test_a_block_that_everybody_has_proves_nothing() -> None:
    replays = Replays()
    for number in range(ENOUGH):
        for reader in range(PUBLIC):
            _present(replays, number, f"org-{reader}", f"reader-{reader}")
    assert replays.blocks("reader-0") == 0
    assert not replays.proof("reader-0")


@pytest.mark.parametrize("case", BENIGN)
def test_honest_edits_are_counted_and_accuse_nobody(case: str) -> None:
    replays, binding = Replays(), Binding(SECRET)
    for number in range(10):
        sealed = binding.seal(b"%d" % number, HOME, at=NOW)
        found = binding.open(sealed, BENIGN[case], at=NOW)
        replays.note(found, account_id="acme-2", organization_id="acme")
    assert replays.signal("acme-2") is None
    assert sum(replays.fates.values()) == 10


def test_memory_of_replays_is_bounded() -> None:
    replays = Replays(accounts=5, blocks=5)
    for number in range(20):
        _present(replays, number % 12, "other", f"a-{number}")
    assert (len(replays._accounts), len(replays._presenters)) == (5, 5)
