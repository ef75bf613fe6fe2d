from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_builders import at, campaign, empty, report

from stillwatch.errors import OutputError
from stillwatch.report import write_report
from stillwatch.report.render import render

ATTACKS = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "]]><!--",
]


class Reader(HTMLParser):
    """Collects the tags, attributes, text and ids of a page, and whether tags nest."""

    VOID = frozenset(
        {"meta", "link", "input", "br", "img", "rect", "line", "circle", "path", "text"}
    )

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def poisoned(text: str) -> dict[str, object]:
    made = report([campaign(number=60)])
    found = made["campaigns"][0]
    for member in found["members"]:
        member["account_id"] += text
    for node in found["graph"]["nodes"]:
        node["id"] += text
    for edge in found["graph"]["edges"]:
        edge["source"] += text
        edge["target"] += text
        edge["kinds"].append(text)
    found["campaign_id"] += text
    found["summary"] += text
    found["templates"][0]["masked"] += text + "▁"
    found["members"][0]["linked_by"].append(text)
    found["members"][0]["recommended_action"] = text
    found["timeline"]["marks"][0]["label"] += text
    found["questions"][0]["steps"][0]["exchange_ids"] = [text]
    found["questions"][0]["steps"][0]["reason"] += text
    found["would_change"].append(text)
    made["inputs"].append(text)
    made["traffic"]["rejected"][text] = 3
    made["untaken"]["skipped"][f"logs/{text}"] = text
    made["untaken"]["not_an_exchange"][text] = 1
    made["untaken"]["values_dropped"][text] = 1
    made["untaken"]["unknown_columns"].append(text)
    made["left_alone"][0]["label"] = text
    made["detectors"][0]["detail"] = text
    made["blind_spots"].append(text)
    return made  # type: ignore[return-value]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_from_the_logs_cannot_become_markup(attack: str) -> None:
    clean, dirty = Reader(render(poisoned("zz"))), Reader(render(poisoned(attack)))  # type: ignore[arg-type]
    assert sorted(set(dirty.tags)) == sorted(set(clean.tags))
    assert dirty.tags.count("script") == 1
    assert dirty.tags.count("img") == 0
    assert not [name for _, name, _ in dirty.attributes if name.startswith("on")]
    assert "49" not in [text.strip() for text in dirty.text]


def test_direction_overrides_and_control_characters_are_written_out() -> None:
    page = render(poisoned("\u202egnp.exe\x1b[2J\x00\u200b"))  # type: ignore[arg-type]
    assert not re.search("[\u202e\x1b\x00\u200b]", page)
    assert r"\u202egnp.exe\x1b[2J\x00\u200b" in page


def test_the_page_refers_to_nothing_outside_itself() -> None:
    page = Reader(render(report()))
    addresses = [
        (tag, value)
        for tag, name, value in page.attributes
        if name in {"href", "src", "action", "data", "poster", "srcset", "xlink:href"}
    ]
    assert addresses
    assert [a for a in addresses if not a[1].startswith(("#", "data:,"))] == []
    assert not re.search(r"url\(|@import|https?:", render(report()))


def test_every_fragment_leads_to_exactly_one_place() -> None:
    twins = [campaign(), campaign(), campaign("Heron 4f2a!")]
    page = Reader(render(report(twins)))
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    wanted = {v[1:] for tag, n, v in page.attributes if (tag, n) == ("a", "href")}
    labelled = {v for _, n, v in page.attributes if n == "aria-labelledby"}
    assert wanted | labelled <= set(ids)


def test_the_policy_forbids_everything_but_the_page_s_own_style_and_script() -> None:
    page = render(report())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe-inline" not in policy[1]
    assert policy[1].count("sha256-") == 2
    assert ' style="' not in page


def test_every_table_has_head_cells_with_a_scope() -> None:
    page = Reader(render(report()))
    scopes = [v for tag, n, v in page.attributes if (tag, n) == ("th", "scope")]
    assert len(scopes) == page.tags.count("th")
    drawings = [n for tag, n, _ in page.attributes if tag == "svg" and n.startswith("aria-")]
    assert len(drawings) == page.tags.count("svg")


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(report(), tmp_path / name)
    for file in ("report.html", "report.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_json_holds_the_whole_report_whatever_the_order_of_its_keys(tmp_path: Path) -> None:
    made = report()
    turned = dict(reversed(list(made.items())))
    write_report(made, tmp_path / "a")
    write_report(turned, tmp_path / "b")  # type: ignore[arg-type]
    data = (tmp_path / "a" / "report.json").read_bytes()
    assert json.loads(data) == made
    assert data == (tmp_path / "b" / "report.json").read_bytes()


def test_a_report_that_is_not_json_leaves_the_old_files_alone(tmp_path: Path) -> None:
    write_report(report(), tmp_path)
    before = {f.name: f.read_bytes() for f in tmp_path.iterdir()}
    broken = report()
    broken["inputs"] = [{1, 2}]  # type: ignore[list-item]
    with pytest.raises(OutputError, match="plain JSON"):
        write_report(broken, tmp_path)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match="cannot write"):
        write_report(report(), tmp_path / "file" / "out")


def test_an_empty_run_says_what_was_examined_and_reassures() -> None:
    page = render(empty())
    assert "No campaign found." in page
    assert "exchanges of 24,310 accounts were examined" in page
    assert "no account is named" in page
    assert 'class="campaign"' not in page


def test_a_run_without_anything_at_all_still_renders() -> None:
    made = empty()
    made["traffic"]["hourly"]["counts"] = []
    made["traffic"] |= {"exchanges": 0, "accounts": 0, "rejected": {}}
    made["left_alone"], made["detectors"], made["blind_spots"], made["inputs"] = [], [], [], []
    assert "No campaign found." in render(made)


def test_a_bare_campaign_still_renders() -> None:
    bare = campaign(number=1)
    bare["questions"], bare["templates"], bare["would_change"] = [], [], []
    bare["capabilities"], bare["evidence_families"] = [], []
    bare["timeline"] = {"start": at(0), "step_hours": 1, "counts": [], "marks": []}
    bare["graph"] = {"nodes": [], "edges": [], "hidden_nodes": 0}
    page = render(report([bare]))
    assert "1 campaign found. 1 account named" in page


def test_members_beyond_the_bound_are_left_to_the_table_file() -> None:
    page = render(report([campaign(number=2_300)]))
    assert "300 more accounts are in <code>members.parquet</code>" in page
    assert page.count("<code>acct-") == 2_000


def test_two_hundred_campaigns_of_three_hundred_members_render_in_seconds() -> None:
    many = report([campaign(f"heron-{i:04x}", 300, 7) for i in range(200)])
    began = time.process_time()
    page = render(many)
    assert time.process_time() - began < 30
    assert len(page) < 32_000_000
