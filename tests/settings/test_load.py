"""Settings from a file and the environment, and what is said about faults."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import ConfigError, NotFoundError
from stillwatch.settings import Settings, effective, load
from stillwatch.settings.keys import keys


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "stillwatch.toml"


def _origin(settings: Settings, name: str) -> str:
    return {f"{e.section}.{e.key}": e.origin for e in effective(settings)}[name]


def test_without_file_and_environment_every_value_is_the_default(file: Path) -> None:
    settings = load(environment={})
    assert settings == Settings()
    assert {each.origin for each in effective(settings)} == {"default"}
    assert not file.exists()


def test_a_file_in_the_current_folder_is_found_and_named_as_the_origin(file: Path) -> None:
    file.write_text("[assess]\nnamed_at = 0.95\n", encoding="utf-8")
    settings = load(environment={})
    assert settings.assess.named_at == 0.95
    assert _origin(settings, "assess.named_at") == "stillwatch.toml:2:1"
    assert _origin(settings, "assess.report_at") == "default"


def test_the_environment_wins_over_the_file(file: Path) -> None:
    file.write_text("[read]\nthreads = 2\n", encoding="utf-8")
    settings = load(environment={"STILLWATCH_READ__THREADS": "4"})
    assert settings.read.threads == 4
    assert _origin(settings, "read.threads") == "STILLWATCH_READ__THREADS"


def test_the_file_that_the_environment_names_is_read_and_a_named_file_wins(file: Path) -> None:
    file.write_text("[read]\nthreads = 2\n", encoding="utf-8")
    other = file.with_name("other.toml")
    other.write_text("[read]\nthreads = 3\n", encoding="utf-8")
    environment = {"STILLWATCH_SETTINGS": str(other)}
    assert load(environment=environment).read.threads == 3
    assert load(file, environment=environment).read.threads == 2


def test_a_named_file_that_does_not_exist_is_refused(file: Path) -> None:
    with pytest.raises(NotFoundError, match="does not exist"):
        load(file, environment={})


def test_a_whole_number_serves_where_a_number_is_asked_for(file: Path) -> None:
    file.write_text("[assess]\nnamed_at = 1\n", encoding="utf-8")
    assert load(environment={}).assess.named_at == 1.0


def test_all_faults_are_reported_at_once_with_line_and_column(file: Path) -> None:
    file.write_text(
        '[ingest]\nbatch_row = 3\n  keep_addresses = "yes"\n\n[reed]\nthreads = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as caught:
        load(environment={"STILLWATCH_REPORT__MEMBERS_SHOWN": "0"})
    said = str(caught.value)
    assert "4 faults" in said
    assert (
        "stillwatch.toml:2:1: [ingest] has no key 'batch_row'; did you mean 'batch_rows'?" in said
    )
    assert "stillwatch.toml:3:3: ingest.keep_addresses is 'yes', must be true or false" in said
    assert "stillwatch.toml:5:1: there is no section 'reed'; did you mean 'read'?" in said
    assert "STILLWATCH_REPORT__MEMBERS_SHOWN: report.members_shown is 0, must be" in said


def test_a_syntax_fault_is_located(file: Path) -> None:
    file.write_text("[read]\nthreads = = 2\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"stillwatch\.toml:2:11: is not TOML"):
        load(environment={})


def test_a_file_that_is_not_text_is_refused(file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(environment={})


def test_a_value_where_a_section_belongs_is_refused(file: Path) -> None:
    file.write_text("read = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\[read\] must be a section"):
        load(environment={})


def test_an_unknown_variable_gets_the_closest_name(file: Path) -> None:
    assert not file.exists()
    with pytest.raises(ConfigError, match="did you mean 'threads'"):
        load(environment={"STILLWATCH_READ__THREAD": "2"})


def test_variables_that_are_no_settings_are_left_alone(file: Path) -> None:
    assert not file.exists()
    assert load(environment={"STILLWATCH_SECRET_FILE": "x", "HOME": "y"}) == Settings()


@pytest.mark.parametrize("written", ["true", "1.5", '"2"', "[2]", "nan"])
def test_a_value_of_another_type_is_refused(file: Path, written: str) -> None:
    file.write_text(f"[read]\nthreads = {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"read\.threads is .* must be a whole number"):
        load(environment={})


@pytest.mark.parametrize("written", ["nan", "inf", "-0.1", "1.1"])
def test_a_number_that_is_none_or_out_of_bounds_is_refused(file: Path, written: str) -> None:
    file.write_text(f"[assess]\nnamed_at = {written}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="must be a number from 0 to 1"):
        load(environment={})


def test_the_example_file_is_accepted() -> None:
    example = Path(__file__).parents[2] / "examples" / "stillwatch.toml"
    assert load(example, environment={}).assess.report_at == 0.3


def test_every_key_has_meaning_and_an_allowed_default() -> None:
    for key in keys():
        assert key.meaning
        assert key.kind in (bool, int, float, str, Path)
        if key.least is not None and key.default is not None:
            assert key.default >= key.least


@given(st.text())
def test_whatever_a_file_holds_it_is_read_or_refused_in_words(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_text(text, encoding="utf-8")
        with suppress(ConfigError):
            load(path, environment={})


def test_a_variable_with_an_underscore_too_few_is_told(file: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean STILLWATCH_ASSESS__NAMED_AT"):
        load(environment={"STILLWATCH_ASSESS_NAMED_AT": "0.5"})
    load(environment={"STILLWATCH_SECRET_FILE": str(file), "STILLWATCH_URL": "x"})
