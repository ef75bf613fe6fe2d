"""`stillwatch simulate`: what it prints, and what it answers to mistakes."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from stillwatch.cli.simulate import simulate
from stillwatch.errors import ConfigError, NotFoundError, OutputError

APP = typer.Typer()
APP.command()(simulate)
SIZES = ["--accounts", "300", "--exchanges", "3000", "--days", "5"]


def test_the_command_writes_a_world_and_says_what_comes_next(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, [str(tmp_path / "out"), *SIZES, "--evasion", "evasive"])
    assert done.exit_code == 0
    assert "300 accounts" in done.output
    assert "stillwatch detect" in done.output
    campaigns = pq.read_table(tmp_path / "out" / "truth" / "campaigns.parquet")
    assert set(campaigns["evasion"].to_pylist()) == {"evasive"}


def test_honest_only_means_no_campaign(tmp_path: Path) -> None:
    done = CliRunner().invoke(APP, [str(tmp_path / "out"), *SIZES, "--honest-only"])
    assert done.exit_code == 0
    truth = pq.read_table(tmp_path / "out" / "truth" / "accounts.parquet")
    assert set(truth["role"].to_pylist()) == {"honest"}


@pytest.mark.parametrize(
    ("arguments", "fault", "words"),
    [
        (["--accounts", "30"], ConfigError, "honest accounts must remain"),
        (["--corpora", "nowhere"], NotFoundError, "not a folder"),
    ],
)
def test_a_mistake_is_answered_with_a_rule(
    arguments: list[str], fault: type[Exception], words: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(APP, [str(tmp_path / "out"), *arguments])
    assert isinstance(done.exception, fault)
    assert words in str(done.exception)


def test_a_folder_with_exchanges_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "exchanges").mkdir()
    done = CliRunner().invoke(APP, [str(tmp_path), *SIZES])
    assert isinstance(done.exception, OutputError)
