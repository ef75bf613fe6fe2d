"""How the command starts and ends."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from stillwatch.cli import main
from stillwatch.errors import ConfigError

LINE = '{"exchange_id": "e1", "started_at": "2026-03-02T00:00:00Z", "account_id": "a"}\n'
VERBS = ("detect", "explain", "replay", "simulate", "detectors", "settings")


def _run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from stillwatch.cli.main import run; run()"
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program, *words],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )


def test_version_is_that_of_the_installation() -> None:
    done = CliRunner().invoke(main.app, ["--version"])
    assert done.output.strip() == f"stillwatch {version('stillwatch')}"
    assert done.exit_code == 0


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    done = CliRunner().invoke(main.app, [verb, "--help"])
    assert done.exit_code == 0
    assert verb in done.output


def test_a_fault_of_ours_ends_in_a_sentence_and_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def _fail() -> None:
        found = "window 5 is not a duration"
        raise ConfigError(found, hint="write e.g. 5m")

    monkeypatch.setattr(main, "app", _fail)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == ConfigError.exit_status
    assert capsys.readouterr().err == (
        "stillwatch: window 5 is not a duration\n  → write e.g. 5m\n"
    )


def test_an_interruption_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def _stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "app", _stop)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 130


def test_a_wrong_value_says_what_is_allowed() -> None:
    done = CliRunner().invoke(main.app, ["replay", "x", "--every", "soon"])
    assert done.exit_code == 2
    assert "is not a duration" in done.output


def test_the_help_does_not_load_the_numerical_libraries() -> None:
    program = (
        "import sys; import stillwatch.cli.main; "
        "print([m for m in ('numba', 'duckdb', 'igraph', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


def test_settings_are_listed_with_their_origin_and_without_drawing(tmp_path: Path) -> None:
    (tmp_path / "stillwatch.toml").write_text("[read]\nthreads = 2\n", encoding="utf-8")
    done = _run("settings", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "section\tkey\tvalue\tfrom"
    assert "read\tthreads\t2\tstillwatch.toml:2:1" in lines


def test_wrong_settings_end_in_words_not_in_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "stillwatch.toml").write_text("[read]\nthread = 2\n", encoding="utf-8")
    done = _run("settings", folder=tmp_path)
    assert done.returncode == ConfigError.exit_status
    assert done.stderr.startswith("stillwatch: the settings have 1 fault")
    assert "Traceback" not in done.stderr


def test_explain_without_a_report_says_which_folder_to_name(tmp_path: Path) -> None:
    done = _run("explain", str(tmp_path), "c-1", folder=tmp_path)
    assert done.returncode == 2
    assert "holds no report.json" in done.stderr


@pytest.mark.parametrize("content", ["{", json.dumps([1])])
def test_explain_refuses_what_is_no_report(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content, encoding="utf-8")
    done = _run("explain", str(tmp_path), "c-1", folder=tmp_path)
    assert done.returncode == 1
    assert "report.json" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("detect", "nowhere"), "nothing is at 'nowhere'"),
        (("detect", "empty"), "the folder holds no file"),
        (("detect", "notes"), "text without any JSON object"),
        (("detect", "logs", "--format", "litelm"), "did you mean 'litellm'?"),
        (("detect", "logs", "--as-of", "soon"), "is not a moment"),
        (("detect", "logs", "--accounts", "none.parquet"), "nothing is at 'none.parquet'"),
        (("detect", "logs", "--settings", "none.toml"), "does not exist"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_mistake_ends_in_words_and_status_2(
    tmp_path: Path,
    words: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("empty", "notes", "logs"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes" / "a.txt").write_text("hello\n", encoding="utf-8")
    (tmp_path / "logs" / "a.jsonl").write_text(LINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["stillwatch", *words])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 2
    assert told in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_result_folder_that_is_a_file_ends_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(LINE, encoding="utf-8")
    (tmp_path / "out").touch()
    done = _run("detect", "a.jsonl", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("stillwatch: cannot write the results to 'out'")


def test_detect_prints_the_overview_and_the_paths_and_tells_what_it_left_out(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.jsonl").write_text(LINE + "{\n", encoding="utf-8")
    done = _run("detect", "a.jsonl", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No campaign found in 1 exchange of 1 account")
    assert done.stdout.splitlines()[-2:] == ["report: out/report.html", "tables: out/*.parquet"]
    assert done.stderr.splitlines() == [
        "stillwatch: 1 rejected: does_not_parse 1",
        "stillwatch: each with its reason: out/quarantine.jsonl",
    ]
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["traffic"]["rejected"] == {"does_not_parse": 1}
