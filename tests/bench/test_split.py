"""Families that are held out when anything is tuned: fixed halves, and worlds of one half."""

from __future__ import annotations

from stillwatch.bench.split import half_of, kinds_of, techniques_of
from stillwatch.bench.worlds import Plan, world_of
from stillwatch.sim import KINDS, TECHNIQUES


def test_the_halves_are_disjoint_and_hold_every_technique_and_kind() -> None:
    tune, held = techniques_of("tune"), techniques_of("held-out")
    assert tune is not None
    assert held is not None
    assert sorted([*tune, *held]) == sorted(TECHNIQUES)
    assert min(len(tune), len(held)) >= 7
    common = set(kinds_of("tune")) & set(kinds_of("held-out"))
    assert common == {"chat", "developer", "enterprise"}
    assert set(kinds_of("tune")) | set(kinds_of("held-out")) == {k.name for k in KINDS}


def test_a_half_is_fixed_by_the_name_alone() -> None:
    assert [half_of(n) for n in ("low and slow", "judge team")] == [
        half_of(n) for n in ("low and slow", "judge team")
    ]
    assert {half_of(n) for n in TECHNIQUES} == {"tune", "held-out"}


def test_a_world_of_one_half_holds_nothing_of_the_other() -> None:
    for half in ("tune", "held-out"):
        world = world_of(Plan(half=half, campaigns=4), "evasive", 3)
        assert len(world.campaigns) == 4
        assert {half_of(c.technique) for c in world.campaigns} == {half}
        assert {c.evasion for c in world.campaigns} == {"evasive"}
        assert sum(c.accounts for c in world.campaigns) < 0.4 * world.accounts
        assert "chat" in world.kinds


def test_all_is_every_family_and_honest_worlds_have_no_campaign() -> None:
    assert world_of(Plan(), "honest", 1).campaigns == ()
    assert world_of(Plan(), "honest", 1).kinds == ()
    assert len(world_of(Plan(campaigns=6), "nasty", 1).campaigns) == 6
