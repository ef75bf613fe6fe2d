"""A policy tried on logs, and on what a run over them found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from stillwatch.pipeline.whatif import whatif
from stillwatch.respond.policy import default_policy
from stillwatch.settings import Settings


def test_logs_and_the_results_of_a_run_over_them_give_the_same_answer(
    world: Path, results: Path
) -> None:
    asked = {
        "policy": default_policy(),
        "accounts": world / "accounts.parquet",
        "as_of": datetime(2030, 1, 1, tzinfo=UTC),
        "settings": Settings(),
    }
    of_results = whatif(results, **asked)  # type: ignore[arg-type]
    of_logs = whatif(world / "exchanges", **asked)  # type: ignore[arg-type]
    assert of_results.affected >= 10
    assert of_results.enforced == 0
    assert {r.rule: r.accounts for r in of_logs.rules} == {
        r.rule: r.accounts for r in of_results.rules
    }
