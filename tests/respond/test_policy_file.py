"""What a policy file may say, and what is said about its faults."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import ConfigError, NotFoundError
from stillwatch.respond.policy import default_policy, load_policy, parse_policy
from stillwatch.respond.policy.diff import diff

ONE = """\
version: "7"
rules:
  - name: first
    when: {probability_at_least: 0.9}
    then: quota
"""


def _faults(text: str) -> list[str]:
    with pytest.raises(ConfigError) as told:
        parse_policy(text, "p.yaml")
    return [line.strip() for line in told.value.found.splitlines()[1:]]


def _rule(**keys: str) -> str:
    said = {"name": "x", "when": "{}", "then": "tag"} | keys
    lines = [f"    {key}: {value}" for key, value in said.items()]
    return 'version: "1"\nrules:\n  -\n' + "\n".join(lines) + "\n"


def test_a_rule_is_in_shadow_for_a_day_with_the_actions_words_unless_it_says_otherwise() -> None:
    rule = parse_policy(ONE, "p.yaml").rules[0]
    assert (rule.enforce, rule.lasts, rule.reason) == (
        False,
        timedelta(hours=24),
        "coordinated_use",
    )
    assert rule.parameters == {"requests_per_minute": 60.0, "burst": 30}
    assert rule.message


def test_every_rule_of_the_policy_that_comes_along_is_in_shadow() -> None:
    assert default_policy().rules
    assert [rule.name for rule in default_policy().rules if rule.enforce] == []


def test_all_faults_are_told_at_once_each_where_it_stands() -> None:
    text = """\
version: "1"
rule: []
rules:
  - name: Bad Name
    when:
      probabilty_at_least: 0.9
      tier: []
      verification_at_most: 9
    then: quta
    enforce: yes
  - name: ok
    when: {families: [volume, guesses]}
    then: quota
    with: {requests_per_minute: fast, speed: 3}
    for: 1y
"""
    places = {tuple(re.findall(r"\d+", line.split(": ")[0])): line for line in _faults(text)}
    assert sorted((int(line), int(column)) for line, column in places) == [
        (2, 1),
        (4, 11),
        (6, 7),
        (7, 13),
        (8, 29),
        (9, 11),
        (10, 14),
        (12, 31),
        (14, 33),
        (14, 39),
        (15, 10),
    ]
    assert "did you mean 'probability_at_least'?" in places["6", "7"]
    assert "did you mean 'quota'?" in places["9", "11"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("- a", "must be a mapping"),
        ("version: 1\nrules: 5", "rules must be a list"),
        ("version: 1", "lacks rules"),
        ("version: 1\nversion: 2\nrules: []", "'version' twice"),
        ("version: [\n", "is not YAML"),
        ("version: 1\n\trules: []", "is not YAML"),
        ("? [a]\n: 1\nversion: 1\nrules: []", "a key of the file must be a word"),
        ("[" * 5000, "is not YAML"),
        (_rule(when="{victim: true, probability_at_least: 0.5}", then="hold"), "not punished"),
        (_rule(then="notify_owner"), "is for victims"),
        (_rule(when="{probability_at_least: .nan}"), "must be a number"),
        (_rule(when="{probability_at_least: 1.0e+999}"), "allowed: 0 to 1"),
        (_rule(when="{indicator: false}"), "can only be true"),
        (_rule(when="{probability_at_least: true}"), "must be a number"),
        (_rule(when="{campaign_accounts_at_least: 2.5}"), "must be a whole number"),
        (_rule(**{"for": "0h"}), "at most 90d"),
        (_rule(**{"for": "91d"}), "at most 90d"),
        (_rule(message="'" + "x" * 201 + "'"), "at most 200 letters"),
        (_rule(reason="because"), "no reason 'because'"),
    ],
)
def test_a_fault_is_told_in_a_sentence(text: str, told: str) -> None:
    assert any(told in line and re.match(r"p\.yaml:\d+:\d+: ", line) for line in _faults(text))


@given(st.text(alphabet=st.sampled_from("version: rules-{}[]&*!|>'\"\n\t abc01"), max_size=200))
def test_whatever_stands_in_the_file_is_a_policy_or_a_fault(text: str) -> None:
    found = ""
    try:
        parse_policy(text, "p.yaml")
    except ConfigError as told:
        found = told.found
    assert not found or re.search(r"p\.yaml:\d+:\d+: ", found)


def test_a_rule_that_is_never_reached_is_a_fault_that_names_the_one_before() -> None:
    text = ONE + "  - name: second\n    when: {probability_at_least: 0.95}\n    then: tag\n"
    assert _faults(text) == [
        "p.yaml:6:1: rule 'second' is never reached: rule 'first' (line 3) applies wherever it does"
    ]


def test_a_milder_rule_may_not_take_over_where_more_is_believed() -> None:
    text = ONE.replace("then: quota", "then: tag") + (
        "  - name: second\n    when: {probability_at_least: 0.5}\n    then: quota\n"
    )
    assert "put the more severe rule first" in _faults(text)[0]


def test_rules_for_different_customers_may_stand_in_any_order() -> None:
    text = """\
version: "1"
rules:
  - name: free
    when: {tier: [free], probability_at_least: 0.9}
    then: tag
  - name: paid
    when: {tier: [paid], probability_at_least: 0.5}
    then: quota
"""
    assert [rule.name for rule in parse_policy(text, "p.yaml").rules] == ["free", "paid"]


def test_an_enforced_rule_below_the_same_rule_in_shadow_is_reached() -> None:
    text = ONE + "  - name: second\n    when: {probability_at_least: 0.9}\n    then: tag\n"
    text += "    enforce: true\n"
    assert len(parse_policy(text, "p.yaml").rules) == 2


def test_the_version_names_what_the_policy_says_and_not_how_it_is_written() -> None:
    written = parse_policy(ONE, "p.yaml")
    spaced = parse_policy(
        "# a comment\n" + ONE.replace("  then", "  enforce: false\n    then"), "q"
    )
    other = parse_policy(ONE.replace("0.9", "0.91"), "p.yaml")
    assert written.version == spaced.version
    assert written.version != other.version
    assert written.version.startswith("7+")


def test_two_policies_are_compared_rule_by_rule() -> None:
    new = ONE.replace("0.9}", "0.95}").replace("then: quota", "then: quota\n    enforce: true")
    new += "  - name: more\n    when: {indicator: true}\n    then: tag\n"
    assert diff(parse_policy(ONE, "old"), parse_policy(new, "new")) == [
        "~ first: when.probability_at_least 0.9 → 0.95",
        "~ first: enforce false → true",
        "+ more: indicator true → tag, in shadow",
    ]
    assert diff(parse_policy(ONE, "old"), parse_policy(ONE, "new")) == []


def test_a_file_that_is_missing_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no policy file"):
        load_policy(tmp_path / "none.yaml")
    binary = tmp_path / "policy.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_policy(binary)
    binary.write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(ConfigError, match="a policy has at most"):
        load_policy(binary)
