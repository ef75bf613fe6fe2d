"""People in control over HTTP: who may do what, reasons, second persons, and what it changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from running import Running

from stillwatch.pipeline.clearing import Clearing, linked_changes
from stillwatch.pipeline.online.knowledge import Knowledge
from stillwatch.respond.audit import verify
from stillwatch.respond.facts import Facts
from stillwatch.respond.issue import Ceiling, Day, issue
from stillwatch.respond.ledger import Ledger
from stillwatch.respond.policy import parse_policy
from stillwatch.respond.proposals import proposals
from stillwatch.respond.register import Register
from stillwatch.respond.review import Review

WHY = "one operator, eleven days of evidence"
POLICY = parse_policy(
    """
version: "1"
rules:
  - {name: end, when: {probability_at_least: 0.9}, then: suspend, for: 30d, enforce: true}
  - {name: ask, when: {probability_at_least: 0.8}, then: verify, for: 7d, enforce: true}
""",
    "test",
)
STEPS: dict[str, dict[str, object]] = {
    "vote": {"proposal_id": "p-1", "approve": True, "why": WHY},
    "appeal": {"decision_id": "d-1", "why": WHY},
    "undo": {"decision_id": "d-1", "why": WHY},
    "clear": {"account_id": "a-1", "why": WHY},
}
MAY = {
    "viewer": set(), "partner": set(), "service": set(), "analyst": {"appeal"},
    "reviewer": set(STEPS), "admin": set(STEPS),
}  # fmt: skip


@pytest.fixture
def person(service: Running) -> Iterator[Callable[..., httpx.Client]]:
    """A client of a person with a role."""
    with ExitStack() as open_ones:

        def made(name: str, role: str = "reviewer") -> httpx.Client:
            token = service.state.tokens.create(name, role=role)[1]
            headers = {"Authorization": f"Bearer {token}"}
            client = httpx.Client(base_url=service.address, headers=headers, timeout=60)
            return open_ones.enter_context(client)

        yield made


def _ledger(service: Running) -> Ledger:
    assert service.state.ledger is not None
    return service.state.ledger


def _decide(service: Running, *, at: datetime | None = None) -> None:
    """Four accounts of a campaign, with what people approved."""
    now, ledger = at or datetime.now(UTC), _ledger(service)
    approved = Review(ledger).approved(at=now)
    facts = [
        Facts(
            account_id=f"a-{i}", probability=0.96, campaign_id="c-1", campaign_probability=0.98,
            campaign_accounts=12, families=frozenset({"coordination", "volume"}),
            approved=approved.get(f"a-{i}", frozenset()),
        )
        for i in range(4)
    ]  # fmt: skip
    found = issue(POLICY, facts, at=now, day=Day(set()), ceiling=Ceiling())
    Register(ledger).enter(found, at=now)


def _post(client: httpx.Client, step: str, **body: object) -> httpx.Response:
    return client.post(f"/v1/review/{step}", json=body)


def _list(client: httpx.Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/v1/review").json()
    return told


@pytest.mark.parametrize("role", sorted(MAY))
def test_a_role_may_do_what_it_says_and_no_more(
    person: Callable[..., httpx.Client], role: str
) -> None:
    client = person("ann", role)
    for step, body in STEPS.items():
        told = _post(client, step, **body)
        # what is allowed comes as far as finding nothing of that id; clearing needs no decision
        allowed = 200 if step == "clear" else 404
        assert told.status_code == (allowed if step in MAY[role] else 403), told.text
    reads = role not in {"service", "partner"}
    assert client.get("/v1/review").status_code == (200 if reads else 403)


def test_an_end_of_service_needs_two_people_and_each_only_once(
    service: Running, person: Callable[..., httpx.Client]
) -> None:
    _decide(service)
    ann, again, bob = person("ann"), person(" ANN "), person("bob", "admin")
    (proposal,) = _list(ann)["waiting"]
    assert (proposal["action"], proposal["people"]) == ("suspend", 2)
    vote = {"proposal_id": proposal["proposal_id"], "approve": True, "why": WHY}
    assert _post(ann, "vote", **vote).json()["state"] == "open"
    for same in (ann, again):  # a second token of the same name is the same person
        told = _post(same, "vote", **vote)
        assert told.status_code == 409
        assert "has decided about" in told.json()["error"]["message"]
    _decide(service)
    assert {d["action"] for d in _list(ann)["standing"]} == {"verify"}
    assert _post(bob, "vote", **vote).json()["state"] == "approved"
    _decide(service)
    assert {d["action"] for d in _list(ann)["standing"]} == {"suspend"}
    kept = [e for e in _ledger(service).entries(campaign_id="c-1") if e.kind == "approved"]
    assert [e.body["person"] for e in kept] == ["ann", "bob"]
    assert kept[-1].body["rationale"] == WHY
    assert verify(_ledger(service)).fault is None


@pytest.mark.parametrize("step", sorted(STEPS))
@pytest.mark.parametrize(
    "why", [None, "", "short", " " * 40, "x" * 4_001, "a reason with \0 in it"]
)
def test_every_step_needs_a_reason(
    person: Callable[..., httpx.Client], step: str, why: str | None
) -> None:
    body = {**STEPS[step], "why": why}
    told = _post(person("ann"), step, **{k: v for k, v in body.items() if v is not None})
    assert told.status_code in {400, 404, 409}, told.text
    assert told.status_code == 400 or why == " " * 40


def test_a_proposal_is_decided_in_time_or_not_at_all(
    service: Running, person: Callable[..., httpx.Client]
) -> None:
    _decide(service, at=datetime.now(UTC) - timedelta(days=8))
    ann = person("ann")
    assert _list(ann)["waiting"] == []
    with _ledger(service).readers.connect() as connection:
        (old,) = proposals(connection)
    told = _post(ann, "vote", proposal_id=old.proposal_id, approve=True, why=WHY)
    assert told.status_code == 409
    assert "lapsed" in told.json()["error"]["message"]


def test_an_appeal_is_heard_by_somebody_else_and_undoes(
    service: Running, person: Callable[..., httpx.Client]
) -> None:
    _decide(service)
    ann, bob = person("ann"), person("bob")
    standing = next(d for d in _list(ann)["standing"] if d["account_id"] == "a-0")
    said = "a school, two hundred pupils, one worksheet"
    appeal = _post(ann, "appeal", decision_id=standing["decision_id"], why=said).json()
    assert appeal["known"]["said"] == said
    vote = {"proposal_id": appeal["proposal_id"], "approve": True, "why": "called the school"}
    assert _post(ann, "vote", **vote).status_code == 409
    assert _post(bob, "vote", **vote).json()["state"] == "approved"
    left = _list(bob)
    assert "a-0" not in {d["account_id"] for d in left["standing"]}
    assert left["spared"]["a-0"] == "undone"
    again = _post(ann, "appeal", decision_id=standing["decision_id"], why=said)
    assert again.status_code == 409


def test_undoing_reaches_the_decisions_of_this_node_within_a_second_or_so(
    service: Running, person: Callable[..., httpx.Client]
) -> None:
    _decide(service)
    ann, gateway = person("ann"), person("gw", "service")

    def action() -> str:
        return str(gateway.post("/v1/decide", json={"account_id": "a-1"}).json()["action"])

    _until(lambda: action() == "verify")
    standing = next(d for d in _list(ann)["standing"] if d["account_id"] == "a-1")
    told = _post(ann, "undo", decision_id=standing["decision_id"], why="their own benchmark")
    assert told.json()["account_id"] == "a-1"
    _until(lambda: action() == "observe")


def test_clearing_withdraws_what_rested_on_the_account_and_names_the_linked(
    service: Running, person: Callable[..., httpx.Client]
) -> None:
    _decide(service)
    told = _post(person("ann"), "clear", account_id="a-2", why="verified by contract", days=30)
    assert told.json()["linked"] == ["a-0", "a-1", "a-3"]
    assert [p["state"] for p in told.json()["withdrawn"]] == ["withdrawn"]
    left = _list(person("bob"))
    assert (left["waiting"], left["spared"]) == ([], {"a-2": "cleared"})


def test_what_the_linked_are_judged_anew_stands_in_the_ledger(service: Running) -> None:
    ledger = _ledger(service)
    clearing = Clearing(ledger)
    facts = [
        Facts(account_id=name, probability=0.9, campaign_id=campaign)
        for name, campaign in (("a", "c-1"), ("b", "c-1"), ("c", "c-1"), ("d", "c-2"))
    ]
    before = Knowledge(accounts={f.account_id: f for f in facts})
    assert clearing.names() == frozenset()
    assert clearing.judged(before, before) == []
    Review(ledger).clear("a", person="ann", why="verified by contract", at=datetime.now(UTC))
    assert clearing.names() == {"a"}
    assert clearing.into(None).to_pylist()[0]["status"] == "cleared"  # type: ignore[union-attr]
    later = [replace(facts[1], probability=0.4), facts[2], replace(facts[3], probability=0.1)]
    after = Knowledge(accounts={f.account_id: f for f in later})
    assert [c.account_id for c in clearing.judged(before, after)] == ["b"]
    assert clearing.judged(after, before) == [], "told once"
    (entry,) = [e for e in ledger.entries(account_id="b") if e.kind == "rescored"]
    assert entry.body == {"before": 0.9, "after": 0.4, "cleared": 1}


def test_an_account_that_is_reported_no_more_changed_to_nothing() -> None:
    facts = [Facts(account_id=n, probability=0.8, campaign_id="c") for n in ("a", "b")]
    before = Knowledge(accounts={f.account_id: f for f in facts})
    (change,) = linked_changes(before, Knowledge(), frozenset({"a"}))
    assert (change.account_id, change.after) == ("b", 0.0)


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)
