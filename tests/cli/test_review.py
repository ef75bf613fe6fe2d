"""`stillwatch policy decide`, `review`, `grants` and `audit`, from results to an appeal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from stillwatch.cli import main
from stillwatch.errors import ConfigError, NotFoundError, ReviewError, StoreError
from stillwatch.schema import ACCOUNT_ASSESSMENT, CAMPAIGN, EVIDENCE, MEMBER

POLICY = """\
version: "1"
rules:
  - {name: end, when: {probability_at_least: 0.95}, then: hold, enforce: true}
  - {name: ask, when: {probability_at_least: 0.9}, then: verify, enforce: true}
"""
WHY = ("--because", "eleven days of evidence")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the results of a run, a policy, and a database of its own."""
    monkeypatch.setenv("STILLWATCH_DATABASE", f"sqlite:///{tmp_path / 'd.sqlite3'}")
    monkeypatch.setenv("STILLWATCH_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.chdir(tmp_path)
    names = [f"a-{i}" for i in range(4)]
    campaign = {"campaign_id": "c-1", "probability": 0.99, "accounts": 4}
    campaign |= {"evidence_families": ["identity", "volume"]}
    member = {"campaign_id": "c-1", "probability": 0.97}
    rows = {
        "campaigns": ([campaign], CAMPAIGN),
        "members": ([member | {"account_id": n} for n in names], MEMBER),
        "accounts": ([member | {"account_id": n} for n in names], ACCOUNT_ASSESSMENT),
        "evidence": ([], EVIDENCE),
    }
    (tmp_path / "out").mkdir()
    for name, (found, schema) in rows.items():
        table = pa.Table.from_pylist(found, schema=schema)
        pq.write_table(table, tmp_path / "out" / f"{name}.parquet")
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def _run(*words: str) -> str:
    done = CliRunner().invoke(main.app, [*words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def _fails(*words: str) -> BaseException | None:
    return CliRunner().invoke(main.app, [*words]).exception


def _decide() -> str:
    return _run("policy", "decide", "out", "--policy", "policy.yaml")


def _id(kind: str, told: str) -> str:
    found = re.search(rf"\b{kind}-[0-9a-f]{{12,}}", told)
    assert found, told
    return found[0]


@pytest.mark.usefixtures("here")
def test_from_results_to_a_hold_and_an_appeal() -> None:
    assert "4 new decisions, 4 of them carried out" in _decide()
    proposal = _id("p", _run("review", "list"))
    assert "waits for a second" in _run("review", "approve", proposal, *WHY, "--by", "ann")
    again = _fails("review", "approve", proposal, *WHY, "--by", "Ann")
    assert isinstance(again, ReviewError)
    assert "is approved" in _run("review", "approve", proposal, *WHY, "--by", "bob")
    assert "4 new decisions" in _decide()
    listed = _run("review", "list")
    assert listed.count("\thold\t") == 4
    decision = _id("d", listed)
    appeal = _id("p", _run("review", "appeal", decision, *WHY, "--by", "cat"))
    assert "is approved" in _run("review", "approve", appeal, *WHY, "--by", "dan")
    after = _run("review", "list")
    assert (after.count("\thold\t"), after.count("\tundone")) == (3, 1)
    assert "rows, whole" in _run("audit", "verify")


@pytest.mark.usefixtures("here")
def test_a_grant_and_a_clearance_keep_accounts_out_of_reach() -> None:
    added = _run(
        "grants", "add", "a-0", "--kind", "licensed_distillation", "--reference", "contract 7"
    )
    cleared = _run("review", "clear", "a-1", *WHY)
    assert "a-1 is cleared for 90 days" in cleared
    _decide()
    listed = _run("review", "list")
    assert listed.count("\tverify\t") == 2
    assert "a-0\tlicensed_distillation" in listed
    assert "a-1\tcleared" in listed
    grant = _id("g", added)
    assert "contract 7" in _run("grants", "list")
    _run("grants", "revoke", grant)
    assert "contract 7" not in _run("grants", "list")
    _decide()
    assert _run("review", "list").count("\tverify\t") == 3


@pytest.mark.usefixtures("here")
def test_undo_takes_a_decision_back_and_it_does_not_return() -> None:
    _decide()
    decision = _id("d", _run("review", "list"))
    assert "is undone" in _run("review", "undo", decision, *WHY)
    _decide()
    assert _run("review", "list").count("\tverify\t") == 3
    assert isinstance(_fails("review", "undo", decision, *WHY), ReviewError)
    assert isinstance(_fails("review", "undo", "d-none", *WHY), NotFoundError)
    assert isinstance(_fails("review", "reject", "p-none", *WHY), NotFoundError)


def test_the_audit_tells_of_a_changed_row(here: Path) -> None:
    _decide()
    head = _run("audit", "head").strip()
    assert "whole" in _run("audit", "verify", "--kept", head)
    engine = create_engine(f"sqlite:///{here / 'd.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ledger_no_update"))
        connection.execute(text("UPDATE ledger SET account_id = 'x' WHERE seq = 2"))
    engine.dispose()
    fault = _fails("audit", "verify")
    assert isinstance(fault, StoreError)
    assert "row 2 was changed" in fault.found
    assert CliRunner().invoke(main.app, ["audit", "verify", "--kept", "12"]).exit_code == 2


@pytest.mark.usefixtures("here")
def test_the_ledger_is_printed_as_json_lines_of_one_account() -> None:
    _decide()
    told = _run("audit", "show", "--account", "a-2").splitlines()
    assert len(told) == 1
    assert '"kind":"decided"' in told[0]


def test_a_webhook_secret_that_is_too_short_is_refused(here: Path) -> None:
    (here / "s").write_text("short", encoding="utf-8")
    sent = ("policy", "deliver", "--to", "http://127.0.0.1:9/", "--secret-file")
    assert isinstance(_fails(*sent, "s"), ConfigError)
    assert isinstance(_fails(*sent, "none"), ConfigError)
    (here / "s").write_text("s" * 32, encoding="utf-8")
    _decide()
    assert "0 delivered, 4 wait" in _run(*sent, "s")


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/d", "no url: hunter2", "sqlite:////proc/x/y"])
@pytest.mark.usefixtures("here")
def test_a_database_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    fault = _fails("review", "list", "--database", url)
    assert isinstance(fault, ConfigError | StoreError)
    assert "hunter2" not in str(fault)


def test_without_the_packages_of_the_extra_the_core_works_and_review_says_what_to_install(
    here: Path,
) -> None:
    blocked = "import sys; sys.modules.update(sqlalchemy=None, httpx=None, cryptography=None);"
    program = f"{blocked} from stillwatch.cli.main import run; run()"
    done = [
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", program, *words],
            cwd=here,
            check=False,
            capture_output=True,
            text=True,
        )
        for words in (("policy", "check", "policy.yaml"), ("review", "list"))
    ]
    assert done[0].returncode == 0, done[0].stderr
    assert done[1].returncode == 2
    assert "pip install 'stillwatch[respond]'" in done[1].stderr
    assert "Traceback" not in done[1].stderr
