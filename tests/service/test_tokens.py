"""Tokens: shown once, kept as hashes, made and withdrawn on the command line."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stillwatch.cli.main import app
from stillwatch.errors import ConfigError, NotFoundError
from stillwatch.service.tokens import Tokens

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_what_is_kept_does_not_open_anything(tmp_path: Path) -> None:
    _, text = Tokens(tmp_path).create("gateway", role="service", now=NOW)
    path = tmp_path / "tokens.json"
    assert text.rpartition("_")[2].encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_token_counts_until_its_end(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    _, text = tokens.create("x", role="viewer", lasts=timedelta(days=1), now=NOW)
    assert tokens.check(text, NOW + timedelta(hours=23)) is not None
    assert tokens.check(text, NOW + timedelta(hours=25)) is None


def test_another_process_sees_a_token_that_is_withdrawn(tmp_path: Path) -> None:
    serving = Tokens(tmp_path)
    made, text = Tokens(tmp_path).create("x", role="service", now=NOW)
    serving.refresh()
    assert serving.check(text, NOW) is not None
    Tokens(tmp_path).revoke(made.token_id)
    serving.refresh()
    assert serving.check(text, NOW) is None


def test_a_scope_beyond_the_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not have the scope 'admin'"):
        Tokens(tmp_path).create("x", role="viewer", scopes=("admin",))
    with pytest.raises(ConfigError, match="there is no role 'vewer'"):
        Tokens(tmp_path).create("x", role="vewer")
    with pytest.raises(NotFoundError):
        Tokens(tmp_path).revoke("nobody")


def test_the_command_makes_lists_and_withdraws(tmp_path: Path) -> None:
    runner = CliRunner()
    where = ["--state", str(tmp_path)]
    made = runner.invoke(app, ["token", "create", "shipper", "--scope", "ingest", *where])
    found = re.search(r"sw_([0-9a-f]+)_[0-9a-f]{64}", made.output)
    assert found is not None
    listed = runner.invoke(app, ["token", "list", *where]).output
    assert "shipper" in listed
    assert found[0].rpartition("_")[2] not in listed
    assert runner.invoke(app, ["token", "revoke", found[1], *where]).exit_code == 0
    assert "revoked" in runner.invoke(app, ["token", "list", *where]).output
