from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_builders import campaign, empty, report

from stillwatch.errors import NotFoundError
from stillwatch.report import explain, overview
from stillwatch.report.numbers import about, bits, lasted, moment, percent, plural, short, span
from stillwatch.report.plain import visible


def test_the_overview_names_each_campaign_and_the_expected_honest() -> None:
    said = overview(report())
    assert "2 campaigns found in 1,036,504 exchanges of 24,310 accounts" in said
    assert "about 2.4 of them expected to be honest" in said.replace("\n", " ")
    assert "heron-4f2a" in said
    assert "release pivot failed" in said


def test_the_overview_of_an_empty_run_says_what_was_examined() -> None:
    assert overview(empty()).startswith("No campaign found in 1,036,504 exchanges")


def test_a_campaign_is_explained_by_its_evidence_members_and_what_would_change_it() -> None:
    said = explain(report(), "heron-4f2a")
    for part in (
        "Is it one operator posing as strangers?  98.7%",
        "Disjoint work queue                             +9.4",
        "(+6.1 bits unweighed)",
        "and 97 more, in members.parquet",
        "What would change this verdict",
        "A person decides",
    ):
        assert part in said.replace("\n    ", " ")


def test_an_account_is_explained_by_its_links_and_a_victim_is_called_one() -> None:
    made = report()
    victim = made["campaigns"][0]["members"][5]["account_id"]
    said = explain(made, victim)
    assert said.startswith(f"{victim}: 99.9% likely to serve heron-4f2a")
    assert "owner is a victim" in said
    assert "because both have" in said


def test_an_account_of_two_campaigns_is_explained_for_both() -> None:
    made = report()
    shared = made["campaigns"][0]["members"][0]
    made["campaigns"][1]["members"].append(shared)
    said = explain(made, shared["account_id"])
    assert "serve heron-4f2a" in said
    assert "serve tern-91bc" in said


@pytest.mark.parametrize(
    ("asked", "meant"), [("heron-4f2", "heron-4f2a"), ("tern91bc", "tern-91bc")]
)
def test_an_unknown_id_gets_the_closest_known_one(asked: str, meant: str) -> None:
    with pytest.raises(NotFoundError, match=f"did you mean '{meant}'"):
        explain(report(), asked)


def test_an_unknown_account_gets_the_closest_account_not_a_list_of_all() -> None:
    made = report()
    account = made["campaigns"][0]["members"][3]["account_id"]
    with pytest.raises(NotFoundError) as caught:
        explain(made, account[:-1] + "?")
    assert account in str(caught.value)
    assert len(str(caught.value)) < 400


def test_nothing_from_the_logs_steers_the_terminal() -> None:
    made = report([campaign(number=8)])
    found = made["campaigns"][0]
    found["summary"] = "\x1b]0;owned\x07\u202esdrawkcab"
    found["members"][0]["account_id"] = "acct\x1b[2J"
    for said in (explain(made, "heron-4f2a"), explain(made, "acct\x1b[2J"), overview(made)):
        assert not {"\x1b", "\x07", "\u202e"} & set(said)


@given(st.text())
def test_visible_text_is_stable_and_keeps_what_can_be_seen(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    once.encode("utf-8")
    if text.isalnum() and text.isascii():
        assert once == text


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100%"), (0.99999, ">\u200999.9%"), (0.994, "99.4%"), (0.5, "50%"), (0.004, "0.4%"),
     (1e-9, "<\u20090.1%"), (0.0, "0%"), (None, "unknown"), (float("nan"), "unknown")],
)  # fmt: skip
def test_a_probability_is_never_rounded_to_certainty(share: float | None, said: str) -> None:
    assert percent(share) == said


def test_numbers_read_as_people_write_them() -> None:
    assert short(16_240_000) == "16.2 million"
    assert short(999_999) == "999,999"
    assert plural(1, "account") == "1 account"
    assert [bits(x) for x in (3.24, -1.44, -0.01, 0)] == ["+3.2", "−1.4", "0.0", "0.0"]
    words = ["close to none", "fewer than one", "about 2.4", "about 31"]
    assert [about(x) for x in (0, 0.4, 2.4, 31.2)] == words
    assert lasted(timedelta(minutes=1)) == "1 minute"
    assert lasted(timedelta(days=4)) == "4 days"


def test_moments_are_said_in_utc_and_spans_repeat_nothing() -> None:
    assert moment("2026-03-03T14:05:00+02:00") == "3 Mar 2026, 12:05 UTC"
    assert moment(None) == "unknown"
    assert span("2026-03-01T00:00:00Z", "2026-03-29T00:00:00Z") == "1–28 Mar 2026"
    assert span("2026-02-27T00:00:00Z", "2026-03-02T09:00:00Z") == "27 Feb – 2 Mar 2026"
    assert span("2025-12-31T00:00:00Z", "2026-01-02T09:00:00Z") == "31 Dec 2025 – 2 Jan 2026"
