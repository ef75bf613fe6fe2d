"""A stolen key's owner is told from a member with decoys by its own former life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np

from stillwatch.campaign import own_streams
from stillwatch.detect.examples import START, crowd, exchange_table, phrase, sends
from stillwatch.detect.victims import victims
from stillwatch.engine import DuckDB
from stillwatch.pipeline.fold import fold, spool
from stillwatch.schema.results import Group

TEMPLATE = "You are an expert analyst who gives complete answers to every question about"
WORK_BEGINS = START + timedelta(days=5)


def harvest(
    name: str, rng: np.random.Generator, *, since: datetime = WORK_BEGINS, **columns: object
) -> list[dict[str, Any]]:
    texts = [f"{TEMPLATE} {phrase(rng, int(rng.integers(0, 12)))}" for _ in range(30)]
    return [
        {**row, "exchange_id": f"{row['exchange_id']}-work"}
        for row in sends(
            name,
            30,
            texts.__getitem__,
            rng=rng,
            since=since,
            over=timedelta(days=4),
            **columns,
        )
    ]


def own(name: str, rng: np.random.Generator, **columns: object) -> list[dict[str, Any]]:
    return sends(name, 20, lambda _: phrase(rng, 4), rng=rng, **columns)


def flagged(rows: list[dict[str, Any]], names: list[str]) -> dict[str, bool]:
    with DuckDB(threads=2) as engine:
        spool(engine, exchange_table(rows).to_batches())
        tables, _ = fold(engine)
        place = {name: i for i, name in enumerate(tables.ids)}
        accounts = np.sort(np.array([place[name] for name in names], dtype=np.int64))
        group = Group(accounts=accounts, streams=own_streams(tables, accounts))
        assert len(group.streams)
        (flags,) = victims([group], tables)
        return {tables.ids[a]: bool(f) for a, f in zip(accounts, flags, strict=True)}


def test_an_account_whose_work_comes_from_a_new_place_is_a_victim() -> None:
    rng = np.random.default_rng(1)
    rows = crowd(rng)
    names = [f"owner-{i}" for i in range(8)]
    for name in names:
        rows += own(name, rng, client_net=f"home-{name}", user_agent="own-app")
        rows += harvest(name, rng, client_net="proxy", user_agent="script")
    assert all(flagged(rows, names).values())


def test_a_member_whose_decoys_share_its_network_is_none() -> None:
    rng = np.random.default_rng(2)
    rows = crowd(rng)
    names = [f"member-{i}" for i in range(8)]
    for name in names:
        rows += own(name, rng, client_net="proxy", user_agent="own-app")
        rows += harvest(name, rng, client_net="proxy", user_agent="script")
    assert not any(flagged(rows, names).values())


def test_a_member_whose_decoys_begin_with_the_work_is_none() -> None:
    rng = np.random.default_rng(3)
    rows = crowd(rng)
    names = [f"member-{i}" for i in range(8)]
    for name in names:
        rows += own(name, rng, client_net=f"decoy-{name}", user_agent="own-app")
        rows += harvest(name, rng, client_net="proxy", user_agent="script", since=START)
    assert not any(flagged(rows, names).values())


def test_a_member_that_is_somewhere_else_each_time_is_none() -> None:
    rng = np.random.default_rng(4)
    rows = crowd(rng)
    names = [f"member-{i}" for i in range(8)]
    for name in names:
        rows += own(name, rng, client_net=lambda i, n=name: f"exit-{n}-{i}", user_agent="app")
        rows += harvest(name, rng, client_net=lambda i, n=name: f"out-{n}-{i}", user_agent="app")
    assert not any(flagged(rows, names).values())


def test_victims_and_members_of_one_group_are_told_apart() -> None:
    rng = np.random.default_rng(5)
    rows = crowd(rng)
    owners, members = [f"owner-{i}" for i in range(4)], [f"member-{i}" for i in range(4)]
    for name in owners:
        rows += own(name, rng, client_net=f"home-{name}", user_agent="own-app")
        rows += harvest(name, rng, client_net="proxy", user_agent="script")
    for name in members:
        rows += own(name, rng, client_net="proxy", user_agent="script")
        rows += harvest(name, rng, client_net="proxy", user_agent="script")
    told = flagged(rows, owners + members)
    assert {name for name, flag in told.items() if flag} == set(owners)


def test_no_groups_have_no_victims() -> None:
    rng = np.random.default_rng(6)
    with DuckDB(threads=2) as engine:
        spool(engine, exchange_table(crowd(rng)).to_batches())
        tables, _ = fold(engine)
        assert victims([], tables) == []
