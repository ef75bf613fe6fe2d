"""Workloads that must not be accused: no account named, no campaign over them. Fails the build."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from stillwatch.bench.found import score_campaigns
from stillwatch.bench.must_not_flag import WORKLOADS, Spared, Workload, spared, suite_world
from stillwatch.bench.observed import Observed, observe
from stillwatch.bench.truth import Truth, read_truth
from stillwatch.pipeline.batch import detect
from stillwatch.sim import KINDS, simulate

NAMED_AT, REPORT_AT = 0.9, 0.7


def test_every_workload_has_kinds_that_exist_and_no_kind_stands_for_two() -> None:
    used = [kind for workload in WORKLOADS for kind in workload.kinds]
    assert sorted(used) == sorted(set(used))
    assert set(used) <= {k.name for k in KINDS}


def test_the_advisory_has_eleven_workloads_and_every_documented_report_has_one() -> None:
    advisory = [w.source for w in WORKLOADS if w.source.startswith("advisory")]
    assert advisory == [f"advisory {n}" for n in range(1, 12)]
    reports = {"94775", "95070", "95960", "95782", "96118", "88336", "87273", "94210", "87640"}
    told = " ".join(w.source for w in WORKLOADS)
    assert {r for r in reports if r not in told} == set()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, Observed]:
    folder = tmp_path_factory.mktemp("suite")
    secret = folder / "key"
    secret.write_text("6b" * 32 + "\n")
    secret.chmod(0o600)
    simulate(suite_world(), folder / "world")
    world = folder / "world"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "STILLWATCH_SECRET_FILE", str(secret))
        run = detect(
            world / "exchanges",
            accounts=world / "accounts.parquet",
            releases=world / "releases.parquet",
            every=timedelta(days=36_500),
        )
    return read_truth(world), observe(run)


@pytest.fixture(scope="module")
def suite(results: tuple[Truth, Observed]) -> dict[str, Spared]:
    rows = spared(*results, named_at=NAMED_AT, report_at=REPORT_AT)
    return {row.workload: row for row in rows}


@pytest.mark.slow
def test_the_campaign_beside_them_is_found(results: tuple[Truth, Observed]) -> None:
    assert [c.found for c in score_campaigns(*results, report_at=REPORT_AT)] == [True]


@pytest.mark.slow
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: f"{w.source}: {w.name}")
def test_no_account_of_it_is_named_and_no_campaign_covers_it(
    workload: Workload, suite: dict[str, Spared]
) -> None:
    found = suite[workload.name]
    assert found.accounts >= 6 * len(workload.kinds) or found.accounts >= 20
    assert (found.named, found.covered) == (0, 0), found
